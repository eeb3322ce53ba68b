"""What a phone is told, so that it can report without signal, and what comes back from it, read as a form."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.forms import ReportedForm
from bangfu.foundation.intake.reported.reportable import reporting_permission, rooms_with_measures
from bangfu.foundation.intake.reported.typed import UnableToReadQuantity, quantity_typed
from bangfu.foundation.ledger.measures import Evidence, Measure
from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import said

MOST_RECENT = 6
REGISTERS = "intake.register_reported"
_SALT = "bangfu.intake.phone.drafts"


def drafts_key(account: Account) -> str:
    """Return the key, in hex, under which a phone keeps an account's drafts: the phone forgets it at sign-out."""
    return salted_hmac(_SALT, str(account.pk), algorithm="sha256").hexdigest()


def choices_for(account: Account) -> dict[str, Any]:
    """Return what an account may report, and for which units, with the measures it reported last before the others."""
    today = timezone.localdate()
    allowed = granted_units(account, REGISTERS, today)
    units = Unit.objects.filter(in_force(today), pk__in=allowed).order_by("path")
    last = (
        ReportedRecord.objects.filter(registered_by=account)
        .values("measure")
        .annotate(last=Max("registered_at"))
        .order_by("-last")
    )
    rooms: list[dict[str, Any]] = []
    for room, measures in rooms_with_measures():
        reporting = allowed & granted_units(account, f"{room.code}.report", today)
        offered = [_measure(one, reporting) for one in measures] if reporting else []
        if offered:
            rooms.append({"title": str(room.title), "measures": offered})
    known = {one["code"] for room in rooms for one in room["measures"]}
    recent = [one["measure"] for one in last if one["measure"] in known]
    return {
        "rooms": rooms,
        "recent": recent[:MOST_RECENT],
        "units": [{"key": unit.pk, "name": str(unit.name)} for unit in units],
        "lines": [{"key": line.pk, "name": str(line.name)} for line in Line.objects.order_by("pk")],
    }


def _measure(measure: Measure, units: frozenset[int]) -> dict[str, Any]:
    return {
        "code": measure.code,
        "title": str(measure.title),
        "unit": str(measure.unit),
        "decimals": measure.decimals,
        "counts": str(measure.counts or ""),
        "party": measure.party is not None,
        "evidence": measure.evidence is Evidence.REQUIRED,
        "units": sorted(units),
    }


class PhoneForm(ReportedForm):
    """A draft as a phone sends it: a number, photographs, a place; what it leaves out is made of what it says."""

    digests = forms.CharField(required=False, max_length=5000)
    submits = forms.BooleanField(required=False)

    def __init__(self, *args: Any, measure: Measure, account: Account, **kwargs: Any) -> None:
        today = timezone.localdate()
        allowed = granted_units(account, REGISTERS, today)
        allowed &= granted_units(account, reporting_permission(measure), today)
        units = Unit.objects.filter(pk__in=allowed).order_by("path")
        super().__init__(*args, measure=measure, units=units, offers=reverse("intake:places"), **kwargs)
        self.fields["quantity"] = forms.CharField(label=said("数量", "Quantity"), max_length=60)
        self.fields["reference"].required = self.fields["title"].required = False
        self.fields["unit"].error_messages["invalid_choice"] = str(
            both(
                "您现在不为这个单位报送这个度量。请换一个单位，或联系上级单位授权。",
                "You do not report this measure for that unit now. Choose another unit, or ask your parent unit.",
            )
        )

    def clean_quantity(self) -> Any:
        """Return the quantity in the measure's unit.

        Raises: forms.ValidationError: it cannot be read.
        """
        try:
            return quantity_typed(self.cleaned_data["quantity"], self.measure, on=timezone.localdate())
        except UnableToReadQuantity as unread:
            raise forms.ValidationError(str(unread)) from unread

    def clean(self) -> dict[str, Any]:
        """Return what was said, with a reference and a name where none was given.

        Raises: forms.ValidationError: the photographs did not arrive as they were sent.
        """
        given = dict(super().clean() or self.cleaned_data)
        if "evidence" in given and _digests(given.get("digests", "")) != [
            hashlib.sha256(content).hexdigest() for _, content in given["evidence"]
        ]:
            raise forms.ValidationError(
                str(
                    both(
                        "照片没有完整送到，没有登记任何内容。有信号时会再发一次。",
                        "The photographs did not arrive whole, and nothing was registered. They are sent again.",
                    )
                ),
                code="cut_off",
            )
        if not given.get("title"):
            given["title"] = self.measure.title.zh
        if not given.get("reference") and given.get("unit") and given.get("happened_on") and given.get("key"):
            marks = hashlib.sha256(given["key"].encode()).hexdigest()[:8].upper()
            given["reference"] = f"{given['unit'].code}-{given['happened_on']:%Y%m%d}-{marks}"
        return given

    @property
    def is_cut_off(self) -> bool:
        """Whether a part of it is missing, so that the phone sends it again by itself."""
        return self.has_error(NON_FIELD_ERRORS, "cut_off")

    def sentence(self) -> str:
        """Return what is wrong, field by field, as one text."""
        wrong = []
        for name, errors in self.errors.items():
            label = f"{self.fields[name].label}：" if name in self.fields and self.fields[name].label else ""
            wrong += [f"{label}{error}" for error in errors]
        return " ".join(wrong)


def _digests(written: str) -> list[str]:
    try:
        found = json.loads(written or "[]")
    except ValueError:
        return ["unreadable"]
    return [str(one) for one in found] if isinstance(found, list) else ["unreadable"]
