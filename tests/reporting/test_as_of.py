"""A figure as of a block stays what it was, whatever becomes of units, names and definitions; the live one follows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.operations import move_unit, rename_unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.operations import rename_place
from bangfu.foundation.rooms import both
from bangfu.reporting import indicators, queries
from bangfu.reporting.display import Display, Scale
from bangfu.reporting.facts import facts_in, trust_in
from bangfu.reporting.parts import place_bars, unit_bars
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection
from bangfu.reporting.telling import lines_of
from bangfu.reporting.versions import Known, content_of, enter_versions, indicator_from, known_by
from tests.cast import CEHENG, GUYUAN, enter_cast
from tests.conftest import Server, pointing_at
from tests.reporting.kinds import COVERAGE, COVERED, VILLAGES
from tests.reporting.story import Story
from tests.reporting.test_pages import CODE, door, text

MOVED_ON = date(2019, 2, 1)
STEPS = ("", "where", "facts")
QUESTIONS = (
    {"period": "2019"},
    {"period": "2019", "unit": "P52"},
    {"period": "2019", "unit": "P53", "place": "130724"},
    {"period": "2019", "unit": "GROUP", "place": "52"},
)


def asked(block: int | None = None, **given_: str) -> Selection:
    return read_selection({"period": "2019", **given_} | ({} if block is None else {"as_of": str(block)}))


def answer(selection: Selection) -> dict[str, Any]:
    """Return everything that a figure's opening says."""
    opened = queries.opened(CODE, selection)
    figure = opened.figure
    facts = facts_in(figure.indicator, selection)
    return {
        "value": figure.value,
        "shown": [figure.shown_in(language) for language in ("zh", "en")],
        "sum": figure.sum,
        "facts": sorted(facts.values_list("pk", flat=True)),
        "recomputed": sum((fact.quantity for fact in facts), Decimal(0)),
        "scope": selection.scope_words,
        "places": [(bar.name, bar.text) for bars in place_bars(opened) for bar in bars.open],
        "units": [(bar.name, bar.text) for bar in unit_bars(opened).open],
        "trust": trust_in(figure.indicator, selection),
        "definition": content_of(figure.indicator),
        "known": None if selection.as_of is None else known_by(figure.indicator, selection.as_of),
    }


def opening(story: Story, block: int, **given_: str) -> list[str]:
    """Return the drawer's first three steps as of a block, without the notice that says what the figure is now."""
    client = door(story.cast.officer)
    query = asked(block, **given_).query()
    pages = [text(client.get(f"/f/{CODE}/{step}?{query}", headers={"HX-Target": "drawer"})) for step in STEPS]
    return [re.sub(r'<div class="notice.*?</div>', "", page, flags=re.DOTALL) for page in pages]


@pytest.fixture
def sealed(story: Story) -> Story:
    """Three stations of 贵州 in 册亨县 and two of 云南 in 沽源县, sealed in block 1 with the house."""
    story.stations(3, on=date(2019, 9, 12))
    story.stations(2, unit=story.cast.yunnan.pk, place=GUYUAN, on=date(2019, 3, 1))
    assert story.seal() == 1
    return story


class TestAMovedUnit:
    def test_counts_below_its_old_parent_as_of_the_earlier_block(self, sealed: Story) -> None:
        before = answer(asked(1, unit="P52"))
        assert before["value"] == 3
        act = sealed.cast.act(sealed.cast.administrator)
        move_unit(unit=sealed.cast.yunnan, parent=sealed.cast.guizhou, on=MOVED_ON, act=act)
        assert queries.figure_in(CODE, asked(unit="P52")).value == 5
        assert answer(asked(1, unit="P52")) == before
        assert sealed.seal() == 2
        assert answer(asked(1, unit="P52")) == before
        later = answer(asked(2, unit="P52"))
        assert later["value"] == 5
        assert {name for name, _ in later["units"]} == {"贵州省分公司", "云南省分公司"}


class TestNames:
    def test_of_units_and_places_stay_as_they_were_known(self, sealed: Story) -> None:
        before = answer(asked(1, unit="P52", place="522327"))
        assert before["scope"].zh.endswith("册亨县 · 贵州省分公司")
        act = sealed.cast.act(sealed.cast.administrator)
        rename_unit(unit=sealed.cast.guizhou, name_zh="黔分公司", name_en="Qian", on=MOVED_ON, act=act)
        rename_place(
            place=Place.objects.get(pk=CEHENG),
            name="双江市",
            code="522327",
            on=MOVED_ON,
            source="文",
            act=act,
        )
        assert sealed.seal() == 2
        assert answer(asked(1, unit="P52", place="522327")) == before
        for selection in (asked(unit="P52", place="522327"), asked(2, unit="P52", place="522327")):
            assert selection.scope_words.zh.endswith("双江市 · 黔分公司")
        assert unit_bars(queries.opened(CODE, asked(2))).open[0].name == "黔分公司"

    def test_of_lines_too(self, sealed: Story) -> None:
        line = Line.objects.get(pk=6)
        with system_writes("a line's name"):
            Line.objects.filter(pk=6).update(name_zh="建设线", name_en="Build")
        live = replace(asked(), line=Line.objects.get(pk=6))
        assert live.scope_words == both("建设线", "Build")
        assert replace(live, as_of=1).scope_words == both(line.name_zh, line.name_en)

    def test_the_pages_of_the_opening_stay_letter_by_letter(self, sealed: Story) -> None:
        questions: tuple[dict[str, str], ...] = (
            {},
            {"unit": "P52"},
            {"place": "52"},
            {"place": "522327", "unit": "GROUP"},
        )
        before = [opening(sealed, 1, **given_) for given_ in questions]
        act = sealed.cast.act(sealed.cast.administrator)
        move_unit(unit=sealed.cast.yunnan, parent=sealed.cast.guizhou, on=MOVED_ON, act=act)
        rename_unit(
            unit=sealed.cast.guizhou, name_zh="黔分公司", name_en="Qian", on=date(2019, 3, 1), act=act
        )
        rename_place(
            place=Place.objects.get(pk=CEHENG),
            name="双江市",
            code="522327",
            on=MOVED_ON,
            source="文",
            act=act,
        )
        sealed.stations(1, on=date(2019, 9, 13))
        assert sealed.seal() == 2
        assert [opening(sealed, 1, **given_) for given_ in questions] == before
        assert [opening(sealed, 2, **given_) for given_ in questions] != before

    def test_the_record_of_a_fact_says_them_as_well(self, sealed: Story) -> None:
        fact = Fact.objects.filter(place_id=CEHENG).first()
        act = sealed.cast.act(sealed.cast.administrator)
        rename_unit(unit=sealed.cast.guizhou, name_zh="黔分公司", name_en="Qian", on=MOVED_ON, act=act)
        sealed.seal()
        client = door(sealed.cast.officer)
        pages = {
            block: text(client.get(f"/fact/{fact.pk}/?figure={CODE}&{asked(block).query()}"))
            for block in (1, 2, None)
        }
        assert "贵州省分公司" in pages[1]
        assert "黔分公司" not in pages[1].split("<main", 1)[-1]
        assert "黔分公司" in pages[2]
        assert "黔分公司" in pages[None]


class TestAssistedCounties:
    def test_are_those_with_an_office_as_the_block_knew(self, sealed: Story) -> None:
        before = answer(asked(1))["trust"]
        assert before.in_counties == 3
        with system_writes("the office was never one of a county"):
            Unit.objects.filter(pk=sealed.cast.ceheng.pk).update(kind=Unit.Kind.OFFICE)
        assert sealed.seal() == 2
        assert answer(asked(1))["trust"] == before
        assert answer(asked(2))["trust"].in_counties == 0
        assert answer(asked())["trust"].in_counties == 0


class TestADenominator:
    def test_that_shrinks_later_leaves_the_earlier_ratio(self, sealed: Story) -> None:
        on = date(2019, 1, 1)
        listed = sealed.post(VILLAGES, [1, 1, 1, 1], unit=None, place=CEHENG, on=on)
        sealed.post(COVERED, [1, 1], unit=None, place=CEHENG, on=on)
        assert sealed.seal() == 2
        assert queries.figure_in(COVERAGE, asked(2)).value == Decimal("0.5")
        sealed.reverse(*listed[:2])
        assert sealed.seal() == 3
        assert queries.figure_in(COVERAGE, asked(2)).value == Decimal("0.5")
        assert queries.figure_in(COVERAGE, asked()).value == 1


class TestDefinitions:
    @pytest.fixture
    def committed(self, own_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """A house of its own with three stations, sealed in block 1; gives the database's name."""
        cast = enter_cast()
        with system_writes("stations of the test"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id,"
                " happened_on, source_system, source_id) SELECT %s, 1, %s, %s, 1, n, '2019-05-04', 'test', n"
                " FROM generate_series(1, 3) n",
                [measure_number(CODE), cast.guizhou.pk, CEHENG],
            )
        assert seal_pending() == 1
        monkeypatch.setitem(indicators._loaded.versions, CODE, indicators.versions_of(CODE))
        return own_database.rsplit("/", 1)[1].split("?")[0]

    def test_that_change_leave_the_earlier_figure_and_its_opening(
        self, committed: str, server: Server
    ) -> None:
        before = answer(asked(1))
        assert before["known"] == Known(definition=1, units=1, places=1)
        (present,) = indicators.versions_of(CODE)
        changed = replace(
            present,
            title=both("基站", "Stations"),
            display=Display(Scale.ONE, -1),
            scope_note=both("新", "New"),
        )
        indicators._loaded.versions[CODE] = (changed,)
        with pointing_at(server.owner(committed)):
            enter_versions()
        assert seal_pending() == 2
        assert answer(asked(1)) == before
        for live in (asked(), asked(2)):
            figure = queries.figure_in(CODE, live)
            assert (str(figure.indicator.title.en), figure.indicator.scope_note.en) == ("Stations", "New")
            assert figure.shown_in("en").number == "0"
        assert answer(asked(2))["known"] == Known(definition=2, units=1, places=1)

    def test_that_are_gone_still_open_as_of_the_earlier_block(self, committed: str, server: Server) -> None:
        before = answer(asked(1))
        del indicators._loaded.versions[CODE]
        with pointing_at(server.owner(committed)):
            enter_versions()
        assert seal_pending() == 2
        assert answer(asked(1)) == before
        assert queries.opened(CODE, asked(1)).now is None
        with pytest.raises(UnableToOpen):
            queries.figure_in(CODE, asked())

    def test_a_new_version_does_not_reach_back(self, committed: str, server: Server) -> None:
        before = answer(asked(1))
        (present,) = indicators.versions_of(CODE)
        second = replace(present, version=2, valid_from=date(2019, 6, 1), title=both("二版", "Second"))
        indicators._loaded.versions[CODE] = (present, second)
        with pointing_at(server.owner(committed)):
            enter_versions()
        seal_pending()
        assert answer(asked(1)) == before
        assert queries.figure_in(CODE, asked(2)).indicator.version == 2
        assert queries.figure_in(CODE, asked(2, period="2018")).indicator.version == 1

    def test_the_step_how_says_which_were_used(self, sealed: Story) -> None:
        client = door(sealed.cast.officer)
        page = {
            block: text(client.get(f"/f/{CODE}/?{asked(block).query()}", headers={"HX-Target": "drawer"}))
            for block in (1, None)
        }
        assert "口径 v1 在区块 1 · 单位最近变动在区块 1 · 地区最近变动在区块 1" in page[1]
        assert "现行的口径、单位和地区" in page[None]

    def test_the_terminal_says_it_too(self, sealed: Story) -> None:
        said = "参照数据：口径在区块 1，单位最近变动在区块 1，地区最近变动在区块 1"
        assert said in list(lines_of(queries.opened(CODE, asked(1)), "how", most=5))
        assert said not in list(lines_of(queries.opened(CODE, asked()), "how", most=5))


def test_a_definition_is_read_again_as_it_was_written() -> None:
    found = indicators.all_versions()
    assert CODE in {one.code for one in found}
    for one in found:
        again = indicator_from(content_of(one))
        assert content_of(again) == content_of(one)
        assert (again.formula, again.display, again.title, again.roles) == (
            one.formula, one.display, one.title, one.roles,
        )  # fmt: skip


BRANCHES = ("guizhou", "yunnan", "audit", "office")
deeds = st.one_of(
    st.tuples(
        st.just("post"), st.sampled_from(BRANCHES), st.sampled_from((CEHENG, GUYUAN)), st.integers(1, 2)
    ),
    st.tuples(st.just("move"), st.sampled_from(BRANCHES), st.sampled_from((*BRANCHES, "group"))),
    st.tuples(st.just("rename"), st.sampled_from(BRANCHES)),
    st.tuples(st.just("place"), st.sampled_from((CEHENG, GUYUAN))),
    st.tuples(st.just("reverse"), st.integers(0, 9)),
    st.just(("seal",)),
)


FIRST: list[tuple[Any, ...]] = [
    *(("post", branch, place, 1) for branch, place in zip(BRANCHES, (CEHENG, GUYUAN) * 2, strict=True)),
    ("seal",),
]


def do(story: Story, deed: tuple[Any, ...], turn: int) -> None:
    act, on = story.cast.act(story.cast.administrator), date(2019, 1, 1 + turn)
    match deed:
        case ("post", branch, place, how_many):
            story.stations(how_many, unit=getattr(story.cast, branch).pk, place=place)
        case ("move", branch, parent):
            unit, above = getattr(story.cast, branch), getattr(story.cast, parent)
            unit.refresh_from_db()
            above.refresh_from_db()
            if unit.parent_id != above.pk and not above.path.startswith(unit.path):
                move_unit(unit=unit, parent=above, on=on, act=act)
        case ("rename", branch):
            name = f"单位{turn}"
            rename_unit(unit=getattr(story.cast, branch), name_zh=name, name_en=name, on=on, act=act)
        case ("place", place):
            present = Place.objects.get(pk=place)
            code = str(place)[:6]
            rename_place(place=present, name=f"县{turn}", code=code, on=on, source="文", act=act)
        case ("reverse", at):
            taken_back = Fact.objects.filter(reverses_id__isnull=False).values("reverses_id")
            standing = Fact.objects.filter(reverses_id__isnull=True).exclude(pk__in=taken_back).order_by("id")
            if standing:
                story.reverse(standing[at % len(standing)].pk)


@pytest.mark.django_db
@settings(max_examples=15)
@given(history=st.lists(deeds, min_size=3, max_size=10))
def test_what_was_said_as_a_block_was_sealed_is_said_of_it_for_ever(
    story: Story, history: list[tuple[Any, ...]]
) -> None:
    before = transaction.savepoint()
    try:
        said: dict[int, list[dict[str, Any]]] = {}
        for turn, deed in enumerate([*FIRST, *history, ("seal",)], start=1):
            do(story, deed, turn)
            if deed == ("seal",) and (block := seal_pending()) is not None:
                live = [answer(read_selection(question)) for question in QUESTIONS]
                sealed = [answer(asked(block, **question)) for question in QUESTIONS]
                for now, then in zip(live, sealed, strict=True):
                    assert {**then, "known": None} == now
                said[block] = sealed
        assert said
        for block, answers in said.items():
            assert [answer(asked(block, **question)) for question in QUESTIONS] == answers
    finally:
        transaction.savepoint_rollback(before)
