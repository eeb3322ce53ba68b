"""Checklists and tickets: handed in and decided by two people, told before they lapse; closed by whoever raised them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.livelihoods.suppliers import queries
from bangfu.livelihoods.suppliers.mentioning import mentions
from bangfu.livelihoods.suppliers.models import Item, Proof, Side, Ticket, TicketState
from bangfu.livelihoods.suppliers.operations import (
    ProofDetails,
    UnableToAnswer,
    UnableToProve,
    assign_ticket,
    close_ticket,
    hand_in_proof,
    plan_item,
    raise_ticket,
    reopen_ticket,
    reply_to_ticket,
    return_proof,
    verify_proof,
)
from bangfu.livelihoods.suppliers.waiting import to_answer, to_prove, to_settle, to_ship
from tests.cast import NOW, Cast
from tests.livelihoods.suppliers.supplied import FILES, Market, market, refuses

TODAY = NOW.date()
LICENCE = ProofDetails("SC12345678901234", "黔西南州市场监管局", date(2019, 1, 5), date(2020, 8, 20))
TEST = ProofDetails("检2020-88", "黔西南州检验中心", date(2020, 7, 1))


@pytest.fixture
def sold(cast: Cast) -> Market:
    return market(cast)


def item(sold: Market, kind: str) -> Item:
    """Return an item of the rice's checklist."""
    return Item.objects.get(supply=sold.supply, kind=kind)


def handed_in(sold: Market, kind: str = "LICENCE", said: ProofDetails = LICENCE) -> Proof:
    """Hand in proof, as the supplier."""
    return hand_in_proof(item=item(sold, kind), details=said, files=FILES, act=sold.by_own())


def proved(sold: Market, kind: str = "LICENCE", said: ProofDetails = LICENCE) -> Proof:
    """Hand in proof and verify it."""
    return verify_proof(proof=handed_in(sold, kind, said), act=sold.cast.act(sold.cast.verifier))


@pytest.mark.django_db
class TestProofs:
    def test_are_open_until_verified_and_again_once_lapsed(self, sold: Market) -> None:
        assert queries.gaps_of([sold.supply.pk], TODAY)[sold.supply.pk] == [
            "LICENCE", "TEST", "PACKAGING", "BRAND", "PICTURES",
        ]  # fmt: skip
        handed_in(sold)
        assert queries.gaps_of([sold.supply.pk], TODAY)[sold.supply.pk][0] == "LICENCE"
        verify_proof(proof=Proof.objects.get(), act=sold.cast.act(sold.cast.verifier))
        proved(sold, "TEST", TEST)
        for kind in ("PACKAGING", "BRAND", "PICTURES"):
            proved(sold, kind, ProofDetails())
        assert queries.gaps_of([sold.supply.pk], TODAY) == {}
        assert queries.gaps_of([sold.supply.pk], date(2020, 8, 20)) == {}
        assert queries.gaps_of([sold.supply.pk], date(2020, 8, 21)) == {sold.supply.pk: ["LICENCE"]}

    def test_expiry_is_told_thirty_days_before_on_both_sides(self, sold: Market) -> None:
        proved(sold)
        lapsing = queries.shown(queries.items(date(2020, 7, 20)), "lapsing", date(2020, 7, 20))
        assert list(lapsing) == []
        lapsing = queries.shown(queries.items(date(2020, 7, 21)), "lapsing", date(2020, 7, 21))
        assert [one.kind for one in lapsing] == ["LICENCE"]
        for account in (sold.own, sold.cast.clerk):
            told = [one for one in to_prove(account, TODAY) if "lapsing" in one.address]
            assert [(one.count, one.due_on) for one in told] == [(1, date(2020, 8, 20))]
        assert not [one for one in to_prove(sold.others, TODAY) if "lapsing" in one.address]

    def test_refuses_what_is_not_whole(self, sold: Market) -> None:
        for reason, kind, said in (
            ("number_missing", "LICENCE", ProofDetails(expires_on=date(2021, 1, 1))),
            ("expiry_missing", "LICENCE", ProofDetails("SC1")),
            ("expired", "LICENCE", ProofDetails("SC1", expires_on=date(2020, 7, 30))),
            ("lab_missing", "TEST", ProofDetails("1", issued_on=date(2020, 7, 1))),
            ("day_missing", "TEST", ProofDetails("1", "中心")),
            ("in_the_future", "TEST", ProofDetails("1", "中心", date(2020, 9, 1))),
            ("identity_number", "BRAND", ProofDetails("11010519491231002X")),
        ):
            refuses(UnableToProve, reason, lambda kind=kind, said=said: handed_in(sold, kind, said))
        refuses(
            UnableToProve,
            "evidence_missing",
            lambda: hand_in_proof(
                item=item(sold, "BRAND"), details=ProofDetails(), files=(), act=sold.by_own()
            ),
        )
        handed_in(sold)
        refuses(UnableToProve, "waits_already", lambda: handed_in(sold))
        with pytest.raises(NotPermitted):
            hand_in_proof(item=item(sold, "TEST"), details=TEST, files=FILES, act=sold.by_other())

    def test_is_decided_once_by_another_person(self, sold: Market) -> None:
        proof = handed_in(sold)
        act = sold.cast.act(sold.cast.verifier)
        for account in (sold.own, sold.cast.clerk):
            with pytest.raises(NotPermitted):
                verify_proof(proof=proof, act=sold.cast.act(account))
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("past the operation"):
            Proof.objects.filter(pk=proof.pk).update(state="VERIFIED", decided_by=sold.own, decided_at=NOW)
        refuses(UnableToProve, "remark_missing", lambda: return_proof(proof=proof, remark=" ", act=act))
        return_proof(proof=proof, remark="看不清", act=act)
        refuses(UnableToProve, "decided_already", lambda: verify_proof(proof=proof, act=act))
        proved(sold)

    def test_is_planned_for_somebody(self, sold: Market) -> None:
        due = date(2020, 7, 30)
        plan_item(item=item(sold, "TEST"), due_on=due, assigned_to=sold.cast.clerk, act=sold.by_clerk())
        (told,) = (one for one in to_prove(sold.cast.clerk, TODAY) if "gaps" in one.address)
        assert (told.count, told.overdue, told.due_on) == (1, 1, due)
        proof = handed_in(sold)
        (waits,) = (one for one in to_prove(sold.cast.verifier, TODAY) if "waits" in one.address)
        assert (waits.count, proof.state) == (1, "HANDED_IN")

    def test_gaps_are_said_at_the_product(self, sold: Market) -> None:
        proved(sold)
        ((words, address),) = mentions("shop.product", sold.supply.product_id, sold.cast.clerk, TODAY)
        assert "缺 4 项" in words.zh
        assert address == f"/suppliers/supplies/{sold.supply.pk}/"
        assert mentions("shop.product", sold.supply.product_id, sold.others, TODAY) == ()


def raised(sold: Market, *, by_supplier: bool = True) -> Ticket:
    """Raise a ticket."""
    return raise_ticket(
        supplier=sold.supplier, category="PACKAGING", title="纸箱多大", text="5 公斤装用多大的纸箱？",
        due_on=TODAY + timedelta(days=2), act=sold.by_own() if by_supplier else sold.by_clerk(),
    )  # fmt: skip


@pytest.mark.django_db
class TestTickets:
    def test_is_answered_by_the_other_side_and_closed_by_who_raised_it(self, sold: Market) -> None:
        ticket = raised(sold)
        assert ticket.side == Side.SUPPLIER
        reply_to_ticket(ticket=ticket, text="30×20×20", act=sold.by_clerk())
        ticket.refresh_from_db()
        assert ticket.state == TicketState.ANSWERED
        refused = refuses(
            UnableToAnswer,
            "other_side_closes",
            lambda: close_ticket(ticket=ticket, text="好了", act=sold.by_clerk()),
        )
        assert "供应商" in refused.sentence.zh
        close_ticket(ticket=ticket, text="谢谢", act=sold.by_own())
        refuses(
            UnableToAnswer,
            "closed_already",
            lambda: reply_to_ticket(ticket=ticket, text="还有", act=sold.by_own()),
        )
        reopen_ticket(ticket=ticket, text="箱子还是小", due_on=TODAY, act=sold.by_own())
        ticket.refresh_from_db()
        assert ticket.state == TicketState.OPEN
        assert [one.kind for one in ticket.replies.order_by("pk")] == ["SAID", "SAID", "CLOSED", "REOPENED"]

    def test_waits_for_the_right_side_and_is_overdue_after_its_day(self, sold: Market) -> None:
        ticket = raised(sold)
        late = TODAY + timedelta(days=3)
        (told,) = to_answer(sold.cast.clerk, late)
        assert (told.count, told.overdue) == (1, 1)
        assert to_answer(sold.own, TODAY) == to_answer(sold.others, TODAY) == []
        assign_ticket(ticket=ticket, account=sold.cast.officer, due_on=late, act=sold.by_clerk())
        assert to_answer(sold.cast.clerk, TODAY) == []
        assert len(to_answer(sold.cast.officer, TODAY)) == 1
        reply_to_ticket(ticket=ticket, text="好", act=sold.cast.act(sold.cast.officer))
        assert len(to_answer(sold.own, TODAY)) == 1

    def test_refuses(self, sold: Market) -> None:
        ticket = raised(sold, by_supplier=False)
        assert ticket.side == Side.HOUSE
        act = sold.by_own()

        def ask(category: str = "OTHER", text: str = "x", due: date = TODAY) -> object:
            return raise_ticket(
                supplier=sold.supplier, category=category, title="问", text=text, due_on=due, act=act
            )

        refuses(UnableToAnswer, "unknown_category", lambda: ask("X"))
        refuses(UnableToAnswer, "words_missing", lambda: ask(text=" "))
        refuses(UnableToAnswer, "identity_number", lambda: ask(text="11010519491231002X"))
        refuses(UnableToAnswer, "due_in_the_past", lambda: ask(due=date(2020, 7, 30)))
        refuses(
            UnableToAnswer,
            "not_closed",
            lambda: reopen_ticket(ticket=ticket, text="x", due_on=TODAY, act=act),
        )
        refuses(
            UnableToAnswer,
            "not_of_the_house",
            lambda: assign_ticket(ticket=ticket, account=sold.others, due_on=TODAY, act=sold.by_clerk()),
        )
        for account in (sold.others, sold.cast.outsider, sold.cast.clerk_of_yunnan, sold.cast.auditor):
            with pytest.raises(NotPermitted):
                reply_to_ticket(ticket=ticket, text="x", act=sold.cast.act(account))


@pytest.mark.django_db
def test_today_tells_a_supplier_of_its_own_orders_alone(sold: Market) -> None:
    sold.shop.paid(sold.offer)
    (told,) = to_ship(sold.own, TODAY)
    assert (told.count, told.since, told.due_on) == (1, TODAY, TODAY + timedelta(days=2))
    assert to_ship(sold.others, TODAY) == to_ship(sold.cast.clerk, TODAY) == to_settle(sold.own, TODAY) == []
