"""Courses for grassroots cadres of the four designated counties, and the one visit that trains nobody by itself.

The attendees are invented. Their identity numbers are right in form and carry a year of birth in which nobody alive was
born, so that they belong to no living person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.identity_numbers import check_character
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.training.models import Course
from bangfu.livelihoods.training.operations import CourseDetails, Part, open_course
from example.papers import Paper, Row, Sheet, document

UNIT, CLERK = "OFFICE", "zhoumin"
CADRES = {230524000000: 95, 130724000000: 95, 130723000000: 95, 522327000000: 94}
"""How many different cadres each designated county sends: 379 together."""
BORN = 1901
SHENZHEN = 440305000000
POSTS = ("村党支部书记", "村委会主任", "驻村工作队员", "乡镇扶贫干事")


@dataclass(frozen=True)
class Planned:
    """One course of the example."""

    code: str
    title: str
    first: date
    modes: tuple[tuple[str, str, str], ...]
    """Mode, title and venue of each day's module."""
    places: tuple[int, ...]
    """The counties whose cadres come."""
    every: int = 1
    """Each how-manieth cadre of a county comes."""
    venue: int = 522327000000
    result: str = "结业"


COURSES = (
    *(
        Planned(
            f"PX-{number}",
            f"定点扶贫县基层干部培训班（第{number}期）",
            first,
            (
                ("LECTURE", "扶贫政策与项目管理", "示例干部学校"),
                ("ON_SITE", "红色教育现场教学", "示例红色教育基地"),
                ("PARK", "产业园与示范村", "示例产业园"),
            ),
            (place,),
            venue=place,
        )
        for number, (place, first) in enumerate(
            zip(
                CADRES,
                (date(2019, 5, 13), date(2019, 7, 8), date(2019, 9, 16), date(2020, 6, 8)),
                strict=True,
            ),
            1,
        )
    ),
    Planned(
        "PX-5",
        "电商与直播线上班",
        date(2020, 7, 6),
        (("ONLINE", "农产品上网", "示例线上课堂"), ("ONLINE", "直播与售后", "示例线上课堂")),
        tuple(CADRES),
        every=3,
    ),
    Planned(
        "GM-1",
        "5G峰会观摩",
        date(2019, 9, 24),
        (("OBSERVATION", "5G 应用观摩", "示例会展中心"),),
        tuple(CADRES),
        every=9,
        venue=SHENZHEN,
        result="只参加",
    ),
)


def open_courses() -> None:
    """Open the courses that are not open yet, as the office does."""
    known = set(Course.objects.values_list("code", flat=True))
    unit, officer = Unit.objects.get(code=UNIT), Account.objects.get(username=CLERK)
    for course in COURSES:
        if course.code in known:
            continue
        place = Place.objects.get(pk=course.venue)
        parts = tuple(
            Part(mode, title, "示例培训机构", venue, place, (course.first + timedelta(days=day),))
            for day, (mode, title, venue) in enumerate(course.modes)
        )
        details = CourseDetails(
            code=course.code,
            title=f"{course.title}（示例）",
            trainees="CADRE",
            starts_on=course.first,
            ends_on=course.first + timedelta(days=len(parts)),
            required_sessions=min(2, len(parts)),
            parts=parts,
            budget_fen=len(parts) * 1_860_000,
        )
        open_course(details=details, unit=unit, act=Act.now(officer))


def papers() -> list[Paper]:
    """Return one paper of attendees a course."""
    return [
        Paper(
            "training.attendees",
            UNIT,
            CLERK,
            f"培训学员-{course.code}",
            made=partial(_sheet, course),
            weight=sum(len(_orders(course, place)) for place in course.places),
        )
        for course in COURSES
    ]


def _orders(course: Planned, place: int) -> range:
    return range(0, CADRES[place], course.every)


def _sheet(course: Planned) -> Sheet:
    signed = f"签到表-{course.code}.txt"
    rows: list[Row] = [
        {
            "course_code": course.code,
            "name": f"示例学员{place // 10**6 % 1000:03d}{order:03d}",
            "identity_number": identity_number(place, order),
            "place": str(place // 10**6),
            "post": POSTS[order % len(POSTS)],
            "sessions": "全部",
            "result": course.result,
            "evidence": signed,
        }
        for place in course.places
        for order in _orders(course, place)
    ]
    return Sheet(
        rows, {signed: document(course.title, f"{course.first.isoformat()} 起 {len(course.modes)} 天签到")}
    )


def identity_number(place: int, order: int) -> str:
    """Return the identity number of the cadre with this order in a county: right in form, of nobody alive."""
    born = date(BORN, 1, 1) + timedelta(days=order)
    first = f"{place // 10**6}{born:%Y%m%d}{order:03d}"
    return first + check_character(first)
