"""A class applies by one sheet, a guardian by a paper form; consents are photographed and matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.urls import reverse

from bangfu.foundation.evidence.operations import hang, keep
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Scope,
    operation,
    permitted_rows,
    scope_of,
)
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants import known
from bangfu.giving.grants.details import Details, digest, opened, seal
from bangfu.giving.grants.models import (
    APPLICATION_STATE_WORDS,
    LIVING,
    Application,
    ApplicationState,
    AwardState,
    Programme,
    School,
)
from bangfu.giving.grants.operations import storing
from bangfu.giving.grants.refusing import UnableToApply
from bangfu.giving.grants.rules import ACCOUNT, COLUMNS, digits, judged

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
    found = judged(pupil.row(programme, school, paper), today=act.on, units=[programme.unit_id])
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


@operation("grants.give_consent", scope=BY_ROWS)
def give_consent(*, applications: Sequence[Application], consented_on: date, files: Files, act: Act) -> int:
    """Match a signed paper to applications that lack one, and return to how many: a form to one, a class's list to all of it.

    Raises: UnableToApply: ``nobody``, ``no_paper``, ``consented_later``, ``no_consent_needed``; UnableToKeep: a file is refused;
        NotPermitted: one lies outside the grant. Nothing was written.
    Locks: the applications.
    """
    _require(applications, "grants.give_consent", act)
    if not files:
        raise UnableToApply("no_paper")
    if consented_on > act.on:
        raise UnableToApply("consented_later")
    keys = [one.pk for one in applications]
    found = Application.objects.select_for_update().filter(pk__in=keys, state=ApplicationState.ENTERED)
    lacking = list(found.filter(consented_on=None).order_by("pk").values_list("pk", flat=True))
    if not lacking:
        raise UnableToApply("no_consent_needed")
    hang(lacking, files, record_type=record_type("grants.application"), act=act)
    paper = keep(files[0][1], name=files[0][0], act=act)
    return Application.objects.filter(pk__in=lacking).update(
        consented_on=consented_on, consent_digest=paper.pk
    )


def _require(applications: Sequence[Application], permission: str, act: Act) -> None:
    if not applications:
        raise UnableToApply("nobody")
    require_reach([one.pk for one in applications], permission, act)


def require_reach(keys: Sequence[int], permission: str, act: Act) -> None:
    """Refuse unless the actor holds a permission for each of these applications.

    Raises: NotPermitted: ``out_of_scope``.
    """
    where = Application.objects.filter(pk__in=keys).values_list("programme__unit_id", "place_id").distinct()
    rows = polars.DataFrame(list(where), schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")
    if not permitted_rows(act, permission, rows).all():
        raise NotPermitted("out_of_scope", permission=permission)


@operation("grants.correct_application", scope=scope_of("application"))
def correct_application(
    *,
    application: Application,
    class_name: str,
    household: str,
    claims: Sequence[str],
    other_aid: str,
    act: Act,
) -> Application:
    """Correct what an application says before it is vetted; what is vetted is refused and entered anew.

    Raises: UnableToApply: ``wrong_state``, ``unknown_criterion``, ``nothing_changed``; nothing was written.
    Locks: the application.
    """
    held = storing.held_application(application.pk)
    if held.state != ApplicationState.ENTERED:
        raise UnableToApply("wrong_state", state=held.state_words)
    there = set(known.criteria([held.programme_id]).get(held.programme_id, {}).values())
    strange = [code for code in claims if code not in there]
    if strange:
        raise UnableToApply("unknown_criterion", text=strange[0], known=" ".join(sorted(there)))
    said: dict[str, Any] = {
        "class_name": class_name.strip(), "household": household, "claims": list(claims), "other_aid": other_aid.strip(),
    }  # fmt: skip
    if all(getattr(held, name) == value for name, value in said.items()):
        raise UnableToApply("nothing_changed")
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=list(said))
    return held


@operation("grants.correct_account", scope=scope_of("application"), unrecorded=("account", "bank", "phone"))
def correct_account(
    *, application: Application, account: str, bank: str, phone: str, account_owner: str, act: Act
) -> Application:
    """Correct where the money goes, as long as it is not on its way; every version is kept, sealed.

    Raises: UnableToApply: ``wrong_state``, ``being_paid``, ``wrong_account``, ``nothing_changed``; nothing was written.
    Locks: the application.
    """
    held = storing.held_application(application.pk)
    if held.state not in LIVING:
        raise UnableToApply("wrong_state", state=held.state_words)
    award = getattr(held, "award", None)
    if award is not None and award.state not in (AwardState.AWARDED, AwardState.RETURNED):
        raise UnableToApply("being_paid")
    number, phone = digits(account), digits(phone)
    if not ACCOUNT.fullmatch(number):
        raise UnableToApply("wrong_account", why="")
    before = opened([held.pk]).get(held.pk)
    wrapped = known.keys_of([held.person_id]).get(held.person_id)
    if before is None or wrapped is None:
        raise UnableToApply("nobody")
    after = Details(before.register_number, before.guardian, phone, number, bank.strip())
    if (after, account_owner) == (before, held.account_owner):
        raise UnableToApply("nothing_changed")
    held.sealed = seal(after, wrapped=wrapped, person=held.person_id)
    held.account_digest, held.phone_digest = digest(number, of="account"), digest(phone, of="phone")
    held.account_owner = account_owner
    held.save(update_fields=["sealed", "account_digest", "phone_digest", "account_owner"])
    return held


@operation("grants.withdraw_application", scope=scope_of("application"))
def withdraw_application(*, application: Application, reason: str, remark: str = "", act: Act) -> Application:
    """Withdraw an application that is not awarded: because the guardian asks, or it was entered by mistake.

    Raises: UnableToApply: ``wrong_state``, ``no_reason``; nothing was written.
    Locks: the application.
    """
    held = storing.held_application(application.pk)
    if held.state in (ApplicationState.AWARDED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN):
        raise UnableToApply("wrong_state", state=held.state_words)
    if not reason:
        raise UnableToApply("no_reason")
    held.state, held.reason, held.remark = ApplicationState.WITHDRAWN, reason, remark.strip()[:200]
    held.save(update_fields=["state", "reason", "remark"])
    return held
