"""Forms as a superior would send them, made by code: a quarterly workbook in two editions and a short document, filled."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import docx
import xlsxwriter

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.forms.operations import fill_form, point_cells, upload_form, upload_version
from bangfu.reporting.forms.pointing import Pointing

OFFICER = "zhoumin"
BOOK = ("示例：定点帮扶情况季报", "Example: quarterly form of paired assistance")
PAPER = ("示例：帮扶工作简表", "Example: brief form of assistance")
Item = tuple[str, str, int, int]
"""What the form calls it, the indicator, by how much its numbers are divided, and their decimals."""
STATIONS: Item = ("新建无线基站（个）", "network.base_stations", 1, 0)
FUNDS: Item = ("投入帮扶资金（万元）", "projects.put_in", 10_000, 2)
CADRES: Item = ("培训基层干部（人）", "training.cadres", 1, 0)
FIRST, SECOND = (STATIONS, FUNDS), (FUNDS, STATIONS, CADRES)
"""The second edition has the items in another order, with one more."""
BRANCHES = 4
"""Rows for branches, whose names the form leaves open."""
FILLED_FIRST, FILLED_SECOND = ("2019-Q1", "2019-Q2", "2019-Q3"), ("2019-Q4", "2020-Q1")
_MADE = datetime(2019, 1, 8, tzinfo=UTC)


def workbook(items: Sequence[Item]) -> bytes:
    """Return the quarterly form: its items by this quarter and the year before, and the first of them by branch."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        page = book.add_worksheet("情况表")
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        head = book.add_format({"bold": True, "bg_color": "#DDDDDD", "border": 1})
        box = book.add_format({"border": 1, "num_format": "#,##0.##"})
        page.set_column(0, 0, 28)
        page.set_column(1, 3, 14)
        page.merge_range("A1:D1", "定点帮扶情况季报表", title)
        page.write_row("A2", ["填报单位："])
        page.write("C2", "期间：")
        page.write_row(3, 0, ["项目", "本期", "上年同期", "增减"], head)
        for row, (name, *_) in enumerate(items, 4):
            page.write(row, 0, name, box)
            page.write_blank(row, 1, None, box)
            page.write_blank(row, 2, None, box)
            page.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", box)
        below = 4 + len(items) + 1
        page.write_row(below, 0, ["单位", STATIONS[0]], head)
        for row in range(below + 1, below + 1 + BRANCHES):
            page.write_blank(row, 0, None, box)
            page.write_blank(row, 1, None, box)
        last = below + 1 + BRANCHES
        page.write(last, 0, "合计", head)
        page.write_formula(last, 1, f"=SUM(B{below + 2}:B{last})", box)
        page.write(last + 2, 0, "填报日期：")
    return made.getvalue()


def document() -> bytes:
    """Return the brief form: a Word table of two items."""
    paper = docx.Document()
    paper.core_properties.created = paper.core_properties.modified = _MADE.replace(tzinfo=None)
    paper.add_paragraph("帮扶工作简表")
    table = paper.add_table(4, 2, style="Table Grid")
    for row, (left, right) in enumerate(
        (("期间", ""), ("项目", "本年累计"), (FUNDS[0], ""), (STATIONS[0], ""))
    ):
        table.cell(row, 0).text, table.cell(row, 1).text = left, right
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def keep_forms() -> None:
    """Upload, point and fill the forms that are not there yet; the workbook's second edition shows what moved."""
    root = root_unit()
    assert root is not None
    known = set(Version.objects.values_list("name_zh", flat=True))
    if BOOK[0] not in known:
        _keep_book(root)
    if PAPER[0] not in known:
        _keep_paper(root)


def _keep_book(root: Unit) -> None:
    file = ("定点帮扶情况季报.xlsx", workbook(FIRST))
    version = upload_form(unit=root, name_zh=BOOK[0], name_en=BOOK[1], file=file, act=_act(date(2019, 4, 2)))
    for row, item in enumerate(FIRST, 5):
        _point(version, f"B{row}", item)
        _point(version, f"C{row}", item, period="last_year")
    below = 5 + len(FIRST) + 2
    _point_branches(version, below)
    _text(version, "B2", "unit")
    _text(version, "D2", "period")
    _text(version, f"B{below + BRANCHES + 2}", "day")
    for number, period in enumerate(FILLED_FIRST):
        _fill(version, period, root, date(2019, 4 + 3 * number, 6))
    again = upload_version(
        form=version.form,
        file=("定点帮扶情况季报（2019年修订）.xlsx", workbook(SECOND)),
        act=_act(date(2019, 12, 20)),
    )
    row = 5 + SECOND.index(CADRES)
    _point(again, f"B{row}", CADRES)
    _point(again, f"C{row}", CADRES, period="last_year")
    _point_branches(again, 5 + len(SECOND) + 2)
    for period, day in zip(FILLED_SECOND, (date(2020, 1, 6), date(2020, 4, 7)), strict=True):
        _fill(again, period, root, day)


def _keep_paper(root: Unit) -> None:
    file = ("帮扶工作简表.docx", document())
    version = upload_form(
        unit=root, name_zh=PAPER[0], name_en=PAPER[1], file=file, act=_act(date(2020, 1, 3))
    )
    for cells, item in (("B3", FUNDS), ("B4", STATIONS)):
        _point(version, cells, item)
    _text(version, "B1", "period")
    _fill(version, "2019", root, date(2020, 1, 8))


def _point(version: Version, cells: str, item: Item, **said: str) -> None:
    _, indicator, scale, decimals = item
    pointing = Pointing(0, cells, "figure", indicator=indicator, scale=scale, decimals=decimals, **said)  # type: ignore[arg-type]
    point_cells(version=version, pointing=pointing, act=_act(date(2019, 4, 2)))


def _point_branches(version: Version, below: int) -> None:
    """Point the rows of branches, which name nobody and so do not follow a form by themselves."""
    _point(version, f"B{below}:B{below + BRANCHES - 1}", STATIONS, down="unit", nothing="0")


def _text(version: Version, cells: str, what: str) -> None:
    act = _act(date(2019, 4, 2))
    point_cells(version=version, pointing=Pointing(0, cells, "text", text=what), act=act)


def _fill(version: Version, period: str, unit: Unit, on: date) -> Fill:
    return fill_form(version=version, period=period, unit=unit, act=_act(on))


def _act(on: date) -> Act:
    return Act(
        actor=Account.objects.get(username=OFFICER), at=datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    )
