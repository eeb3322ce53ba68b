"""Signed papers are photographed and matched; what an application says, and where its money goes, is corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.db import connection
from django.db.models import QuerySet

from bangfu.foundation.evidence.operations import hang, keep
from bangfu.foundation.operations import BY_ROWS, Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants import known
from bangfu.giving.grants.details import Details, digest, opened, seal
from bangfu.giving.grants.guardians import signed_from
from bangfu.giving.grants.models import LIVING, Application, ApplicationState, AwardState, Programme
from bangfu.giving.grants.operations import storing
from bangfu.giving.grants.refusing import UnableToApply
from bangfu.giving.grants.rules import ACCOUNT, digits

Files = tuple[tuple[str, bytes], ...]
_SIGNED = """
UPDATE grants_application application SET consented_on = %s, consent_digest = signed.digest
  FROM unnest(%s::bigint[], %s::text[]) AS signed (key, digest) WHERE application.id = signed.key
"""


@operation("grants.give_consent", scope=BY_ROWS)
def give_consent(*, applications: Sequence[Application], consented_on: date, files: Files, act: Act) -> int:
    """Match a signed paper to applications that lack one, and return to how many: a form to one, a class's list to all of it.

    Raises: UnableToApply: ``nobody``, ``no_paper``, ``consented_later``, ``consented_long_ago``, ``no_consent_needed``;
        UnableToKeep: a file is refused; NotPermitted: one lies outside the grant. Nothing was written.
    Locks: the applications.
    """
    _require(applications, "grants.give_consent", act)
    if not files:
        raise UnableToApply("no_paper")
    keys = [one.pk for one in applications]
    _require_day(consented_on, Programme.objects.filter(applications__in=keys), act)
    found = Application.objects.select_for_update().filter(pk__in=keys, state=ApplicationState.ENTERED)
    lacking = list(found.filter(consented_on=None).order_by("pk").values_list("pk", flat=True))
    if not lacking:
        raise UnableToApply("no_consent_needed")
    hang(lacking, files, record_type=record_type("grants.application"), act=act)
    paper = keep(files[0][1], name=files[0][0], act=act)
    return Application.objects.filter(pk__in=lacking).update(
        consented_on=consented_on, consent_digest=paper.pk
    )


def _require_day(signed: date, programmes: QuerySet[Programme], act: Act) -> None:
    """Refuse a day on which no consent of these programmes can have been signed."""
    if signed > act.on:
        raise UnableToApply("consented_later")
    first = signed_from(max(programmes.values_list("opens_on", flat=True)))
    if signed < first:
        raise UnableToApply("consented_long_ago", day=first)


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


@dataclass(frozen=True)
class Matched:
    """How many photographs were matched, and the names of those that were not kept."""

    matched: int
    unmatched: tuple[str, ...]


@operation("grants.match_papers", scope=scope_of("programme"))
def match_papers(*, programme: Programme, consented_on: date, files: Files, act: Act) -> Matched:
    """Match photographs of signed papers by the application's number in their names; what fits none that lacks one is not kept.

    Raises: UnableToApply: ``no_paper``, ``consented_later``, ``consented_long_ago``; UnableToKeep: a file is refused. Nothing
        was written.
    Locks: the programme.
    """
    if not files:
        raise UnableToApply("no_paper")
    _require_day(consented_on, Programme.objects.filter(pk=programme.pk), act)
    storing.lock_programmes([programme.code])
    form = re.compile(rf"{re.escape(programme.code)}-[0-9]{{5}}")
    named = {name: found[0] for name, _ in files if (found := form.search(name.upper()))}
    lacking = Application.objects.filter(
        programme=programme, state=ApplicationState.ENTERED, consented_on=None, number__in=set(named.values())
    )
    keys = dict(lacking.values_list("number", "pk"))
    fitting = [(keys[named[name]], name, content) for name, content in files if named.get(name) in keys]
    rows = [(key, name, keep(content, name=name, act=act).pk) for key, name, content in fitting]
    frame = polars.DataFrame(
        rows,
        schema={"application": polars.Int64, "consent": polars.String, "consent_digest": polars.String},
        orient="row",
    )
    storing.hang_papers(frame, act=act)
    first = frame.unique("application", keep="first", maintain_order=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _SIGNED, [consented_on, first["application"].to_list(), first["consent_digest"].to_list()]
        )
    kept = {name for _, name, _ in rows}
    return Matched(len(kept), tuple(name for name, _ in files if name not in kept))


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
