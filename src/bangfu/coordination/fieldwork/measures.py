"""The measures that the fieldwork room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

OFFICE_CADRES = Measure(
    code="fieldwork.office_cadres",
    title=both("抽调专职扶贫骨干", "Cadres drawn to the office full time"),
    unit=both("人", "persons"),
    counts=both(
        "抽调到扶贫办专职工作的人员，一次抽调一行，数量为 1；按工号去重，一人多次抽调只计一人；兼职不计。",
        "Staff drawn to the office full time, one row a secondment, quantity 1; by staff number, whoever was "
        "drawn twice is one person; part-time work does not count.",
    ),
    reported=True,
    party=Party.PERSON,
)
"""Secondments to the office; unit 1 person, grain one secondment, the cadre its party."""

TEAMS = Measure(
    code="fieldwork.teams",
    title=both("驻县工作组", "County work teams"),
    unit=both("个", "teams"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一个定点扶贫县的工作组计一次，以派驻文件的日期计入，撤回时减去；驻村工作队和志愿服务队不计。",
        "One team in one designated county once, from the date of its document until it is called back; "
        "village teams and volunteers are not county teams.",
    ),
    reported=True,
)
"""Teams standing; unit 1 team, grain one team's beginning or end, at its county."""

VISITS = Measure(
    code="fieldwork.visits",
    title=both("走访人次", "Field visits"),
    unit=both("人次", "visits"),
    counts=both(
        "单位人员到帮扶县、村走访，一趟一行，数量为去的人数：人次等于人数乘趟数；一趟走访几户、几个村，人次不加倍；领导的调研督导"
        "另计，不在这里。",
        "Staff who went to an assisted county or village, one row a trip, the quantity how many went: persons times trips;"
        " several households or villages on one trip do not multiply it; leaders' visits are counted apart and not here.",
    ),
    reported=True,
)
"""Persons times trips; unit 1 visit, grain one trip, owned by the unit that went, at the place visited."""

TRIPS = Measure(
    code="fieldwork.trips",
    title=both("走访趟数", "Field trips"),
    unit=both("趟", "trips"),
    counts=both(
        "单位人员到帮扶县、村走访，一趟计一次，不论去了几个人；领导的调研督导另计，不在这里。",
        "Trips of staff to an assisted county or village, each once however many went; leaders' trips are counted apart and not"
        " here.",
    ),
    reported=True,
)
"""Trips made; unit 1 trip, grain one trip, owned by the unit that went, at the place visited."""
