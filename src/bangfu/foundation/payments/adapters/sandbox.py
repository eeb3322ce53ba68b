"""Test pay: no provider and no money. Its page pays, fails or lets expire; refunds arrive at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bangfu.foundation.payments.adapters.interface import (
    Forged,
    Handle,
    Order,
    RefundOrder,
    RefundTold,
    Reply,
    Said,
    Standing,
    Told,
    Way,
)


class TestPay:
    """An account through which nothing moves."""

    __test__ = False

    def __init__(self, now: datetime) -> None:
        self._now = now

    def begin(self, order: Order, way: Way) -> Handle:
        """Return the payer's own page, on which test pay has its buttons."""
        return Handle(address=order.back_to)

    def read(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Said:
        """Believe nothing: nobody tells a test anything.

        Raises: Forged: always.
        """
        raise Forged("bad_signature")

    def ask(self, number: str) -> Told:
        """Know nothing: a test is paid on its page alone."""
        return Told(number=number, standing=Standing.WAITING)

    def close(self, number: str) -> None:
        """Close, which takes nothing."""

    def refund(self, order: RefundOrder) -> RefundTold:
        """Give back at once."""
        return self._done(order)

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """Say that it was given back."""
        return self._done(order)

    def _done(self, order: RefundOrder) -> RefundTold:
        return RefundTold(
            number=order.number,
            payment_number=order.payment_number,
            standing=Standing.DONE,
            amount_fen=order.amount_fen,
            provider_number=f"TEST-{order.number}",
            at=self._now,
        )

    def reply(self, *, is_taken: bool) -> Reply:
        """Answer plainly."""
        return Reply(200 if is_taken else 400, "ok" if is_taken else "refused")
