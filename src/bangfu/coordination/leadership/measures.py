"""The measures that the leadership room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both

LINES_BEFORE = Measure(
    code="leadership.lines_before",
    title=both("升格前统筹专业线", "Professional lines before the upgrade"),
    unit=both("条", "lines"),
    kind=MeasureKind.STOCK,
    counts=both(
        "领导小组升格以前纳入统筹的专业线，一条线计一次，以纳入文件的日期计入；升格后新增的不计在这里。",
        "The professional lines that were coordinated before the leading group was upgraded, each once, on "
        "the day of the document; those that came with the upgrade are not here.",
    ),
    reported=True,
)
"""Lines coordinated before the upgrade; unit 1 line, grain one line, at the group's seat."""

LINES = Measure(
    code="leadership.lines",
    title=both("统筹专业线", "Professional lines in the matrix"),
    unit=both("条", "lines"),
    kind=MeasureKind.STOCK,
    counts=both(
        "条块结合中纳入统筹的专业线，一条线计一次，以纳入文件的日期计入，撤出时减去；升格前已有的也在内。",
        "The professional lines in the matrix, each once, from the date of the document until a line leaves "
        "it; those from before the upgrade among them.",
    ),
    reported=True,
)
"""Lines in the matrix; unit 1 line, grain one line's beginning or end, at the group's seat."""

PROVINCIAL_GROUPS = Measure(
    code="leadership.provincial_groups",
    title=both("省级领导小组", "Provincial leading groups"),
    unit=both("个", "groups"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一个省级分公司的领导小组计一次，以成立文件的日期计入，撤销时减去；办公室和工作专班不另计。",
        "The leading group of one provincial branch once, from the date of the document that set it up until "
        "it is dissolved; offices and task forces are not groups.",
    ),
    reported=True,
)
"""Leading groups standing; unit 1 group, grain one group's beginning or end, owned by the branch, at its seat."""
