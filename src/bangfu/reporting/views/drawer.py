"""The drawer's five steps: how, where from, facts, record, evidence; each an address, a page and a fragment."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import block_of
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.organisation.queries import unit_names, within_grants
from bangfu.foundation.people.readers import reader_of, tier_of
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import record_opens
from bangfu.foundation.review.queries import county_trail, review_of
from bangfu.foundation.review.register import rules
from bangfu.foundation.rooms import Words, record_type
from bangfu.reporting import queries
from bangfu.reporting.access import may_see_terms, require_sight, require_sight_of_fact
from bangfu.reporting.beside import beside_of
from bangfu.reporting.codes import read_code
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.display import share_text
from bangfu.reporting.facts import SORTS, facts_in, searched, trust_in
from bangfu.reporting.indicators import code_with_number
from bangfu.reporting.leaving import left_out_of
from bangfu.reporting.parties import falling_in, parties_in, party_rows
from bangfu.reporting.parts import month_columns, place_bars, small_map, unit_bars
from bangfu.reporting.periods import read_period
from bangfu.reporting.registered import registered_in
from bangfu.reporting.room import VIEW, VIEW_FACTS
from bangfu.reporting.rows import fact_rows, masked, mirror_of
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection
from bangfu.reporting.trail import Wider, lead_of, period_choices, place_choices
from bangfu.reporting.versions import chain_of, known_by
from bangfu.reporting.views.steps import shown, steps_of

FACTS_A_PAGE = 50


def asked_selection(request: HttpRequest, code: str) -> Selection:
    """Return what is asked, when the reader may see it."""
    period = None if request.GET.get("period") else queries.usual_period(code)
    selection = read_selection(request.GET.dict(), period=period)
    reader, on = reader_of(request), timezone.localdate()
    require_sight(reader, selection, on)
    if not may_see_terms(reader, queries.indicator_of(code, selection), selection, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return selection


def _lead(request: HttpRequest, figure: queries.Figure, step: str) -> list[Wider]:
    """Return the way from wider figures to this one, for the reader."""
    return lead_of(figure, step, reader=reader_of(request), on=timezone.localdate())


@require_GET
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a printed code to the figure."""
    try:
        coded = read_code(code)
        indicator = code_with_number(coded.number)
    except (ValueError, LookupError):
        raise UnableToOpen("unknown_code", text=code) from None
    selection = Selection(read_period(coded.period), place=coded.place)
    more = {"as_of": request.GET["as_of"]} if request.GET.get("as_of") else {}
    return redirect(f"/f/{indicator}/?{selection.query(**more)}")


@require_GET
def how(request: HttpRequest, code: str) -> HttpResponse:
    """Show how a figure is counted, by which version, as of which block, and what it stands on."""
    selection = asked_selection(request, code)
    figure = queries.figure_in(code, selection)
    trust = trust_in(figure.indicator, selection)
    return shown(
        request,
        "how",
        {
            "figure": figure,
            "now": queries.now_of(figure.indicator, selection),
            "steps": steps_of("how", figure),
            "trust": trust,
            "verified_share": share_text(trust.verified, trust.standing),
            "evidenced_share": share_text(trust.evidenced, trust.standing),
            "confirmed_share": share_text(trust.confirmed, trust.in_counties),
            "versions": chain_of(code, selection.as_of),
            "known": None if selection.as_of is None else known_by(figure.indicator, selection.as_of),
            "left_out": left_out_of(figure),
            "lead": _lead(request, figure, ""),
        },
    )


@require_GET
def where(request: HttpRequest, code: str) -> HttpResponse:
    """Show where a figure comes from: by place, month and unit."""
    opened = queries.opened(code, asked_selection(request, code))
    return shown(
        request,
        "where",
        {
            "figure": opened.figure,
            "now": opened.now,
            "steps": steps_of("where", opened.figure),
            "places": place_bars(opened),
            "months": month_columns(opened),
            "units": unit_bars(opened),
            "map": small_map(opened),
            "facts_address": opened.figure.address_of("facts"),
            "lead": _lead(request, opened.figure, "where"),
        },
    )


@require_GET
def facts(request: HttpRequest, code: str) -> HttpResponse:
    """Show the facts under a figure that the reader may see, a page at a time, and how many lie outside."""
    selection, on = asked_selection(request, code), timezone.localdate()
    figure = queries.figure_in(code, selection)
    if figure.indicator.kind is IndicatorKind.REGISTERED:
        return _registered(request, figure)
    whole = facts_in(figure.indicator, selection)
    visible = whole.filter(within_grants(reader_of(request), VIEW_FACTS, on, has_line=True))
    seen = visible.count()
    if figure.terms:
        return shown(
            request,
            "facts",
            {
                "figure": figure,
                "now": None,
                "steps": steps_of("facts", figure),
                "lead": _lead(request, figure, "facts"),
            },
        )
    party = asked_party(request)
    if figure.indicator.term.counts_parties and party is None and not request.GET.get("each"):
        return _parties(request, figure, visible, seen)
    if party is not None:
        visible = visible.filter(party=party)
    listed = searched(visible.filter(reverses_id__isnull=True), request.GET.get("q", ""))
    sort = request.GET.get("sort", "")
    ordered = listed.order_by(*SORTS.get(sort, SORTS["date"]))
    page = Paginator(ordered, FACTS_A_PAGE).get_page(request.GET.get("page"))
    return shown(
        request,
        "facts",
        {
            "figure": figure,
            "now": queries.now_of(figure.indicator, selection),
            "steps": steps_of("facts", figure),
            "page": page,
            "rows": fact_rows(list(page.object_list), figure),
            "seen": seen,
            "outside": figure.sum.facts - seen,
            "found": page.paginator.count,
            "facts_path": f"/f/{code}/facts",
            "sorting": _sorting(request, sort if sort in SORTS else "date"),
            "q": request.GET.get("q", ""),
            "party": party,
            "place_choices": place_choices(selection),
            "period_choices": period_choices(selection),
            "lead": _lead(request, figure, "facts"),
        },
    )


def _registered(request: HttpRequest, figure: queries.Figure) -> HttpResponse:
    """Show the numbers of a register that a denominator comes to, each with its year and document."""
    rows = registered_in(figure.indicator.term, figure.selection) or []
    labels = figure.selection.place_labels({row.place for row in rows})
    return shown(
        request,
        "registered",
        {
            "figure": figure,
            "now": queries.now_of(figure.indicator, figure.selection),
            "steps": steps_of("facts", figure),
            "rows": [(row, labels.get(row.place, code_text(row.place))) for row in rows],
            "lead": _lead(request, figure, "facts"),
        },
    )


def asked_party(request: HttpRequest) -> UUID | None:
    """Return the party whose facts are asked for; null for everybody's."""
    text = request.GET.get("party", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise UnableToOpen("unknown_party", text=text) from None


def _parties(
    request: HttpRequest, figure: queries.Figure, visible: QuerySet[Fact], seen: int
) -> HttpResponse:
    """Show how the facts of a distinct count fall together into parties, a page at a time."""
    page = Paginator(parties_in(visible), FACTS_A_PAGE).get_page(request.GET.get("page"))
    return shown(
        request,
        "parties",
        {
            "figure": figure,
            "now": queries.now_of(figure.indicator, figure.selection),
            "steps": steps_of("facts", figure),
            "page": page,
            "rows": party_rows(list(page.object_list), figure),
            "falling": falling_in(visible),
            "outside": figure.sum.facts - seen,
            "facts_path": f"/f/{figure.indicator.code}/facts",
            "place_choices": place_choices(figure.selection),
            "period_choices": period_choices(figure.selection),
            "each_address": figure.address_of("facts", each="1"),
            "lead": _lead(request, figure, "facts"),
        },
    )


def _sorting(request: HttpRequest, sort: str) -> dict[str, dict[str, str]]:
    """Return for each column that sorts: the address that sorts by it, and how it is sorted now."""
    found = {}
    for name in ("source", "place", "date", "quantity"):
        query = request.GET.copy()
        query["sort"] = f"-{name}" if sort == name else name
        query.pop("page", None)
        way = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        found[name] = {"url": f"?{query.urlencode(safe='/')}", "way": way}
    return found


def _fact(request: HttpRequest, key: int, on: date) -> tuple[Fact, queries.Figure | None]:
    """Return a fact that the reader may see, and the figure by which they came to it."""
    fact = Fact.objects.filter(pk=key).first()
    if fact is None:
        raise UnableToOpen("unknown_fact", text=key)
    require_sight_of_fact(reader_of(request), fact, on)
    code = request.GET.get("figure")
    if not code:
        return fact, None
    return fact, queries.figure_in(code, asked_selection(request, code))


def _names(fact: Fact, figure: queries.Figure | None) -> tuple[dict[int, str], dict[int, Words]]:
    """Return what a fact's place and unit were called: for the figure by which the reader came, or on its own day."""
    if figure is not None:
        return figure.selection.place_labels([fact.place_id]), figure.selection.unit_names([fact.unit_id])
    return place_labels([fact.place_id], on=fact.happened_on), unit_names([fact.unit_id], on=fact.happened_on)


def _of_record(request: HttpRequest, fact: Fact) -> dict[str, Any]:
    """Return what a reader may see of the record that a fact proves, and where it opens to them."""
    kind = record_type(fact.subject_type)
    summary = kind.summaries([fact.subject_id]).get(fact.subject_id)
    return {
        "kind": kind,
        "summary": summary,
        "summary_rows": summary.rows_for(tier_of(request)) if summary is not None else (),
        "record_address": kind.address(fact.subject_id)
        if record_opens(reader_of(request), kind, fact.subject_id)
        else "",
    }


@require_GET
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Show the record that a fact proves, who reviewed it, and what became of the fact."""
    fact, figure = _fact(request, key, timezone.localdate())
    review = review_of(fact.subject_type, fact.subject_id)
    places, units = _names(fact, figure)
    return shown(
        request,
        "record",
        {
            "fact": fact,
            "figure": figure,
            "steps": steps_of("record", figure, fact),
            "unit": units[fact.unit_id],
            "place": places.get(fact.place_id, code_text(fact.place_id)),
            "sealed_in": block_of(fact.pk),
            "mirror": mirror_of(fact),
            "review": review,
            "submitted_by": masked(review.submitted_by) if review else None,
            "decided_by": masked(review.decided_by) if review else None,
            "rule": rules.get(review.rule) if review else None,
            "county_said": county_trail(fact.subject_type, fact.subject_id),
            "doors": doors_of(
                record_type(fact.subject_type), fact.subject_id, reader_of(request), timezone.localdate()
            ),
            "beside": beside_of(fact, reader_of(request), timezone.localdate()),
            **_of_record(request, fact),
        },
    )


@require_GET
def evidence(request: HttpRequest, key: int) -> HttpResponse:
    """Show the files that hang on the record a fact proves."""
    fact, figure = _fact(request, key, timezone.localdate())
    return shown(
        request,
        "evidence",
        {
            "fact": fact,
            "figure": figure,
            "steps": steps_of("evidence", figure, fact),
            "sealed_in": block_of(fact.pk),
            "attachments": list(attachments_of(fact.subject_type, [fact.subject_id])),
            **_of_record(request, fact),
        },
    )
