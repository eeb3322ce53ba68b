"""What makes the rows of a platform's export acceptable, as columns over all rows at once. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.rooms import both
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption import knowing
from bangfu.livelihoods.consumption.models import LEAST_DAY, PLATFORM_WORDS, Platform
from bangfu.livelihoods.consumption.platforms import CANCELLED, PAID, is_closed, shared_out, stage
from bangfu.livelihoods.consumption.unable import SaleFault
from bangfu.livelihoods.shop.neighbours import HELPED_TO_SELL, OUTSIDERS, PURCHASED, Payer

REPEATS_SUMS = (Platform.JD, Platform.P832)
"""Whose exports may repeat the sum of an order on each of its lines."""
SELLS_TO_THE_PUBLIC = (Platform.JD, Platform.TAOBAO)
"""Shops to which anybody comes: without a word of who pays it is the public."""
OUTSIDE = [str(one) for one in OUTSIDERS]
NO_REFUND = ["", "-", "--", "无", "无退款申请", "没有申请退款"]
"""What platforms write where nothing was refunded."""
col = polars.col


def told(name: str) -> polars.Expr:
    """Return a text without what exports put around numbers so that spreadsheet programs leave them alone."""
    return col(name).fill_null("").str.strip_chars("='\"\t ").alias(name)


def _paid_yuan(columns: Collection[str]) -> polars.Expr:
    """Return what was paid: where an export tells only what was due, that, and with what came from the buyer's balance."""
    paid = polars.coalesce([name for name in ("paid_yuan", "due_yuan") if name in columns])
    return paid + col("balance_yuan").fill_null(0) if "balance_yuan" in columns else paid


def keyed(name: str) -> polars.Expr:
    """Return texts as ``models.good_key`` returns each."""
    return col(name).str.normalize("NFKC").str.replace_all(r"\s", "").str.to_uppercase()


def read_as_sales(frame: polars.DataFrame, platform: str, *, on: date) -> polars.DataFrame:
    """Return an export's rows as sales: identity, stage, paid and refunded fen; what is not told is null.

    Args:
        on: the day of the upload, on which a refund counts of which no day is told.
    """
    rows = frame.with_columns(
        *(told(name) for name in ("order_no", "line_no", "title", "product_no", "shop", "buyer", "status")),
        *(told(name) for name in ("invoice_code", "invoice_number", "invoice_line", "apart")),
    )
    rows = rows.with_columns(
        line_no=polars.when(col("line_no") != "").then("line_no").otherwise(
            polars.when(col("product_no") != "").then("product_no").otherwise(keyed("title").str.slice(0, 60))
        ),
        ordered_on=polars.coalesce("ordered_on", "paid_on", polars.lit(on)),
        stage=stage(col("status"), col("paid_on")),
        worth=(col("price_yuan").fill_null(0) * 100 * col("quantity")).cast(polars.Int64),
        paid_fen=(_paid_yuan(frame.columns) * 100).cast(polars.Int64),
        refund_text=col("refund_yuan").fill_null("").str.strip_chars(),
    ).with_columns(
        refund_fen=(
            col("refund_text").str.replace_all("[¥￥,，元]", "").cast(polars.Decimal(20, 2), strict=False) * 100
        ).cast(polars.Int64)
    )  # fmt: skip
    if platform in REPEATS_SUMS:
        rows = rows.with_columns(paid_fen=shared_out(rows, "paid_fen", "worth", by="order_no"))
    closed = is_closed(col("status")) & (col("stage") == PAID)
    # A shop that gave everything back shows nothing as received: then what went back is what was paid.
    nothing_left = closed & (col("paid_fen").fill_null(0) == 0)
    rows = rows.with_columns(
        is_closed=closed, paid_fen=polars.when(nothing_left).then("refund_fen").otherwise("paid_fen")
    )
    invoice_line = (
        polars.when((col("invoice_number") != "") & (col("invoice_line") == ""))
        .then(
            polars.int_range(1, polars.len() + 1).over("invoice_code", "invoice_number").cast(polars.String)
        )
        .otherwise("invoice_line")
    )
    return rows.with_columns(
        refund_fen_said="refund_fen",
        refund_fen=col("refund_fen").fill_null(0),
        refunded_on=polars.max_horizontal(
            polars.coalesce("refunded_on", polars.lit(on)), polars.coalesce("paid_on", polars.lit(on))
        ),
        ordered_fen=polars.when(col("worth") > 0).then("worth").otherwise(col("paid_fen").fill_null(0)),
        invoice_line=invoice_line,
        good_key=polars.when(col("product_no") != "").then(keyed("product_no")).otherwise(keyed("title")),
    )


def with_payers(rows: polars.DataFrame, platform: str, upload: Upload) -> polars.DataFrame:
    """Return rows with ``payer`` filled in where the sheet does not say it, and ``label``; null = it cannot be told."""
    said = col("payer")
    if platform in SELLS_TO_THE_PUBLIC:
        payer = polars.coalesce(said, polars.lit(Payer.PUBLIC.value))
    else:
        is_ours = polars.any_horizontal(
            *(col("buyer").str.contains(name, literal=True) for name in _names_of(upload)), polars.lit(False)
        )
        payer = polars.coalesce(
            said,
            polars.when(is_ours & col("buyer").str.contains("工会")).then(polars.lit(Payer.UNION.value))
            .when(is_ours & col("buyer").str.contains("食堂|餐厅")).then(polars.lit(Payer.CANTEEN.value))
            .when(is_ours).then(polars.lit(Payer.COMPANY.value)),
        )  # fmt: skip
    return rows.with_columns(payer=payer).with_columns(
        label=polars.when(col("payer").is_in(OUTSIDE))
        .then(polars.lit("HELPED"))
        .otherwise(polars.lit("BOUGHT"))
    )


def _names_of(upload: Upload) -> list[str]:
    """Return the names by which a platform may call the unit that brings a sheet."""
    return [name for name in (upload.unit.name_zh, upload.unit.name_zh.removesuffix("公司")) if len(name) > 3]


def judged(frame: polars.DataFrame, upload: Upload, platform: str) -> CheckedRows:
    """Return an export's rows with what each brings, and why others are refused."""
    on = localdate(upload.uploaded_at)
    rows = with_payers(read_as_sales(frame, platform, on=on), platform, upload)
    orders = rows["order_no"].unique().to_list()
    rows = rows.join(
        knowing.known_sales(platform, orders), on=["order_no", "line_no"], how="left", maintain_order="left"
    ).join(
        knowing.origins(platform, rows["good_key"].unique().to_list()), left_on="good_key", right_on="key", how="left",
        maintain_order="left",
    )  # fmt: skip
    is_paid = col("stage") == PAID
    rows = rows.with_columns(
        pay_fen=polars.when(is_paid & col("known_paid").is_null()).then("paid_fen"),
        give_fen=polars.when(is_paid).then(col("refund_fen") - col("known_refund").fill_null(0)).otherwise(0),
    ).with_columns(
        standing=polars.when(col("sale").is_null())
        .then(polars.lit("new"))
        .when(col("pay_fen").is_not_null() | (col("give_fen") > 0))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same"))
    )
    return checked(rows, list(_faults(rows, upload, platform)))


def checked(rows: polars.DataFrame, faults: list[SaleFault]) -> CheckedRows:
    """Return rows with their ``standing`` as a preview shows them, those with a fault refused by their first."""
    first: dict[int, SaleFault] = {}
    for fault in faults:
        first.setdefault(fault.row, fault)
    kept = rows.filter(~col("row").is_in(list(first)))
    standing = kept["standing"]
    return CheckedRows(
        frame=kept,
        refusals=[first[row].of_row for row in sorted(first)],
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def _faults(rows: polars.DataFrame, upload: Upload, platform: str) -> Iterator[SaleFault]:
    yield from _faults_of_rows(rows)
    yield from faults_of_identity(rows, upload.unit_id)
    new = rows.filter(col("sale").is_null())
    yield from faults_of_invoices(new)
    taken = set(knowing.orders_of_own_shop(new["order_no"].unique().to_list()))
    for row, order in new.filter(col("order_no").is_in(list(taken))).select("row", "order_no").iter_rows():
        yield SaleFault(row, "order_no", "in_own_shop", {"order": order})
    yield from faults_of_reported(new.filter(col("stage") == PAID))


def _faults_of_rows(rows: polars.DataFrame) -> Iterator[SaleFault]:
    """Yield what is wrong with rows by themselves."""
    is_paid = col("stage") == PAID
    first = {"first": LEAST_DAY.isoformat()}
    simple: tuple[tuple[polars.Expr, str, str, dict[str, Any]], ...] = (
        (col("quantity") <= 0, "quantity", "quantity", {}),
        (is_paid & ~col("is_closed") & (col("paid_fen").fill_null(0) <= 0), "paid_yuan", "paid_missing", {}),
        (is_paid & col("paid_on").is_null(), "paid_on", "day_missing", {}),
        (col("is_closed") & (col("refund_fen") <= 0), "refund_yuan", "refund_missing", {}),
        (polars.coalesce("paid_on", "ordered_on") < LEAST_DAY, "paid_on", "too_early", first),
    )
    for wrong, column, code, details in simple:
        for row in rows.filter(wrong)["row"]:
            yield SaleFault(row, column, code, details)
    for row, status in rows.filter(col("stage").is_null()).select("row", "status").iter_rows():
        yield SaleFault(row, "status", "unknown_status", {"status": status})
    over = rows.filter(is_paid & (col("refund_fen") > col("paid_fen")))
    for row, refund, paid in over.select("row", "refund_fen", "paid_fen").iter_rows():
        yield SaleFault(row, "refund_yuan", "refund_too_much", {"refund": yuan(refund), "paid": yuan(paid)})
    unread = rows.filter(col("refund_fen_said").is_null() & ~col("refund_text").is_in(NO_REFUND))
    for row, text in unread.select("row", "refund_text").iter_rows():
        yield SaleFault(row, "refund_yuan", "refund_unread", {"text": text})
    for row, title in rows.filter(col("good").is_null()).select("row", "title").iter_rows():
        yield SaleFault(row, "title", "unknown_good", {"title": title})
    for row, buyer in rows.filter(col("payer").is_null()).select("row", "buyer").iter_rows():
        yield SaleFault(row, "payer", "payer_missing", {"buyer": buyer})
    # Eighteen characters of digits are rare: only what has them is looked at one by one.
    for name in ("title", "shop", "apart"):
        suspect = rows.filter(col(name).str.contains(r"\d{17}[\dXx]"))
        for row, text in suspect.select("row", name).iter_rows():
            if has_identity_number(text):
                yield SaleFault(row, name, "identity_number", {})


def faults_of_identity(rows: polars.DataFrame, unit: int) -> Iterator[SaleFault]:
    """Yield what is wrong with rows by what else bears their order and line."""
    earliest = col("row").min().over("order_no", "line_no")
    again = rows.with_columns(earliest=earliest).filter(col("row") != col("earliest"))
    for row, other in again.select("row", "earliest").iter_rows():
        yield SaleFault(row, "order_no", "twice_in_sheet", {"other": other})
    known = rows.filter(col("sale").is_not_null())
    for row, zh, en in (
        known.filter(col("known_unit") != unit).select("row", "unit_zh", "unit_en").iter_rows()
    ):
        yield SaleFault(row, "order_no", "counted_elsewhere", {"unit": both(zh, en)})
    ours = known.filter(col("known_unit") == unit)
    differs = ours.filter(
        col("known_paid").is_not_null() & (col("stage") != CANCELLED) & (col("paid_fen") != col("known_paid"))
    )
    for row, paid in differs.select("row", "known_paid").iter_rows():
        yield SaleFault(row, "paid_yuan", "says_otherwise", {"known": yuan(paid)})
    for row, refund in ours.filter(col("give_fen") < 0).select("row", "known_refund").iter_rows():
        yield SaleFault(row, "refund_yuan", "refund_shrank", {"known": yuan(refund)})


def faults_of_invoices(new: polars.DataFrame) -> Iterator[SaleFault]:
    """Yield new rows whose line of an invoice stands elsewhere, in the sheet or in the house."""
    on = ["invoice_code", "invoice_number", "invoice_line"]
    with_one = new.filter(col("invoice_number") != "")
    earliest = col("row").min().over(*on)
    again = with_one.with_columns(earliest=earliest).filter(col("row") != col("earliest"))
    for row, other in again.select("row", "earliest").iter_rows():
        yield SaleFault(row, "invoice_number", "invoice_twice", {"other": other})
    held = knowing.invoiced(with_one["invoice_number"].unique().to_list())
    taken = with_one.join(held, on=on[1:]).filter(knowing.is_same_invoice(col("invoice_code")))
    names = ("row", "invoice_number", "holder_zh", "holder_en", "holder_platform", "holder_order")
    for row, number, zh, en, platform, order in taken.select(names).iter_rows():
        details = {
            "invoice": number,
            "unit": both(zh, en),
            "platform": PLATFORM_WORDS[platform],
            "sale": order,
        }
        yield SaleFault(row, "invoice_number", "invoice_taken", details)


def faults_of_reported(paid: polars.DataFrame) -> Iterator[SaleFault]:
    """Yield rows that a unit reported by hand: under the same order or invoice, or with the same county, day and sum."""
    for name in ("order_no", "invoice_number"):
        wanted = [text for text in paid[name].unique().to_list() if text]
        known = knowing.reported_under(wanted).rename({"reference": name})
        for row, reference, zh, en in (
            paid.join(known, on=name).select("row", name, "by_zh", "by_en").iter_rows()
        ):
            yield SaleFault(row, name, "reported_reference", {"reference": reference, "unit": both(zh, en)})
    measure = (
        polars.when(col("label") == "BOUGHT")
        .then(polars.lit(PURCHASED.code))
        .otherwise(polars.lit(HELPED_TO_SELL.code))
    )
    asked = paid.filter(col("apart") == "").with_columns(measure=measure, county=col("place") // 1_000_000)
    days = [day for day in asked["paid_on"].unique().to_list() if day is not None]
    alike = asked.join(
        knowing.reported_on(days), left_on=["measure", "county", "paid_on", "paid_fen"],
        right_on=["measure", "county", "happened_on", "fen"],
    )  # fmt: skip
    for row, reference, zh, en in alike.select("row", "reference", "by_zh", "by_en").iter_rows():
        yield SaleFault(row, "apart", "reported_alike", {"unit": both(zh, en), "reference": reference})
