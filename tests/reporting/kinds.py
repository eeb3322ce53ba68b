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
    "toy.pledged", both("目标村数", "Villages pledged"), both("个", "villages"), MeasureKind.STOCK
)
PAID = Measure("toy.paid", both("助学金", "Grants paid"), both("元", "yuan"), decimals=2)
GIVEN = Measure("toy.given", both("物资折价", "Goods given"), both("元", "yuan"), decimals=2)
MEASURES = (LESSONS, POSTED, VILLAGES, COVERED, PLEDGED, PAID, GIVEN)

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
    """
code = "toy.since"
kind = "cumulative"
measure = "toy.paid"
since = 2018-07-01
title = { zh = "累计助学金", en = "Grants so far" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 2, rounding = "half_up" }
scope_note = { zh = "自2018年7月起。", en = "Since July 2018." }
""",
    """
code = "toy.ever"
kind = "cumulative"
measure = "toy.lessons"
title = { zh = "累计培训人次", en = "Attendances so far" }
unit = { zh = "人次", en = "attendances" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "自始。", en = "Since the beginning." }
""",
    """
code = "toy.growth"
kind = "growth"
factor = 100
numerator = { kind = "flow", measure = "toy.paid" }
title = { zh = "助学金同比增长", en = "Growth of grants" }
display = { scale = "%", decimals = 1, rounding = "half_up" }
scope_note = { zh = "与上年同期比。", en = "Against a year before." }
""",
    """
code = "toy.growth_of_pupils"
kind = "growth"
factor = 1
numerator = { kind = "distinct", measure = "toy.paid" }
title = { zh = "受助学生同比增长", en = "Growth of pupils" }
display = { scale = "%", decimals = 1, rounding = "half_up" }
scope_note = { zh = "去重。", en = "Each once." }
""",
    """
code = "toy.share"
kind = "share"
of = "all"
factor = 1
numerator = { kind = "stock", measure = "toy.covered" }
title = { zh = "占全部覆盖村", en = "Share of covered villages" }
display = { scale = "%", decimals = 1, rounding = "half_up" }
scope_note = { zh = "占全部。", en = "Of all." }
""",
    """
code = "toy.share_of_province"
kind = "share"
of = "province"
factor = 1
numerator = { kind = "flow", measure = "toy.paid" }
title = { zh = "占全省助学金", en = "Share of the province’s grants" }
display = { scale = "%", decimals = 1, rounding = "half_up" }
scope_note = { zh = "占所在省。", en = "Of the province." }
""",
    """
code = "toy.per_head"
kind = "per_head"
factor = 10000
numerator = { kind = "flow", measure = "toy.paid" }
denominator = "population"
title = { zh = "万人助学金", en = "Grants per ten thousand" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 2, rounding = "half_up" }
scope_note = { zh = "除以常住人口。", en = "Over the resident population." }
""",
    """
code = "toy.of_yunnan"
kind = "flow"
measure = "toy.paid"
owner = "P53"
title = { zh = "云南省分公司发放助学金", en = "Grants paid by the Yunnan branch" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 2, rounding = "half_up" }
scope_note = { zh = "只计云南省分公司及其下级。", en = "Of the Yunnan branch and those below it." }
""",
    """
code = "toy.narrowed"
kind = "flow"
measures = ["toy.paid", "toy.given"]
area = "region-dian-gui-qian-karst"
place = "52"
title = { zh = "贵州贫困县所得", en = "Received by Guizhou’s poor counties" }
unit = { zh = "元", en = "yuan" }
display = { scale = "1", decimals = 2, rounding = "half_up" }
scope_note = { zh = "两项合计。", en = "Both together." }
""",
    """
code = "toy.of_line"
kind = "distinct"
measures = ["toy.paid", "toy.given"]
line = "people"
title = { zh = "某线受助人", en = "Helped by a line" }
unit = { zh = "人", en = "persons" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "只计一条线。", en = "One line only." }
""",
)
"""Files of indicators without number, version and first day."""


def party(number: int) -> UUID:
    """Return the opaque id of somebody."""
    return UUID(int=number)
