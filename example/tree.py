"""The tree of the example's companies: a branch in each prefecture and county, all opened by one operation."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import open_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import national_poor_counties

UNITS = 2_500
"""About how many units the example's group has, offices and branches included."""
NOT_COMPANIES = ("市辖区", "直辖县级行政区划")
"""Prefectures that exist on paper only: their counties stand directly below the province."""


def open_tree(administrator: Account, *, founded: date) -> int:
    """Open what is missing of the companies in prefectures and counties, all or none, and return how many."""
    standing = set(Unit.objects.values_list("code", flat=True))
    rows = [row for row in _rows() if row["code"] not in standing]
    rows = rows[: max(0, UNITS - len(standing))]
    if not rows:
        return 0
    frame = polars.DataFrame([row | {"starts_on": founded} for row in rows], infer_schema_length=None)
    return open_units(frame=frame, act=Act.now(administrator))


def _rows() -> list[dict[str, Any]]:
    """Return prefectures, then counties on the national list, then the others, each in the order of the codes."""
    listed = {place // 10**6 * 10**6 for place in national_poor_counties()["place_id"].to_list()}
    known = Place.objects.filter(level__in=(2, 3), ends_on=None).order_by("level", "pk")
    places = list(known.values_list("pk", "level", "name", "pinyin"))
    real = {place for place, level, name, _ in places if level == 2 and not name.endswith(NOT_COMPANIES)}
    rows: list[tuple[tuple[int, bool, int], dict[str, Any]]] = []
    for place, level, name, pinyin in places:
        if level == 2 and place not in real:
            continue
        above = place // 10**8 * 10**8
        digits = place // 10**8 if level == 2 else place // 10**6
        parent = f"EX-{place // 10**10}" if level == 2 or above not in real else f"EX-{above // 10**8}"
        row = {
            "code": f"EX-{digits}",
            "name_zh": f"{name}分公司（示例）",
            "name_en": f"{' '.join(pinyin.split()).title()} company (example)"[:160],
            "kind": Unit.Kind.PREFECTURE.value if level == 2 else Unit.Kind.COUNTY.value,
            "parent": parent,
            "place": place,
        }
        rows.append(((level, place not in listed and level == 3, place), row))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]
