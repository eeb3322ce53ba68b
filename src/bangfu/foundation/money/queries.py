"""What others may read of money: trial balances, registers of accounts, what funds hold, entries of a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.money.beancount import BookEntry, BookLeg
from bangfu.foundation.money.models import AccountKind, Asset, BookAccount, Entry, Fund, Leg, Subtotal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import RecordSummary, both

VOUCHERS = "money.voucher"
"""The source of every entry that an accountant enters; its id is the voucher's number."""
RECORD_TYPE = 60
"""The number of ``money.entry`` in reviews and evidence: fixed for ever."""

DEBIT_KINDS = frozenset({AccountKind.ASSETS, AccountKind.EXPENSES})
"""Kinds that grow on the debit side; the others are shown with the sign turned."""


@dataclass(frozen=True)
class Balance:
    """What stands in an account on a day."""

    account: BookAccount
    fund: Fund | None
    amount_minor: int
    """Signed as debit less credit."""

    @property
    def shown_minor(self) -> int:
        """The amount as its kind of account shows it: income and debts as positive numbers."""
        return self.amount_minor if self.account.kind in DEBIT_KINDS else -self.amount_minor


@dataclass(frozen=True)
class AccountSum:
    """What stands in an account for one fund, as debit less credit."""

    code: str
    kind: str
    amount_minor: int


def sums_of_fund(fund: int | None, *, asset: str = Asset.CNY) -> list[AccountSum]:
    """Return what stands in each account that a fund moved, now; of few rows, however many legs there are."""
    rows = (
        Subtotal.objects.filter(fund=fund, asset=asset)
        .values_list("account__code", "account__kind")
        .annotate(total=Sum("amount_minor"))
    )
    return [AccountSum(code, kind, int(total)) for code, kind, total in rows]


def standing_in(account: str, *, fund: int | None) -> int:  # fen
    """Return what stands for a fund in the account of a code, now, as debit less credit."""
    return sum(one.amount_minor for one in sums_of_fund(fund) if one.code == account)


def trial_balance(unit: Unit, *, until: date) -> list[Balance]:
    """Return the balance of every account and fund of a unit at the end of a day, in the order of codes.

    Accounts without a movement are there with zero; debits less credits sum to zero for each asset.
    """
    accounts = {one.pk: one for one in BookAccount.objects.filter(unit=unit)}
    funds = {one.pk: one for one in Fund.objects.filter(unit=unit)}
    # No entry is of a day to come: at the end of today stands what all of them come to.
    moved_until = (
        Subtotal.objects.filter(account__unit=unit)
        if until >= timezone.localdate()
        else Leg.objects.filter(account__unit=unit, entry__happened_on__lte=until)
    )
    sums = moved_until.values_list("account_id", "fund_id").annotate(total=Sum("amount_minor"))
    found = [
        Balance(accounts[account], funds.get(fund or 0), int(total))
        for account, fund, total in sums
        if account in accounts
    ]
    moved = {one.account.pk for one in found}
    found += [Balance(one, None, 0) for key, one in accounts.items() if key not in moved]
    order = list(AccountKind)
    return sorted(
        found,
        key=lambda one: (
            order.index(AccountKind(one.account.kind)),
            one.account.code,
            one.fund.code if one.fund else "",
        ),
    )


def register_of(account: BookAccount) -> QuerySet[Leg]:
    """Return the legs of an account by day, each with ``running``: what stood in the account after it."""
    running = Window(Sum("amount_minor"), order_by=[F("entry__happened_on").asc(), F("pk").asc()])
    return (
        Leg.objects.filter(account=account)
        .annotate(running=running)
        .select_related("entry", "fund")
        .order_by("entry__happened_on", "pk")
    )


def funds_of(units: Iterable[int]) -> QuerySet[Fund]:
    """Return the funds of units with ``held_fen`` and ``held_points``: what their asset accounts hold."""

    def held(asset: str) -> Coalesce:
        sums = (
            Subtotal.objects.filter(fund=OuterRef("pk"), asset=asset, account__kind=AccountKind.ASSETS)
            .order_by()
            .values("fund")
            .annotate(held=Sum("amount_minor"))
            .values("held")
        )
        return Coalesce(Subquery(sums), 0)

    return (
        Fund.objects.filter(unit__in=units)
        .annotate(held_fen=held("CNY"), held_points=held("POINT"))
        .select_related("unit")
        .order_by("code")
    )


def vouchers_of(units: Iterable[int]) -> QuerySet[Entry]:
    """Return what accountants entered into the books of units, and took back again, with ``voucher``."""
    rows = Entry.objects.filter(source_system=VOUCHERS, unit__in=units)
    return rows.select_related("unit", "voucher", "reverses__voucher", "entered_by__person__key")


def voucher_numbered(number: str) -> Entry | None:
    """Return the entry of the voucher with a number; null if there is none."""
    return Entry.objects.filter(
        source_system=VOUCHERS, source_id=number, revision=1, reverses__isnull=True
    ).first()


def is_reversed(entry: Entry) -> bool:
    """Return whether an entry was taken back."""
    return Entry.objects.filter(reverses=entry).exists()


def debits_of(entries: Iterable[int]) -> dict[int, dict[str, int]]:  # entry → asset → minor units
    """Return what the debits of entries come to, and so their credits."""
    found: dict[int, dict[str, int]] = {}
    rows = Leg.objects.filter(entry__in=list(entries), amount_minor__gt=0).values_list("entry_id", "asset")
    for entry, asset, total in rows.annotate(total=Sum("amount_minor")):
        found.setdefault(entry, {})[asset] = int(total)
    return found


def entries_of(record_type: int, record: int) -> QuerySet[Entry]:
    """Return the entries that one record moved, reversals included, in the order they were posted."""
    return Entry.objects.filter(subject_type=record_type, subject_id=record).order_by("id")


def units_with_books() -> QuerySet[Unit]:
    """Return the units that keep books, in the order of the tree."""
    return Unit.objects.filter(pk__in=BookAccount.objects.values("unit")).order_by("path")


def entry_address(key: int) -> str:
    """Return the page of the entry with this key."""
    return reverse("money:entry", args=[key])


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each entry, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{both('分录', 'Entry')} {one.pk}",
            rows=(
                (both("日期", "Date"), one.happened_on.isoformat()),
                (both("单位", "Unit"), one.unit.name),
                (both("来源", "Source"), f"{one.source_system} {one.source_id}"),
            ),
        )
        for one in Entry.objects.filter(pk__in=keys).select_related("unit")
    }


def book_entries(*, unit: Unit | None = None, until: date | None = None) -> Iterator[BookEntry]:
    """Return entries with their legs, for export, by day and then as posted; of all units or one, read in portions."""
    chosen = Q()
    if unit is not None:
        chosen &= Q(entry__unit=unit)
    if until is not None:
        chosen &= Q(entry__happened_on__lte=until)
    legs = (
        Leg.objects.filter(chosen)
        .order_by("entry__happened_on", "entry_id", "pk")
        .select_related("entry__unit", "account", "fund")
        .iterator(chunk_size=5000)
    )
    for _, portion in groupby(legs, key=attrgetter("entry_id")):
        lines = list(portion)
        entry = lines[0].entry
        yield BookEntry(
            number=entry.pk,
            on=entry.happened_on,
            unit=entry.unit.code,
            source=f"{entry.source_system} {entry.source_id} r{entry.revision}",
            reverses=entry.reverses_id,
            reason=entry.reason,
            legs=tuple(
                BookLeg(leg.account.code, leg.fund.code if leg.fund else None, leg.asset, leg.amount_minor)
                for leg in lines
            ),
        )
