"""Indicator files are read strictly, and a wrong one says where it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both
from bangfu.reporting import indicators as reading
from bangfu.reporting.display import Display, Scale
from bangfu.reporting.indicators import (
    WrongIndicator,
    indicator_for,
    indicators,
    read_folders,
    read_indicator,
)
from bangfu.reporting.periods import read_period

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
    assert found.term.kind is MeasureKind.FLOW
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
        ('kind = "flow"', 'kind = "median"', "kind: must be one of flow, stock"),
        ('scale = "万"', 'scale = "千"', "display.scale: must be one of 1, 万, 亿"),
        ("decimals = 2", 'decimals = "2"', "display.decimals: must be a int"),
        ("decimals = 2", "decimals = 20", "display.decimals: must lie between -8 and 8"),
        ('rounding = "half_up"', 'rounding = "up"', "display.rounding: must be one of half_up"),
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
    assert read_indicator(write(tmp_path, text), MEASURES).term.kind is MeasureKind.STOCK


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
        code: indicator_for("light.lamps", read_period(code)).version
        for code in ("2018", "2019", "2020-H1", "2020")
    }
    assert chosen == {"2018": 1, "2019": 1, "2020-H1": 1, "2020": 2}


def test_every_indicator_of_the_house_is_loaded() -> None:
    assert "network.base_stations" in {one.code for one in indicators()}
