"""The measures that the training room may post."""

from bangfu.foundation.ledger.measures import Measure, Party
from bangfu.foundation.rooms import both

CADRES = Measure(
    code="training.cadres",
    title=both("培训基层干部", "Grassroots cadres trained"),
    unit=both("人", "persons"),
    counts=both(
        "一名基层干部结业一门课程计一，当事方为本人；同一人结业几门课程，按人数只算一人；以课程最后一天计入；只参加观摩不算培训。",
        "One a completed course of a grassroots cadre, about that person; who completes several is one person; on the"
        " course's last day; an observation visit alone trains nobody.",
    ),
    party=Party.PERSON,
)
"""Courses completed by cadres; 1 person, owned by the course's unit, at the attendee's county; party: the person."""

TECHNICIANS = Measure(
    code="training.technicians",
    title=both("培训技术人员", "Technicians trained"),
    unit=both("人", "persons"),
    counts=both(
        "一名技术人员（教师、医生、农技、电商等）结业一门课程计一，当事方为本人；以课程最后一天计入。",
        "One a completed course of a technician (teacher, doctor, farm or e-commerce technician), about that person; on"
        " the course's last day.",
    ),
    party=Party.PERSON,
)
"""Courses completed by technicians; as for cadres."""

LEADERS = Measure(
    code="training.leaders",
    title=both("培训带头人", "Local leaders trained"),
    unit=both("人", "persons"),
    counts=both(
        "一名致富带头人、乡村振兴带头人结业一门课程计一，当事方为本人；以课程最后一天计入。",
        "One a completed course of a local business leader, about that person; on the course's last day.",
    ),
    party=Party.PERSON,
)
"""Courses completed by local leaders; as for cadres."""

PERSONS = Measure(
    code="training.persons",
    title=both("培训人员", "Persons trained"),
    unit=both("人", "persons"),
    counts=both(
        "任何对象的学员结业一门课程计一，当事方为本人；既当干部又当技术人员培训的，按人数只算一人。",
        "One a completed course, whoever it was for, about that person; who was trained as a cadre and as a technician"
        " is one person.",
    ),
    party=Party.PERSON,
)
"""Courses completed by anybody: beside cadres, technicians or leaders, so that all together are counted once."""

COST = Measure(
    code="training.cost",
    title=both("培训费用", "Cost of training"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "按课程的发票、凭证逐张计，以支出日期计入；一张凭证只计一次；预算不计。",
        "The invoices and vouchers of courses, each once, on the day it was spent; budgets do not count.",
    ),
)
"""Money spent on courses, in yuan to the fen; grain and identity one voucher, owned by the course's unit, at its venue."""

ATTENDANCES = Measure(
    code="training.attendances",
    title=both("培训人次", "Attendances at training"),
    unit=both("人次", "attendances"),
    counts=both(
        "一人参加一个课次计一人次，以课次当天计入；不是人数。",
        "One a person and session attended, on the session's day; attendances are not persons.",
    ),
    party=Party.PERSON,
)
"""Sessions attended; 1 attendance, owned by the course's unit, at the attendee's county, on the session's day."""

OBSERVATION_TRIPS = Measure(
    code="training.observation_trips",
    title=both("组织观摩", "Observation trips"),
    unit=both("次", "trips"),
    counts=both(
        "一次集中观摩（如 5G 峰会）计一次，以观摩最后一天计入，地点为观摩地；人数另计，观摩本身不算培训。",
        "One a joint observation trip (to a 5G summit, say), on its last day, at the venue; who went is counted apart,"
        " and a trip by itself trains nobody.",
    ),
)
"""Observation modules that verified attendees went to; 1 trip, owned by the course's unit, at the module's venue."""

SOURCE_SYSTEM = "training.enrolment"
"""The source of facts about attendees; its external id is the enrolment's key, for an attendance with the session's."""
TRIP_SYSTEM = "training.module"
"""The source of facts about trips; its external id is the module's key."""
EXPENSE_SYSTEM = "training.expense"
"""The source of facts about cost; its external id is the expense's key."""
