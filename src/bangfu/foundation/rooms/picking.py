"""Units chosen in a form: a short list as ever, a long one by typing, with what was chosen as chips.

Without its script a picker is a text field that takes codes or names, and ``CODE/*`` for a unit with all below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bangfu.foundation.rooms.words import both

MANY = 100
"""Of more units than these a list is no help any more."""
ALL_BELOW = "/*"
OFFERS = reverse_lazy("organisation:picked_units")
_BETWEEN = re.compile(r"[,，;；、\n]+")
_UNKNOWN = both(
    "没有找到单位“{text}”。请从提示的名单中选择，或填写单位代码。",
    "There is no unit {text}. Choose from the units offered, or enter its code.",
)
_WORDS = {
    "find": both("单位名称、代码或拼音", "Name or code of a unit"),
    "remove": both("去掉 {}", "Remove {}"),
    "all": both("{} 及以下全部", "{} and all below"),
    "none": both("没有符合的单位", "No unit fits"),
    "chosen": both("已选的单位", "Chosen units"),
    "offered": both("可选的单位", "Units offered"),
}
"""What a picker says."""


def _named(unit: Any) -> str:
    return f"{unit.name} {unit.code}"


def meant(text: str, units: QuerySet[Any]) -> list[Any]:
    """Return the units that a piece of text means: a code, a name, or a name with its code; several codes in a row too.

    Raises: forms.ValidationError: one of them is not among the units.
    """
    text = text.strip()
    whole = text.endswith(ALL_BELOW)
    said = text.removesuffix(ALL_BELOW).strip()
    found = list(units.filter(code=said) or units.filter(name_zh=said)[:2] or units.filter(name_en=said)[:2])
    if not found and " " in said:
        last = units.filter(code=said.split()[-1]).first()
        if last is not None and said in (f"{last.name_zh} {last.code}", f"{last.name_en} {last.code}"):
            found = [last]
        else:
            return [one for code in said.split() for one in meant(code, units)]
    if len(found) != 1:
        raise forms.ValidationError(str(_UNKNOWN.filled(text=text)), code="unknown")
    return list(units.filter(path__startswith=found[0].path)) if whole else found


def _picker(
    attrs: dict[str, Any], *, many: bool, below: int | None, written: str, names: dict[str, str]
) -> SafeString:
    """Return a picker around its text field."""
    said = {f"data-{name}": str(words) for name, words in _WORDS.items()}
    outer = {
        "class": "picker",
        "data-picker": "many" if many else "one",
        "data-offers": f"{OFFERS}?below={below}" if below else str(OFFERS),
        "data-names": json.dumps(names, ensure_ascii=False),
        **said,
    }
    inner = {**attrs, "autocomplete": "off", "placeholder": str(_WORDS["find"])}
    if many:
        field = format_html("<textarea{} rows=2>{}</textarea>", flatatt(inner), written)
    else:
        field = format_html('<input type="text"{}>', flatatt({**inner, "value": written}))
    return format_html("<div{}>{}</div>", flatatt(outer), field)


def written_select(
    name: str,
    units: Sequence[Any],
    chosen: object,
    *,
    by: str = "code",
    label: str = "",
    any_word: str = "",
    html_id: str = "",
) -> SafeString:
    """Return the field of one unit of some in a form that a page writes itself; see ``{% unit_select %}``."""
    found = next((one for one in units if chosen and _is_meant(one, chosen)), None)
    attrs: dict[str, Any] = {"name": name}
    attrs |= {"id": html_id} if html_id else {}
    attrs |= {"aria-label": label} if label else {}
    attrs |= {} if any_word else {"required": True}
    if len(units) > MANY:
        names = {found.code: str(found.name)} if found is not None else {}
        return _picker(attrs, many=False, below=None, written=next(iter(names), ""), names=names)
    options = [("", any_word, found is None)] if any_word else []
    options += [(getattr(one, by), one.name, one is found) for one in units]
    listed = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (str(value), mark_safe(" selected") if is_chosen else "", words)
            for value, words, is_chosen in options
        ),
    )
    return format_html("<select{}>{}</select>", flatatt(attrs), listed)


def _is_meant(unit: Any, chosen: object) -> bool:
    return chosen == unit or str(chosen) in (unit.code, str(unit.pk))


def unit_said(text: str, units: Sequence[Any], *, by: str = "code") -> Any | None:
    """Return the unit that such a field says: by what its list sends, or by what a picker or somebody without scripts wrote.

    Null is an empty field, or no unit of these.
    """
    said = text.strip()
    ways = [by, "code", "name_zh", "name_en"] if len(units) <= MANY else ["code", "name_zh", "name_en"]
    for way in ways:
        found = [one for one in units if str(getattr(one, way)) == said]
        if len(found) == 1:
            return found[0]
    return next((one for one in units if said and said == _named(one)), None)


class _Select(forms.Select):
    """A list of units while they are few; of many a text field in which they are found by typing."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the list, or the picker."""
        iterator: Any = self.choices
        if not hasattr(iterator, "queryset") or iterator.queryset.count() <= MANY:
            return super().render(name, value, attrs, renderer)
        units = iterator.queryset
        written = "" if value is None else str(value)
        found = units.filter(pk=value) if isinstance(value, int) else units.filter(code=written)
        names = {one.code: str(one.name) for one in found}
        written = next(iter(names), written)
        given = {**self.build_attrs(self.attrs, attrs), "name": name}
        return _picker(given, many=False, below=None, written=written, names=names)


class UnitChoice(forms.ModelChoiceField):
    """One unit of some."""

    widget = _Select

    def label_from_instance(self, obj: Any) -> str:
        """Return the unit's name and code."""
        return _named(obj)

    def to_python(self, value: Any) -> Any:
        """Return the unit that was meant.

        Raises: forms.ValidationError: it is none of those to choose from.
        """
        if value in self.empty_values or self.queryset is None:
            return None
        if self.queryset.count() <= MANY:
            return super().to_python(value)
        return meant(str(value), self.queryset)[0]

    def validate(self, value: Any) -> None:
        """Refuse nothing where something is needed."""
        forms.Field.validate(self, value)


class _ManyPicker(forms.Textarea):
    """Units found by typing, those chosen as chips."""

    units: QuerySet[Any]
    below: int | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Return what was written, in one field or several."""
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return "\n".join(str(one) for one in ([values] if isinstance(values, str) else values))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the picker."""
        pieces = _pieces(value if isinstance(value, str) else "\n".join(str(one) for one in value or ()))
        codes = [piece.removesuffix(ALL_BELOW) for piece in pieces]
        names = {one.code: one.name for one in self.units.filter(code__in=codes)}
        given = {**self.build_attrs(self.attrs, attrs), "name": name}
        return _picker(given, many=True, below=self.below, written=", ".join(pieces), names=names)


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]


class UnitsChoice(forms.Field):
    """Several units of some, each alone or with all below it; cleaned, the units in the order of the tree."""

    widget = _ManyPicker

    def __init__(self, *, queryset: QuerySet[Any], below: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = self.widget.units = queryset
        self.widget.below = below

    def clean(self, value: Any) -> list[Any]:
        """Return the units that were meant, each once.

        Raises: forms.ValidationError: none where one is needed, or one that is not to choose from.
        """
        found = {one.pk: one for piece in _pieces(str(value or "")) for one in meant(piece, self.units)}
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return _in_order(found.values())


def _in_order(units: Iterable[Any]) -> list[Any]:
    return sorted(units, key=lambda one: [int(step) for step in one.path.split(".") if step])
