"""The spreadsheets of products, packs and prices 商品规格台账 and of stock that came in 入库单."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars
from django.utils import timezone

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowFault
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.neighbours import Lot, lots
from bangfu.livelihoods.shop.models import PRODUCT_KIND_WORDS, Product, Receipt, Variant, Warehouse
from bangfu.livelihoods.shop.operations.importing import (
    PRODUCT_FIELDS,
    current_prices,
    fen,
    import_packs,
    import_receipts,
    product_said,
)
from bangfu.livelihoods.shop.operations.refusing import UnableToSell

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload


@dataclass(frozen=True)
class SaleFault(RowFault):
    """Why a row cannot be taken in, by a code of ``UnableToSell``."""

    unable = UnableToSell


def judged(frame: polars.DataFrame, faults: Sequence[RowFault], standing: dict[int, str]) -> CheckedRows:
    """Return the rows without a fault, with how each stands to what is recorded; of none is said: new."""
    refused = {fault.row for fault in faults}
    rows = frame.filter(~polars.col("row").is_in(sorted(refused)))
    said = [standing.get(row, "new") for row in rows["row"]]
    rows = rows.with_columns(standing=polars.Series(said, dtype=polars.String))
    return CheckedRows(
        frame=rows,
        refusals=[fault.of_row for fault in sorted(faults, key=lambda one: one.row)],
        new=said.count("new"),
        same=said.count("same"),
        changed=said.count("changed"),
    )


PACK_COLUMNS = (
    Column("product_code", both("商品编码", "Product code"), ColumnKind.CODE, longest=40, example="CH-NUOMIJIAO"),
    Column("name_zh", both("商品名称", "Product in Chinese"), longest=120, example="册亨糯米蕉"),
    Column("name_en", both("商品英文名", "Product in English"), longest=160, example="Ceheng waxy banana"),
    Column(
        "kind", both("类别", "Kind"), ColumnKind.CHOICE, choices=tuple(PRODUCT_KIND_WORDS.items()), example="生鲜"
    ),
    Column("place", both("产地县", "County of origin"), ColumnKind.COUNTY, example="册亨县", aliases=("产地",)),
    Column(
        "certificate",
        both("产地证明文号", "Certificate of origin"),
        required=False,
        longest=80,
        note=both("与出具单位一起填，或都不填。", "With who issued it, or neither."),
        example="册农证〔2020〕7号",
    ),
    Column("certified_by", both("出具单位", "Issued by"), required=False, longest=120, example="册亨县农业农村局"),
    Column("pack_code", both("规格编码", "Pack code"), ColumnKind.CODE, longest=40, example="CH-NUOMIJIAO-25"),
    Column("spec_zh", both("规格", "Pack in Chinese"), longest=80, example="2.5 千克装"),
    Column("spec_en", both("英文规格", "Pack in English"), longest=120, example="2.5 kg"),
    Column("net_weight_g", both("一件净重（克）", "Net weight of a pack (g)"), ColumnKind.INTEGER, example="2500"),
    Column("pack", both("一件里有几个", "Pieces in a pack"), ColumnKind.INTEGER, example="1"),
    Column("price_yuan", both("价格（元）", "Price (yuan)"), ColumnKind.DECIMAL, decimals=2, example="39.90"),
    Column(
        "floor_yuan",
        both("归农户不低于（元）", "To the grower at least (yuan)"),
        ColumnKind.DECIMAL,
        decimals=2,
        example="23.00",
    ),
)  # fmt: skip


def check_packs(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by what is known of their products, packs and prices: new, the same, or a change."""
    rows = list(frame.iter_rows(named=True))
    products = {
        one.code: one for one in Product.objects.filter(code__in={row["product_code"] for row in rows})
    }
    variants = {
        one.code: one
        for one in Variant.objects.filter(code__in={row["pack_code"] for row in rows}).select_related(
            "product"
        )
    }
    prices = current_prices([one.pk for one in variants.values()], timezone.now())
    first: dict[str, dict[str, Any]] = {}
    faults: list[SaleFault] = []
    standing: dict[int, str] = {}
    for row in rows:
        column, code = _fault_of(row, products, variants, first, upload)
        if code:
            faults.append(SaleFault(row["row"], column, code, {}))
            continue
        product, variant = products.get(row["product_code"]), variants.get(row["pack_code"])
        if product is None or variant is None:
            continue
        is_same = (
            product_said(product) == _product_of(row)
            and (variant.spec_zh, variant.spec_en) == (row["spec_zh"], row["spec_en"])
            and prices.get(variant.pk) == (fen(row["price_yuan"]), fen(row["floor_yuan"]))
        )
        standing[row["row"]] = "same" if is_same else "changed"
    return judged(frame, faults, standing)


def _product_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] or "" for name in PRODUCT_FIELDS} | {"place_id": row["place"]}


def _fault_of(
    row: dict[str, Any],
    products: dict[str, Product],
    variants: dict[str, Variant],
    first: dict[str, dict[str, Any]],
    upload: Upload,
) -> tuple[str | None, str]:
    """Return the column and the code of what is wrong with a row; an empty code: nothing."""
    product, variant = products.get(row["product_code"]), variants.get(row["pack_code"])
    if product is not None and product.unit_id != upload.unit_id:
        return "product_code", "product_elsewhere"
    if first.setdefault(row["product_code"], _product_of(row)) != _product_of(row):
        return "product_code", "product_differs"
    if bool((row["certificate"] or "").strip()) != bool((row["certified_by"] or "").strip()):
        return "certificate", "certificate_half"
    if row["net_weight_g"] <= 0 or not 0 < row["pack"] <= 9999:
        return "net_weight_g", "no_weight"
    if row["price_yuan"] <= 0 or not Decimal(0) <= row["floor_yuan"] <= row["price_yuan"]:
        return "price_yuan", "price_wrong"
    if variant is not None and variant.product.code != row["product_code"]:
        return "pack_code", "pack_elsewhere"
    if variant is not None and (variant.net_weight_g, variant.pack) != (row["net_weight_g"], row["pack"]):
        return "net_weight_g", "weight_fixed"
    return None, ""


PACKS_SHEET = Layout(
    code="shop.packs",
    title=both("商品规格台账", "Products and packs"),
    about=both(
        "一个规格填一行；同一商品的各行写一样的商品信息。已登记而内容相同的跳过；名称、证明、价格变了的按表修改，新价格从导入时起生效。",
        "A pack a row; rows of one product say the same of it. What is entered already and says the same is passed over; names,"
        " certificates and prices that differ are changed, a new price from the import on.",
    ),
    columns=PACK_COLUMNS,
    confirm=import_packs,
    permission="shop.import_packs",
    check=check_packs,
    key="pack_code",
    instead=both(
        "在商品页逐个修改；价格再定一次。", "Change them on their products' pages; set prices anew."
    ),
)

RECEIPT_COLUMNS = (
    Column(
        "document", both("送货单号", "Delivery note"), ColumnKind.CODE, longest=80, example="SH-2020-0001"
    ),
    Column("warehouse", both("仓库编码", "Warehouse"), ColumnKind.CODE, longest=40, example="CH-1"),
    Column(
        "pack_code", both("规格编码", "Pack code"), ColumnKind.CODE, longest=40, example="CH-NUOMIJIAO-25"
    ),
    Column("quantity", both("件数", "Packs"), ColumnKind.INTEGER, example="200"),
    Column(
        "lot",
        both("批次", "Lot"),
        ColumnKind.CODE,
        required=False,
        longest=40,
        note=both(
            "产业里核验过的批次；按净重扣减。", "A verified lot of industries; its weight is taken from it."
        ),
        example="PC-522327-2019",
    ),
)


def check_receipts(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their warehouses, packs and lots, and by the delivery notes that are known."""
    rows = list(frame.iter_rows(named=True))
    stores = Warehouse.objects.filter(code__in={row["warehouse"] for row in rows}, unit=upload.unit_id)
    here = {one.code for one in stores}
    packs = {
        one.code: one
        for one in Variant.objects.filter(code__in={row["pack_code"] for row in rows}).select_related(
            "product"
        )
    }
    sound: dict[str, Lot] = {
        one.code: one
        for one in lots().filter(
            code__in={row["lot"] for row in rows if row["lot"]}, confirmed_at__isnull=False
        )
    }
    known = {
        (
            one.document,
            one.movement.stock.warehouse.code,
            one.movement.stock.variant.code,
        ): one.movement.physical
        for one in Receipt.objects.filter(document__in={row["document"] for row in rows}).select_related(
            "movement__stock__warehouse", "movement__stock__variant"
        )
    }
    faults: list[SaleFault] = []
    standing: dict[int, str] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        key = (row["document"], row["warehouse"], row["pack_code"])
        pack, lot = packs.get(row["pack_code"]), sound.get(row["lot"] or "")
        column, code = "", ""
        if row["warehouse"] not in here:
            column, code = "warehouse", "unknown_warehouse"
        elif pack is None:
            column, code = "pack_code", "unknown_pack"
        elif row["quantity"] <= 0:
            column, code = "quantity", "quantity_wrong"
        elif key in seen:
            column, code = "document", "receipt_twice"
        elif row["lot"] and (lot is None or lot.industry.place_id != pack.product.place_id):
            column, code = "lot", "lot_elsewhere"
        elif key in known and known[key] != row["quantity"]:
            column, code = "quantity", "receipt_differs"
        elif key in known:
            standing[row["row"]] = "same"
        seen.add(key)
        if code:
            faults.append(SaleFault(row["row"], column, code, {"lot": row["lot"] or ""}))
    return judged(frame, faults, standing)


RECEIPTS_SHEET = Layout(
    code="shop.receipts",
    title=both("入库单", "Stock receipts"),
    about=both(
        "一张送货单上的一个规格填一行。同一张单、同一仓库、同一规格已入库的跳过，数量不同的不能导入。",
        "A pack of a delivery note a row. What came in under the same note, warehouse and pack is passed over; of another number"
        " it is refused.",
    ),
    columns=RECEIPT_COLUMNS,
    confirm=import_receipts,
    permission="shop.import_receipts",
    check=check_receipts,
    instead=both("在库存页按实数盘点。", "Count the stocks on their pages."),
)
