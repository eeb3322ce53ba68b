"""A toy of every kind: lessons and who took them, villages and which of them have a signal, a pledge, and money for pupils."""

from __future__ import annotations

from uuid import UUID

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both

LESSONS = Measure("toy.lessons", both("培训人次", "Attendances"), both("人次", "attendances"))
POSTED = Measure(
    "toy.posted", both("在岗干部", "Cadres at their post"), both("人", "persons"), MeasureKind.STOCK
)
VILLAGES = Measure("toy.villages", both("行政村", "Villages"), both("个", "villages"), MeasureKind.STOCK)
COVERED = Measure(
    "toy.covered", both("已覆盖行政村", "Villages covered"), both("个", "villages"), MeasureKind.STOCK
)
PLEDGED = Measure(
    "toy.pledged", both("目标户数", "Households pledged"), both("户", "households"), MeasureKind.STOCK
)
PAID = Measure("toy.paid", both("助学金", "Grants paid"), both("元", "yuan"), decimals=2)
MEASURES = (LESSONS, POSTED, VILLAGES, COVERED, PLEDGED, PAID)

TRAINED, ATTENDED, STAFF, COVERAGE, GRANT, TARGET = (
    "toy.trained", "toy.attended", "toy.staff", "toy.coverage", "toy.grant", "toy.target",
)  # fmt: skip
FILES = (
    """
code = "toy.trained"
kind = "distinct"
measure = "toy.lessons"
title = { zh = "培训干部", en = "Cadres trained" }
unit = { zh = "人", en = "persons" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "同一人只算一次。", en = "Each person once." }
""",
    """
code = "toy.attended"
kind = "flow"
measure = "toy.lessons"
title = { zh = "培训人次", en = "Attendances" }
unit = { zh = "人次", en = "attendances" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "每次都算。", en = "Each time." }
""",
    """
code = "toy.staff"
kind = "distinct"
measure = "toy.posted"
title = { zh = "在岗干部", en = "Cadres at their post" }
unit = { zh = "人", en = "persons" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "期末在岗。", en = "At the period’s end." }
""",
    """
code = "toy.coverage"
kind = "ratio"
factor = 1
title = { zh = "网络覆盖率", en = "Coverage" }
display = { scale = "%", decimals = 1, rounding = "down" }
scope_note = { zh = "分母冻结。", en = "Over frozen denominators." }
[numerator]
kind = "stock"
measure = "toy.covered"
[denominator]
kind = "stock"
measure = "toy.villages"
""",
    """
code = "toy.grant"
kind = "ratio"
factor = 1
title = { zh = "人均助学金", en = "Grant per pupil" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 2, rounding = "half_up" }
scope_note = { zh = "发放额除以受助人数。", en = "Paid, over pupils." }
numerator = { kind = "flow", measure = "toy.paid" }
denominator = { kind = "distinct", measure = "toy.paid" }
""",
    """
code = "toy.target"
kind = "target"
title = { zh = "覆盖目标", en = "Coverage target" }
scope_note = { zh = "达到目标值即完成。", en = "Met when reached." }
numerator = { kind = "stock", measure = "toy.covered" }
target = { kind = "stock", measure = "toy.pledged" }
""",
)
"""Files of indicators without number, version and first day."""


def party(number: int) -> UUID:
    """Return the opaque id of somebody."""
    return UUID(int=number)
