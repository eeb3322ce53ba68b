"""Reference data that moves facts in and out of a published figure: a branch under another, a corrected list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars
import pytest

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit, move_unit
from bangfu.foundation.places.operations import import_area
from bangfu.reporting.corrections.causes import causes_of
from bangfu.reporting.corrections.proving import erratum_path
from bangfu.reporting.corrections.queries import newest_block
from bangfu.reporting.corrections.restating import Restated, Standing, restated
from bangfu.reporting.corrections.tracing import moves, traced
from bangfu.reporting.corrections.verify_erratum import verify_erratum
from bangfu.reporting.publications.bundle import bundle_path
from tests.cast import CEHENG, FOUNDED, GUYUAN
from tests.reporting.corrections.conftest import Published
from tests.reporting.publications.conftest import verify_all
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story

ZH = """# {period 2019}帮扶工作报告

## 第一章　聚焦优势

{period 2019}新建无线基站：贵州{network.base_stations period=2019 unit=P52}，云南{network.base_stations period=2019 unit=P53}，名单上{network.base_stations period=2019 area=own}。
"""  # noqa: E501
EN = """# Report on assistance in {period 2019}

## Focus

In {period 2019} Guizhou built {network.base_stations period=2019 unit=P52}, Yunnan {network.base_stations period=2019 unit=P53}, on the list {network.base_stations period=2019 area=own}.
"""  # noqa: E501
GUIZHOU, YUNNAN, LISTED = range(3)


def listed(told: Story, *places: int) -> None:
    members = polars.DataFrame(
        {
            "place": list(places), "starts_on": [FOUNDED] * len(places), "ends_on": [None] * len(places),
            "listed_as": [str(place) for place in places],
        },
        schema={"place": polars.Int64, "starts_on": polars.Date, "ends_on": polars.Date, "listed_as": polars.String},
    )  # fmt: skip
    act = told.cast.act(told.cast.administrator)
    import_area(
        code="own",
        kind="LIST",
        title_zh="自有名单",
        title_en="Own list",
        source="帮扶办",
        members=members,
        act=act,
    )


@pytest.fixture
def branch(told: Story) -> Unit:
    """A city's branch below Guizhou that built three stations, on a list with Ceheng."""
    with system_writes("a branch of the tests"):
        city = enter_unit(
            code="C01", name_zh="黔西南分公司", name_en="Qianxinan", kind=Unit.Kind.PREFECTURE, parent=told.cast.guizhou,
            place=None, starts_on=FOUNDED,
        )  # fmt: skip
    told.stations(3, unit=city.pk, on=date(2019, 5, 5))
    told.stations(1, unit=told.cast.yunnan.pk, place=GUYUAN, on=date(2019, 5, 5))
    listed(told, CEHENG)
    verify_all()
    told.seal()
    return city


@pytest.fixture
def moving(told: Story, branch: Unit, tmp_path: Path) -> Published:
    """The report of both provinces and of the list, published."""
    for companion in (tmp_path / "texts").glob("programme.*.*.md"):
        companion.unlink()
    for language, written in (("zh", ZH), ("en", EN)):
        (tmp_path / "texts" / f"programme.{language}.md").write_text(written, encoding="utf-8")
    return Published(told, frozen(told))


def now(published: Published) -> list[Restated]:
    return restated(published.publication, newest_block())


def told_of(one: Restated) -> list[tuple[str, int, Decimal, int]]:
    return [(cause.kind, cause.unit, cause.quantity, len(cause.facts)) for cause in one.causes]


class TestAUnitThatMoved:
    def test_takes_its_facts_along_and_who_moved_it_is_named(self, moving: Published, branch: Unit) -> None:
        cast = moving.story.cast
        before = [str(one.old.value) for one in now(moving)]
        move_unit(unit=branch, parent=cast.yunnan, on=date(2020, 1, 1), act=cast.act(cast.administrator))
        block = moving.story.seal()
        found = now(moving)
        assert before == ["36", "1", "32"]
        assert told_of(found[GUIZHOU]) == [("UNIT_OUT", branch.pk, Decimal(-3), 3)]
        assert told_of(found[YUNNAN]) == [("UNIT_IN", branch.pk, Decimal(3), 3)]
        assert (found[GUIZHOU].difference, found[LISTED].standing) == (-3, Standing.SAME)
        (move,) = moves(found[GUIZHOU].figure.selection, since=moving.publication.block, block=block)
        assert (move.unit.zh, move.before.zh, move.after.zh, move.block, move.who) == (
            "黔西南分公司", "贵州省分公司", "云南省分公司", block, "管理员",
        )  # fmt: skip
        moving.corrected(GUIZHOU, YUNNAN)
        assert verify_erratum(str(erratum_path(1, 1)), str(bundle_path(1))) == []
        rows, _ = traced(found[GUIZHOU].causes, found[GUIZHOU].figure.selection, 1)
        assert {row.cause.zh for row in rows} == {"单位改隶，划出"}

    def test_is_no_cause_where_it_stays_in_the_scope(self, moving: Published, branch: Unit) -> None:
        one = now(moving)[GUIZHOU]
        terms = {term.position: term for term in one.published.terms.all()}
        assert (
            causes_of(one.figure.indicator, one.figure.selection, terms, since=moving.publication.block) == ()
        )


class TestAListThatWasCorrected:
    def test_takes_places_in_and_out(self, moving: Published) -> None:
        listed(moving.story, GUYUAN)
        moving.story.seal()
        one = now(moving)[LISTED]
        guizhou = moving.story.cast.guizhou.pk
        assert [(kind, unit, count) for kind, unit, _, count in told_of(one) if unit == guizhou] == [
            ("AREA_IN", guizhou, 4),
            ("AREA_OUT", guizhou, 31),
        ]
        assert [(cause.kind, cause.quantity) for cause in one.causes if cause.unit != guizhou] == [
            ("AREA_IN", Decimal(1)),
            ("AREA_OUT", Decimal(-3)),
        ]
        assert (str(one.old.value), one.now.value) == ("32", 5)
        moving.corrected(LISTED)
        assert verify_erratum(str(erratum_path(1, 1)), str(bundle_path(1))) == []
