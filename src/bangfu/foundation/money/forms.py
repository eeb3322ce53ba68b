"""Forms of the books: a voucher with its lines, why one is taken back, and an account that is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from bangfu.foundation.money.models import ASSET_WORDS, DECIMALS, KIND_WORDS, BookAccount, Fund
from bangfu.foundation.money.operations import MOST_LINES, REASON_WORDS, Line
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LINES, MORE_LINES = 4, 4
"""How many lines a blank voucher has, and how many are added at a time."""
_PREFIX = "line"
_TYPED = {"inputmode": "decimal", "autocomplete": "off"}


class VoucherForm(Keyed):
    """What stands above a voucher's lines."""

    beside = (("number", "happened_on"),)

    number = forms.CharField(label=said("凭证号", "Number"), max_length=40)
    happened_on = forms.DateField(label=said("日期", "Date"), widget=DayInput())
    summary = forms.CharField(
        label=said("摘要", "What it is about"),
        max_length=200,
        help_text=said("写业务，不要写个人信息。", "The business; no personal details."),
    )


class _Amount(forms.DecimalField):
    """An amount as people write it, its thousands apart or not."""

    def to_python(self, value: Any) -> Any:
        """Return the amount.

        Raises: forms.ValidationError: it is none.
        """
        return super().to_python(
            value.replace(",", "").replace("，", "") if isinstance(value, str) else value
        )


class LineForm(forms.Form):
    """One line: an account, a fund where the money is of one, and a debit or a credit."""

    account = forms.ChoiceField(label=said("科目", "Account"), required=False)
    fund = forms.ChoiceField(label=said("基金", "Fund"), required=False)
    debit = _Amount(
        label=said("借方", "Debit"),
        required=False,
        max_digits=15,
        decimal_places=2,
        widget=forms.TextInput(_TYPED),
    )
    credit = _Amount(
        label=said("贷方", "Credit"),
        required=False,
        max_digits=15,
        decimal_places=2,
        widget=forms.TextInput(_TYPED),
    )

    def __init__(self, *args: Any, books: Books, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.books = books
        self.fields["account"].choices = books.account_choices  # type: ignore[attr-defined]
        self.fields["fund"].choices = books.fund_choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Look whether the line says one account and one amount of it, or nothing at all."""
        said_ = super().clean() or {}
        debit, credit, account = said_.get("debit"), said_.get("credit"), said_.get("account")
        if self.errors or not (debit or credit or account or said_.get("fund")):
            return said_
        if not account:
            self.add_error("account", str(both("请选科目。", "Choose the account.")))
        if bool(debit) == bool(credit):
            words = both("借方或贷方填一个金额。", "Give one amount, as a debit or a credit.")
            self.add_error("debit", str(words))
        elif (amount := debit or credit or Decimal(0)) < 0:
            words = both(
                "金额须大于零；要冲减请记在另一方。", "Amounts are above zero; write it on the other side."
            )
            self.add_error("debit" if debit else "credit", str(words))
        elif account and amount != round(amount, DECIMALS[self.books.assets[account]]):
            words = both("积分须是整数。", "Points are whole.")
            self.add_error("debit" if debit else "credit", str(words))
        return said_

    @property
    def line(self) -> Line | None:
        """The line as it is posted; null: nothing is written in it."""
        found = self.cleaned_data
        amount = (found.get("debit") or Decimal(0)) - (found.get("credit") or Decimal(0))
        if not amount:
            return None
        decimals = DECIMALS[self.books.assets[found["account"]]]
        return Line(found["account"], int(amount.scaleb(decimals)), found["fund"] or None)


class Books:
    """The accounts and funds of a unit that are open on a day, as lines offer them."""

    def __init__(self, unit: Unit, on: date) -> None:
        is_open = Q(ends_on=None) | Q(ends_on__gt=on)
        accounts = list(BookAccount.objects.filter(is_open, unit=unit).order_by("code"))
        self.assets = {one.code: one.asset for one in accounts}
        groups = [
            (str(words), [(one.code, f"{one.title} {one.code}") for one in accounts if one.kind == kind])
            for kind, words in KIND_WORDS.items()
        ]
        self.account_choices: list[Any] = [("", "—"), *(group for group in groups if group[1])]
        funds = Fund.objects.filter(is_open, unit=unit).order_by("code")
        self.fund_choices: list[Any] = [("", "—"), *((one.code, f"{one.title} {one.code}") for one in funds)]


_LineSet = forms.formset_factory(LineForm, extra=LINES, max_num=MOST_LINES, absolute_max=MOST_LINES)


def lines_of(books: Books, data: Mapping[str, str] | None) -> forms.BaseFormSet[LineForm]:
    """Return the lines of a voucher, blank or as they were sent."""
    return _LineSet(data, prefix=_PREFIX, form_kwargs={"books": books})


def more_lines(books: Books, data: Mapping[str, str]) -> forms.BaseFormSet[LineForm]:
    """Return the lines as they were typed so far, not looked at yet, with some more that are blank."""
    sent = data.get(f"{_PREFIX}-TOTAL_FORMS", "")
    count = min(int(sent) if sent.isdecimal() else LINES, MOST_LINES - MORE_LINES)
    typed = [
        {name: data.get(f"{_PREFIX}-{at}-{name}", "") for name in LineForm.base_fields} for at in range(count)
    ]
    blank: list[dict[str, str]] = [{} for _ in range(MORE_LINES)]
    found = _LineSet(prefix=_PREFIX, initial=[*typed, *blank], form_kwargs={"books": books})
    found.extra = 0
    return found


def written_lines(lines: forms.BaseFormSet[LineForm]) -> tuple[Line, ...]:
    """Return the lines in which something is written."""
    return tuple(line for form in lines if (line := form.line) is not None)


class ReversalForm(Keyed):
    """Why a voucher is taken back, and when."""

    beside = (("reason", "happened_on"),)

    reason = forms.ChoiceField(label=said("原因", "Reason"), choices=list(REASON_WORDS.items()))
    happened_on = forms.DateField(label=said("冲正日期", "Day"), widget=DayInput())


class AccountForm(Keyed):
    """An account that is opened."""

    beside = (("code", "asset"), ("title_zh", "title_en"))

    unit = UnitChoice(label=said("单位", "Unit"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=said("科目代码", "Code"),
        max_length=120,
        help_text=said(
            "首段是类别：Assets 资产、Liabilities 负债、Equity 净资产、Income 收入、Expenses 支出，如 Assets:Bank:Charity。",
            "It begins with Assets, Liabilities, Equity, Income or Expenses, like Assets:Bank:Charity.",
        ),
    )
    asset = forms.ChoiceField(label=said("计量", "Measured in"), choices=list(ASSET_WORDS.items()))
    title_zh = forms.CharField(label=said("中文名称", "Name in Chinese"), max_length=120)
    title_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=160)
    starts_on = forms.DateField(
        label=said("启用日期", "Open from"),
        widget=DayInput(),
        help_text=said("更早的凭证不能用它。", "Earlier vouchers cannot use it."),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
