"""What a provider's adapter has, and the plain values that go through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Way(StrEnum):
    """How the payer comes to pay."""

    PAGE = "PAGE"
    WAP = "WAP"
    SQUARE = "SQUARE"
    """A QR code that the provider's own program scans."""
    IN_APP = "IN_APP"
    """Within WeChat (JSAPI)."""
    PHONE = "PHONE"
    """From a phone's browser into WeChat (H5)."""


class Standing(StrEnum):
    """How far a provider says that something is."""

    WAITING = "WAITING"
    DONE = "DONE"
    CLOSED = "CLOSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """The provider knows of no such thing."""


@dataclass(frozen=True)
class Keys:
    """Whose account it is and its keys; never shown, never logged."""

    app_id: str
    merchant_number: str
    private_key: bytes = field(repr=False)
    platform_key: bytes = field(repr=False)
    shared_key: bytes = field(default=b"", repr=False)
    certificate_serial: str = ""
    platform_serial: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be paid."""

    number: str
    amount_fen: int
    subject: str
    expires_at: datetime
    told_at: str
    """Address to which the provider tells what became of it."""
    back_to: str
    """Address to which the payer comes back."""
    payer: str = ""
    """Within WeChat: the payer's openid, which is kept nowhere."""
    payer_address: str = ""
    """From a phone's browser: its network address, which is kept nowhere."""


@dataclass(frozen=True)
class RefundOrder:
    """What is to be given back."""

    number: str
    payment_number: str
    amount_fen: int
    whole_fen: int
    """What was paid."""
    reason: str
    told_at: str


@dataclass(frozen=True)
class Handle:
    """What the payer needs: an address to go to, a text for a QR code, or values for a program within WeChat."""

    address: str = ""
    square: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a provider says of a payment."""

    number: str
    standing: Standing
    transaction_number: str = ""
    amount_fen: int | None = None
    app_id: str = ""
    merchant_number: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class RefundTold:
    """What a provider says of a refund."""

    number: str
    standing: Standing
    payment_number: str = ""
    amount_fen: int | None = None
    """Null: it says that something happened, and is to be asked."""
    merchant_number: str = ""
    provider_number: str = ""
    at: datetime | None = None


Said = Told | RefundTold | None
"""What a message says; null for one that is true and says nothing of interest."""


@dataclass(frozen=True)
class Reply:
    """What a provider is answered to its message."""

    status: int
    text: str
    kind: str = "text/plain; charset=utf-8"


class Forged(Exception):  # noqa: N818 - what is said of a message
    """A message that is not to be believed; its text is a code: ``bad_signature``, ``unknown_certificate``, ``stale``,
    ``unreadable``, ``bad_seal``."""


class NotTaken(Exception):  # noqa: N818 - what is said of a request
    """A provider did not do what it was asked; its text is a code and holds nothing of what was sent.

    ``unreached``, ``unreadable``, ``bad_signature``, ``paid_already``, ``not_in_this_way``, or the provider's own.
    """

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final
        """Asking again is of no use."""


class Adapter(Protocol):
    """What every provider can do."""

    def begin(self, order: Order, way: Way) -> Handle:
        """Return how the payer pays an order.

        Raises: NotTaken: the provider does not answer, or does not offer the way.
        """

    def read(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Said:
        """Return what a message says, once it is known to be the provider's.

        Raises: Forged: see its codes.
        """

    def ask(self, number: str) -> Told:
        """Ask how far a payment is.

        Raises: NotTaken: the provider does not answer.
        """

    def close(self, number: str) -> None:
        """Let an order be paid no more; one that the provider does not know is closed already.

        Raises: NotTaken: ``paid_already``, or the provider does not answer.
        """

    def refund(self, order: RefundOrder) -> RefundTold:
        """Ask for money to be given back; the same number is one refund however often it is asked.

        Raises: NotTaken: the provider does not answer or refuses.
        """

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """Ask how far a refund is.

        Raises: NotTaken: the provider does not answer.
        """

    def reply(self, *, is_taken: bool) -> Reply:
        """Return what the provider is answered to a message."""
