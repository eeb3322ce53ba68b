"""The inbox of papers: its views, and what narrows and sorts it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.organisation.queries import unit_asked, unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.review import queries
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.waiting import papers_sent_back_to
from bangfu.foundation.rooms import both, record_type, record_types
from bangfu.foundation.rooms.moments import read_moment

WAITING, MINE, RETURNED, ALL = "waiting", "mine", "returned", "all"
VIEWS = {
    WAITING: both("待我核验", "Waiting for me"),
    MINE: both("我提交的", "Submitted by me"),
    RETURNED: both("退回给我的", "Returned to me"),
    ALL: both("全部", "All"),
}


SORTS = {
    "risk": ("-risk", "submitted_at", "id"),
    "age": ("submitted_at", "id"),
    "newest": ("-submitted_at", "-id"),
    "unit": ("unit__path", "submitted_at", "id"),
}
SORT_WORDS = {
    "risk": both("风险高的在前", "Riskiest first"),
    "age": both("等得久的在前", "Longest waiting first"),
    "newest": both("新提交的在前", "Newest first"),
    "unit": both("按单位", "By unit"),
}


def papers_in_view(account: Account, view: str) -> QuerySet[Batch]:
    """Return the papers of one view of the inbox that an account may read."""
    today = timezone.localdate()
    match view:
        case "waiting":
            return queries.waiting_for(account, today)
        case "mine":
            return queries.submitted_by(account)
        case "returned":
            return papers_sent_back_to(account, today)
    return queries.papers_in_reach(account, today)


def papers_asked_for(account: Account, request: HttpRequest) -> tuple[str, QuerySet[Batch], dict[str, str]]:
    """Return the view that a reader asks for, its papers narrowed and in order, and what narrows them.

    Raises: NotPermitted: there is nothing that the reader may see.
    """
    view, today = request.GET.get("view", WAITING), timezone.localdate()
    view = view if view in VIEWS else WAITING
    sees_nothing = not granted_units(account, "review.view", today) and not granted_units(
        account, "review.decide", today
    )
    if sees_nothing and not queries.submitted_by(account).exists():
        raise NotPermitted("out_of_scope", permission="review.view")
    found, asked = narrowed(papers_in_view(account, view), request)
    sort = request.GET.get("sort", "")
    return view, found.order_by(*SORTS[sort]) if sort in SORTS else found, asked


def narrowed(papers: QuerySet[Batch], request: HttpRequest) -> tuple[QuerySet[Batch], dict[str, str]]:
    """Return the papers that the query string asks for, and what it asks."""
    asked = {
        name: request.GET.get(name, "").strip() for name in ("state", "room", "unit", "q", "decided_from")
    }
    if asked["state"] in ReviewState.values:
        papers = papers.filter(state=asked["state"])
    if asked["room"] in {kind.code for kind in record_types()}:
        papers = papers.filter(record_type=record_type(asked["room"]).number)
    unit = unit_asked(asked["unit"])
    if unit is not None:
        papers = papers.filter(unit__in=unit_subtree(unit.pk))
    decided_from = read_moment(asked["decided_from"])
    if decided_from is None:
        asked["decided_from"] = ""
    else:
        papers = papers.filter(decided_at__gte=decided_from)
    for word in asked["q"].split():
        by_number = Q(pk=int(word)) if word.isascii() and word.isdigit() and len(word) < 18 else Q()
        papers = papers.filter(
            Q(title__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
            | by_number
        )
    return papers, asked
