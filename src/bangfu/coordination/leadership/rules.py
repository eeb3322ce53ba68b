"""What makes a visit acceptable, row by row; one visit is a sheet of one row. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.coordination.leadership import queries
from bangfu.coordination.leadership.models import (
    FIRST_VISIT,
    STATE_WORDS,
    Leader,
    PointKind,
    Visit,
    VisitPoint,
    VisitState,
)
from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.rooms import both

OPEN_STATES = (VisitState.DRAFT, VisitState.RETURNED)
"""States in which what is registered may still be replaced."""
SAID: dict[str, Any] = {
    "reference": polars.String,
    "leader_code": polars.String,
    "place": polars.Int64,
    "arrived_on": polars.Date,
    "left_on": polars.Date,
    "purpose": polars.String,
    "trip": polars.String,
    "problems": polars.List(polars.String),
    "commitments": polars.List(polars.String),
    "due_on": polars.List(polars.Date),
}
"""What a row says; ``due_on`` has one day, or null, for each commitment."""
COLUMNS: dict[str, Any] = {"row": polars.Int64, **SAID}


class UnableToRegisterVisit(Refusal):
    """Codes: ``unknown_leader``, ``registered_elsewhere``, ``registered_already``, ``under_review``, ``verified_already``,
    ``too_early``, ``in_future``, ``left_before``, ``due_before``, ``identity_number``, ``leads_no_more``."""

    sentences = {
        "unknown_leader": both(
            "「{code}」不是本单位或下属单位的领导编号。请核对，或先登记这位领导。",
            "{code} is no leader of your unit or one below it. Check the number, or register the leader first.",
        ),
        "registered_elsewhere": both(
            "到访编号「{reference}」已由{unit}使用。请在编号前加上本单位简码。",
            "The number {reference} is in use by {unit}. Put your unit's code before it.",
        ),
        "registered_already": both(
            "到访「{reference}」已登记（{state}）。请打开它修改。",
            "Visit {reference} is registered already ({state}). Open it and change it there.",
        ),
        "under_review": both(
            "到访「{reference}」正在等待核验，内容与此处不同。请先请核验人退回。",
            "Visit {reference} waits for review and says something else. Have it returned first.",
        ),
        "verified_already": both(
            "到访「{reference}」已核验，内容与此处不同。有误的，撤回后重新登记。",
            "Visit {reference} is verified and says something else. If it is wrong, withdraw it and register it again.",
        ),
        "too_early": both("日期早于 {first}。请核对年份。", "The day lies before {first}. Check the year."),
        "in_future": both(
            "日期在今天之后。到访以后再登记。",
            "The day lies in the future. Register a visit after it was made.",
        ),
        "left_before": both(
            "离开的日期早于到达的日期。请核对。", "It ends before it begins. Check both days."
        ),
        "due_before": both(
            "承诺的到期日 {due_on} 早于到访。请核对。",
            "A commitment is due on {due_on}, before the visit. Check the day.",
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请从文字中删去。",
            "This holds an identity number and cannot be registered. Take it out of the words.",
        ),
        "leads_no_more": both(
            "「{code}」自 {on} 起不再任职，不能登记此后的到访。",
            "{code} leads no more from {on} on; a later visit cannot be theirs.",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be registered."""

    unable = UnableToRegisterVisit


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside ``COLUMNS``, ``standing`` (``new``, ``same``, ``changed``) and ``visit`` (key of the registered
    visit, null if new).
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame, *, unit: Unit, today: date) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows; ``rows`` has ``COLUMNS``."""
    references = rows["reference"].to_list()
    living = queries.visits().filter(reference__in=references, withdrawn_at=None).prefetch_related("points")
    known = {one.reference: one for one in living}
    below = unit_subtree(unit.pk).values("pk")
    leaders = {
        one.code: one for one in Leader.objects.filter(code__in=rows["leader_code"].to_list(), unit__in=below)
    }
    faults: list[Fault] = []
    standings: list[str] = []
    for row in rows.iter_rows(named=True):
        visit = known.get(row["reference"])
        standings.append(_standing(row, visit))
        faults += _faults(row, leaders.get(row["leader_code"]), today)
        faults += _faults_of_reference(row, visit, standings[-1], unit)
    keys = [known[one].pk if one in known else None for one in references]
    return Judged(
        rows.with_columns(
            standing=polars.Series(standings, dtype=polars.String),
            visit=polars.Series(keys, dtype=polars.Int64),
        ),
        faults,
    )


def points_of(row: dict[str, Any]) -> list[tuple[str, str, date | None]]:
    """Return kind, words and due day of a row's problems and commitments, in order."""
    problems = [(PointKind.PROBLEM.value, text, None) for text in row["problems"]]
    due = row["due_on"] or [None] * len(row["commitments"])
    return problems + [
        (PointKind.COMMITMENT.value, text, day) for text, day in zip(row["commitments"], due, strict=True)
    ]


def said_by(visit: Visit) -> dict[str, Any]:
    """Return what a registered visit says, as a row does, its points apart."""
    return {
        "leader_code": visit.leader.code,
        "place": visit.place_id,
        "arrived_on": visit.arrived_on,
        "left_on": visit.left_on,
        "purpose": visit.purpose,
        "trip": visit.trip,
    }


def _standing(row: dict[str, Any], visit: Any) -> str:
    if visit is None:
        return "new"
    points: list[VisitPoint] = sorted(visit.points.all(), key=lambda one: one.number)
    same = all(row[name] == value for name, value in said_by(visit).items())
    same = same and points_of(row) == [(one.kind, one.text, one.due_on) for one in points]
    return "same" if same and visit.state not in OPEN_STATES else "changed"


def _faults(row: dict[str, Any], leader: Leader | None, today: date) -> Iterator[Fault]:
    number = row["row"]
    if leader is None:
        yield Fault(number, "leader_code", "unknown_leader", {"code": row["leader_code"]})
    elif leader.ended_on is not None and row["arrived_on"] >= leader.ended_on:
        details = {"code": leader.code, "on": leader.ended_on.isoformat()}
        yield Fault(number, "arrived_on", "leads_no_more", details)
    if row["arrived_on"] < FIRST_VISIT:
        yield Fault(number, "arrived_on", "too_early", {"first": FIRST_VISIT.isoformat()})
    if row["left_on"] > today:
        yield Fault(number, "left_on", "in_future", {})
    if row["left_on"] < row["arrived_on"]:
        yield Fault(number, "left_on", "left_before", {})
    early = [day for _, _, day in points_of(row) if day is not None and day < row["arrived_on"]]
    if early:
        yield Fault(number, "due_on", "due_before", {"due_on": min(early).isoformat()})
    for column in ("problems", "commitments"):
        if any(has_identity_number(text) for text in row[column]):
            yield Fault(number, column, "identity_number", {})
    if has_identity_number(row["purpose"]):
        yield Fault(number, "purpose", "identity_number", {})


def _faults_of_reference(row: dict[str, Any], visit: Any, standing: str, unit: Unit) -> Iterator[Fault]:
    if visit is None:
        return
    details: dict[str, Any] = {"reference": row["reference"]}
    if not visit.unit.path.startswith(unit.path):
        details |= {"unit": both(visit.unit.name_zh, visit.unit.name_en), "state": STATE_WORDS[visit.state]}
        yield Fault(row["row"], "reference", "registered_elsewhere", details)
    elif standing == "changed" and visit.state == VisitState.SUBMITTED:
        yield Fault(row["row"], "reference", "under_review", details)
    elif standing == "changed" and visit.state == VisitState.VERIFIED:
        yield Fault(row["row"], "reference", "verified_already", details)
