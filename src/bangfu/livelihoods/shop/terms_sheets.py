"""The spreadsheets of carriage by province 运费模板表 and of coupons 优惠券批次表."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars
from django.utils import timezone

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowFault
from bangfu.foundation.places.codes import PROVINCE
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    COUPON_KIND_WORDS,
    FREIGHT_BASIS_WORDS,
    Channel,
    CouponBatch,
    CouponKind,
    FreightTemplate,
    LiveSale,
    Product,
)
from bangfu.livelihoods.shop.operations.carrying import MOST_FEN, UnableToCarry
from bangfu.livelihoods.shop.operations.couponing import UnableToIssue, check_details
from bangfu.livelihoods.shop.operations.importing_terms import (
    YES,
    Row,
    by_template,
    details_said,
    import_coupons,
    import_freights,
    products_said,
    rates_said,
    standing_templates,
    template_said,
)
from bangfu.livelihoods.shop.sheets import judged

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

ELSEWHERE = "其他省"
ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")
UNKNOWN = -1
"""Stands for a province that nobody knows."""
YES_OR_NO = ((YES, both("是", "yes")), ("NO", both("否", "no")))


def _yuan(
    name: str, zh: str, en: str, *, required: bool = False, example: str = "", note: Any = None
) -> Column:
    return Column(
        name, both(zh, en), ColumnKind.DECIMAL, required=required, decimals=2, lowest=0, example=example, note=note
    )  # fmt: skip


CHANNEL = Column("channel", both("渠道编码", "Channel"), ColumnKind.CODE, longest=40, example="GZ-MALL")


@dataclass(frozen=True)
class FreightFault(RowFault):
    """Why a row of carriage cannot be taken in, by a code of ``UnableToCarry``."""

    unable = UnableToCarry


def check_freights(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their channels, and each template by all its rows: new, the same, or a change."""
    rows = list(frame.iter_rows(named=True))
    grouped = by_template(rows)
    here = set(Channel.objects.filter(unit=upload.unit_id).values_list("code", flat=True))
    owners = dict(FreightTemplate.objects.filter(code__in=grouped).values_list("code", "channel__code"))
    named = _provinces()
    for row in rows:
        row["province_id"] = named.get(row["province"] or ELSEWHERE, UNKNOWN)
    before = standing_templates(grouped, timezone.now())
    faults: list[FreightFault] = []
    standing: dict[int, str] = {}
    usual: dict[str, str] = {}
    for code, group in grouped.items():
        wrong = list(_template_faults(group, here, owners.get(code), usual))
        faults += wrong
        if wrong or code not in before:
            known = "changed" if code in owners else "new"
        else:
            known = "same" if before[code] == (template_said(group[0]), rates_said(group)) else "changed"
        standing |= {row["row"]: known for row in group}
    found = frame.with_columns(
        province_id=polars.Series([row["province_id"] for row in rows], dtype=polars.Int64)
    )
    return judged(found, faults, standing)


def _provinces() -> dict[str, int | None]:
    """Return provinces by their names, whole and without what kind of province it is; null: every other."""
    found: dict[str, int | None] = {ELSEWHERE: None, "其他": None, "EVERY OTHER PROVINCE": None}
    for one in Place.objects.filter(level=PROVINCE).order_by("pk"):
        short = one.name
        for ending in ENDINGS:
            short = short.removesuffix(ending)
        found |= {one.name: one.pk, short: one.pk, str(one.pk)[:6]: one.pk, str(one.pk): one.pk}
    return found


def _template_faults(
    rows: Sequence[Row], here: set[str], owner: str | None, usual: dict[str, str]
) -> Iterator[FreightFault]:
    first, seen = rows[0], set[int | None]()
    for row in rows:
        column, code, details = _freight_fault(row, first, here, owner, seen)
        seen.add(row["province_id"])
        if code:
            yield FreightFault(row["row"], column, code, details)
    if not any(row["served"] == YES for row in rows):
        yield FreightFault(first["row"], "served", "nowhere", {})
    if first["is_usual"] == YES and usual.setdefault(first["channel"], first["code"]) != first["code"]:
        yield FreightFault(first["row"], "is_usual", "two_usual", {"other": usual[first["channel"]]})


def _freight_fault(
    row: Row,
    first: Row,
    here: set[str],
    owner: str | None,
    seen: set[int | None],
) -> tuple[str | None, str, dict[str, Any]]:
    """Return the column and the code of what is wrong with a row; an empty code: nothing."""
    if row["channel"] not in here:
        return "channel", "unknown_channel", {"code": row["channel"]}
    if owner is not None and owner != row["channel"]:
        return "code", "code_taken", {"code": row["code"]}
    if template_said(row) != template_said(first):
        return "code", "rows_differ", {"row": first["row"]}
    if row["province_id"] == UNKNOWN:
        return "province", "not_a_province", {"name": row["province"]}
    if row["province_id"] in seen:
        return "province", "province_twice", {"name": row["province"] or ELSEWHERE}
    amounts = [row["first_yuan"] or Decimal(0), row["further_yuan"] or Decimal(0)]
    if row["first"] <= 0 or row["further"] <= 0 or max(amounts) * 100 > MOST_FEN:
        return "first_yuan", "amount_wrong", {}
    if row["served"] == YES and (row["first_yuan"] is None or row["further_yuan"] is None):
        return "first_yuan", "charge_missing", {}
    return None, "", {}


FREIGHTS_SHEET = Layout(
    code="shop.freights",
    title=both("运费模板表", "Carriage by province"),
    about=both(
        "一个模板送到一个省的运费填一行，省不填就是“其他省”；同一模板的各行写一样的模板信息。没写到、又没有“其他省”的，不送。"
        "和现在一样的跳过，不一样的从导入时起按表收，已定的订单不变。一个模板要么整个导入，要么不导入。",
        "What a template charges to one province a row; no province is every other one. Rows of one template say the same of it."
        " Where no row holds, nothing is sent. What charges the same now is passed over; what differs holds from the import on,"
        " and orders keep what was agreed.",
    ),
    columns=(
        CHANNEL,
        Column("code", both("模板编码", "Template"), ColumnKind.CODE, longest=40, example="YF-STD"),
        Column("name_zh", both("模板名称", "Template in Chinese"), longest=120, example="标准运费"),
        Column("name_en", both("模板英文名", "Template in English"), longest=160, example="Standard carriage"),
        Column(
            "is_usual", both("渠道常用", "Channel's usual"), ColumnKind.CHOICE, choices=YES_OR_NO, example="是",
            note=both("没有另选模板的商品都用它，一个渠道一个。", "For whatever has no template of its own; one a channel."),
        ),
        Column(
            "basis", both("计费方式", "Reckoned"), ColumnKind.CHOICE, choices=tuple(FREIGHT_BASIS_WORDS.items()),
            example="按重量",
        ),
        Column(
            "first", both("首（克或件）", "First (g or packs)"), ColumnKind.INTEGER, highest=10**9 - 1, example="1000"
        ),
        Column(
            "further", both("续（克或件）", "Each further (g or packs)"), ColumnKind.INTEGER, highest=10**9 - 1,
            example="1000",
        ),
        _yuan("free_from_yuan", "满额包邮（元）", "Free from (yuan)", example="99.00"),
        Column(
            "province", both("省", "Province"), required=False, longest=40, example="新疆维吾尔自治区",
            note=both("不填或“其他省”：没有另写的省。", "Empty: every province that has no row of its own."),
        ),
        Column("served", both("送达", "Served"), ColumnKind.CHOICE, choices=YES_OR_NO, example="是"),
        _yuan(
            "first_yuan", "首费（元）", "First charge (yuan)", example="20.00",
            note=both("不送的不填。", "Empty where not served."),
        ),
        _yuan("further_yuan", "续费（元）", "Further charge (yuan)", example="2.00"),
    ),
    confirm=import_freights,
    permission="shop.import_freights",
    check=check_freights,
    whole=True,
    instead=both("在运费模板页再定一次运费。", "Set the charges anew on the templates' pages."),
)  # fmt: skip


@dataclass(frozen=True)
class CouponFault(RowFault):
    """Why a row of coupons cannot be taken in, by a code of ``UnableToIssue``."""

    unable = UnableToIssue


def check_coupons(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their channels, live sales and products, as the form of one batch does, and by what is issued."""
    rows = list(frame.iter_rows(named=True))
    here = set(Channel.objects.filter(unit=upload.unit_id).values_list("code", flat=True))
    sales = dict(
        LiveSale.objects.filter(code__in={row["sale"] for row in rows}).values_list("code", "channel__code")
    )
    named = {code for row in rows for code in products_said(row)}
    products = set(Product.objects.filter(code__in=named).values_list("code", flat=True))
    issued = _issued([row["code"] for row in rows])
    faults: list[CouponFault] = []
    standing: dict[int, str] = {}
    for row in rows:
        fault = _coupon_fault(row, here, sales, products)
        if fault is None and row["code"] in issued:
            standing[row["row"]] = "same"
            if issued[row["code"]] != _terms_said(row):
                fault = CouponFault(row["row"], "code", "issued_otherwise", {"code": row["code"]})
        elif fault is None:
            fault = _details_fault(row)
        if fault is not None:
            faults.append(fault)
    return judged(frame, faults, standing)


def _coupon_fault(row: Row, here: set[str], sales: dict[str, str], products: set[str]) -> CouponFault | None:
    if row["channel"] not in here:
        return CouponFault(row["row"], "channel", "unknown_channel", {"code": row["channel"]})
    if row["sale"] and sales.get(row["sale"]) != row["channel"]:
        return CouponFault(row["row"], "sale", "other_sale", {})
    for code in products_said(row):
        if code not in products:
            return CouponFault(row["row"], "products", "unknown_product", {"code": code})
    return None


def _details_fault(row: Row) -> CouponFault | None:
    try:
        check_details(details_said(row), timezone.now())
    except UnableToIssue as refusal:
        return CouponFault(row["row"], None, refusal.code, refusal.details)
    return None


def _terms_said(row: Row) -> tuple[Any, ...]:
    said = details_said(row)
    is_amount = said.kind == CouponKind.AMOUNT
    return (
        row["channel"], row["sale"] or None, said.kind, said.off_fen if is_amount else None, None if is_amount else said.off_pct,
        None if is_amount else said.cap_fen, said.from_fen, said.starts_at, said.ends_at, said.number, said.per_buyer,
        frozenset(products_said(row)),
    )  # fmt: skip


def _issued(codes: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return the terms of batches that were issued, by code, as ``_terms_said`` has them."""
    found = CouponBatch.objects.filter(code__in=codes).select_related("channel", "sale")
    return {
        one.code: (
            one.channel.code, one.sale.code if one.sale else None, one.kind, one.off_fen, one.off_pct, one.cap_fen,
            one.from_fen, one.starts_at, one.ends_at, one.number, one.per_buyer,
            frozenset(named.product.code for named in one.products.all()),
        )
        for one in found.prefetch_related("products__product")
    }  # fmt: skip


COUPONS_SHEET = Layout(
    code="shop.coupons",
    title=both("优惠券批次表", "Batches of coupons"),
    about=both(
        "一批优惠券填一行，导入后即可在有效期内领用。同一编码、内容相同的跳过；内容不同的不能导入，因为发出去的不能再改。",
        "A batch a row; once imported it can be claimed in its period. A batch that is issued and says the same is passed over;"
        " one that differs is refused, for what was issued stays as it is.",
    ),
    columns=(
        CHANNEL,
        Column("code", both("券编码", "Batch"), ColumnKind.CODE, longest=40, example="MAN100-10"),
        Column("name_zh", both("券名称", "Batch in Chinese"), longest=80, example="满 100 减 10"),
        Column("name_en", both("券英文名", "Batch in English"), longest=120, example="10 off 100"),
        Column(
            "sale", both("直播编码", "Live sale"), ColumnKind.CODE, required=False, longest=40,
            note=both("只用于这一场；不填则整个渠道可用。", "For this one alone; empty: for the whole channel."),
        ),
        Column(
            "kind", both("种类", "Kind"), ColumnKind.CHOICE, choices=tuple(COUPON_KIND_WORDS.items()), example="满减"
        ),
        _yuan("from_yuan", "满多少元可用", "From how many yuan", required=True, example="100.00"),
        _yuan("off_yuan", "减多少元", "Yuan off", example="10.00", note=both("满减才填。", "Of an amount alone.")),
        Column(
            "off_pct", both("减百分之几", "Per cent off"), ColumnKind.INTEGER, required=False,
            note=both("折扣才填。", "Of a percentage alone."),
        ),
        _yuan("cap_yuan", "最多减多少元", "At most yuan off", note=both("折扣才填。", "Of a percentage alone.")),
        Column("starts_on", both("开始日期", "First day"), ColumnKind.DATE, example="2020-10-01"),
        Column("last_on", both("最后一天", "Last day"), ColumnKind.DATE, example="2020-10-31"),
        Column("number", both("张数", "How many"), ColumnKind.INTEGER, example="5000"),
        Column("per_buyer", both("每人可领", "To each buyer"), ColumnKind.INTEGER, example="1"),
        Column(
            "products", both("只用于商品编码", "For products alone"), required=False, longest=500,
            note=both("几个之间用顿号；不填则所有商品可用。", "Several with commas; empty: for every product."),
        ),
    ),
    confirm=import_coupons,
    permission="shop.import_coupons",
    check=check_coupons,
    key="code",
    instead=both("在优惠券页逐批停止发放。", "Close the batches on their pages."),
)  # fmt: skip
