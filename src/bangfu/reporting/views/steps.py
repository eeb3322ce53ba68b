"""The drawer's steps as links, and a step as the fragment of a drawer or as a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.rooms import both
from bangfu.reporting import queries

STEPS = (
    ("how", both("怎么算", "How")),
    ("where", both("从哪来", "Where from")),
    ("facts", both("明细", "Facts")),
    ("record", both("记录", "Record")),
    ("evidence", both("凭证", "Evidence")),
)


def steps_of(active: str, figure: queries.Figure | None, fact: Fact | None = None) -> list[dict[str, Any]]:
    """Return the five steps; those that cannot be opened yet have no address."""
    addresses: dict[str, str | None] = dict.fromkeys(name for name, _ in STEPS)
    if figure is not None:
        addresses |= {
            "how": figure.address,
            "where": figure.address_of("where"),
            "facts": figure.address_of("facts"),
        }
    if fact is not None:
        trail = f"?{figure.selection.query(figure=figure.indicator.code)}" if figure else ""
        addresses |= {"record": f"/fact/{fact.pk}/{trail}", "evidence": f"/fact/{fact.pk}/evidence{trail}"}
    names = [name for name, _ in STEPS]
    return [
        {
            "label": label,
            "url": addresses[name],
            "active": name == active,
            "passed": names.index(name) < names.index(active),
        }
        for name, label in STEPS
    ]


def shown(request: HttpRequest, step: str, context: dict[str, Any]) -> HttpResponse:
    """Return the fragment for the drawer, or the page around it, at one address."""
    in_drawer = request.headers.get("HX-Target") == "drawer"
    template = f"reporting/{step}.html" if in_drawer else "reporting/opened.html"
    response = render(
        request, template, {**context, "in_drawer": in_drawer, "fragment": f"reporting/{step}.html"}
    )
    patch_vary_headers(response, ["HX-Target"])
    return response
