"""``{% paper_link review %}``: the button that opens a record's paper, for whoever may open it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.foundation.review.queries import may_read

register = template.Library()


@register.inclusion_tag("review/paper_link.html", takes_context=True)
def paper_link(context: Context, review: Review | None) -> dict[str, Any]:
    """Return what the button needs; nothing where there is no paper, or the reader may not open it."""
    account, paper = context["request"].user, review.batch if review is not None else None
    may = (
        paper is not None and isinstance(account, Account) and may_read(account, paper, timezone.localdate())
    )
    return {"paper": paper if may else None}
