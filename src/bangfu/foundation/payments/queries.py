"""What others may read of payments."""

from __future__ import annotations

from datetime import date

from django.db.models import Model, QuerySet

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.payments.models import MerchantAccount, OwnerKind, Payment, Refund, Statement
from bangfu.foundation.payments.register import VIEW
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import record_type_of


def merchants_seen_by(account: Account, on: date) -> QuerySet[MerchantAccount]:
    """Return the merchant accounts that an account may read."""
    return MerchantAccount.objects.filter(in_granted_units(account, VIEW, on)).select_related("unit")


def payments_seen_by(account: Account, on: date) -> QuerySet[Payment]:
    """Return the payments that an account may read."""
    rows = Payment.objects.filter(in_granted_units(account, VIEW, on, "merchant__unit_id"))
    return rows.select_related("merchant__unit")


def refunds_seen_by(account: Account, on: date) -> QuerySet[Refund]:
    """Return the refunds that an account may read."""
    rows = Refund.objects.filter(in_granted_units(account, VIEW, on, "payment__merchant__unit_id"))
    return rows.select_related("payment__merchant__unit")


def statements_seen_by(account: Account, on: date) -> QuerySet[Statement]:
    """Return the statements that an account may read."""
    rows = Statement.objects.filter(in_granted_units(account, VIEW, on, "merchant__unit_id"))
    return rows.select_related("merchant__unit")


def open_merchants(owner_kind: str = OwnerKind.COMPANY) -> QuerySet[MerchantAccount]:
    """Return the accounts into which people may pay, of one kind of owner, in the order of their codes."""
    return MerchantAccount.objects.filter(closed_at=None, owner_kind=owner_kind).order_by("code")


def payments_of(record: Model) -> QuerySet[Payment]:
    """Return the payments for a record, in the order of their turns."""
    kind = record_type_of(record).number
    return Payment.objects.filter(pays_type=kind, pays_id=record.pk).order_by("turn")
