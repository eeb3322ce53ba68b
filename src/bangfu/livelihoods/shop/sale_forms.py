"""Forms of live sales."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.livelihoods.shop.forms import Coded, Named, NamedForm, moment_field, text_field, words_field
from bangfu.livelihoods.shop.models import Ambassador, Channel, Product, Session
from bangfu.livelihoods.shop.operations import AmbassadorDetails


class SaleRevisionForm(NamedForm):
    """What a live sale is called, and when it is."""

    beside = (*NamedForm.beside, ("starts_at", "ends_at"))

    starts_at = moment_field(said("开始", "Begins"))
    ends_at = moment_field(said("结束", "Ends"))


class SaleForm(SaleRevisionForm, Coded):
    """A live sale of a channel."""

    beside = (("channel", "code"), *SaleRevisionForm.beside)

    def __init__(self, *args: Any, channels: QuerySet[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = channels[0] if len(channels[:2]) == 1 else None
        self.fields["channel"] = Named(
            label=said("渠道", "Channel"),
            queryset=channels,
            initial=only,
            help_text=said("没有的，先开设渠道。", "Open a channel first if it is missing."),
        )
        self.order_fields(["channel", "code", "name_zh", "name_en"])


class StreamForm(Keyed):
    """Where a live sale's picture comes from."""

    address = text_field(
        said("画面地址（HLS）", "Address of the picture (HLS)"),
        500,
        required=False,
        help_text=said(
            "推流平台给的 .m3u8 地址；不填就没有画面。",
            "The .m3u8 address that the streaming platform gives; empty is no picture.",
        ),
    )


class SessionForm(Keyed):
    """A part of a live sale."""

    beside = (("title_zh", "title_en"), ("starts_at", "ends_at"))

    title_zh = text_field(said("场次", "Session in Chinese"), 120)
    title_en = text_field(said("英文名称", "Session in English"), 160)
    starts_at = moment_field(said("开始", "Begins"))
    ends_at = moment_field(said("结束", "Ends"))

    def __init__(self, *args: Any, hosts: QuerySet[Ambassador], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"] = _OfAmbassadors(
            label=said("主持", "Host"),
            queryset=hosts,
            required=False,
            empty_label=str(said("不写", "not said")),
            help_text=said("从这场直播的代言人里选。", "One of the ambassadors of this live sale."),
        )


class RunSheetForm(Keyed):
    """What happens in a session, line by line."""

    lines = words_field(said("流程单", "Run-sheet"), 20_000, rows=16)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self._session = session
        super().__init__(*args, **kwargs)
        self.fields["lines"].help_text = said(
            "一行一步：时间和内容，如“20:05 介绍糯米”。整张单重写。",
            "A step a line: a time and what happens, as “20:05 Present the rice”. The sheet is written anew as a whole.",
        )

    def clean_lines(self) -> list[tuple[datetime, str]]:
        """Return when what happens; a time before the session's own is of the day after."""
        begins = timezone.localtime(self._session.starts_at)
        found = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            if not line.strip():
                continue
            written, _, what = line.strip().replace("：", ":", 1).partition(" ")
            try:
                clock = datetime.strptime(written, "%H:%M").time()  # noqa: DTZ007 - a time of the session's own day
            except ValueError:
                clock = None
            if clock is None or not what.strip() or len(what.strip()) > 200:
                words = said(
                    "第 {number} 行读不出来。写时间、空格和内容，如“20:05 介绍糯米”。",
                    "Line {number} cannot be read. Write a time, a space and what happens, as “20:05 Present the rice”.",
                )
                raise forms.ValidationError(str(words).format(number=number))
            at = begins.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
            found.append((at if at >= begins.replace(second=0) else at + timedelta(days=1), what.strip()))
        return found


def run_sheet_said(session: Session) -> str:
    """Return a session's run-sheet as its form begins."""
    return "\n".join(
        f"{timezone.localtime(one.starts_at):%H:%M} {one.what}" for one in session.items.order_by("starts_at")
    )


class AmbassadorRevisionForm(Keyed):
    """For what somebody speaks, when, and what may be said."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (
        ("post_zh", "post_en"),
        ("starts_at", "ends_at"),
        ("claims_zh", "claims_en"),
    )

    post_zh = text_field(
        said("身份", "Who, in Chinese"),
        80,
        help_text=said("公开显示，如“贵州公司总经理”；不写姓名。", "Everybody reads it; no name."),
    )
    post_en = text_field(said("英文身份", "Who, in English"), 120)
    starts_at = moment_field(said("自", "From"))
    ends_at = moment_field(said("至", "To"))
    claims_zh = words_field(said("可以说的", "What may be said, in Chinese"), required=True)
    claims_en = words_field(said("可以说的（英文）", "What may be said, in English"), required=True)
    script = words_field(said("台词", "Script"), 20_000, rows=8)

    def __init__(self, *args: Any, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"] = Named(
            label=said("商品", "Product"),
            queryset=products,
            help_text=said("已为这场直播预留库存的商品。", "Of what is set apart for this live sale."),
        )

    def details(self) -> AmbassadorDetails:
        """Return what was said, for the operation."""
        names = (
            "product", "post_zh", "post_en", "starts_at", "ends_at", "claims_zh", "claims_en", "script",
        )  # fmt: skip
        return AmbassadorDetails(**{name: self.cleaned_data[name] for name in names})


class AmbassadorForm(AmbassadorRevisionForm):
    """Who speaks for a product, with their consent."""

    beside = (("unit", "product"), ("name", "phone"), *AmbassadorRevisionForm.beside)

    name = text_field(
        said("姓名", "Name"),
        60,
        help_text=said("加密保存，页面不显示。", "It is sealed, and no page shows it."),
    )
    phone = text_field(said("电话", "Phone"), 30, required=False)
    consented_on = forms.DateField(label=said("本人同意日期", "Consent given on"), widget=DayInput())
    evidence = FilesField(label=said("签字的肖像使用同意书", "The signed consent to be shown"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoice(
            label=said("所属单位", "Unit"),
            queryset=units,
            help_text=said("金额按它所在的省显示。", "The value is shown for its province."),
        )
        self.order_fields(["unit", "product", "name", "phone"])


class PortraitForm(Keyed):
    """A portrait for the public page, and until when the consent holds."""

    picture = FilesField(
        label=said("照片", "Portrait"),
        required=False,
        help_text=said("一张；不选则保留现在的。", "One; none: what is kept stays."),
    )
    is_removed = forms.BooleanField(label=said("不再展示照片", "Show none any more"), required=False)
    consent_ends_on = forms.DateField(
        label=said("同意到哪一天为止", "Consent ends on"), required=False, widget=DayInput(),
        help_text=said(
            "从这一天起照片和说法都不再公开；不填则直到撤回。",
            "From this day on neither portrait nor claims are shown; empty: until it is withdrawn.",
        ),
    )  # fmt: skip


class _OfAmbassadors(forms.ModelChoiceField):
    def label_from_instance(self, obj: Ambassador) -> str:
        return str(obj.post)
