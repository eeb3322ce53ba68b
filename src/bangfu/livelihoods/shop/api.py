"""What the shop says to programs: orders and live sales are read by their unit, of an order never
who bought, of an ambassador never who it is."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.shop.models import Ambassador, LiveSale
from bangfu.livelihoods.shop.queries import ambassadors, orders_read, sales, units_read


def _sales(account: Account, on: date) -> QuerySet[LiveSale]:
    return sales().filter(channel__unit__in=units_read(account, on))


def _ambassadors(account: Account, on: date) -> QuerySet[Ambassador]:
    return ambassadors().filter(sale__channel__unit__in=units_read(account, on))


API = RoomApi(
    seen={"shop.order": orders_read, "shop.sale": _sales, "shop.ambassador": _ambassadors},
    hidden=frozenset({"shop.order.buyer", "shop.ambassador.person", "shop.ambassador.script"}),
)
