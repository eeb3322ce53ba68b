"""The spreadsheets “access boxes accepted” and “investment booked”."""

from __future__ import annotations

from dataclasses import replace

import polars

from bangfu.connectivity.network.kinds import BOOKINGS, BOXES, booking_code
from bangfu.connectivity.network.measures import INVESTMENT, PORTS
from bangfu.connectivity.network.models import CATEGORY_WORDS
from bangfu.connectivity.network.operations.building import import_bookings, import_boxes
from bangfu.connectivity.network.sheets.checking import (
    COUNTY,
    checked_by,
    document,
    project_column,
    way_back_of,
)
from bangfu.foundation.intake.layouts import BASIS, Check, CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both

FEN = 100


def _boxes(frame: polars.DataFrame) -> polars.DataFrame:
    return frame.with_columns(polars.col("splitter").fill_null(""), place="county")


def _bookings(frame: polars.DataFrame) -> polars.DataFrame:
    col = polars.col
    return frame.with_columns(
        place="county",
        code=booking_code(col("voucher"), col("line_number")),
        amount_fen=(col("amount") * FEN).cast(polars.Int64),
    )


def _in_yuan(check: Check) -> Check:
    """Return a check of bookings whose amounts so far are in yuan, as the sheet has them."""

    def checked(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
        found = check(frame, upload)
        if "was_amount_fen" not in found.frame.columns:
            return found
        yuan = (polars.col("was_amount_fen").cast(polars.Decimal(38, 2)) / FEN).cast(polars.Decimal(38, 2))
        return replace(found, frame=found.frame.with_columns(was_amount=yuan))

    return checked


def _ports(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    return _counted_by(frame, upload, PORTS, "accepted_on", "port_count")


def _investment(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    return _counted_by(frame, upload, INVESTMENT, "booked_on", "amount")


def _counted_by(
    frame: polars.DataFrame, upload: Upload, measure: Measure, on: str, quantity: str
) -> polars.DataFrame:
    """Return what each row counts once it is verified, and what is taken back of those that rows correct."""
    rows, unit = counting(frame), upload.unit_id
    adds = facts_to_come(rows, measure, unit=unit, place="place", on=on, quantity=quantity)
    takes_back = facts_to_come(
        rows.filter("counted"), measure, unit=unit, place="was_place", on=f"was_{on}", quantity=-polars.col(f"was_{quantity}")
    )  # fmt: skip
    return polars.concat([adds, takes_back])


BOXES_SHEET = Layout(
    code="network.boxes",
    title=both("新增宽带接入端口验收表", "New access boxes accepted"),
    about=both(
        "填报本单位新建并通过验收的分光器、分纤箱，一行一个箱体。端口数是能力，不是用户数；退网不减。",
        "Splitters and distribution boxes that your unit built and that were accepted, one box a row. Ports are"
        " capacity, not users; what is taken out later is not subtracted.",
    ),
    columns=(
        Column(
            "code",
            both("箱体编码", "Box code"),
            ColumnKind.CODE,
            note=both("资源系统中的箱体编码。", "The box's code in the inventory."),
            example="GZ-CH-FX-0001",
            longest=60,
        ),
        project_column(required=False),
        COUNTY,
        Column(
            "port_count",
            both("端口数", "Ports"),
            ColumnKind.INTEGER,
            note=both("箱体的端口总数。", "How many ports the box has."),
            example="16",
            lowest=1,
            highest=4096,
        ),
        Column(
            "splitter",
            both("分光比", "Splitting ratio"),
            ColumnKind.CODE,
            required=False,
            example="1:16",
            longest=8,
            pattern=r"1:[0-9]{1,3}",
        ),
        Column(
            "accepted_on",
            both("验收日期", "Accepted on"),
            ColumnKind.DATE,
            note=both("通过验收之日；以此计入年份。", "The day it was accepted; this decides the year."),
            example="2019-09-12",
            past=True,
        ),
        Column("retired_on", both("退网日期", "Taken out on"), ColumnKind.DATE, required=False, past=True),
        document(
            both("验收单", "Acceptance record"),
            both(
                "压缩包中的文件名；多行可用同一份。",
                "File name in the zip; many rows may name the same file.",
            ),
            "ODN-2019-09.pdf",
        ),
        BASIS,
    ),
    confirm=import_boxes,
    permission="network.import_boxes",
    check=checked_by(BOXES, _boxes, {"place": "county"}),
    key="code",
    measures=(PORTS.code,),
    posts=_ports,
    way_back=way_back_of(BOXES),
)

BOOKINGS_SHEET = Layout(
    code="network.bookings",
    title=both("网络建设投资入账表", "Network investment booked"),
    about=both(
        "填报建设工程已入账的资本性支出，一行一条凭证分录。帮扶资金、运行费用不填。",
        "Capital spending booked for build projects, one voucher line a row. Neither pledge money nor running costs.",
    ),
    columns=(
        Column(
            "voucher",
            both("凭证号", "Voucher"),
            ColumnKind.CODE,
            note=both(
                "财务凭证号；凭证号和行号一起只能入账一次。",
                "The voucher's number; voucher and line together are booked once.",
            ),
            example="PZ-201909-0312",
            longest=40,
        ),
        Column("line_number", both("行号", "Line"), ColumnKind.INTEGER, example="1", lowest=1, highest=99999),
        project_column(required=True),
        COUNTY,
        Column(
            "category",
            both("类别", "Category"),
            ColumnKind.CHOICE,
            choices=tuple((str(value), words) for value, words in CATEGORY_WORDS.items()),
            example="基站",
        ),
        Column(
            "amount",
            both("金额（元）", "Amount (yuan)"),
            ColumnKind.DECIMAL,
            note=both("到分；冲账填负数。", "To the fen; negative for a correction in the books."),
            example="68865.03",
            decimals=2,
        ),
        Column(
            "booked_on",
            both("入账日期", "Booked on"),
            ColumnKind.DATE,
            note=both("以此计入年份。", "This decides the year."),
            example="2019-09-30",
            past=True,
        ),
        document(
            both("入账凭证", "Booking voucher"),
            both("压缩包中凭证扫描件的文件名。", "File name of the scanned voucher in the zip."),
            "PZ-201909-0312.pdf",
        ),
        BASIS,
    ),
    confirm=import_bookings,
    permission="network.import_bookings",
    check=_in_yuan(
        checked_by(BOOKINGS, _bookings, {"code": "voucher", "amount_fen": "amount", "place": "county"})
    ),
    measures=(INVESTMENT.code,),
    posts=_investment,
    way_back=way_back_of(BOOKINGS),
)
