"""A campaign from draft to surplus: what it cannot do without, and what is disclosed by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.foundation.operations import NotPermitted
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Campaign, Disclosure, Duty
from bangfu.giving.campaigns.waiting import to_disclose
from tests.cast import NOW, Cast
from tests.giving.campaigns.given import (
    ENDS,
    STARTS,
    charity,
    drafted,
    fund,
    grant,
    merchant,
    opened,
    plan,
)


def refused(call: Any, code: str, /, **said: Any) -> None:
    with pytest.raises(giving.UnableToPlan) as answer:
        call(**said)
    assert answer.value.code == code


@pytest.fixture
def officer(cast: Cast) -> Cast:
    """The officer keeps books too."""
    grant(cast.officer, cast.group, "accountant")
    return cast


class TestOpenCampaign:
    def test_not_without_filing_number_nor_the_charitys_own_account(self, officer: Cast) -> None:
        act = officer.act(officer.officer)
        behind, money = charity(officer), fund(officer)
        own = merchant(officer)
        companys = merchant(officer, code="company", owner_kind="COMPANY")
        others = merchant(officer, code="other", owner_code="53100000500000999X")
        one = drafted(officer)
        refused(giving.open_campaign, "no_filing", campaign=one, merchant=own, act=act)
        giving.sign_partner(campaign=one, charity=behind, agreement="合1", fund=money, act=act)
        refused(giving.open_campaign, "no_filing", campaign=one, merchant=own, act=act)
        late = {"campaign": one, "filing": "F1", "act": act}
        refused(giving.file_campaign, "too_soon", filed_on=STARTS - timedelta(days=9), **late)
        giving.file_campaign(filed_on=STARTS - timedelta(days=10), **late)
        refused(giving.open_campaign, "no_merchant", campaign=one, merchant=None, act=act)
        refused(giving.open_campaign, "merchant_of_others", campaign=one, merchant=companys, act=act)
        refused(giving.open_campaign, "merchant_of_others", campaign=one, merchant=others, act=act)
        giving.open_campaign(campaign=one, merchant=own, act=act)
        assert Campaign.objects.get().state == "OPEN"
        with pytest.raises(NotPermitted):
            giving.close_campaign(campaign=one, act=officer.act(officer.clerk))

    def test_a_charity_that_is_not_qualified_and_a_fund_of_others(self, officer: Cast) -> None:
        act = officer.act(officer.officer)
        behind, money = charity(officer), fund(officer)
        type(behind).objects.filter(pk=behind.pk)
        lapsed = giving.enter_charity(
            unit=officer.office, code="53100000500000777X", name_zh="过期", qualification="x", qualified_on=date(2018, 1, 1),
            qualified_until=ENDS - timedelta(days=1), bank_account_ending="1", act=act,
        )  # fmt: skip
        one, other = drafted(officer), drafted(officer, "DONGRI")
        said = {"agreement": "合1", "act": act}
        refused(giving.sign_partner, "not_qualified", campaign=one, charity=lapsed, fund=money, **said)
        giving.sign_partner(campaign=one, charity=behind, fund=money, **said)
        refused(giving.sign_partner, "wrong_fund", campaign=other, charity=behind, fund=money, **said)
        refused(giving.sign_partner, "wrong_state", campaign=one, charity=behind, fund=money, **said)

    def test_what_is_wrongly_planned(self, officer: Cast) -> None:
        act = officer.act(officer.officer)
        one = drafted(officer)
        for wrong, code in (
            ({"title_zh": " "}, "not_described"), ({"ends_on": STARTS}, "wrong_dates"), ({"goal_fen": 0}, "wrong_sums"),
        ):  # fmt: skip
            refused(giving.revise_campaign, code, campaign=one, plan=plan(**wrong), act=act)
        refused(giving.draft_campaign, "code_taken", unit=officer.group, code=one.code, plan=plan(), act=act)
        refused(giving.draft_campaign, "wrong_code", unit=officer.group, code="小", plan=plan(), act=act)
        changed = giving.revise_campaign(campaign=one, plan=plan(title_zh="助学"), act=act)
        assert changed.title_zh == "助学"
        elsewhere = drafted(officer, "PINGTAI", is_elsewhere=True)
        refused(
            giving.sign_partner, "elsewhere", campaign=elsewhere, charity=charity(officer), fund=fund(officer), agreement="x",
            act=act,
        )  # fmt: skip

    def test_charities_are_described(self, officer: Cast) -> None:
        said = {
            "unit": officer.office, "code": "53100000500000123X", "name_zh": "x", "qualification": "x",
            "qualified_on": date(2018, 1, 1), "bank_account_ending": "1", "act": officer.act(officer.officer),
        }  # fmt: skip
        for wrong, code in (
            ({"code": "1"}, "wrong_code"), ({"name_zh": " "}, "not_described"),
            ({"qualified_until": date(2017, 1, 1)}, "wrong_period"),
        ):  # fmt: skip
            with pytest.raises(giving.UnableToKeepCharity) as answer:
                giving.enter_charity(**{**said, **wrong})
            assert answer.value.code == code
        giving.enter_charity(**said)
        with pytest.raises(giving.UnableToKeepCharity) as answer:
            giving.enter_charity(**said)
        assert answer.value.code == "code_taken"


class TestDuties:
    def test_a_long_campaign_reports_every_three_months_and_each_year(self, cast: Cast) -> None:
        story = opened(cast)
        found = list(Duty.objects.order_by("due_on").values_list("kind", "due_on"))
        assert found == [
            ("PROGRESS", date(2020, 10, 1)), ("PROGRESS", date(2021, 1, 1)), ("YEARLY", date(2021, 5, 31)),
            ("YEARLY", date(2022, 5, 31)),
        ]  # fmt: skip
        assert to_disclose(cast.officer, date(2020, 8, 31)) == []
        (waits,) = to_disclose(cast.officer, date(2020, 10, 2))
        assert (waits.due_on, waits.overdue) == (date(2020, 10, 1), 1)
        duty = Duty.objects.get(due_on=date(2020, 10, 1))
        said = {"duty": duty, "address": "https://cszg.example/1", "act": story.act()}
        with pytest.raises(giving.UnableToDisclose) as answer:
            giving.correct_disclosure(published_on=NOW.date(), note="x", **said)
        assert answer.value.code == "nothing_to_correct"
        giving.disclose(published_on=NOW.date(), **said)
        for changes, code in (({}, "done_already"),):
            with pytest.raises(giving.UnableToDisclose) as answer:
                giving.disclose(published_on=NOW.date(), **{**said, **changes})
            assert answer.value.code == code
        duty.refresh_from_db()
        with pytest.raises(giving.UnableToDisclose) as answer:
            giving.correct_disclosure(published_on=NOW.date(), note=" ", **said)
        assert answer.value.code == "no_note"
        giving.correct_disclosure(published_on=NOW.date(), note="金额少写一位", **said)
        assert list(Disclosure.objects.order_by("pk").values_list("is_correction", flat=True)) == [
            False,
            True,
        ]
        assert to_disclose(cast.officer, date(2020, 10, 2)) == []


def test_to_the_end(cast: Cast) -> None:
    story = opened(cast)
    act, one = story.act(), story.campaign
    payment = story.cash(5_000, is_paid=False)
    giving.close_campaign(campaign=one, act=act)
    assert sorted(Duty.objects.filter(due_on=date(2020, 10, 31)).values_list("kind", flat=True)) == [
        "FINAL",
        "SURPLUS",
    ]
    refused(giving.begin_granting, "money_open", campaign=one, act=act)
    from bangfu.foundation.payments.adapters import Standing, Told
    from bangfu.foundation.payments.operations import take_payment_answer
    from tests.foundation.payments.paid import door

    closed = Told(number=payment.number, standing=Standing.CLOSED)
    take_payment_answer(merchant=story.merchant, told=closed, heard="MESSAGE", act=door())
    giving.begin_granting(campaign=one, act=act)
    refused(giving.report_campaign, "not_disclosed", campaign=one, act=act)
    said = {"published_on": NOW.date(), "address": "https://cszg.example/2", "act": act}
    giving.disclose(duty=Duty.objects.get(kind="FINAL"), **said)
    giving.report_campaign(campaign=one, act=act)
    refused(giving.settle_surplus, "no_surplus", campaign=one, surplus="", act=act)
    refused(giving.settle_surplus, "not_disclosed", campaign=one, surplus="转入下一年助学", act=act)
    giving.disclose(duty=Duty.objects.get(kind="SURPLUS"), **said)
    giving.settle_surplus(campaign=one, surplus="转入下一年助学", act=act)
    assert list(one.steps.order_by("pk").values_list("state", flat=True)) == [
        "DRAFTED", "SIGNED", "FILED", "OPEN", "CLOSED", "GRANTING", "REPORTED", "SETTLED",
    ]  # fmt: skip
