"""Template tags that draw the charts of a publication as they were fixed."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from bangfu.reporting.publications.papers.charts import plates

register = template.Library()


@register.simple_tag
def published_plates(chart: dict[str, Any], number: int | None) -> list[dict[str, Any]]:
    """Return the drawings of a chart, whose marks open the published figures. Args: number: null of a draft, which opens none."""
    return plates(
        chart, lambda at: "" if number is None else reverse("publications:figure", args=[number, at])
    )


@register.simple_tag
def bundled_plates(chart: dict[str, Any], language: str) -> list[dict[str, Any]]:
    """Return the drawings of a chart for the bundle's page, on which its figures open."""
    return plates(chart, lambda at: f"#{language}-{at}")
