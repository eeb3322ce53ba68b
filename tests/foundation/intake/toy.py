"""A room of the tests' own: a sheet whose rows become posts of a unit."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import mark_confirmed, rows_to_import
from bangfu.foundation.intake.posting import facts_to_come
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Act, decorator, operation, scope_of
from bangfu.foundation.organisation.models import Post
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both, register

PERMISSION = "toy.import_posts"
COLUMNS = (
    Column("code", both("岗位编码", "Post code"), ColumnKind.CODE, example="GZ-1", longest=20, aliases=("编码",)),
    Column("county", both("所在县", "County"), ColumnKind.COUNTY, example="册亨县"),
    Column("opened_on", both("设立日期", "Opened on"), ColumnKind.DATE, example="2019-03-05", past=True),
    Column("seats", both("人数", "Seats"), ColumnKind.INTEGER, example="3", lowest=1, highest=5000),
    Column("cost", both("费用（元）", "Cost (CNY)"), ColumnKind.DECIMAL, required=False, decimals=2),
    Column("kind", both("类别", "Kind"), ColumnKind.CHOICE, choices=("4G", ("IDLE", both("空缺", "Vacant"))), example="4G"),
    Column("photo", both("照片", "Photograph"), ColumnKind.EVIDENCE, required=False, example="1.jpg"),
    Column("remark", both("备注", "Remark"), required=False),
)  # fmt: skip
HEADINGS = [column.title.zh for column in COLUMNS]
SEATS = Measure("toy.seats", both("岗位人数", "Seats of posts"), both("人", "people"))
FORBIDDEN = both(
    "岗位「{code}」不得登记。请删去这一行。", "The post {code} may not be entered. Delete the row."
)


def check(frame: pl.DataFrame, upload: Upload) -> CheckedRows:
    """Compare codes with the unit's posts; a code that begins with X is refused."""
    known = list(Post.objects.filter(unit=upload.unit).values_list("title_zh", flat=True))
    refusals = [
        RowRefusal(row, "code", FORBIDDEN.filled(code=code))
        for row, code in frame.filter(pl.col("code").str.starts_with("X")).select("row", "code").iter_rows()
    ]
    good = frame.filter(~pl.col("code").str.starts_with("X")).with_columns(
        standing=pl.when(pl.col("code").is_in(known)).then(pl.lit("same")).otherwise(pl.lit("new"))
    )
    same = int((good["standing"] == "same").sum())
    return CheckedRows(good, refusals, new=good.height - same, same=same)


def posts(frame: pl.DataFrame, upload: Upload) -> pl.DataFrame:
    """Return the seats of each row."""
    return facts_to_come(frame, SEATS, unit=upload.unit_id, place="county", on="opened_on", quantity="seats")


def _import_posts(*, upload: Upload, act: Act) -> Upload:
    rows = rows_to_import(upload, act=act).frame.filter(pl.col("standing") == "new")
    Post.objects.bulk_create(
        (
            Post(unit=upload.unit, title_zh=code, title_en=str(place))
            for code, place in rows.select("code", "county").iter_rows()
        ),
        batch_size=500,
    )
    return mark_confirmed(upload, {"posts": rows.height, "address": "/review/7/"}, act=act)


@contextmanager
def toy_room(**changes: Any) -> Iterator[Layout]:
    """Let the toy room exist for a while."""
    confirm = operation(PERMISSION, scope=scope_of("upload"))(_import_posts)
    layout = Layout(
        **{
            "code": "toy.posts",
            "title": both("岗位表", "Posts"),
            "about": both("填报岗位。", "Posts of a unit."),
            "columns": COLUMNS,
            "confirm": confirm,
            "permission": PERMISSION,
            "check": check,
            "key": "code",
            "posts": posts,
        }
        | changes
    )
    permissions = frozenset({PERMISSION})
    room = RoomDeclaration(
        code="toy", wing=Wing.FOUNDATION, title=both("玩具", "Toy"), icon="list", about=both("测试", "Tests"),
        roles=(
            RoleDeclaration("officer", both("帮扶办", "Assistance office"), permissions),
            RoleDeclaration("clerk", both("填报员", "Reporter"), permissions),
        ),
        sheets=(layout,),
        measures=(SEATS,),
    )  # fmt: skip
    register.enter(room)
    try:
        yield layout
    finally:
        register._register.rooms.pop("toy")
        decorator._declared.pop(PERMISSION)


def row(code: str = "GZ-1", **changes: Any) -> list[Any]:
    """Return a row as an office would type it."""
    typed = {
        "code": code, "county": "册亨县", "opened_on": "2019-03-05", "seats": 3, "cost": "", "kind": "4G",
        "photo": "", "remark": "",
    } | changes  # fmt: skip
    return [typed[column.name] for column in COLUMNS]


def xlsx(
    *rows: Sequence[Any], headings: Sequence[str] = HEADINGS, above: Sequence[Sequence[Any]] = ()
) -> bytes:
    """Return a workbook with a heading and rows; datetimes are written as dates."""
    return workbook({"数据": [*above, list(headings), *rows]})


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook; texts stay texts, a text that begins with ``=`` is a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {"created": datetime(2020, 1, 1)}
    )  # the same rows make the same file, whatever the time
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for at, cells in enumerate(rows):
            for position, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, position, cell, day)
                elif isinstance(cell, tuple):
                    sheet.write_formula(at, position, cell[0], None, cell[1])
                elif isinstance(cell, str) and cell:
                    sheet.write_string(at, position, cell)
                elif cell != "":
                    sheet.write(at, position, cell)
    book.close()
    return out.getvalue()


def csv(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> str:
    """Return the same as CSV text."""
    return "\r\n".join(",".join(map(str, cells)) for cells in [headings, *rows]) + "\r\n"


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """Write a zip and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
