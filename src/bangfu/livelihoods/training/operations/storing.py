"""Plain writing functions that the room's operations share: locks of courses, attendees by COPY, their facts."""

from __future__ import annotations

from uuid import UUID

import polars
from django.db import connection
from psycopg import errors, sql

from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.operations import post, post_many, reverse_many
from bangfu.foundation.ledger.queries import facts_of, standing_facts_of
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.people.operations import enter_persons, keep_about
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.training import measures
from bangfu.livelihoods.training.models import Course, Enrolment, Mode, Module, Result, Trainees
from bangfu.livelihoods.training.register import ENROLMENT_TYPE, MODULE_TYPE
from bangfu.livelihoods.training.rules import UnableToEnrol

STORED = (
    "id", "course_id", "person_id", "place_id", "post", "result", "revision", "upload_id", "enrolled_at",
    "enrolled_by_id", "withdrawal_reason", "withdrawal_remark",
)  # fmt: skip


def lock_courses(codes: list[str]) -> None:
    """Lock courses by code, in order; whoever enrols in one of them meanwhile waits."""
    inside_operation()
    list(Course.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))


def enter_enrolments(rows: polars.DataFrame, *, upload: int | None, act: Act) -> polars.DataFrame:
    """Write new attendees and their attendances by COPY, and return the rows with ``enrolment``, the key of each.

    Raises: UnableToEnrol: ``enrolled_meanwhile``; UnableToEnterPerson: see its codes.
    Locks: the identity numbers.
    """
    inside_operation()
    people = rows.select("row", "name", "identity_number", phone=polars.lit(None, polars.String))
    entered = rows.with_columns(person=enter_persons(people)["person"])
    for (unit,), group in entered.group_by("unit"):
        keep_about([UUID(person) for person in group["person"]], unit=int(str(unit)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('training_enrolment', 'id')) FROM generate_series(1, %s)",
            [rows.height],
        )
        keys = polars.Series([key for (key,) in cursor.fetchall()], dtype=polars.Int64)
        entered = entered.with_columns(enrolment=keys)
        content = (
            entered.select(
                "post",
                "result",
                id="enrolment",
                course_id="course",
                person_id="person",
                place_id="place",
                revision=polars.lit(1),
                upload_id=polars.lit(upload, polars.Int64),
                enrolled_at=polars.lit(act.at.isoformat()),
                enrolled_by_id=polars.lit(act.actor.pk),
                withdrawal_reason=polars.lit(""),
                withdrawal_remark=polars.lit(""),
            )
            .select(STORED)
            # An empty text is written "" and a null nothing at all: CSV of COPY tells them apart.
            .write_csv(include_header=False, quote_style="non_numeric")
            .encode()
        )
        statement = sql.SQL("COPY training_enrolment ({}) FROM STDIN (FORMAT csv)").format(
            sql.SQL(", ").join(map(sql.Identifier, STORED))
        )
        try:
            with cursor.copy(statement) as copy:
                copy.write(content)
        except (
            errors.UniqueViolation
        ) as clash:  # the driver's own: Django does not translate what COPY raises
            raise UnableToEnrol("enrolled_meanwhile") from clash
    write_attendances(entered)
    return entered


def replace_enrolments(rows: polars.DataFrame, *, upload: int | None) -> None:
    """Write what rows say over the enrolments they name by ``enrolment``, attendances included."""
    inside_operation()
    lists = [rows[name].to_list() for name in ("enrolment", "place", "post", "result")]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE training_enrolment SET place_id = said.place, post = said.post, result = said.result, upload_id = %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS said (id, place, post, result)"
            " WHERE training_enrolment.id = said.id",
            [upload, *lists],
        )
    write_attendances(rows)


def write_attendances(rows: polars.DataFrame) -> None:
    """Make ``attended`` (numbers with commas between) the attendances of each ``enrolment``, whatever they were."""
    inside_operation()
    keys = rows["enrolment"].to_list()
    said = rows.select("enrolment", polars.col("attended").str.split(",")).explode("attended")
    said = said.filter(polars.col("attended") != "").with_columns(polars.col("attended").cast(polars.Int64))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM training_attendance WHERE enrolment_id = ANY(%s)", [keys])
        cursor.execute(
            "INSERT INTO training_attendance (enrolment_id, session_id)"
            " SELECT said.enrolment, session.id"
            "   FROM unnest(%s::bigint[], %s::int[]) AS said (enrolment, number)"
            "   JOIN training_enrolment enrolment ON enrolment.id = said.enrolment"
            "   JOIN training_session session ON session.course_id = enrolment.course_id AND session.number = said.number"
            "  ORDER BY said.enrolment, said.number",
            [said["enrolment"].to_list(), said["attended"].to_list()],
        )


def enrolment_for_update(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment as it is now, locked until the operation ends."""
    inside_operation()
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("course__unit", "place")
    return locked.get(pk=enrolment.pk)


MEASURE_OF = {
    Trainees.CADRE: measures.CADRES,
    Trainees.TECHNICIAN: measures.TECHNICIANS,
    Trainees.LEADER: measures.LEADERS,
}
"""What a completion counts, by whom the course was for."""

_ATTENDED = """
SELECT enrolment.id, enrolment.person_id::text, enrolment.place_id, enrolment.result, enrolment.revision, course.unit_id,
       course.trainees, course.ends_on - 1, session.id, session.held_on, module.id, module.mode
  FROM training_enrolment enrolment
  JOIN training_course course ON course.id = enrolment.course_id
  JOIN training_attendance attendance ON attendance.enrolment_id = enrolment.id
  JOIN training_session session ON session.id = attendance.session_id
  JOIN training_module module ON module.id = session.module_id
 WHERE enrolment.id = ANY(%s) ORDER BY enrolment.id, session.number
"""


def _attended(keys: list[int]) -> polars.DataFrame:
    schema = {
        "subject": polars.Int64, "party": polars.String, "place": polars.Int64, "result": polars.String,
        "revision": polars.Int16, "unit": polars.Int64, "trainees": polars.String, "completed_on": polars.Date,
        "session": polars.Int64, "held_on": polars.Date, "module": polars.Int64, "mode": polars.String,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ATTENDED, [keys])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def count_completions(keys: list[int], *, act: Act) -> None:
    """Post what verified enrolments count: attendances, completions, and the observation trips they went on.

    Posts: ``training.attendances``, 1 a session attended; ``training.cadres``, ``training.technicians`` or
        ``training.leaders``, 1 a completed course, by its trainees, and ``training.persons``, 1 whoever they are;
        ``training.observation_trips``, 1 a module, once.
    """
    inside_operation()
    col = polars.col
    rows = _attended(keys).with_columns(quantity=polars.lit(1))
    kind = record_type("training.enrolment")
    columns = ("quantity", "unit", "place", "party", "subject", "revision", "on", "source_id")
    attendances = rows.with_columns(
        on="held_on", source_id=polars.concat_str(col("subject"), col("session"), separator=" ")
    )
    post_many(
        measures.ATTENDANCES, attendances.select(columns), record_type=kind, system=measures.SOURCE_SYSTEM, act=act
    )  # fmt: skip
    completed = (
        rows.filter(col("result") == Result.COMPLETED)
        .unique("subject", maintain_order=True)
        .with_columns(on="completed_on", source_id=col("subject").cast(polars.String))
    )
    for trainees, measure in MEASURE_OF.items():
        facts = completed.filter(col("trainees") == trainees).select(columns)
        if facts.height:
            post_many(measure, facts, record_type=kind, system=measures.SOURCE_SYSTEM, act=act)
    if completed.height:
        persons = completed.select(columns)
        post_many(measures.PERSONS, persons, record_type=kind, system=measures.SOURCE_SYSTEM, act=act)
    Enrolment.objects.filter(pk__in=keys, confirmed_at__isnull=True).update(confirmed_at=act.at)
    for key in rows.filter(col("mode") == Mode.OBSERVATION)["module"].unique().sort():
        _count_trip(Module.objects.select_related("course").get(pk=key), act=act)


def _count_trip(module: Module, *, act: Act) -> None:
    facts = list(facts_of(MODULE_TYPE, module.pk))
    if _standing(facts):
        return
    last = module.sessions.latest("held_on").held_on
    revision = 1 + sum(fact.reverses_id is None for fact in facts)
    post(
        measures.OBSERVATION_TRIPS,
        1,
        of=module,
        unit=module.course.unit_id,
        place=module.place_id,
        on=last,
        source=Source(measures.TRIP_SYSTEM, str(module.pk), revision),
        act=act,
    )


def _standing(facts: list[Fact]) -> list[int]:
    taken_back = {fact.reverses_id for fact in facts}
    return [fact.pk for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]


def uncount(enrolments: list[int], *, reason: str, act: Act) -> None:
    """Take back what enrolments, by key, count, and the trips on which nobody is left who counts.

    The enrolments are no more confirmed when this is called, and still have the attendances that were counted.

    Posts: the reversals of those facts.
    """
    inside_operation()
    reverse_many(standing_facts_of(ENROLMENT_TYPE, enrolments), reason=reason, act=act)
    trips = Module.objects.filter(
        mode=Mode.OBSERVATION, sessions__attendances__enrolment__in=enrolments
    ).values_list("pk", flat=True)
    still = Module.objects.filter(
        pk__in=trips.distinct(), sessions__attendances__enrolment__confirmed_at__isnull=False
    ).values_list("pk", flat=True)
    left = sorted(set(trips) - set(still))
    reverse_many(standing_facts_of(MODULE_TYPE, left), reason=reason, act=act)
