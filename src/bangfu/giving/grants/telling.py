"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from bangfu.foundation.money.amounts import written
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both
from bangfu.giving.grants.models import Application, Award, Meeting, Notice, Objection, Programme, School
from bangfu.giving.grants.register import (
    APPLICATION_TYPE,
    AWARD_TYPE,
    MEETING_TYPE,
    NOTICE_TYPE,
    OBJECTION_TYPE,
    PROGRAMME_TYPE,
    SCHOOL_TYPE,
)

STATE, PROGRAMME, SUM = both("状态", "State"), both("项目", "Programme"), both("金额（元）", "Sum (yuan)")
SCHOOL, COUNTY = both("学校", "School"), both("县", "County")
Summaries = Callable[[list[int]], Mapping[int, RecordSummary]]


def programme_address(key: int) -> str:
    """Return the page of the programme with this key."""
    return reverse("grants:programme", args=[key])


def application_address(key: int) -> str:
    """Return the page of the application with this key."""
    return reverse("grants:application", args=[key])


def award_address(key: int) -> str:
    """Return the list of applications on which the award with this key is shown."""
    return f"{reverse('grants:applications')}?award={key}"


def school_address(key: int) -> str:
    """Return the list of a school's applications."""
    return f"{reverse('grants:applications')}?school={key}"


def meeting_address(key: int) -> str:
    """Return the page of the meeting with this key."""
    return reverse("grants:meeting", args=[key])


def notice_address(key: int) -> str:
    """Return the list of displayed lists, at the one with this key."""
    return f"{reverse('grants:notices')}#notice-{key}"


def objection_address(key: int) -> str:
    """Return the list of objections, at the one with this key."""
    return f"{reverse('grants:objections')}#objection-{key}"


def programme_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each programme; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name,
            rows=(
                (both("编号", "Code"), one.code),
                (both("学期", "Term"), one.term),
                (both("每人（元）", "For each (yuan)"), written(one.amount_fen, "CNY")),
                (both("限定基金", "Fund"), one.fund.title),
                (STATE, str(one.state_words)),
            ),
        )
        for one in Programme.objects.filter(pk__in=keys).select_related("fund")
    }


def application_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each application; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=(
                (PROGRAMME, one.programme.name), (COUNTY, one.place.name), (STATE, str(one.state_words)),
                (both("评分", "Score"), "—" if one.score is None else str(one.score)),
            ),
        )
        for one in Application.objects.filter(pk__in=keys).select_related("programme", "place")
    }  # fmt: skip


def award_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each award; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.programme.name} {one.pk}",
            rows=(
                (COUNTY, one.place.name), (SUM, written(one.amount_fen, "CNY")),
                (both("核定日期", "Awarded on"), one.awarded_on.isoformat()), (STATE, str(one.state_words)),
            ),
        )
        for one in Award.objects.filter(pk__in=keys).select_related("programme", "place")
    }  # fmt: skip


def school_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each school; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name, rows=((both("学校标识码", "School code"), one.code), (COUNTY, one.place.name))
        )
        for one in School.objects.filter(pk__in=keys).select_related("place")
    }


def meeting_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each meeting; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(both("第 {number} 次评议会", "Meeting {number}").filled(number=one.number)),
            rows=((PROGRAMME, one.programme.name), (both("日期", "Day"), one.held_on.isoformat())),
        )
        for one in Meeting.objects.filter(pk__in=keys).select_related("programme")
    }


def notice_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each list on display; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=(
                (PROGRAMME, one.programme.name), (SCHOOL, one.school.name),
                (both("张贴", "Up since"), "—" if one.posted_on is None else one.posted_on.isoformat()),
                (both("至", "Until"), "—" if one.until_on is None else one.until_on.isoformat()),
            ),
        )
        for one in Notice.objects.filter(pk__in=keys).select_related("programme", "school")
    }  # fmt: skip


def objection_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each objection, without what it says; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(both("异议", "Objection")),
            rows=(
                (both("申请", "Application"), one.application.number),
                (both("收到", "Received"), one.received_on.isoformat()), (STATE, str(one.state_words)),
            ),
        )
        for one in Objection.objects.filter(pk__in=keys).select_related("application")
    }  # fmt: skip


def _units(model: Any, path: str) -> Callable[[list[int]], Mapping[int, int]]:
    def units(keys: list[int]) -> dict[int, int]:
        return dict(model.objects.filter(pk__in=keys).values_list("pk", path))

    return units


def kind_of(
    number: int, noun: str, title: Words, model: Any, path: str, said: tuple[Callable[[int], str], Summaries]
) -> RecordType:
    """Return a record type of the room, whose unit a field of its model says.

    Args:
        said: where its page is, and what the drawer shows.
    """
    address, summaries = said
    return RecordType(
        number=number, code=f"grants.{noun}", title=title, model=f"grants.{model.__name__}", address=address,
        summaries=summaries, review_scope=_units(model, path),
    )  # fmt: skip


RECORD_TYPES = (
    kind_of(PROGRAMME_TYPE, "programme", both("助学项目", "Grant programme"), Programme, "unit_id",
          (programme_address, programme_summaries)),
    kind_of(APPLICATION_TYPE, "application", both("助学申请", "Application for a grant"), Application, "programme__unit_id",
          (application_address, application_summaries)),
    kind_of(AWARD_TYPE, "award", both("助学金", "Grant"), Award, "programme__unit_id", (award_address, award_summaries)),
    kind_of(SCHOOL_TYPE, "school", both("受助学校", "School of grants"), School, "unit_id", (school_address, school_summaries)),
    kind_of(MEETING_TYPE, "meeting", both("评议会", "Committee meeting"), Meeting, "programme__unit_id",
          (meeting_address, meeting_summaries)),
    kind_of(NOTICE_TYPE, "notice", both("公示名单", "List on display"), Notice, "programme__unit_id",
          (notice_address, notice_summaries)),
    kind_of(OBJECTION_TYPE, "objection", both("公示异议", "Objection"), Objection, "application__programme__unit_id",
          (objection_address, objection_summaries)),
)  # fmt: skip
