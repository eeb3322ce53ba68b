"""Pages of things that are no places: schools, leaders, whatever a room declares as a subject of the handbook."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.findings.models import CLOSED, FindingObject
from bangfu.foundation.findings.queries import WEIGHT, findings_in_reach
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text, id_from_code
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.records import quantity_words
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.register import subjects
from bangfu.foundation.rooms.subjects import HandbookSubject, SubjectLine, SubjectPage, SubjectSection
from bangfu.reporting.access import may_see, own_corner
from bangfu.reporting.handbook.asking import Question, day_asked
from bangfu.reporting.handbook.open_points import Point, Points, finding_points
from bangfu.reporting.handbook.pictures import Picture, pictures_of
from bangfu.reporting.room import VIEW_FACTS
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import period_until

FACTS = 10
IN_HANDBOOK = re.compile(r"(\d{6,12})/")
"""How rooms write the address of a place's page, relative to the handbook."""


@dataclass(frozen=True)
class Counted:
    """A fact that a record of the subject proves."""

    title: Words
    quantity: str
    happened_on: date
    address: str


@dataclass(frozen=True)
class SubjectBook:
    """Everything that is said of a subject to a reader."""

    kind: HandbookSubject
    page: SubjectPage
    on: date
    today: date
    account: Account
    points: tuple[Points, ...]
    counted: tuple[Counted, ...]
    pictures: tuple[Picture, ...]
    place_label: str
    """Where it is; empty for nowhere."""
    place_code: str
    """Empty where the reader has no sight of it, too."""

    @property
    def point_count(self) -> int:
        """How many points are open."""
        return sum(one.count for one in self.points)

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("handbook:subject", args=[self.kind.code, self.page.subject.key])


def kind_of(code: str) -> HandbookSubject:
    """Return the kind of subject with this code.

    Raises: Http404: no room declares it.
    """
    for one in subjects():
        if one.code == code:
            return one
    raise Http404(code)


def in_handbook(address: str) -> str:
    """Return where a line of a subject opens; rooms write addresses of the handbook relative to it."""
    return address if not address or address.startswith("/") else reverse("handbook:search") + address


def book_of(request: HttpRequest, code: str, key: int, use: Use = Use.WEB) -> SubjectBook:
    """Return what a reader may know of a subject, as of the end of a day.

    Raises: Http404: there is none that the reader may see. NotPermitted: ``out_of_scope``.
    """
    account, today = reader_of(request), timezone.localdate()
    unit, _ = own_corner(account, today)
    kind, on = kind_of(code), day_asked(request, today)
    page = kind.page(account, key, on)
    if page is None:
        raise Http404(f"{code}/{key}")
    place = page.subject.place

    def is_open(there: int) -> bool:
        corner = Selection(period_until(on.year, on), place=there, unit=unit)
        return may_see(account, corner, today)

    return SubjectBook(
        kind=kind,
        page=replace(page, sections=tuple(_led(section, is_open) for section in page.sections)),
        on=on,
        today=today,
        account=account,
        points=_points(account, page, on, today),
        counted=tuple(_counted(account, page, on, today)),
        pictures=tuple(pictures_of(page.records, use)),
        place_label=place_label(place) if place is not None else "",
        place_code=code_text(place) if place is not None and is_open(place) else "",
    )


def _led(section: SubjectSection, is_open: Callable[[int], bool]) -> SubjectSection:
    """Return a section whose lines lead to the pages of those places only that the reader may read."""

    def leads(line: SubjectLine) -> bool:
        code = IN_HANDBOOK.fullmatch(line.address)
        place = id_from_code(code[1]) if code is not None else None
        return place is None or is_open(place)

    return replace(
        section, lines=tuple(one if leads(one) else replace(one, address="") for one in section.lines)
    )


def sections_in(question: Question) -> tuple[SubjectSection, ...]:
    """Return what rooms say of their subjects on the page of a place."""
    return tuple(
        section
        for kind in subjects()
        for section in kind.in_place(question.account, question.place.pk, question.on)
    )


def late_points(sections: tuple[SubjectSection, ...]) -> tuple[Points, ...]:
    """Return the lines of sensitive sections that should have been done, as open points."""
    found = []
    for section in sections:
        late = [one for one in section.lines if one.is_late] if section.is_sensitive else []
        if late:
            title = both("逾期：{title}", "Late: {title}").filled(title=section.title)
            found.append(Points(title, tuple(_point(one) for one in late), len(late)))
    return tuple(found)


def _point(line: SubjectLine) -> Point:
    return Point(line.title, line.about, in_handbook(line.address), is_late=True)


def _points(account: Account, page: SubjectPage, on: date, today: date) -> tuple[Points, ...]:
    named: dict[int, list[str]] = defaultdict(list)
    for kind, key in page.records:
        named[kind].append(str(key))
    about = Q(pk__in=())
    for kind, keys in named.items():
        objects = FindingObject.objects.filter(kind=FindingObject.Kind.RECORD, record_type=kind, key__in=keys)
        about |= Q(pk__in=objects.values("finding"))
    found = findings_in_reach(account, today).filter(about, raised_at__date__lte=on).exclude(state__in=CLOSED)
    findings = finding_points(found.order_by(WEIGHT, "due_on", "pk"), on)
    return (*late_points(page.sections), *((findings,) if findings.count else ()))


def _counted(account: Account, page: SubjectPage, on: date, today: date) -> list[Counted]:
    """Return the newest facts that the subject's records prove, as far as the reader may see them."""
    named: dict[int, list[int]] = defaultdict(list)
    for kind, key in page.records:
        named[kind].append(key)
    mine = Q(pk__in=())
    for kind, keys in named.items():
        mine |= Q(subject_type=kind, subject_id__in=keys)
    visible = within_grants(account, VIEW_FACTS, today, has_line=True)
    facts = Fact.objects.filter(mine).filter(visible, happened_on__lte=on)
    measures = {measure_number(code): one for code, one in declared_measures().items()}
    return [
        Counted(
            title=measures[fact.measure_id].title,
            quantity=quantity_words(fact.quantity, measures[fact.measure_id]),
            happened_on=fact.happened_on,
            address=f"/fact/{fact.pk}/",
        )
        for fact in facts.order_by("-happened_on", "-id")[:FACTS]
    ]
