"""What the findings room declares."""

from datetime import datetime, time
from urllib.parse import urlencode

from django.urls import reverse

from bangfu.foundation.findings.notices import ASSIGNED, RETURNED
from bangfu.foundation.findings.waiting import CHANGES, WAITS
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RecordDoor,
    RecordSummary,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)


def _address(key: int) -> str:
    return reverse("findings:finding", args=[key])


def _raising(kind: str, key: int) -> str:
    return f"{reverse('findings:raise')}?{urlencode({'record': f'{kind}:{key}'})}"


def _summaries(keys: list[int]) -> dict[int, RecordSummary]:
    from bangfu.foundation.findings.queries import summaries

    return summaries(keys)


def _units(keys: list[int]) -> dict[int, int]:
    from bangfu.foundation.findings.queries import units_of

    return units_of(keys)


def _founded(now: datetime) -> bool:
    from bangfu.foundation.organisation.queries import root_unit

    return root_unit() is not None


def _watch(now: datetime) -> Words | None:
    from bangfu.foundation.findings.watching import run_daily

    done = run_daily(now)
    if not done:
        return both("昨夜以来已运行过，没有再运行。", "They ran since last night and did not run again.")
    return both(
        "{rules} 条规则，新提出 {raised} 个疑点，重新打开 {reopened} 个。",
        "{rules} rules; raised {raised} findings and re-opened {reopened}.",
    ).filled(
        rules=sum(one.outcome is not None for one in done),
        raised=sum(one.outcome.raised for one in done if one.outcome),
        reopened=sum(one.outcome.reopened for one in done if one.outcome),
    )


_RAISES = frozenset({"findings.view", "findings.raise_finding"})
_ANSWERS = frozenset({"findings.answer_finding"})
_DECIDES = frozenset(
    {
        "findings.assign_finding",
        "findings.accept_answer",
        "findings.return_answer",
        "findings.dismiss_finding",
        "findings.reopen_finding",
    }
)

ROOM = RoomDeclaration(
    code="findings",
    wing=Wing.FOUNDATION,
    title=both("疑点", "Findings"),
    icon="alert-triangle",
    about=both(
        "规则或人发现的问题：分派、答复、复核、销号；自己不拦任何事。",
        "What rules or people noticed: assigned, answered, decided, closed; it blocks nothing by itself.",
    ),
    address="findings:findings",
    view_permission="findings.view",
    record_door=RecordDoor(both("提出疑点", "Raise a finding"), _raising, "findings.raise_finding"),
    record_types=(
        RecordType(
            number=80,
            code="findings.finding",
            title=both("疑点", "Finding"),
            model="findings.Finding",
            address=_address,
            summaries=_summaries,
            review_scope=_units,
            pictures_prove=False,
        ),
    ),
    roles=(
        RoleDeclaration(
            "officer",
            both("帮扶办经办人", "Assistance officer"),
            _RAISES | _ANSWERS | {"findings.assign_finding", "findings.set_rule"},
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), _RAISES | _ANSWERS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), _RAISES | _DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _RAISES | _DECIDES | {"findings.set_rule"}),
        RoleDeclaration("county_official", both("县方人员", "County official"), _RAISES),
        RoleDeclaration(
            "watch",
            both("疑点规则（系统）", "Rules of findings (system)"),
            frozenset({"findings.raise_by_rule"}),
        ),
    ),
    permissions={
        "findings.view": both("看疑点", "read findings"),
        "findings.raise_finding": both("提出疑点", "raise a finding"),
        "findings.raise_by_rule": both("运行规则并提出疑点", "run rules and raise what they find"),
        "findings.assign_finding": both("分派疑点", "assign a finding"),
        "findings.answer_finding": both("答复疑点", "answer a finding"),
        "findings.accept_answer": both("认可答复并销号", "accept an answer and close the finding"),
        "findings.return_answer": both("退回答复", "return an answer"),
        "findings.dismiss_finding": both("排除疑点", "dismiss a finding"),
        "findings.reopen_finding": both("重新打开疑点", "re-open a finding"),
        "findings.set_rule": both("规定规则的参数", "set the parameters of a rule"),
    },
    periodic=(
        PeriodicDeclaration(
            code="findings.watch",
            title=both("运行疑点规则", "Run the rules of findings"),
            hours=Hours(after=time(2, 0)),
            run=_watch,
            when=_founded,
        ),
    ),
    notices=(ASSIGNED, RETURNED),
    waits=WAITS,
    changes=CHANGES,
)
