"""Payments and refunds as operations: each transition once, whole, and told to the record's room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.payments.adapters import RefundTold, Standing, Told
from bangfu.foundation.payments.asking import ask_due, send_refund, something_is_due
from bangfu.foundation.payments.models import MerchantAccount, Message, Payment, Refund, Step
from bangfu.foundation.payments.operations import (
    News,
    close_merchant_account,
    cut_payment_short,
    note_refund_sent,
    note_refused_message,
    open_merchant_account,
    refund_payment,
    take_payment_answer,
    take_payment_answers,
    take_refund_answer,
    taking,
)
from tests.cast import NOW, Cast
from tests.foundation.payments.paid import (
    HALF_AN_HOUR,
    TOLD,
    accountant,
    begin,
    begun,
    details,
    door,
    fresh,
    merchant,
    paid,
    paid_told,
    steps,
)

pytestmark = pytest.mark.django_db


def refused(call: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


class TestOpenMerchantAccount:
    def test_keeps_whose_the_money_is(self, cast: Cast) -> None:
        found = fresh(
            merchant(cast, "love-fund", "ALIPAY", owner_kind="CHARITY", app_id="2021", merchant_number="2088")
        )
        assert (found.owner_kind, found.owner_title, found.unit_id) == ("CHARITY", "示例集团", cast.group.pk)
        assert found.opened_at == NOW

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"code": "Bad Code"}, "no_code"),
            ({"code": "x" * 31}, "no_code"),
            ({"code": "../etc"}, "no_code"),
            ({"title": " "}, "no_title"),
            ({"provider": "CASH"}, "unknown_provider"),
            ({"owner_kind": "PERSON"}, "unknown_owner"),
            ({"owner_code": "123"}, "no_owner"),
            ({"provider": "ALIPAY"}, "no_numbers"),
            ({"provider": "WECHAT", "app_id": "wx1", "merchant_number": "19"}, "no_serials"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, str], code: str) -> None:
        keeper = accountant(cast)
        said = details(**{"code": "a", "provider": "TEST", **changes})
        assert (
            refused(lambda: open_merchant_account(unit=cast.group, details=said, act=cast.act(keeper)))
            == code
        )
        assert MerchantAccount.objects.count() == 0

    def test_refuses_the_same_merchant_twice(self, cast: Cast) -> None:
        numbers = {"app_id": "2021", "merchant_number": "2088"}
        merchant(cast, "one", "ALIPAY", **numbers)
        assert refused(lambda: merchant(cast, "one")) == "code_taken"
        assert refused(lambda: merchant(cast, "two", "ALIPAY", **numbers)) == "taken"

    def test_only_an_accountant(self, cast: Cast) -> None:
        for account in (cast.officer, cast.clerk, cast.outsider):
            with pytest.raises(NotPermitted):
                open_merchant_account(unit=cast.group, details=details(), act=cast.act(account))


class TestCloseMerchantAccount:
    def test_waits_for_what_is_open(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = begun(cast, account)
        act = cast.act(cast.officer)
        assert refused(lambda: close_merchant_account(merchant=account, act=act)) == "payments_open"
        take_payment_answer(merchant=account, told=paid_told(payment), heard="ANSWER", act=door())
        assert close_merchant_account(merchant=account, act=act).closed_at == NOW
        assert refused(lambda: close_merchant_account(merchant=account, act=act)) == "closed_already"
        other = merchant(cast, "other")
        said = {"amount_fen": 1, "subject": "册亨", "expires_at": NOW + HALF_AN_HOUR}
        calling = {"account": cast.officer, "said": said, "of": other, "merchant": account, "act": act}
        assert refused(lambda: begin(**calling)) == "merchant_closed"


class TestBeginPayment:
    def test_creates_what_is_to_be_paid(self, cast: Cast) -> None:
        account = merchant(cast)
        found = fresh(begun(cast, account))
        assert (found.state, found.amount_fen, found.currency, found.turn) == ("CREATED", 12_800, "CNY", 1)
        assert (found.pays_type, found.pays_id, found.expires_at) == (132, account.pk, NOW + HALF_AN_HOUR)
        assert len(found.number) == 32
        assert found.number.startswith("20200731")
        assert found.ask_at == NOW + timedelta(minutes=1)
        assert (steps(found), TOLD) == ([("CREATED", "HERE", 12_800)], [])

    def test_the_same_again_is_the_same(self, cast: Cast) -> None:
        account = merchant(cast)
        assert begun(cast, account) == begun(cast, account)
        assert refused(lambda: begun(cast, account, 12_900)) == "another_open"
        assert Payment.objects.count() == 1

    def test_after_it_was_closed_there_is_another_turn(self, cast: Cast) -> None:
        account = merchant(cast)
        first = begun(cast, account)
        told = Told(number=first.number, standing=Standing.CLOSED)
        take_payment_answer(merchant=account, told=told, heard="ANSWER", act=door())
        second = begun(cast, account, 13_000)
        assert (second.turn, second.number == first.number, TOLD) == (2, False, ["CLOSED 12800"])

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"amount_fen": 0}, "nothing_to_pay"),
            ({"amount_fen": -1}, "nothing_to_pay"),
            ({"subject": " "}, "no_subject"),
            ({"subject": "蕉" * 61}, "no_subject"),
            ({"expires_at": NOW}, "expired"),
            ({"owner_kind": "CHARITY"}, "charity_needed"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        account = merchant(cast)
        assert refused(lambda: begun(cast, account, **changes)) == code
        assert Payment.objects.count() == 0

    def test_goods_are_not_paid_into_a_charitys_account(self, cast: Cast) -> None:
        account = merchant(cast, owner_kind="CHARITY")
        assert refused(lambda: begun(cast, account)) == "company_needed"
        assert begun(cast, account, owner_kind="CHARITY").merchant == account

    def test_what_is_paid_is_not_paid_again(self, cast: Cast) -> None:
        account = merchant(cast)
        paid(cast, account)
        assert refused(lambda: begun(cast, account)) == "paid_already"


class TestTakePaymentAnswer:
    def test_pays_and_tells_the_room_once(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = paid(cast, account)
        for heard in ("MESSAGE", "ANSWER"):
            take_payment_answer(merchant=account, told=paid_told(payment), heard=heard, act=door())
        found = fresh(payment)
        assert (found.state, found.transaction_number, found.ended_at) == ("PAID", f"T{found.number}", NOW)
        assert steps(found) == [("CREATED", "HERE", 12_800), ("PAID", "MESSAGE", 12_800)]
        assert TOLD == ["paid 12800"]
        assert AuditEntry.objects.filter(operation="payments.take_payment_answer").count() == 3

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"number": "x" * 32}, "unknown_payment"),
            ({"amount_fen": 12_799}, "wrong_amount"),
            ({"amount_fen": None}, "wrong_amount"),
            ({"merchant_number": "2089"}, "wrong_merchant"),
            ({"app_id": "2022"}, "wrong_app"),
            ({"transaction_number": ""}, "no_transaction"),
        ],
    )
    def test_refuses_with_nothing_written(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        account = merchant(cast, "a", "ALIPAY", app_id="2021", merchant_number="2088")
        payment = begun(cast, account)
        told = paid_told(payment, **changes)
        taking = {"merchant": account, "told": told, "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_payment_answer(**taking)) == code
        assert (fresh(payment).state, TOLD, payment.steps.count()) == ("CREATED", [], 1)

    def test_refuses_what_comes_after_it_was_closed(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = begun(cast, account)
        told = Told(number=payment.number, standing=Standing.CLOSED)
        take_payment_answer(merchant=account, told=told, heard="ANSWER", act=door())
        taking = {"merchant": account, "told": paid_told(payment), "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_payment_answer(**taking)) == "late"
        assert (fresh(payment).state, TOLD) == ("CLOSED", ["CLOSED 12800"])

    def test_closing_that_is_heard_after_paying_changes_nothing(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = paid(cast, account)
        for standing in (Standing.CLOSED, Standing.FAILED, Standing.WAITING):
            told = Told(number=payment.number, standing=standing)
            take_payment_answer(merchant=account, told=told, heard="MESSAGE", act=door())
        assert (fresh(payment).state, TOLD) == ("PAID", ["paid 12800"])

    def test_refuses_a_second_transaction_for_one_payment(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = paid(cast, account)
        told = paid_told(payment, transaction_number="T2")
        taking = {"merchant": account, "told": told, "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_payment_answer(**taking)) == "other_transaction"

    def test_refuses_one_transaction_for_two_payments(self, cast: Cast) -> None:
        account, other = merchant(cast), merchant(cast, "other")
        first = paid(cast, account)
        said = {"amount_fen": 12_800, "subject": "册亨", "expires_at": NOW + HALF_AN_HOUR}
        second = begin(
            account=cast.officer, said=said, of=other, merchant=account, act=cast.act(cast.officer)
        )
        told = paid_told(second, transaction_number=first.transaction_number)
        taking = {"merchant": account, "told": told, "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_payment_answer(**taking)) == "transaction_taken"

    def test_of_another_account_it_is_unknown(self, cast: Cast) -> None:
        payment = begun(cast, merchant(cast))
        other = merchant(cast, "other")
        taking = {"merchant": other, "told": paid_told(payment), "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_payment_answer(**taking)) == "unknown_payment"

    def test_nobody_but_the_door_takes_it(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = begun(cast, account)
        for actor in (cast.officer, cast.administrator, cast.outsider):
            with pytest.raises(NotPermitted):
                take_payment_answer(
                    merchant=account, told=paid_told(payment), heard="MESSAGE", act=cast.act(actor)
                )

    def test_a_room_that_cannot_take_it_leaves_it_open(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = merchant(cast)
        payment = begun(cast, account)

        def broken(*_: Any) -> None:
            raise LookupError("the order is gone")

        hook = taking.hook_of(payment.pays_type)
        monkeypatch.setattr(taking, "hook_of", lambda kind: type(hook)(kind, paid=broken))
        with pytest.raises(LookupError):
            take_payment_answer(merchant=account, told=paid_told(payment), heard="MESSAGE", act=door())
        assert (fresh(payment).state, payment.steps.count()) == ("CREATED", 1)


class TestTakePaymentAnswers:
    @pytest.fixture
    def into(self, cast: Cast) -> MerchantAccount:
        return merchant(cast, "a", "ALIPAY", app_id="2021", merchant_number="2088")

    def open(self, cast: Cast, into: MerchantAccount, count: int) -> list[Payment]:
        """Return so many open payments of 100 yuan and more, each for a record of its own."""
        of = [merchant(cast, f"of-{number}") for number in range(count)]
        said = {"subject": "册亨糯米蕉", "expires_at": NOW + HALF_AN_HOUR}
        act = cast.act(cast.officer)
        return [
            begin(account=cast.officer, said={**said, "amount_fen": 10_000 + at}, of=one, merchant=into, act=act)
            for at, one in enumerate(of)
        ]  # fmt: skip

    def take(self, *news: tuple[MerchantAccount, Told], act: Any = None) -> list[str]:
        rows = [News(into, told) for into, told in news]
        return take_payment_answers(news=rows, heard="MESSAGE", act=act or door())

    def test_answers_each_by_itself(self, cast: Cast, into: MerchantAccount) -> None:
        payments = self.open(cast, into, 6)
        late = payments[5]
        closed = Told(number=late.number, standing=Standing.CLOSED)
        told = [paid_told(one) for one in payments]
        codes = self.take(
            (into, told[3]), (into, told[0]), (into, told[0]), (into, replace(told[0], transaction_number="T2")),
            (into, replace(told[1], amount_fen=9_999)), (into, replace(told[2], transaction_number=told[0].transaction_number)),
            (into, replace(told[1], number="x" * 32)), (merchant(cast, "other"), told[1]), (into, closed), (into, told[5]),
            (into, replace(told[4], merchant_number="2089")), (into, replace(told[4], app_id="2022")),
            (into, replace(told[4], transaction_number="")), (into, Told(number=told[4].number, standing=Standing.WAITING)),
        )  # fmt: skip
        assert codes == [
            "", "", "", "other_transaction", "wrong_amount", "transaction_taken", "unknown_payment", "unknown_payment", "",
            "late", "wrong_merchant", "wrong_app", "no_transaction", "",
        ]  # fmt: skip
        states = [fresh(one).state for one in payments]
        assert states == ["PAID", "CREATED", "CREATED", "PAID", "CREATED", "CLOSED"]
        assert [len(steps(one)) for one in payments] == [2, 1, 1, 2, 1, 2]
        assert steps(payments[3])[1] == ("PAID", "MESSAGE", 10_003)
        assert TOLD == ["paid 10000", "paid 10003", "CLOSED 10005"]
        first = fresh(payments[0])
        assert (first.transaction_number, first.ended_at) == (f"T{first.number}", NOW)

    def test_the_same_again_changes_nothing(self, cast: Cast, into: MerchantAccount) -> None:
        payments = self.open(cast, into, 2)
        for _ in range(2):
            assert self.take(*((into, paid_told(one)) for one in payments)) == ["", ""]
        assert (TOLD, Step.objects.filter(done="PAID").count()) == (["paid 10000", "paid 10001"], 2)

    def test_each_that_is_taken_has_its_trail(self, cast: Cast, into: MerchantAccount) -> None:
        one, other = self.open(cast, into, 2)
        self.take((into, paid_told(one)), (into, paid_told(other, amount_fen=1)), (into, paid_told(one)))
        entries = AuditEntry.objects.filter(operation="payments.take_payment_answers")
        named = list(entries.filter(part_of__isnull=False).values_list("objects_named", flat=True))
        assert named == [[f"payments.payment:{one.pk}"]] * 2
        assert entries.filter(part_of=None).count() == 1

    def test_nobody_but_the_door_takes_them(self, cast: Cast, into: MerchantAccount) -> None:
        payments = self.open(cast, into, 2)
        for actor in (cast.officer, cast.administrator, cast.outsider):
            codes = self.take(*((into, paid_told(one)) for one in payments), act=cast.act(actor))
            assert codes == ["out_of_scope"] * 2
        assert (TOLD, {fresh(one).state for one in payments}) == ([], {"CREATED"})

    def test_a_room_that_cannot_take_one_leaves_all_as_they_were(
        self, cast: Cast, into: MerchantAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        payments = self.open(cast, into, 2)

        def broken(*_: Any) -> None:
            raise LookupError("the order is gone")

        hook = taking.hook_of(payments[0].pays_type)
        monkeypatch.setattr(taking, "hook_of", lambda kind: type(hook)(kind, paid=broken))
        with pytest.raises(LookupError):
            self.take(*((into, paid_told(one)) for one in payments))
        assert {fresh(one).state for one in payments} == {"CREATED"}
        assert Step.objects.filter(done="PAID").count() == 0


class TestAskDue:
    def test_closes_what_was_not_paid_in_time(self, cast: Cast) -> None:
        payment = begun(cast, merchant(cast))
        assert not something_is_due(NOW)
        soon = NOW + timedelta(minutes=1)
        assert str(ask_due(soon)) == "查询了 1 笔款项和退款。"
        assert (fresh(payment).state, fresh(payment).ask_at) == ("CREATED", soon + timedelta(minutes=1))
        assert ask_due(soon) is None
        ask_due(NOW + HALF_AN_HOUR)
        assert (fresh(payment).state, TOLD) == ("CLOSED", ["CLOSED 12800"])

    def test_what_is_cut_short_is_closed(self, cast: Cast) -> None:
        payment = begun(cast, merchant(cast))
        cut_payment_short(payment=payment, act=cast.act(cast.officer))
        assert fresh(payment).expires_at == NOW
        ask_due(NOW)
        assert fresh(payment).state == "CLOSED"
        act = cast.act(cast.officer)
        assert refused(lambda: cut_payment_short(payment=payment, act=act)) == "not_open"


class TestRefundPayment:
    def test_in_parts_until_nothing_is_left(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        for amount, state, refunded in ((2_800, "PART_REFUNDED", 2_800), (10_000, "REFUNDED", 12_800)):
            act = cast.act(cast.officer)
            refund = refund_payment(payment=payment, amount_fen=amount, reason="破损", act=act)
            assert fresh(payment).refunding_fen == amount
            assert send_refund(refund, NOW).state == "DONE"
            found = fresh(payment)
            assert (found.state, found.refunded_fen, found.refunding_fen) == (state, refunded, 0)
        assert TOLD == ["paid 12800", "refunded 2800 PART_REFUNDED", "refunded 10000 REFUNDED"]
        assert steps(payment)[2:] == [
            ("REFUND_ASKED", "HERE", 2_800), ("REFUNDED", "ANSWER", 2_800),
            ("REFUND_ASKED", "HERE", 10_000), ("REFUNDED", "ANSWER", 10_000),
        ]  # fmt: skip

    def test_never_above_what_was_paid(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        asking = {"payment": payment, "reason": "破损", "act": cast.act(cast.officer)}
        refund_payment(amount_fen=12_000, **asking)
        with pytest.raises(Refusal, match="最多还可退") as caught:
            refund_payment(amount_fen=801, **asking)
        assert (caught.value.code, caught.value.details) == ("above_paid", {"left": "8.00"})
        assert (fresh(payment).refunding_fen, Refund.objects.count()) == (12_000, 1)

    def test_the_same_number_is_one_refund(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        asking = {
            "payment": payment,
            "reason": "破损",
            "number": "RETURN-0001",
            "act": cast.act(cast.officer),
        }
        first = refund_payment(amount_fen=100, **asking)
        assert refund_payment(amount_fen=100, **asking) == first
        assert refused(lambda: refund_payment(amount_fen=200, **asking)) == "number_used"
        assert fresh(payment).refunding_fen == 100

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"amount_fen": 0}, "nothing_to_refund"),
            ({"reason": ""}, "no_reason"),
            ({"number": "短"}, "bad_number"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        payment = paid(cast, merchant(cast))
        asking = {
            "payment": payment,
            "amount_fen": 100,
            "reason": "破损",
            "act": cast.act(cast.officer),
            **changes,
        }
        assert refused(lambda: refund_payment(**asking)) == code
        assert Refund.objects.count() == 0

    def test_what_is_not_paid_is_not_given_back(self, cast: Cast) -> None:
        payment = begun(cast, merchant(cast))
        asking = {"payment": payment, "amount_fen": 100, "reason": "破损", "act": cast.act(cast.officer)}
        assert refused(lambda: refund_payment(**asking)) == "not_paid"

    def test_only_an_accountant(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        for actor in (cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                refund_payment(payment=payment, amount_fen=1, reason="破损", act=cast.act(actor))


class TestNoteRefundSent:
    def test_is_noted_for_its_own_account(self, cast: Cast) -> None:
        refund = refund_payment(
            payment=paid(cast, merchant(cast)), amount_fen=300, reason="破损", act=cast.act(cast.officer)
        )
        other = merchant(cast, "other")
        sending = {"refund": refund, "act": door()}
        assert refused(lambda: note_refund_sent(merchant=other, **sending)) == "unknown_refund"
        assert fresh(refund).is_sent is False
        assert note_refund_sent(merchant=refund.payment.merchant, **sending).is_sent is True
        assert (fresh(refund).is_sent, fresh(refund).state) == (True, "ASKED")

    def test_is_only_for_whoever_hears_providers(self, cast: Cast) -> None:
        account = merchant(cast)
        refund = refund_payment(
            payment=paid(cast, account), amount_fen=300, reason="破损", act=cast.act(cast.officer)
        )
        with pytest.raises(NotPermitted):
            note_refund_sent(merchant=account, refund=refund, act=cast.act(cast.officer))
        assert fresh(refund).is_sent is False


class TestTakeRefundAnswer:
    def asked(self, cast: Cast, **numbers: str) -> Refund:
        account = merchant(cast, "a", "ALIPAY", app_id="2021", merchant_number="2088")
        payment = paid(cast, account)
        return refund_payment(payment=payment, amount_fen=300, reason="破损", act=cast.act(cast.officer))

    def told(self, refund: Refund, **changes: Any) -> RefundTold:
        said = {
            "number": refund.number, "standing": Standing.DONE, "payment_number": refund.payment.number,
            "amount_fen": 300, "merchant_number": "2088", "provider_number": "R1", "at": NOW,
        }  # fmt: skip
        return RefundTold(**{**said, **changes})

    def test_a_failed_one_leaves_the_money_to_be_given_back_again(self, cast: Cast) -> None:
        refund = self.asked(cast)
        taking = {"merchant": refund.payment.merchant, "heard": "MESSAGE", "act": door()}
        told = self.told(refund, standing=Standing.FAILED)
        assert take_refund_answer(told=told, **taking).state == "FAILED"
        assert take_refund_answer(told=self.told(refund), **taking).state == "FAILED"
        assert (fresh(refund.payment).state, fresh(refund.payment).left_fen) == ("PAID", 12_800)
        assert TOLD == ["paid 12800"]

    def test_twice_is_once(self, cast: Cast) -> None:
        refund = self.asked(cast)
        for _ in range(2):
            take_refund_answer(
                merchant=refund.payment.merchant, told=self.told(refund), heard="MESSAGE", act=door()
            )
        assert (fresh(refund.payment).refunded_fen, TOLD[1:]) == (300, ["refunded 300 PART_REFUNDED"])

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"number": "R" * 32}, "unknown_refund"),
            ({"payment_number": "P" * 32}, "unknown_payment"),
            ({"merchant_number": "2089"}, "wrong_merchant"),
            ({"amount_fen": 301}, "wrong_amount"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        refund = self.asked(cast)
        taking = {"merchant": refund.payment.merchant, "heard": "MESSAGE", "act": door()}
        assert refused(lambda: take_refund_answer(told=self.told(refund, **changes), **taking)) == code
        assert fresh(refund).state == "ASKED"


class TestNoteRefusedMessage:
    def test_of_money_it_becomes_a_finding(self, cast: Cast) -> None:
        account = merchant(cast)
        payment = begun(cast, account)
        noting = {"merchant": account, "digest": "d" * 64, "act": door()}
        note_refused_message(code="bad_signature", **noting)
        assert Finding.objects.count() == 0
        note_refused_message(code="late", number=payment.number, **noting)
        note_refused_message(code="late", number=payment.number, **noting)
        assert [one.title_zh for one in Finding.objects.all()] == [f"款项关闭以后才付到：{payment.number}"]
        assert list(Message.objects.order_by("pk").values_list("code", "number")) == [
            ("bad_signature", ""), ("late", payment.number), ("late", payment.number),
        ]  # fmt: skip


def test_a_payment_is_told_in_its_history_alone(cast: Cast) -> None:
    payment = paid(cast, merchant(cast))
    assert {one.by.username for one in Step.objects.filter(payment=payment)} == {"zhoumin", "payments-door"}
