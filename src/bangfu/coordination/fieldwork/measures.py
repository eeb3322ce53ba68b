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
