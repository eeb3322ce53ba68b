"""What the shop says to programs: orders and live sales are read by their unit, and of an order never who bought."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.shop.models import LiveSale
from bangfu.livelihoods.shop.queries import orders_read, sales, units_read


def _sales(account: Account, on: date) -> QuerySet[LiveSale]:
    return sales().filter(channel__unit__in=units_read(account, on))


API = RoomApi(
    seen={"shop.order": orders_read, "shop.sale": _sales},
    hidden=frozenset({"shop.order.buyer"}),
)
