"""Forms of projects, their budgets and the steps they take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.livelihoods.fields import UnitField, party_field, yuan_field
from bangfu.livelihoods.projects.models import FIRST_PROJECT, REVITALISATION_WORDS, Project, Source
from bangfu.livelihoods.projects.rules import LEVELS, BudgetLine, ProjectDetails


def day_field(title: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(label=title, widget=DayInput(min=FIRST_PROJECT.isoformat()))


class _BudgetFields(Keyed):
    """What a project may cost, by source."""

    own_yuan = yuan_field(said("自有无偿（元）", "Own grant (yuan)"))
    gift_yuan = yuan_field(said("引进无偿（元）", "Brought-in grant (yuan)"))
    gift_party = party_field(said("捐赠单位代码", "Code of who gives"))
    investment_yuan = yuan_field(said("引进有偿（元）", "Brought-in investment (yuan)"))
    investment_party = party_field(said("投资单位代码", "Code of who invests"))

    def budgets(self) -> tuple[BudgetLine, ...]:
        """Return the budget that was said, without the sources that are empty."""
        found = []
        for source in Source:
            name = source.value.lower()
            yuan: Decimal | None = self.cleaned_data[f"{name}_yuan"]
            party = self.cleaned_data.get(f"{name}_party", "").strip().upper()
            if yuan or party:
                found.append(BudgetLine(source.value, int((yuan or Decimal(0)) * 100), party))
        return tuple(found)


BUDGET_BESIDE = (("gift_yuan", "gift_party"), ("investment_yuan", "investment_party"))


class RevisionForm(_BudgetFields):
    """What a project says until it is approved; its code and unit stay."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (
        ("title_zh", "title_en"),
        ("place", "revitalisation"),
        ("plan_title", "plan_number"),
        ("first_day", "last_day"),
        *BUDGET_BESIDE,
    )

    title_zh = forms.CharField(label=said("项目名称", "Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=said("英文名称", "Title in English"), max_length=160, required=False)
    revitalisation = forms.ChoiceField(
        label=said("五大振兴", "Revitalisation"), choices=list(REVITALISATION_WORDS.items())
    )
    plan_title = forms.CharField(
        label=said("所依据的县里规划", "The county's plan"),
        max_length=160,
        help_text=said("县里的规划、项目库文件，不是本单位的。", "The county's own, not your unit's."),
    )
    plan_number = forms.CharField(label=said("规划文号", "Number of the plan"), max_length=60)
    first_day = day_field(said("计划开工", "Planned to begin"))
    last_day = day_field(said("计划完工", "Planned to end"))

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(
            label=said("县、乡镇或村", "County, town or village"), offers=offers, levels=LEVELS
        )
        self.order_fields(
            [
                "unit", "code", "title_zh", "title_en", "place", "revitalisation", "plan_title", "plan_number", "first_day",
                "last_day",
            ]
        )  # fmt: skip

    def details(self, code: str = "") -> ProjectDetails:
        """Return what was said, for the operation.

        Args:
            code: the project's, where the form does not ask for it.
        """
        written = {"code": code, **self.cleaned_data}
        return ProjectDetails(
            code=written["code"].strip().upper(),
            title_zh=written["title_zh"],
            title_en=written["title_en"],
            place=written["place"],
            revitalisation=written["revitalisation"],
            plan_title=written["plan_title"],
            plan_number=written["plan_number"],
            starts_on=written["first_day"],
            ends_on=written["last_day"] + timedelta(days=1),
            budgets=self.budgets(),
        )


class ProjectForm(RevisionForm):
    """What is said of a project when it is entered."""

    beside = (("unit", "code"), *RevisionForm.beside)

    code = forms.CharField(
        label=said("项目编号", "Code"),
        max_length=40,
        help_text=said("县项目库里的编号。", "That of the county's library."),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitField(
            label=said("登记单位", "Unit"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.order_fields(["unit", "code"])


def budget_said(project: Project) -> dict[str, Any]:
    """Return a project's budget, as a form begins with it."""
    found: dict[str, Any] = {}
    for one in project.budgets.filter(amount_fen__gt=0):
        name = one.source.lower()
        found[f"{name}_yuan"] = Decimal(one.amount_fen) / 100
        if one.party:
            found[f"{name}_party"] = one.party
    return found


def project_said(project: Project) -> dict[str, Any]:
    """Return what a project says, as the form of its revision begins."""
    return {
        "title_zh": project.title_zh,
        "title_en": project.title_en,
        "place": place_written(project.place_id),
        "revitalisation": project.revitalisation,
        "plan_title": project.plan_title,
        "plan_number": project.plan_number,
        "first_day": project.starts_on,
        "last_day": project.last_day,
        **budget_said(project),
    }


class StepForm(Keyed):
    """A step of a project: on which day, by which document."""

    beside = (("on", "document"),)

    on = day_field(said("日期", "Day"))

    def __init__(self, *args: Any, needs_document: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"] = forms.CharField(
            label=said("文号", "Number of the document"), max_length=120, required=needs_document
        )
        if needs_document:
            self.fields["evidence"] = FilesField(label=said("文件扫描件", "Scan"), required=False)


class AbandonForm(Keyed):
    """Why a project will not be built."""

    beside = (("on", "document"),)

    on = day_field(said("日期", "Day"))
    document = forms.CharField(label=said("文号", "Number of the document"), max_length=120, required=False)
    reason = forms.CharField(
        label=said("终止的原因", "Why it is abandoned"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BudgetForm(_BudgetFields):
    """What an approved project may cost from now on, and by which document."""

    beside = (("on", "document"), *BUDGET_BESIDE)

    on = day_field(said("文件日期", "Day of the document"))
    document = forms.CharField(label=said("文号", "Number of the document"), max_length=120)
    evidence = FilesField(label=said("文件扫描件", "Scan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["on", "document"])
