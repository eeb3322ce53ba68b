"""Year on year, cumulative, shares, per head and what a definition narrows to: exact values, null, and what they open to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bangfu.foundation.places.operations import register_denominators
from bangfu.foundation.places.registers import Registered
from bangfu.reporting import queries
from bangfu.reporting.definitions import Role, TermKind
from bangfu.reporting.facts import facts_in
from bangfu.reporting.indicators import Indicator, WrongIndicator, read_folders, read_indicator
from bangfu.reporting.registered import places_of, registered_in
from bangfu.reporting.selection import read_selection
from bangfu.reporting.telling import lines_of
from bangfu.reporting.versions import content_of, indicator_from
from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.reporting.kinds import COVERED, GIVEN, LESSONS, MEASURES, PAID, party
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text

SINCE, EVER, GROWTH, PUPILS, SHARE, OF_PROVINCE, PER_HEAD, NARROWED = (
    "toy.since", "toy.ever", "toy.growth", "toy.growth_of_pupils", "toy.share", "toy.share_of_province", "toy.per_head",
    "toy.narrowed",
)  # fmt: skip
ANSHUN = 520400000000


def value(code: str, period: str = "2019", **given: str) -> Decimal | None:
    return queries.figure_in(code, read_selection({"period": period, **given})).value


def paid(
    story: Story, amount: int, on: date, *, place: int = CEHENG, who: int = 1, unit: int | None = None
) -> int:
    (fact,) = story.post(PAID, [amount], unit=unit, place=place, on=on, parties=[party(who)])
    return fact


def registered(story: Story, *rows: tuple[int, int, int], source: str = "统计年鉴") -> int:
    """Register the population of places in years."""
    cast = story.cast
    frame = pl.DataFrame(list(rows), schema=["place", "year", "value"], orient="row")
    act = cast.act(cast.administrator)
    return register_denominators(register="population", source=source, rows=frame, act=act)


@pytest.fixture
def grants(story: Story) -> Story:
    """Grants in 册亨: 100 in March 2018, 200 in August 2018, 450 in March 2019; in 沽源 50 in May 2019."""
    for amount, on in ((100, date(2018, 3, 1)), (200, date(2018, 8, 1)), (450, date(2019, 3, 1))):
        paid(story, amount, on, who=amount)
    paid(story, 50, date(2019, 5, 1), place=GUYUAN)
    return story


class TestCumulative:
    def test_counts_from_the_declared_day(self, grants: Story) -> None:
        found = {period: value(SINCE, period) for period in ("2018-H1", "2018-07", "2018", "2019-03", "2019")}
        assert found == {"2018-H1": None, "2018-07": None, "2018": 200, "2019-03": 650, "2019": 700}

    def test_counts_from_the_beginning_without_one(self, story: Story) -> None:
        for on in (date(2001, 1, 1), date(2019, 6, 1), date(2020, 1, 1)):
            story.post(LESSONS, [1], unit=None, place=CEHENG, on=on)
        assert [value(EVER, period) for period in ("2000", "2018", "2019", "2020")] == [None, 1, 2, 3]

    def test_months_hold_what_stood_at_their_end(self, grants: Story) -> None:
        parts = queries.opened(SINCE, read_selection({"period": "2019-H1"})).breakdown
        assert [part.value for part in parts.months] == [200, 200, 650, 650, 700, 700]
        assert [(part.key, part.value) for part in parts.places] == [(GUIZHOU, 650), (130000000000, 50)]

    def test_opens_to_the_facts_since_that_day(self, grants: Story) -> None:
        figure = queries.figure_in(SINCE, read_selection({"period": "2019-03"}))
        facts = facts_in(figure.indicator, figure.selection)
        assert sorted(facts.values_list("quantity", flat=True)) == [200, 450]
        assert "2018-07-01 ≤ 发生日期 ≤ 期末" in figure.indicator.formula.zh


class TestGrowth:
    def test_holds_the_period_against_the_same_a_year_before(self, grants: Story) -> None:
        assert value(GROWTH, "2019-03") == 350
        assert value(GROWTH) == Decimal("66.6666666667")
        assert str(queries.figure_in(GROWTH, read_selection({"period": "2019"}))) == "66.7%"

    def test_is_null_without_a_base_and_never_zero(self, grants: Story) -> None:
        assert value(GROWTH, "2018") is None
        assert value(GROWTH, "2019-05") is None
        grants.reverse(paid(grants, 7, date(2018, 5, 1), place=GUYUAN))
        assert value(GROWTH, "2019-05", place="130724") is None

    def test_nothing_after_something_is_all_of_it_less(self, grants: Story) -> None:
        assert value(GROWTH, "2019-08") == -100
        assert value(GROWTH, "2020") == -100

    def test_counts_parties_anew_in_each_year(self, grants: Story) -> None:
        assert value(PUPILS) == 0
        paid(grants, 5, date(2019, 9, 1), who=7)
        assert value(PUPILS) == Decimal("0.5")

    def test_each_term_opens_at_its_own_address(self, grants: Story) -> None:
        present, base = queries.figure_in(GROWTH, read_selection({"period": "2019-03"})).terms
        assert present.address == "/f/toy.growth/?period=2019-03&term=numerator"
        assert base.address == "/f/toy.growth/?period=2018-03&term=base"
        assert (present.value, base.value) == (450, 100)
        opened = queries.opened(GROWTH, read_selection({"period": "2018-03", "term": "base"}))
        assert opened.figure.value == 100
        facts = facts_in(opened.figure.indicator, opened.figure.selection)
        assert list(facts.values_list("quantity", flat=True)) == [100]

    def test_parts_are_held_against_their_own_base(self, grants: Story) -> None:
        parts = queries.opened(GROWTH, read_selection({"period": "2019"})).breakdown
        assert [(part.key, part.value) for part in parts.places] == [(GUIZHOU, 50)]
        months = {part.month.month: part.value for part in parts.months if part.facts}
        assert months == {3: 350, 8: -100}

    def test_the_facts_under_it_are_those_of_both_years(self, grants: Story) -> None:
        figure = queries.figure_in(GROWTH, read_selection({"period": "2019-03"}))
        facts = facts_in(figure.indicator, figure.selection)
        assert sorted(facts.values_list("quantity", flat=True)) == [100, 450]


class TestShare:
    @pytest.fixture
    def covered(self, story: Story) -> Story:
        """30 villages of 贵州 in 册亨, 10 of 云南 in 沽源."""
        story.post(COVERED, [30], unit=None, place=CEHENG, on=date(2018, 1, 1))
        story.post(COVERED, [10], unit=story.cast.yunnan.pk, place=GUYUAN, on=date(2019, 1, 1))
        return story

    def test_is_of_everything(self, covered: Story) -> None:
        assert value(SHARE) == 1
        assert value(SHARE, place="52") == Decimal("0.75")
        assert value(SHARE, unit="P53") == Decimal("0.25")
        assert value(SHARE, unit="P53", place="52") == 0
        assert value(SHARE, area="region-yanshan-taihang") == Decimal("0.25")
        assert value(SHARE, "2017") is None

    def test_is_of_the_province_that_a_place_lies_in(self, grants: Story) -> None:
        paid(grants, 150, date(2019, 4, 1), place=ANSHUN)
        assert value(OF_PROVINCE, place="522327") == Decimal("0.75")
        assert value(OF_PROVINCE, place="52") == 1
        assert value(OF_PROVINCE) is None
        assert value(OF_PROVINCE, area="poor-832") is None

    def test_the_denominator_opens_in_its_wider_scope(self, covered: Story) -> None:
        terms = queries.figure_in(SHARE, read_selection({"period": "2019", "place": "52"})).terms
        assert [one.address for one in terms] == [
            "/f/toy.share/?period=2019&place=520000&term=numerator",
            "/f/toy.share/?period=2019&term=denominator",
        ]
        assert [one.value for one in terms] == [30, 40]

    def test_parts_are_shares_of_the_whole_and_months_of_each_month(self, covered: Story) -> None:
        parts = queries.opened(SHARE, read_selection({"period": "2018-12-01/2019-01-31"})).breakdown
        assert [(part.key, part.value) for part in parts.places] == [
            (GUIZHOU, Decimal("0.75")),
            (130000000000, Decimal("0.25")),
        ]
        assert [part.value for part in parts.units] == [Decimal("0.75"), Decimal("0.25")]
        one = queries.opened(SHARE, read_selection({"period": "2018-12-01/2019-01-31", "place": "52"}))
        assert [part.value for part in one.breakdown.months] == [1, Decimal("0.75")]


class TestPerHead:
    def test_divides_by_the_newest_year_up_to_the_periods_end(self, grants: Story) -> None:
        registered(grants, (CEHENG, 2017, 100000), (CEHENG, 2019, 180000), (CEHENG, 2020, 7))
        assert value(PER_HEAD, place="522327") == 25
        assert value(PER_HEAD, "2018", place="522327") == 30
        assert value(PER_HEAD, "2016", place="522327") is None

    def test_is_null_where_none_is_registered(self, grants: Story) -> None:
        assert value(PER_HEAD, place="522327") is None
        registered(grants, (CEHENG, 2019, 180000))
        assert value(PER_HEAD) is None, "everywhere is no place"
        assert value(PER_HEAD, place="52") is None, "a county is not its province"

    def test_of_an_area_needs_every_member(self, grants: Story) -> None:
        area = {"area": "region-yanshan-taihang"}
        selection = read_selection({"period": "2019", **area})
        members = [part * size for size, parts in selection.area_members.items() for part in parts]
        registered(grants, *((place, 2019, 1000) for place in members if place != GUYUAN))
        assert value(PER_HEAD, **area) is None
        registered(grants, (GUYUAN, 2019, 1000))
        assert value(PER_HEAD, **area) == (Decimal(50 * 10000) / (1000 * len(members))).quantize(
            Decimal("1e-10")
        )
        assert value(PER_HEAD, **area, place="130724") == 500

    def test_parts_by_place_have_their_own(self, grants: Story) -> None:
        paid(grants, 90, date(2019, 4, 1), place=ANSHUN)
        registered(grants, (GUIZHOU, 2019, 1000000), (CEHENG, 2019, 180000))
        parts = queries.opened(PER_HEAD, read_selection({"period": "2019", "place": "52"})).breakdown
        assert parts.sum.value == Decimal("5.4")
        assert [(part.key, part.value) for part in parts.places] == [(CEHENG, 25)]
        assert parts.units == ()
        assert [part.value for part in parts.months if part.facts] == [Decimal("4.5"), Decimal("0.9")]

    def test_the_denominator_says_year_and_document(self, grants: Story) -> None:
        registered(grants, (CEHENG, 2018, 100000), source="册亨县统计公报（2018）")
        figure = queries.figure_in(PER_HEAD, read_selection({"period": "2019", "place": "522327"}))
        denominator = figure.terms[1]
        assert (denominator.value, denominator.sum.facts, str(denominator)) == (100000, 0, "100000人")
        term = denominator.indicator.term
        assert term.kind is TermKind.REGISTERED
        assert registered_in(term, denominator.selection) == [
            Registered(CEHENG, 2018, 100000, "册亨县统计公报（2018）")
        ]
        assert list(facts_in(denominator.indicator, denominator.selection)) == []

    def test_as_of_a_block_a_correction_is_not_known_yet(self, grants: Story) -> None:
        registered(grants, (CEHENG, 2019, 180000))
        block = str(grants.seal())
        assert registered(grants, (CEHENG, 2019, 90000), source="更正公报") == 1
        question = {"place": "522327"}
        assert (value(PER_HEAD, **question), value(PER_HEAD, **question, as_of=block)) == (50, 25)
        later = str(grants.seal())
        assert value(PER_HEAD, **question, as_of=block) == 25
        assert value(PER_HEAD, **question, as_of=later) == 50


class TestNarrowed:
    def test_counts_several_measures_within_the_declared_area_and_place(self, grants: Story) -> None:
        grants.post(GIVEN, [Decimal("0.5")], unit=None, place=CEHENG, on=date(2019, 6, 1))
        grants.post(GIVEN, [9], unit=None, place=ANSHUN, on=date(2019, 6, 1))
        assert value(NARROWED) == Decimal("450.5")
        assert value(NARROWED, place="13") is None
        assert value(NARROWED, place="522327") == Decimal("450.5")
        figure = queries.figure_in(NARROWED, read_selection({"period": "2019"}))
        facts = facts_in(figure.indicator, figure.selection)
        assert sorted(facts.values_list("quantity", flat=True)) == [Decimal("0.5"), 450]
        assert "限片区 region-dian-gui-qian-karst，限地区" in figure.indicator.formula.zh
        parts = queries.opened(NARROWED, read_selection({"period": "2019"})).breakdown
        assert [(part.key, part.value) for part in parts.places] == [(GUIZHOU, Decimal("450.5"))]

    def test_counts_what_the_declared_unit_and_those_below_it_own(self, grants: Story) -> None:
        paid(grants, 7, date(2019, 5, 1), unit=grants.cast.yunnan.pk)
        assert (value("toy.of_yunnan"), value("toy.of_yunnan", unit="P52")) == (7, None)
        assert value("toy.of_yunnan", unit="GROUP", place="522327") == 7
        figure = queries.figure_in("toy.of_yunnan", read_selection({"period": "2019"}))
        assert facts_in(figure.indicator, figure.selection).count() == 1
        assert "限单位 P53 及其下级" in figure.indicator.formula.zh
        assert indicator_from(content_of(figure.indicator)).terms == figure.indicator.terms


@pytest.mark.parametrize(
    ("place", "members", "found"),
    [
        (None, None, []),
        (CEHENG, None, [CEHENG]),
        (None, {10**6: [522327, 130724]}, [GUYUAN, CEHENG]),
        (None, {10**10: [52], 10**6: [522327, 130724]}, [GUYUAN, GUIZHOU]),
        (GUIZHOU, {10**6: [522327, 130724]}, [CEHENG]),
        (CEHENG, {10**10: [52]}, [CEHENG]),
        (GUYUAN, {10**10: [52]}, []),
        (None, {10**6: []}, []),
    ],
)
def test_the_places_of_a_denominator_overlap_nowhere(
    place: int | None, members: dict[int, list[int]] | None, found: list[int]
) -> None:
    assert places_of(place, members) == found


def test_each_is_read_again_from_what_is_sealed(story: Story) -> None:
    for code in (SINCE, EVER, GROWTH, SHARE, OF_PROVINCE, PER_HEAD, NARROWED):
        (one,) = queries.versions_of(code)
        again = indicator_from(content_of(one))
        assert (again.terms, again.formula, again.kind) == (one.terms, one.formula, one.kind)
    counted = {code: queries.versions_of(code)[0].measures for code in (GROWTH, PER_HEAD, NARROWED)}
    assert counted == {GROWTH: (PAID,), PER_HEAD: (PAID,), NARROWED: (PAID, GIVEN)}
    assert queries.versions_of(GROWTH)[0].of_term(Role.BASE).term.years_back == 0


HEAD = """
code = "toy.wrong"
number = 1
version = 1
valid_from = 2015-01-01
title = { zh = "错", en = "Wrong" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "错。", en = "Wrong." }
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'kind = "cumulative"\nmeasure = "toy.covered"',
            "kind: the measure toy.covered is a stock: it stands already",
        ),
        ('kind = "cumulative"\nmeasure = "toy.paid"\nsince = "2018"', "since: must be a date, not '2018'"),
        (
            'kind = "flow"\nmeasures = ["toy.paid", "toy.lessons"]',
            "measures: must be of one kind and one unit",
        ),
        ('kind = "flow"\nmeasures = []', "measures: must name each measure once"),
        ('kind = "flow"\nmeasures = ["toy.paid", "toy.paid"]', "measures: must name each measure once"),
        ('kind = "flow"\nmeasure = "toy.paid"\nplace = "7"', "place: is no code of a place: '7'"),
        ('kind = "registered"\nmeasure = "toy.paid"', "kind: must be one of"),
        ('kind = "growth"\nfactor = 1', "numerator: is missing"),
        (
            'kind = "share"\nfactor = 1\nof = "moon"\nnumerator = { kind = "flow", measure = "toy.paid" }',
            "of: must be one of all, places, units, province, not 'moon'",
        ),
        (
            'kind = "per_head"\nfactor = 1\ndenominator = "cows"\nnumerator = { kind = "flow", measure = "toy.paid" }',
            "denominator: must be one of",
        ),
        (
            'kind = "ratio"\nfactor = 1\nnumerator = { kind = "registered", measure = "toy.paid" }',
            "numerator.kind: must be one of",
        ),
        (
            'kind = "target"\nnumerator = { kind = "flow", measure = "toy.paid" }\n'
            'target = { kind = "stock", measure = "toy.covered" }',
            "target: holds different units of measure against each other: yuan and villages",
        ),
        ('kind = "flow"\nindicator = "toy.other"', "indicator: no indicator is called 'toy.other'"),
    ],
)
def test_a_wrong_file_is_refused_by_its_field(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text + HEAD, encoding="utf-8")
    with pytest.raises(WrongIndicator, match=f"wrong.toml: {said.split(':')[0]}: ") as wrong:
        read_indicator(path, {one.code: one for one in MEASURES})
    assert said in str(wrong.value)


PERCENT = HEAD.replace('scale = "1"', 'scale = "%"').replace('unit = { zh = "元", en = "yuan" }\n', "")


def test_a_percentage_of_sums_is_of_one_unit(tmp_path: Path) -> None:
    path, measures = tmp_path / "wrong.toml", {one.code: one for one in MEASURES}
    stock, flow = '{ kind = "stock", measure = "toy.villages" }', '{ kind = "flow", measure = "toy.paid" }'
    counted = '{ kind = "distinct", measure = "toy.paid" }'
    start = f'kind = "ratio"\nfactor = 100\nnumerator = {stock}\n'
    path.write_text(f"{start}denominator = {flow}{PERCENT}", encoding="utf-8")
    said = "denominator: holds different units of measure against each other: villages and yuan"
    with pytest.raises(WrongIndicator, match=said):
        read_indicator(path, measures)
    path.write_text(f"{start}denominator = {counted}{PERCENT}", encoding="utf-8")
    assert read_indicator(path, measures).factor == 100


class TestTakenOver:
    """A term may be that of another indicator, narrowed further."""

    def folder(self, tmp_path: Path, **files: str) -> dict[str, Path]:
        for number, (name, said) in enumerate(files.items(), start=1):
            head = HEAD.replace("toy.wrong", f"toy.{name}").replace("number = 1", f"number = {number}")
            (tmp_path / f"{name}.toml").write_text(said + head, encoding="utf-8")
        return {"toy": tmp_path}

    def read(self, folder: dict[str, Path]) -> dict[str, Indicator]:
        found = read_folders(folder, {one.code: one for one in MEASURES})
        return {one.code: one for one in found}

    def test_has_the_same_count_and_says_of_which_version(self, tmp_path: Path) -> None:
        base = 'kind = "flow"\nmeasures = ["toy.paid", "toy.given"]\narea = "poor-832"'
        found = self.read(
            self.folder(
                tmp_path,
                zbase=base,
                part='kind = "flow"\nindicator = "toy.zbase"\nowner = "P52"',
                each='kind = "ratio"\nfactor = 1\nnumerator = { kind = "flow", indicator = "toy.part" }\n'
                'denominator = { kind = "distinct", measure = "toy.paid" }',
            )
        )
        expected = replace(found["toy.zbase"].term, owner="P52", of="toy.zbase v1")
        assert found["toy.part"].term == expected
        assert found["toy.each"].term == replace(expected, of="toy.part v1")
        assert indicator_from(content_of(found["toy.each"])).terms == found["toy.each"].terms

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"a": 'kind = "flow"\nindicator = "toy.a"'}, "refers to itself: toy.a → toy.a"),
            (
                {
                    "a": 'kind = "flow"\nindicator = "toy.b"',
                    "b": 'kind = "flow"\nindicator = "toy.c"',
                    "c": 'kind = "flow"\nindicator = "toy.a"',
                },
                "refers to itself: toy.a → toy.b → toy.c → toy.a",
            ),
            (
                {"a": 'kind = "flow"\nindicator = "toy.b"', "b": 'kind = "distinct"\nmeasure = "toy.paid"'},
                "toy.b is of the kind distinct",
            ),
            (
                {
                    "a": 'kind = "flow"\nindicator = "toy.b"\nowner = "P52"',
                    "b": 'kind = "flow"\nmeasure = "toy.paid"\nowner = "P53"',
                },
                "owner: toy.b v1 is narrowed to P53 already",
            ),
            (
                {
                    "a": 'kind = "flow"\nindicator = "toy.b"',
                    "b": 'kind = "growth"\nfactor = 1\nnumerator = { kind = "flow", measure = "toy.paid" }',
                },
                "toy.b is worked out from two terms",
            ),
        ],
    )
    def test_what_cannot_be_taken_over_is_refused(
        self, tmp_path: Path, files: dict[str, str], said: str
    ) -> None:
        with pytest.raises(WrongIndicator, match=said):
            self.read(self.folder(tmp_path, **files))

    def test_numbers_of_the_offices_own_do_not_ship(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path, a='kind = "flow"\nmeasure = "toy.paid"')
        path = tmp_path / "a.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("number = 1", "number = 4096"), "utf-8")
        with pytest.raises(WrongIndicator, match="number: numbers from 4096 on are for the office’s own"):
            self.read(folder)


class TestPages:
    def page(self, story: Story, address: str) -> str:
        response = door(story.cast.officer).get(address)
        assert response.status_code == 200
        return text(response)

    def test_growth_shows_both_terms_and_leads_back(self, grants: Story) -> None:
        page = self.page(grants, f"/f/{GROWTH}/?period=2019-03")
        assert "（本期 − 上年同期）÷ 上年同期 × 100" in page
        assert 'href="/f/toy.growth/?period=2018-03&amp;term=base"' in page
        base = self.page(grants, f"/f/{GROWTH}/facts?period=2018-03&term=base")
        assert 'href="/f/toy.growth/facts?period=2019-03"' in base
        assert "没有增长率，不等于零" in self.page(grants, f"/f/{GROWTH}/?period=2018")

    def test_every_step_opens(self, grants: Story) -> None:
        registered(grants, (CEHENG, 2019, 180000))
        for code in (SINCE, GROWTH, PUPILS, SHARE, OF_PROVINCE, PER_HEAD, NARROWED):
            for step in ("", "where", "facts"):
                self.page(grants, f"/f/{code}/{step}?period=2019&place=522327")
            assert door(grants.cast.officer).get(f"/f/{code}/facts.csv?period=2019").status_code == 200

    def test_a_registered_denominator_shows_its_documents(self, grants: Story) -> None:
        registered(grants, (CEHENG, 2018, 100000), source="册亨县统计公报")
        page = self.page(grants, f"/f/{PER_HEAD}/facts?period=2019&place=522327&term=denominator")
        assert "册亨县统计公报" in page
        assert "登记的数，不由事实合计" in page
        assert "这是登记的数" in self.page(
            grants, f"/f/{PER_HEAD}/where?period=2019&place=522327&term=denominator"
        )
        lines = list(lines_of(queries.opened(PER_HEAD, read_selection(
            {"period": "2019", "place": "522327", "term": "denominator"})), "facts", most=5))  # fmt: skip
        assert lines[-1].split() == ["册亨县", "2018", "100,000", "册亨县统计公报"]

    def test_a_share_is_for_whoever_may_see_the_whole(self, grants: Story) -> None:
        official = door(grants.cast.county_official)
        assert official.get(f"/f/{PER_HEAD}/?period=2019&place=522327").status_code == 200
        for code in (SHARE, OF_PROVINCE):
            assert official.get(f"/f/{code}/?period=2019&place=522327").status_code == 403
            assert code not in text(official.get("/figures/?period=2019"))
            assert door(grants.cast.officer).get(f"/f/{code}/?period=2019&place=522327").status_code == 200
