"""The inbox and the counties' lines as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review.county_views import lines_asked_for, lines_told
from bangfu.foundation.review.inbox import VIEWS, papers_asked_for
from bangfu.foundation.review.models import Batch, CountyLine
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of

PAPER_HEADINGS: tuple[Words, ...] = (
    both("单号", "No."), both("单据", "Paper"), both("类别", "Kind"), both("单位", "Unit"), both("记录", "Records"),
    both("风险", "Risk"), both("提交", "Submitted"), both("提交人", "By"), both("状态", "State"), both("决定人", "Decided by"),
    both("决定", "Decided"),
)  # fmt: skip
LINE_HEADINGS: tuple[Words, ...] = (
    both("记录", "Record"), both("类别", "Kind"), both("地点", "Place"), both("发生", "Happened"), both("数量", "Quantity"),
    both("上报单位", "Reported by"), both("县方", "The county"),
)  # fmt: skip


@require_safe
def papers(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed inbox as a file that says where it comes from."""
    account = reader_of(request)
    view, found, asked = papers_asked_for(account, request)
    what = not_figures(both("单据", "Papers"))
    said = [VIEWS[view], *asked.values()]
    origin = origin_of(
        request, reverse("review:inbox"), what, taken_by=account.display_name, narrowed_to=said
    )
    return list_file("papers", form, PAPER_HEADINGS, _papers(found), origin)


def _papers(found: QuerySet[Batch]) -> Iterator[list[Cell]]:
    for batch in in_batches(found.select_related("unit")):
        keys = {key for one in batch for key in (one.submitted_by_id, one.decided_by_id) if key}
        names = names_of(Account.objects.filter(pk__in=keys))
        for one in batch:
            decided = timezone.localtime(one.decided_at).strftime("%Y-%m-%d %H:%M") if one.decided_at else ""
            yield [
                str(one.pk), one.title, str(record_type(one.record_type).title), one.unit.name, str(one.record_count),
                str(one.risk), timezone.localtime(one.submitted_at).strftime("%Y-%m-%d %H:%M"),
                names[one.submitted_by_id], str(one.state_words), names.get(one.decided_by_id or 0, ""), decided,
            ]  # fmt: skip


@require_safe
def lines(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed lines that were put before counties as a file that says where it comes from."""
    account = reader_of(request)
    found, asked = lines_asked_for(account, request)
    what = not_figures(both("县方的答复", "The counties' account"))
    origin = origin_of(
        request, reverse("review:county"), what, taken_by=account.display_name, narrowed_to=asked.values()
    )
    return list_file("county-lines", form, LINE_HEADINGS, _lines(found), origin)


def _lines(found: QuerySet[CountyLine]) -> Iterator[list[Cell]]:
    for batch in in_batches(found.select_related("unit", "batch")):
        for row in lines_told(batch):
            line = row["line"]
            yield [
                row["title"], str(row["kind"]), row["place"],
                line.happened_on.isoformat() if line.happened_on else "",
                "" if line.quantity is None else f"{line.quantity.normalize():f}", line.unit.name, str(row["answer_words"]),
            ]  # fmt: skip
