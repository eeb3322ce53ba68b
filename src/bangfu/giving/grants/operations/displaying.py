"""Shortlists are displayed in the schools, on paper; objections are heard, and answered by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars
from django.db import connection
from django.utils import timezone

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import BY_ROWS, Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Access
from bangfu.foundation.people.operations import unmask_many
from bangfu.foundation.rooms import record_type
from bangfu.foundation.rooms.working_days import day_after
from bangfu.giving.grants import known
from bangfu.giving.grants.models import (
    Application,
    ApplicationState,
    Notice,
    Objection,
    ObjectionState,
    Programme,
    ProgrammeState,
)
from bangfu.giving.grants.operations.planning import held_programme, move_on
from bangfu.giving.grants.operations.storing import held_application
from bangfu.giving.grants.refusing import UnableToDisplay, UnableToObject

Files = tuple[tuple[str, bytes], ...]
SHORTEST_TEXT = 4
ON_DISPLAY = ("DISPLAYED", "OBJECTED", "DECIDED")
_HANG = """
UPDATE grants_application application SET state = 'DISPLAYED', notice_id = notice.key
  FROM unnest(%s::bigint[], %s::bigint[]) AS notice (school, key)
 WHERE application.programme_id = %s AND application.state = 'SHORTLISTED' AND application.school_id = notice.school
"""


@operation("grants.display_shortlist", scope=scope_of("programme"))
def display_shortlist(*, programme: Programme, act: Act) -> list[Notice]:
    """Make a list for each school of its shortlisted pupils; their days begin when the list is up.

    Raises: UnableToDisplay: ``nothing_shortlisted``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    found = Application.objects.filter(programme=held, state=ApplicationState.SHORTLISTED)
    schools = list(
        found.order_by("school__place", "school__code").values_list("school", flat=True).distinct()
    )
    if not schools:
        raise UnableToDisplay("nothing_shortlisted")
    there = held.notices.count()
    notices = Notice.objects.bulk_create(
        Notice(programme=held, school_id=school, number=f"{held.code}-G{there + order:04d}", made_at=act.at, made_by=act.actor)
        for order, school in enumerate(schools, 1)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HANG, [schools, [one.pk for one in notices], held.pk])
    if held.state != ProgrammeState.DISPLAYED:
        move_on(held, ProgrammeState.DISPLAYED, act)
    return notices


@dataclass(frozen=True)
class PrintedNotice:
    """Who stands on a list, and for each the record that lets the name be read."""

    notice: Notice
    applications: tuple[Application, ...]
    accesses: tuple[Access, ...]


@operation("grants.print_notices", scope=BY_ROWS)
def print_notices(*, notices: Sequence[Notice], act: Act) -> list[PrintedNotice]:
    """Note that lists are printed for their schools, and return them with the names in clear.

    Pupils who were struck since, and persons who have been erased, are left out.

    Raises: UnableToDisplay: ``none_chosen``, ``nobody``; UnableToUnmask; NotPermitted: out of reach, also of
        ``people.unmask_person``. Nothing was written.
    """
    _require(notices, "grants.print_notices", act)
    rows = Application.objects.filter(
        notice__in=[one.pk for one in notices], state__in=(*ON_DISPLAY, "AWARDED")
    )
    found = list(rows.select_related("school").order_by("class_name", "pk"))
    numbers = " ".join(one.number for one in notices[:5])
    accesses = unmask_many([one.person_id for one in found], reason=f"打印公示名单 {numbers}", act=act)
    shown = [one for one in found if one.person_id in accesses]
    if not shown:
        raise UnableToDisplay("nobody")
    printed = []
    for notice in notices:
        listed = tuple(one for one in shown if one.notice_id == notice.pk)
        if listed:
            printed.append(PrintedNotice(notice, listed, tuple(accesses[one.person_id] for one in listed)))
    return printed


def _require(notices: Sequence[Notice], permission: str, act: Act) -> None:
    if not notices:
        raise UnableToDisplay("none_chosen")
    where = {(one.scope.unit, one.scope.place) for one in notices}
    rows = polars.DataFrame(list(where), schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")
    if not permitted_rows(act, permission, rows).all():
        raise NotPermitted("out_of_scope", permission=permission)


@operation("grants.post_notices", scope=BY_ROWS)
def post_notices(*, notices: Sequence[Notice], posted_on: date, files: Files = (), act: Act) -> list[Notice]:
    """Note that lists are up since a day, with a photograph of the board; they hang for the programme's working days.

    Raises: UnableToDisplay: ``none_chosen``, ``posted_already``, ``posted_before``, ``posted_later``; UnableToKeep: a file is
        refused; NotPermitted: one lies outside the grant. Nothing was written.
    Locks: the lists.
    """
    _require(notices, "grants.post_notices", act)
    if posted_on > act.on:
        raise UnableToDisplay("posted_later")
    rows = Notice.objects.select_for_update(of=("self",)).select_related("programme")
    held = list(rows.filter(pk__in=[one.pk for one in notices]).order_by("pk"))
    for one in held:
        made_on = timezone.localdate(one.made_at)
        if one.posted_on is not None:
            raise UnableToDisplay("posted_already", number=one.number)
        if posted_on < made_on:
            raise UnableToDisplay("posted_before", number=one.number, day=made_on)
        programme = one.programme
        one.posted_on = posted_on
        one.until_on = day_after(
            posted_on, programme.display_days, programme.rest_days, programme.made_up_days
        )
    Notice.objects.bulk_update(held, ["posted_on", "until_on"], batch_size=1_000)
    hang([one.pk for one in held], files, record_type=record_type("grants.notice"), act=act)
    return held


@operation("grants.take_objection", scope=scope_of("application"), unrecorded=("text",))
def take_objection(
    *, application: Application, received_on: date, way: str, text: str, act: Act
) -> Objection:
    """Keep an objection to a pupil on a list, sealed and without who made it; the pupil is not awarded until it is answered.

    Raises: UnableToObject: ``no_text``, ``received_later``, ``received_before``, ``not_displayed``, ``awarded``; nothing
        was written.
    Locks: the application.
    """
    if len(text.strip()) < SHORTEST_TEXT:
        raise UnableToObject("no_text")
    if received_on > act.on:
        raise UnableToObject("received_later")
    held = held_application(application.pk)
    if held.state == ApplicationState.AWARDED:
        raise UnableToObject("awarded")
    notice = held.notice
    if held.state not in ON_DISPLAY or notice is None or notice.posted_on is None:
        raise UnableToObject("not_displayed", state=held.state_words)
    if received_on < notice.posted_on:
        raise UnableToObject("received_before", day=notice.posted_on)
    made = Objection.objects.create(
        application=held, received_on=received_on, way=way, text_sealed=_sealed(held.person_id, text, "objection"),
        entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    held.state = ApplicationState.OBJECTED
    held.save(update_fields=["state"])
    return made


def _sealed(person: UUID, text: str, column: str) -> bytes:
    return vault.seal_text(
        known.keys_of([person])[person], text.strip(), person=person, column=f"grants.{column}"
    )


@operation("grants.answer_objection", scope=scope_of("objection"), unrecorded=("answer",))
def answer_objection(*, objection: Objection, is_upheld: bool, answer: str, act: Act) -> Objection:
    """Answer an objection: upheld, the pupil is struck from the list; dismissed, it goes on once no other is open.

    Raises: UnableToObject: ``no_text``, ``answered_already``, ``own_vetting``, ``own_entry``; nothing was written.
    Locks: the application, then the objection.
    """
    if len(answer.strip()) < SHORTEST_TEXT:
        raise UnableToObject("no_text")
    application = held_application(objection.application_id)
    held = Objection.objects.select_for_update().get(pk=objection.pk)
    if held.state != ObjectionState.OPEN:
        raise UnableToObject("answered_already")
    if application.vetted_by_id == act.actor.pk:
        raise UnableToObject("own_vetting")
    if application.entered_by_id == act.actor.pk:
        raise UnableToObject("own_entry")
    held.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    held.answer_sealed = _sealed(application.person_id, answer, "answer")
    held.answered_on, held.answered_by = act.on, act.actor
    held.save(update_fields=["state", "answer_sealed", "answered_on", "answered_by"])
    if application.state == ApplicationState.OBJECTED:
        _settle(application, is_upheld=is_upheld)
    return held


def _settle(application: Application, *, is_upheld: bool) -> None:
    if is_upheld:
        application.state, application.reason = ApplicationState.REFUSED, "OBJECTION"
    elif application.objections.filter(state=ObjectionState.OPEN).exists():
        return
    else:
        application.state = ApplicationState.DECIDED
    application.save(update_fields=["state", "reason"])
