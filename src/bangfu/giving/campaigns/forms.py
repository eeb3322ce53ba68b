"""Forms of campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from bangfu.foundation.money.models import Fund
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.giving.campaigns.models import (
    CAUSE_WORDS,
    CHARITY_WORDS,
    MEANING_WORDS,
    Campaign,
    Charity,
    LineMeaning,
)
from bangfu.giving.campaigns.operations import Plan


def yuan_field(zh: str, en: str, **more: Any) -> forms.DecimalField:
    """Return the field of a sum in yuan, to the fen."""
    return forms.DecimalField(label=said(zh, en), min_value=0, decimal_places=2, max_digits=14, **more)


class CharityForm(Keyed):
    """A charity that may raise from the public."""

    beside = (
        ("unit", "code"),
        ("name_zh", "name_en"),
        ("kind", "qualification"),
        ("qualified_on", "last_day"),
    )

    unit = UnitChoice(label=said("记账单位", "Unit that keeps its books"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=said("统一社会信用代码", "Unified social credit code"), min_length=18, max_length=18
    )
    name_zh = forms.CharField(label=said("登记名称", "Registered name"), max_length=120)
    name_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=160, required=False)
    kind = forms.ChoiceField(
        label=said("组织形式", "Registered as"),
        choices=list(CHARITY_WORDS.items()),
        help_text=said("支出和管理费的限额按组织形式。", "Limits of spending and administration go by it."),
    )
    qualification = forms.CharField(
        label=said("公开募捐资格证书编号", "Number of its fundraising certificate"), max_length=80
    )
    qualified_on = forms.DateField(label=said("资格自", "Qualified from"), widget=DayInput())
    last_day = forms.DateField(label=said("资格至", "Last day"), widget=DayInput(), required=False)
    bank_account_ending = forms.CharField(label=said("银行账号末几位", "Bank account ends in"), max_length=6)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class FundForm(Keyed):
    """A fund in the books of a charity."""

    beside = (("code", "starts_on"), ("title_zh", "title_en"))

    code = forms.CharField(
        label=said("代码", "Code"),
        max_length=40,
        help_text=said("大写字母、数字、短横。", "Capitals, digits, hyphens."),
    )
    starts_on = forms.DateField(label=said("开设日期", "Opened on"), widget=DayInput())
    title_zh = forms.CharField(label=said("名称", "Title"), max_length=120)
    title_en = forms.CharField(label=said("英文名称", "Title in English"), max_length=160)
    purpose = forms.CharField(label=said("用途", "Purpose"), max_length=400)
    is_restricted = forms.TypedChoiceField(
        label=said("资金", "Money"), coerce=lambda value: value == "restricted", initial="restricted",
        choices=[
            ("restricted", said("限定：只用于它的用途，不能透支", "Restricted: for its purpose alone, never overdrawn")),
            ("general", said("非限定：也可列支管理费", "General: may pay administration as well")),
        ],
    )  # fmt: skip


class PlanForm(Keyed):
    """What is said of a campaign before it opens."""

    beside = (
        ("unit", "code"), ("title_zh", "title_en"), ("starts_on", "last_day"), ("goal_yuan", "least_yuan"),
        ("cause", "cooling_hours"), ("does_zh", "does_en"), ("sponsor", "seat"),
    )  # fmt: skip

    unit = UnitChoice(label=said("主办单位", "Run by"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=said("代码", "Code"),
        max_length=40,
        help_text=said("大写字母、数字、短横。", "Capitals, digits, hyphens."),
    )
    title_zh = forms.CharField(label=said("名称", "Title"), max_length=120)
    title_en = forms.CharField(label=said("英文名称", "Title in English"), max_length=160, required=False)
    cause = forms.ChoiceField(label=said("领域", "Cause"), choices=list(CAUSE_WORDS.items()))
    cooling_hours = forms.IntegerField(
        label=said("冷静期（小时）", "Hours to take a gift back"), min_value=0, max_value=720, initial=24
    )
    about_zh = forms.CharField(label=said("说明", "About"), widget=forms.Textarea)
    about_en = forms.CharField(
        label=said("英文说明", "About, in English"), widget=forms.Textarea, required=False
    )
    does_zh = forms.CharField(label=said("一份捐赠能做什么", "What a gift does"), max_length=200)
    does_en = forms.CharField(label=said("英文", "In English"), max_length=300, required=False)
    goal_yuan = yuan_field("目标（元）", "Goal (yuan)")
    least_yuan = yuan_field("起捐（元）", "Least gift (yuan)", initial=1)
    starts_on = forms.DateField(label=said("第一天", "First day"), widget=DayInput())
    last_day = forms.DateField(label=said("最后一天", "Last day"), widget=DayInput())
    sponsor = UnitChoice(
        label=said("积分折现的企业", "Who pays for points"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=said("空：不收积分。", "Empty: no points are taken."),
    )
    seat = PlaceField(
        offers=reverse_lazy("intake:places"),
        label=said("所在地", "Seat"),
        help_text=said("没有归属地的捐赠计在这里。", "Gifts of no branch count here."),
    )
    is_drive = forms.BooleanField(
        label=said("职工或团委募集（如红围脖）", "A drive of staff"),
        required=False,
        help_text=said(
            "只给登录的职工看，只收职工的捐款，不收积分。",
            "Staff who sign in see it and give; it takes no points.",
        ),
    )
    is_elsewhere = forms.BooleanField(
        label=said("在别的平台进行，数字另行报送", "Runs on another platform; its figures are reported"),
        required=False,
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "sponsor"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["unit"], self.fields["code"]

    @staticmethod
    def plan_of(said_: dict[str, Any]) -> Plan:
        """Return the plan that a form says."""
        names = ("title_zh", "title_en", "cause", "about_zh", "about_en", "does_zh", "does_en", "sponsor", "seat",
                 "cooling_hours", "is_drive", "is_elsewhere", "starts_on")  # fmt: skip
        return Plan(
            **{name: said_[name] for name in names},
            goal_fen=int(said_["goal_yuan"] * 100),
            least_fen=int(said_["least_yuan"] * 100),
            ends_on=said_["last_day"] + timedelta(days=1),
        )


class SignForm(Keyed):
    """The charity that signed, and the fund that holds the money."""

    charity = forms.ModelChoiceField(label=said("慈善组织", "Charity"), queryset=Charity.objects.none())
    agreement = forms.CharField(label=said("合作协议编号", "Number of the contract"), max_length=120)
    fund = forms.ModelChoiceField(
        label=said("限定基金", "Restricted fund"),
        queryset=Fund.objects.none(),
        help_text=said(
            "由会计在资金里设立，属于慈善组织的账。", "An accountant opens it in the charity's books."
        ),
    )

    def __init__(
        self, *args: Any, charities: QuerySet[Charity], funds: QuerySet[Fund], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["charity"].queryset = charities  # type: ignore[attr-defined]
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        self.fields["charity"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        self.fields["fund"].label_from_instance = lambda one: f"{one.title} {one.code}"  # type: ignore[attr-defined]


class FilingForm(Keyed):
    """The filing with the civil affairs office."""

    filing = forms.CharField(label=said("备案号", "Filing number"), max_length=80)
    filed_on = forms.DateField(label=said("备案日期", "Filed on"), widget=DayInput())


class OpenForm(Keyed):
    """The charity's own merchant account."""

    merchant = forms.ModelChoiceField(
        label=said("慈善组织的收款账户", "Merchant account of the charity"),
        queryset=MerchantAccount.objects.none(),
        required=False,
        empty_label=None,
    )

    def __init__(self, *args: Any, merchants: QuerySet[MerchantAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merchant"].queryset = merchants  # type: ignore[attr-defined]


class SurplusForm(Keyed):
    """What was done with what was left."""

    surplus = forms.CharField(label=said("结余如何处理", "What was done with it"), widget=forms.Textarea)


class MatchForm(Keyed):
    """What a company adds to each gift."""

    beside = (("adds_yuan", "to_yuan"), ("starts_on", "last_day"), ("cap_yuan", "document"))

    sponsor = UnitChoice(label=said("配捐企业", "Company"), queryset=Unit.objects.none())
    adds_yuan = yuan_field("配（元）", "Adds (yuan)", initial=1)
    to_yuan = yuan_field("每捐（元）", "To each (yuan)", initial=1)
    cap_yuan = yuan_field("上限（元）", "Cap (yuan)")
    document = forms.CharField(label=said("批准文件", "Approved by"), max_length=120)
    starts_on = forms.DateField(label=said("第一天", "First day"), widget=DayInput())
    last_day = forms.DateField(label=said("最后一天", "Last day"), widget=DayInput())

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].queryset = units  # type: ignore[attr-defined]


class DisclosureForm(Keyed):
    """Where something was published."""

    published_on = forms.DateField(label=said("公开日期", "Published on"), widget=DayInput())
    address = forms.CharField(label=said("公开网址", "Address"), max_length=300)
    note = forms.CharField(
        label=said("更正说明", "Note of correction"),
        widget=forms.Textarea,
        required=False,
        help_text=said(
            "已公开过的，再登记就是更正，须写明改了什么。",
            "What is disclosed already is corrected: say what and why.",
        ),
    )


class FileForm(Keyed):
    """A file."""

    file = forms.FileField(label=said("文件", "File"))


class ReasonForm(Keyed):
    """Why."""

    reason = forms.CharField(
        label=said("原因", "Reason"), max_length=60, help_text=said("不写个人信息。", "No personal details.")
    )


class SeriesForm(Keyed):
    """Numbers of receipts."""

    beside = (("first", "last"),)

    code = forms.CharField(label=said("票据代码", "Code of the receipts"), max_length=12)
    first = forms.IntegerField(label=said("起始号码", "First number"), min_value=1)
    last = forms.IntegerField(label=said("终止号码", "Last number"), min_value=1)


class CostForm(Keyed):
    """Administration that a fund paid."""

    beside = (("yuan", "spent_on"),)

    fund = forms.ModelChoiceField(label=said("基金", "Fund"), queryset=Fund.objects.none())
    yuan = forms.DecimalField(
        label=said("金额（元）", "Sum (yuan)"), min_value=0, decimal_places=2, max_digits=11
    )
    spent_on = forms.DateField(label=said("日期", "Day"), widget=DayInput())
    document = forms.CharField(label=said("凭证编号", "Voucher"), max_length=120)
    reason = forms.CharField(
        label=said("超过限额的原因", "Why beyond the limit"), required=False, max_length=400,
        help_text=said("未超过不用写；写了的会列入年报。", "Only beyond the limit; it will stand in the yearly table."),
    )  # fmt: skip

    def __init__(self, *args: Any, funds: QuerySet[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        self.fields["fund"].label_from_instance = lambda one: f"{one.title} {one.code}"  # type: ignore[attr-defined]


class PurchaseForm(Keyed):
    """What a campaign bought."""

    beside = (("yuan", "bought_on"),)

    yuan = forms.DecimalField(
        label=said("金额（元）", "Sum (yuan)"), min_value=0, decimal_places=2, max_digits=11
    )
    bought_on = forms.DateField(label=said("日期", "Day"), widget=DayInput())
    document = forms.CharField(
        label=said("凭证编号", "Voucher"),
        max_length=60,
        help_text=said("发票或合同编号。", "Number of the invoice or contract."),
    )


class LineForm(Keyed):
    """What a credit of the bank is."""

    meaning = forms.ChoiceField(
        label=said("认领为", "It is"),
        choices=[(value, words) for value, words in MEANING_WORDS.items() if value != LineMeaning.OPEN],
    )
    campaign = forms.ModelChoiceField(
        label=said("活动", "Campaign"), queryset=Campaign.objects.none(), required=False
    )
    remark = forms.CharField(
        label=said("说明", "Remark"),
        max_length=200,
        required=False,
        help_text=said("与募捐无关的须写原因。", "Needed where it is no gift."),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["campaign"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]


class SponsorForm(Keyed):
    """The company whose receipt it is."""

    title = forms.CharField(label=said("交款单位", "Payer"), max_length=120)
    code = forms.CharField(
        label=said("统一社会信用代码", "Unified social credit code"), max_length=18, required=False
    )


class CashForm(Keyed):
    """A gift of cash by anybody."""

    yuan = forms.DecimalField(
        label=said("金额（元）", "Sum (yuan)"), min_value=0, decimal_places=2, max_digits=11
    )
    name = forms.CharField(
        label=said("姓名", "Name"),
        max_length=60,
        required=False,
        help_text=said(
            "只为开票据，加密保存；可不填。", "For the receipt alone, kept sealed; may be left empty."
        ),
    )
    is_anonymous = forms.BooleanField(label=said("匿名", "Without my name"), required=False)


class MonthlyForm(CashForm):
    """A gift each month."""

    day = forms.IntegerField(
        label=said("每月几号", "Day of the month"), min_value=1, max_value=28, initial=10
    )


class PointsForm(Keyed):
    """A gift of points by a member."""

    points = forms.IntegerField(label=said("积分", "Points"), min_value=1)
    token = forms.CharField(widget=forms.HiddenInput, max_length=200)
    is_anonymous = forms.BooleanField(label=said("匿名", "Without my name"), required=False)
