"""The example's pledge for 2020: six numbers, two cascaded to branches, and one lowered by a revision that stays visible."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.targets.models import Pledge, StepKind, Target, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    draft_pledge,
    revise_pledge,
    set_target,
    submit_pledge,
)
from bangfu.reporting.targets.queries import versions_of
from bangfu.reporting.targets.rules import TargetDetails
from example.papers import VERIFIER, document

OFFICER = "zhoumin"
YEAR, TITLE = 2020, "示例：定点帮扶责任书"
SIGNED, REVISED, EFFECTIVE = date(2020, 1, 20), date(2020, 6, 28), date(2020, 7, 1)
OF_BRANCHES = {
    "projects.put_in": {"EX-13": 760_000, "EX-23": 380_000, "EX-52": 360_000},
    "shop.purchased": {"EX-13": 500_000, "EX-23": 250_000, "EX-52": 350_000},
}
OF_THE_GROUP = {
    "projects.put_in": 1_500_000,
    "projects.brought_in": 800_000,
    "training.cadres": 200,
    "training.technicians": 60,
    "shop.purchased": 1_100_000,
    "shop.helped_to_sell": 2_400_000,
}
LOWERED = ("projects.brought_in", 700_000)
WHY = "疫情期间部分引进项目推迟到下一年（示例）"


def pledge() -> None:
    """Draft, approve and revise the pledge, as far as that was not done."""
    root = root_unit()
    assert root is not None
    officer, verifier = (Account.objects.get(username=name) for name in (OFFICER, VERIFIER))
    known = Pledge.objects.filter(unit=root, year=YEAR, title=TITLE).first()
    if known is None:
        first = draft_pledge(
            unit=root, year=YEAR, title=TITLE, document="示例帮扶办〔2020〕1号", signed_on=SIGNED,
            files=(("示例-责任书.txt", document(TITLE, "示例帮扶办〔2020〕1号")),), act=Act.now(officer),
        )  # fmt: skip
        known = first.pledge
    last = versions_of(known.pk)[-1]
    if last.version.number == 1:
        _fill(last.version, officer)
        _decide(last.version, officer, verifier)
        second = revise_pledge(
            pledge=known, document="示例帮扶办〔2020〕18号", signed_on=REVISED, effective_on=EFFECTIVE, reason=WHY,
            files=(("示例-责任书修订.txt", document(TITLE, "示例帮扶办〔2020〕18号", WHY)),), act=Act.now(officer),
        )  # fmt: skip
        last = versions_of(known.pk)[-1]
        assert last.version == second
    if last.state != StepKind.APPROVED:
        indicator, quantity = LOWERED
        whole = Target.objects.get(version=last.version, indicator=indicator)
        details = TargetDetails(indicator, root, Decimal(quantity))
        set_target(version=last.version, details=details, target=whole, act=Act.now(officer))
        _decide(last.version, officer, verifier)


def _fill(version: Version, officer: Account) -> None:
    there = {one.matter[:2] for one in Target.objects.filter(version=version)}
    root = version.pledge.unit
    wanted = [(root, code, quantity) for code, quantity in OF_THE_GROUP.items()]
    branches = {unit.code: unit for unit in Unit.objects.filter(kind=Unit.Kind.PROVINCE)}
    wanted += [
        (branches[unit], code, quantity)
        for code, parts in OF_BRANCHES.items()
        for unit, quantity in parts.items()
    ]
    for unit, code, quantity in wanted:
        if (code, unit.pk) not in there:
            set_target(
                version=version, details=TargetDetails(code, unit, Decimal(quantity)), act=Act.now(officer)
            )


def _decide(version: Version, officer: Account, verifier: Account) -> None:
    state = next(one.state for one in versions_of(version.pledge_id) if one.version == version)
    if state in ("", StepKind.RETURNED):
        submit_pledge(version=version, act=Act.now(officer))
    if state != StepKind.APPROVED:
        approve_pledge(version=version, act=Act.now(verifier))
