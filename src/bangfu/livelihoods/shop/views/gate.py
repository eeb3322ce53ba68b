"""Who may read and do what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.register import VIEW

ROWS_A_PAGE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]
TITLES: dict[str, Words] = {
    "orders": both("订单", "Orders"),
    "products": both("商品", "Products"),
    "stocks": both("库存", "Stock"),
    "channels": both("渠道与仓库", "Channels and warehouses"),
    "sales": both("直播", "Live sales"),
    "freights": both("运费", "Carriage"),
    "coupon_batches": both("优惠券", "Coupons"),
    "returns": both("退货退款", "Returns"),
    "invoices": both("发票", "Invoices"),
    "reviews": both("评价", "Reviews"),
    "catalogue": both("公开商品页", "Public catalogue"),
}
carried_out = partial(carried_out_on, template="shop/form.html")


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, scope: Scope | None = None) -> bool:
    """Return whether somebody may do something within a scope, or anywhere."""
    today, permission = timezone.localdate(), f"shop.{operation}"
    if scope is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, scope, today)


def refuse_strangers(account: Account, scope: Scope) -> None:
    """Refuse whoever may not read what lies within a scope.

    Raises: NotPermitted: ``out_of_scope``.
    """
    if not allows(account, VIEW, scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)


def units_for(account: Account, operation: str) -> QuerySet[Unit]:
    """Return the units for which somebody may do something, in the order of the tree.

    Raises: NotPermitted: there are none.
    """
    permission = f"shop.{operation}"
    allowed = granted_units(account, permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"shop:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def form_page(title: Words, back: str, **more: Any) -> dict[str, Any]:
    """Return what a form's page shows beside the form."""
    return {"title": title, "back": back, **more}
