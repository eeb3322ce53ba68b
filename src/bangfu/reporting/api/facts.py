"""The facts under a figure, each with its record, its evidence and its place in the sealed ledger, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Listed, Said, dotted, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.api.records import EvidenceTold, Row, evidence_told
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.organisation.models import Line
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.rooms.tiers import Tier
from bangfu.reporting import queries
from bangfu.reporting.access import require_sight_of_fact
from bangfu.reporting.api.figures import ROOT, Code, unit_codes
from bangfu.reporting.api.selecting import Question, asked
from bangfu.reporting.facts import facts_in, reversals_of
from bangfu.reporting.room import VIEW_FACTS

router = Router(tags=["figures"])
FactId = Path(..., ge=1, le=2**63 - 1)
FACT = both("事实", "fact")


class FactUnder(Answer):
    """One fact under a figure."""

    id: int
    measure: str
    quantity: str
    unit: str
    place: str
    place_name: str
    line: str | None
    party: UUID | None = Field(description="Whom it is about, as an opaque id.")
    identity: str | None
    share: str | None
    happened_on: date
    recorded_at: datetime
    source_system: str
    source_id: str
    revision: int
    record_type: str
    record_id: int
    reverses: int | None = Field(description="The fact that it takes back.")
    reversed_by: int | None = Field(description="The fact that takes it back.")
    reason: str | None
    block: int | None = Field(description="Null: not sealed yet.")
    url: str


class RecordTold(Answer):
    """The record that a fact proves."""

    type: str
    id: int
    title: str
    summary: list[Row]
    page: str


class FactOpened(FactUnder):
    """A fact with its record and the evidence on it."""

    record: RecordTold
    evidence: list[EvidenceTold]
    proof: str = Field(description="Where its inclusion in the ledger is proved.")


class FactPage(Listed[FactUnder]):
    """A page of the facts under a figure that the token's account may see."""

    seen: int = Field(description="How many of them the account may see.")
    outside: int = Field(description="How many lie outside what it may see.")


def facts_told(facts: list[Fact], selection: Any = None) -> list[dict[str, Any]]:
    """Return facts as programs read them, with names, blocks and reversals read at once."""
    keys = [fact.pk for fact in facts]
    measures = {measure_number(code): code for code in declared_measures()}
    units = unit_codes([fact.unit_id for fact in facts])
    lines = dict(
        Line.objects.filter(pk__in={fact.line_id for fact in facts if fact.line_id}).values_list("pk", "code")
    )
    blocks = dict(Member.objects.filter(fact_id__in=keys).values_list("fact_id", "block_id"))
    if selection is not None:
        taken_back = {key: fact.pk for key, fact in reversals_of(facts, selection).items()}
        labels = selection.place_labels({fact.place_id for fact in facts})
    else:
        back = Fact.objects.filter(reverses_id__in=keys)
        taken_back = {fact.reverses_id: fact.pk for fact in back if fact.reverses_id is not None}
        labels = {}
    return [
        {
            "id": fact.pk,
            "measure": measures[fact.measure_id],
            "quantity": dotted(fact.quantity),
            "unit": units[fact.unit_id],
            "place": code_text(fact.place_id),
            "place_name": labels.get(fact.place_id, ""),
            "line": lines.get(fact.line_id) if fact.line_id else None,
            "party": fact.party,
            "identity": fact.identity,
            "share": dotted(fact.share),
            "happened_on": fact.happened_on,
            "recorded_at": fact.recorded_at,
            "source_system": fact.source_system,
            "source_id": fact.source_id,
            "revision": fact.revision,
            "record_type": record_type(fact.subject_type).code,
            "record_id": fact.subject_id,
            "reverses": fact.reverses_id,
            "reversed_by": taken_back.get(fact.pk),
            "reason": fact.reason or None,
            "block": blocks.get(fact.pk),
            "url": f"{ROOT}/facts/{fact.pk}",
        }
        for fact in facts
    ]


@router.get(
    "/figures/{code}/facts", response=FactPage, operation_id="figure_facts", summary="数字下的事实 · Facts under a figure"
)  # fmt: skip
def facts(
    request: HttpRequest, code: Code, question: Query[Question], cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """The exact set of facts under a figure, reversals included, in the order they were posted."""
    asker = asker_of(request)
    selection = asked(code, question, asker)
    figure = queries.figure_in(code, selection)
    visible = facts_in(figure.indicator, selection).filter(
        within_grants(asker.account, VIEW_FACTS, asker.today, has_line=True)
    )
    seen = visible.count()
    page = page_of(visible, cursor, limit, lambda found: facts_told(found, selection))
    return {**page, "seen": seen, "outside": facts_in(figure.indicator, selection).count() - seen}


def fact_in_sight(request: HttpRequest, key: int) -> Fact:
    """Return a fact that the asker may see.

    Raises: Failed: ``not_known``. NotPermitted: ``out_of_scope``.
    """
    found = Fact.objects.filter(pk=key).first()
    if found is None:
        raise not_found(FACT, key)
    require_sight_of_fact(asker_of(request).account, found, timezone.localdate())
    return found


@router.get("/facts/{id}", response=FactOpened, operation_id="fact", summary="事实 · A fact")
def fact(request: HttpRequest, id: int = FactId) -> dict[str, Any]:
    """One fact with the record it proves and what is known of the evidence on that record."""
    found, asker = fact_in_sight(request, id), asker_of(request)
    kind = record_type(found.subject_type)
    summary = kind.summaries([found.subject_id]).get(found.subject_id)
    return {
        **facts_told([found])[0],
        "record": {
            "type": kind.code,
            "id": found.subject_id,
            "title": summary.title if summary else "",
            "summary": [
                {"label": Said.of(label), "value": str(value)}
                for label, value in (summary.rows_for(Tier.READER) if summary else ())
            ],
            "page": kind.address(found.subject_id),
        },
        "evidence": evidence_told(found.subject_type, found.subject_id, asker.account, asker.today),
        "proof": f"{ROOT}/facts/{found.pk}/proof",
    }
