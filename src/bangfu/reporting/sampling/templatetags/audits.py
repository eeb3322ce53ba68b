"""``{% audited figure %}``: what a figure carries of audits by sample; ``{% result_of … %}``: a result as tables."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.rooms import both
from bangfu.reporting.figures import Figure
from bangfu.reporting.sampling.evaluating import Result
from bangfu.reporting.sampling.population import methods_for
from bangfu.reporting.sampling.queries import (
    Standing,
    audit_of_figure,
    audits_of_published_figure,
    open_audits_of_figure,
)

register = template.Library()


@register.inclusion_tag("sampling/of_figure.html", takes_context=True)
def audited(context: dict[str, Any], figure: Figure) -> dict[str, Any]:
    """Show estimate and limit of the newest closed audit of a figure, and the way to announce one."""
    selection = figure.selection
    account = context["request"].user
    scope = Scope(
        unit=selection.unit.pk if selection.unit else None,
        place=selection.place,
        line=selection.line.pk if selection.line else None,
    )
    may_announce = (
        figure.has_value
        and bool(methods_for(figure.indicator))
        and account.is_authenticated
        and allows(account, "sampling.announce_audit", scope, timezone.localdate())
    )
    block = {} if figure.selection.as_of is not None else {"as_of": str(figure.block)}
    return {
        "carried": audit_of_figure(figure),
        "open_audits": open_audits_of_figure(figure),
        "may_announce": may_announce,
        "announce_query": selection.query(indicator=figure.indicator.code, **block),
    }


@register.inclusion_tag("sampling/result.html")
def result_of(result: Result, standing: Standing) -> dict[str, Any]:
    """Show what verdicts come to: the sentence, both directions, and each projection."""
    return {
        "result": result,
        "sentence": result.sentence(standing.indicator.term.measure.unit),
        "directions": [
            (both("高估", "Overstated"), result.overstated),
            (both("低估", "Understated"), result.understated),
        ],
    }


@register.inclusion_tag("sampling/of_published.html")
def audited_in(number: int, content: dict[str, Any]) -> dict[str, Any]:
    """Show, to everybody, what audits found of one figure of a publication."""
    return {"audits": audits_of_published_figure(number, content)}
