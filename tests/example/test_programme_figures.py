"""The whole example against the reference programme: every printed figure comes out of the records, by its own rule.

The example is loaded once over all the country's places. Only the stations are fewer than in the full example: they are
compared with the recipe at that scale, which ``test_recipe`` compares with what is printed.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.test import override_settings
from django.utils import translation

from tests.conftest import pointing_at

if TYPE_CHECKING:
    from bangfu.reporting.figures import Figure
    from tests.conftest import Server

SCALE = 0.01
SCALED = ("network.base_stations",)
"""What is fewer in a small example."""

DESIGNATED = (230524000000, 130724000000, 130723000000, 522327000000)
GEJI = 542525000000
EACH_COUNTY = ("network.coverage", "schooling.schools", "telemedicine.hospitals")
PLACES = {
    "network.broadband_target": GEJI,
    "network.wireless_target": GEJI,
    "resettlement.free_months": 522327000000,
    "goods.children": GEJI,
}
"""Where a row's scope is one place."""
AREAS = {"network.area_target": "region-yanshan-taihang"}
"""Where it is an area."""
PERIODS = {
    "to 2020-07-31": "2015-01-01/2020-07-31",
    "2019-": "2019-01-01/2020-07-31",
    "before upgrade": "2018-06-10",
}
"""How a row's period is asked for, where it is not written as one."""


@dataclass(frozen=True)
class Row:
    """One row of what is printed."""

    indicator: str
    printed: str
    value: str
    rule: str
    period: str


def _rows() -> list[Row]:
    with (Path(__file__).parent / "programme_figures.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                one["indicator"],
                one["printed"],
                one["value"],
                one["rule"],
                PERIODS.get(one["period"], one["period"]),
            )
            for one in csv.DictReader(file)
        ]


ROWS = _rows()


@pytest.fixture(scope="module")
def example(
    server: Server,
    template_database: str,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The example in a database of its own, with every village of the country."""
    from bangfu.foundation.places.loading import load_places
    from example.loading import load_example

    var = tmp_path_factory.mktemp("var")
    server.create("bangfu_example", template_database)
    with (
        django_db_blocker.unblock(),
        override_settings(VAR=var, EVIDENCE_FOLDER=var / "evidence"),
        translation.override("zh-hans"),
    ):
        with pointing_at(server.owner("bangfu_example")):
            load_places()
        with pointing_at(server.app("bangfu_example")):
            load_example(SCALE)
            yield
            connections.close_all()
    server.drop("bangfu_example")


def _figures(row: Row) -> list[Figure]:
    from bangfu.foundation.places.queries import area
    from bangfu.reporting.queries import figure

    if row.indicator in AREAS:
        return [figure(row.indicator, period=row.period, area=area(AREAS[row.indicator]))]
    places = DESIGNATED if row.indicator in EACH_COUNTY else (PLACES.get(row.indicator),)
    return [figure(row.indicator, period=row.period, place=place) for place in places]


def _keeps(row: Row, found: Figure) -> bool:
    """Return whether a figure is what the row prints, by the row's rule."""
    value, shown = found.value, found.shown
    if value is None or shown is None:
        return False
    if row.rule == "target":
        return str(found) == row.printed
    printed = Decimal(row.value)
    if row.rule == "exact":
        return value == printed
    if row.rule == "within 5 %":
        return value != printed and abs(value - printed) <= printed * 5 / 100
    if row.rule.startswith("strictly above and below "):
        step = Decimal(row.rule.removeprefix("strictly above and below ").replace(" ", ""))
        return printed < value < step
    if row.rule.startswith("rounded"):
        return value != printed and shown.rounded == printed and str(found) in (row.printed or str(found))
    raise ValueError(f"there is no rule {row.rule}")


COMPARED = [row for row in ROWS if row.indicator not in SCALED]


def test_no_row_is_left_out() -> None:
    assert len(ROWS) == 37
    named = {row.indicator for row in ROWS}
    assert named >= {*SCALED, *EACH_COUNTY, *PLACES, *AREAS}
    assert len(COMPARED) == len(ROWS) - len(SCALED)


@pytest.mark.parametrize("row", COMPARED, ids=lambda row: row.indicator)
@pytest.mark.usefixtures("example")
def test_comes_out_as_printed(row: Row) -> None:
    for found in _figures(row):
        assert _keeps(row, found), f"{found} ({found.value}) is not {row.printed or row.value}"


@pytest.mark.usefixtures("example")
class TestBesideTheFigures:
    def test_stations_are_those_of_the_recipe(self) -> None:
        from bangfu.reporting.queries import figure
        from example.distribution import allocation

        planned = sum(one.stations[2019] for members in allocation(SCALE).values() for one in members)
        assert figure("network.base_stations", period="2019").value == planned

    def test_pairings_are_more_than_villages(self) -> None:
        from bangfu.coordination.pairing.models import Pairing

        assert Pairing.objects.filter(kind="VILLAGE").count() > 1_937

    def test_some_children_were_handed_something_twice(self) -> None:
        from bangfu.foundation.intake.models import ReportedRecord

        handed = ReportedRecord.objects.filter(measure="goods.children")
        assert handed.filter(reference__startswith="EX-QS-").count() == 3_127 + 164
        assert handed.filter(reference__startswith="EX-QSN-").count() == 3_110

    def test_counties_confirmed_most_and_disputed_one(self) -> None:
        from bangfu.foundation.review.counties import standing_lines
        from bangfu.foundation.review.models import Answer

        said = list(standing_lines().values_list("answer", "county_id"))
        assert [county for answer, county in said if answer == Answer.DISPUTED] == [522327000000]
        for county in DESIGNATED:
            answers = [answer for answer, place in said if place == county]
            assert 0.8 < answers.count(Answer.CONFIRMED) / len(answers) < 1

    def test_who_submits_never_verifies(self) -> None:
        from django.db.models import F

        from bangfu.foundation.review.models import Batch

        assert not Batch.objects.exclude(state="VERIFIED").exists()
        assert not Batch.objects.filter(submitted_by=F("decided_by")).exists()

    def test_everything_handed_in_says_that_it_is_an_example(self) -> None:
        from bangfu.foundation.intake.models import ReportedRecord, Upload
        from bangfu.foundation.organisation.models import Unit

        assert not Upload.objects.exclude(name__startswith="示例").exists()
        assert not ReportedRecord.objects.exclude(title__contains="示例").exists()
        companies = Unit.objects.filter(kind__in=("PROVINCE", "PREFECTURE", "COUNTY"))
        assert Unit.objects.count() == 2_500
        assert not companies.exclude(name_zh__contains="示例").exists()

    def test_the_pupils_fund_was_filled_and_paid_and_never_overdrawn(self) -> None:
        from bangfu.foundation.money.models import Entry
        from bangfu.foundation.money.queries import entries_of, register_of, trial_balance
        from bangfu.foundation.organisation.models import Unit
        from bangfu.foundation.rooms import record_type
        from bangfu.reporting.queries import figure

        unit, until = Unit.objects.get(code="OFFICE"), date(2020, 7, 31)
        standing = {one.account.code: one for one in trial_balance(unit, until=until)}
        assert {code: one.shown_minor for code, one in standing.items() if one.amount_minor} == {
            "Assets:Bank:Charity": 321_286_37,
            "Income:Gifts:Schooling": 3_670_286_37,
            "Expenses:Grants:Pupils": 3_349 * 1_000_00,
        }
        assert {one.fund.code for one in standing.values() if one.fund} == {"EX-PUPILS"}
        period = PERIODS["to 2020-07-31"]
        for code, indicator in (
            ("Assets:Bank:Charity", "grants.fund_left"),
            ("Income:Gifts:Schooling", "campaigns.raised"),
            ("Expenses:Grants:Pupils", "grants.paid"),
        ):
            assert figure(indicator, period=period).value * 100 == standing[code].shown_minor
        by_day = {
            leg.entry.happened_on: leg.running for leg in register_of(standing["Assets:Bank:Charity"].account)
        }
        assert min(by_day.values()) > 0
        number = record_type("intake.reported_record").number
        of_then = Entry.objects.filter(happened_on__lte=until)  # the campaign that can be tried runs now
        for entry in of_then[:20]:
            assert entry.subject_id is not None
            assert list(entries_of(number, entry.subject_id)) == [entry]
        assert set(of_then.values_list("entered_by__username", "subject_type")) == {("xunuo", number)}

    def test_its_books_are_accepted_by_other_peoples_checker(self, tmp_path: Path) -> None:
        from bangfu.foundation.money.beancount import lines_of
        from bangfu.foundation.money.queries import book_entries

        target = tmp_path / "books.beancount"
        target.write_text("\n".join(lines_of(book_entries(), title="示例")), encoding="utf-8")
        done = subprocess.run(
            [Path(sys.executable).parent / "bean-check", target], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_nothing_is_left_to_do(self) -> None:
        from bangfu.foundation.operations.models import AuditEntry
        from example.loading import load_example

        before = AuditEntry.objects.count()
        assert load_example(SCALE).papers == 0
        assert AuditEntry.objects.count() == before


def test_the_grants_paid_were_audited_and_reconciled(example: None) -> None:
    from bangfu.reporting.controls.queries import controls_of_figure
    from bangfu.reporting.queries import figure, usual_period
    from bangfu.reporting.sampling.queries import audit_of_figure, is_repeated

    paid = figure("grants.paid", period=usual_period("grants.paid"))
    carried = audit_of_figure(paid)
    assert carried is not None
    assert (carried.number, carried.has_moved, carried.result.wrong) == (1, False, 1)
    assert carried.result.is_within
    assert is_repeated(carried.standing)
    (control,) = controls_of_figure(paid)
    assert (control.gap, control.unexplained, control.differences) == (0, 0, 2)
    assert control.statement is not None
    assert control.statement.adds_up
