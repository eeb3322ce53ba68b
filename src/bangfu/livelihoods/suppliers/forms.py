"""Forms of the suppliers room: they read what was typed; what may be recorded is decided by the operations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.livelihoods.fields import UnitField, yuan_field
from bangfu.livelihoods.industries.neighbours import OPERATOR_WORDS, Operator
from bangfu.livelihoods.shop.neighbours import Product
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS, LONGEST_WAYBILL
from bangfu.livelihoods.suppliers.models import (
    CATEGORY_WORDS,
    STAGE_WORDS,
    Item,
    ItemKind,
    Supplier,
    Supply,
)
from bangfu.livelihoods.suppliers.operations import ProofDetails, SupplierDetails
from bangfu.livelihoods.suppliers.toship import ToShip


def _day(zh: str, en: str, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=said(zh, en), widget=DayInput(), required=required, help_text=help_text)


def _text(zh: str, en: str, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=said(zh, en), max_length=longest, required=required, help_text=help_text)


def _words(zh: str, en: str, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=said(zh, en), max_length=longest, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class _Operators(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Return its name and code."""
        return f"{obj.title} {obj.code}"


class _Products(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Return its name and code."""
        return f"{obj.name} {obj.code}"


class RevisionForm(Keyed):
    """What is said of a supplier."""

    beside = (("kind", "operator"), ("name_zh", "name_en"), ("contact_name", "contact_phone"))

    kind = forms.ChoiceField(label=said("类型", "Kind"), choices=list(OPERATOR_WORDS.items()))
    name_zh = _text("名称", "Name in Chinese", 80)
    name_en = _text("英文名称", "Name in English", 120, required=False)
    operator = _Operators(
        queryset=Operator.objects.order_by("name_zh"),
        required=False,
        label=said("产业里的经营主体", "Operator of industries"),
        empty_label=said("（不是）", "(none)"),
        help_text=said(
            "选了就能在结算单旁看到向农户收购的记录。",
            "Then what it bought from households is shown beside statements.",
        ),
    )
    contact_name = _text(
        "联系人", "Whom to call", 40, required=False,
        help_text=said(
            "姓名和电话加密保存；修改时留空就不变。", "Name and telephone are sealed; left empty they stay as they were."
        ),
    )  # fmt: skip
    contact_phone = _text("联系电话", "Telephone", 30, required=False)

    def details(self, supplier: Supplier | None = None) -> SupplierDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return SupplierDetails(
            code=supplier.code if supplier else "".join(written["code"].split()).upper(), kind=written["kind"],
            name_zh=written["name_zh"], name_en=written["name_en"], operator=written["operator"],
            county=supplier.place if supplier else written["county"], contact_name=written["contact_name"],
            contact_phone=written["contact_phone"],
        )  # fmt: skip


class SupplierForm(RevisionForm):
    """A supplier with its licence."""

    code = _text(
        "统一社会信用代码",
        "Unified social credit code",
        18,
        help_text=said("18 位，照营业执照。", "18 characters, as on the licence."),
    )
    evidence = FilesField(label=said("营业执照", "The licence"))

    def __init__(self, *args: Any, units: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"] = PlaceField(label=said("所在县", "County"), levels=(COUNTY,), offers=offers)
        self.fields["unit"] = UnitField(queryset=units, label=said("帮扶单位", "Supported by"))
        self.order_fields(["unit", "code", "kind", "operator", "name_zh", "name_en", "county"])


class SeatForm(Keyed):
    """An account for a supplier."""

    beside = (("username", "starts_on"),)

    username = _text(
        "登录名", "User name", 80,
        help_text=said(
            "先由系统管理员开账号，由安全管理员授予“供应商”角色。",
            "An administrator opens the account, and security grants it the role “Supplier”.",
        ),
    )  # fmt: skip
    starts_on = _day("起始", "From")

    def clean_username(self) -> Account:
        """Return the account of that name."""
        found = Account.objects.filter(username__iexact=self.cleaned_data["username"].strip()).first()
        if found is None:
            raise forms.ValidationError(said("没有这个登录名。", "There is no such user name."))
        return found


class EndForm(Keyed):
    """From which day on something ends."""

    on = _day("从哪天起不再算", "From which day no more")


class SupplyForm(Keyed):
    """A product that a supplier supplies."""

    beside = (("starts_on", "due_on"),)

    starts_on = _day("从哪天下的单起", "Orders placed from")
    due_on = _day(
        "上架资料期限",
        "Papers due on",
        required=False,
        help_text=said("不填为 30 天后。", "Empty: in thirty days."),
    )

    def __init__(self, *args: Any, units: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplied = Supply.objects.filter(in_force(on)).values("product")
        self.fields["product"] = _Products(
            queryset=Product.objects.filter(unit__in=units).exclude(pk__in=supplied).order_by("code"),
            label=said("商品", "Product"),
        )
        self.order_fields(["product", "starts_on", "due_on"])


class TermsForm(Keyed):
    """A version of the contract."""

    beside = (("starts_on", "document"), ("commission", "platform"))

    starts_on = _day("从哪天下的单起", "Orders placed from")
    document = _text("合同编号", "Number of the contract", 80)
    commission = forms.DecimalField(
        label=said("佣金（%）", "Commission (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    platform = forms.DecimalField(
        label=said("平台费（%）", "Platform fee (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    freight_yuan = yuan_field(
        said("每单由供应商负担的运费（元）", "Freight of an order that the supplier bears (yuan)"),
        required=True,
    )
    evidence = FilesField(label=said("合同", "The contract"))

    def rates(self) -> dict[str, Any]:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return {
            "commission_bp": int(written["commission"] * 100), "platform_bp": int(written["platform"] * 100),
            "freight_fen": int(written["freight_yuan"] * Decimal(100)), "document": written["document"],
            "starts_on": written["starts_on"],
        }  # fmt: skip


class StageForm(Keyed):
    """A stage that a supplier reached, or fell back to."""

    beside = (("to_stage", "reached_on"),)

    reached_on = _day("日期", "Day")
    words = _words(
        "凭什么看出来", "By what it is seen", 300, help_text=said("退回的写明原因。", "Of a step back, why.")
    )
    evidence = FilesField(label=said("照片或文件", "Photographs or documents"))

    def __init__(self, *args: Any, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = supplier.stage
        choices = [(one, words) for one, words in STAGE_WORDS.items() if one == now + 1 or one < now]
        self.fields["to_stage"] = forms.TypedChoiceField(
            label=said("到了哪一步", "Stage"), choices=choices, coerce=int
        )
        self.order_fields(["to_stage", "reached_on", "words", "evidence"])


class ItemForm(Keyed):
    """By when an item is due, and who sees to it."""

    beside = (("due_on", "username"),)

    due_on = _day("期限", "Due on")
    username = _text(
        "由谁负责（登录名）",
        "Who sees to it (user name)",
        80,
        required=False,
        help_text=said("不填：供应商。", "Empty: the supplier."),
    )

    def account(self) -> Account | None:
        """Return who was named; null: nobody."""
        text = self.cleaned_data["username"].strip()
        return Account.objects.filter(username__iexact=text).first() if text else None


class ProofForm(Keyed):
    """Proof of an item."""

    beside = (("number", "issuer"), ("issued_on", "expires_on"))

    number = _text("编号", "Number", 80, required=False)
    issuer = _text("发证或检验机构", "Authority or laboratory", 120, required=False)
    issued_on = _day("日期", "Day", required=False)
    expires_on = _day("有效期至", "In force until", required=False)
    evidence = FilesField(label=said("扫描件或照片", "Scan or photographs"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        required = {
            ItemKind.LICENCE: ("number", "expires_on"), ItemKind.TEST: ("issuer", "issued_on"),
        }.get(ItemKind(item.kind), ())  # fmt: skip
        for name in required:
            self.fields[name].required = True
        if item.kind in (ItemKind.PACKAGING, ItemKind.PICTURES):
            for name in ("number", "issuer", "issued_on"):
                del self.fields[name]

    def details(self) -> ProofDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return ProofDetails(
            written.get("number", ""),
            written.get("issuer", ""),
            written.get("issued_on"),
            written.get("expires_on"),
        )


class ReasonForm(Keyed):
    """Why something is given back, or what is answered."""

    words = _words("写明", "In words", 500)


class TicketForm(Keyed):
    """A question or problem; short, so that it is filled in on a phone."""

    beside = (("category", "due_on"),)

    category = forms.ChoiceField(label=said("类别", "About"), choices=list(CATEGORY_WORDS.items()))
    due_on = _day("希望哪天前答复", "To be answered by")
    title = _text("一句话", "In one line", 120)
    text = _words("说明", "In words", 2000)


class ReplyForm(Keyed):
    """What is said in a ticket."""

    text = _words("说什么", "What you say", 2000)


class ReopenForm(ReplyForm):
    """Why a ticket is opened again, and by when it is due."""

    due_on = _day("希望哪天前答复", "To be answered by")


class AssignForm(Keyed):
    """Who sees to a ticket."""

    beside = (("username", "due_on"),)

    username = _text("派给谁（登录名）", "Who sees to it (user name)", 80)
    due_on = _day("期限", "Due on")

    clean_username = SeatForm.clean_username


class ParcelForm(Keyed):
    """A waybill for what of an order is left, or a part of it; a scanner types the number."""

    beside = (("waybill", "courier"),)

    waybill = forms.CharField(
        label=said("运单号", "Waybill"), max_length=LONGEST_WAYBILL,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    courier = forms.ChoiceField(
        label=said("快递公司", "Courier"), required=False,
        choices=[("", said("由单号看出", "by the number")), *COURIER_WORDS.items()],
    )  # fmt: skip

    def __init__(self, *args: Any, lines: list[ToShip], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for one in lines:
            self.fields[f"line_{one.line}"] = forms.IntegerField(
                label=said(
                    f"{one.product.zh} {one.spec.zh}（剩 {one.left} 件）", f"{one.product.en} {one.spec.en} ({one.left} left)"
                ),
                min_value=0, max_value=one.left, initial=one.left,
            )  # fmt: skip

    def packs(self) -> dict[int, int]:
        """Return how many of which line go; lines of which none goes are absent."""
        said_of = ((one.line, self.cleaned_data[f"line_{one.line}"]) for one in self.lines)
        return {line: packs for line, packs in said_of if packs}


class ScanForm(Keyed):
    """An order's number and a waybill, scanned or typed one after the other."""

    order = forms.CharField(
        label=said("订单号", "Order"), max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    waybill = forms.CharField(
        label=said("运单号", "Waybill"), max_length=LONGEST_WAYBILL,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    courier = ParcelForm.base_fields["courier"]


class IssueForm(Keyed):
    """The period of a statement."""

    beside = (("starts_on", "last_day"),)

    starts_on = _day("从哪天完成的订单起", "Orders closed from")
    last_day = _day("最后一天", "Last day")


class ConfirmForm(Keyed):
    """What growers were paid, with slips."""

    grower_yuan = yuan_field(said("农户实际收到（元）", "Growers were paid (yuan)"), required=True)
    words = _words("少于保底的原因", "Why it is less than promised", 300, required=False)
    evidence = FilesField(label=said("收购凭证、签字的结算单", "Purchase slips, the signed statement"))


class CorrectionForm(Keyed):
    """A correction of one line."""

    amount_yuan = forms.DecimalField(
        label=said("更正金额（元，少付为正、多付为负）", "Correction (yuan; above zero where too little was due)"),
        max_digits=12, decimal_places=2,
    )  # fmt: skip
    reason = _words("原因", "Why", 300)


class PaymentForm(Keyed):
    """That a statement was paid."""

    beside = (("paid_on", "receipt"),)

    paid_on = _day("付款日期", "Paid on")
    receipt = _text("付款回单号", "Number of the bank's proof", 60)
    evidence = FilesField(label=said("付款回单", "The bank's proof"))
