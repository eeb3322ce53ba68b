"""The rule that makes a finding of a difference that nobody has explained for too long."""

from __future__ import annotations

from decimal import Decimal

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.rooms import both, record_type
from bangfu.reporting.controls import queries
from bangfu.reporting.controls.books import selection_of
from bangfu.reporting.queries import indicator_of


def _overdue(readings: Readings, values: Values) -> Found:
    found, number = queries.open_differences(), record_type("controls.difference").number
    suspects = []
    for one in found:
        days = (readings.on - one.since).days
        if days <= values["days"]:
            continue
        total, line, difference = one.total, one.line, one.line.difference
        figure = indicator_of(total.indicator, selection_of(total))
        title = both(
            "对账第 {number} 号 {days} 天没有说明的差额：{label}",
            "Control total no. {number}, unexplained for {days} days: {label}"
        )  # fmt: skip
        detail = both(
            "“{title}”与{source}（{account}）在“{label}”处相差 {gap} 元。",
            "{title} and the {source} ({account}) differ by {gap} yuan at {label}.",
        )
        said = {
            "number": total.number, "label": line.label, "days": days, "title": figure.title,
            "source": total.source_words, "account": total.account, "gap": f"{difference.gap:,.2f}",
        }  # fmt: skip
        suspects.append(
            Suspect(
                matter=f"controls {total.number} {difference.root_id}",
                substance=(str(difference.ours), str(difference.theirs)),
                title=title.filled(**said),
                detail=detail.filled(**said),
                unit=queries.unit_responsible(total),
                place=total.place_id,
                about=(About("RECORD", difference.root_id, number),),
            )
        )
    return told(suspects, examined=len(found))


enter_rule(
    Rule(
        code="controls.unexplained_difference",
        title=both("差额逾期没有说明", "A difference nobody explained"),
        looks_for=both(
            "与外部账目对账后，逾期还没有人说明（或说明被退回）的差额，一处差额一个疑点。",
            "Differences from an outside book that nobody has explained in time, or whose explanation was returned; one finding"
            " each.",
        ),
        wrong_when=both(
            "对方的账还没有结账，数还会变：请等对方结账后修订控制数，再对一次。",
            "The other book is not closed yet and will change: revise the total once it is, and reconcile again.",
        ),
        source=both(
            "企业内部控制应用指引第 14 号——财务报告",
            "Application Guidance no. 14 on Enterprise Internal Control",
        ),
        severity=Severity.MEDIUM,
        evaluate=_overdue,
        parameters=(
            Parameter(
                code="days",
                title=both("说明期限", "Time to explain"),
                unit=both("天", "days"),
                default=Decimal(30),
                least=Decimal(1),
                most=Decimal(365),
            ),
        ),
    )
)
