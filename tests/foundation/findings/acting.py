"""What the tests of findings do again and again: notice something, and take a finding as far as it has to be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import polars

from bangfu.foundation.findings.models import Finding, Outcome, Severity
from bangfu.foundation.findings.operations import (
    Raised,
    accept_answer,
    answer_finding,
    assign_finding,
    dismiss_finding,
    raise_by_rule,
)
from bangfu.foundation.findings.register import NOTHING, OBJECTS, SUSPECTS, Found, Parameter, Rule
from bangfu.foundation.findings.watching import watch_account
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from tests.cast import FOUNDED, NOW, Cast

DUE = date(2020, 8, 14)
LIMIT = Parameter("limit", both("上限", "Limit"), both("米", "m"), Decimal(5), Decimal(1), Decimal(9))
RULE = Rule(
    code="toys.deep",
    title=both("井太深", "A well too deep"),
    looks_for=both("比邻近的深得多的井", "wells much deeper than their neighbours"),
    wrong_when=both("岩层不同时会错", "wrong where the rock differs"),
    source=both("测试", "for tests"),
    severity=Severity.HIGH,
    evaluate=lambda readings, values: NOTHING,
    parameters=(LIMIT,),
)


def noticed(*matters: tuple[str, str, Unit], record: int = 7) -> Found:
    """Return what a rule would find: matter, substance and unit of each, about one well."""
    rows = [
        [
            matter,
            substance,
            f"井 {matter} 太深",
            f"well {matter} is too deep",
            "请核对",
            "compare",
            unit.pk,
            unit.place_id,
        ]
        for matter, substance, unit in matters
    ]
    objects = [[matter, "RECORD", 30002, str(record)] for matter, _, _ in matters]
    return Found(
        polars.DataFrame(rows, schema=SUSPECTS, orient="row"),
        polars.DataFrame(objects, schema=OBJECTS, orient="row"),
        len(rows),
    )


def seen(
    cast: Cast,
    *matters: tuple[str, str, Unit],
    by: Account | None = None,
    at: datetime = NOW,
    record: int = 7,
) -> Raised:
    """Let the rule notice matters."""
    act = Act(actor=by or watch_account(on=FOUNDED), at=at)
    return raise_by_rule(rule=RULE.code, found=noticed(*matters, record=record), act=act)


def raised(cast: Cast, matter: str = "A", substance: str = "1", unit: Unit | None = None) -> Finding:
    """Return a finding that the rule has just raised."""
    seen(cast, (matter, substance, unit or cast.guizhou))
    return Finding.objects.latest("pk")


def assigned(cast: Cast, finding: Finding | None = None, *, account: Account | None = None) -> Finding:
    """Return a finding that the officer assigned to 贵州."""
    return assign_finding(
        finding=finding or raised(cast),
        unit=cast.guizhou,
        account=account,
        due_on=DUE,
        act=cast.act(cast.officer),
    )


def answered(cast: Cast, finding: Finding | None = None, outcome: str = Outcome.EXPLAINED) -> Finding:
    """Return a finding that the clerk of 贵州 answered."""
    held = assigned(cast, finding)
    return answer_finding(finding=held, outcome=outcome, words="岩层不同", act=cast.act(cast.clerk))


def accepted(cast: Cast, finding: Finding | None = None, outcome: str = Outcome.EXPLAINED) -> Finding:
    """Return a finding that the verifier closed."""
    return accept_answer(finding=answered(cast, finding, outcome), act=cast.act(cast.verifier))


def dismissed(cast: Cast, finding: Finding | None = None) -> Finding:
    """Return a finding that the verifier dismissed."""
    return dismiss_finding(finding=finding or raised(cast), remark="误报", act=cast.act(cast.verifier))


LATER = NOW + timedelta(days=1)
