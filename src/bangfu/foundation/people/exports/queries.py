"""What others may read of lists that left the house: the trail, why, and the file that belongs to a record of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.people.exports import operations, rendering
from bangfu.foundation.people.models import Access, Account, ListExport
from bangfu.foundation.people.persons.queries import reasons_of
from bangfu.foundation.rooms import PersonalList, Words, both, personal_lists
from bangfu.foundation.rooms.lists import Cell, in_batches

VIEW = "people.view_exports"
FILE_KEPT = timedelta(hours=24)
"""How long a recorded export gives its file."""
_NUMBER = re.compile(r"[Pp]?0*(\d{1,18})", re.ASCII)
HEADINGS: tuple[Words, ...] = (
    both("导出编号", "Export"), both("时间", "Time"), both("登录名", "User name"), both("清单", "List"),
    both("筛选", "Narrowed to"), both("行数", "Rows"), both("原文人数", "People in clear"), both("原文内容", "What of them"),
    both("令牌", "Token"), both("摘要", "Digest"),
)  # fmt: skip


class UnableToTakeExport(Refusal):
    """Codes: ``expired``, ``changed``."""

    sentences = {
        "expired": both(
            "这次导出的文件已过 24 小时，不能再下载。请重新导出并写明用途。",
            "The file of this export can be taken for 24 hours, which are over. Export the list again and say why.",
        ),
        "changed": both(
            "清单里的人员信息在导出登记之后有变化。请重新导出，使登记与文件一致。",
            "What the list says of people has changed since it was recorded. Export it again, so that record and file agree.",
        ),
    }


@dataclass(frozen=True)
class ExportFilter:
    """What the trail of exports is narrowed to; empty = not narrowed."""

    number: str = ""
    account: str = ""
    listing: str = ""
    since: str = ""
    until: str = ""
    """The last day, which counts."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ExportFilter:
        """Return what an address asks for."""
        names = ("number", "account", "listing", "since", "until")
        return cls(**{name: str(query.get(name, "")).strip()[:80] for name in names})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self != ExportFilter()

    def words(self) -> str:
        """Return the filters as a file states them."""
        return " · ".join(
            value for value in (self.number, self.account, self.listing, self.since, self.until) if value
        )

    def apply(self, found: QuerySet[ListExport]) -> QuerySet[ListExport]:
        """Return the exports that fit, newest first; a number or day that cannot be read fits none."""
        number = _NUMBER.fullmatch(self.number)
        if self.number:
            found = found.filter(pk=int(number[1])) if number else found.none()
        if self.account:
            found = found.filter(account__username__iexact=self.account)
        if self.listing:
            found = found.filter(listing=self.listing)
        try:
            if self.since:
                found = found.filter(exported_at__gte=_midnight(self.since))
            if self.until:
                found = found.filter(exported_at__lt=_midnight(self.until) + timedelta(days=1))
        except (ValueError, OverflowError):
            return found.none()
        return found.select_related("account").order_by("-exported_at", "-pk")


def _midnight(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time.min))


def sees_all(account: Account, on: date) -> bool:
    """Return whether an account reads everybody's exports."""
    return allows(account, VIEW, Scope(), on)


def readable(account: Account, on: date) -> QuerySet[ListExport]:
    """Return the exports that an account may read: all of them, or its own."""
    found = ListExport.objects.all()
    return found if sees_all(account, on) else found.filter(account=account)


def list_words(code: str) -> str:
    """Return what a list is called; one that is declared no more by its code."""
    listing = personal_lists().get(code)
    return str(listing.title) if listing else code


def narrowed_words(export: ListExport) -> str:
    """Return what an export was narrowed to, in words; empty = the whole list."""
    listing = personal_lists().get(export.listing)
    if listing is None:
        return " · ".join(f"{name} {value}" for name, value in export.filters.items())
    return rendering.narrowing(listing, export.filters)


def column_words(export: ListExport) -> str:
    """Return what an export said of people, in words."""
    return str(both("、", ", ")).join(str(rendering.COLUMN_WORDS.get(one, one)) for one in export.columns)


def reasons_for(exports: Iterable[ListExport]) -> dict[int, str]:
    """Return why each list was taken out, by key, with two queries; absent = everybody in it has been erased."""
    keys = [one.pk for one in exports]
    found = Access.objects.filter(export__in=keys, person__key__isnull=False)
    told = list(found.order_by("export_id", "pk").distinct("export_id"))
    reasons = reasons_of(told)
    return {
        access.export_id: reason
        for access in told
        if access.export_id is not None and (reason := reasons[access.pk]) is not None
    }


def trail_rows(found: QuerySet[ListExport]) -> Iterator[list[Cell]]:
    """Return the cells of each export; why it was taken stands on its page alone."""
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.number, timezone.localtime(one.exported_at).strftime("%Y-%m-%d %H:%M:%S"), one.account.username,
                list_words(one.listing), narrowed_words(one), str(one.row_count), str(one.person_count),
                column_words(one), one.through or "", one.digest,
            ]  # fmt: skip


def gives_file(export: ListExport, account: Account, now: datetime) -> bool:
    """Return whether an account may take the file of an export now."""
    return export.account_id == account.pk and now < export.exported_at + FILE_KEPT


def contents(export: ListExport, account: Account, now: datetime) -> tuple[PersonalList, list[list[Cell]]]:
    """Return the list and the rows of an export's file: exactly what was recorded, or nothing.

    Raises: NotPermitted: it is somebody else's, or its reader may not read the list any more.
        UnableToTakeExport: see its codes.
    """
    if export.account_id != account.pk:
        raise NotPermitted("out_of_scope", permission=operations.EXPORT)
    listing = personal_lists().get(export.listing)
    if listing is None or not gives_file(export, account, now):
        raise UnableToTakeExport("expired")
    act = Act.now(account)
    rows = operations.rows_of(listing, export.filters, act)
    recorded: set[UUID] = set(export.accesses.values_list("person_id", flat=True))
    said = rendering.in_clear(listing, rows, recorded & operations.reached_in(listing, rows, act))
    if said.digest != export.digest:
        raise UnableToTakeExport("changed")
    return listing, said.rows
