"""One form, one number: the workbook, the Word file and the PDF of a pledge say the same, and a forged one is found."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.rooms.lists import Origin
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.official_form import Form, docx_of, filled, pdf_of, workbook_of
from bangfu.reporting.targets.operations import split_target
from bangfu.reporting.targets.views.reading import shown_pledge
from tests.cast import CEHENG
from tests.reporting.publications.stating import spaced, words_of_pdf
from tests.reporting.story import Story
from tests.reporting.targets.pledged import PUT_IN, STATIONS, act, approved, drafted, entered

ON = date(2020, 12, 31)
ORIGIN = Origin(what="完成情况表", taken_by="周敏", taken_at=datetime(2021, 1, 4, 9, tzinfo=UTC), address="")


def book_of(form: Form) -> bytes:
    return workbook_of(form, ORIGIN)


WRITERS: dict[str, Callable[[Form], bytes]] = {"xlsx": book_of, "docx": docx_of, "pdf": pdf_of}


@pytest.fixture
def form(story: Story) -> Form:
    """Funds of 1,234,567.89 yuan and 7 stations, half of each promised by each province."""
    cast = story.cast
    story.post(
        declared_measures()[PUT_IN],
        [Decimal("1234567.89")],
        unit=cast.guizhou.pk,
        place=CEHENG,
        on=date(2020, 5, 1),
    )
    story.stations(7, on=date(2020, 2, 1))
    version = drafted(cast)
    whole = entered(cast, version, PUT_IN, 2_000_000)
    split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
    entered(cast, version, STATIONS, 10)
    approved(cast, version)
    shown = shown_pledge(cast.officer, version.pledge, ON)
    assert shown is not None
    return filled(
        version,
        shown.progress,
        on=ON,
        lights=lights_on(ON),
        origin="https://bangfu.example.com",
        language="zh",
    )


def words(cell: Any) -> list[str]:
    """Return a cell's paragraphs with what stands in controls."""
    return ["".join(one.text for one in found.iter(qn("w:t"))) for found in cell.iter(qn("w:p"))]


def table_of(content: bytes, at: int) -> list[list[list[str]]]:
    body: Any = docx.Document(io.BytesIO(content)).element.body
    table = list(body.iter(qn("w:tbl")))[at]
    return [[words(cell) for cell in row.tc_lst] for row in table.tr_lst]


def word_disagrees(form: Form, content: bytes) -> bool:
    lines = [
        [[line.number], [line.title], [line.unit], [line.target_text],
         [line.value_text, *([line.code] if line.code else [])], [line.share], [line.ahead_text], [line.light]]
        for line in form.lines
    ]  # fmt: skip
    return table_of(content, 0)[1:] != lines or table_of(content, 1)[1:] != [
        [[unit.name], *([text] for text in cells_of(form, at))] for at, unit in enumerate(form.units)
    ]


def cells_of(form: Form, at: int) -> list[str]:
    from bangfu.reporting.targets.official_form.filling import printed

    said = []
    for cell, line in zip(form.units[at].cells, form.lines, strict=False):
        value, target = printed(cell.value, line.decimals), printed(cell.target, line.decimals)
        said.append("" if cell.target is None else f"{value} / {target}")
    return said


def pdf_disagrees(form: Form, content: bytes) -> bool:
    text = words_of_pdf(content)
    rows = [
        f"{line.number}{line.title}{line.unit}{line.target_text}{line.value_text}{line.code}{line.share}"
        f"{line.ahead_text}{line.light}"
        for line in form.lines
    ]
    rows += [unit.name + "".join(cells_of(form, at)) for at, unit in enumerate(form.units)]
    return not all(re.search(spaced(row), text) for row in rows)


def book_disagrees(form: Form, content: bytes) -> bool:
    def number(value: object) -> Decimal | None:
        return Decimal(repr(value)) if isinstance(value, float) else None

    def same(value: object, wanted: Decimal | None) -> bool:
        return number(value) == (None if wanted is None else Decimal(repr(float(wanted))))

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines = book.get_sheet_by_index(0).to_python()[3:]
    units = book.get_sheet_by_index(1).to_python()[2:]
    return not (
        len(lines) == len(form.lines)
        and all(
            row[:3] == [line.number, line.title, line.unit]
            and same(row[3], line.target) and same(row[4], line.value) and same(row[7], line.ahead)
            and same(row[9], line.exact)
            and [row[5], row[8], row[10]] == [line.share, line.light, line.code]
            for row, line in zip(lines, form.lines, strict=True)
        )
        and len(units) == len(form.units)
        and all(
            row[1] == unit.name
            and all(
                same(row[3 + at * 3], cell.target) and same(row[4 + at * 3], cell.value)
                for at, cell in enumerate(unit.cells)
            )
            for row, unit in zip(units, form.units, strict=True)
        )
    )  # fmt: skip


READERS = {"xlsx": book_disagrees, "docx": word_disagrees, "pdf": pdf_disagrees}


def disagreements(form: Form, given: dict[str, bytes]) -> Iterator[str]:
    """Return the kinds of file that do not say what the form holds."""
    yield from (kind for kind, content in given.items() if READERS[kind](form, content))


def forgeries(form: Form) -> Iterator[Form]:
    """Return forms each of which says one thing otherwise: a value, a target, a forecast, a share, a light, a unit's value."""
    first = form.lines[0]
    assert first.value is not None
    assert first.target is not None
    assert first.ahead is not None
    cent = Decimal("0.01")
    for line in (
        replace(first, value=first.value + cent),
        replace(first, target=first.target + cent),
        replace(first, ahead=first.ahead + cent),
        replace(first, share="61.8%"),
        replace(first, light="绿灯"),
    ):
        yield replace(form, lines=(line, *form.lines[1:]))
    unit = form.units[0]
    assert unit.cells[0].value is not None
    cell = replace(unit.cells[0], value=unit.cells[0].value + cent)
    yield replace(form, units=(replace(unit, cells=(cell, *unit.cells[1:])), *form.units[1:]))


def test_three_files_say_what_the_form_holds_and_a_forged_one_is_found(form: Form) -> None:
    assert (form.lines[0].value_text, form.lines[0].target_text, form.lines[6].value_text) == (
        "123.45",
        "200.00",
        "7",
    )
    true = {kind: write(form) for kind, write in WRITERS.items()}
    assert list(disagreements(form, true)) == []
    for forged in forgeries(form):
        for kind, write in WRITERS.items():
            assert list(disagreements(form, {**true, kind: write(forged)})) == [kind], forged


class TestWordFile:
    def test_opens_every_figure_and_locks_it(self, form: Form) -> None:
        document: Any = docx.Document(io.BytesIO(docx_of(form)))
        links = {
            one.target_ref for one in document.part.rels.values() if one.is_external
        }  # fmt: skip
        assert links == {
            "https://bangfu.example.com/f/projects.put_in/?period=2020",
            "https://bangfu.example.com/f/projects.put_in/?period=2020&unit=P52",
            "https://bangfu.example.com/f/network.base_stations/?period=2020",
        }
        controls = list(document.element.body.iter(qn("w:sdt")))
        assert {one.find(qn("w:sdtPr")).find(qn("w:lock")).get(qn("w:val")) for one in controls} == {
            "sdtContentLocked"
        }
        assert ["".join(t.text for t in one.iter(qn("w:t"))) for one in controls] == ["123.45", "7", "123.45"]

    def test_lies_across_and_leaves_room_to_sign(self, form: Form) -> None:
        document = docx.Document(io.BytesIO(docx_of(form)))
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
        text = "\n".join(one.text for one in document.paragraphs)
        assert "2020 年责任书完成情况表" in text
        assert "单位（盖章）：" in text
        assert all(
            run.bold is None and run.font.size is None for one in document.paragraphs for run in one.runs
        )

    def test_is_the_same_file_for_the_same_form(self, form: Form) -> None:
        assert docx_of(form) == docx_of(form)
        with zipfile.ZipFile(io.BytesIO(docx_of(form))) as parts:
            assert {one.date_time for one in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
