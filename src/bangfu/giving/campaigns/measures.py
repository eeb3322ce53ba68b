"""The measures that the campaigns room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both

PARTICIPATIONS = Measure(
    code="campaigns.participations",
    title=both("积分助学参与人次", "Participations in points for schooling"),
    unit=both("人次", "participations"),
    counts=both(
        "客户每捐一次计一人次；同一人捐三次是三人次，不是三人；一行可汇总一地一天的人次，以活动日期计入。",
        "Each gift of a customer is one participation; three gifts of one person are three participations, "
        "not three persons; a row may sum up one place and day.",
    ),
    reported=True,
)
"""Participations; unit 1 participation, grain one place and day of the campaign's log."""

RAISED = Measure(
    code="campaigns.raised",
    title=both("积分助学筹得款项", "Raised by points for schooling"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "筹得的积分折现与现金，以慈善组织账户到账为准；积分只按折现后的金额计一次；退款另行冲正；"
        "公司自捐不计。",
        "Points turned into cash, and cash, as received on the charity's account; points count once, as the "
        "cash they became; refunds are reversed; the company's own gifts are not the public's.",
    ),
    reported=True,
)
"""Raised; unit 1 yuan, grain one receipt of the charity's account, at the branch's place."""

RED_SCARF_RAISED = Measure(
    code="campaigns.red_scarf_raised",
    title=both("红围脖募集资金", "Raised by the red-scarf drive"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "红围脖活动募集并到账的现金，以慈善组织账户到账为准；在全集团募集、用于革吉；物资折价不计"
        "；与积分助学分开。",
        "Cash that the red-scarf drive raised, as received on the charity's account; raised group-wide, spent "
        "in Geji; goods at a value do not count; apart from points for schooling.",
    ),
    reported=True,
)
"""Raised by the drive; unit 1 yuan, grain one receipt, at the place where it was raised."""
