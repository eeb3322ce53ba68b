"""Rows of a file of gifts that were not taken, with the reason of each."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns.models import GiftFile, RefusedGift
from bangfu.giving.campaigns.operations import UnableToGive, least_of
from bangfu.giving.campaigns.views.gate import ROWS_A_PAGE, readable

FILES = GiftFile.objects.select_related("campaign__unit")
COLUMNS: tuple[Words, ...] = (
    both("会员号", "member"), both("积分", "points"), both("捐赠日期", "given_on"), both("流水号", "source_id"),
    both("行", "row"), both("原因", "why"),
)  # fmt: skip
"""The first four as the points system writes them: mended rows of the file can be brought again as they are."""


def _why(one: RefusedGift) -> str:
    campaign = one.file.campaign
    said = UnableToGive.sentences[one.code]
    return str(said.filled(held=one.held, campaign=campaign.title, least=least_of(campaign)))


@require_safe
def refused(request: HttpRequest, key: int) -> HttpResponse:
    """List the rows of a file that were not taken, and why."""
    _, file = readable(request, FILES, key)
    found = file.refusals.select_related("file__campaign").order_by("row")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"it": one, "why": _why(one)} for one in page]
    return render(request, "campaigns/refused.html", {"file": file, "page": page, "rows": rows})


@require_safe
def refused_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the rows that were not taken as a file that says where it comes from."""
    account, file = readable(request, FILES, key)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(file.refusals.select_related("file__campaign").order_by("row")):
            for one in batch:
                on = one.given_on.isoformat() if one.given_on else ""
                yield [
                    one.member,
                    "" if one.points is None else one.points,
                    on,
                    one.source_id,
                    one.row,
                    _why(one),
                ]

    origin = origin_of(
        request, reverse("campaigns:refused", args=[key]), not_figures(both("没有收取的行", "Rows that were not taken")),
        taken_by=account.display_name, narrowed_to=[file.name],
    )  # fmt: skip
    return list_file(f"refused-{key}", form, COLUMNS, cells(), origin)
