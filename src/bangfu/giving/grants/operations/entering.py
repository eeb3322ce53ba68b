"""A class applies by one sheet, a guardian by a paper form; consents are photographed and matched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars
from django.urls import reverse

from bangfu.foundation.evidence.operations import hang, keep
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import (
    Act,
    NotPermitted,
    Scope,
    operation,
    permitted_rows,
    scope_of,
)
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants.models import (
    APPLICATION_STATE_WORDS,
    LIVING,
    Application,
    Programme,
    School,
)
from bangfu.giving.grants.operations import storing
from bangfu.giving.grants.refusing import UnableToApply
from bangfu.giving.grants.rules import COLUMNS, judged

Files = tuple[tuple[str, bytes], ...]


@operation("grants.import_class", scope=scope_of("upload"))
def import_class(*, upload: Upload, act: Act) -> Upload:
    """Enter an application for every new pupil of a class's sheet; rows that say what is there already are left alone.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies outside
        the grant. Nothing was written.
    Locks: the programmes, then the upload, then the identity numbers.
    """
    storing.lock_programmes(read_rows(upload)["programme_code"].drop_nulls().unique().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") == "new")
    if not permitted_rows(act, "grants.import_class", rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission="grants.import_class")
    written = storing.enter_applications(rows, upload=upload.pk, act=act)
    outcome = {
        "new": len(written),
        "same": checked.frame.height - rows.height,
        "address": f"{reverse('grants:applications')}?upload={upload.pk}",
    }
    return intake.mark_confirmed(upload, outcome, act=act)


@dataclass(frozen=True)
class Pupil:
    """What a guardian's form says: who it is about and where the money goes."""

    class_name: str
    name: str
    identity_number: str
    household: str
    relation: str
    account: str
    account_owner: str
    bank: str = ""
    guardian: str = ""
    phone: str = ""
    register_number: str = ""
    guardian_born_on: date | None = None
    """It is looked at, and not kept; null: the pupil applies alone, or an office is the guardian."""
    claims: tuple[str, ...] = ()
    """Codes of criteria."""
    other_aid: str = ""
    consented_on: date | None = None

    def row(self, programme: Programme, school: School, digest_: str) -> polars.DataFrame:
        """Return the form as a sheet of one row."""
        said = {
            **vars(self), "row": 1, "programme_code": programme.code, "school_code": school.code,
            "claims": " ".join(self.claims), "consent": "", "consent_digest": digest_ or None,
        }  # fmt: skip
        return polars.DataFrame([said], schema=COLUMNS)


def _scope_of_form(*, programme: Programme, school: School, **arguments: object) -> Scope:
    return Scope(unit=programme.unit_id, place=school.place_id)


@operation("grants.apply_for_pupil", scope=_scope_of_form, unrecorded=("pupil",))
def apply_for_pupil(
    *, programme: Programme, school: School, pupil: Pupil, files: Files = (), act: Act
) -> Application:
    """Enter a guardian's form, with the photograph of the signed paper if it is at hand.

    Raises: UnableToApply, UnableToEnterPerson: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the programme, then the identity number.
    """
    storing.lock_programmes([programme.code])
    paper = keep(files[0][1], name=files[0][0], act=act).pk if files else ""
    found = judged(pupil.row(programme, school, paper), today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    if found.rows["standing"][0] == "same":
        person = found.rows["person"][0]
        there = Application.objects.get(programme=programme, person=person, state__in=LIVING)
        raise UnableToApply(
            "applied_already", number=there.number, state=APPLICATION_STATE_WORDS[there.state]
        )
    rows = found.rows.with_columns(consent=polars.lit(files[0][0] if files else ""))
    (key,) = storing.enter_applications(rows, upload=None, act=act)
    if len(files) > 1:
        hang([key], files[1:], record_type=record_type("grants.application"), act=act)
    return Application.objects.get(pk=key)
