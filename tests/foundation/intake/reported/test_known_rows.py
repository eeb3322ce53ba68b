"""A template filled in with what a unit reported the year before: without numbers, and what nobody fills in is passed over."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.intake.queries import preview
from tests.cast import Cast
from tests.foundation.intake.reported.reporting import RELIEF, Row, Sheet, imported
from tests.foundation.intake.test_pages import door

pytestmark = pytest.mark.django_db
COUNTY = "贵州省黔西南布依族苗族自治州册亨县"


@pytest.fixture
def page(cast: Cast, tmp_path: Path) -> openpyxl.Workbook:
    """The template that a clerk downloads after a year in which two items were reported, one of them twice."""
    rows = [
        Row("GZ-1", title="扶贫套餐"),
        Row("GZ-2", title="扶贫套餐", happened_on=date(2019, 10, 31)),
        Row("GZ-3", title="宽带减免", place="522327001"),
        Row("GZ-4", title="旧事", happened_on=date(2018, 12, 31)),
    ]
    imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
    answer = door(cast.clerk).get(f"/intake/{RELIEF}/template.xlsx?year=2019&unit={cast.guizhou.pk}")
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def typed(book: openpyxl.Workbook) -> list[list[str]]:
    return [
        [str(cell or "") for cell in row] for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)
    ]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class TestTemplateFilledIn:
    def test_holds_each_item_and_place_once_and_no_numbers(self, page: openpyxl.Workbook) -> None:
        assert [[cell for cell in row if cell] for row in typed(page)] == [
            ["扶贫套餐", COUNTY],
            ["宽带减免", "522327001"],
        ]
        assert "贵州省分公司，按 2019 年预填" in [
            row[0] for row in page.worksheets[1].iter_rows(values_only=True)
        ]

    def test_is_recognised_and_what_nobody_filled_in_is_passed_over(
        self, cast: Cast, page: openpyxl.Workbook
    ) -> None:
        sheet = page.worksheets[0]
        titles = {
            str(sheet.cell(1, n).value).split("*")[0].split("\n")[0]: n
            for n in range(1, sheet.max_column + 1)
        }
        for title, cell in (("编号", "GZ-9"), ("日期", "2020-03-31"), ("数量（元）", "12")):
            sheet.cell(4, titles[title]).value = cell
        upload = receive_upload(
            layout=RELIEF, unit=cast.guizhou, name="预填.xlsx", content=saved(page), act=cast.act(cast.clerk)
        )
        found = preview(upload)
        assert found.texts.select("row", "title", "place").rows() == [(4, "宽带减免", "522327001")]
        assert [(one.row, one.column) for one in found.checked.refusals] == [(4, "evidence")]
        assert "1 行只有预填的内容，没有填写，没有读取。" in [note.zh for note in found.notes]

    def test_that_nobody_filled_in_has_no_rows(self, cast: Cast, page: openpyxl.Workbook) -> None:
        with pytest.raises(UnableToReadSheet) as refused:
            receive_upload(
                layout=RELIEF,
                unit=cast.guizhou,
                name="空.xlsx",
                content=saved(page),
                act=cast.act(cast.clerk),
            )
        assert refused.value.code == "no_rows"
