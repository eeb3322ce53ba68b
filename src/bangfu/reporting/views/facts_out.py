"""The facts under a figure as a file: as many as there are, those that the reader may see, with where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.reporting import queries
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.display import plain_text
from bangfu.reporting.facts import facts_in, searched
from bangfu.reporting.room import VIEW_FACTS
from bangfu.reporting.selection import Selection
from bangfu.reporting.views.drawer import asked_party, asked_selection

COLUMNS = (
    "fact", "measure", "quantity", "unit", "place", "place_name", "happened_on", "source_system", "source_id",
    "revision", "identity", "party", "share", "reverses", "reason", "record_type", "record", "recorded_at",
)  # fmt: skip


@require_GET
def facts_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """Send the facts under a figure that the reader may see, as one file."""
    selection, on = asked_selection(request, code), timezone.localdate()
    indicator, account = queries.indicator_of(code, selection), reader_of(request)
    visible = facts_in(indicator, selection).filter(within_grants(account, VIEW_FACTS, on, has_line=True))
    if party := asked_party(request):
        visible = visible.filter(party=party)
    text = request.GET.get("q", "")
    found = searched(visible, text).order_by("happened_on", "id")
    said = [selection.period_words.in_language("zh"), selection.scope_words.in_language("zh")]
    said_en = [selection.period_words.en, selection.scope_words.en]
    narrowed = both(
        "；".join([*said, *([text] if text else [])]), "; ".join([*said_en, *([text] if text else [])])
    )
    origin = Origin(
        what=both("{title}：逐条事实", "{title}: its facts").filled(title=indicator.title),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=str(narrowed),
        address=request.build_absolute_uri(),
        sheet=both("事实", "Facts"),
    )
    name = f"{code}-{selection.period.code.replace('/', '_')}"
    return list_file(
        name, form, [Words(one, one) for one in COLUMNS], _cells(found, indicator, selection), origin
    )


def _cells(found: QuerySet[Fact], indicator: Indicator, selection: Selection) -> Iterator[list[Cell]]:
    units = dict(Unit.objects.values_list("pk", "code"))
    counted = [measure for term in indicator.terms for measure in term.measures]
    measures = {measure_number(one.code): one.code for one in counted}
    labels = selection.place_labels(found.order_by().values_list("place_id", flat=True).distinct())
    for fact in found.iterator(chunk_size=2000):
        yield [
            str(fact.pk), measures[fact.measure_id], Decimal(plain_text(fact.quantity)), units[fact.unit_id],
            code_text(fact.place_id), labels.get(fact.place_id, ""), fact.happened_on.isoformat(), fact.source_system,
            fact.source_id, str(fact.revision), fact.identity or "", str(fact.party or ""),
            Decimal(plain_text(fact.share)) if fact.share else "", str(fact.reverses_id or ""), fact.reason or "",
            record_type(fact.subject_type).code, str(fact.subject_id), fact.recorded_at.isoformat(),
        ]  # fmt: skip
