"""Form fields that several rooms of the wing have: amounts, organisations by their codes, units."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.foundation.rooms.forms import said
from bangfu.foundation.rooms.picking import UnitChoice


def yuan_field(title: Any, *, required: bool = False) -> forms.DecimalField:
    """Return a field for an amount in yuan, to the fen."""
    return forms.DecimalField(label=title, required=required, min_value=0, max_digits=14, decimal_places=2)


def party_field(title: Any, *, required: bool = False) -> forms.CharField:
    """Return a field for an organisation's code."""
    return forms.CharField(
        label=title,
        required=required,
        max_length=40,
        help_text=said(
            "统一社会信用代码，或本单位给它的编号；不写名称和个人。",
            "Its unified social credit code or your number for it; neither a name nor a person.",
        ),
    )


class UnitField(UnitChoice):
    """A unit, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the unit's name and code."""
        return f"{obj.name} {obj.code}"
