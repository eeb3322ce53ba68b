"""One record reported by hand, and mended until it is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars

from bangfu.foundation.evidence.operations import clean_name, keep
from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord
from bangfu.foundation.intake.reported import queries
from bangfu.foundation.intake.reported.operations import storing
from bangfu.foundation.intake.reported.reportable import reportable_measure
from bangfu.foundation.intake.reported.rules import COLUMNS, OPEN_STATES, UnableToReport, judged
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both


class UnableToReviseReported(Refusal):
    """Codes: ``not_open``, ``nothing_changed``."""

    sentences = {
        "not_open": both(
            "「{reference}」目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的请用“更正”。",
            "{reference} is “{state}” and cannot be changed directly. If it waits for review have it returned; if it is"
            " verified, use “correct”.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


@dataclass(frozen=True)
class ReportedDetails:
    """What is said of one record when it is reported by hand."""

    reference: str
    title: str
    place: Place
    happened_on: date
    quantity: Decimal
    """In the measure's unit."""
    party: UUID | None = None
    """Whom it is about, by ``parties.party_of``; null for measures that count no parties."""
    line: Line | None = None
    remark: str = ""

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said = {
            "row": 1,
            "reference": self.reference,
            "place": self.place.pk,
            "line": self.line.pk if self.line else None,
            "happened_on": self.happened_on,
            "quantity": self.quantity,
            "party": str(self.party) if self.party else None,
            "title": self.title.strip(),
            "remark": self.remark.strip(),
        }
        return polars.DataFrame([said], schema=COLUMNS)


Files = tuple[tuple[str, bytes], ...]


def _scope_of_details(*, details: ReportedDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk, line=details.line.pk if details.line else None)


@operation("intake.register_reported", scope=_scope_of_details)
def register_reported(
    *, measure: str, details: ReportedDetails, unit: Unit, files: Files = (), act: Act
) -> ReportedRecord:
    """Register one record of a measure as a draft of a unit, with the evidence brought along.

    Args: ``measure``: its code.
    Raises: NotPermitted: also without the permission to report the measure's room; UnknownMeasure, UnableToReport: see
        their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the reference.
    """
    counted = reportable_measure(measure)
    storing.require_reporting(counted, _scope_of_details(details=details, unit=unit), act=act)
    unit.refresh_from_db()
    if unit.ends_on is not None and unit.ends_on <= act.on:
        name = both(unit.name_zh, unit.name_en)
        raise UnableToReport("unit_closed", unit=name, on=unit.ends_on.isoformat())
    storing.lock_references(counted, [details.reference])
    found = judged(details.row(), measure=counted, unit=unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    known = found.rows["record"][0]
    if known is not None:
        state = REPORTED_STATE_WORDS[queries.state_of(known)]
        raise UnableToReport("registered_already", reference=details.reference, state=state)
    entered = storing.enter_records(found.rows, measure=counted, unit=unit.pk, upload=None, act=act)
    record = ReportedRecord.objects.get(pk=entered["record"][0])
    _attach_files(record, files, act=act)
    return record


@operation("intake.revise_reported", scope=scope_of("record"))
def revise_reported(
    *, record: ReportedRecord, details: ReportedDetails, files: Files = (), act: Act
) -> ReportedRecord:
    """Change a draft or returned record, its reference apart, and add evidence.

    Raises: NotPermitted: also without the permission to report the measure's room; UnableToReviseReported,
        UnableToReport: see their codes; nothing was written.
    Locks: the reference, then the record.
    """
    measure = reportable_measure(record.measure)
    storing.require_reporting(measure, record.scope, act=act)
    storing.require_reporting(measure, _scope_of_details(details=details, unit=record.unit), act=act)
    storing.lock_references(measure, [record.reference])
    record = storing.record_for_update(record)
    state = queries.state_of(record.pk)
    if state not in OPEN_STATES:
        raise UnableToReviseReported(
            "not_open", reference=record.reference, state=REPORTED_STATE_WORDS[state]
        )
    row = details.row().with_columns(reference=polars.lit(record.reference))
    found = judged(row, measure=measure, unit=record.unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    if not files and queries.says_the_same(record, found.rows):
        raise UnableToReviseReported("nothing_changed")
    storing.replace_records(found.rows, upload=record.upload_id)
    _attach_files(record, files, act=act)
    record.refresh_from_db()
    return record


def _attach_files(record: ReportedRecord, files: Files, *, act: Act) -> None:
    kept = [(keep(content, name=name, act=act).pk, clean_name(name)) for name, content in files]
    rows = [{"record": record.pk, "digest": digest, "name": name} for digest, name in kept]
    schema = {"record": polars.Int64, "digest": polars.String, "name": polars.String}
    storing.attach_digests(polars.DataFrame(rows, schema=schema), act=act)
