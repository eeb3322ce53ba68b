"""Forms of removals from a baseline, verdicts and targets."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.connectivity.network.forms.building import ReportedForm
from bangfu.connectivity.network.forms.stations import day_field
from bangfu.connectivity.network.models import (
    BRANCH_WORDS,
    GOAL_WORDS,
    SERVICE_WORDS,
    VERDICT_WORDS,
)
from bangfu.connectivity.network.operations import RemovalDetails, TargetDetails, VerdictDetails
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.forms import said


def _choices(words: dict[str, Words]) -> list[tuple[str, Any]]:
    return [(str(value), said(one.zh, one.en)) for value, one in words.items()]


class RemovalForm(ReportedForm):
    """What is said of one village that leaves its county's list."""

    middle = ("place", "document_number", "removed_on")
    beside = (("document_number", "removed_on"),)
    levels = (5,)
    identity = ("place",)

    document_number = forms.CharField(label=said("调出文件的文号", "Document"), max_length=80)
    removed_on = day_field(said("调出日期", "Removed on"), required=True)

    def details(self) -> RemovalDetails:
        """Return what was said, for the operations."""
        return RemovalDetails(**{name: self.cleaned_data[name] for name in self.middle})


class VerdictForm(ReportedForm):
    """What is said of one village's coverage on a day."""

    middle = ("place", "service", "verdict", "branch", "judged_on")
    beside = (("service", "judged_on"), ("verdict", "branch"))
    levels = (5,)
    identity = ("place", "service", "judged_on")

    service = forms.ChoiceField(label=said("网络", "Service"), choices=_choices(SERVICE_WORDS))
    verdict = forms.ChoiceField(label=said("认定", "Verdict"), choices=_choices(VERDICT_WORDS))
    branch = forms.ChoiceField(
        label=said("认定情形", "Branch of the definition"),
        help_text=said("已覆盖的须写明，未覆盖的不选。", "Coverage names one; no coverage names none."),
        choices=[("", "—"), *_choices(BRANCH_WORDS)],
        required=False,
    )
    judged_on = day_field(said("认定日期", "Judged on"), required=True)

    def details(self) -> VerdictDetails:
        """Return what was said, for the operations."""
        return VerdictDetails(**{name: self.cleaned_data[name] for name in self.middle})


class TargetForm(ReportedForm):
    """What is said of one promise for a county."""

    middle = ("place", "goal", "village_count", "document_number", "promised_on")
    beside = (("goal", "village_count"), ("document_number", "promised_on"))
    levels = (3,)
    identity = ("place", "goal")

    goal = forms.ChoiceField(label=said("目标", "Goal"), choices=_choices(GOAL_WORDS))
    village_count = forms.IntegerField(label=said("承诺村数", "Villages promised"), min_value=1)
    document_number = forms.CharField(label=said("承诺文件的文号", "Document"), max_length=80)
    promised_on = day_field(said("承诺日期", "Promised on"), required=True)

    def details(self) -> TargetDetails:
        """Return what was said, for the operations."""
        return TargetDetails(**{name: self.cleaned_data[name] for name in self.middle})
