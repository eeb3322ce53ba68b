"""A place as a field of a form."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, ClassVar

from django import forms

from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import code_text, place_for_code, place_label, search
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import offered

_CODE_AT_END = re.compile(r"(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})\s*$")


def place_written(place: int) -> str:
    """Return a place as the place field shows and reads it: its whole name and its code."""
    return f"{place_label(place)} {code_text(place)}"


class PlaceField(forms.CharField):
    """A place by name or code, with the names offered while typing into the page's ``<datalist id="places">``."""

    sentences: ClassVar[dict[str, Words]] = {
        "unknown": both(
            "没有找到“{text}”。请从提示的名单中选择，或填写区划代码。",
            "{text} was not found. Choose from the names offered, or enter the code.",
        ),
        "several": both(
            "“{text}”可能指：{choices}。请选择其中一个。", "{text} may be {choices}. Choose one of them."
        ),
    }

    def __init__(self, *, offers: Any, levels: Collection[int] | None = None, **kwargs: Any) -> None:
        self.levels = None if levels is None else frozenset(levels)
        super().__init__(widget=offered(offers, "places"), **kwargs)

    def clean(self, value: Any) -> Place | None:
        """Return the place that was meant.

        Raises: forms.ValidationError: none or several were.
        """
        text = super().clean(value)
        if not text:
            return None
        code = _CODE_AT_END.search(text)
        if code:
            try:
                place = place_for_code(code[1])
            except Place.DoesNotExist as unknown:
                raise self._wrong("unknown", text) from unknown
            if self.levels is not None and not self.levels & set(range(place.level, place.through_level + 1)):
                raise self._wrong("unknown", text)
            return place
        hits = search(text, levels=self.levels, limit=6)
        named = [hit for hit in hits if text in (hit.name, hit.label)] or hits
        if not named:
            raise self._wrong("unknown", text)
        if len(named) > 1:
            raise self._wrong("several", text, choices="、".join(hit.label for hit in named))
        return Place.objects.get(pk=named[0].place_id)

    def _wrong(self, code: str, text: str, **more: str) -> forms.ValidationError:
        return forms.ValidationError(str(self.sentences[code].filled(text=text, **more)), code=code)
