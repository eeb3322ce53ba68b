"""Lists of people as their files say them: the attendees of a course, whom to ask again, the trainers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both
from bangfu.foundation.rooms.lists import in_batches
from bangfu.livelihoods.training import following, queries, telling
from bangfu.livelihoods.training.models import RESULT_WORDS, STATE_WORDS, Course, Enrolment, Trainer

VIEW = "training.view"
SHOWN = {
    "due": both("待回访", "Due"),
    "overdue": both("已逾期", "Overdue"),
    "done": both("已回访", "Done"),
}
NAME = Personal(both("姓名", "Name"), "name")
NUMBER = Personal(both("身份证号码", "Identity number"), "identity_number")
PHONE = Personal(both("电话", "Telephone"), "phone")
Rows = Iterator[list[PersonalCell]]


def living_attendees(account: Account, found: Course, on: date) -> QuerySet[Enrolment]:
    """Return the attendees of a course who are not withdrawn and lie in the reader's scope, in the order enrolled."""
    living = queries.enrolments().filter(course=found, withdrawn_at__isnull=True)
    return (
        living.annotate(unit_id=F("course__unit_id")).filter(within_grants(account, VIEW, on)).order_by("pk")
    )


def follow_ups(account: Account, on: date) -> dict[str, QuerySet[Enrolment]]:
    """Return the completions in the reader's scope that are due to be followed up, overdue, and done."""
    within = within_grants(account, VIEW, on)
    due = queries.asked_after(in_granted_units(account, VIEW, on, "course__unit_id"), on)
    due = due.annotate(unit_id=F("course__unit_id")).filter(within)
    late = following.last_day_due(following.overdue_before(on))
    return {
        "due": due.filter(answered__isnull=True),
        "overdue": due.filter(answered__isnull=True, course__ends_on__lte=late + timedelta(days=1)),
        "done": due.filter(answered__isnull=False),
    }


def trainers(account: Account, on: date, text: str = "") -> QuerySet[Trainer]:
    """Return the trainers that the reader may see, narrowed by provider or topic, with how much they ``taught``."""
    found = Trainer.objects.filter(in_granted_units(account, VIEW, on)).annotate(taught=Count("assignments"))
    if text:
        found = found.filter(Q(topics__icontains=text) | Q(provider__icontains=text))
    return found.select_related("unit").order_by("pk")


def _require(account: Account, on: date) -> None:
    if not granted_units(account, VIEW, on):
        raise NotPermitted("out_of_scope", permission=VIEW)


def _attendee_rows(account: Account, asked: Mapping[str, str], on: date) -> Rows:
    key = asked.get("course", "")
    found = queries.courses().filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None
    if found is None or not allows(account, VIEW, found.scope, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return _attendees(living_attendees(account, found, on))


def _attendees(found: QuerySet[Enrolment]) -> Rows:
    for batch in in_batches(found):
        labels = place_labels({one.place_id for one in batch})
        for one in batch:
            yield [
                one.person_id, one.person_id, one.person_id, labels[one.place_id], one.post,
                str(one.attended),  # type: ignore[attr-defined]
                str(RESULT_WORDS[one.result]), str(STATE_WORDS[one.state]),  # type: ignore[attr-defined]
            ]  # fmt: skip


def _follow_up_rows(account: Account, asked: Mapping[str, str], on: date) -> Rows:
    _require(account, on)
    show = asked.get("show", "")
    return _asked_after(follow_ups(account, on)[show if show in SHOWN else "due"])


def _asked_after(found: QuerySet[Enrolment]) -> Rows:
    for batch in in_batches(found):
        labels = place_labels({one.place_id for one in batch})
        heard = queries.follow_ups_of([one.pk for one in batch])
        for one in batch:
            words = telling.said_words(heard[one.pk]) if one.pk in heard else {}
            reached = f"{heard[one.pk].reached_on:%Y-%m-%d}" if one.pk in heard else ""
            yield [
                one.person_id, one.person_id, one.person_id, labels[one.place_id], one.course.title,
                following.due_on(one.course.last_day).isoformat(), reached,
                *(str(words.get(name, "")) for name in ("use", "work", "income")),
            ]  # fmt: skip


def _trainer_rows(account: Account, asked: Mapping[str, str], on: date) -> Rows:
    _require(account, on)
    return _trainers(trainers(account, on, asked.get("q", "")))


def _trainers(found: QuerySet[Trainer]) -> Rows:
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.person_id, one.person_id, one.provider, one.topics, one.unit.name,
                str(one.taught),  # type: ignore[attr-defined]
            ]  # fmt: skip


ATTENDEES = PersonalList(
    code="training.attendees",
    title=both("培训学员", "Attendees of a course"),
    columns=(
        NAME, NUMBER, PHONE, both("所在县", "County"), both("职务", "Post"), both("参加课次", "Sessions attended"),
        both("结果", "Result"), both("状态", "State"),
    ),
    rows=_attendee_rows,
    page=lambda asked: reverse("training:course", args=[asked["course"]]),
    filters={"course": both("课程", "course")},
)  # fmt: skip
FOLLOW_UPS = PersonalList(
    code="training.follow_ups",
    title=both("培训回访", "Follow-ups of training"),
    columns=(
        NAME, NUMBER, PHONE, both("所在县", "County"), both("课程", "Course"), both("应回访", "Due"),
        both("回访", "Heard"), both("所学运用", "Use"), both("就业", "Work"), both("收入", "Income"),
    ),
    rows=_follow_up_rows,
    page=lambda asked: reverse("training:follow_ups"),
    filters={"show": both("范围", "shown")},
)  # fmt: skip
TRAINERS = PersonalList(
    code="training.trainers",
    title=both("师资", "Trainers"),
    columns=(
        NAME, PHONE, both("来自单位", "Comes from"), both("能讲的题目", "Topics"), both("登记单位", "Unit"),
        both("授课模块", "Modules"),
    ),
    rows=_trainer_rows,
    page=lambda asked: reverse("training:trainers"),
    filters={"q": both("题目、单位", "topic, provider")},
)  # fmt: skip
