"""A returned record is changed and submitted again; nothing else is changed that way."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Payment, Season
from bangfu.livelihoods.industries.operations import (
    PaymentDetails,
    UnableToEnterIndustry,
    UnableToEnterSeason,
    UnableToRevise,
    UnableToShare,
    UnableToTrace,
    enter_payment,
    return_records,
    revise_contract,
    revise_industry,
    revise_lot,
    revise_payment,
    revise_season,
)
from tests.cast import Cast
from tests.livelihoods.industries.farmed import (
    FILES,
    contract,
    contract_details,
    counted,
    entered,
    facts,
    household,
    industry_details,
    lot,
    lot_details,
    operator,
    refuses,
    season,
    season_details,
    verified,
)
from tests.livelihoods.projects.test_pages import client_of

pytestmark = pytest.mark.django_db


def given_back(cast: Cast) -> None:
    """Return the paper that was submitted last."""
    return_records(batch=Batch.objects.latest("pk"), remark="数字不清", act=cast.act(cast.verifier))


def amounts(measure: str) -> list[str]:
    """Return what stands in the ledger of a measure, oldest first."""
    return [str(quantity.normalize()) for code, quantity, *_ in facts() if code == measure]


def test_an_industry(cast: Cast) -> None:
    act, industry = cast.act(cast.clerk), entered(cast)
    details = industry_details(document="册农〔2019〕9号")
    refuses(
        UnableToRevise, "not_returned", lambda: revise_industry(industry=industry, details=details, act=act)
    )
    given_back(cast)
    assert revise_industry(industry=industry, details=details, act=act).document == "册农〔2019〕9号"
    refuses(
        UnableToRevise, "not_returned", lambda: revise_industry(industry=industry, details=details, act=act)
    )
    verified(cast)
    assert amounts("industries.products") == ["1"]
    entered(cast, code="CY-2", product_zh="胡麻")
    given_back(cast)
    other = Industry.objects.get(code="CY-2")
    for code, taken in (("code_taken", {"product_zh": "胡麻"}), ("product_taken", {"code": "CY-2"})):
        said = industry_details(**taken)
        refuses(
            UnableToEnterIndustry,
            code,
            lambda said=said: revise_industry(industry=other, details=said, act=act),
        )


def test_a_season_counts_what_was_said_last(cast: Cast) -> None:
    act, industry = cast.act(cast.clerk), counted(cast)
    one = season(cast, industry, is_verified=False, mu="1200")
    given_back(cast)
    revise_season(season=one, details=season_details(mu="1100"), files=FILES, act=act)
    verified(cast)
    assert amounts("industries.base_area") == ["1.1E+3"]
    two = season(cast, industry, is_verified=False, part="AUTUMN", starts_on=date(2019, 7, 1))
    given_back(cast)
    refuses(
        UnableToEnterSeason,
        "season_taken",
        lambda: revise_season(season=two, details=season_details(), act=act),
    )
    assert Season.objects.get(pk=two.pk).part == "AUTUMN"


def test_a_contract_and_a_payment(cast: Cast) -> None:
    act, industry, home, by = cast.act(cast.clerk), counted(cast), household(cast), operator(cast)
    one = contract(cast, industry, home, by, is_verified=False)
    given_back(cast)
    details = contract_details(cast, home, by, promised_fen=80_000)
    assert revise_contract(contract=one, details=details, act=act).promised_fen == 80_000
    verified(cast)
    one = Contract.objects.get(pk=one.pk)
    money = enter_payment(
        contract=one, details=PaymentDetails(date(2019, 12, 20), 60_000, "ICBC-1"), files=FILES, act=act
    )
    given_back(cast)
    late = PaymentDetails(date(2020, 6, 1), 80_000, "ICBC-1")
    refuses(UnableToShare, "after_contract", lambda: revise_payment(payment=money, details=late, act=act))
    revise_payment(payment=money, details=PaymentDetails(date(2019, 12, 21), 80_000, "icbc-1"), act=act)
    verified(cast)
    assert amounts("industries.household_payments") == ["8E+2"]
    two = contract(cast, industry, home, by, is_verified=False, number="HT-0002")
    given_back(cast)
    refuses(UnableToShare, "number_taken", lambda: revise_contract(contract=two, details=details, act=act))


def test_a_lot(cast: Cast) -> None:
    act, industry, by = cast.act(cast.clerk), counted(cast), operator(cast)
    lot(cast, industry, by)
    one = lot(cast, industry, by, is_verified=False, code="PC-2")
    given_back(cast)
    refuses(
        UnableToTrace, "code_taken", lambda: revise_lot(lot=one, operator=by, details=lot_details(), act=act)
    )
    other = operator(cast, "91522327EXAMPLE02A")
    changed = lot_details(code="PC-2", inspection="检2019-90")
    assert revise_lot(lot=one, operator=other, details=changed, act=act).operator == other
    verified(cast)
    assert Lot.objects.get(pk=one.pk).confirmed_at is not None


def test_its_page_begins_with_what_it_says_and_asks_for_no_file_again(cast: Cast) -> None:
    client, industry, home, by = client_of("weilan"), counted(cast), household(cast), operator(cast)

    def revised(noun: str, record: Any, **changes: str) -> None:
        page = f"/industries/revise/{noun}/{record.pk}"
        assert client.post(page, {"key": "early"}).status_code == 422
        given_back(cast)
        shown = client.get(page).content.decode()
        said = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', shown))
        said |= dict(re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected', shown, re.DOTALL))
        answer = client.post(page, {**said, **changes, "key": noun})
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        assert Batch.objects.latest("pk").state == "SUBMITTED"
        assert "修改并再次提交" not in client.get(answer.headers["Location"]).content.decode()

    revised("industry", entered(cast, code="CY-2", product_zh="胡麻"), document="册农〔2019〕9号")
    assert Industry.objects.get(code="CY-2").document == "册农〔2019〕9号"
    revised("season", season(cast, industry, is_verified=False), sales_yuan="880000.5")
    assert Season.objects.get().sales_fen == 88_000_050
    one = contract(cast, industry, home, by, is_verified=False)
    revised("contract", one, mu="3.5")
    assert str(Contract.objects.get().mu) == "3.50"
    verified(cast)
    one.refresh_from_db()
    details = PaymentDetails(date(2019, 12, 20), 60_000, "ICBC-1")
    money = enter_payment(contract=one, details=details, files=FILES, act=cast.act(cast.clerk))
    revised("payment", money, amount_yuan="610")
    assert Payment.objects.get().amount_fen == 61_000
    revised("lot", lot(cast, industry, by, is_verified=False), harvest_kg="990")
    assert str(Lot.objects.get().harvest_kg) == "990.00"
    assert client.get("/industries/revise/story/1").status_code == 404
