"""The list of saved things as a file: tables and charts, narrowed as the page was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, Origin, in_batches, list_file, not_figures
from bangfu.reporting.saving import SavedVersion

COLUMNS = (
    both("名称", "Name"), both("谁的", "Whose"), both("共享给", "Shared with"), both("固定到区块", "As of block"),
    both("版本", "Version"), both("保存于", "Saved"), both("地址", "Address"),
)  # fmt: skip
V = TypeVar("V", bound=SavedVersion)


def saved_file(
    request: HttpRequest,
    account: Account,
    form: str,
    *,
    found: QuerySet[V],
    thing_of: Callable[[V], Any],
    room: str,
    noun: Words,
) -> HttpResponseBase:
    """Return saved things as a file.

    Args:
        thing_of: gives the table or chart of its version.
        room: its name in addresses: ``tables``, where ``tables:saved`` shows one.
    """

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                thing = thing_of(one)
                yield [
                    str(one.name),
                    thing.owner.display_name,
                    thing.unit.name if one.is_shared else "",
                    (one.question.get("as_of") or [""])[0],
                    str(one.number),
                    f"{timezone.localtime(one.saved_at):%Y-%m-%d %H:%M}",
                    request.build_absolute_uri(reverse(f"{room}:saved", args=[thing.pk])),
                ]

    narrowed = [request.GET.get(name, "").strip() for name in ("q", "whose", "kind")]
    origin = Origin(
        what=not_figures(noun),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" ".join(one for one in narrowed if one),
        address=request.build_absolute_uri(f"{reverse(f'{room}:{room}')}?{request.GET.urlencode()}"),
    )
    return list_file(room, form, COLUMNS, cells(), origin)
