"""The exports of platforms, and receipts of fairs, become sales with their payments and refunds, on one paper."""

from __future__ import annotations

from typing import Any

import polars
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.consumption.models import EntryKind, Platform
from bangfu.livelihoods.consumption.operations import storing

JD, TAOBAO, P832 = "consumption.import_jd", "consumption.import_taobao", "consumption.import_p832"
AT_FAIR = "consumption.import_receipts"
col = polars.col


@operation(JD, scope=scope_of("upload"))
def import_jd(*, upload: Upload, act: Act) -> Upload:
    """Bring the sales of an export of JD, with what was paid and refunded since, on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToBring:
        ``brought_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the platform, then the upload.
    """
    return _bring(upload, Platform.JD, JD, act)


@operation(TAOBAO, scope=scope_of("upload"))
def import_taobao(*, upload: Upload, act: Act) -> Upload:
    """Bring the sales of an export of Taobao or Tmall, with what was paid and refunded since, on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToBring:
        ``brought_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the platform, then the upload.
    """
    return _bring(upload, Platform.TAOBAO, TAOBAO, act)


@operation(P832, scope=scope_of("upload"))
def import_p832(*, upload: Upload, act: Act) -> Upload:
    """Bring the sales of an export of the 832 platform, with what was paid and refunded since, on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToBring:
        ``brought_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the platform, then the upload.
    """
    return _bring(upload, Platform.P832, P832, act)


@operation(AT_FAIR, scope=scope_of("upload"))
def import_receipts(*, upload: Upload, act: Act) -> Upload:
    """Bring the sales of receipts of a fair's stalls, with what was paid, on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToBring:
        ``brought_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the platform, then the upload.
    """
    return _bring(upload, Platform.FAIR, AT_FAIR, act)


def _bring(upload: Upload, platform: str, permission: str, act: Act) -> Upload:
    storing.lock_platform(platform)
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.with_columns(unit=polars.lit(upload.unit_id), upload=polars.lit(upload.pk))
    if not permitted_rows(act, permission, rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission=permission)
    new = rows.filter(col("standing") == "new")
    sales = new.with_columns(
        platform=polars.lit(str(platform)),
        quantity=col("quantity").cast(polars.String),
        bound_for=col("province"),
    )
    keys = storing.write_sales(sales, act=act)
    known = rows.filter(col("standing") == "changed")
    every = polars.concat([new.with_columns(sale=polars.Series(keys, dtype=polars.Int64)), known])
    entries = storing.write_entries(_entries(every), act=act)
    outcome: dict[str, Any] = {
        "new": new.height,
        "changed": known.height,
        "same": checked.same,
        "address": reverse("consumption:sales"),
    }
    if entries:
        kind = record_type("consumption.entry")
        batch = submit_many(entries, record_type=kind, unit=upload.unit, title=upload.name, act=act)
        outcome |= {"batch": batch.pk, "address": reverse("review:paper", args=[batch.pk])}
        if "evidence_digest" in every.columns:
            _attach(every.filter(col("pay_fen").is_not_null()), entries, act)
    done = intake.mark_confirmed(upload, outcome, act=act)
    if entries and done.redacted_id is not None:
        # The export without what names anybody is what the reviewer opens.
        file = polars.DataFrame({"record": entries}).with_columns(
            digest=polars.lit(done.redacted_id),
            kind=polars.lit(EvidenceKind.DOCUMENT.value),
            name=polars.lit(done.name),
        )
        attach_many(file, record_type=record_type("consumption.entry"), act=act)
    return done


def _attach(paid: polars.DataFrame, entries: list[int], act: Act) -> None:
    """Attach the receipt that each paid row names to its payment: payments come first among the entries, in the rows' order."""
    file = paid.select(digest="evidence_digest", name="evidence").with_columns(
        record=polars.Series(entries[: paid.height], dtype=polars.Int64),
        kind=polars.lit(EvidenceKind.DOCUMENT.value),
    )
    attach_many(file, record_type=record_type("consumption.entry"), act=act)


def _entries(rows: polars.DataFrame) -> polars.DataFrame:
    """Return what was paid and what was refunded, a row each, payments first."""
    said = {"sale": col("sale"), "document": polars.lit(""), "upload": col("upload")}
    paid = rows.filter(col("pay_fen").is_not_null()).select(
        kind=polars.lit(EntryKind.PAID.value), amount_fen="pay_fen", happened_on="paid_on", **said
    )
    back = rows.filter(col("give_fen") > 0).select(
        kind=polars.lit(EntryKind.REFUNDED.value), amount_fen="give_fen", happened_on="refunded_on", **said
    )
    return polars.concat([paid, back])
