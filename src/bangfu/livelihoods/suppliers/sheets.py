"""The sheet of waybills 运单回填表: as couriers' pages give it back, or as an office fills it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars
from django.utils import timezone

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.neighbours import order_number
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS, LONGEST_WAYBILL
from bangfu.livelihoods.suppliers.models import Parcel
from bangfu.livelihoods.suppliers.operations.importing import IMPORT, import_waybills
from bangfu.livelihoods.suppliers.operations.shipping import (
    ShippingFault,
    UnableToShip,
    checked_waybill,
    holder_of,
    packs_of,
    refuse_others_order,
)
from bangfu.livelihoods.suppliers.sides import suppliers_read
from bangfu.livelihoods.suppliers.toship import ToShip, lines_to_ship, order_key, orders_of

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

COLUMNS = (
    Column(
        "order_no", both("订单号", "Order"), ColumnKind.CODE, longest=40, example="DD0000000042",
        aliases=("订单编号", "用户订单号", "商户订单号", "客户订单号", "商家订单号", "备注订单号"),
    ),
    Column(
        "waybill", both("运单号", "Waybill"), ColumnKind.CODE, longest=LONGEST_WAYBILL, example="SF1234567890123",
        aliases=("快递单号", "物流单号", "邮件号", "顺丰运单号", "运单编号", "母单号"),
    ),
    Column(
        "courier", both("快递公司", "Courier"), ColumnKind.CHOICE, required=False, choices=tuple(COURIER_WORDS.items()),
        example="顺丰速运", aliases=("物流公司", "承运商"),
        note=both("由单号能看出来的可以不填。", "Not needed where the number tells."),
    ),
    Column(
        "pack_code", both("规格编码", "Pack code"), ColumnKind.CODE, required=False, longest=40, example="CH-NUOMIJIAO-25",
        note=both(
            "只发一部分、或订单里有几家供应商时填写。",
            "Where a part goes, or the order holds goods of several suppliers.",
        ),
    ),
    Column(
        "quantity", both("件数", "Packs"), ColumnKind.INTEGER, required=False, example="2",
        note=both("不填就是这一规格剩下的全部。", "Empty: all that is left of the pack."),
    ),
)  # fmt: skip


@dataclass
class _Sheet:
    """What is known while the rows of a sheet are judged, one after the other."""

    states: dict[int, str]
    left: dict[int, ToShip]
    """By order line; what earlier rows of the sheet took is gone."""
    entered: set[tuple[int, str, str]]
    """Order, courier and number of parcels that are known."""
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Row by order, waybill and pack."""
    buyers: dict[tuple[str, str], tuple[object, int]] = field(default_factory=dict)
    """Buyer and order by courier and number, of earlier rows."""


def check_waybills(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by the orders that whoever uploaded them has to ship; nobody else's orders are told of."""
    rows = list(frame.iter_rows(named=True))
    reader, on = upload.uploaded_by, timezone.localdate()
    suppliers = list(suppliers_read(reader, on).values_list("pk", flat=True))
    keys = [key for row in rows if (key := order_key(row["order_no"])) is not None]
    parcels = Parcel.objects.filter(order__in=keys, supplier__in=suppliers)
    sheet = _Sheet(
        states=orders_of(suppliers, keys),
        left={one.line: one for one in lines_to_ship(suppliers, keys)},
        entered=set(parcels.values_list("order_id", "courier", "waybill")),
    )
    faults: list[ShippingFault] = []
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        try:
            found[row["row"]] = _judged(row, sheet)
        except UnableToShip as refusal:
            column = _COLUMN_OF.get(refusal.code)
            faults.append(ShippingFault(row["row"], column, refusal.code, dict(refusal.details)))
    sound = frame.filter(polars.col("row").is_in(list(found)))
    said = [found[row] for row in sound["row"]]
    sound = sound.with_columns(
        polars.Series(name, [one[name] for one in said], dtype=dtype) for name, dtype in _ADDED.items()
    )
    standing = sound["standing"].to_list()
    return CheckedRows(
        frame=sound, refusals=[fault.of_row for fault in faults], new=standing.count("new"), same=standing.count("same")
    )  # fmt: skip


_ADDED: dict[str, Any] = {
    "standing": polars.String, "supplier": polars.Int64, "order": polars.Int64, "carrier": polars.String,
    "number": polars.String, "lines": polars.List(polars.Int64), "packs": polars.List(polars.Int64),
}  # fmt: skip
_COLUMN_OF = {
    "unknown_order": "order_no", "not_paid": "order_no", "shipped_already": "order_no", "several_suppliers": "pack_code",
    "courier_missing": "courier", "waybill_form": "waybill", "waybill_elsewhere": "waybill", "unknown_pack": "pack_code",
    "quantity": "quantity", "too_many": "quantity", "twice_in_sheet": "waybill", "waybill_missing": "waybill",
}  # fmt: skip


def _judged(row: dict[str, Any], sheet: _Sheet) -> dict[str, Any]:
    """Return what a row adds.

    Raises: UnableToShip: why it cannot be entered.
    """
    key = order_key(row["order_no"])
    if key is None or key not in sheet.states:
        raise UnableToShip("unknown_order", order=row["order_no"])
    number = order_number(key)
    courier, waybill = checked_waybill(number, row["courier"] or "", row["waybill"])
    same = (number, waybill, row["pack_code"] or "")
    if same in sheet.seen:
        raise UnableToShip("twice_in_sheet", other=sheet.seen[same])
    sheet.seen[same] = row["row"]
    if (key, courier, waybill) in sheet.entered:
        return {
            "standing": "same", "supplier": None, "order": key, "carrier": courier, "number": waybill, "lines": [], "packs": [],
        }  # fmt: skip
    refuse_others_order(number, sheet.states[key])
    lines = [one for one in sheet.left.values() if one.order == key]
    if row["pack_code"]:
        lines = [one for one in lines if one.pack_code == row["pack_code"]]
        if not lines:
            raise UnableToShip("unknown_pack", order=number, pack=row["pack_code"])
    if len({one.supplier for one in lines}) > 1:
        raise UnableToShip("several_suppliers", order=number)
    asked = None
    if row["quantity"] is not None:
        if len(lines) > 1:
            raise UnableToShip("unknown_pack", order=number, pack="")
        asked = {one.line: row["quantity"] for one in lines}
    packs = packs_of(number, lines, asked)
    _refuse_another_buyer(key, courier, waybill, lines[0], sheet)
    for line, quantity in packs.items():
        rest = sheet.left[line]
        sheet.left[line] = ToShip(**{**rest.__dict__, "gone": rest.gone + quantity})
        if not sheet.left[line].left:
            del sheet.left[line]
    return {
        "standing": "new", "supplier": lines[0].supplier, "order": key, "carrier": courier, "number": waybill,
        "lines": list(packs), "packs": list(packs.values()),
    }  # fmt: skip


def _refuse_another_buyer(key: int, courier: str, waybill: str, line: ToShip, sheet: _Sheet) -> None:
    held = holder_of(courier, waybill, key)
    buyer, order = sheet.buyers.setdefault((courier, waybill), (line.buyer, key))
    if held is None and buyer != line.buyer:
        held = order_number(order)
    if held is not None:
        raise UnableToShip("waybill_elsewhere", waybill=waybill, order=held)


WAYBILLS_SHEET = Layout(
    code="suppliers.waybills",
    title=both("运单回填表", "Waybills"),
    about=both(
        "快递公司批量下单后导出的表可以原样上传：订单号和运单号两列必须有，其余的列不读，收件人不保存。一个订单分几个包裹的，每个运单一行；"
        "只发一部分的，加“规格编码”和“件数”。已登记的运单跳过。",
        "The sheet that a courier's page gives back can be uploaded as it is: order and waybill must be there, other columns are"
        " not read, recipients not kept. Of an order in several parcels, a waybill a row; where a part goes, add pack code and"
        " packs. Waybills that are entered already are passed over.",
    ),
    columns=COLUMNS,
    confirm=import_waybills,
    permission=IMPORT,
    check=check_waybills,
    instead=both(
        "运单不能收回；发错的请在订单页退款或补发。",
        "A waybill is not taken back; refund what went wrong on the order's page, or ship again.",
    ),
    is_export=True,
)
