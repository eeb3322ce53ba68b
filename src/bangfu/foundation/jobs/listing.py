"""The list of jobs: what narrows and sorts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from bangfu.foundation.jobs.models import UNFINISHED, Job, JobState
from bangfu.foundation.jobs.queries import kind_words, sees_all
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both, jobs
from bangfu.foundation.rooms.lists import Cell, in_batches

BY_SCHEDULE = both("系统定时", "by schedule")
MINE, UNDER_WAY, ALL = "mine", "unfinished", "all"
VIEWS = {
    MINE: both("我的", "Mine"),
    UNDER_WAY: both("所有人未结束的", "Everybody's unfinished"),
    ALL: both("所有人的", "Everybody's"),
}
SORTS: dict[str, tuple[str, ...]] = {
    "asked": ("asked_at", "pk"),
    "kind": ("kind", "pk"),
    "state": ("state", "pk"),
    "finished": ("finished_at", "pk"),
}


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to, and how it is sorted."""

    view: str = MINE
    state: str = ""
    kind: str = ""
    text: str = ""
    sort: str = "asked"
    descending: bool = True

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view and the order was asked."""
        return bool(self.state or self.kind or self.text)

    @property
    def query(self) -> str:
        """The same as an address asks it."""
        said = {
            "view": self.view, "state": self.state, "kind": self.kind, "q": self.text,
            "sort": f"{'-' * self.descending}{self.sort}",
        }  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})

    def other_way(self, sort: str) -> Asked:
        """Return what a click on a heading asks for: that order, or turned round if it is the present one."""
        return replace(self, sort=sort, descending=not self.descending if self.sort == sort else True)


HEADINGS: tuple[Words, ...] = (
    both("编号", "Number"),
    both("任务", "Job"),
    both("类别", "Kind"),
    both("状态", "State"),
    both("要求者", "Asked for by"),
    both("令牌", "Token"),
    both("要求时间", "Asked"),
    both("开始", "Begun"),
    both("结束", "Finished"),
    both("结果", "What came of it"),
    both("代码", "Code"),
)


def cells_of(found: QuerySet[Job]) -> Iterator[list[Cell]]:
    """Return the cells of each job."""
    for batch in in_batches(found):
        names = names_of(Account.objects.filter(pk__in={one.asked_by_id for one in batch}))
        for one in batch:
            asked_by = names[one.asked_by_id] if one.asked_by_id else str(BY_SCHEDULE)
            yield [
                str(one.pk), str(one.title), str(kind_words(one.kind)), str(one.state_words), asked_by,
                one.through or "", *(_moment(at) for at in (one.asked_at, one.started_at, one.finished_at)),
                str(one.outcome), one.code,
            ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def asked_in(request: HttpRequest, account: Account, on: date) -> Asked:
    """Return what the query string asks; what cannot be read, or may not be seen, is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("view", "state", "kind", "q", "sort")}
    sort = said["sort"].lstrip("-")
    return Asked(
        view=said["view"] if said["view"] in VIEWS and sees_all(account, on) else MINE,
        state=said["state"] if said["state"] in JobState.values else "",
        kind=said["kind"] if said["kind"] in jobs() else "",
        text=said["q"],
        sort=sort if sort in SORTS else "asked",
        descending=said["sort"].startswith("-") if sort in SORTS else True,
    )


def in_view(account: Account, view: str) -> QuerySet[Job]:
    """Return the jobs of one view."""
    if view == MINE:
        return Job.objects.filter(asked_by=account)
    return Job.objects.filter(state__in=UNFINISHED) if view == UNDER_WAY else Job.objects.all()


def listed(account: Account, asked: Asked) -> QuerySet[Job]:
    """Return the jobs that were asked for, in the order asked for."""
    found = in_view(account, asked.view)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    for word in asked.text.split():
        by_number = Q(pk=int(word)) if word.isascii() and word.isdigit() and len(word) < 18 else Q()
        found = found.filter(Q(title_zh__icontains=word) | Q(title_en__icontains=word) | by_number)
    order = [f"-{name}" if asked.descending else name for name in SORTS[asked.sort]]
    return found.select_related("asked_by__person__key").order_by(*order)
