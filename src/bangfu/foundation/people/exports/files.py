"""Lists of people as files: masked for whoever reads the list, in clear with a watermark for a recorded export."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from bangfu.foundation.people.exports import queries, rendering
from bangfu.foundation.people.models import Account, ListExport
from bangfu.foundation.rooms import PersonalList, Words, both
from bangfu.foundation.rooms.lists import Origin, list_file

WATERMARK = both(
    "含个人信息 · 导出编号 {number} · {name}（{username}） · {time} · 只用于登记的用途，不得转发",
    "Personal data · export {number} · {name} ({username}) · {time} · for the stated purpose only, not to be passed on",
)


def _origin(
    request: HttpRequest, account: Account, listing: PersonalList, asked: Mapping[str, str], mark: str = ""
) -> Origin:
    told = {
        name: value
        for name, value in asked.items()
        if not rendering.looks_for_a_person(listing, {name: value})
    }
    address = listing.page(asked)
    what = both("{title}（遮盖）", "{title}, masked")
    return Origin(
        what=listing.title if mark else what.filled(title=listing.title),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(f"{address}?{urlencode(told)}" if told else address),
        narrowed_to=rendering.narrowing(listing, asked),
        watermark=mark,
    )


def _name(listing: PersonalList) -> str:
    return listing.code.rpartition(".")[2]


def masked_file(
    request: HttpRequest, account: Account, listing: PersonalList, asked: Mapping[str, str], form: str
) -> HttpResponseBase:
    """Return a list as a file in which all people are masked.

    Raises: NotPermitted: the account may not read the list.
    """
    rows = rendering.masked(listing, listing.rows(account, asked, timezone.localdate()))
    titles = rendering.headings(listing, masked=True)
    return list_file(_name(listing), form, titles, rows, _origin(request, account, listing, asked))


def clear_file(request: HttpRequest, account: Account, export: ListExport, form: str) -> HttpResponseBase:
    """Return the file of a recorded export, with its watermark.

    Raises: UnableToTakeExport, NotPermitted: see ``queries.contents``.
    """
    listing, rows = queries.contents(export, account, timezone.now())
    mark = watermark(export, account)
    origin = _origin(request, account, listing, export.filters, str(mark))
    response = list_file(
        f"{_name(listing)}-{export.number}", form, rendering.headings(listing, masked=False), rows, origin
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def watermark(export: ListExport, account: Account) -> Words:
    """Return what the file of an export says of itself wherever it is read or printed."""
    return WATERMARK.filled(
        number=export.number,
        name=account.display_name,
        username=account.username,
        time=f"{timezone.localtime(export.exported_at):%Y-%m-%d %H:%M}",
    )
