"""Forms of findings."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.findings.models import OUTCOME_WORDS, SEVERITY_WORDS, Severity
from bangfu.foundation.findings.register import Rule
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice


class _Accounts(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RaiseForm(Keyed):
    """What a person noticed."""

    beside = (("unit", "severity"),)

    unit = UnitChoice(label=said("单位", "Unit"), queryset=Unit.objects.none())
    severity = forms.ChoiceField(
        label=said("程度", "Severity"), choices=list(SEVERITY_WORDS.items()), initial=Severity.MEDIUM
    )
    title = forms.CharField(
        label=said("发现了什么", "What was noticed"),
        max_length=200,
        help_text=said("一句话；不要写个人信息。", "In one sentence, and nothing personal."),
    )
    detail = _words(said("说明", "Details"), required=False)

    def __init__(self, *args: Any, units: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")  # type: ignore[attr-defined]


class AssignForm(Keyed):
    """To whom a finding goes, until when."""

    beside = (("account", "due_on"),)

    unit = UnitChoice(label=said("承办单位", "Unit that answers"), queryset=Unit.objects.none())
    account = _Accounts(
        label=said("承办人", "Person"),
        queryset=Account.objects.none(),
        required=False,
        empty_label=said("由单位安排", "Whoever answers for the unit"),
    )
    due_on = forms.DateField(label=said("期限", "Due"), widget=DayInput())
    remark = forms.CharField(label=said("交代", "Remark"), required=False, max_length=1000)

    def __init__(self, *args: Any, units: QuerySet[Unit], accounts: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        people = Account.objects.filter(pk__in=accounts).select_related("person__key").order_by("username")
        self.fields["account"].queryset = people  # type: ignore[attr-defined]


class AnswerForm(Keyed):
    """What became of the matter."""

    outcome = forms.ChoiceField(
        label=said("结论", "Outcome"),
        choices=list(OUTCOME_WORDS.items()),
        help_text=said(
            "如实核实，不要为了让规则不报而改数据。",
            "Find out what is true; never change data to please a rule.",
        ),
    )
    words = _words(said("说明", "Explanation"))
    file = forms.FileField(label=said("佐证", "Evidence"), required=False)


class DecideForm(Keyed):
    """A decision on an answer; its remark says what is missing."""

    remark = _words(said("意见（退回时必填）", "Remark (needed to return it)"), required=False)


class ReasonForm(Keyed):
    """A reason."""

    remark = _words(said("理由", "Reason"))


class RuleForm(Keyed):
    """A rule's parameters from a day on; its fields follow the rule."""

    beside = (("starts_on", "is_on"),)

    starts_on = forms.DateField(label=said("自何日起", "From"), widget=DayInput(), initial=timezone.localdate)
    is_on = forms.TypedChoiceField(
        label=said("运行", "Runs"),
        choices=[("1", both("启用", "on")), ("", both("停用", "off"))],
        coerce=bool,
        empty_value="",
        required=False,
    )
    source = forms.CharField(
        label=said("依据", "Laid down by"),
        max_length=200,
        help_text=said("文号或会议，写明出处。", "The document or meeting it comes from."),
    )

    def __init__(self, *args: Any, rule: Rule, values: dict[str, Decimal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rule = rule
        for one in rule.parameters:
            label = (
                both("{title}（{unit}）", "{title} ({unit})").filled(title=one.title, unit=one.unit)
                if one.unit
                else one.title
            )
            self.fields[f"p_{one.code}"] = forms.DecimalField(
                label=str(label),
                initial=values[one.code].normalize(),
                help_text=str(
                    both("{least} 到 {most}", "{least} to {most}").filled(least=one.least, most=one.most)
                ),
            )
        self.order_fields(
            [*(f"p_{one.code}" for one in rule.parameters), "starts_on", "is_on", "source", "key"]
        )

    @property
    def parameters(self) -> dict[str, Decimal]:
        """The parameters that were given, by code."""
        return {one.code: self.cleaned_data[f"p_{one.code}"] for one in self._rule.parameters}
