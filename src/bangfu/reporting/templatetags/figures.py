"""``{% figure some_figure %}``: the one way in which a number of an indicator is written on a page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from bangfu.reporting.display import exact_text
from bangfu.reporting.figures import Figure

register = template.Library()


@register.simple_tag
def figure(one: Figure, inner: str = "") -> SafeString:
    """Return the figure as a link that opens it; a dash that opens where there are no facts.

    Args:
        inner: 余 or 多, between the number and its unit.
    """
    said = one.shown
    code = one.code or ""
    if said is None:
        return format_html('<a class="figure" href="{}" data-code="{}">—</a>', one.address, code)
    return format_html(
        '<a class="figure" href="{}" data-code="{}"><span class="value">{}</span>{}{}</a>',
        one.address,
        code,
        said.number,
        said.space,
        replace(said, inner=inner).tail,
    )


@register.simple_tag
def big(one: Figure) -> SafeString:
    """Return the figure's value large, with its unit small; nothing in it opens."""
    said = one.shown
    if said is None:
        return format_html("{}", "—")
    return format_html("{}<small>{}</small>", said.number, said.tail)


@register.simple_tag
def address_of(one: Figure, step: str) -> str:
    """Return the address of a step of a figure."""
    return one.address_of(step)


@register.filter
def exact(value: Decimal | int | None) -> str:
    """Return a value with all its digits in the active language; a dash for null."""
    return "—" if value is None else exact_text(Decimal(value), get_language() or "zh")


@register.simple_tag(takes_context=True)
def programme_report(context: dict[str, Any], code: str) -> Any:
    """Return the report with this code in the active language, as of now: for pages that include its body."""
    from bangfu.reporting.reports import drawn

    return drawn(code, get_language() or "zh")
