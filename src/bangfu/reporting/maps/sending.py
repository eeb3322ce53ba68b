"""What a browser is sent to draw from: readable as it is, and marked when the house is the example."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from bangfu.foundation.rooms.marks import example_mark


def as_json(told: dict[str, Any]) -> JsonResponse:
    """Return an answer for the browser; ``example`` is the mark of an example house, null in a house of one's own."""
    mark = example_mark()
    marked = {**told, "example": None if mark is None else str(mark)}
    return JsonResponse(marked, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
