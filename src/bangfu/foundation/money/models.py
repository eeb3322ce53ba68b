"""Funds, the accounts of a unit's books, entries and their legs."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from bangfu.foundation.money.triggers import (
    ADD_UP,
    CHECK_ENTRIES,
    CHECK_LEGS,
    CHECK_POSTED,
    WRITTEN_BY_LEGS,
)
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseChange, RefuseLoss
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both


class Asset(models.TextChoices):
    """What is counted; amounts are whole numbers of its smallest unit."""

    CNY = "CNY", "CNY"
    """In fen."""
    POINT = "POINT", "POINT"
    """Loyalty points, whole."""


DECIMALS: dict[str, int] = {Asset.CNY: 2, Asset.POINT: 0}
"""Digits after the point of what is written for people: fen are hundredths of a yuan."""

ASSET_WORDS: dict[str, Words] = {
    Asset.CNY: both("元", "CNY"),
    Asset.POINT: both("积分", "points"),
}


class AccountKind(models.TextChoices):
    """The five kinds of accounts, named as the first part of their code."""

    ASSETS = "ASSETS", "Assets"
    LIABILITIES = "LIABILITIES", "Liabilities"
    EQUITY = "EQUITY", "Equity"
    INCOME = "INCOME", "Income"
    EXPENSES = "EXPENSES", "Expenses"


KIND_WORDS: dict[str, Words] = {
    AccountKind.ASSETS: both("资产", "Assets"),
    AccountKind.LIABILITIES: both("负债", "Liabilities"),
    AccountKind.EQUITY: both("净资产", "Equity"),
    AccountKind.INCOME: both("收入", "Income"),
    AccountKind.EXPENSES: both("支出", "Expenses"),
}

ACCOUNT_KINDS: dict[str, str] = {kind.label: kind.value for kind in AccountKind}
"""The kind of an account by the first part of its code."""
ACCOUNT_CODE = r"^(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+$"
"""As Beancount writes accounts."""
FUND_CODE = r"^[A-Z0-9][A-Z0-9-]*$"


@pghistory.track()
class Fund(models.Model):
    """Money set aside for a purpose; what a restricted fund holds may be spent on that only, and never below zero."""

    code = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    is_restricted = models.BooleanField(default=True)
    spent_on = models.CharField(max_length=120, null=True)
    """The expense account on which alone it is spent, with those below it; null: any."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="money_fund_period"
            ),
            models.CheckConstraint(
                condition=Q(spent_on__isnull=True) | Q(is_restricted=True, spent_on__startswith="Expenses:"),
                name="money_fund_spent_on_expenses",
            ),
            models.CheckConstraint(condition=Q(code__regex=FUND_CODE), name="money_fund_code_form"),
            models.CheckConstraint(condition=~Q(purpose=""), name="money_fund_has_a_purpose"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="keeps_its_meaning",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("id", "code", "unit_id", "is_restricted"),
                func="RAISE EXCEPTION 'a fund stays what it is' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The fund's title in the active language."""
        return str(both(self.title_zh, self.title_en))

    @property
    def scope(self) -> Scope:
        """Where permissions for the fund are asked."""
        return Scope(unit=self.unit_id)


@pghistory.track()
class BookAccount(models.Model):
    """One account 科目 of a unit's books, of one asset."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    asset = models.CharField(max_length=8, choices=Asset.choices)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "code"], name="money_one_account_a_code"),
            models.CheckConstraint(condition=Q(code__regex=ACCOUNT_CODE), name="money_account_code_form"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind.value, code__startswith=f"{kind.label}:") for kind in AccountKind),
                    _connector=Q.OR,
                ),
                name="money_account_kind_is_in_its_code",
            ),
            models.CheckConstraint(condition=Q(asset__in=Asset.values), name="money_account_asset_is_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="money_account_period"
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="keeps_its_meaning",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("id", "code", "kind", "asset", "unit_id"),
                func="RAISE EXCEPTION 'an account stays what it is' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The account's title in the active language."""
        return str(both(self.title_zh, self.title_en))

    @property
    def scope(self) -> Scope:
        """Where permissions for the account are asked."""
        return Scope(unit=self.unit_id)


class _ByKnownAccounts(KnownOnly):
    known = (("entered_by_id", "people_account", "id"),)
    begins = "money_entry_"


class Entry(AppendOnly):
    """One entry of a unit's books: what happened on a day; its legs say how much went where."""

    set_by_database = ("recorded_at",)

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """Of which the accounts of its legs are, as a trigger sees once a statement."""
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    leg_count = models.SmallIntegerField()
    subject_type = models.SmallIntegerField(null=True)
    """``RecordType.number`` of the record that moved the money; null for what no record moved (opening balances)."""
    subject_id = models.BigIntegerField(null=True)
    source_system = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    revision = models.SmallIntegerField(db_default=Value(1))
    reverses = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="reversals",
        db_constraint=False,
        db_index=False,
    )
    reason = models.CharField(max_length=40, null=True)
    """Why an entry was taken back: a code, never free text."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_system", "source_id", "revision"],
                condition=Q(reverses__isnull=True),
                name="money_source_once",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="money_reversed_once"
            ),
            models.CheckConstraint(condition=Q(leg_count__gte=2), name="money_entry_has_two_legs"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="money_revision_starts_at_one"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, reason__isnull=True)
                | Q(reverses__isnull=False, reason__isnull=False),
                name="money_reversal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(subject_type__isnull=True, subject_id__isnull=True)
                | Q(subject_type__isnull=False, subject_id__isnull=False),
                name="money_subject_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "happened_on", "id"], name="money_entry_by_day"),
            models.Index(
                fields=["subject_type", "subject_id"],
                name="money_entry_of_subject",
                condition=Q(subject_type__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="entries_are_whole",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="posted"),
                func=CHECK_ENTRIES,
            ),
            _ByKnownAccounts(name="known", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the entry are asked."""
        return Scope(unit=self.unit_id)


class Leg(AppendOnly):
    """One side of an entry: a debit above zero, a credit below. Legs are written before their entry, which completes them."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="legs", db_constraint=False)
    account = models.ForeignKey(
        BookAccount, on_delete=models.PROTECT, related_name="legs", db_constraint=False, db_index=False
    )
    asset = models.CharField(max_length=8)
    fund = models.ForeignKey(
        Fund, null=True, on_delete=models.PROTECT, related_name="legs", db_constraint=False
    )
    """Null: general money."""
    amount_minor = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="money_leg_moves_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "entry"], name="money_leg_by_account")]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="leg_rules",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="posted"),
                func=CHECK_LEGS,
            ),
        ]

    def __str__(self) -> str:
        return f"leg {self.pk}"


class Voucher(AppendOnly):
    """What an accountant's entry is about, in words 摘要; whoever it concerns is named on its paper, not here."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="voucher")
    summary = models.CharField(max_length=200)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(summary=""), name="money_voucher_says_something"),
        ]

    def __str__(self) -> str:
        return f"voucher of entry {self.pk}"


class Subtotal(models.Model):
    """What statements moved on an account and fund, added up: a balance is the sum of a few of these and not of all legs.

    Written by the trigger of legs, a row for each account and fund that a statement touches, so that nobody who posts waits for
    another; now and then added up by ``add_up``. Their sums are those of the legs at any moment.
    """

    account = models.ForeignKey(BookAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    asset = models.CharField(max_length=8)
    amount_minor = models.BigIntegerField()
    first_entry = models.BigIntegerField(null=True)
    """On one row of each statement: between which entries the legs are that the end of the transaction looks at."""
    last_entry = models.BigIntegerField(null=True)

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="legs_have_entries",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__first_entry__isnull=False),
                timing=pgtrigger.Deferred,
                func=CHECK_POSTED,
            ),
            pgtrigger.Trigger(
                name="written_by_legs",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=WRITTEN_BY_LEGS,
            ),
            pgtrigger.Trigger(
                name="add_up",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="taken_out"),
                func=ADD_UP,
            ),
            RefuseChange(name="sums_stay", operation=pgtrigger.Update | pgtrigger.Truncate),
        ]

    def __str__(self) -> str:
        return f"subtotal {self.pk}"
