"""By what lists are narrowed, and what is left: the same for a page and for its file."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import search
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries import api, queries
from bangfu.livelihoods.industries.models import STATE_WORDS

MOST_PLACES = 50
"""Counties of which a name may be part."""
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


def industries_as_asked(account: Account, asked: dict[str, str]) -> Any:
    """Return the industries that an account may read, narrowed, by county."""
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
    return kept.order_by("place_id", "code")


def operators_as_asked(account: Account, text: str) -> Any:
    """Return the operators that an account may read, narrowed, by place."""
    found = api.operators(account, timezone.localdate()).select_related("unit").order_by("place_id", "code")
    if not text:
        return found
    return (
        found.filter(name_zh__icontains=text)
        | found.filter(name_en__icontains=text)
        | found.filter(code__icontains=text)
    )


def lots_as_asked(account: Account, text: str) -> Any:
    """Return the lots that an account may read, narrowed, the latest harvest first."""
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
    return found.order_by("-harvested_on", "-pk")
