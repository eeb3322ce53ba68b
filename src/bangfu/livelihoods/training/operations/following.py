"""What was heard of attendees three months after a course: one by one, or by a sheet."""

from __future__ import annotations

import polars
from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.livelihoods.training import following
from bangfu.livelihoods.training.following import Answer, UnableToFollowUp
from bangfu.livelihoods.training.models import Enrolment, FollowUp, Result
from bangfu.livelihoods.training.operations import storing


@operation("training.record_follow_up", scope=scope_of("enrolment"))
def record_follow_up(*, enrolment: Enrolment, answer: Answer, act: Act) -> FollowUp:
    """Record what was heard of one attendee; said anew it holds instead of what was said before, which stays.

    Raises: UnableToFollowUp: see its codes; nothing was written.
    Locks: the enrolment.
    """
    enrolment = storing.enrolment_for_update(enrolment)
    if enrolment.confirmed_at is None or enrolment.result != Result.COMPLETED:
        raise UnableToFollowUp("not_completed")
    fault = answer.fault(due_on=following.due_on(enrolment.course.last_day), today=act.on)
    if fault is not None:
        raise UnableToFollowUp(fault[1], **fault[2])
    latest = enrolment.follow_ups.order_by("-revision").first()
    said = {name: getattr(answer, name) for name in following.SAID} | {"remark": answer.remark.strip()}
    if latest is not None and all(getattr(latest, name) == value for name, value in said.items()):
        raise UnableToFollowUp("nothing_changed")
    return FollowUp.objects.create(
        enrolment=enrolment,
        revision=1 if latest is None else latest.revision + 1,
        recorded_at=act.at,
        recorded_by=act.actor,
        **said,
    )


@operation("training.import_follow_ups", scope=scope_of("upload"))
def import_follow_ups(*, upload: Upload, act: Act) -> Upload:
    """Record what a sheet says was heard of attendees; rows that say what is recorded are left alone. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies
        outside the grant. Nothing was written.
    Locks: the upload, then the enrolments in the order of their keys.
    """
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    if not permitted_rows(act, "training.import_follow_ups", rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission="training.import_follow_ups")
    keys = rows["enrolment"].to_list()
    locked = Enrolment.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk"))
    with connection.cursor() as cursor:
        # The next revision is read under the locks: somebody may have recorded one since the rows were checked.
        cursor.execute(
            "INSERT INTO training_followup (enrolment_id, revision, reached_on, how, use, work, income, remark,"
            " upload_id, recorded_at, recorded_by_id)"
            " SELECT enrolment, 1 + coalesce((SELECT max(one.revision) FROM training_followup one"
            "                                  WHERE one.enrolment_id = enrolment), 0),"
            "        reached_on, how, use, work, income, remark, %s, %s, %s"
            " FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
            "   AS said (enrolment, reached_on, how, use, work, income, remark) ORDER BY enrolment",
            [upload.pk, act.at, act.actor.pk, keys, *(rows[name].to_list() for name in following.SAID)],
        )
    outcome = {
        "new": int((rows["standing"] == "new").sum()),
        "changed": int((rows["standing"] == "changed").sum()),
        "same": checked.frame.height - rows.height,
        "address": reverse("training:follow_ups"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)
