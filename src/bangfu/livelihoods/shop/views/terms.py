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


def terms_context(account: Account, found: Order) -> dict[str, Any]:
    """Return what an order comes to beside its goods, and where it goes, the recipient masked."""
    terms, sent = getattr(found, "terms", None), getattr(found, "destination", None)
    context: dict[str, Any] = {"terms": terms}
    if terms is not None:
        due = found.total_fen - terms.discount_fen + terms.freight_fen
        context |= {
            "discount": yuan(terms.discount_fen),
            "freight": yuan(terms.freight_fen),
            "due": yuan(due),
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
