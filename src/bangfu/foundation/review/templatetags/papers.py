"""``{% load papers %}`` and ``{% paper_button review %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review.models import Review
from bangfu.foundation.review.queries import may_read

register = template.Library()


@register.inclusion_tag("review/paper_button.html", takes_context=True)
def paper_button(context: template.Context, review: Review | None) -> dict[str, Any]:
    """Lead from a record to the paper with which it is reviewed; nothing where there is none that the reader may open."""
    paper = review.batch if review is not None else None
    may_open = paper is not None and may_read(reader_of(context["request"]), paper, timezone.localdate())
    return {"paper": paper if may_open else None}
