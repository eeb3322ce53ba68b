"""Leaders in the handbook: a leader's page before the car leaves, and the visits to a place with what they left behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q, QuerySet

from bangfu.coordination.leadership.models import (
    RANK_WORDS,
    Leader,
    Outcome,
    PointKind,
    Visit,
    VisitPoint,
)
from bangfu.coordination.leadership.queries import (
    RECORD_TYPE,
    VIEW,
    days_text,
    leader_names,
    open_points,
    point_text,
    verified,
    visit_address,
)
from bangfu.coordination.pairing.neighbours import counted as counted_pairings
from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.queries import in_force, unit_subtree, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, code_text
from bangfu.foundation.places.queries import place_labels, search, subtree_range
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.subjects import (
    HandbookSubject,
    Subject,
    SubjectLine,
    SubjectPage,
    SubjectSection,
)

FOUND, SHOWN, STOPS, LAST = 20, 12, 8, 3
NOTHING_OPEN = both("没有未了的。", "None is open.")


def _visible(account: Account, on: date) -> QuerySet[Visit]:
    return verified().filter(within_grants(account, VIEW, on), arrived_on__lte=on)


def _subjects(account: Account, leaders: Iterable[Leader], on: date) -> list[Subject]:
    found = list(leaders)
    names = leader_names(account, found, on)
    return [
        Subject(one.pk, f"{one.post} {names[one.pk]}", f"{one.unit.name} · {RANK_WORDS[one.rank]}")
        for one in found
    ]


def found(account: Account, text: str, on: date) -> list[Subject]:
    """Return the leaders whose post, number or unit a text names, or who were in a place it names; the last to travel first."""
    rows = Leader.objects.filter(visits__in=_visible(account, on).values("pk"))
    if text:
        there = Q()
        for hit in search(text, limit=FOUND):
            first, end = subtree_range(hit.place_id)
            there |= Q(visits__place_id__gte=first, visits__place_id__lt=end)
        named = Q(post__icontains=text) | Q(code__istartswith=text) | Q(unit__name_zh__icontains=text)
        rows = rows.filter(named | Q(unit__name_en__icontains=text) | there)
    newest = rows.annotate(last=Max("visits__arrived_on")).order_by("-last", "code")
    return _subjects(account, newest.select_related("unit", "person__key")[:FOUND], on)


def page(account: Account, key: int, on: date) -> SubjectPage | None:
    """Return a leader's page; null when there is none, or none of their visits may be seen."""
    leader = Leader.objects.filter(pk=key).select_related("unit", "person__key").first()
    if leader is None:
        return None
    visits = list(_visible(account, on).filter(leader=leader).order_by("-arrived_on", "-pk"))
    if not visits and not allows(account, VIEW, leader.scope, on):
        return None
    keys = [one.pk for one in visits]
    waiting = list(open_points(on).filter(visit__in=keys))
    labels = place_labels({one.place_id for one in visits}, short=True)
    settled = VisitPoint.objects.filter(visit__in=keys, settled_on__lte=on).select_related("visit")
    counties = {one.place_id - one.place_id % SIZE_OF_LEVEL[COUNTY] for one in visits}
    rows = (
        (both("职务", "Post"), f"{leader.post} · {RANK_WORDS[leader.rank]}"),
        (both("单位", "Unit"), leader.unit.name),
        (both("到访", "Visits"), str(both("{count} 次，{counties} 个县", "{count}, to {counties} counties").filled(
            count=len(visits), counties=len(counties)))),
    )  # fmt: skip
    kept = [one for one in settled if one.kind == PointKind.COMMITMENT and one.outcome == Outcome.DONE]
    sections = (
        _points(both("未兑现的承诺", "Commitments still open"), waiting, PointKind.COMMITMENT, labels, on),
        _points(both("没解决的问题", "Problems still open"), waiting, PointKind.PROBLEM, labels, on),
        _stops(account, leader, visits, waiting, on),
        SubjectSection(
            both("到过哪里", "Where they were"),
            tuple(_visit_line(one, labels) for one in visits[:SHOWN]),
            both("还没有核验过的到访。", "No verified visit yet."),
            len(visits),
        ),
        SubjectSection(
            both("兑现了的承诺", "Commitments kept"),
            tuple(_point_line(one, labels, on) for one in kept[:SHOWN]),
            both("还没有。", "None yet."),
            len(kept),
        ),
    )
    return SubjectPage(
        subject=_subjects(account, [leader], on)[0],
        rows=rows,
        sections=sections,
        records=tuple((RECORD_TYPE, one) for one in keys),
        home=f"/leadership/leaders/{leader.pk}/" if allows(account, VIEW, leader.scope, on) else "",
    )


def _visit_line(visit: Visit, labels: dict[int, str]) -> SubjectLine:
    return SubjectLine(
        f"{days_text(visit)} {labels.get(visit.place_id, '')}", visit.purpose, visit_address(visit.pk)
    )


def _point_line(point: VisitPoint, labels: dict[int, str], on: date) -> SubjectLine:
    place = labels.get(point.visit.place_id, "")
    is_late = point.settled_on is None and point.due_on is not None and point.due_on < on
    said = point_text(point).removeprefix(f"{point.text} · ")
    about = " · ".join(
        part for part in (said, place, point.visit.arrived_on.isoformat(), point.remark) if part
    )
    return SubjectLine(point.text, about, visit_address(point.visit_id), is_late)


def _points(
    title: object, points: Iterable[VisitPoint], kind: str, labels: dict[int, str], on: date
) -> SubjectSection:
    wanted = [one for one in points if one.kind == kind]
    lines = tuple(_point_line(one, labels, on) for one in wanted[:SHOWN])
    return SubjectSection(title, lines, NOTHING_OPEN, len(wanted), is_sensitive=True)  # type: ignore[arg-type]


def _stops(
    account: Account, leader: Leader, visits: list[Visit], waiting: list[VisitPoint], on: date
) -> SubjectSection:
    """Return where to go next: counties paired with the leader's unit, with open points first, then those longest unseen."""
    size = SIZE_OF_LEVEL[COUNTY]
    paired = counted_pairings().filter(in_force(on), unit__in=unit_subtree(leader.unit_id).values("pk"))
    counties = {place - place % size for place in paired.values_list("place_id", flat=True)}
    last: dict[int, date] = {}
    for one in visits:
        county = one.place_id - one.place_id % size
        counties.add(county)
        last[county] = max(one.arrived_on, last.get(county, one.arrived_on))
    points: dict[int, int] = defaultdict(int)
    for point in waiting:
        points[point.visit.place_id - point.visit.place_id % size] += 1
    ordered = sorted(counties, key=lambda one: (-points[one], last.get(one, date.min), one))
    labels = place_labels(ordered[:STOPS], short=True)
    lines = []
    for county in ordered[:STOPS]:
        seen = (
            both("上次 {day}", "last there {day}").filled(day=last[county].isoformat())
            if county in last
            else None
        )
        parts = [str(seen or both("没有去过", "never there"))]
        if points[county]:
            parts.append(str(both("{count} 条未了", "{count} open").filled(count=points[county])))
        lines.append(SubjectLine(labels.get(county, ""), " · ".join(parts), f"{code_text(county)}/"))
    nothing = both("本单位没有结对的县。", "The unit is paired with no county.")
    return SubjectSection(both("下一站", "Next stops"), tuple(lines), nothing, len(ordered))


def in_place(account: Account, place: int, on: date) -> list[SubjectSection]:
    """Return the last visits to a place and what of them is open there."""
    first, end = subtree_range(place)
    within = _visible(account, on).filter(place_id__gte=first, place_id__lt=end)
    every = list(within.order_by("-arrived_on", "-pk"))
    visits, keys = every[:LAST], [one.pk for one in every]
    names = leader_names(account, [one.leader for one in visits], on)
    waiting = list(open_points(on).filter(visit__in=keys)) if keys else []
    labels = place_labels(
        {one.place_id for one in visits} | {one.visit.place_id for one in waiting}, short=True
    )
    promised = dict[int, list[str]]()
    made = VisitPoint.objects.filter(visit__in=[one.pk for one in visits], kind=PointKind.COMMITMENT)
    for point in made if visits else ():
        promised.setdefault(point.visit_id, []).append(point_text(point))
    lines = []
    for one in visits:
        said = promised.get(one.pk, [])
        told = both("承诺：{said}", "promised: {said}").filled(said="；".join(said)) if said else None
        about = " · ".join(
            str(part) for part in (RANK_WORDS[one.rank], labels[one.place_id], one.purpose, told) if part
        )
        lines.append(
            SubjectLine(
                f"{days_text(one)} {one.post} {names[one.leader_id]}", about, f"leaders/{one.leader_id}/"
            )
        )
    return [
        SubjectSection(
            both("最近的到访", "Last visits"),
            tuple(lines),
            both(
                "没有核验过的领导到访；在“组织领导”里登记，另一人核验后列在这里。",
                "No verified visit of a leader; enter it in the leadership room, and it stands here once verified.",
            ),
            len(keys),
        ),
        _points(
            both("领导承诺未兑现", "Leaders' commitments still open"),
            waiting,
            PointKind.COMMITMENT,
            labels,
            on,
        ),
        _points(
            both("领导发现的问题", "Problems that leaders found"), waiting, PointKind.PROBLEM, labels, on
        ),
    ]


LEADERS = HandbookSubject("leaders", both("领导", "Leaders"), found, page, in_place, order=1)
