"""What rooms are told of the payments for their records, within the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bangfu.foundation.operations import Act
from bangfu.foundation.payments.models import Payment, Refund


def _nothing_paid(payment: Payment, act: Act) -> None:
    """Take no notice."""


def _nothing_refunded(refund: Refund, act: Act) -> None:
    """Take no notice."""


@dataclass(frozen=True)
class PaidFor:
    """What a room does when payments for its records move; each payment is told once a movement, inside the operation.

    The money has moved already, so a hook takes what happened: whatever it raises keeps the payments as they were, and the
    providers are asked again until it can be taken.
    """

    record_type: int
    paid: Callable[[Sequence[Payment], Act], None]
    """They were paid, in the order of their keys: all that became known in one operation, one or hundreds."""
    closed: Callable[[Payment, Act], None] = _nothing_paid
    """It was closed or failed: nothing will be paid in this turn."""
    refunded: Callable[[Refund, Act], None] = _nothing_refunded
    """A refund arrived, whole."""
    back: Callable[[Payment], str] | None = None
    """Where a payer goes on from the payer's page; it may be open to the payer alone. Null = nowhere."""


_hooks: dict[int, PaidFor] = {}


def enter_hook(hook: PaidFor) -> PaidFor:
    """Let a room be told of payments for a kind of record.

    Raises: ValueError: another is told already.
    """
    if _hooks.setdefault(hook.record_type, hook) is not hook:
        raise ValueError(f"two are told of payments for record type {hook.record_type}")
    return hook


def hook_of(record_type: int) -> PaidFor:
    """Return who is told of payments for a kind of record.

    Raises: LookupError: records of the kind are not paid for.
    """
    if record_type not in _hooks:
        raise LookupError(f"records of type {record_type} are not paid for")
    return _hooks[record_type]
