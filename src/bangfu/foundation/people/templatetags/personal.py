"""The line below a list of people that leads to its files."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.exports.operations import EXPORT
from bangfu.foundation.people.models import Account

register = template.Library()


@register.inclusion_tag("people/personal_files.html", takes_context=True)
def personal_files(context: dict[str, Any], code: str, **filters: object) -> dict[str, Any]:
    """Lead to the files of a list of people: masked ones, and in clear for whoever may export it so.

    Args:
        filters: what the list is narrowed by besides its address.
    """
    request = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in filters.items():
        query[name] = str(value)
    account = request.user
    return {
        "code": code,
        "query": query.urlencode(),
        "may_export": isinstance(account, Account)
        and bool(granted_units(account, EXPORT, timezone.localdate())),
    }
