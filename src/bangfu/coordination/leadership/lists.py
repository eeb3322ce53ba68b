"""The leaders as a list, and what its files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import BigIntegerField, Count, Max, Q, QuerySet, Value
from django.urls import reverse

from bangfu.coordination.leadership.models import RANK_WORDS, Leader
from bangfu.coordination.leadership.queries import VIEW
from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both
from bangfu.foundation.rooms.lists import in_batches


def leaders(account: Account, on: date, text: str = "") -> QuerySet[Leader]:
    """Return the leaders that the reader may open, narrowed by post, number or unit, with their visits counted."""
    # A leader is of a unit and of no place: whoever reads what happens in a county reads the visits alone.
    nowhere = Leader.objects.annotate(place_id=Value(None, output_field=BigIntegerField()))
    found = nowhere.filter(within_grants(account, VIEW, on)).select_related("unit", "person__key")
    if text:
        found = found.filter(
            Q(post__icontains=text)
            | Q(code__istartswith=text)
            | Q(unit__name_zh__icontains=text)
            | Q(unit__name_en__icontains=text)
        )
    counted = Q(visits__withdrawn_at__isnull=True)
    counts = {
        "visit_count": Count("visits", filter=counted),
        "last": Max("visits__arrived_on", filter=counted),
    }
    return found.annotate(**counts).order_by("unit__path", "code")


def _rows(account: Account, asked: Mapping[str, str], on: date) -> Iterator[list[PersonalCell]]:
    if not granted_units(account, VIEW, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return _cells(leaders(account, on, asked.get("q", "")))


def _cells(found: QuerySet[Leader]) -> Iterator[list[PersonalCell]]:
    for batch in in_batches(found):
        for one in batch:
            last = one.last  # type: ignore[attr-defined]
            yield [
                one.code, one.person_id, one.post, str(RANK_WORDS[one.rank]), one.unit.name,
                str(one.visit_count), last.isoformat() if last else "",  # type: ignore[attr-defined]
            ]  # fmt: skip


LEADERS_LIST = PersonalList(
    code="leadership.leaders",
    title=both("领导", "Leaders"),
    columns=(
        both("编号", "Number"), Personal(both("姓名", "Name"), "name"), both("职务", "Post"), both("类别", "Rank"),
        both("单位", "Unit"), both("到访", "Visits"), both("最近", "Last"),
    ),
    rows=_rows,
    page=lambda asked: reverse("leadership:leaders"),
    filters={"q": both("职务、编号或单位", "post, number or unit")},
)  # fmt: skip
