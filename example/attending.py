"""What surrounds the example's courses: trainers, vouchers, feedback, follow-ups, and a small course that one checks in to.

The technicians of that course are enrolled and checked in, and wait to be reported: they count in no published figure.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils import timezone

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.training.following import due_on
from bangfu.livelihoods.training.models import Checkin, Course, Desk, Enrolment, Expense, Feedback, Trainer
from bangfu.livelihoods.training.operations import (
    Attendee,
    CourseDetails,
    ExpenseDetails,
    Opinion,
    Part,
    TrainerDetails,
    assign_trainer,
    check_in,
    enrol_attendee,
    enter_expense,
    give_feedback,
    open_course,
    open_desk,
    register_trainer,
    tick_attendance,
)
from bangfu.livelihoods.training.signing import attendee_code, ticket
from example.papers import Paper, Row, Sheet, document, verify_paper
from example.training import CADRES, CLERK, COURSES, UNIT, identity_number

TRAINERS = (
    ("示例讲师甲", "示例干部学校", "扶贫政策、项目管理", "LECTURE"),
    ("示例讲师乙", "示例红色教育基地", "党史、现场教学", "ON_SITE"),
    ("示例讲师丙", "示例产业园", "合作社、农产品加工", "PARK"),
)
VOUCHERS = {
    "PX-1": (("VENUE", 1_260_000), ("BOARD", 2_384_050), ("MATERIALS", 312_000)),
    "PX-2": (("BOARD", 3_720_000),),
    "PX-3": (("BOARD", 3_845_500),),
    "PX-4": (("BOARD", 3_690_000),),
    "PX-5": (("TRAINERS", 960_000),),
    "GM-1": (("TRAVEL", 4_215_000),),
}
"""Of each course, category and fen."""
OPINIONS = ((5, 5, 4, 5), (5, 4, 4, 4), (4, 4, 3, 4), (5, 5, 5, 5))
ANSWERS = 24
COMMENTS = {0: "讲的例子就在身边（示例）", 1: "希望多去现场（示例）", 6: "时间再长一天更好（示例）"}
HEARD = (
    ("电话", "用上了", "没有变化", "增加", "网店开起来了（示例）"),
    ("电话", "用上了", "没有变化", "持平", ""),
    ("走访", "部分用上", "创业或扩大经营", "增加", "合作社扩了大棚（示例）"),
    ("电话", "未联系上", "不详", "不详", ""),
    ("微信、短信", "没有用上", "没有变化", "持平", ""),
)
ASKED = {"PX-1": 60, "PX-2": 25}
"""How many attendees of a course were asked; the others are due or overdue."""
SMALL, SMALL_DAY = "JS-1", date(2020, 7, 29)
TECHNICIANS = 6
TECHNICIAN_BORN = 700
"""The orders from which technicians have their numbers, so that none of them is a cadre."""


def papers() -> list[Paper]:
    """Return the sheet of follow-ups of each course whose attendees were asked."""
    by_code = {course.code: course for course in COURSES}
    return [
        Paper(
            "training.follow_ups", UNIT, CLERK, f"培训回访-{code}", made=partial(_heard, code), weight=count
        )
        for code, count in ASKED.items()
        if code in by_code
    ]


def _heard(code: str) -> Sheet:
    course = Course.objects.get(code=code)
    place = next(one for one in COURSES if one.code == code).places[0]
    rows: list[Row] = []
    for order in range(ASKED[code]):
        how, use, work, income, remark = HEARD[order % len(HEARD)]
        rows.append(
            {
                "course_code": code,
                "identity_number": identity_number(place, order),
                "reached_on": due_on(course.last_day) + timedelta(days=order % 20),
                "how": how,
                "use": use,
                "work": work,
                "income": income,
                "remark": remark,
            }
        )
    return Sheet(rows)


def surround() -> None:
    """Bring in what surrounds the courses and is not there yet."""
    officer, unit = Account.objects.get(username=CLERK), Unit.objects.get(code=UNIT)
    _register_trainers(unit, officer)
    _spend(officer)
    _say(officer)
    _check_in(unit, officer)


def _register_trainers(unit: Unit, officer: Account) -> None:
    for name, provider, topics, mode in TRAINERS[Trainer.objects.count() :]:
        trainer = register_trainer(
            unit=unit, name=name, details=TrainerDetails(provider, topics), act=Act.now(officer)
        )
        for course in Course.objects.filter(code__in=("PX-1", "PX-2", "PX-3", "PX-4")).order_by("pk"):
            for module in course.modules.filter(mode=mode):
                assign_trainer(module=module, trainer=trainer, act=Act.now(officer))


def _spend(officer: Account) -> None:
    for course in Course.objects.filter(code__in=VOUCHERS).order_by("pk"):
        for order, (category, fen) in enumerate(VOUCHERS[course.code], 1):
            voucher = f"示例-{course.code}-{order:02d}"
            if Expense.objects.filter(voucher=voucher).exists():
                continue
            enter_expense(
                course=course,
                details=ExpenseDetails(category, fen, course.last_day, voucher, "示例凭证"),
                files=((f"{voucher}.txt", document(voucher, f"{fen / 100:.2f} 元")),),
                act=Act.now(officer),
            )
    kind = record_type("training.expense").number
    for paper in Batch.objects.filter(record_type=kind, state="SUBMITTED").order_by("pk"):
        verify_paper(paper)


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _say(officer: Account) -> None:
    course = Course.objects.get(code="PX-1")
    attendees = list(course.enrolments.filter(withdrawn_at__isnull=True).order_by("pk")[:ANSWERS])
    given = set(Feedback.objects.filter(enrolment__in=attendees).values_list("enrolment_id", flat=True))
    moment = _at(course.last_day, 17)
    left = [(at, one) for at, one in enumerate(attendees) if one.pk not in given]
    if not left:
        return
    desk = open_desk(course=course, act=Act(officer, moment))
    for at, one in left:
        give_feedback(
            desk=desk,
            code=attendee_code(course.pk, one.pk),
            opinion=Opinion(*OPINIONS[at % len(OPINIONS)], comment=COMMENTS.get(at, "")),
            act=Act(officer, moment),
        )


def _check_in(unit: Unit, officer: Account) -> None:
    course = Course.objects.filter(code=SMALL).first() or _open_small(unit, officer)
    place = next(iter(CADRES))
    known = list(Enrolment.objects.filter(course=course).order_by("pk"))
    morning = _at(SMALL_DAY, 9)
    for order in range(len(known), TECHNICIANS):
        attendee = Attendee(
            name=f"示例技术员{order}",
            identity_number=identity_number(place, TECHNICIAN_BORN + order),
            place=Place.objects.get(pk=place),
            post="农技站技术员",
        )
        known.append(enrol_attendee(course=course, attendee=attendee, act=Act(officer, morning)))
    session = course.sessions.get(number=1)
    let_in = set(Checkin.objects.filter(session=session).values_list("enrolment_id", flat=True))
    left = [one for one in known if one.pk not in let_in]
    if not left:
        return
    desk = Desk.objects.filter(session=session).first() or open_desk(
        course=course, session=session, act=Act(officer, morning)
    )
    for one in left[:-1]:
        check_in(
            desk=desk,
            ticket=ticket(desk.pk, morning),
            code=attendee_code(course.pk, one.pk),
            act=Act(officer, morning),
        )
    tick_attendance(enrolment=left[-1], session=session, reason="手机没电（示例）", act=Act(officer, morning))


def _open_small(unit: Unit, officer: Account) -> Course:
    place = Place.objects.get(pk=next(iter(CADRES)))
    days = (SMALL_DAY, SMALL_DAY + timedelta(days=1))
    details = CourseDetails(
        code=SMALL,
        title="茶叶加工技术班（示例）",
        trainees="TECHNICIAN",
        starts_on=days[0],
        ends_on=days[1] + timedelta(days=1),
        required_sessions=2,
        parts=(Part("LECTURE", "加工技术", "示例农学院", "示例农技站", place, days),),
        budget_fen=800_000,
    )
    return open_course(details=details, unit=unit, act=Act.now(officer))
