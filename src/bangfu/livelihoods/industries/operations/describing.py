"""What is said of a record, as its columns: the same when it is entered and when it is revised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bangfu.foundation.people.households.models import Household
from bangfu.livelihoods.industries.lot_rules import LotDetails
from bangfu.livelihoods.industries.models import Operator
from bangfu.livelihoods.industries.rules import IndustryDetails, SeasonDetails

Columns = dict[str, Any]


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
    kg: Decimal | None = None
    """What was bought; null: nothing."""
    market_fen: int | None = None
    """What a kilogram fetched on the market that day; null: not known."""


def receipt_code(text: str) -> str:
    """Return the number of a bank's proof as it is kept: upper-case, without spaces.

    >>> receipt_code(" icbc 0045 ")
    'ICBC0045'
    """
    return "".join(text.split()).upper()


def industry_columns(said: IndustryDetails) -> Columns:
    """Return the columns of an industry, its unit apart."""
    return {
        "code": said.code,
        "place": said.county,
        "product_zh": said.product_zh.strip(),
        "product_en": said.product_en.strip(),
        "recognised_on": said.recognised_on,
        "document": said.document.strip(),
        "base_year": said.base_year,
    }


def season_columns(said: SeasonDetails) -> Columns:
    """Return the columns of a season, its industry apart."""
    return {
        "year": said.year,
        "part": said.part,
        "starts_on": said.starts_on,
        "ends_on": said.ends_on,
        "base_mu": said.base_mu,
        "capacity_tonnes": said.capacity_tonnes,
        "output_tonnes": said.output_tonnes,
        "sales_fen": said.sales_fen,
        "source": said.source.strip(),
    }


def contract_columns(said: ContractDetails) -> Columns:
    """Return the columns of a contract, its industry apart."""
    return {
        "number": said.number,
        "operator": said.operator,
        "household": said.household,
        "village_id": said.household.place_id,
        "mechanism": said.mechanism,
        "starts_on": said.starts_on,
        "ends_on": said.ends_on,
        "promised_fen": said.promised_fen,
        "mu": said.mu,
    }


def payment_columns(said: PaymentDetails) -> Columns:
    """Return the columns of a payment, its contract apart."""
    return {
        "paid_on": said.paid_on,
        "amount_fen": said.amount_fen,
        "receipt": receipt_code(said.receipt),
        "kg": said.kg,
        "market_fen": said.market_fen,
    }


def lot_columns(said: LotDetails) -> Columns:
    """Return the columns of a lot, its industry and operator apart."""
    return {
        "code": said.code,
        "village": said.village,
        "year": said.year,
        "part": said.part,
        "harvested_on": said.harvested_on,
        "harvest_kg": said.harvest_kg,
        "yield_share": said.yield_share,
        "inspection": said.inspection.strip(),
        "inspector": said.inspector.strip(),
        "inspected_on": said.inspected_on,
    }
