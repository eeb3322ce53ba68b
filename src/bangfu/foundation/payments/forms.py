"""Forms of payments."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import OWNER_WORDS, PROVIDER_WORDS
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LARGEST_BILL = 20 * 1024 * 1024


class MerchantForm(Keyed):
    """A new merchant account."""

    beside = (
        ("unit", "code"),
        ("provider", "owner_kind"),
        ("owner_title", "owner_code"),
        ("app_id", "merchant_number"),
        ("certificate_serial", "platform_serial"),
    )

    unit = UnitChoice(label=said("负责单位", "Unit"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=said("代码", "Code"),
        max_length=30,
        help_text=said(
            "小写字母、数字、连字符；密钥文件夹以它为名。",
            "Small letters, digits, hyphens; the folder of keys bears it.",
        ),
    )
    title = forms.CharField(label=said("账户名称", "Title"), max_length=100)
    provider = forms.ChoiceField(label=said("渠道", "Provider"), choices=list(PROVIDER_WORDS.items()))
    owner_kind = forms.ChoiceField(
        label=said("钱归谁", "Whose the money is"),
        choices=list(OWNER_WORDS.items()),
        help_text=said(
            "善款只进慈善组织自己的账户。", "Cash for a charity enters the charity's own account alone."
        ),
    )
    owner_title = forms.CharField(label=said("收款主体", "Registered name"), max_length=100)
    owner_code = forms.CharField(
        label=said("统一社会信用代码", "Unified social credit code"), min_length=18, max_length=18
    )
    app_id = forms.CharField(label=said("应用编号", "App id"), max_length=40, required=False)
    merchant_number = forms.CharField(
        label=said("商户号", "Merchant number"),
        max_length=40,
        required=False,
        help_text=said("支付宝写卖家编号（2088…）。", "Alipay: the seller id (2088…)."),
    )
    certificate_serial = forms.CharField(
        label=said("商户证书序列号", "Serial of the merchant's certificate"),
        max_length=64,
        required=False,
        help_text=said("只有微信支付需要。", "WeChat Pay alone."),
    )
    platform_serial = forms.CharField(
        label=said("平台证书序列号或公钥编号", "Serial of the platform's certificate, or its key id"),
        max_length=64,
        required=False,
    )

    def __init__(self, *args: Any, units: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")  # type: ignore[attr-defined]


class RefundForm(Keyed):
    """A part of a payment that is to be given back."""

    yuan = forms.DecimalField(
        label=said("退款金额（元）", "Amount (yuan)"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
    )
    reason = forms.CharField(
        label=said("退款原因", "Reason"),
        max_length=60,
        help_text=said("付款人看得到；不要写个人信息。", "The payer reads it; nothing personal."),
    )


class StatementForm(Keyed):
    """A provider's bill."""

    beside = (("starts_on", "last_on"),)

    starts_on = forms.DateField(label=said("账单首日", "First day"), widget=DayInput())
    last_on = forms.DateField(label=said("账单末日", "Last day"), widget=DayInput())
    file = forms.FileField(
        label=said("账单文件", "The bill"),
        help_text=said(
            "渠道下载的 CSV，不要改动：支付宝业务明细（GB18030）或微信交易账单（UTF-8）。",
            "The CSV as downloaded: Alipay's business detail (GB18030) or WeChat Pay's trades (UTF-8).",
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is larger than any bill."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BILL:
            raise forms.ValidationError(
                said("文件超过 20 MB。请按天下载。", "The file is above 20 MB. Take it by day.")
            )
        return file
