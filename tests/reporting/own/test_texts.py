"""Form and text declare the same: whatever is declared, written and read again, or held by the fields of the form."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.reporting.declarations import read_table
from bangfu.reporting.definitions import Indicator, IndicatorKind, Whole
from bangfu.reporting.indicators import all_versions
from bangfu.reporting.own.fields import fields_from, table_from
from bangfu.reporting.own.saying import differences, said
from bangfu.reporting.own.tabling import table_of
from bangfu.reporting.own.writing import line_of, written
from bangfu.reporting.versions import content_of, whole_content_of

MEASURES = declared_measures()
FLOWS = sorted(code for code, one in MEASURES.items() if one.kind is MeasureKind.FLOW)
STOCKS = sorted(code for code, one in MEASURES.items() if one.kind is MeasureKind.STOCK)
WORDS = some.text(
    some.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda one: one == one.strip() and one)
PLACES = some.sampled_from(["52", "522327", "130724"])


@some.composite
def terms(draw: Any, kinds: tuple[str, ...] = ("flow", "stock", "distinct", "cumulative")) -> dict[str, Any]:
    kind = draw(some.sampled_from(kinds))
    first = draw(some.sampled_from(STOCKS if kind == "stock" else FLOWS))
    alike = [
        code for code, one in MEASURES.items()
        if (one.kind, one.unit, one.decimals) == (MEASURES[first].kind, MEASURES[first].unit, MEASURES[first].decimals)
    ]  # fmt: skip
    codes = draw(some.lists(some.sampled_from(alike), min_size=1, max_size=3, unique=True))
    term: dict[str, Any] = {"kind": kind}
    term |= {"measure": codes[0]} if len(codes) == 1 else {"measures": codes}
    if kind == "cumulative" and draw(some.booleans()):
        term["since"] = draw(some.dates(date(2000, 1, 1), date(2030, 1, 1)))
    for name, values in (
        ("place", PLACES),
        ("area", some.just("poor-832")),
        ("owner", WORDS),
        ("line", WORDS),
    ):
        if draw(some.booleans()):
            term[name] = draw(values)
    return term


@some.composite
def tables(draw: Any) -> dict[str, Any]:
    kind = draw(some.sampled_from([one for one in IndicatorKind if one is not IndicatorKind.REGISTERED]))
    table: dict[str, Any] = {
        "code": "own.one", "number": draw(some.integers(4096, 8191)), "version": draw(some.integers(1, 99)),
        "valid_from": draw(some.dates(date(2000, 1, 1), date(2030, 1, 1))), "kind": kind.value,
    }  # fmt: skip
    match kind:
        case IndicatorKind.RATIO:
            table |= {"numerator": draw(terms()), "denominator": draw(terms())}
        case IndicatorKind.TARGET:
            table |= {"numerator": draw(terms(("distinct",))), "target": draw(terms())}
        case IndicatorKind.SHARE:
            table |= {"numerator": draw(terms()), "of": draw(some.sampled_from([one.value for one in Whole]))}
        case IndicatorKind.PER_HEAD:
            table |= {"numerator": draw(terms()), "denominator": "population"}
        case IndicatorKind.GROWTH:
            table |= {"numerator": draw(terms())}
        case _:
            table |= draw(terms((kind.value,)))
    if "numerator" in table and kind is not IndicatorKind.TARGET:
        table["factor"] = draw(some.sampled_from([1, 10, 100, 10000]))
    table["title"] = {"zh": draw(WORDS), "en": draw(WORDS)}
    table["scope_note"] = {"zh": draw(WORDS), "en": draw(WORDS)}
    if kind is not IndicatorKind.TARGET:
        table["unit"] = {
            "zh": draw(WORDS),
            "en": draw(WORDS),
            **({"one": draw(WORDS)} if draw(some.booleans()) else {}),
        }
    table["display"] = {
        "scale": draw(some.sampled_from(["1", "万", "亿"])), "decimals": draw(some.integers(-8, 8)),
        "rounding": draw(some.sampled_from(["half_up", "down"])),
    }  # fmt: skip
    if draw(some.booleans()):
        table["also_called"] = {
            "zh": draw(some.lists(WORDS, min_size=1, max_size=2)),
            "en": draw(some.lists(WORDS, max_size=2)),
        }
    return table


def read(table: dict[str, Any]) -> Indicator:
    return read_table(table, "one", MEASURES)


@given(tables())
def test_text_and_form_declare_the_same(table: dict[str, Any]) -> None:
    declared = read(table)
    by_text = read(tomllib.loads(written(table)))
    by_form = read(table_from(fields_from(table)))
    for one in (by_text, by_form):
        assert (one, whole_content_of(one)) == (declared, whole_content_of(declared))
    assert written(tomllib.loads(written(table))) == written(table)
    assert differences(declared, by_form) == []


def test_every_indicator_that_ships_is_written_and_read_again() -> None:
    for one in all_versions():
        table = table_of(one)
        for again in (read(table), read(tomllib.loads(written(table))), read(table_from(fields_from(table)))):
            assert replace(again, file=one.file) == one
            assert content_of(again) == content_of(one)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("code", 1),
        ("denominator.measure", 5),
        ("denominator", 3),
        ("denominator.nothing", 3),
        ("title.en", 6),
        ("none", None),
    ],
)
def test_finds_the_line_of_a_field(field: str, line: int | None) -> None:
    text = 'code = "own.a"\nkind = "ratio"\n[denominator]\nkind = "flow"\nmeasure = "x.y"\n'
    text = text.replace("[denominator]", "[denominator]") + '[title]\nzh = "题"\n'
    assert line_of(text, field) == line


def test_a_difference_is_said_field_by_field() -> None:
    before = read({**table_of(all_versions()[0]), "title": {"zh": "一", "en": "One"}})
    after = replace(before, title=before.title.__class__("二", "Two"), factor=10, valid_from=date(2026, 1, 1))
    found = {one.label.en: (one.before.en, one.after.en) for one in differences(before, after)}
    assert found["Title"] == ("One", "Two")
    assert found["Factor"] == ("—", "10")
    assert found["In force from"] == (before.valid_from.isoformat(), "2026-01-01")
    assert {one.field for one in said(before)} >= {
        "title",
        "kind",
        "counted.measures",
        "formula",
        "scope_note",
    }
