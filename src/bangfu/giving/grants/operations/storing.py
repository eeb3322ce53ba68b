"""Plain writing functions that the room's operations share: locks of programmes, applications by COPY."""

from __future__ import annotations

from uuid import UUID

import polars
from django.db import connection
from psycopg import errors, sql

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.people.operations import enter_persons, keep_about
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants import known
from bangfu.giving.grants.details import Details, digest, seal
from bangfu.giving.grants.models import Application, ApplicationState, Programme
from bangfu.giving.grants.refusing import UnableToApply

STORED = (
    "number", "programme_id", "school_id", "place_id", "class_name", "person_id", "age", "sealed", "relation",
    "account_owner", "account_digest", "phone_digest", "guardian_digest", "household", "claims", "other_aid", "consented_on",
    "consent_digest", "state", "reason", "remark", "upload_id", "entered_at", "entered_by_id",
)  # fmt: skip


def lock_programmes(codes: list[str]) -> None:
    """Lock programmes by code, in order; whoever applies in one of them meanwhile waits."""
    inside_operation()
    list(Programme.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))


def enter_applications(rows: polars.DataFrame, *, upload: int | None, act: Act) -> list[int]:
    """Write new applications by COPY, hang their signed papers on them, and return their keys in the order of the rows.

    Raises: UnableToApply: ``applied_meanwhile``; UnableToEnterPerson: see its codes.
    Locks: the identity numbers; the programmes are locked already.
    """
    inside_operation()
    people = rows.select("row", "name", "identity_number", phone=polars.lit(None, polars.String))
    entered = rows.with_columns(person=enter_persons(people)["person"]).with_columns(_numbers(rows))
    for (unit, place), group in entered.group_by("unit", "place"):
        persons = [UUID(person) for person in group["person"]]
        keep_about(persons, unit=int(str(unit)), place=int(str(place)))
    keys = known.keys_of([UUID(person) for person in entered["person"]])
    statement = sql.SQL("COPY grants_application ({}) FROM STDIN").format(
        sql.SQL(", ").join(map(sql.Identifier, STORED))
    )
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for one in entered.iter_rows(named=True):
                copy.write_row(_stored(one, keys[UUID(one["person"])], upload, act))
    except errors.UniqueViolation as clash:  # the driver's own: Django does not translate what COPY raises
        raise UnableToApply("applied_meanwhile") from clash
    made = dict(
        Application.objects.filter(number__in=entered["number"].to_list()).values_list("number", "pk")
    )
    written = [made[number] for number in entered["number"]]
    hang_papers(entered.with_columns(application=polars.Series(written, dtype=polars.Int64)), act=act)
    return written


def _numbers(rows: polars.DataFrame) -> polars.Series:
    """Return the number of each new application: its programme's code and how-manieth of it, starting after what is there."""
    there = {
        programme: Application.objects.filter(programme=programme).count()
        for programme in rows["programme"].unique()
    }
    numbers = []
    for programme, code in rows.select("programme", "programme_code").iter_rows():
        there[programme] += 1
        numbers.append(f"{code}-{there[programme]:05d}")
    return polars.Series("number", numbers, dtype=polars.String)


def _stored(one: dict[str, object], wrapped: bytes, upload: int | None, act: Act) -> tuple[object, ...]:
    said = {
        name: str(one[name] or "").strip() for name in ("guardian", "name", "class_name", "other_aid", "bank")
    }
    details = Details(
        register_number=str(one["register_number"] or "").strip(),
        guardian=said["guardian"] or said["name"],
        phone=str(one["phone"] or ""),
        account=str(one["account"]),
        bank=said["bank"],
    )
    person = UUID(str(one["person"]))
    return (
        one["number"], one["programme"], one["school"], one["place"], said["class_name"], person, one["age"],
        seal(details, wrapped=wrapped, person=person), one["relation"], one["account_owner"],
        digest(details.account, of="account"), digest(details.phone, of="phone"), digest(said["guardian"], of="name"),
        one["household"], [code for code in str(one["claimed"]).split(",") if code], said["other_aid"], one["consented_on"],
        one["consent_digest"] or "", ApplicationState.ENTERED.value, "", "", upload, act.at, act.actor.pk,
    )  # fmt: skip


def hang_papers(rows: polars.DataFrame, *, act: Act) -> None:
    """Hang the signed papers that rows name on their applications: ``application``, ``consent``, ``consent_digest``."""
    signed = rows.filter(polars.col("consent_digest").is_not_null() & (polars.col("consent_digest") != ""))
    if signed.height:
        attach_many(
            signed.select(
                record="application", digest="consent_digest", kind=polars.lit(EvidenceKind.DOCUMENT.value), name="consent"
            ),
            record_type=record_type("grants.application"),
            act=act,
        )  # fmt: skip


def held_application(key: int) -> Application:
    """Return an application, locked, with its programme and school."""
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("programme", "school").get(pk=key)
