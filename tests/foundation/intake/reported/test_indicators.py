"""The figures that stand on reported records say what their rows of the programme say, from records alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.intake.reported.operations import verify_reported_paper
from bangfu.foundation.intake.reported.reportable import reportable_measures
from bangfu.reporting.indicators import shipped_indicators
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, GUYUAN, Cast
from tests.foundation.intake.reported.reporting import Row, Sheet, imported
from tests.foundation.review.looking import looked_at

NUMBERS = {
    "tariffs.relief": 20, "telemedicine.hospitals": 22, "resettlement.free_months": 23,
    "leadership.lines_before": 40, "leadership.lines": 41, "leadership.provincial_groups": 42,
    "fieldwork.office_cadres": 43, "fieldwork.teams": 44, "fieldwork.visits": 48,
    "fieldwork.trips": 49, "policies.issued": 47, "industries.products": 50,
    "shop.channels": 57, "shop.fairs": 58, "shop.livestream_ordered": 59, "shop.livestream_hosts": 60,
    "campaigns.participations": 70, "campaigns.raised": 71, "campaigns.red_scarf_raised": 72,
    "grants.students": 74, "grants.amount_each": 75, "grants.paid": 76, "grants.fund_left": 77, "goods.children": 80,
    "projects.put_in": 121, "projects.brought_in": 122, "projects.investment_brought_in": 123,
    "shop.canteen_total": 196, "shop.purchased": 124, "shop.helped_to_sell": 125,
}  # fmt: skip

Report = Callable[[str, list[Row]], None]


@pytest.fixture
def report(cast: Cast, tmp_path: Path) -> Report:
    """Report rows of a measure for the group and verify them."""

    def enter(measure: str, rows: list[Row]) -> None:
        sheet = Sheet(rows, measure, name=f"{measure}.xlsx")
        paper = imported(sheet, unit=cast.group, act=cast.act(cast.officer), folder=tmp_path)
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))

    return enter


def test_every_reported_measure_has_its_numbered_indicator() -> None:
    numbers = {one.code: one.number for one in shipped_indicators()}
    assert {code: numbers.get(code) for code in NUMBERS} == NUMBERS
    assert set(reportable_measures()) <= set(NUMBERS)


@pytest.mark.django_db
class TestFigures:
    def test_two_hospitals_in_each_county_are_read_in_each(self, report: Report) -> None:
        places = ("册亨县", "册亨县", "沽源县", "沽源县", "沽源县")
        rows = [Row(f"S-{number}", "1", place) for number, place in enumerate(places)]
        closed = Row("S-4-LESS", "-1", "沽源县", date(2020, 3, 1))
        report("telemedicine.hospitals", [*rows, closed])
        assert figure("telemedicine.hospitals", period="2020", place=CEHENG).value == 2
        assert figure("telemedicine.hospitals", period="2020", place=GUYUAN).value == 2
        assert figure("telemedicine.hospitals", period="2019", place=GUYUAN).value == 3
        assert figure("telemedicine.hospitals", period="2020").value == 4

    def test_visits_are_persons_times_trips_and_trips_are_told_apart(self, report: Report) -> None:
        report("fieldwork.visits", [Row("Z-1", "3", "册亨县"), Row("Z-2", "2", "沽源县")])
        report("fieldwork.trips", [Row("Z-1", "1", "册亨县"), Row("Z-2", "1", "沽源县")])
        assert (
            str(figure("fieldwork.visits", period="2019")),
            str(figure("fieldwork.trips", period="2019")),
        ) == ("5人次", "2趟")
        assert str(figure("fieldwork.visits", period="2019", place=CEHENG)) == "3人次"

    def test_the_fund_keeps_what_was_raised_less_what_was_paid(self, report: Report) -> None:
        entries = [Row("B-1", "3670421.35", "西城区"), Row("B-2", "-3349000", "西城区", date(2020, 6, 1))]
        report("grants.fund_left", entries)
        assert figure("grants.fund_left", period="2020").value == Decimal("321421.35")
        assert str(figure("grants.fund_left", period="2020")) == "32.1万元"
        assert figure("grants.fund_left", period="2019").value == Decimal("3670421.35")

    def test_a_pupil_with_two_payments_is_one_person_and_the_grant_is_paid_by_persons(
        self, report: Report
    ) -> None:
        day = date(2020, 4, 1)
        pupils = (1, 2, 3, 3)
        rows = [
            Row(f"ZX-{at}", "1", happened_on=day, party_number=f"XJ-{pupil}")
            for at, pupil in enumerate(pupils)
        ]
        report("grants.students", rows)
        sums = ("1000", "1000", "500", "500")
        report("grants.paid", [Row(f"ZX-{at}", paid, happened_on=day) for at, paid in enumerate(sums)])
        assert figure("grants.students", period="2020").value == 3
        assert figure("grants.amount_each", period="2020").value == 1000
        assert str(figure("grants.amount_each", period="2020")) == "1000元"
        assert figure("grants.amount_each", period="2019").value is None

    def test_months_of_free_fibre_are_said_per_dwelling(self, report: Report) -> None:
        rows = [Row(f"KD-{number}", "36", party_number=f"FW-{number}") for number in range(3)]
        report("resettlement.free_months", rows)
        assert figure("resettlement.free_months", period="2019", place=CEHENG).value == 36
        assert str(figure("resettlement.free_months", period="2019")) == "36个月"

    def test_ordered_stands_as_ordered(self, report: Report) -> None:
        rows = [Row("ZB-1", "65432109.87", "北京市", date(2020, 5, 17))]
        report("shop.livestream_ordered", rows)
        found = figure("shop.livestream_ordered", period="2020-05")
        assert found.value == Decimal("65432109.87")
        assert "不是支付额也不是净销售额" in found.indicator.scope_note.zh
