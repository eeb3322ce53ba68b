"""Providers behind one interface; these modules know no database."""

from bangfu.foundation.payments.adapters.interface import (
    Adapter,
    Forged,
    Handle,
    Keys,
    NotTaken,
    Order,
    RefundOrder,
    RefundTold,
    Reply,
    Said,
    Standing,
    Told,
    Way,
)

__all__ = [
    "Adapter",
    "Forged",
    "Handle",
    "Keys",
    "NotTaken",
    "Order",
    "RefundOrder",
    "RefundTold",
    "Reply",
    "Said",
    "Standing",
    "Told",
    "Way",
]
