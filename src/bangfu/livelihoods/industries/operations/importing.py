"""The sheets of contracts and of payments become records on one paper, thousands at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars
from django.db import IntegrityError

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.layouts import CheckedRows
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.industries.models import Contract, Payment, Reviewed
from bangfu.livelihoods.industries.operations.sharing import meanwhile

CONTRACTS, PAYMENTS = "industries.import_contracts", "industries.import_payments"
ROWS_AT_ONCE = 2000


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


@operation(CONTRACTS, scope=scope_of("upload"))
def import_contracts(*, upload: Upload, act: Act) -> Batch:
    """Enter every new contract of a sheet with its signed copy, and submit them on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToShare:
        ``taken_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the upload.
    """

    def made(row: dict[str, Any]) -> Contract:
        return Contract(
            number=row["number"],
            industry_id=row["industry_key"],
            operator_id=row["operator_key"],
            household_id=row["household_key"],
            village_id=row["place"],
            mechanism=row["mechanism"],
            starts_on=row["starts_on"],
            ends_on=row["last_day"] and row["last_day"] + timedelta(days=1),
            promised_fen=None if row["promised_yuan"] is None else _fen(row["promised_yuan"]),
            mu=row["mu"],
            upload=upload,
            entered_at=act.at,
            entered_by=act.actor,
        )

    checked = intake.rows_to_import(upload, act=act)
    return _entered(upload, checked, Contract, "industries.contract", CONTRACTS, made, act)


@operation(PAYMENTS, scope=scope_of("upload"))
def import_payments(*, upload: Upload, act: Act) -> Batch:
    """Enter every new payment of a sheet with the bank's proof, and submit them on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToShare:
        ``taken_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the contracts in the order of their keys, then the upload.
    """

    def made(row: dict[str, Any]) -> Payment:
        return Payment(
            contract_id=row["contract_key"],
            paid_on=row["paid_on"],
            amount_fen=_fen(row["amount_yuan"]),
            receipt=row["receipt"],
            kg=row["kg"],
            market_fen=None if row["market_yuan"] is None else _fen(row["market_yuan"]),
            upload=upload,
            entered_at=act.at,
            entered_by=act.actor,
        )

    numbers = read_rows(upload)["contract"].drop_nulls().unique().to_list()
    list(Contract.objects.select_for_update().filter(number__in=numbers).order_by("pk").values_list("pk"))
    checked = intake.rows_to_import(upload, act=act)
    return _entered(upload, checked, Payment, "industries.payment", PAYMENTS, made, act)


def _entered(
    upload: Upload,
    checked: CheckedRows,
    model: type[Reviewed],
    kind_code: str,
    permission: str,
    made: Callable[[dict[str, Any]], Any],
    act: Act,
) -> Batch:
    """Write the new rows of a sheet, hang their files on them and submit them."""
    rows = checked.frame.filter(polars.col("standing") == "new")
    if not permitted_rows(act, permission, rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission=permission)
    try:
        entered = model._default_manager.bulk_create(
            [made(row) for row in rows.iter_rows(named=True)], batch_size=ROWS_AT_ONCE
        )
    except IntegrityError as clash:
        raise meanwhile(clash) from clash
    keys = [one.pk for one in entered]
    same = checked.frame.height - rows.height
    return intake.submit_imported(upload, rows, keys, record_type=record_type(kind_code), same=same, act=act)
