"""Two at the same moment: begin to pay for one record, tell and ask about one payment, give back the last that is left."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from itertools import count
from unittest.mock import patch

import pytest
from django.db.models import QuerySet

from bangfu.foundation.payments.models import Payment, Refund, Step
from bangfu.foundation.payments.operations import (
    News,
    paying,
    refund_payment,
    refunding,
    take_payment_answer,
    take_payment_answers,
    taking,
)
from tests.at_once import both, waiting
from tests.cast import NOW, enter_cast
from tests.foundation.payments.paid import (
    HALF_AN_HOUR,
    TOLD,
    begin,
    begun,
    door,
    merchant,
    paid,
    paid_told,
)


def all_unlocked() -> QuerySet[Payment]:
    return Payment.objects.select_related("merchant__unit")


def unlocked(key: int) -> Payment:
    return all_unlocked().get(pk=key)


class Elsewhere:
    """Locks of which each is another one's: as if there were none."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __add__(self, kind: int) -> int:
        return next(self._numbers)


@pytest.mark.parametrize("locks", [True, False])
def test_clicked_twice_at_once_one_payment_is_begun(own_database: str, locks: bool) -> None:
    cast = enter_cast()
    account = merchant(cast)
    off = nullcontext() if locks else patch.object(paying, "RECORD_LOCKS", Elsewhere())
    with off, patch.object(paying.secrets, "token_hex", waiting(secrets.token_hex, 1 if locks else 20)):
        outcomes = both((lambda: begun(cast, account), lambda: begun(cast, account)))
    assert outcomes == (["done", "done"] if locks else ["clash", "done"])
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("locks", [True, False])
def test_told_and_asked_at_once_it_is_paid_once(own_database: str, locks: bool) -> None:
    cast = enter_cast()
    account = merchant(cast)
    payment = begun(cast, account)
    act = door()

    def take(heard: str) -> Payment:
        return take_payment_answer(merchant=account, told=paid_told(payment), heard=heard, act=act)

    off = nullcontext() if locks else patch.object(taking, "_locked", all_unlocked)
    with off, patch.object(taking, "_write", waiting(taking._write, 1 if locks else 20)):
        outcomes = both((lambda: take("MESSAGE"), lambda: take("ANSWER")))
    assert outcomes == (["done", "done"] if locks else ["clash", "done"])
    assert Step.objects.filter(done="PAID").count() == 1


def test_the_same_messages_at_once_in_another_order_pay_each_once(own_database: str) -> None:
    cast = enter_cast()
    into = merchant(cast)
    act, said = door(), {"amount_fen": 12_800, "subject": "册亨糯米蕉", "expires_at": NOW + HALF_AN_HOUR}
    payments = [
        begin(account=cast.officer, said=said, of=merchant(cast, f"of-{number}"), merchant=into, act=cast.act(cast.officer))
        for number in range(8)
    ]  # fmt: skip
    news = [News(into, paid_told(one)) for one in payments]
    TOLD.clear()
    found: list[str] = []
    with patch.object(taking, "_write", waiting(taking._write, 1)):
        outcomes = both((
            lambda: found.extend(take_payment_answers(news=news, heard="MESSAGE", act=act)),
            lambda: found.extend(take_payment_answers(news=news[::-1], heard="MESSAGE", act=act)),
        ))  # fmt: skip
    assert (outcomes, found) == (["done", "done"], [""] * 16)
    assert Step.objects.filter(done="PAID").count() == 8
    assert TOLD == ["paid 12800"] * 8


@pytest.mark.parametrize("locks", [True, False])
def test_the_last_that_is_left_is_given_back_once(own_database: str, locks: bool) -> None:
    cast = enter_cast()
    payment = paid(cast, merchant(cast))
    act = cast.act(cast.officer)

    def give_back() -> Refund:
        return refund_payment(payment=payment, amount_fen=10_000, reason="破损", act=act)

    off = nullcontext() if locks else patch.object(refunding, "payment_for_update", unlocked)
    slow = waiting(refunding.note_step, 1 if locks else 3)
    with off, patch.object(refunding, "note_step", slow):
        outcomes = both((give_back, give_back))
    assert outcomes == (["above_paid", "done"] if locks else ["clash", "done"])
    assert Refund.objects.count() == 1
