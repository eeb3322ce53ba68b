"""What the shop says to programs: records of sales are read by their unit, of an order never who bought, of an ambassador or an
invoice never who it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi, Seen
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.queries import orders_read, units_read

_BY_THE_BUYER = both("由买家在商城页面上办理。", "Done by the buyer at the shop's pages.")


def _of_units(found: Callable[[], QuerySet[Any]], unit: str) -> Seen:
    """Return a function that gives the records whose unit an account may read."""

    def seen(account: Account, on: date) -> QuerySet[Any]:
        return found().filter(**{f"{unit}__in": units_read(account, on)})

    return seen


API = RoomApi(
    seen={
        "shop.order": orders_read,
        "shop.sale": _of_units(queries.sales, "channel__unit"),
        "shop.ambassador": _of_units(queries.ambassadors, "sale__channel__unit"),
        "shop.freight": _of_units(queries.freight_templates, "channel__unit"),
        "shop.coupon": _of_units(queries.coupon_batches, "channel__unit"),
        "shop.return": _of_units(queries.returns, "line__order__unit"),
        "shop.invoice": _of_units(queries.invoices, "order__unit"),
        "shop.review": _of_units(queries.reviews, "line__order__unit"),
    },
    hidden=frozenset(
        {
            "shop.order.buyer",
            "shop.ambassador.person",
            "shop.ambassador.script",
            "shop.ambassador.picture",
            "shop.return.words",
            "shop.invoice.person",
            "shop.invoice.title_sealed",
            "shop.invoice.email_sealed",
        }
    ),
    not_offered=dict.fromkeys(
        (
            "shop.agree_terms",
            "shop.claim_coupon",
            "shop.use_points",
            "shop.ask_return",
            "shop.withdraw_return",
            "shop.send_return",
            "shop.ask_invoice",
            "shop.write_review",
        ),
        _BY_THE_BUYER,
    )
    | dict.fromkeys(
        ("shop.open_destination", "shop.open_invoice"),
        both("个人信息只在页面上逐个查看。", "Personal data is looked at one by one, at the pages."),
    ),
)
