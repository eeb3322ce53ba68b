"""Schools entered by sheet or by hand, mended until they are submitted, and their pupils brought up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars
from django.urls import reverse

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.models import STATE_WORDS, School
from bangfu.connectivity.schooling.operations import storing
from bangfu.connectivity.schooling.rules import COLUMNS, OPEN_STATES, UnableToRegisterSchool, judged
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
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import both, record_type

IMPORT = "schooling.import_schools"


class UnableToReviseSchool(Refusal):
    """Codes: ``not_open``, ``nothing_changed``, ``in_future``, ``before_last_count``, ``withdrawn``, ``nothing_counted``."""

    sentences = {
        "not_open": both(
            "学校「{code}」目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的可更新学生数、停用，或撤回。",
            "School {code} is “{state}” and cannot be changed directly. If it waits for review have it returned; if it is"
            " verified bring its pupils up to date, stop it or withdraw it.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "in_future": both("统计日期在今天之后。", "The day of the count lies in the future."),
        "before_last_count": both(
            "现有的数是 {on} 的，新的统计日期不能更早。",
            "What is known is of {on}; a new count cannot be of an earlier day.",
        ),
        "withdrawn": both("学校「{code}」已撤回。", "School {code} is withdrawn."),
        "nothing_counted": both("请填写学生数或班级数。", "Enter pupils or classes."),
    }


@dataclass(frozen=True)
class SchoolDetails:
    """What is said of one school when it is entered by hand."""

    code: str
    name: str
    kind: str
    place: Place
    accepted_on: date
    pupils: int | None = None
    classes: int | None = None
    counted_on: date | None = None
    bandwidth_mbps: int | None = None
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    datum: str = ""

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said = {name: getattr(self, name) for name in COLUMNS if name not in ("row", "place")}
        said |= {"row": 1, "place": self.place.pk, "name": self.name.strip()}
        return polars.DataFrame([said], schema=COLUMNS)


def _scope_of_details(*, details: SchoolDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk)


@operation("schooling.register_school", scope=_scope_of_details)
def register_school(*, details: SchoolDetails, unit: Unit, files: storing.Files = (), act: Act) -> School:
    """Register one school as a draft of a unit, with the evidence brought along.

    Raises: UnableToRegisterSchool: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the school's code.
    """
    storing.lock_codes([details.code])
    found = judged(details.row(), unit=unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    known = found.rows["school"][0]
    if known is not None:
        state = STATE_WORDS[queries.state_of(School(pk=known))]
        raise UnableToRegisterSchool("registered_already", code=details.code, state=state)
    [school] = storing.enter_schools(found.rows, unit=unit.pk, upload=None, act=act)
    storing.attach_files(school, files, act=act)
    return school


def _scopes_of_revision(*, school: School, details: SchoolDetails, **arguments: object) -> list[Scope]:
    return [school.scope, Scope(unit=school.unit_id, place=details.place.pk)]


@operation("schooling.revise_school", scope=_scopes_of_revision)
def revise_school(*, school: School, details: SchoolDetails, files: storing.Files = (), act: Act) -> School:
    """Change a draft or returned school, its code apart, and add evidence.

    Raises: UnableToReviseSchool: ``not_open``, ``nothing_changed``; UnableToRegisterSchool: see its codes; nothing was
        written.
    Locks: the school's code, then the school.
    """
    storing.lock_codes([school.code])
    school = storing.school_for_update(school)
    state = queries.state_of(school)
    if state not in OPEN_STATES or school.confirmed_at is not None:
        raise UnableToReviseSchool("not_open", code=school.code, state=STATE_WORDS[state])
    row = details.row().with_columns(code=polars.lit(school.code))
    found = judged(row, unit=school.unit, today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    names = [name for name in COLUMNS if name not in ("row", "place", "code")]
    same = all(found.rows[name][0] == getattr(school, name) for name in names)
    if same and details.place.pk == school.place_id and not files:
        raise UnableToReviseSchool("nothing_changed")
    [school] = storing.replace_schools(found.rows, upload=school.upload_id)
    storing.attach_files(school, files, act=act)
    return school


@operation("schooling.count_pupils", scope=scope_of("school"))
def count_pupils(*, school: School, pupils: int | None, classes: int | None, on: date, act: Act) -> School:
    """Note how many pupils and classes a school has on a day; what was known before stays in its history. No figure changes.

    Args:
        pupils: null = not counted; likewise ``classes``.

    Raises: UnableToReviseSchool: ``withdrawn``, ``nothing_counted``, ``in_future``, ``before_last_count``,
        ``nothing_changed``; nothing was written.
    Locks: the school.
    """
    school = storing.school_for_update(school)
    if school.withdrawn_at is not None:
        raise UnableToReviseSchool("withdrawn", code=school.code)
    if pupils is None and classes is None:
        raise UnableToReviseSchool("nothing_counted")
    if on > act.on:
        raise UnableToReviseSchool("in_future")
    if school.counted_on is not None and on < school.counted_on:
        raise UnableToReviseSchool("before_last_count", on=school.counted_on.isoformat())
    if (pupils, classes, on) == (school.pupils, school.classes, school.counted_on):
        raise UnableToReviseSchool("nothing_changed")
    school.pupils, school.classes, school.counted_on = pupils, classes, on
    school.save(update_fields=["pupils", "classes", "counted_on"])
    return school


@operation(IMPORT, scope=scope_of("upload"))
def import_schools(*, upload: Upload, act: Act) -> Batch:
    """Register every new school of a sheet, replace what drafts and returned ones said, and submit them for review.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToRegisterSchool:
        ``registered_elsewhere``, at the same moment; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the schools' codes, then the upload.
    """
    storing.lock_codes(read_rows(upload)["code"].drop_nulls().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    within = rows.select(polars.lit(upload.unit_id, polars.Int64).alias("unit"), "place")
    if not permitted_rows(act, IMPORT, within).all():
        raise NotPermitted("out_of_scope", permission=IMPORT)
    changed = rows.filter(polars.col("standing") == "changed")
    new = rows.filter(polars.col("standing") == "new")
    schools = [
        *storing.replace_schools(changed, upload=upload.pk),
        *storing.enter_schools(new, unit=upload.unit_id, upload=upload.pk, act=act),
    ]
    keys = {one.code: one.pk for one in schools}
    kind = record_type("schooling.school")
    attach_many(
        rows.select(
            digest="evidence_digest", name="evidence", kind=polars.lit(EvidenceKind.DOCUMENT.value),
            record=polars.col("code").replace_strict(keys, return_dtype=polars.Int64),
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
