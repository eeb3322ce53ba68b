"""Points and cash become a fund: one transaction, both ledgers, exact to the fen, and back again."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest

from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.payments.adapters import RefundTold, Standing
from bangfu.foundation.payments.models import Payment, Refund
from bangfu.foundation.payments.operations import (
    News,
    take_payment_answer,
    take_payment_answers,
    take_refund_answer,
)
from bangfu.foundation.points.operations import spending
from bangfu.foundation.points.queries import balance_of
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Gift, GiftFile, Match
from bangfu.giving.campaigns.queries import counter, participations
from tests.at_once import both, waiting
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.payments.paid import door, paid_told
from tests.giving.campaigns.given import (
    LATER,
    STARTS,
    Giving,
    balances,
    check_all,
    digest_of,
    facts,
    gift_frame,
    opened,
)


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign, and members with points."""
    return opened(cast)


def states() -> list[tuple[str, str, int]]:
    return list(Gift.objects.order_by("pk").values_list("way", "state", "amount_fen"))


class TestGivePoints:
    def test_burns_points_and_lets_the_sponsor_owe_what_they_are_worth(self, story: Giving) -> None:
        gift = story.points(69_200)
        assert (gift.amount_fen, gift.unit, gift.state) == (69_200, story.cast.guizhou, "RECEIVED")
        assert balance_of(story.holder(), on=NOW.date()) == 10_800
        assert balances(story.cast.office) == {
            "Assets:Receivable:Sponsor": 69_200, "Income:Gifts:Points": -69_200,
        }  # fmt: skip
        assert balances(story.cast.group) == {
            "Expenses:Gifts:Points": 69_200, "Liabilities:Payable:Charity": -69_200,
            "Liabilities:Points": 69_200, "Equity:Points-Issued": -69_200,
        }  # fmt: skip
        assert facts() == {"campaigns.participations": [100]}
        found = counter(story.campaign)
        assert (found.raised_fen, found.owed_fen, found.held_fen) == (69_200, 69_200, 69_200)
        assert participations(story.campaign) == 1

    def test_the_same_id_is_the_same_gift(self, story: Giving) -> None:
        assert story.points(500) == story.points(500)
        with pytest.raises(giving.UnableToGive) as refused:
            story.points(501)
        assert refused.value.code == "other_gift"
        assert Gift.objects.count() == 1

    @pytest.mark.parametrize(
        ("points", "member", "code"),
        [(80_001, "M-0001", "short"), (99, "M-0001", "below_least"), (0, "M-0001", "nothing")],
    )
    def test_refuses_and_takes_nothing(self, story: Giving, points: int, member: str, code: str) -> None:
        with pytest.raises(giving.UnableToGive) as refused:
            story.points(points, member=member)
        assert refused.value.code == code
        assert not Gift.objects.exists()
        assert facts() == {}
        assert balance_of(story.holder(), on=NOW.date()) == 80_000

    def test_refuses_when_closed_and_whoever_may_not(self, story: Giving) -> None:
        with pytest.raises(NotPermitted):
            giving.give_points(
                campaign=story.campaign, holder=story.holder(), points=500, source_id="A",
                act=story.act(actor=story.cast.clerk),
            )  # fmt: skip
        giving.close_campaign(campaign=story.campaign, act=story.act())
        with pytest.raises(giving.UnableToGive) as refused:
            story.points(500)
        assert refused.value.code == "not_open"
        assert balance_of(story.holder(), on=NOW.date()) == 80_000

    def test_is_taken_back_while_it_may_be_thought_over(self, story: Giving) -> None:
        gift = story.points(69_200)
        giving.take_back_gift(gift=gift, act=story.door(at=NOW + timedelta(hours=24)))
        assert states() == [("POINTS", "REFUNDED", 69_200)]
        assert balance_of(story.holder(), on=NOW.date()) == 80_000
        assert facts() == {"campaigns.participations": [100, -100]}
        found = counter(story.campaign)
        assert (found.given_fen, found.refunded_fen, found.raised_fen, found.held_fen) == (
            69_200,
            69_200,
            0,
            0,
        )
        assert balances(story.cast.group) == {}
        with pytest.raises(giving.UnableToTakeBack) as refused:
            giving.take_back_gift(gift=gift, act=story.door())
        assert refused.value.code == "wrong_state"

    def test_is_not_taken_back_later_but_by_an_officer_with_a_reason(self, story: Giving) -> None:
        gift = story.points(500)
        with pytest.raises(giving.UnableToTakeBack) as refused:
            giving.take_back_gift(gift=gift, act=story.door(at=LATER))
        assert refused.value.code == "too_late"
        with pytest.raises(giving.UnableToTakeBack) as refused:
            giving.refund_gift(gift=gift, reason=" ", act=story.act(at=LATER))
        assert refused.value.code == "no_reason"
        giving.refund_gift(gift=gift, reason="未成年人误捐", act=story.act(at=LATER))
        check_all(story)


class TestGiveCash:
    def test_counts_once_it_is_paid_into_the_charitys_own_account(self, story: Giving) -> None:
        payment = story.cash(20_000, name="赵六", is_paid=False)
        assert (states(), facts(), balances(story.cast.office)) == ([("CASH", "PROMISED", 20_000)], {}, {})
        story.pay(payment)
        assert states() == [("CASH", "RECEIVED", 20_000)]
        assert balances(story.cast.office) == {
            "Assets:Payments:Charity": 20_000,
            "Income:Gifts:Cash": -20_000,
        }
        assert facts() == {"campaigns.participations": [100], "campaigns.raised": [20_000]}
        assert Gift.objects.get().donor.person.name == "赵六"
        story.pay(payment)
        check_all(story)

    def test_below_the_least_and_after_the_end(self, story: Giving) -> None:
        with pytest.raises(giving.UnableToGive) as refused:
            story.cash(99)
        assert refused.value.code == "below_least"
        payment = story.cash(20_000, is_paid=False)
        giving.close_campaign(campaign=story.campaign, act=story.act())
        with pytest.raises(giving.UnableToGive) as refused:
            story.cash(20_000)
        assert refused.value.code == "not_open"
        story.pay(payment)
        assert states() == [("CASH", "PROMISED", 20_000)]
        refund = Refund.objects.get()
        answer(story, refund)
        assert states() == [("CASH", "LAPSED", 20_000)]
        assert facts() == {}
        check_all(story)

    def test_goes_back_the_way_it_came(self, story: Giving) -> None:
        story.cash(20_000)
        giving.take_back_gift(gift=Gift.objects.get(), act=story.door())
        assert states() == [("CASH", "REFUNDING", 20_000)]
        assert counter(story.campaign).raised_fen == 20_000
        answer(story, Refund.objects.get())
        assert states() == [("CASH", "REFUNDED", 20_000)]
        assert facts() == {"campaigns.participations": [100, -100], "campaigns.raised": [20_000, -20_000]}
        assert counter(story.campaign).raised_fen == 0
        check_all(story)

    def test_a_member_of_staff_is_thanked(self, story: Giving) -> None:
        from tests.giving.campaigns.given import grant

        grant(story.cast.clerk, story.cast.group, "campaigns_door")
        payment = giving.give_cash(
            campaign=story.campaign, amount_fen=5_000, kind="EMPLOYEE", act=story.act(actor=story.cast.clerk)
        )
        story.pay(payment)
        assert Notice.objects.get().account == story.cast.clerk

    def test_many_that_are_told_together_are_each_received_matched_booked_and_thanked(
        self, story: Giving
    ) -> None:
        from tests.giving.campaigns.given import grant

        TestMatching().match(story, 12_000)
        grant(story.cast.clerk, story.cast.group, "campaigns_door")
        payments = [story.cash(fen, is_paid=False) for fen in (20_000, 1_000, 30_000)]
        payments.append(
            giving.give_cash(
                campaign=story.campaign, amount_fen=5_000, kind="EMPLOYEE", act=story.act(actor=story.cast.clerk)
            )
        )  # fmt: skip
        news = [News(story.merchant, paid_told(one, at=NOW)) for one in payments]
        assert take_payment_answers(news=[*news, news[0]], heard="MESSAGE", act=door(at=NOW)) == [""] * 5
        assert states() == [
            ("CASH", "RECEIVED", 20_000), ("CASH", "RECEIVED", 1_000), ("CASH", "RECEIVED", 30_000),
            ("CASH", "RECEIVED", 5_000), ("MATCH", "RECEIVED", 10_000), ("MATCH", "RECEIVED", 500),
            ("MATCH", "RECEIVED", 1_500),
        ]  # fmt: skip
        assert facts() == {
            "campaigns.participations": [100] * 4, "campaigns.raised": [20_000, 1_000, 30_000, 5_000],
        }  # fmt: skip
        assert balances(story.cast.guizhou) == {
            "Expenses:Gifts:Match": 12_000, "Liabilities:Payable:Charity": -12_000,
        }  # fmt: skip
        assert Notice.objects.get().account == story.cast.clerk
        check_all(story)

    def test_told_together_after_the_end_each_goes_back(self, story: Giving) -> None:
        payments = [story.cash(fen, is_paid=False) for fen in (20_000, 30_000)]
        giving.close_campaign(campaign=story.campaign, act=story.act())
        news = [News(story.merchant, paid_told(one, at=NOW)) for one in payments]
        assert take_payment_answers(news=news, heard="MESSAGE", act=door(at=NOW)) == ["", ""]
        assert sorted(Refund.objects.values_list("amount_fen", flat=True)) == [20_000, 30_000]
        assert (facts(), {state for _, state, _ in states()}) == ({}, {"PROMISED"})
        check_all(story)


def answer(story: Giving, refund: Refund) -> None:
    told = RefundTold(
        number=refund.number, payment_number=refund.payment.number, standing=Standing.DONE, amount_fen=refund.amount_fen,
        provider_number="R1", merchant_number="", at=NOW,
    )  # fmt: skip
    take_refund_answer(merchant=story.merchant, told=told, heard="MESSAGE", act=door())


class TestMatching:
    def match(self, story: Giving, cap: int) -> Match:
        return giving.promise_match(
            campaign=story.campaign, sponsor=story.cast.guizhou, adds_fen=1, to_fen=2, cap_fen=cap, document="配〔2020〕1号",
            starts_on=date(2020, 7, 31), ends_on=date(2020, 8, 31), act=story.act(),
        )  # fmt: skip

    def test_adds_up_to_the_cap_and_goes_back_with_its_gift(self, story: Giving) -> None:
        self.match(story, 12_000)
        first = story.points(20_000, "A")
        story.cash(10_000)
        assert states() == [
            ("POINTS", "RECEIVED", 20_000), ("MATCH", "RECEIVED", 10_000), ("CASH", "RECEIVED", 10_000),
            ("MATCH", "RECEIVED", 2_000),
        ]  # fmt: skip
        assert balances(story.cast.guizhou) == {
            "Expenses:Gifts:Match": 12_000,
            "Liabilities:Payable:Charity": -12_000,
        }
        assert facts()["campaigns.participations"] == [100, 100]
        check_all(story)
        giving.take_back_gift(gift=first, act=story.door())
        assert Match.objects.get().used_fen == 2_000
        assert balances(story.cast.guizhou) == {
            "Expenses:Gifts:Match": 2_000,
            "Liabilities:Payable:Charity": -2_000,
        }
        check_all(story)

    def test_what_a_company_adds_is_money_and_no_participation(self, story: Giving) -> None:
        self.match(story, 12_000)
        story.points(20_000)
        found = counter(story.campaign)
        assert (found.by_way, found.given_fen) == ({"Points": 20_000, "Match": 10_000}, 30_000)
        assert participations(story.campaign) == 1
        assert facts() == {"campaigns.participations": [100]}

    def test_refuses_what_makes_no_match(self, story: Giving) -> None:
        self.match(story, 12_000)
        said = {
            "campaign": story.campaign, "sponsor": story.cast.guizhou, "adds_fen": 1, "to_fen": 1, "cap_fen": 1, "document": "x",
            "starts_on": date(2020, 9, 1), "ends_on": date(2020, 10, 1), "act": story.act(),
        }  # fmt: skip
        for wrong, code in (
            ({"cap_fen": 0}, "wrong_sums"), ({"document": ""}, "no_document"), ({"starts_on": date(2020, 6, 1)}, "wrong_dates"),
            ({"starts_on": date(2020, 8, 1)}, "day_taken"),
        ):  # fmt: skip
            with pytest.raises(giving.UnableToMatch) as refused:
                giving.promise_match(**{**said, **wrong})
            assert refused.value.code == code


class TestBringGifts:
    def test_a_file_is_one_operation_with_an_answer_for_each_row(self, story: Giving) -> None:
        frame = gift_frame(
            ("M-0001", 70_000, "T1"), ("M-0001", 20_000, "T2"), ("M-0002", 20_000, "T3"), ("M-0404", 500, "T4"),
            ("M-0001", 99, "T5"), ("M-0002", 20_000, "T3"),
        )  # fmt: skip
        said = {
            "campaign": story.campaign,
            "name": "七月.csv",
            "digest": digest_of(frame),
            "act": story.act(),
        }
        file = giving.bring_gifts(frame=frame, **said)
        assert (file.gifts, file.refused, file.amount_fen) == (2, 3, 90_000)
        refusals = file.refusals.order_by("row").values_list(
            "row", "member", "points", "source_id", "code", "held"
        )
        assert list(refusals) == [
            (2, "M-0001", 20_000, "T2", "short", 10_000), (4, "M-0404", 500, "T4", "unknown_holder", 0),
            (5, "M-0001", 99, "T5", "below_least", 0),
        ]  # fmt: skip
        assert facts() == {"campaigns.participations": [100, 100]}
        assert balances(story.cast.office)["Assets:Receivable:Sponsor"] == 90_000
        check_all(story)
        with pytest.raises(giving.UnableToGive) as refused:
            giving.bring_gifts(frame=frame, **said)
        assert refused.value.code == "file_taken"
        again = giving.bring_gifts(frame=frame, **{**said, "digest": "0" * 64})
        assert (again.gifts, again.amount_fen) == (0, 0)
        assert GiftFile.objects.count() == 2
        giving.take_back_gift(gift=Gift.objects.get(source_id="T3"), act=story.door())
        check_all(story)

    def test_outside_the_dates(self, story: Giving) -> None:
        import polars

        frame = gift_frame(("M-0001", 500, "T1")).with_columns(
            given_on=polars.lit(STARTS - timedelta(days=1))
        )
        file = giving.bring_gifts(
            campaign=story.campaign, frame=frame, name="x", digest="1" * 64, act=story.act()
        )
        assert (file.gifts, file.refused) == (0, 1)


class TestPledges:
    def test_are_asked_for_once_a_month_until_they_are_ended(self, story: Giving) -> None:
        said = {"campaign": story.campaign, "name": "钱七", "act": story.door()}
        for wrong, code in (
            ({"amount_fen": 99, "day": 5}, "wrong_sum"),
            ({"amount_fen": 900, "day": 29}, "wrong_day"),
        ):
            with pytest.raises(giving.UnableToPledge) as refused:
                giving.make_pledge(**said, **wrong)
            assert refused.value.code == code
        pledge = giving.make_pledge(amount_fen=5_000, day=5, **said)
        assert giving.ask_pledges(act=story.door()) == 1
        assert giving.ask_pledges(act=story.door()) == 0
        assert giving.ask_pledges(act=story.door(at=NOW + timedelta(days=3))) == 0
        assert giving.ask_pledges(act=story.door(at=NOW + timedelta(days=5))) == 1
        giving.end_pledge(pledge=pledge, act=story.door())
        assert giving.ask_pledges(act=story.door(at=NOW + timedelta(days=40))) == 0
        with pytest.raises(giving.UnableToPledge) as refused:
            giving.end_pledge(pledge=pledge, act=story.door())
        assert refused.value.code == "ended_already"
        assert states() == [("CASH", "PROMISED", 5_000)] * 2
        with pytest.raises(giving.UnableToPledge) as refused:
            giving.ask_again(pledge=pledge, act=story.door())
        assert refused.value.code == "ended_already"

    def test_a_month_that_was_not_paid_is_asked_for_again(self, story: Giving) -> None:
        pledge = giving.make_pledge(
            campaign=story.campaign, name="钱七", amount_fen=5_000, day=5, act=story.door()
        )
        with pytest.raises(giving.UnableToPledge) as refused:
            giving.ask_again(pledge=pledge, act=story.door())
        assert refused.value.code == "nothing_to_pay"
        giving.ask_pledges(act=story.door())
        asked = Payment.objects.get()
        assert giving.ask_again(pledge=pledge, act=story.door()) == asked
        told = replace(paid_told(asked, at=NOW), standing=Standing.FAILED)
        take_payment_answer(merchant=story.merchant, told=told, heard="MESSAGE", act=door(at=NOW))
        assert states() == [("CASH", "LAPSED", 5_000)]
        payment = giving.ask_again(pledge=pledge, act=story.door())
        assert giving.ask_again(pledge=pledge, act=story.door()) == payment != asked
        story.pay(payment)
        assert states() == [("CASH", "LAPSED", 5_000), ("CASH", "RECEIVED", 5_000)]
        assert set(pledge.gifts.values_list("donor", flat=True)) == {pledge.donor_id}
        with pytest.raises(giving.UnableToPledge) as refused:
            giving.ask_again(pledge=pledge, act=story.door())
        assert refused.value.code == "nothing_to_pay"
        assert giving.ask_pledges(act=story.door()) == 0
        giving.close_campaign(campaign=story.campaign, act=story.act())
        with pytest.raises(giving.UnableToPledge) as refused:
            giving.ask_again(pledge=pledge, act=story.door())
        assert refused.value.code == "not_open"


class TestTwoAtOnce:
    @pytest.mark.parametrize("locks", [True, False])
    def test_two_devices_give_the_same_points_once(self, own_database: str, locks: bool) -> None:
        story = opened(enter_cast())
        story.door()
        unlocked = spending.LOCK_HOLDERS.replace(" FOR NO KEY UPDATE", "")
        off = nullcontext() if locks else patch.object(spending, "LOCK_HOLDERS", unlocked)
        with off, patch.object(spending, "write_spends", waiting(spending.write_spends, 2 if locks else 20)):
            outcomes = both((lambda: story.points(50_000, "one"), lambda: story.points(50_000, "other")))
        assert outcomes == (["done", "short"] if locks else ["clash", "done"])
        assert Gift.objects.count() == 1
        check_all(story)

    def test_a_match_is_never_more_than_its_cap(self, own_database: str) -> None:
        story = opened(enter_cast())
        TestMatching().match(story, 12_000)
        story.door()
        outcomes = both(
            (lambda: story.points(20_000, "A"), lambda: story.points(20_000, "B", member="M-0002"))
        )
        assert outcomes == ["done", "done"]
        assert Match.objects.get().used_fen == 12_000
        assert sorted(Gift.objects.filter(way="MATCH").values_list("amount_fen", flat=True)) == [
            2_000,
            10_000,
        ]
        check_all(story)

    def test_a_gift_and_the_end_of_the_campaign(self, own_database: str) -> None:
        story = opened(enter_cast())
        story.door()
        outcomes = both(
            (
                lambda: story.points(500),
                lambda: giving.close_campaign(campaign=story.campaign, act=story.act()),
            )
        )
        assert outcomes in (["done", "done"], ["done", "not_open"])
        assert Gift.objects.count() == outcomes.count("done") - 1
        check_all(story)
