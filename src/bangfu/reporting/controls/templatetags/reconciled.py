"""``{% reconciled figure %}``: what a figure carries of control totals. ``{{ amount|fen }}``: yuan to the fen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from bangfu.foundation.operations import Scope, allows
from bangfu.reporting.controls import listing
from bangfu.reporting.controls.books import is_money
from bangfu.reporting.controls.queries import controls_of_figure
from bangfu.reporting.figures import Figure

register = template.Library()


@register.inclusion_tag("controls/of_figure.html", takes_context=True)
def reconciled(context: dict[str, Any], figure: Figure) -> dict[str, Any]:
    """Show how a money figure stands against outside books, and the way to enter what one says."""
    if not is_money(figure.indicator):
        return {"is_money": False}
    selection = figure.selection
    account = context["request"].user
    scope = Scope(
        unit=selection.unit.pk if selection.unit else None,
        place=selection.place,
        line=selection.line.pk if selection.line else None,
    )
    return {
        "is_money": True,
        "standings": controls_of_figure(figure),
        "may_view": account.is_authenticated
        and allows(account, "controls.view", scope, timezone.localdate()),
        "may_enter": account.is_authenticated
        and not selection.term
        and allows(account, "controls.enter_total", scope, timezone.localdate()),
        "enter_query": selection.having(as_of=None).query(indicator=figure.indicator.code),
    }


@register.filter
def fen(amount: Decimal | str | None) -> str:
    """Return an amount in yuan with its fen and its thousands apart; a dash for null, also of what is not there."""
    if not isinstance(amount, Decimal):
        return "—"
    written = f"{listing.fen(amount):,f}".replace("-", "−")
    is_english = (get_language() or "zh").startswith("en")
    return written if is_english else written.replace(",", "\u202f")
