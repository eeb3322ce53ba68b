"""Forms of milestones, acceptance, assets, the end of a project, and the checks of the years after."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import FilesField, Keyed, said
from bangfu.livelihoods.fields import party_field, yuan_field
from bangfu.livelihoods.projects.forms.projects import day_field
from bangfu.livelihoods.projects.models import OWNER_WORDS, USED_WORDS, YEARS
from bangfu.livelihoods.projects.operations import AssetDetails

YEAR_WORDS = {year: both(f"满 {year} 年", f"After {year} year{'s' if year > 1 else ''}") for year in YEARS}


class MilestoneForm(Keyed):
    """What a project is to reach, and by when."""

    beside = (("title", "due_on"),)

    title = forms.CharField(label=said("节点", "Milestone"), max_length=120)
    due_on = day_field(said("计划完成", "Due on"))


class ReachedForm(Keyed):
    """When a milestone was reached."""

    on = day_field(said("完成日期", "Reached on"))
    note = forms.CharField(label=said("说明", "Note"), max_length=300, required=False)
    evidence = FilesField(label=said("现场照片", "Photographs"))


class AcceptanceForm(Keyed):
    """Who accepted a project, when, and by which document."""

    beside = (("on", "document"),)

    on = day_field(said("验收日期", "Accepted on"))
    document = forms.CharField(label=said("验收文号", "Number of the document"), max_length=120)
    acceptors = forms.CharField(
        label=said("验收单位", "Accepted by"),
        max_length=300,
        help_text=said(
            "写单位和岗位，不写个人，如“县农业农村局、者楼街道办、村委会”。", "Bodies and posts, not persons."
        ),
    )
    note = forms.CharField(
        label=said("说明", "Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = FilesField(label=said("验收文件", "Document of acceptance"))


class AssetForm(Keyed):
    """Whose something is that was built, and who keeps it up."""

    beside = (("name", "value_yuan"), ("owner_kind", "owner"), ("document", "upkeep"))

    name = forms.CharField(
        label=said("资产名称", "Asset"),
        max_length=120,
        help_text=said("同名再登记，以后一次为准。", "The same name said anew holds."),
    )
    value_yuan = yuan_field(said("价值（元）", "Value (yuan)"), required=True)
    owner_kind = forms.ChoiceField(label=said("所有者", "Owner"), choices=list(OWNER_WORDS.items()))
    owner = party_field(said("所有者代码", "Code of the owner"), required=True)
    document = forms.CharField(label=said("确权文号", "Document of ownership"), max_length=120)
    upkeep = forms.CharField(
        label=said("管护岗位", "Post that keeps it up"),
        max_length=120,
        help_text=said("写岗位，不写姓名，如“村集体资产管护员”。", "A post, no name."),
    )
    evidence = FilesField(label=said("确权文件", "Scan of the document"), required=False)

    def details(self) -> AssetDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return AssetDetails(
            name=written["name"],
            owner_kind=written["owner_kind"],
            owner=written["owner"].strip().upper(),
            document=written["document"],
            upkeep=written["upkeep"],
            value_fen=int(written["value_yuan"] * 100),
        )


class ClosingForm(Keyed):
    """When a project was settled."""

    beside = (("on", "document"),)

    on = day_field(said("办结日期", "Closed on"))
    document = forms.CharField(label=said("文号", "Number of the document"), max_length=120, required=False)
    reason = forms.CharField(
        label=said("没有形成资产的原因", "Why nothing was built"),
        max_length=500,
        required=False,
        help_text=said("登记了资产的不用填。", "Not where an asset is registered."),
    )


class CheckForm(Keyed):
    """Whether it is still used."""

    beside = (("year", "on"),)

    year = forms.TypedChoiceField(label=said("检查", "Check"), coerce=int, choices=list(YEAR_WORDS.items()))
    on = day_field(said("检查日期", "Checked on"))
    used = forms.ChoiceField(label=said("是否在用", "Still used"), choices=list(USED_WORDS.items()))
    reason = forms.CharField(
        label=said("原因", "Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=said("闲置或部分在用的必填。", "Needed unless it is in use."),
    )
    evidence = FilesField(label=said("现场照片", "Photographs"))

    def said_words(self) -> dict[str, Any]:
        """Return what the operation takes, without the key."""
        return {name: self.cleaned_data[name] for name in ("year", "on", "used", "reason")}
