"""What the forms of every room share: words in both languages, and the key under which a form is carried out once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.functional import lazystr

from bangfu.foundation.rooms.words import both


def said(zh: str, en: str) -> Any:
    """Return words as a form takes them: chosen when they are shown."""
    return lazystr(both(zh, en))


def offered(offers: Any, options: str) -> forms.TextInput:
    """Return a text input to which a list is offered while somebody types.

    Args:
        offers: the address that answers with the options, perhaps lazy.
        options: the id of the ``datalist`` on the page.
    """
    attributes = {
        "list": options,
        "autocomplete": "off",
        "hx-get": offers,
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{options}",
        "hx-swap": "innerHTML",
    }
    return forms.TextInput(attrs=attributes)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **attributes: str) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attributes)


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock, to the minute."""

    input_type = "datetime-local"

    def __init__(self, **attributes: str) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs=attributes)


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, as (name, content) pairs."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> tuple[tuple[str, bytes], ...]:
        """Return name and content of each file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned = (super(FilesField, self).clean(one, initial) for one in given)
        return tuple((file.name, file.read()) for file in cleaned)


CHOOSE, CHOOSE_NONE = both("请选择", "Choose"), both("（不选）", "(none)")
BLANKS = ("---------", "- Select an option -")
"""What Django writes where nothing is chosen yet, of this release and of the next."""


FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Days of other years are slips of the hand; a calendar ends before one could count on from its last day."""
YEAR = both(
    "请核对年份：须在 {first} 至 {last} 之间。", "Check the year: it lies between {first} and {last}."
)


class Keyed(forms.Form):
    """A form that is carried out once, however often it is sent; its days and moments lie in years that there are."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=200)
    beside: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Fields that stand beside each other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": str(uuid.uuid4()), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self._name_blanks()

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, str(YEAR.filled(first=FIRST_YEAR, last=LAST_YEAR)))

    def _name_blanks(self) -> None:
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label in BLANKS:
                field.empty_label = str(CHOOSE if field.required else CHOOSE_NONE)

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the visible fields, one or two in a row."""
        self._name_blanks()  # of fields that the form added as it was made
        after = {left: right for left, right in self.beside if left in self.fields and right in self.fields}
        names = [field.name for field in self.visible_fields() if field.name not in after.values()]
        return [[self[name], *([self[after[name]]] if name in after else [])] for name in names]
