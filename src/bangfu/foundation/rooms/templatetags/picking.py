"""``{% unit_select "unit" units chosen label="单位" %}`` in templates: a list while units are few, a picker of many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from bangfu.foundation.rooms.picking import written_select

register = template.Library()


@register.simple_tag
def unit_select(
    name: str,
    units: Iterable[Any],
    chosen: object,
    *,
    by: str = "code",
    label: str = "",
    any_word: str = "",
    html_id: str = "",
) -> SafeString:
    """Return the field of one unit of some; ``rooms.picking.unit_said`` reads what comes back.

    Args:
        chosen: the unit, its key or its code; null for none.
        by: what a list sends, ``code`` or ``pk``; a picker sends codes.
        label: what it is called where no label stands beside it.
        any_word: what choosing none is called; empty where one has to be chosen.
        html_id: what a label beside it is for.
    """
    return written_select(name, list(units), chosen, by=by, label=label, any_word=any_word, html_id=html_id)
