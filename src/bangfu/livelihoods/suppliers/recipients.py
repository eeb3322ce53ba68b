"""To whom orders go: masked for whoever looks at a list, in clear for the one handout that was recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, PersonKey
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.neighbours import ADDRESS_COLUMN, Recipient, order_number
from bangfu.livelihoods.suppliers.couriers import Consignment
from bangfu.livelihoods.suppliers.models import Handout
from bangfu.livelihoods.suppliers.register import SERVE
from bangfu.livelihoods.suppliers.toship import by_order, goods_said, kilograms, lines_to_ship

HANDED_FOR = timedelta(hours=1)
"""How long a handout gives what was asked for; then it is asked for again, and recorded again."""
PROVINCE, PREFECTURE, COUNTY = 10**10, 10**8, 10**6


@dataclass(frozen=True)
class Masked:
    """A recipient as lists show one."""

    name: str
    phone: str
    place: str
    """Province and county."""


def masked_recipients(buyers: Collection[UUID]) -> dict[UUID, Masked]:  # by buyer; who left none is absent
    """Return where goods of buyers go, masked: no street, no whole name, the last digits of the telephone."""
    found = list(Recipient.objects.filter(buyer__in=buyers))
    people = masked_persons({one.person_id for one in found})
    names = _names({one.place_id for one in found if one.place_id})
    return {
        one.buyer_id: Masked(
            people[one.person_id].name,
            people[one.person_id].phone,
            "".join(names.get(one.place_id or 0, ("", "", ""))),
        )
        for one in found
        if one.person_id in people
    }


def _names(places: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """Return province, prefecture and county of places, each empty where the place is none below it."""
    steps = (PROVINCE, PREFECTURE, COUNTY)
    above = {key: [key // step * step for step in steps] for key in places}
    known = dict(
        Place.objects.filter(pk__in={one for keys in above.values() for one in keys}).values_list(
            "pk", "name"
        )
    )
    found = {}
    for key, chain in above.items():
        said = [
            known.get(one, "") if place == 0 or one != chain[place - 1] else ""
            for place, one in enumerate(chain)
        ]
        found[key] = (said[0], said[1], said[2])
    return found


def handed_out(handout: Handout, account: Account, at: datetime) -> list[Consignment]:
    """Return in clear what a recorded handout lets its account see: orders that are still to ship, those without a recipient
    or of an erased person left out.

    Raises: NotPermitted: it is another's, or its hour is over.
    """
    if handout.taken_by_id != account.pk or at - handout.taken_at > HANDED_FOR:
        raise NotPermitted("out_of_scope", permission=SERVE)
    lines = by_order(lines_to_ship([handout.supplier_id], handout.orders))
    recipients = {
        one.buyer_id: one
        for one in Recipient.objects.filter(
            buyer__in={rows[0].buyer for rows in lines.values()}
        ).select_related("person__key")
    }
    keys = {
        key.person_id: bytes(key.wrapped)
        for key in PersonKey.objects.filter(person__in={one.person_id for one in recipients.values()})
    }
    names = _names({one.place_id for one in recipients.values() if one.place_id})
    found = []
    for order, rows in lines.items():
        one = recipients.get(rows[0].buyer)
        if one is None or one.person_id not in keys:
            continue
        person = one.person
        sealed = {
            "name": bytes(person.name_sealed) if person.name_sealed is not None else None,
            "phone": bytes(person.phone_sealed) if person.phone_sealed is not None else None,
            ADDRESS_COLUMN: bytes(one.address_sealed),
        }
        said = vault.open_columns(keys[one.person_id], sealed, person=one.person_id)
        province, prefecture, county = names.get(one.place_id or 0, ("", "", ""))
        found.append(
            Consignment(
                order_number(order), said["name"] or "", said["phone"] or "", province, prefecture, county,
                said[ADDRESS_COLUMN] or "", goods_said(rows), sum(row.left for row in rows), kilograms(rows),
                handout.supplier.name_zh,
            )
        )  # fmt: skip
    return found
