"""Contracts of households and payments under them, one by one; sheets bring thousands, see ``operations.importing``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars
from django.db import IntegrityError

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.people.households.models import Household
from bangfu.livelihoods.industries.models import Contract, Industry, Operator, Payment
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.storing import Files
from bangfu.livelihoods.industries.sharing_rules import (
    CONTRACT_ROW,
    PAYMENT_ROW,
    UnableToShare,
    faults_of,
    judged_contracts,
    judged_payments,
)


@dataclass(frozen=True)
class ContractDetails:
    """What is said of a contract."""

    number: str
    operator: Operator
    household: Household
    mechanism: str
    starts_on: date
    ends_on: date | None = None
    """The day after its last one; null: open."""
    promised_fen: int | None = None
    """What a year is to bring the household; null: no sum is promised."""
    mu: Decimal | None = None


@dataclass(frozen=True)
class PaymentDetails:
    """What is said of a payment."""

    paid_on: date
    amount_fen: int
    receipt: str


def receipt_code(text: str) -> str:
    """Return the number of a bank's proof as it is kept: upper-case, without spaces.

    >>> receipt_code(" icbc 0045 ")
    'ICBC0045'
    """
    return "".join(text.split()).upper()


def _scope_of_contract(*, industry: Industry, details: ContractDetails, **arguments: object) -> Scope:
    return Scope(unit=industry.unit_id, place=details.household.place_id)


def _one(said: dict[str, Any], schema: dict[str, Any]) -> polars.DataFrame:
    return polars.DataFrame([{"row": 1, **said}], schema=schema)


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
    said = {
        "number": details.number,
        "household": details.household.number,
        "village": None,
        "industry": industry.code,
        "operator": details.operator.code,
        "mechanism": details.mechanism,
        "starts_on": details.starts_on,
        "last_day": details.ends_on and details.ends_on - timedelta(days=1),
        "promised_yuan": None if details.promised_fen is None else Decimal(details.promised_fen).scaleb(-2),
        "mu": details.mu,
    }
    refuse_known(judged_contracts(_one(said, CONTRACT_ROW), unit=industry.unit), "number_taken")
    try:
        contract = Contract.objects.create(
            number=details.number,
            industry=industry,
            operator=details.operator,
            household=details.household,
            village_id=details.household.place_id,
            mechanism=details.mechanism,
            starts_on=details.starts_on,
            ends_on=details.ends_on,
            promised_fen=details.promised_fen,
            mu=details.mu,
            entered_at=act.at,
            entered_by=act.actor,
        )
    except IntegrityError as clash:
        raise meanwhile(clash) from clash
    title = f"联结合同 {contract.number}"
    storing.submit(contract, files=files, unit=industry.unit, title=title, unable=UnableToShare, act=act)
    return contract


def meanwhile(clash: IntegrityError) -> Exception:
    """Return the refusal for what somebody else entered since it was looked for; anything else as it is."""
    taken = ("industries_one_contract_a_number", "industries_one_payment_a_receipt")
    return UnableToShare("taken_meanwhile") if any(name in str(clash) for name in taken) else clash


def _contract_for_update(contract: Contract) -> Contract:
    found = Contract.objects.select_for_update(of=("self",)).select_related("industry__unit", "household")
    return found.get(pk=contract.pk)


@operation("industries.end_contract", scope=scope_of("contract"))
def end_contract(*, contract: Contract, last_day: date, act: Act) -> Contract:
    """Note the last day of a verified contract: nothing is paid under it after that day.

    Raises: UnableToShare: see its codes; nothing was written.
    Locks: the contract.
    """
    contract = _contract_for_update(contract)
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
    contract = _contract_for_update(contract)
    said = {
        "contract": contract.number,
        "paid_on": details.paid_on,
        "amount_yuan": Decimal(details.amount_fen).scaleb(-2),
        "receipt": receipt_code(details.receipt),
    }
    unit = contract.industry.unit
    refuse_known(judged_payments(_one(said, PAYMENT_ROW), unit=unit, today=act.on), "receipt_taken")
    payment = Payment.objects.create(
        contract=contract,
        paid_on=details.paid_on,
        amount_fen=details.amount_fen,
        receipt=receipt_code(details.receipt),
        entered_at=act.at,
        entered_by=act.actor,
    )
    title = f"付款 {contract.number} {payment.receipt}"
    storing.submit(payment, files=files, unit=unit, title=title, unable=UnableToShare, act=act)
    return payment
