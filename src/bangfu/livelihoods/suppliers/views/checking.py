"""Checklists: over all products, one product with its proofs, and the forms of planning, handing in and deciding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.suppliers import exports, forms, operations, queries
from bangfu.livelihoods.suppliers.models import ITEM_WORDS, PROOF_WORDS, Proof, Side
from bangfu.livelihoods.suppliers.register import PROOF_TYPE
from bangfu.livelihoods.suppliers.sides import suppliers_read
from bangfu.livelihoods.suppliers.telling import supply_address
from bangfu.livelihoods.suppliers.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    about,
    actable,
    carried_out,
    may,
    readable,
    reader,
    sections,
    supplier_asked,
)

SHOWS: dict[str, Words] = {
    "gaps": both("缺的", "Missing"),
    "waits": both("待核验", "Waiting for review"),
    "late": both("过期限的", "Past the day"),
    "lapsing": both("30 天内到期", "Lapsing within 30 days"),
    "proved": both("齐全的", "Complete"),
}
LOOKS = {"HANDED_IN": "submitted", "VERIFIED": "verified", "RETURNED": "returned"}

ITEM_SORTS = {
    "product": "supply__product__name_zh", "paper": "kind", "supplier": "supply__supplier__name_zh", "due": "due_on",
    "who": "assigned_to__username", "until": "lapses_on",
}  # fmt: skip


def _asked(request: HttpRequest, account: Account) -> tuple[dict[str, Any], Any]:
    on = timezone.localdate()
    asked: dict[str, Any] = {
        "q": request.GET.get("q", "").strip()[:60], "show": request.GET.get("show", ""), "kind": request.GET.get("kind", ""),
        "supplier": supplier_asked(request, account),
    }  # fmt: skip
    found: Any = queries.items(on).filter(supply__supplier__in=suppliers_read(account, on).values("pk"))
    if asked["supplier"] is not None:
        found = found.filter(supply__supplier=asked["supplier"])
    if asked["kind"] in ITEM_WORDS:
        found = found.filter(kind=asked["kind"])
    if asked["q"]:
        found = found.filter(supply__product__name_zh__icontains=asked["q"]) | found.filter(
            supply__supplier__name_zh__icontains=asked["q"]
        )
    found = queries.shown(found, asked["show"], on)
    return asked, in_order(request, found, ITEM_SORTS, "is_proved", "due_on", "pk")


def item_row(one: Any, on: Any) -> dict[str, Any]:
    """Return what a list shows of an item."""
    is_lapsing = one.is_proved and one.lapses_on is not None and one.lapses_on <= on + queries.EXPIRY_TOLD
    return {
        "item": one,
        "kind": ITEM_WORDS[one.kind],
        "state": exports.item_state(one),
        "look": "submitted" if one.waits else "verified" if one.is_proved else "returned",
        "is_late": not one.is_proved and not one.waits and one.due_on < on,
        "is_lapsing": is_lapsing,
    }


@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """List the items of all checklists that the reader may see, what is missing first."""
    account, on = reader(request), timezone.localdate()
    asked, found = _asked(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("checklist", account),
        "page": page,
        "rows": [item_row(one, on) for one in page],
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "shows": SHOWS.items(),
        "kinds": ITEM_WORDS.items(),
    }
    return render(request, "suppliers/checklist.html", context)


@require_safe
def export_checklist(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the items of checklists as a file, narrowed as the page is."""
    account = reader(request)
    asked, found = _asked(request, account)
    narrowed = (
        asked["q"], SHOWS.get(asked["show"], ""), ITEM_WORDS.get(asked["kind"], ""),
        asked["supplier"].title if asked["supplier"] else "",
    )  # fmt: skip
    origin = origin_of(
        request, reverse("suppliers:checklist"), not_figures(both("上架资料", "Papers of products")),
        taken_by=account.display_name, narrowed_to=narrowed,
    )  # fmt: skip
    return list_file(
        str(both("上架资料", "papers")), form, exports.ITEM_HEADINGS, exports.item_rows(found), origin
    )


@require_safe
def supply(request: HttpRequest, key: int) -> HttpResponse:
    """Show one supplied product: what it needs, what was handed in with its files, and who decides."""
    account, found, side = readable(request, queries.supplies(), key, "supplier")
    on = timezone.localdate()
    proofs = list(
        Proof.objects.filter(item__supply=found)
        .select_related("handed_in_by__person__key", "decided_by__person__key", "item")
        .order_by("-pk")
    )
    names = names_of([one.handed_in_by for one in proofs])
    files = attachments_of(PROOF_TYPE, [one.pk for one in proofs]).select_related("file")
    may_decide = may(account, "verify_proof", found.scope)
    order = list(ITEM_WORDS)
    rows = []
    needed: list[Any] = list(queries.items(on).filter(supply=found))
    for one in sorted(needed, key=lambda one: order.index(one.kind)):
        rows.append(
            {
                **item_row(one, on),
                "proofs": [
                    {
                        "proof": proof, "state": PROOF_WORDS[proof.state], "look": LOOKS[proof.state],
                        "is_lapsed": proof.state == "VERIFIED" and not proof.is_in_force(on),
                        "by": names[proof.handed_in_by_id],
                        "files": [file for file in files if file.record_id == proof.pk],
                        "may_decide": may_decide and proof.state == "HANDED_IN" and proof.handed_in_by_id != account.pk,
                    }
                    for proof in proofs
                    if proof.item_id == one.pk
                ],
                "may_hand_in": not one.waits and may(account, "hand_in_proof", found.scope),
            }
        )  # fmt: skip
    context = {
        "sections": sections("checklist", account),
        "supply": found,
        "is_house": side == Side.HOUSE,
        "rows": rows,
        "may_plan": may(account, "plan_item", found.scope),
        "doors": doors_of(record_type("suppliers.supply"), found.pk, account, on),
    }
    return render(request, "suppliers/supply.html", context)


@require_http_methods(READ_AND_WRITE)
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """Say by when an item is due, and who sees to it."""
    _, found, _ = actable(request, queries.items(timezone.localdate()), key, "plan_item", "supply.supplier")
    who = found.assigned_to.username if found.assigned_to else ""
    form = forms.ItemForm(request.POST or None, initial={"due_on": found.due_on, "username": who})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.plan_item(item=found, due_on=said["due_on"], assigned_to=form.account(), act=act)
        return supply_address(found.supply_id)

    title = both("安排：{kind}", "Plan: {kind}").filled(kind=ITEM_WORDS[found.kind])
    context = about(found.supply.supplier, title, supply_address(found.supply_id))
    return carried_out(request, form, carry_out, both("已安排。", "Planned."), context)


@require_http_methods(READ_AND_WRITE)
def hand_in(request: HttpRequest, key: int) -> HttpResponse:
    """Hand in proof of an item."""
    _, found, _ = actable(
        request, queries.items(timezone.localdate()), key, "hand_in_proof", "supply.supplier"
    )
    form = forms.ProofForm(request.POST or None, request.FILES or None, item=found)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.hand_in_proof(item=found, details=form.details(), files=said["evidence"], act=act)
        return supply_address(found.supply_id)

    title = both("提交：{kind}", "Hand in: {kind}").filled(kind=ITEM_WORDS[found.kind])
    context = about(found.supply.supplier, title, supply_address(found.supply_id))
    return carried_out(
        request, form, carry_out, both("已提交，待核验。", "Handed in; it waits for review."), context
    )


def _decided(
    request: HttpRequest,
    key: int,
    form: Keyed,
    title: Words,
    step: Callable[[Proof, dict[str, Any], Act], object],
) -> HttpResponse:
    found = Proof.objects.select_related("item__supply__supplier__unit", "item__supply__product")
    _, proof, _ = actable(request, found, key, "verify_proof", "item.supply.supplier")
    back = supply_address(proof.item.supply_id)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(proof, said, act)
        return back

    context = about(proof.item.supply.supplier, title.filled(kind=ITEM_WORDS[proof.item.kind]), back)
    return carried_out(request, form, carry_out, both("已登记。", "Noted."), context)


@require_http_methods(READ_AND_WRITE)
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify what was handed in."""
    return _decided(
        request, key, Keyed(request.POST or None), both("核验：{kind}", "Verify: {kind}"),
        lambda proof, said, act: operations.verify_proof(proof=proof, act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give back what was handed in."""
    return _decided(
        request, key, forms.ReasonForm(request.POST or None), both("退回：{kind}", "Give back: {kind}"),
        lambda proof, said, act: operations.return_proof(proof=proof, remark=said["words"], act=act),
    )  # fmt: skip
