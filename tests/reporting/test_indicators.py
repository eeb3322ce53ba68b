"""Indicator files are read strictly, and a wrong one says where it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both
from bangfu.reporting import indicators as reading
from bangfu.reporting.display import Display, Rounding, Scale
from bangfu.reporting.indicators import (
    IndicatorKind,
    Term,
    TermKind,
    WrongIndicator,
    read_folders,
    read_indicator,
    shipped_indicators,
    valid_for,
    versions_of,
)
from bangfu.reporting.periods import read_period
from bangfu.reporting.versions import content_of

LAMPS = Measure("light.lamps", both("灯", "Lamps"), both("盏", "lamps"))
STANDING = Measure("light.standing", both("在用灯", "Lamps in use"), both("盏", "lamps"), MeasureKind.STOCK)
MEASURES = {one.code: one for one in (LAMPS, STANDING)}
GOOD = """
code = "light.lamps"
number = 7
version = 1
valid_from = 2019-01-01
kind = "flow"
measure = "light.lamps"
title = { zh = "新装路灯", en = "New lamps" }
unit = { zh = "盏", en = "lamps" }
display = { scale = "万", decimals = 2, rounding = "half_up" }
scope_note = { zh = "以亮灯日计入。", en = "Counted on the day it was lit." }
"""


def write(folder: Path, text: str, name: str = "lamps.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_an_indicator(tmp_path: Path) -> None:
    found = read_indicator(write(tmp_path, GOOD), MEASURES)
    assert (found.code, found.number, found.version, found.valid_from) == (
        "light.lamps",
        7,
        1,
        date(2019, 1, 1),
    )
    assert found.term.measure is LAMPS
    assert found.term.kind is TermKind.FLOW
    assert found.display == Display(Scale.WAN, 2)
    assert (found.title.zh, found.unit.en) == ("新装路灯", "lamps")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "flow"', 'kind = "flow"\ncolour = "red"', "colour: is not a field of an indicator"),
        ('en = "New lamps"', 'de = "Lampen"', "title.en: is missing"),
        ('en = "New lamps"', 'en = " "', "title.en: is empty"),
        ('en = "New lamps"', 'en = "New lamps", de = "Lampen"', "title.de: is not a field"),
        ('measure = "light.lamps"', 'measure = "light.lanterns"', "measure: no room declares the measure 'light.lanterns'"),
        ('kind = "flow"', 'kind = "stock"', "kind: the measure light.lamps is a flow"),
        ('kind = "flow"', 'kind = "median"', "kind: must be one of flow, stock, distinct, ratio, target"),
        ('scale = "万"', 'scale = "千"', "display.scale: must be one of 1, 万, 亿, %"),
        ("decimals = 2", 'decimals = "2"', "display.decimals: must be a int"),
        ("decimals = 2", "decimals = 20", "display.decimals: must lie between -8 and 8"),
        ('rounding = "half_up"', 'rounding = "up"', "display.rounding: up is for a number in a text"),
        ("version = 1", "version = 0", "version: starts at 1"),
        ("version = 1", "version = true", "version: must be a int"),
        ("number = 7", "number = 9999", "number: must lie between 1 and 8191"),
        ("valid_from = 2019-01-01", 'valid_from = "2019"', "valid_from: must be a date"),
        ("number = 7\n", "", "number: is missing"),
        ("code =", "code", "lamps.toml: "),
    ],
)  # fmt: skip
def test_names_the_file_and_the_field_that_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(WrongIndicator) as caught:
        read_indicator(write(tmp_path, GOOD.replace(old, new, 1)), MEASURES)
    assert str(caught.value).startswith("lamps.toml: ")
    assert said in str(caught.value)


def test_a_stock_needs_the_measure_of_a_stock(tmp_path: Path) -> None:
    text = GOOD.replace('"flow"', '"stock"').replace('measure = "light.lamps"', 'measure = "light.standing"')
    assert read_indicator(write(tmp_path, text), MEASURES).term.kind is TermKind.STOCK


def test_a_folder_belongs_to_its_room(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert [one.code for one in read_folders({"light": tmp_path}, MEASURES)] == ["light.lamps"]
    with pytest.raises(WrongIndicator, match=r"code: light.lamps does not begin with network\."):
        read_folders({"network": tmp_path}, MEASURES)
    with pytest.raises(WrongIndicator, match="not there"):
        read_folders({"light": tmp_path / "nowhere"}, MEASURES)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (GOOD, "version: 1 stands in lamps.toml as well"),
        (GOOD.replace("version = 1", "version = 2"), "valid_from: must lie after version 1"),
        (
            GOOD.replace("version = 1", "version = 2").replace("number = 7", "number = 8"),
            "number: light.lamps is number 7",
        ),
        (GOOD.replace('code = "light.lamps"', 'code = "light.other"'), "number: 7 is light.lamps"),
    ],
)
def test_versions_follow_each_other(
    tmp_path: Path, second: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, second, "second.toml")
    with pytest.raises(WrongIndicator, match=said):
        reading._arranged(read_folders({"light": tmp_path}, MEASURES))


def test_the_period_chooses_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    newer = GOOD.replace("version = 1", "version = 2").replace("2019-01-01", "2020-07-01")
    write(tmp_path, newer, "second.toml")
    loaded = reading._arranged(read_folders({"light": tmp_path}, MEASURES))
    monkeypatch.setattr(reading, "_loaded", loaded)
    chosen = {
        code: valid_for(versions_of("light.lamps"), read_period(code)).version
        for code in ("2018", "2019", "2020-H1", "2020")
    }
    assert chosen == {"2018": 1, "2019": 1, "2020-H1": 1, "2020": 2}


def test_every_indicator_of_the_house_is_loaded() -> None:
    assert "network.base_stations" in {one.code for one in shipped_indicators()}


RATIO = """
code = "light.share"
number = 8
version = 1
valid_from = 2019-01-01
kind = "ratio"
factor = 100
title = { zh = "亮灯率", en = "Lit" }
display = { scale = "%", decimals = 1, rounding = "down" }
scope_note = { zh = "亮灯数除以路灯数。", en = "Lit lamps over lamps." }
[numerator]
kind = "distinct"
measure = "light.lamps"
[denominator]
kind = "stock"
measure = "light.standing"
"""
TARGET = RATIO.replace('"ratio"\nfactor = 100', '"target"').replace("[denominator]", "[target]")
TARGET = "\n".join(line for line in TARGET.splitlines() if not line.startswith("display"))


class TestKinds:
    def test_reads_a_ratio(self, tmp_path: Path) -> None:
        found = read_indicator(write(tmp_path, RATIO), MEASURES)
        assert found.kind is IndicatorKind.RATIO
        assert (found.term, found.against) == (Term(LAMPS, TermKind.DISTINCT), Term(STANDING, TermKind.STOCK))
        assert (found.factor, found.unit.zh) == (100, "")
        assert found.display == Display(Scale.PERCENT, 1, Rounding.DOWN, is_in_hundreds=True)
        assert found.formula.en == (
            "[number of different parties (Lamps: the party’s quantities sum to more than 0), happened within the"
            " period] ÷ [Σ quantity (Lamps in use), happened on or before the period’s end] × 100, place and unit in"
            " the selection; reversals count negative"
        )

    def test_reads_a_target_without_unit_and_display(self, tmp_path: Path) -> None:
        found = read_indicator(write(tmp_path, TARGET), MEASURES)
        assert (found.kind, found.factor, found.display) == (IndicatorKind.TARGET, 1, Display())
        assert [role.value for role in found.roles] == ["numerator", "target"]

    @pytest.mark.parametrize("measure", ["light.lamps", "light.standing"])
    def test_reads_a_distinct_count_of_either_kind(self, tmp_path: Path, measure: str) -> None:
        text = GOOD.replace('"flow"', '"distinct"').replace(
            'measure = "light.lamps"', f'measure = "{measure}"'
        )
        found = read_indicator(write(tmp_path, text), MEASURES)
        assert (found.term.counts_parties, found.term.has_start) == (True, measure == "light.lamps")

    @pytest.mark.parametrize(
        ("text", "old", "new", "said"),
        [
            (RATIO, "factor = 100\n", "", "factor: is missing"),
            (RATIO, "factor = 100", "factor = 7", "factor: must be 1, 10, 100"),
            (RATIO, "factor = 100", "factor = 0", "factor: must be 1, 10, 100"),
            (RATIO, "factor = 100", "factor = 1000", "display.scale: % is for ratios"),
            (RATIO, "[denominator]", "[target]", "denominator: is missing"),
            (RATIO, 'kind = "distinct"', 'kind = "ratio"', "numerator.kind: must be one of flow, stock, distinct"),
            (RATIO, 'measure = "light.lamps"', 'measure = "x.y"', "numerator.measure: no room declares"),
            (RATIO, 'measure = "light.lamps"', 'measure = "light.lamps"\ncolour = "a"', "numerator.colour: is not a field"),
            (RATIO, 'scale = "%"', 'scale = "1"', "unit: is missing"),
            (TARGET, "[target]", "[denominator]", "target: is missing"),
            (TARGET, 'kind = "target"', 'kind = "target"\nfactor = 1', "factor: is not a field"),
            (GOOD, 'kind = "flow"', 'kind = "flow"\nfactor = 1', "factor: is not a field"),
            (GOOD, 'scale = "万"', 'scale = "%"', "display.scale: % is for ratios"),
        ],
    )  # fmt: skip
    def test_names_what_is_wrong(self, tmp_path: Path, text: str, old: str, new: str, said: str) -> None:
        assert old in text
        with pytest.raises(WrongIndicator) as caught:
            read_indicator(write(tmp_path, text.replace(old, new, 1)), MEASURES)
        assert said in str(caught.value)


class TestAlsoCalled:
    NAMES = 'also_called = { zh = ["路灯"], en = ["street lamps"] }'

    def test_is_read_and_is_no_part_of_the_definition(self, tmp_path: Path) -> None:
        plain = read_indicator(write(tmp_path, GOOD), MEASURES)
        named = read_indicator(write(tmp_path, f"{GOOD}{self.NAMES}\n"), MEASURES)
        assert named.also_called == {"zh": ("路灯",), "en": ("street lamps",)}
        assert named == plain
        assert content_of(named) == content_of(plain)

    @pytest.mark.parametrize(
        "wrong",
        ['{ zh = ["路灯"] }', '{ zh = "路灯", en = [] }', "{ zh = [4], en = [] }", '{ zh = [" "], en = [] }'],
    )
    def test_a_wrong_one_is_named(self, tmp_path: Path, wrong: str) -> None:
        with pytest.raises(WrongIndicator, match="also_called"):
            read_indicator(write(tmp_path, f"{GOOD}also_called = {wrong}\n"), MEASURES)
