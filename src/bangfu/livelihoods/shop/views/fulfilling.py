"""What becomes of orders: the forms of shipping, receipt, closing, cancelling and refunds, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both, counted
from bangfu.livelihoods.shop import forms, operations, order_forms, queries
from bangfu.livelihoods.shop.models import Order, OrderLine
from bangfu.livelihoods.shop.operations.storing import standing_lines
from bangfu.livelihoods.shop.telling import order_address, yuan
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    carried_out,
    form_page,
    refuse_strangers,
    units_for,
)
from bangfu.livelihoods.shop.views.reading import orders_page

MOST_CHOSEN = 200
NOTED = both("已登记。", "Noted.")


def _order(request: HttpRequest, key: int) -> tuple[Account, Order]:
    account = reader_of(request)
    found = get_object_or_404(queries.orders(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_http_methods(READ_AND_WRITE)
def ship(request: HttpRequest, key: int) -> HttpResponse:
    """Note that an order was handed to a carrier."""
    _, found = _order(request, key)
    form = order_forms.WaybillForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.ship_orders(waybills={key: said["waybill"]}, act=act)
        return order_address(key)

    context = form_page(both("发货", "Ship"), order_address(key), about=found.number)
    return carried_out(request, form, carry_out, NOTED, context)


@require_http_methods(READ_AND_WRITE)
def ship_many(request: HttpRequest) -> HttpResponse:
    """Note the waybills of many orders, all or none."""
    units_for(reader_of(request), "ship_orders")
    form = order_forms.WaybillsForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.ship_orders(waybills=said["lines"], act=act)
        return f"{reverse('shop:orders')}?state=SHIPPED"

    context = form_page(both("批量发货", "Ship many"), reverse("shop:orders"))
    return carried_out(request, form, carry_out, both("全部已登记发货。", "All are shipped."), context)


def _confirmed(
    request: HttpRequest, key: int, title: Words, warning: Words | None, step: Callable[[Order, Act], object]
) -> HttpResponse:
    _, found = _order(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(found, act)
        return order_address(key)

    context = form_page(title, order_address(key), about=found.number, warning=warning)
    return carried_out(request, forms.ConfirmForm(request.POST or None), carry_out, NOTED, context)


@require_http_methods(READ_AND_WRITE)
def deliver(request: HttpRequest, key: int) -> HttpResponse:
    """Note that an order reached its buyer."""
    return _confirmed(
        request, key, both("登记签收", "Note the receipt"), None,
        lambda found, act: operations.deliver_orders(orders=[found.pk], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close a delivered order."""
    return _confirmed(
        request, key, both("完成订单", "Close the order"), None,
        lambda found, act: operations.close_orders(orders=[found.pk], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Cancel an order that is not paid."""
    return _confirmed(
        request, key, both("取消订单", "Cancel the order"),
        both("库存随即释放，不能恢复。", "Its stock is free at once; it cannot be brought back."),
        lambda found, act: operations.cancel_order(order=found, act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Give money back for packs of an order's line."""
    line = get_object_or_404(
        OrderLine.objects.select_related("order__unit", "offer__stock__variant__product"), pk=key
    )
    refuse_strangers(reader_of(request), line.order.scope)
    left = next(one.quantity for one in standing_lines([line.order_id]) if one.line == line.pk)
    form = order_forms.RefundForm(request.POST or None, initial={"quantity": left})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.refund_line(
            line=line,
            quantity=said["quantity"],
            reason=said["reason"],
            is_restocked=said["is_restocked"],
            act=act,
        )
        return order_address(line.order_id)

    variant = line.offer.stock.variant
    about = f"{line.order.number} · {variant.product.name} {variant.spec} · {yuan(line.unit_price_fen)}"
    warning = both(
        "退款计入今天所在的月份，付款当月的数字不变；退出去的不能收回。",
        "It counts in today's month, that of the payment stays; what was refunded is not taken back.",
    )
    title = both("退款", "Refund")
    context = form_page(title, order_address(line.order_id), about=about, warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已退款。", "Refunded."), context)


@require_POST
def step_many(request: HttpRequest) -> HttpResponse:
    """Note the receipt of chosen orders, or close them, all or none."""
    chosen = [
        int(one) for one in request.POST.getlist("row") if one.isascii() and one.isdigit() and len(one) < 19
    ]
    act = Act.now(reader_of(request), key=request.POST.get("key") or None)
    steps = {"deliver": operations.deliver_orders, "close": operations.close_orders}
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        return redirect("shop:orders")
    try:
        count = step(orders=chosen[:MOST_CHOSEN], act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return orders_page(request, refusal=refusal)
    messages.success(
        request,
        str(counted("{count} 个订单已登记。", "{count} orders noted.", "{count} order noted.", count=count)),
    )
    return redirect("shop:orders")
