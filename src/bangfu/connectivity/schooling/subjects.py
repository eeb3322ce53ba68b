"""Schools in the handbook: the page of one school, and the schools of a place."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet, Window

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.models import KIND_WORDS, STATE_WORDS, School
from bangfu.connectivity.schooling.queries import RECORD_TYPE, number_text
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_label, place_labels, subtree_range
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.subjects import (
    HandbookSubject,
    Subject,
    SubjectLine,
    SubjectPage,
    SubjectSection,
)

VIEW = "schooling.view"
FOUND, SHOWN = 20, 8


def _visible(account: Account, on: date) -> QuerySet[School]:
    return queries.counted().filter(within_grants(account, VIEW, on), accepted_on__lte=on)


def _subjects(rows: QuerySet[School]) -> list[Subject]:
    found = list(rows)
    labels = place_labels({one.place_id for one in found}, short=True)
    return [
        Subject(
            one.pk, one.name, f"{KIND_WORDS[one.kind]} · {labels[one.place_id]} · {one.code}", one.place_id
        )
        for one in found
    ]


def found(account: Account, text: str, on: date) -> list[Subject]:
    """Return the schools that a text names, or the first ones, by place."""
    rows = _visible(account, on)
    if text:
        rows = rows.filter(queries.named(text))
    return _subjects(rows.order_by("place_id", "code")[:FOUND])


def _pupils(one: School) -> str:
    if one.counted_on is None:
        return "—"
    words = both("{pupils} 人，{classes} 个班（{day}）", "{pupils} pupils, {classes} classes ({day})")
    told = words.filled(
        pupils=number_text(one.pupils), classes=number_text(one.classes), day=one.counted_on.isoformat()
    )
    return str(told)


def page(account: Account, key: int, on: date) -> SubjectPage | None:
    """Return the page of a counted school; null when there is none that the reader may see."""
    one = _visible(account, on).filter(pk=key).first()
    if one is None:
        return None
    rows = [
        (both("学校标识码", "School code"), one.code),
        (both("类别", "Kind"), str(KIND_WORDS[one.kind])),
        (both("所在地", "Place"), place_label(one.place_id)),
        (both("状态", "State"), str(STATE_WORDS[one.state])),  # type: ignore[attr-defined]
        (both("负责单位", "In charge"), one.unit.name),
        (both("学生和班级", "Pupils and classes"), _pupils(one)),
        (both("验收启用", "In use since"), one.accepted_on.isoformat()),
    ]
    if one.bandwidth_mbps:
        rows.append((both("带宽", "Bandwidth"), f"{one.bandwidth_mbps:,} Mbps"))
    if one.stopped_on is not None and one.stopped_on <= on:
        rows.append((both("停用", "Stopped"), f"{one.stopped_on.isoformat()} {one.stop_document}"))
    return SubjectPage(
        subject=_subjects(queries.schools().filter(pk=key))[0],
        rows=tuple(rows),
        sections=(),
        records=((RECORD_TYPE, one.pk),),
        home=queries.school_address(one.pk),
    )


def in_place(account: Account, place: int, on: date) -> list[SubjectSection]:
    """Return the schools in use in a place on a day, the largest first."""
    first, end = subtree_range(place)
    in_use = Q(stopped_on__isnull=True) | Q(stopped_on__gt=on)
    rows = _visible(account, on).filter(in_use, place_id__gte=first, place_id__lt=end)
    shown = list(rows.annotate(of_all=Window(Count("pk"))).order_by("-pupils", "code")[:SHOWN])
    if not shown:
        return []
    lines = [
        SubjectLine(one.name, f"{KIND_WORDS[one.kind]} · {_pupils(one)}", f"schools/{one.pk}/")
        for one in shown
    ]
    title = both("互联网+教育学校", "Schools with the education solution")
    nothing = both("没有在用的学校。", "No school is in use.")
    return [SubjectSection(title, tuple(lines), nothing, shown[0].of_all)]


SCHOOLS = HandbookSubject("schools", both("学校", "Schools"), found, page, in_place)
