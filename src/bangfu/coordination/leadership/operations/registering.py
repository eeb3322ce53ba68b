"""Visits entered by sheet or by hand, and mended until they are submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars
from django.urls import reverse

from bangfu.coordination.leadership import queries
from bangfu.coordination.leadership.models import STATE_WORDS, Leader, Visit
from bangfu.coordination.leadership.operations import storing
from bangfu.coordination.leadership.rules import COLUMNS, OPEN_STATES, UnableToRegisterVisit, judged
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import (
    Act,
    NotPermitted,
    Refusal,
    Scope,
    operation,
    permitted_rows,
    scope_of,
)
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import both, record_type

IMPORT = "leadership.import_visits"


class UnableToReviseVisit(Refusal):
    """Codes: ``not_open``."""

    sentences = {
        "not_open": both(
            "到访「{reference}」目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的，撤回后重新登记。",
            "Visit {reference} is “{state}” and cannot be changed directly. If it waits for review have it returned; if it is"
            " verified, withdraw it and register it again.",
        ),
    }


@dataclass(frozen=True)
class Commitment:
    """What a leader promised, and by when; null = no day was given."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class VisitDetails:
    """What is said of one visit when it is entered by hand."""

    reference: str
    leader: Leader
    place: Place
    arrived_on: date
    left_on: date
    purpose: str
    trip: str = ""
    """The number of the trip of which it is a part; empty = a trip of its own."""
    problems: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said = {
            "row": 1,
            "reference": self.reference.strip(),
            "leader_code": self.leader.code,
            "place": self.place.pk,
            "arrived_on": self.arrived_on,
            "left_on": self.left_on,
            "purpose": self.purpose.strip(),
            "trip": self.trip.strip(),
            "problems": list(self.problems),
            "commitments": [one.text for one in self.commitments],
            "due_on": [one.due_on for one in self.commitments],
        }
        return polars.DataFrame([said], schema=COLUMNS)


def _scope_of_details(*, details: VisitDetails, **arguments: object) -> Scope:
    return Scope(unit=details.leader.unit_id, place=details.place.pk)


@operation("leadership.register_visit", scope=_scope_of_details)
def register_visit(*, details: VisitDetails, files: storing.Files = (), act: Act) -> Visit:
    """Register one visit of a leader as a draft of the leader's unit, with the evidence brought along.

    Raises: UnableToRegisterVisit: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the visit's number.
    """
    storing.lock_references([details.reference.strip()])
    found = judged(details.row(), unit=details.leader.unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    known = found.rows["visit"][0]
    if known is not None:
        state = STATE_WORDS[queries.state_of(Visit(pk=known))]
        raise UnableToRegisterVisit("registered_already", reference=details.reference, state=state)
    [visit] = storing.enter_visits(found.rows, upload=None, act=act)
    storing.attach_files(visit, files, act=act)
    return visit


def _scopes_of_revision(*, visit: Visit, details: VisitDetails, **arguments: object) -> list[Scope]:
    return [visit.scope, _scope_of_details(details=details)]


@operation("leadership.revise_visit", scope=_scopes_of_revision)
def revise_visit(*, visit: Visit, details: VisitDetails, files: storing.Files = (), act: Act) -> Visit:
    """Change a draft or returned visit, its number apart, and add evidence.

    Raises: UnableToReviseVisit, UnableToRegisterVisit: see their codes; nothing was written.
    Locks: the visit's number, then the visit.
    """
    storing.lock_references([visit.reference])
    visit = storing.visit_for_update(visit)
    state = queries.state_of(visit)
    if state not in OPEN_STATES:
        raise UnableToReviseVisit("not_open", reference=visit.reference, state=STATE_WORDS[state])
    row = details.row().with_columns(reference=polars.lit(visit.reference))
    found = judged(row, unit=visit.unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    [visit] = storing.replace_visits(found.rows, upload=visit.upload_id)
    storing.attach_files(visit, files, act=act)
    return visit


@operation(IMPORT, scope=scope_of("upload"))
def import_visits(*, upload: Upload, act: Act) -> Batch:
    """Register every new visit of a sheet, replace what drafts and returned ones said, and submit them for review.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies
        outside the grant. Nothing was written.
    Locks: the visits' numbers, then the upload.
    """
    storing.lock_references(read_rows(upload)["reference"].drop_nulls().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    units = dict(Leader.objects.filter(code__in=rows["leader_code"].to_list()).values_list("code", "unit_id"))
    within = rows.select(
        polars.col("leader_code").replace_strict(units, return_dtype=polars.Int64).alias("unit"), "place"
    )
    if not permitted_rows(act, IMPORT, within).all():
        raise NotPermitted("out_of_scope", permission=IMPORT)
    changed = rows.filter(polars.col("standing") == "changed")
    new = rows.filter(polars.col("standing") == "new")
    visits = [
        *storing.replace_visits(changed, upload=upload.pk),
        *storing.enter_visits(new, upload=upload.pk, act=act),
    ]
    keys = {one.reference: one.pk for one in visits}
    kind = record_type("leadership.visit")
    attach_many(
        rows.select(
            digest="evidence_digest", name="evidence", kind=polars.lit(EvidenceKind.DOCUMENT.value),
            record=polars.col("reference").replace_strict(keys, return_dtype=polars.Int64),
        ),
        record_type=kind,
        act=act,
    )  # fmt: skip
    batch = submit_many(list(keys.values()), record_type=kind, unit=upload.unit, title=upload.name, act=act)
    outcome = {
        "new": new.height,
        "changed": changed.height,
        "same": checked.frame.height - rows.height,
        "batch": batch.pk,
        "address": reverse("review:paper", args=[batch.pk]),
    }
    intake.mark_confirmed(upload, outcome, act=act)
    return batch
