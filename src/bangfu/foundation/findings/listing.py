"""The list of findings: what narrows and sorts it, and what a file of it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.findings.models import (
    CLOSED,
    SEVERITY_WORDS,
    STATE_WORDS,
    Finding,
    FindingState,
    Severity,
)
from bangfu.foundation.findings.queries import (
    TO_DO_ANSWER,
    TO_DO_ASSIGN,
    TO_DO_DECIDE,
    WEIGHT,
    findings_in_reach,
    in_place,
    waiting_for,
)
from bangfu.foundation.findings.register import rules
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_asked, unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.places.codes import id_from_code
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.foundation.rooms.moments import read_moment

MINE, OPEN, OVERDUE, ALL = "mine", "open", "overdue", "all"
VIEWS = {
    MINE: both("等我办", "Waiting for me"),
    OPEN: both("未办结", "Open"),
    OVERDUE: both("逾期", "Overdue"),
    ALL: both("全部", "All"),
}
PARTS = {
    TO_DO_ANSWER: both("等我答复", "For me to answer"),
    TO_DO_DECIDE: both("等我复核", "For me to decide"),
    TO_DO_ASSIGN: both("等我分派", "For me to assign"),
}
"""Views of what waits for somebody, to which Today leads; the list shows them when they are asked for."""
SORTS: dict[str, tuple[str, ...]] = {
    "raised": ("raised_at", "pk"),
    "severity": ("weight", "pk"),
    "state": ("state", "pk"),
    "unit": ("unit__path", "pk"),
    "due": ("due_on", "pk"),
    "rule": ("rule", "pk"),
}
PERSON = "person"
"""In place of a rule's code: what persons raised."""


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to, and how it is sorted."""

    view: str = OPEN
    state: str = ""
    severity: str = ""
    rule: str = ""
    unit: Unit | None = None
    place: int | None = None
    """The place with everything in it, and the assisted county's own office there."""
    text: str = ""
    raised_from: str = ""
    """Raised from a moment on, as an address names it; likewise closed from one on."""
    closed_from: str = ""
    sort: str = "severity"
    descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view and the order was asked."""
        return replace(self, view=OPEN, sort="severity", descending=False) != Asked()

    @property
    def times(self) -> list[str]:
        """The moments from which on it is narrowed to, in words."""
        words = (
            (both("{day} 以来提出", "raised since {day}"), self.raised_from),
            (both("{day} 以来办结", "closed since {day}"), self.closed_from),
        )
        return [said.format(day=moment[:10]) for said, moment in words if moment]

    @property
    def words(self) -> str:
        """The narrowing as a file says it."""
        known = rules()
        said = [
            str({**VIEWS, **PARTS}[self.view]),
            str(STATE_WORDS[self.state]) if self.state else "",
            str(SEVERITY_WORDS[self.severity]) if self.severity else "",
            str(known[self.rule].title) if self.rule in known else "",
            *self.times,
            self.text,
        ]
        return " · ".join(one for one in said if one)


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; what cannot be read is left out."""
    said = {
        name: request.GET.get(name, "").strip()
        for name in (
            "view", "state", "severity", "rule", "unit", "q", "sort", "raised_from", "closed_from", "place",
            "place",
        )
    }  # fmt: skip
    sort = said["sort"].lstrip("-")
    return Asked(
        view=said["view"] if said["view"] in {**VIEWS, **PARTS} else OPEN,
        state=said["state"] if said["state"] in FindingState.values else "",
        severity=said["severity"] if said["severity"] in Severity.values else "",
        rule=said["rule"] if said["rule"] == PERSON or said["rule"] in rules() else "",
        unit=unit_asked(said["unit"]),
        place=id_from_code(said["place"]),
        text=said["q"],
        raised_from=said["raised_from"] if read_moment(said["raised_from"]) else "",
        closed_from=said["closed_from"] if read_moment(said["closed_from"]) else "",
        sort=sort if sort in SORTS else "severity",
        descending=said["sort"].startswith("-") and sort in SORTS,
    )


def in_view(account: Account, view: str, on: date) -> QuerySet[Finding]:
    """Return the findings of one view that an account may read."""
    if view == MINE or view in PARTS:
        return waiting_for(account, on, only=view if view in PARTS else "")
    found = findings_in_reach(account, on)
    if view == OPEN:
        return found.exclude(state__in=CLOSED)
    if view == OVERDUE:
        return found.exclude(state__in=CLOSED).filter(due_on__lt=on)
    return found


def listed(account: Account, asked: Asked, on: date) -> QuerySet[Finding]:
    """Return the findings that were asked for, in the order asked for."""
    found = in_view(account, asked.view, on)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.severity:
        found = found.filter(severity=asked.severity)
    if asked.rule:
        found = found.filter(rule="" if asked.rule == PERSON else asked.rule)
    if asked.unit is not None:
        below = unit_subtree(asked.unit.pk).values("pk")
        found = found.filter(Q(unit__in=below) | Q(assigned_unit__in=below))
    if asked.raised_from:
        found = found.filter(raised_at__gte=read_moment(asked.raised_from))
    if asked.closed_from:
        found = found.filter(state__in=CLOSED, decided_at__gte=read_moment(asked.closed_from))
    if asked.place is not None:
        found = found.filter(in_place(asked.place))
    for word in asked.text.split():
        by_number = Q(pk=int(word)) if word.isascii() and word.isdigit() and len(word) < 18 else Q()
        found = found.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(detail_zh__icontains=word)
            | Q(detail_en__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
            | by_number
        )
    order = [f"-{name}" if asked.descending else name for name in SORTS[asked.sort]]
    return found.select_related("unit", "assigned_unit").annotate(weight=WEIGHT).order_by(*order)


def other_way(asked: Asked, sort: str) -> Asked:
    """Return what a click on a heading asks for: that order, or turned round if it is the present one."""
    return replace(asked, sort=sort, descending=asked.sort == sort and not asked.descending)


HEADINGS: tuple[Words, ...] = (
    both("编号", "No."),
    both("疑点", "Finding"),
    both("说明", "Detail"),
    both("程度", "Severity"),
    both("状态", "State"),
    both("来源", "Raised by"),
    both("单位", "Unit"),
    both("地点", "Place"),
    both("提出", "Raised"),
    both("承办单位", "Assigned to"),
    both("期限", "Due"),
    both("结论", "Outcome"),
    both("重新打开次数", "Times re-opened"),
)


def raiser_words(finding: Finding, names: dict[int, str]) -> str:
    """Return what raised a finding: the rule's title, or the person's name."""
    known = rules().get(finding.rule)
    if known is not None:
        return str(known.title)
    return finding.rule or names.get(finding.raised_by_id, "")


def cells(found: QuerySet[Finding]) -> Iterator[list[Cell]]:
    """Return the cells of each finding, a few thousand in memory at a time."""
    for batch in in_batches(found):
        names = names_of(Account.objects.filter(pk__in={one.raised_by_id for one in batch}))
        labels = place_labels({one.place_id for one in batch if one.place_id})
        for one in batch:
            yield [
                str(one.pk),
                str(one.title),
                str(one.detail),
                str(one.severity_words),
                str(one.state_words),
                raiser_words(one, names),
                one.unit.name,
                labels[one.place_id] if one.place_id else "",
                f"{timezone.localtime(one.raised_at):%Y-%m-%d}",
                one.assigned_unit.name if one.assigned_unit else "",
                one.due_on.isoformat() if one.due_on else "",
                str(one.outcome_words or ""),
                str(one.times_reopened),
            ]
