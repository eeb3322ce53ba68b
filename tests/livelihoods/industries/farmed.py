"""What the tests of this room have in common: 册亨's bananas with an operator, households, contracts, payments, lots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bangfu.foundation.operations import Refusal
from bangfu.foundation.people.households.models import Household
from bangfu.foundation.people.households.operations import Newcomer, register_household
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Operator, Payment, Season
from bangfu.livelihoods.industries.operations import (
    ContractDetails,
    IndustryDetails,
    LotDetails,
    OperatorDetails,
    PaymentDetails,
    SeasonDetails,
    enter_contract,
    enter_industry,
    enter_lot,
    enter_payment,
    enter_season,
    register_operator,
    verify_records,
)
from tests.cast import CEHENG, Cast

FILES = (("文件.txt", "示例文件".encode()),)
OPERATOR = "91522327EXAMPLE01A"


def place(key: int = CEHENG) -> Place:
    """Return a place."""
    return Place.objects.get(pk=key)


def industry_details(**changes: Any) -> IndustryDetails:
    """Return what is said of 册亨's bananas."""
    said: dict[str, Any] = {
        "code": "CY-522327", "county": place(), "product_zh": "糯米蕉", "product_en": "Waxy banana",
        "recognised_on": date(2019, 6, 12), "document": "册农〔2019〕6号", "base_year": 2018,
    }  # fmt: skip
    return IndustryDetails(**{**said, **changes})


def season_details(
    year: int = 2019, mu: str = "1200", sales_fen: int = 90_000_000, **changes: Any
) -> SeasonDetails:
    """Return what a whole year came to."""
    said: dict[str, Any] = {
        "year": year, "part": "WHOLE", "starts_on": date(year, 1, 1), "ends_on": date(year + 1, 1, 1),
        "base_mu": Decimal(mu), "capacity_tonnes": Decimal(800), "output_tonnes": Decimal("640.5"), "sales_fen": sales_fen,
        "source": "册亨县统计表",
    }  # fmt: skip
    return SeasonDetails(**{**said, **changes})


def lot_details(**changes: Any) -> LotDetails:
    """Return what is said of a harvest of 1,000 kg of which 0.8 can be sold."""
    said: dict[str, Any] = {
        "code": "PC-2019-01", "village": place(), "year": 2019, "part": "AUTUMN", "harvested_on": date(2019, 9, 20),
        "harvest_kg": Decimal(1000), "inspection": "检2019-88", "inspector": "黔西南州检验中心",
        "inspected_on": date(2019, 9, 28), "yield_share": Decimal("0.8"),
    }  # fmt: skip
    return LotDetails(**{**said, **changes})


def verified(cast: Cast, paper: Batch | None = None) -> Batch:
    """Look at a paper's sample and verify it; without one, the paper submitted last."""
    batch = paper or Batch.objects.latest("pk")
    act = cast.act(cast.verifier)
    sample = draw_sample(batch=batch, act=act)
    look_at(batch=batch, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_records(batch=batch, act=act)


def entered(cast: Cast, **changes: Any) -> Industry:
    """Enter an industry."""
    return enter_industry(
        details=industry_details(**changes), unit=cast.guizhou, files=FILES, act=cast.act(cast.clerk)
    )


def counted(cast: Cast, **changes: Any) -> Industry:
    """Enter an industry and verify it."""
    industry = entered(cast, **changes)
    verified(cast)
    industry.refresh_from_db()
    return industry


def season(cast: Cast, industry: Industry, *, is_verified: bool = True, **changes: Any) -> Season:
    """Enter a season, and verify it."""
    found = enter_season(
        industry=industry, details=season_details(**changes), files=FILES, act=cast.act(cast.clerk)
    )
    if is_verified:
        verified(cast)
    return found


def operator(cast: Cast, code: str = OPERATOR) -> Operator:
    """Register a co-operative."""
    details = OperatorDetails(
        code, "COOPERATIVE", "册亨糯米蕉合作社", place(), 48, "Ceheng banana co-operative"
    )
    return register_operator(details=details, unit=cast.guizhou, files=FILES, act=cast.act(cast.clerk))


def household(cast: Cast, number: str = "CH-0001", at: int = CEHENG) -> Household:
    """Register a household."""
    return register_household(
        number=number,
        place=at,
        unit=cast.guizhou.pk,
        kind="FORMER_POOR",
        members=[Newcomer("示例户主", "HEAD")],
        starts_on=date(2019, 1, 1),
        act=cast.act(cast.officer),
    )


def contract_details(cast: Cast, home: Household, works_for: Operator, **changes: Any) -> ContractDetails:
    """Return what a household and an operator agree on."""
    said: dict[str, Any] = {
        "number": "HT-0001", "operator": works_for, "household": home, "mechanism": "DIVIDEND",
        "starts_on": date(2019, 3, 1), "ends_on": date(2020, 3, 1), "promised_fen": 60_000,
    }  # fmt: skip
    return ContractDetails(**{**said, **changes})


def contract(
    cast: Cast,
    industry: Industry,
    home: Household,
    works_for: Operator,
    *,
    is_verified: bool = True,
    **changes: Any,
) -> Contract:
    """Enter a contract, and verify it."""
    details = contract_details(cast, home, works_for, **changes)
    found = enter_contract(industry=industry, details=details, files=FILES, act=cast.act(cast.clerk))
    if is_verified:
        verified(cast)
        found.refresh_from_db()
    return found


def paid(
    cast: Cast, under: Contract, fen: int = 60_000, on: date = date(2019, 12, 20), receipt: str = "ICBC-1"
) -> Payment:
    """Enter a payment and verify it."""
    found = enter_payment(
        contract=under, details=PaymentDetails(on, fen, receipt), files=FILES, act=cast.act(cast.clerk)
    )
    verified(cast)
    return found


def lot(cast: Cast, industry: Industry, by: Operator, *, is_verified: bool = True, **changes: Any) -> Lot:
    """Enter a lot, and verify it."""
    found = enter_lot(
        industry=industry, operator=by, details=lot_details(**changes), files=FILES, act=cast.act(cast.clerk)
    )
    if is_verified:
        verified(cast)
        found.refresh_from_db()
    return found


def facts() -> list[tuple[str, Decimal, int, date, str | None]]:
    """Return the room's facts: measure, quantity, place, day, party."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity, place_id, happened_on, party::text"
            " FROM ledger_fact JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE measure.code LIKE 'industries.%%' ORDER BY ledger_fact.id",
            [],
        )
        return cursor.fetchall()


TABLES = (
    "industries_industry", "industries_season", "industries_operator", "industries_certificate", "industries_citation",
    "industries_contract", "industries_payment", "industries_lot", "industries_draw", "industries_industryevent",
    "review_batch", "review_reviewevent", "evidence_attachment", "ledger_fact", "operations_auditentry",
)  # fmt: skip


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Make sure that a call is refused with a code and a whole sentence, and wrote nothing; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert "{" not in refused.value.sentence.zh + refused.value.sentence.en
    assert counts() == before
    return refused.value
