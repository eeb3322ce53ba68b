"""The forms by which a returned record is changed: those by which it was entered, begun with what it says now."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bangfu.foundation.places.fields import place_written
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.industries.forms import IndustryForm, SeasonForm
from bangfu.livelihoods.industries.models import WEIGHED, Contract, Industry, Lot, Payment, Season
from bangfu.livelihoods.industries.sharing_forms import ContractForm, LotForm, PaymentForm, operators_of

Said = dict[str, Any]


def _columns(record: Any, *names: str) -> Said:
    return {name: getattr(record, name) for name in names}


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def _of_industry(record: Industry) -> Said:
    names = ("code", "product_zh", "product_en", "base_year", "recognised_on", "document")
    return {**_columns(record, *names), "place": place_written(record.place_id)}


def _of_season(record: Season) -> Said:
    names = ("year", "part", "starts_on", "last_day", "base_mu", "capacity_tonnes", "output_tonnes", "source")
    return {**_columns(record, *names), "sales_yuan": _yuan(record.sales_fen)}


def _of_contract(record: Contract) -> Said:
    said = _columns(record, "number", "operator", "mechanism", "starts_on", "last_day", "mu")
    return {**said, "household": record.household.number, "promised_yuan": _yuan(record.promised_fen)}


def _of_payment(record: Payment) -> Said:
    said = _columns(record, "paid_on", "receipt", "kg")
    return {**said, "amount_yuan": _yuan(record.amount_fen), "market_yuan": _yuan(record.market_fen)}


def _of_lot(record: Lot) -> Said:
    names = (
        "code", "operator", "year", "part", "harvested_on", "harvest_kg", "yield_share", "inspection", "inspected_on",
        "inspector",
    )  # fmt: skip
    return {**_columns(record, *names), "place": place_written(record.village_id)}


def revision_form(record: Any, data: Any, files: Any, *, offers: str) -> Any:
    """Return the form of a returned record; files that hang on it need not be sent again.

    Args:
        offers: the address that offers places for what is typed.
    """
    kinds: dict[type, tuple[Callable[..., Keyed], Callable[[Any], Said], Said]] = {
        Industry: (IndustryForm, _of_industry, {"units": [], "offers": offers}),
        Season: (SeasonForm, _of_season, {}),
    }
    if isinstance(record, Payment):
        kinds[Payment] = (PaymentForm, _of_payment, {"is_weighed": record.contract.mechanism in WEIGHED})
    if isinstance(record, Contract):
        kinds[Contract] = (ContractForm, _of_contract, {"operators": operators_of(record.industry)})
    if isinstance(record, Lot):
        kinds[Lot] = (LotForm, _of_lot, {"operators": operators_of(record.industry), "offers": offers})
    kind, said, more = kinds[type(record)]
    form = kind(data, files, initial=said(record), **more)
    form.fields["evidence"].required = False
    form.fields.pop("unit", None)
    return form
