"""How households share: contracts, payments under them, and who counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import NotPermitted
from bangfu.livelihoods.industries import queries, telling
from bangfu.livelihoods.industries.measures import party_of_household
from bangfu.livelihoods.industries.models import Contract, Payment
from bangfu.livelihoods.industries.operations import (
    PaymentDetails,
    UnableToShare,
    UnableToWithdraw,
    end_contract,
    enter_contract,
    enter_payment,
    withdraw_record,
)
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, GUYUAN, Cast
from tests.livelihoods.industries.farmed import (
    FILES,
    contract,
    contract_details,
    counted,
    facts,
    household,
    operator,
    paid,
    refuses,
    season,
    verified,
)
from tests.livelihoods.projects.test_pages import client_of

PAID_ON = date(2019, 12, 20)


@pytest.mark.django_db
class TestContracts:
    def test_count_nothing_by_themselves(self, cast: Cast) -> None:
        one = contract(cast, counted(cast), household(cast), operator(cast))
        assert (one.village_id, one.promised_fen, one.last_day) == (CEHENG, 60_000, date(2020, 2, 29))
        assert [row[0] for row in facts()] == ["industries.products"]

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("code_form", {"number": "合同一"}),
            ("identity_number", {"number": "52232719900307001X"}),
            ("backwards", {"ends_on": date(2019, 2, 1)}),
            ("too_early", {"starts_on": date(1970, 1, 1)}),
            ("promise_missing", {"promised_fen": None}),
            ("amount", {"mechanism": "LEASE", "mu": Decimal(-1)}),
            ("amount", {"promised_fen": 0}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        industry, home, by = counted(cast), household(cast), operator(cast)
        refuses(UnableToShare, code, lambda: contract(cast, industry, home, by, **changes))

    def test_refuses_what_is_known_elsewhere_and_without_a_file(self, cast: Cast) -> None:
        industry, home, by = counted(cast), household(cast), operator(cast)
        act = cast.act(cast.clerk)
        details = contract_details(cast, home, by)
        refuses(
            UnableToShare,
            "evidence_missing",
            lambda: enter_contract(industry=industry, details=details, files=(), act=act),
        )
        contract(cast, industry, home, by)
        refuses(UnableToShare, "number_taken", lambda: contract(cast, industry, home, by))
        far = household(cast, "GY-1", GUYUAN)
        officer = cast.act(cast.officer)
        refuses(
            UnableToShare,
            "outside_county",
            lambda: enter_contract(
                industry=industry,
                details=contract_details(cast, far, by, number="HT-2"),
                files=FILES,
                act=officer,
            ),
        )

    def test_end_before_what_was_paid_is_refused(self, cast: Cast) -> None:
        one = contract(cast, counted(cast), household(cast), operator(cast))
        paid(cast, one)
        act = cast.act(cast.clerk)
        refuses(
            UnableToShare,
            "paid_later",
            lambda: end_contract(contract=one, last_day=date(2019, 12, 19), act=act),
        )
        refuses(
            UnableToShare, "backwards", lambda: end_contract(contract=one, last_day=date(2019, 2, 1), act=act)
        )
        assert end_contract(contract=one, last_day=PAID_ON, act=act).ends_on == date(2019, 12, 21)


@pytest.mark.django_db
class TestPayments:
    def test_count_about_the_household_at_its_village(self, cast: Cast) -> None:
        home = household(cast)
        paid(cast, contract(cast, counted(cast), home, operator(cast)), fen=60_050)
        party = str(party_of_household(home.pk))
        assert facts()[1:] == [("industries.household_payments", Decimal("600.5"), CEHENG, PAID_ON, party)]

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("before_contract", PaymentDetails(date(2019, 2, 28), 1, "A")),
            ("after_contract", PaymentDetails(date(2020, 3, 1), 1, "A")),
            ("in_the_future", PaymentDetails(date(2020, 8, 2), 1, "A")),
            ("amount", PaymentDetails(PAID_ON, 0, "A")),
            ("receipt_missing", PaymentDetails(PAID_ON, 1, " ")),
            ("identity_number", PaymentDetails(PAID_ON, 1, "52232719900307001X")),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, said: PaymentDetails) -> None:
        one, act = contract(cast, counted(cast), household(cast), operator(cast)), cast.act(cast.clerk)
        refuses(UnableToShare, code, lambda: enter_payment(contract=one, details=said, files=FILES, act=act))

    def test_refuses_twice_unverified_and_outsiders(self, cast: Cast) -> None:
        one = contract(cast, counted(cast), household(cast), operator(cast), is_verified=False)
        said, act = PaymentDetails(PAID_ON, 60_000, "ICBC-1"), cast.act(cast.clerk)
        refuses(
            UnableToShare,
            "contract_waits",
            lambda: enter_payment(contract=one, details=said, files=FILES, act=act),
        )
        verified(cast)
        refuses(
            UnableToShare,
            "evidence_missing",
            lambda: enter_payment(contract=one, details=said, files=(), act=act),
        )
        for actor in (cast.clerk_of_yunnan, cast.verifier, cast.outsider):
            with pytest.raises(NotPermitted):
                enter_payment(contract=one, details=said, files=FILES, act=cast.act(actor))
        keyed = cast.act(cast.clerk, key="k")
        first = enter_payment(contract=one, details=said, files=FILES, act=keyed)
        assert enter_payment(contract=one, details=said, files=FILES, act=keyed) == first
        refuses(
            UnableToShare,
            "receipt_taken",
            lambda: enter_payment(contract=one, details=said, files=FILES, act=act),
        )

    def test_withdrawn_counts_no_more_and_holds_its_contract_before(self, cast: Cast) -> None:
        one = contract(cast, counted(cast), household(cast), operator(cast))
        payment, act = paid(cast, one), cast.act(cast.clerk)
        said: dict[str, Any] = {"reason": "duplicate_report", "remark": "重复"}
        refuses(UnableToWithdraw, "rested_on", lambda: withdraw_record(record=one, act=act, **said))
        refuses(
            UnableToWithdraw,
            "remark_missing",
            lambda: withdraw_record(record=payment, act=act, reason="withdrawn", remark=" "),
        )
        refuses(
            UnableToWithdraw,
            "unknown_reason",
            lambda: withdraw_record(record=payment, act=act, reason="x", remark="x"),
        )
        withdraw_record(record=payment, act=act, **said)
        assert [row[1] for row in facts()[1:]] == [Decimal(600), Decimal(-600)]
        withdraw_record(record=one, act=act, **said)
        assert not Contract.objects.filter(confirmed_at__isnull=False).exists()
        assert Payment.objects.get().withdrawal_remark == "重复"


@pytest.mark.django_db
def test_a_household_counts_once_whatever_the_ways_it_shares(cast: Cast) -> None:
    """Two households: one with dividend and work, one with work alone; 600 + 900 + 500 yuan."""
    industry, by = counted(cast), operator(cast)
    both, other = household(cast), household(cast, "CH-0002")
    work = {"mechanism": "WORK", "promised_fen": None}
    paid(cast, contract(cast, industry, both, by), 60_000)
    paid(cast, contract(cast, industry, both, by, number="HT-2", **work), 90_000)
    paid(cast, contract(cast, industry, other, by, number="HT-3", **work), 50_000)
    contract(cast, industry, other, by, number="HT-4")
    year = season(cast, industry)
    seal_pending()
    assert figure("industries.household_payments", period="2019").value == 2000
    assert figure("industries.households", period="2019").value == 2
    assert figure("industries.payment_per_household", period="2019").value == 1000
    assert queries.households_of_industries([industry.pk]) == {industry.pk: 2}
    shared = {one.mechanism: one for one in queries.shares_of(industry.pk)}
    dividend, working = shared["DIVIDEND"], shared["WORK"]
    assert (dividend.contracts, dividend.households, dividend.promised_fen) == (2, 2, 120_000)
    assert (dividend.paid_fen, dividend.paid_households) == (60_000, 1)
    assert (working.paid_fen, working.paid_households) == (140_000, 2)
    (income,) = queries.incomes_of([year])
    assert (income.households, income.fen, income.fen_each) == (2, 200_000, 100_000)
    (unpaid,) = queries.unpaid_contracts(date(2020, 7, 31))
    assert unpaid.number == "HT-4"


@pytest.mark.django_db
def test_a_purchase_names_its_weight_and_nothing_else_does(cast: Cast) -> None:
    act, industry, home, by = cast.act(cast.clerk), counted(cast), household(cast), operator(cast)
    bought = contract(cast, industry, home, by, mechanism="PURCHASE", promised_fen=None)
    shared = contract(cast, industry, home, by, number="HT-0002")

    def pay(under: Contract, **said: Any) -> Payment:
        details = PaymentDetails(date(2019, 12, 20), 60_000, "ICBC-1", **said)
        return enter_payment(contract=under, details=details, files=FILES, act=act)

    refuses(UnableToShare, "weight_missing", lambda: pay(bought))
    refuses(UnableToShare, "weight_of_purchase", lambda: pay(shared, kg=Decimal(200)))
    refuses(UnableToShare, "amount", lambda: pay(bought, kg=Decimal(-1)))
    refuses(UnableToShare, "amount", lambda: pay(bought, kg=Decimal(200), market_fen=0))
    money = pay(bought, kg=Decimal(200), market_fen=280)
    refuses(UnableToShare, "receipt_taken", lambda: pay(bought, kg=Decimal(201), market_fen=280))
    assert (money.fen_a_kg, str(telling.bought(money))) == (
        300,
        "200 千克，每千克 3.00 元（当日市价 2.80 元）",
    )
    client = client_of("weilan")
    assert "每千克 3.00 元" in client.get(f"/industries/contracts/{bought.pk}/").content.decode()
    assert "每千克 3.00 元" in client.get(f"/industries/payments/{money.pk}/").content.decode()
    form = f"/industries/contracts/{shared.pk}/pay"
    assert 'name="kg"' not in client.get(form).content.decode()
    assert 'name="kg"' in client.get(f"/industries/contracts/{bought.pk}/pay").content.decode()
