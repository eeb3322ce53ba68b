"""By what lists are narrowed, and what is left: the same for a page and for its file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import search
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries import api, queries
from bangfu.livelihoods.industries.models import STATE_WORDS

MOST_PLACES = 50
"""Counties of which a name may be part."""
INDUSTRY_SORTS = {"product": "product_zh", "place": "place_id", "unit": "unit__path", "state": "state"}
OPERATOR_SORTS = {
    "name": "name_zh", "code": "code", "kind": "kind", "place": "place_id", "households": "member_count",
}  # fmt: skip
LOT_SORTS = {
    "code": "code", "place": "village_id", "operator": "operator__name_zh", "season": "year", "harvest": "harvest_kg",
    "state": "state",
}  # fmt: skip
ENDED = "ENDED"
INDUSTRY_STATES: dict[str, Words] = {**STATE_WORDS, ENDED: both("已停止扶持", "Support ended")}


def visible(account: Account) -> Any:
    """Return the industries that an account may read."""
    return queries.industries().filter(pk__in=api.industries(account, timezone.localdate()).values("pk"))


def asked_of_industries(request: HttpRequest) -> dict[str, str]:
    """Return by what the list of industries is narrowed: ``text`` and ``state``, each empty for nothing."""
    state = request.GET.get("state", "")
    return {"text": typed(request), "state": state if state in INDUSTRY_STATES else ""}


def typed(request: HttpRequest) -> str:
    """Return what was typed to narrow a list; empty for nothing."""
    return request.GET.get("q", "").strip()[:60]


def industries_as_asked(account: Account, request: HttpRequest) -> Any:
    """Return the industries that an account may read, narrowed and sorted, usually by county."""
    asked = asked_of_industries(request)
    kept, text = visible(account), asked["text"]
    if asked["state"] == ENDED:
        kept = kept.filter(ended_on__isnull=False, withdrawn_at__isnull=True)
    elif asked["state"]:
        kept = kept.filter(ended_on__isnull=True, state=asked["state"])
    if text:
        places = [found.place_id for found in search(text, levels=(COUNTY,), limit=MOST_PLACES)]
        kept = kept.filter(
            Q(product_zh__icontains=text)
            | Q(product_en__icontains=text)
            | Q(code__icontains=text)
            | Q(place__in=places)
        )
    return in_order(request, kept, INDUSTRY_SORTS, "place_id", "code")


def operators_as_asked(account: Account, request: HttpRequest) -> Any:
    """Return the operators that an account may read, narrowed and sorted, usually by place."""
    text = typed(request)
    found = api.operators(account, timezone.localdate()).select_related("unit")
    if text:
        found = found.filter(
            Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
        )
    return in_order(request, found, OPERATOR_SORTS, "place_id", "code")


def lots_as_asked(account: Account, request: HttpRequest) -> Any:
    """Return the lots that an account may read, narrowed and sorted, usually the latest harvest first."""
    text = typed(request)
    found = queries.lots().filter(industry__in=api.industries(account, timezone.localdate()))
    if text:
        found = found.filter(
            Q(code__icontains=text)
            | Q(inspection__icontains=text)
            | Q(operator__name_zh__icontains=text)
            | Q(operator__name_en__icontains=text)
            | Q(industry__product_zh__icontains=text)
            | Q(industry__product_en__icontains=text)
        )
    return in_order(request, found, LOT_SORTS, "-harvested_on", "-pk")
