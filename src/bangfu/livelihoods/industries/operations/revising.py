"""A record that was returned is changed and submitted again: on a new paper, with what was said before kept as a version."""

from __future__ import annotations

from typing import TypeVar

from django.db import IntegrityError

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.records import review_of
from bangfu.foundation.review.models import ReviewState
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.lot_rules import LotDetails, UnableToTrace, refuse_lot
from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Operator, Payment, Reviewed, Season
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.describing import (
    Columns,
    ContractDetails,
    PaymentDetails,
    contract_columns,
    industry_columns,
    lot_columns,
    payment_columns,
    season_columns,
)
from bangfu.livelihoods.industries.operations.sharing import (
    contract_for_update,
    contract_row,
    meanwhile,
    payment_row,
    refuse_known,
)
from bangfu.livelihoods.industries.operations.storing import Files
from bangfu.livelihoods.industries.rules import (
    IndustryDetails,
    SeasonDetails,
    UnableToEnterIndustry,
    UnableToEnterSeason,
    refuse_industry,
    refuse_season,
)
from bangfu.livelihoods.industries.sharing_rules import UnableToShare, judged_contracts, judged_payments

Kept = TypeVar("Kept", bound=Reviewed)


class UnableToRevise(Refusal):
    """Codes: ``not_returned``."""

    sentences = {
        "not_returned": both(
            "只有被退回的记录可以修改后再次提交。已核验的请先撤回，再重新登记。",
            "Only a record that was returned can be changed and submitted again. Withdraw a verified one, then enter it anew.",
        ),
    }


def _returned(record: Kept) -> Kept:
    """Return a returned record, locked.

    Raises: UnableToRevise: ``not_returned``.
    """
    record = storing.record_for_update(record)
    review = review_of(record)
    if record.withdrawn_at is not None or review is None or review.state != ReviewState.RETURNED:
        raise UnableToRevise("not_returned")
    return record


def _resubmitted(
    record: Kept, said: Columns, files: Files, unit: Unit, unable: type[Refusal], act: Act
) -> Kept:
    for column, value in said.items():
        setattr(record, column, value)
    try:
        record.save()
    except IntegrityError as clash:
        raise meanwhile(clash) from clash
    storing.submit(record, files=files, unit=unit, unable=unable, act=act)
    return record


@operation("industries.revise_industry", scope=scope_of("industry"))
def revise_industry(*, industry: Industry, details: IndustryDetails, files: Files = (), act: Act) -> Industry:
    """Change an industry that was returned, and submit it again; its unit stays.

    Raises: UnableToRevise, UnableToEnterIndustry: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the industry.
    """
    industry = _returned(industry)
    refuse_industry(details, industry.unit, today=act.on, but=industry)
    return _resubmitted(industry, industry_columns(details), files, industry.unit, UnableToEnterIndustry, act)


@operation("industries.revise_season", scope=scope_of("season"))
def revise_season(*, season: Season, details: SeasonDetails, files: Files = (), act: Act) -> Season:
    """Change a season that was returned, and submit it again.

    Raises: UnableToRevise, UnableToEnterSeason: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the industry, then the season.
    """
    industry = storing.industry_for_update(season.industry)
    season = _returned(season)
    refuse_season(details, industry, today=act.on, but=season)
    return _resubmitted(season, season_columns(details), files, industry.unit, UnableToEnterSeason, act)


@operation("industries.revise_contract", scope=scope_of("contract"))
def revise_contract(*, contract: Contract, details: ContractDetails, files: Files = (), act: Act) -> Contract:
    """Change a contract that was returned, and submit it again.

    Raises: UnableToRevise, UnableToShare: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the contract.
    """
    contract = _returned(contract)
    unit = contract.industry.unit
    refuse_known(
        judged_contracts(contract_row(contract.industry, details), unit=unit, but=contract), "number_taken"
    )
    return _resubmitted(contract, contract_columns(details), files, unit, UnableToShare, act)


@operation("industries.revise_payment", scope=scope_of("payment"))
def revise_payment(*, payment: Payment, details: PaymentDetails, files: Files = (), act: Act) -> Payment:
    """Change a payment that was returned, and submit it again.

    Raises: UnableToRevise, UnableToShare: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the contract, then the payment.
    """
    contract = contract_for_update(payment.contract)
    payment = _returned(payment)
    unit = contract.industry.unit
    refuse_known(
        judged_payments(payment_row(contract, details), unit=unit, today=act.on, but=payment), "receipt_taken"
    )
    return _resubmitted(payment, payment_columns(details), files, unit, UnableToShare, act)


@operation("industries.revise_lot", scope=scope_of("lot"))
def revise_lot(*, lot: Lot, operator: Operator, details: LotDetails, files: Files = (), act: Act) -> Lot:
    """Change a lot that was returned, and submit it again.

    Raises: UnableToRevise, UnableToTrace: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the lot.
    """
    lot = _returned(lot)
    refuse_lot(details, lot.industry, today=act.on, but=lot)
    said = lot_columns(details) | {"operator": operator}
    return _resubmitted(lot, said, files, lot.industry.unit, UnableToTrace, act)
