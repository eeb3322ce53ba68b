"""Baselines, removals, verdicts and targets of coverage as kinds of reported records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars
from django.db import connection

from bangfu.connectivity.network.kinds.building import facts_of_rows
from bangfu.connectivity.network.kinds.kind import Posting, RecordKind
from bangfu.connectivity.network.measures import BASELINE, COVERED, TARGETS
from bangfu.connectivity.network.models import (
    BaselineRemoval,
    BaselineVillage,
    CoverageTarget,
    CoverageVerdict,
)
from bangfu.connectivity.network.rules import Fault
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both

_COUNTY = 10**6
_BRANCHES = {
    "WIRELESS": ("STATION_WITHIN_5_KM", "SIGNAL_EVERYWHERE"),
    "BROADBAND": ("FIBRE_TO_VILLAGE",),
}


def verdict_code(village: polars.Expr, service: polars.Expr, day: polars.Expr) -> polars.Expr:
    """Return the code of a verdict: ``522327100001-WIRELESS-2019-12-01``."""
    return polars.concat_str([village, service, day.dt.to_string("%Y-%m-%d")], separator="-")


def _frame(sql: str, values: list[Any], schema: dict[str, Any]) -> polars.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def with_villages(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows with ``place``, the number of the village whose code each names; null = there is none."""
    known = _frame(
        "SELECT id FROM places_place WHERE id = ANY(%s) AND through_level = 5",
        [rows["village"].cast(polars.Int64, strict=False).drop_nulls().unique().to_list()],
        {"place": polars.Int64},
    )
    number = polars.col("village").cast(polars.Int64, strict=False)
    return rows.with_columns(place=polars.when(number.is_in(known["place"].to_list())).then(number))


def _with_baselines(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows with their village's verified ``baseline_id``, its ``frozen_on`` and whether it ``left``."""
    rows = with_villages(rows)
    known = _frame(
        "SELECT village.place_id, village.id, village.frozen_on, EXISTS (SELECT 1 FROM network_baselineremoval gone"
        "   WHERE gone.baseline_id = village.id AND gone.withdrawn_at IS NULL)"
        "  FROM network_baselinevillage village JOIN review_review review"
        "    ON review.record_type = 4 AND review.record_id = village.id AND review.state = 'VERIFIED'"
        " WHERE village.place_id = ANY(%s) AND village.withdrawn_at IS NULL",
        [rows["place"].drop_nulls().unique().to_list()],
        {"place": polars.Int64, "baseline_id": polars.Int64, "frozen": polars.Date, "left": polars.Boolean},
    )
    return rows.join(known, on="place", how="left", maintain_order="left")


def _with_earlier(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows with the village's last other verdict: ``supersedes_id``, ``last_on`` and ``last_state``."""
    rows = _with_baselines(rows)
    known = _frame(
        "SELECT DISTINCT ON (verdict.place_id, verdict.service) verdict.place_id, verdict.service, verdict.id,"
        " verdict.judged_on, coalesce(review.state, 'DRAFT') FROM network_coverageverdict verdict"
        "  LEFT JOIN review_review review ON review.record_type = 6 AND review.record_id = verdict.id"
        " WHERE verdict.place_id = ANY(%s) AND verdict.withdrawn_at IS NULL AND NOT verdict.code = ANY(%s)"
        " ORDER BY verdict.place_id, verdict.service, verdict.judged_on DESC",
        [rows["place"].drop_nulls().unique().to_list(), rows["code"].drop_nulls().to_list()],
        {
            "place": polars.Int64,
            "service": polars.String,
            "supersedes_id": polars.Int64,
            "last_on": polars.Date,
            "last_state": polars.String,
        },
    )
    return rows.join(known, on=["place", "service"], how="left", maintain_order="left")


def _unknown_villages(rows: polars.DataFrame) -> Iterator[Fault]:
    for one in rows.filter(polars.col("place").is_null()).iter_rows(named=True):
        yield Fault(one["row"], "village", "unknown_village", {"village": one["village"]})


def _faults_of_baselines(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    col = polars.col
    yield from _unknown_villages(rows)
    here = rows.with_columns(county=col("place") // _COUNTY * _COUNTY).filter(col("county").is_not_null())
    said = polars.struct("document_number", "frozen_on")
    for row in here.filter(said.n_unique().over("county") > 1)["row"]:
        yield Fault(row, "document_number", "two_documents", {})
    counties = here["county"].unique().to_list()
    frozen = _frame(
        "SELECT DISTINCT village.place_id / 1000000 * 1000000, village.document_number"
        "  FROM network_baselinevillage village JOIN review_review review"
        "    ON review.record_type = 4 AND review.record_id = village.id"
        " WHERE village.place_id / 1000000 * 1000000 = ANY(%s) AND village.withdrawn_at IS NULL"
        "   AND review.state <> 'RETURNED'",
        [counties],
        {"county": polars.Int64, "document": polars.String},
    )
    labels = place_labels(frozen["county"].to_list())
    new = here.filter(col("record").is_null()).join(frozen, on="county").unique("row", maintain_order=True)
    for one in new.iter_rows(named=True):
        details = {"county": labels[one["county"]], "document": one["document"]}
        yield Fault(one["row"], "village", "baseline_frozen", details)


def _faults_of_members(rows: polars.DataFrame, day: str) -> Iterator[Fault]:
    """Return the faults of rows about villages that are on no frozen list, left it, or joined it later."""
    yield from _unknown_villages(rows)
    known = rows.filter(polars.col("place").is_not_null())
    for one in known.filter(polars.col("baseline_id").is_null()).iter_rows(named=True):
        yield Fault(one["row"], "village", "not_in_baseline", {"village": one["village"]})
    for one in known.filter(polars.col(day) < polars.col("frozen")).iter_rows(named=True):
        yield Fault(one["row"], day, "before_freezing", {"on": one["frozen"].isoformat()})


def _faults_of_removals(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    yield from _faults_of_members(rows, "removed_on")
    for one in rows.iter_rows(named=True):
        last = (
            CoverageVerdict.objects.filter(place_id=one["place"], withdrawn_at=None)
            .order_by("judged_on")
            .last()
        )
        if last is not None and last.judged_on > one["removed_on"]:
            yield Fault(one["row"], "removed_on", "before_verdict", {"on": last.judged_on.isoformat()})


def _faults_of_verdicts(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    col = polars.col
    yield from _faults_of_members(rows, "judged_on")
    for one in rows.filter(col("left")).iter_rows(named=True):
        yield Fault(one["row"], "village", "removed", {"village": one["village"]})
    for one in rows.iter_rows(named=True):
        fitting = _BRANCHES[one["service"]] if one["verdict"] == "COVERED" else ("",)
        if one["branch"] not in fitting:
            yield Fault(one["row"], "branch", "wrong_branch", {})
    twice = rows.with_columns(first=col("row").min().over("village", "service"))
    for one in twice.filter(col("row") > col("first")).iter_rows(named=True):
        details = {"code": one["village"], "first": one["first"]}
        yield Fault(one["row"], "village", "twice_here", details)
    for one in rows.filter(col("last_on") >= col("judged_on")).iter_rows(named=True):
        yield Fault(one["row"], "judged_on", "not_after_last", {"on": one["last_on"].isoformat()})
    waiting = rows.filter(col("last_state").is_not_null() & (col("last_state") != "VERIFIED"))
    for one in waiting.iter_rows(named=True):
        yield Fault(one["row"], "village", "earlier_waits", {"on": one["last_on"].isoformat()})


def _baseline(keys: list[int]) -> list[Posting]:
    facts = facts_of_rows(
        "SELECT unit_id, place_id, revision, id, code, code, 1::numeric(20, 4), frozen_on"
        "  FROM network_baselinevillage WHERE id = ANY(%s) ORDER BY id",
        keys,
    )
    return [Posting(BASELINE, facts)]


def _removed(keys: list[int]) -> list[Posting]:
    """A removed village leaves the denominator, and the numerator too if it stood covered."""
    left = facts_of_rows(
        "SELECT unit_id, place_id, revision, id, code, NULL, -1::numeric(20, 4), removed_on"
        "  FROM network_baselineremoval WHERE id = ANY(%s) ORDER BY id",
        keys,
    )
    postings = [Posting(BASELINE, left)]
    for service, measure in COVERED.items():
        uncovered = facts_of_rows(
            "SELECT gone.unit_id, gone.place_id, gone.revision, gone.id, gone.code, NULL, -1::numeric(20, 4),"
            " gone.removed_on FROM network_baselineremoval gone"
            "  JOIN network_coverageverdict verdict ON verdict.baseline_id = gone.baseline_id"
            f"   AND verdict.service = '{service}' AND verdict.verdict = 'COVERED' AND verdict.withdrawn_at IS NULL"
            "  JOIN review_review review ON review.record_type = 6 AND review.record_id = verdict.id"
            "   AND review.state = 'VERIFIED'"
            " WHERE gone.id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM network_coverageverdict later"
            "   WHERE later.supersedes_id = verdict.id AND later.withdrawn_at IS NULL) ORDER BY gone.id",
            keys,
        )
        postings.append(Posting(measure, uncovered))
    return postings


def _turned(keys: list[int]) -> list[Posting]:
    """A verdict counts when it turns: one village more, or one less."""
    return [
        Posting(
            measure,
            facts_of_rows(
                "SELECT now.unit_id, now.place_id, now.revision, now.id, now.code, NULL,"
                " ((now.verdict = 'COVERED')::int - coalesce((earlier.verdict = 'COVERED')::int, 0))::numeric(20, 4),"
                " now.judged_on FROM network_coverageverdict now"
                "  LEFT JOIN network_coverageverdict earlier ON earlier.id = now.supersedes_id"
                f" WHERE now.id = ANY(%s) AND now.service = '{service}'"
                "   AND (now.verdict = 'COVERED') <> coalesce(earlier.verdict = 'COVERED', false) ORDER BY now.id",
                keys,
            ),
        )
        for service, measure in COVERED.items()
    ]


def _promised(keys: list[int]) -> list[Posting]:
    return [
        Posting(
            measure,
            facts_of_rows(
                "SELECT unit_id, place_id, revision, id, code, code, village_count::numeric(20, 4), promised_on"
                f"  FROM network_coveragetarget WHERE id = ANY(%s) AND goal = '{goal}' ORDER BY id",
                keys,
            ),
        )
        for goal, measure in TARGETS.items()
    ]


def _rests_on_baseline(record: Any) -> str | None:
    living = [*record.verdicts.filter(withdrawn_at=None)[:1], *record.removals.filter(withdrawn_at=None)[:1]]
    return living[0].code if living else None


def _rests_on_verdict(record: Any) -> str | None:
    living = [
        *record.later.filter(withdrawn_at=None)[:1],
        *record.baseline.removals.filter(withdrawn_at=None)[:1],
    ]
    return living[0].code if living else None


BASELINES = RecordKind(
    number=4,
    code="network.baseline_village",
    noun=both("基准名单村", "Baseline village"),
    slug="baseline",
    model=BaselineVillage,
    columns={"document_number": "text", "frozen_on": "date"},
    dated_by="frozen_on",
    postings=_baseline,
    identity_of=BASELINE,
    resolve=with_villages,
    faults=_faults_of_baselines,
    codes_of=lambda sheet: sheet["village"],
    rests_on=_rests_on_baseline,
)

REMOVALS = RecordKind(
    number=5,
    code="network.baseline_removal",
    noun=both("基准名单调出", "Removal from the baseline"),
    slug="removals",
    model=BaselineRemoval,
    columns={"baseline_id": "bigint", "document_number": "text", "removed_on": "date"},
    dated_by="removed_on",
    postings=_removed,
    identity_of=None,
    resolve=_with_baselines,
    faults=_faults_of_removals,
)

VERDICTS = RecordKind(
    number=6,
    code="network.coverage_verdict",
    noun=both("覆盖认定", "Coverage verdict"),
    slug="verdicts",
    model=CoverageVerdict,
    columns={
        "baseline_id": "bigint",
        "service": "text",
        "verdict": "text",
        "branch": "text",
        "judged_on": "date",
        "supersedes_id": "bigint",
    },
    dated_by="judged_on",
    postings=_turned,
    identity_of=None,
    resolve=_with_earlier,
    faults=_faults_of_verdicts,
    codes_of=lambda sheet: sheet.select(
        verdict_code(polars.col("village"), polars.col("service"), polars.col("judged_on"))
    ).to_series(),
    rests_on=_rests_on_verdict,
)

TARGET = RecordKind(
    number=7,
    code="network.coverage_target",
    noun=both("覆盖目标", "Coverage target"),
    slug="targets",
    model=CoverageTarget,
    columns={
        "goal": "text",
        "village_count": "integer",
        "document_number": "text",
        "promised_on": "date",
    },
    dated_by="promised_on",
    postings=_promised,
    identity_of=None,
)
