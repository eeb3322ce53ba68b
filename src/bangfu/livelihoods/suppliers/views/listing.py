"""What is read of suppliers: the list, one with all that stands about it, and one step."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.people.persons.queries import masked_persons, may_open
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.places.queries import place_label, place_labels
from bangfu.foundation.records import doors_of, entered, evidence_of, life_of, life_shown, review_of
from bangfu.foundation.records.gate import sort_columns
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.industries.neighbours import OPERATOR_WORDS
from bangfu.livelihoods.suppliers import exports, queries, telling
from bangfu.livelihoods.suppliers.models import (
    ITEM_WORDS,
    STAGE_WORDS,
    STATEMENT_WORDS,
    TICKET_WORDS,
    ItemKind,
    Side,
    Step,
    Supply,
)
from bangfu.livelihoods.suppliers.register import TERMS_TYPE
from bangfu.livelihoods.suppliers.sides import suppliers_read
from bangfu.livelihoods.suppliers.toship import lines_to_ship
from bangfu.livelihoods.suppliers.views.gate import (
    ROWS_A_PAGE,
    may,
    own_supplier,
    readable,
    reader,
    sections,
)

COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("name", both("供应商", "Supplier"), False),
    ("code", both("信用代码", "Credit code"), False),
    (None, both("类型", "Kind"), False),
    ("place", both("县", "County"), False),
    (None, both("帮扶单位", "Supported by"), False),
    ("stage", both("阶段", "Stage"), False),
    (None, both("供货商品", "Products"), True),
    ("tickets", both("未办结工单", "Open tickets"), True),
)
LOOKS = {"OPEN": "submitted", "ANSWERED": "draft", "CLOSED": "verified"}
STATEMENT_LOOKS = {"ISSUED": "submitted", "OBJECTED": "returned", "CONFIRMED": "draft", "PAID": "verified"}


def asked_for(request: HttpRequest) -> queries.SupplierFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("q", "stage", "kind", "place", "sort")}
    sort, stage, place = said["sort"].lstrip("-"), said["stage"], said["place"]
    return queries.SupplierFilter(
        text=said["q"][:60],
        stage=int(stage) if stage in {str(one) for one in STAGE_WORDS} else None,
        kind=said["kind"] if said["kind"] in OPERATOR_WORDS else "",
        place=int(place) if place.isascii() and place.isdigit() and len(place) == 12 else None,
        sort=sort if sort in queries.SORTS else "name",
        descending=said["sort"].startswith("-"),
    )


@require_safe
def suppliers(request: HttpRequest) -> HttpResponse:
    """List the suppliers that the reader may see; one who acts for a supplier goes to its own page."""
    account = reader(request)
    own = own_supplier(account)
    if own is not None:
        return redirect("suppliers:supplier", own.pk)
    asked, on = asked_for(request), timezone.localdate()
    within = suppliers_read(account, on)
    found = asked.apply(queries.suppliers().filter(pk__in=within.values("pk")))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.place_id for one in page}, short=True)
    counts = queries.counts_by_stage(within)
    counties = place_labels(set(within.values_list("place_id", flat=True)), short=True)
    context = {
        "sections": sections("suppliers", account),
        "page": page,
        "rows": [
            {
                "supplier": one,
                "kind": OPERATOR_WORDS[one.kind],
                "place": labels[one.place_id],
                "stage": STAGE_WORDS[one.stage],
            }
            for one in page
        ],
        "asked": asked,
        "is_narrowed": asked != queries.SupplierFilter(sort=asked.sort, descending=asked.descending),
        "stages": [(stage, words, counts[stage]) for stage, words in STAGE_WORDS.items()],
        "kinds": OPERATOR_WORDS.items(),
        "counties": sorted(counties.items()),
        "columns": sort_columns(COLUMNS, asked.sort, descending=asked.descending),
        "may_enter": may(account, "enter_supplier"),
    }
    return render(request, "suppliers/suppliers.html", context)


@require_safe
def export_suppliers(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of suppliers as a file, narrowed as the page is; nobody is named."""
    account, asked = reader(request), asked_for(request)
    within = suppliers_read(account, timezone.localdate())
    found = asked.apply(queries.suppliers().filter(pk__in=within.values("pk")))
    narrowed = (
        asked.text, STAGE_WORDS.get(asked.stage, "") if asked.stage is not None else "",
        OPERATOR_WORDS.get(asked.kind, ""), place_label(asked.place) if asked.place else "",
    )  # fmt: skip
    origin = origin_of(
        request, reverse("suppliers:suppliers"), not_figures(both("供应商", "Suppliers")), taken_by=account.display_name,
        narrowed_to=narrowed,
    )  # fmt: skip
    name = str(both("供应商", "suppliers"))
    return list_file(name, form, exports.SUPPLIER_HEADINGS, exports.supplier_rows(found), origin)


def supply_row(one: Supply, lacking: dict[int, list[str]]) -> dict[str, Any]:
    """Return what a list shows of a supplied product."""
    kinds = lacking.get(one.pk, [])
    return {
        "supply": one,
        "done": len(ItemKind.values) - len(kinds),
        "of": len(ItemKind.values),
        "lacking": [ITEM_WORDS[kind] for kind in kinds],
    }


@require_safe
def supplier(request: HttpRequest, key: int) -> HttpResponse:
    """Show one supplier: stages, products with what they lack, orders to ship, tickets, statements, terms, people."""
    account, found, side = readable(request, queries.suppliers(), key)
    on = timezone.localdate()
    supplies = list(queries.supplies().filter(supplier=found).order_by("ends_on", "product__code"))
    lacking = queries.gaps_of([one.pk for one in supplies], on)
    steps = list(queries.steps().filter(supplier=found).order_by("-pk"))
    seats = list(found.seats.select_related("account__person__key").order_by("-starts_on"))
    names = names_of([one.account for one in seats])
    contact = masked_persons([found.contact_id])[found.contact_id] if found.contact_id else None
    versions = queries.terms_of(found.pk)
    to_ship = lines_to_ship([found.pk])
    context = {
        "sections": sections("suppliers", account),
        "supplier": found,
        "side": side,
        "is_house": side == Side.HOUSE,
        "kind": OPERATOR_WORDS[found.kind],
        "place": place_label(found.place_id),
        "contact": contact,
        "may_open_contact": found.contact is not None and may_open(account, found.contact, on),
        "ladder": [
            {"words": words, "is_reached": stage <= found.stage, "is_now": stage == found.stage}
            for stage, words in STAGE_WORDS.items()
            if stage
        ],
        "steps": [step_row(one) for one in steps],
        "waits": next((one for one in steps if one.decided_at is None), None),
        "supplies": [supply_row(one, lacking) for one in supplies],
        "orders_to_ship": len({one.order for one in to_ship}),
        "packs_to_ship": sum(one.left for one in to_ship),
        "tickets": [
            {
                "ticket": one, "state": TICKET_WORDS[one.state], "look": LOOKS[one.state],
                "is_late": one.due_on < on and one.state != "CLOSED",
            }
            for one in queries.tickets().filter(supplier=found).order_by("-pk")[:5]
        ],
        "statements": [
            {
                "statement": one, "due": telling.yuan(one.due_fen), "state": STATEMENT_WORDS[one.state],
                "look": STATEMENT_LOOKS[one.state],
            }
            for one in queries.statements().filter(supplier=found).order_by("-pk")[:5]
        ],
        "terms": [
            {
                "terms": one, "commission": telling.percent(one.commission_bp), "platform": telling.percent(one.platform_bp),
                "freight": telling.yuan(one.freight_fen),
            }
            for one in versions
        ],
        "seats": [{"seat": one, "name": names[one.account_id]} for one in seats],
        "evidence": [*evidence_of(found), *attachments_of(TERMS_TYPE, [one.pk for one in versions])]
        if side == Side.HOUSE
        else [],
        "doors": doors_of(record_type("suppliers.supplier"), found.pk, account, on),
        **{f"may_{name}": may(account, name, found.scope) for name in ACTS},
    }  # fmt: skip
    context["may_claim_stage"] = context["may_claim_stage"] and context["waits"] is None
    return render(request, "suppliers/supplier.html", context)


ACTS = (
    "revise_supplier", "seat_account", "end_seat", "supply_product", "end_supply", "set_terms", "claim_stage",
    "raise_ticket", "issue_statement", "ship_parcels",
)  # fmt: skip


def step_row(one: Step) -> dict[str, Any]:
    """Return what a list shows of a step."""
    waits = one.decided_at is None
    return {
        "step": one,
        "title": telling.step_title(one),
        "state": both("待核验", "Waiting for review")
        if waits
        else both("已核验", "Verified")
        if one.is_verified
        else both("已退回", "Returned"),
        "look": "submitted" if waits else "verified" if one.is_verified else "returned",
    }


@require_safe
def step(request: HttpRequest, key: int) -> HttpResponse:
    """Show one step of a supplier: its evidence, history and facts."""
    account, found, _ = readable(request, queries.steps(), key, "supplier")
    first = entered(found.claimed_at, found.claimed_by, sheet=None, by_hand=both("登记", "Entered"))
    review = review_of(found)
    context = {
        **step_row(found),
        "supplier": found.supplier,
        "review": review,
        "is_returned": found.decided_at is not None and not found.is_verified,
        **life_shown(found, life_of(found, first), reader=account, on=timezone.localdate()),
    }
    return render(request, "suppliers/step.html", context)
