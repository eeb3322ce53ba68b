"""The measure that the schooling room counts by."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both

SOURCE_SYSTEM = "schooling"
"""The source of the room's facts; the external id is the school's code and which end of its use the fact counts."""

SCHOOLS = Measure(
    code="schooling.schools",
    title=both("互联网+教育学校", "Schools with the education solution"),
    unit=both("所", "schools"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一所学校计一次，以学校标识码为准；以验收启用之日计入，停用时减去；设备到货不计；不是受益学生数。",
        "One school once, by its school code; from the day it is accepted into use, taken off when it stops; "
        "delivered equipment is no school, and pupils are not schools.",
    ),
)
"""Schools in use; unit 1 school, grain one school's beginning or end, at the school's place."""
