"""The forms of suppliers themselves: entered, revised, seated, supplying, under terms, at a stage."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import search
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.neighbours import in_units_read, open_returns, order_number
from bangfu.livelihoods.suppliers import forms, operations, queries, settlement
from bangfu.livelihoods.suppliers.models import Seat
from bangfu.livelihoods.suppliers.settlement import HeldUp
from bangfu.livelihoods.suppliers.telling import supplier_address
from bangfu.livelihoods.suppliers.views.gate import (
    READ_AND_WRITE,
    about,
    actable,
    carried_out,
    reader,
    units_for,
)

MOST_OFFERED = 12


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a supplier."""
    units = units_for(request, "enter_supplier")
    form = forms.SupplierForm(
        request.POST or None, request.FILES or None, units=units, offers=reverse("suppliers:places")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_supplier(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return supplier_address(found.pk)

    context = {"title": both("登记供应商", "Enter a supplier"), "back": reverse("suppliers:suppliers")}
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is said of a supplier."""
    _, found, _ = actable(request, queries.suppliers(), key, "revise_supplier")
    first = {name: getattr(found, name) for name in ("kind", "name_zh", "name_en", "operator")}
    form = forms.RevisionForm(request.POST or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_supplier(supplier=found, details=form.details(found), act=act)
        return supplier_address(key)

    context = about(found, both("修改供应商", "Change the supplier"))
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(READ_AND_WRITE)
def seat(request: HttpRequest, key: int) -> HttpResponse:
    """Let an account act for a supplier."""
    _, found, _ = actable(request, queries.suppliers(), key, "seat_account")
    form = forms.SeatForm(request.POST or None, initial={"starts_on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.seat_account(
            supplier=found, account=said["username"], starts_on=said["starts_on"], act=act
        )
        return supplier_address(key)

    context = about(found, both("指定账号", "Let an account act for it"))
    return carried_out(request, form, carry_out, both("已指定。", "Done."), context)


@require_http_methods(READ_AND_WRITE)
def unseat(request: HttpRequest, key: int) -> HttpResponse:
    """Let an account act for its supplier no more."""
    _, found, _ = actable(request, Seat.objects.select_related("supplier__unit"), key, "end_seat", "supplier")
    form = forms.EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.end_seat(seat=found, on=said["on"], act=act)
        return supplier_address(found.supplier_id)

    context = about(found.supplier, both("结束账号", "End the account's seat"))
    return carried_out(request, form, carry_out, both("已结束。", "Ended."), context)


@require_http_methods(READ_AND_WRITE)
def supply(request: HttpRequest, key: int) -> HttpResponse:
    """Note which product a supplier supplies."""
    _, found, _ = actable(request, queries.suppliers(), key, "supply_product")
    on = timezone.localdate()
    form = forms.SupplyForm(
        request.POST or None, units=units_for(request, "supply_product"), on=on, initial={"starts_on": on}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.supply_product(
            supplier=found,
            product=said["product"],
            starts_on=said["starts_on"],
            due_on=said["due_on"],
            act=act,
        )
        return reverse("suppliers:supply", args=[made.pk])

    done = both("已登记，上架资料清单已开。", "Noted; its checklist is open.")
    return carried_out(request, form, carry_out, done, about(found, both("登记供货商品", "Note a product")))


@require_http_methods(READ_AND_WRITE)
def unsupply(request: HttpRequest, key: int) -> HttpResponse:
    """End a supplier's supply of a product."""
    _, found, _ = actable(request, queries.supplies(), key, "end_supply", "supplier")
    form = forms.EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.end_supply(supply=found, on=said["on"], act=act)
        return supplier_address(found.supplier_id)

    warning = both(
        "从那天起下的订单不再归这家供应商；以前下的照旧由它发货和结算。",
        "Orders placed from then on are no longer the supplier's; earlier ones it still ships and is settled with for.",
    )
    context = about(found.supplier, both("结束供货", "End the supply"), warning=warning)
    return carried_out(request, form, carry_out, both("已结束。", "Ended."), context)


@require_http_methods(READ_AND_WRITE)
def terms(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a version of the contract."""
    _, found, _ = actable(request, queries.suppliers(), key, "set_terms")
    form = forms.TermsForm(
        request.POST or None, request.FILES or None, initial={"starts_on": timezone.localdate()}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_terms(supplier=found, **form.rates(), files=said["evidence"], act=act)
        return supplier_address(key)

    context = about(found, both("登记合同条款", "Enter terms"))
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


@require_http_methods(READ_AND_WRITE)
def stage(request: HttpRequest, key: int) -> HttpResponse:
    """Enter the stage that a supplier reached, or fell back to."""
    _, found, _ = actable(request, queries.suppliers(), key, "claim_stage")
    form = forms.StageForm(
        request.POST or None,
        request.FILES or None,
        supplier=found,
        initial={"reached_on": timezone.localdate()},
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.claim_stage(
            supplier=found, to_stage=said["to_stage"], reached_on=said["reached_on"], words=said["words"],
            files=said["evidence"], act=act,
        )  # fmt: skip
        return supplier_address(key)

    done = both("已登记并提交核验。", "Entered, and submitted for review.")
    return carried_out(request, form, carry_out, done, about(found, both("登记阶段", "Enter a stage")))


@require_http_methods(READ_AND_WRITE)
def issue(request: HttpRequest, key: int) -> HttpResponse:
    """Issue a statement for a period."""
    account, found, _ = actable(request, queries.suppliers(), key, "issue_statement")
    on = timezone.localdate()
    last = found.statements.order_by("-ends_on").values_list("ends_on", flat=True).first()
    first = last or (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    initial = {"starts_on": first, "last_day": max(first, on.replace(day=1) - timedelta(days=1))}
    form = forms.IssueForm(request.POST or None, initial=initial)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.issue_statement(
            supplier=found, starts_on=said["starts_on"], ends_on=said["last_day"] + timedelta(days=1), act=act
        )
        return reverse("suppliers:statement", args=[made.pk])

    warning = both(
        "结算这段时间完成的订单，和所有还没有更正的。出单后不改，错了由下一张更正。",
        "It settles the orders that were closed in the period, and every correction that waits. Once issued it stays; the next"
        " corrects it.",
    )
    waits = settlement.held_up(found.pk, ends_on=on + timedelta(days=1))
    context = about(
        found, both("出结算单", "Issue a statement"), warning=warning, waits=_held_up(account, waits, on)
    )
    done = both("已出单，待供应商确认。", "Issued; it waits for the supplier.")
    return carried_out(request, form, carry_out, done, context, template="suppliers/issue.html")


def _held_up(account: Account, waits: list[HeldUp], on: date) -> list[dict[str, Any]]:
    """Return what holds up a statement, with where its reader may see it through."""
    keys = [one.returned for one in waits if one.returned is not None]
    within = in_units_read(account, on, "line__order__unit_id")
    seen = set(open_returns(within=within).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        {
            "number": order_number(one.order),
            "closed_on": one.closed_on,
            "state": one.state,
            "address": reverse("shop:return", args=[one.returned]) if one.returned in seen else "",
        }
        for one in waits
    ]


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties for what was typed, as options of a list."""
    reader(request)
    text = request.GET.get("county", "").strip()
    found = search(text, levels=(COUNTY,), limit=MOST_OFFERED) if text else []
    return render(request, "suppliers/places.html", {"found": found})
