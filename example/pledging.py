"""The example's pledges for 2020: six numbers, two of them promised by quarters, two cascaded to branches and one lowered by a
revision that stays visible; one county's own, which it signed; and how the years were graded.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.reporting.targets.models import Grade, GradeKind, Mark, Pledge, StepKind, Target, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    assess_self,
    draft_pledge,
    record_agreement,
    record_grade,
    revise_pledge,
    set_target,
    submit_pledge,
)
from bangfu.reporting.targets.queries import agreement_to, versions_of
from bangfu.reporting.targets.rules import TargetDetails
from example import house
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
BY_QUARTERS = {
    "shop.purchased": (200_000, 250_000, 300_000, 350_000),
    "shop.helped_to_sell": (300_000, 500_000, 700_000, 900_000),
}
"""What each quarter adds."""
COUNTY_TITLE, COUNTY_DOCUMENT, COUNTY_SIGNED = (
    "示例：册亨县定点帮扶责任书",
    "示例册帮〔2020〕2号",
    date(2020, 2, 14),
)
OF_THE_COUNTY = {"projects.put_in": 360_000, "training.cadres": 50}
GRADED = {2018: Mark.FAIR, 2019: Mark.GOOD}
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
    _pledge_to_county(root, officer, verifier)
    _grade(root, officer)
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
            set_target(version=version, details=_details(code, unit, quantity), act=Act.now(officer))


def _details(code: str, unit: Unit, quantity: int, place: Place | None = None) -> TargetDetails:
    by = BY_QUARTERS.get(code) if unit.parent_id is None else None
    quarters = None if by is None else (Decimal(by[0]), Decimal(by[1]), Decimal(by[2]), Decimal(by[3]))
    return TargetDetails(code, unit, Decimal(quantity), place=place, quarters=quarters)


def _pledge_to_county(root: Unit, officer: Account, verifier: Account) -> None:
    """Pledge to a county what it signs before it is approved."""
    county = Place.objects.get(pk=house.CEHENG)
    known = Pledge.objects.filter(unit=root, year=YEAR, title=COUNTY_TITLE).first()
    if known is None:
        known = draft_pledge(
            unit=root, year=YEAR, title=COUNTY_TITLE, document=COUNTY_DOCUMENT, signed_on=COUNTY_SIGNED, county=county,
            files=(("示例-册亨县责任书.txt", document(COUNTY_TITLE, COUNTY_DOCUMENT)),), act=Act.now(officer),
        ).pledge  # fmt: skip
    version = versions_of(known.pk)[-1].version
    there = {one.indicator for one in Target.objects.filter(version=version)}
    for code, quantity in OF_THE_COUNTY.items():
        if code not in there:
            details = _details(code, root, quantity, county)
            set_target(version=version, details=details, act=Act.now(officer))
    _decide(version, officer, verifier)


def _grade(root: Unit, officer: Account) -> None:
    """Record what the group said of its years, and what the evaluation returned."""
    there = set(Grade.objects.filter(unit=root).values_list("year", "kind"))
    for year, mark in GRADED.items():
        if (year, GradeKind.SELF) not in there:
            assess_self(
                unit=root, year=year, mark=mark, document=f"示例帮扶办〔{year + 1}〕3号", given_on=date(year + 1, 1, 15),
                statement="示例：六项指标都已完成，佐证齐全。", act=Act.now(officer),
            )  # fmt: skip
        if (year, GradeKind.RETURNED) not in there:
            number = f"示例考核〔{year + 1}〕7号"
            record_grade(
                unit=root, year=year, mark=mark, given_by="示例考核组", document=number, given_on=date(year + 1, 3, 31),
                files=((f"示例-{year}年考核结果.txt", document(f"{year}年考核结果", number)),), act=Act.now(officer),
            )  # fmt: skip


def _decide(version: Version, officer: Account, verifier: Account) -> None:
    state = next(one.state for one in versions_of(version.pledge_id) if one.version == version)
    if state in ("", StepKind.RETURNED):
        submit_pledge(version=version, act=Act.now(officer))
    pledge = version.pledge
    if pledge.county_id is not None and state != StepKind.APPROVED and agreement_to(version.pk) is None:
        record_agreement(
            version=version, signed_by="示例：册亨县人民政府", document=COUNTY_DOCUMENT, agreed_on=COUNTY_SIGNED,
            files=(("示例-县方签字扫描件.txt", document("县方签字", COUNTY_DOCUMENT)),), act=Act.now(officer),
        )  # fmt: skip
    if state != StepKind.APPROVED:
        approve_pledge(version=version, act=Act.now(verifier))
