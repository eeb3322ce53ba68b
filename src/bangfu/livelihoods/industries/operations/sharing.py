"""Contracts of households and payments under them, one by one; sheets bring thousands, see ``operations.importing``."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars
from django.db import IntegrityError

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.livelihoods.industries.models import Contract, Industry, Payment
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.describing import (
    ContractDetails,
    PaymentDetails,
    contract_columns,
    payment_columns,
    receipt_code,
)
from bangfu.livelihoods.industries.operations.storing import Files
from bangfu.livelihoods.industries.sharing_rules import (
    CONTRACT_ROW,
    PAYMENT_ROW,
    UnableToShare,
    faults_of,
    judged_contracts,
    judged_payments,
)


def _scope_of_contract(*, industry: Industry, details: ContractDetails, **arguments: object) -> Scope:
    return Scope(unit=industry.unit_id, place=details.household.place_id)


def _one(said: dict[str, Any], schema: dict[str, Any]) -> polars.DataFrame:
    return polars.DataFrame([{"row": 1, **said}], schema=schema)


def contract_row(industry: Industry, said: ContractDetails) -> polars.DataFrame:
    """Return what is said of one contract as a row of a sheet."""
    row = {
        "number": said.number,
        "household": said.household.number,
        "village": None,
        "industry": industry.code,
        "operator": said.operator.code,
        "mechanism": said.mechanism,
        "starts_on": said.starts_on,
        "last_day": said.ends_on and said.ends_on - timedelta(days=1),
        "promised_yuan": None if said.promised_fen is None else Decimal(said.promised_fen).scaleb(-2),
        "mu": said.mu,
    }
    return _one(row, CONTRACT_ROW)


def payment_row(contract: Contract, said: PaymentDetails) -> polars.DataFrame:
    """Return what is said of one payment as a row of a sheet."""
    row = {
        "contract": contract.number,
        "paid_on": said.paid_on,
        "amount_yuan": Decimal(said.amount_fen).scaleb(-2),
        "receipt": receipt_code(said.receipt),
        "kg": said.kg,
        "market_yuan": None if said.market_fen is None else Decimal(said.market_fen).scaleb(-2),
    }
    return _one(row, PAYMENT_ROW)


def refuse_known(judged: polars.DataFrame, code: str) -> None:
    """Refuse a single record that is kept already as it stands, which in a sheet is passed over.

    Raises: UnableToShare: the code given.
    """
    for fault in faults_of(judged):
        raise fault.refusal
    row = judged.row(0, named=True)
    if row["standing"] == "same":
        raise UnableToShare(code, text=row["number" if code == "number_taken" else "receipt"])


@operation("industries.enter_contract", scope=_scope_of_contract)
def enter_contract(*, industry: Industry, details: ContractDetails, files: Files, act: Act) -> Contract:
    """Enter how a household shares in an industry, with the signed contract, and submit it for review.

    Raises: UnableToShare: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    refuse_known(judged_contracts(contract_row(industry, details), unit=industry.unit), "number_taken")
    try:
        contract = Contract.objects.create(
            **contract_columns(details), industry=industry, entered_at=act.at, entered_by=act.actor
        )
    except IntegrityError as clash:
        raise meanwhile(clash) from clash
    storing.submit(contract, files=files, unit=industry.unit, unable=UnableToShare, act=act)
    return contract


def meanwhile(clash: IntegrityError) -> Exception:
    """Return the refusal for what somebody else entered since it was looked for; anything else as it is."""
    taken = ("industries_one_contract_a_number", "industries_one_payment_a_receipt")
    return UnableToShare("taken_meanwhile") if any(name in str(clash) for name in taken) else clash


def contract_for_update(contract: Contract) -> Contract:
    """Return the contract as it is now, locked until the operation ends."""
    found = Contract.objects.select_for_update(of=("self",)).select_related("industry__unit", "household")
    return found.get(pk=contract.pk)


@operation("industries.end_contract", scope=scope_of("contract"))
def end_contract(*, contract: Contract, last_day: date, act: Act) -> Contract:
    """Note the last day of a verified contract: nothing is paid under it after that day.

    Raises: UnableToShare: see its codes; nothing was written.
    Locks: the contract.
    """
    contract = contract_for_update(contract)
    if contract.confirmed_at is None:
        raise UnableToShare("not_verified")
    if last_day < contract.starts_on:
        raise UnableToShare("backwards")
    later = (
        contract.payments.filter(withdrawn_at__isnull=True, paid_on__gt=last_day).order_by("-paid_on").first()
    )
    if later is not None:
        raise UnableToShare("paid_later", day=later.paid_on.isoformat())
    contract.ends_on = last_day + timedelta(days=1)
    contract.save(update_fields=["ends_on"])
    return contract


@operation("industries.enter_payment", scope=scope_of("contract"))
def enter_payment(*, contract: Contract, details: PaymentDetails, files: Files, act: Act) -> Payment:
    """Enter money that a household was paid under a verified contract, with the bank's proof, and submit it for review.

    Raises: UnableToShare: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the contract.
    """
    contract = contract_for_update(contract)
    unit = contract.industry.unit
    refuse_known(judged_payments(payment_row(contract, details), unit=unit, today=act.on), "receipt_taken")
    payment = Payment.objects.create(
        **payment_columns(details), contract=contract, entered_at=act.at, entered_by=act.actor
    )
    storing.submit(payment, files=files, unit=unit, unable=UnableToShare, act=act)
    return payment
