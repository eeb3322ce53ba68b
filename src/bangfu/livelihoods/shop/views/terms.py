"""What an order comes to beside its goods, as pages say it, and into which accounts it may be paid."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.payments.queries import open_merchants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.queries import place_label
from bangfu.livelihoods.shop.models import Order
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.gate import may


def due_fen(order: Order) -> int:
    """Return what an order is to be paid with in money: goods less a coupon, and carriage, less what points pay."""
    terms, part = getattr(order, "terms", None), getattr(order, "points", None)
    due = order.total_fen if terms is None else order.total_fen - terms.discount_fen + terms.freight_fen
    return due - (part.value_fen if part else 0)


def terms_context(account: Account, found: Order) -> dict[str, Any]:
    """Return what an order comes to beside its goods, and where it goes, the recipient masked."""
    terms, sent = getattr(found, "terms", None), getattr(found, "destination", None)
    context: dict[str, Any] = {"terms": terms}
    if terms is not None:
        part = getattr(found, "points", None)
        context |= {
            "by_points": yuan(part.value_fen) if part else "",
            "discount": yuan(terms.discount_fen),
            "freight": yuan(terms.freight_fen),
            "due": yuan(due_fen(found)),
        }
    if sent is not None:
        context |= {
            "sent_to": masked_persons([sent.person_id]).get(sent.person_id),
            "sent_place": place_label(sent.place_id),
            "may_open": may(account, "open_destination", found.scope),
        }
    return context


def merchants_for(order: Order) -> list[MerchantAccount]:
    """Return the accounts into which an order may be paid: its unit's, or of one above it."""
    found = open_merchants().select_related("unit")
    return [one for one in found if order.unit.path.startswith(one.unit.path)]
