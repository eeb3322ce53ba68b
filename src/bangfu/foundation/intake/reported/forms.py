"""Forms of reported records: they read what was typed; what may be registered is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.intake.models import FIRST_ASSISTANCE, ReportedRecord
from bangfu.foundation.intake.reported.operations import CORRECTED_BY_REASON, ReportedDetails
from bangfu.foundation.intake.reported.parties import party_of
from bangfu.foundation.ledger.measures import Evidence, Measure
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice


class NamedField(forms.ModelChoiceField):
    """A line, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Return its name."""
        return str(obj.name)


def _quantity(measure: Measure) -> forms.DecimalField:
    label = both("数量（{unit}）", "Quantity ({unit})").filled(unit=measure.unit)
    return forms.DecimalField(
        label=str(label), max_digits=15 + measure.decimals, decimal_places=measure.decimals
    )


def _day() -> forms.DateField:
    return forms.DateField(label=said("日期", "Date"), widget=DayInput(min=FIRST_ASSISTANCE.isoformat()))


def _place(offers: str) -> PlaceField:
    return PlaceField(
        label=said("地点", "Place"),
        offers=offers,
        help_text=said("计入哪里；输入名称、拼音或代码。", "Where it counts; by name, pinyin or code."),
    )


class ReportedForm(Keyed):
    """What is said of one record when it is reported or mended."""

    beside = (("reference", "title"), ("happened_on", "quantity"), ("party_number", "line"))

    reference = forms.CharField(
        label=said("编号", "Reference"),
        max_length=60,
        help_text=said(
            "同一度量下全集团不得重复；没有编号的以本单位简码开头编一个。",
            "The only one of this measure in the house; where there is none, begin with your unit's code.",
        ),
    )
    title = forms.CharField(
        label=said("名称", "What it is"),
        max_length=120,
        help_text=said("不要写个人信息。", "No personal details."),
    )
    remark = forms.CharField(
        label=said("备注", "Remark"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        measure: Measure,
        units: Iterable[Unit],
        offers: str,
        keeps_party: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.measure = measure
        self.fields["unit"] = UnitChoice(
            label=said("报送单位", "Reported by"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.fields["place"] = _place(offers)
        self.fields["happened_on"] = _day()
        self.fields["quantity"] = _quantity(measure)
        if measure.party is not None:
            self.fields["party_number"] = forms.CharField(
                label=said("对象编号", "Whom it is about"),
                max_length=60,
                required=not keeps_party,
                help_text=said(
                    "留空表示不变；要改时填台账中的编号，不要填写身份证号。",
                    "Left empty it stays as it was; otherwise the number your office gave, never an identity number.",
                )
                if keeps_party
                else said(
                    "台账中的编号，只用来去重，不保存原文；不要填写身份证号。",
                    "The number your office gave; it serves to count each once and is not kept. Never an identity number.",
                ),
            )
        self.fields["line"] = NamedField(
            label=said("专业线", "Professional line"),
            queryset=Line.objects.order_by("pk"),
            required=False,
            empty_label="—",
        )
        needed = measure.evidence is Evidence.REQUIRED
        self.fields["evidence"] = FilesField(
            label=said("佐证", "Evidence"),
            required=False,
            help_text=said(
                "照片、单据、文件；提交核验前至少一个。",
                "A photograph or document; one at least before review.",
            )
            if needed
            else said("照片、单据、文件。", "A photograph or document."),
        )
        self.order_fields(
            [
                "unit",
                "reference",
                "title",
                "place",
                "happened_on",
                "quantity",
                "party_number",
                "line",
                "remark",
                "evidence",
            ]
        )

    def clean_reference(self) -> str:
        """Return the reference as it is stored: upper-case, without spaces."""
        return "".join(str(self.cleaned_data["reference"]).split()).upper()

    def details(self, known: ReportedRecord | None = None) -> ReportedDetails:
        """Return what was said, for the operations; whom it is about stays as known when nothing was typed.

        Raises: UnableToReport: ``identity_number``.
        """
        given = self.cleaned_data
        number = given.get("party_number")
        party = known.party if known is not None else None
        if number and self.measure.party is not None:
            party = party_of(number, self.measure.party)
        names = ("reference", "title", "place", "happened_on", "quantity", "line", "remark")
        return ReportedDetails(party=party, **{name: given[name] for name in names})


def initial_of(record: ReportedRecord, measure: Measure) -> dict[str, Any]:
    """Return a record as the form's first content."""
    names = ("reference", "title", "happened_on", "remark")
    written = {name: getattr(record, name) for name in names}
    return written | {
        "place": place_written(record.place_id),
        "quantity": _shown(record.quantity, measure),
        "line": record.line_id,
        "unit": record.unit_id,
    }


def _shown(quantity: Decimal, measure: Measure) -> Decimal:
    return quantity.quantize(Decimal(1).scaleb(-measure.decimals))


def _reasons(reasons: Iterable[str]) -> list[tuple[str, Words]]:
    return [(str(reason), REASON_WORDS[reason]) for reason in reasons]  # type: ignore[index]


class CorrectionForm(Keyed):
    """What is true instead of what was counted, and how that is known."""

    beside = (("quantity", "happened_on"),)
    reason = forms.ChoiceField(label=said("更正原因", "Reason"), choices=_reasons(CORRECTED_BY_REASON))
    remark = forms.CharField(
        label=said("依据", "What it rests on"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(
        self, *args: Any, record: ReportedRecord, measure: Measure, offers: str, **kwargs: Any
    ) -> None:
        first = {name: initial_of(record, measure)[name] for name in ("place", "quantity", "happened_on")}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["quantity"] = _quantity(measure)
        self.fields["happened_on"] = _day()
        self.fields["place"] = _place(offers)
        self.order_fields(["quantity", "happened_on", "place", "reason", "remark"])
