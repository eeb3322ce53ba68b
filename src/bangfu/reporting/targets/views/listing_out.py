"""The list of pledges as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Cell, Origin, in_batches, list_file, not_figures
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.views.reading import pledges_found, reader

COLUMNS = (
    both("责任书", "Pledge"), both("年度", "Year"), both("签订单位", "Signed by"), both("文号", "Document"),
    both("状态", "State"), both("版本", "Version"),
)  # fmt: skip


@require_safe
def pledges_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the pledges that the reader may see, narrowed as the page was."""
    account, _ = reader(request)
    found = pledges_found(queries.pledges_seen_by(account, timezone.localdate()), request)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            standings = queries.standings_of([one.pk for one in batch])
            for one in batch:
                last = standings[one.pk][-1]
                yield [
                    one.title, str(one.year), one.unit.name, last.version.document, str(last.state_words),
                    str(last.version.number),
                ]  # fmt: skip

    asked = [request.GET.get(name, "").strip() for name in ("year", "q")]
    origin = Origin(
        what=not_figures(both("责任书", "Pledges")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" ".join(one for one in asked if one),
        address=request.build_absolute_uri(f"{reverse('targets:pledges')}?{request.GET.urlencode()}"),
    )
    return list_file("pledges", form, COLUMNS, cells(), origin)
