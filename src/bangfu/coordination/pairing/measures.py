"""The measures that the pairing room may post: stocks, one up on the day a pairing starts, one down when it ends."""

from uuid import NAMESPACE_URL, UUID, uuid5

from bangfu.foundation.ledger.measures import Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

UNITS = Measure(
    code="pairing.units",
    title=both("承担帮扶任务的单位", "Units with assistance tasks"),
    unit=both("个", "units"),
    kind=MeasureKind.STOCK,
    party=Party.PUBLIC,
    counts=both(
        "一条结对计一，当事方为帮扶单位：出去帮扶的单位，不是受帮扶的单位。只含地方指派到县、到村的结对。",
        "One a pairing, about the supporting unit: units that help, not units that are helped. Only pairings with"
        " counties and villages that local authorities assigned.",
    ),
)
"""Pairings by supporter; 1 pairing, owned by the supporting unit, at the paired place; party: the unit."""

VILLAGES = Measure(
    code="pairing.villages",
    title=both("结对帮扶村", "Paired villages"),
    unit=both("个", "villages"),
    kind=MeasureKind.STOCK,
    party=Party.PUBLIC,
    counts=both(
        "一条到村结对计一，当事方为村（十二位代码）；两个单位帮同一个村，是两条结对、一个村。",
        "One a pairing with a village, about the village by its code of twelve digits; a village that two units help is"
        " two pairings and one village.",
    ),
)
"""Pairings with villages; 1 pairing, owned by the supporting unit, at the village; party: the village."""

COUNTIES = Measure(
    code="pairing.counties",
    title=both("结对帮扶覆盖的县", "Counties covered by pairing"),
    unit=both("个", "counties"),
    kind=MeasureKind.STOCK,
    party=Party.PUBLIC,
    counts=both(
        "一条地方指派的结对计一，当事方为结对的县，或结对村所在的县：两者的并集。",
        "One a pairing that a local authority assigned, about the paired county or the county of the paired village: the"
        " union of both.",
    ),
)
"""Pairings by county; 1 pairing, owned by the supporting unit, at the county; party: the county."""

DESIGNATED = Measure(
    code="pairing.designated_counties",
    title=both("定点帮扶县", "Designated counties"),
    unit=both("个", "counties"),
    kind=MeasureKind.STOCK,
    party=Party.PUBLIC,
    counts=both(
        "一条定点帮扶结对计一，当事方为县；由中央指定给集团。",
        "One a designated pairing, about the county that the centre assigned to the group.",
    ),
)
"""Designated pairings; 1 pairing, owned by the supporting unit, at the county; party: the county."""

AIDED = Measure(
    code="pairing.aided_counties",
    title=both("对口支援县", "Aided counties"),
    unit=both("个", "counties"),
    kind=MeasureKind.STOCK,
    party=Party.PUBLIC,
    counts=both(
        "一条对口支援结对计一，当事方为县；援藏渠道，与定点帮扶分开。",
        "One a pairing of aid to Tibet, about the county; a channel apart from designated assistance.",
    ),
)
"""Pairings of aid; 1 pairing, owned by the supporting unit, at the county; party: the county."""

SOURCE_SYSTEM = "pairing.pairing"
"""The source of every fact of this room; its external id is the pairing's key with ``start`` or ``end``."""


def party_of_unit(unit: int) -> UUID:
    """Return the opaque id under which a unit is counted."""
    return uuid5(NAMESPACE_URL, f"bangfu/unit/{unit}")


def party_of_place(place: int) -> UUID:
    """Return the opaque id under which a county or a village is counted."""
    return uuid5(NAMESPACE_URL, f"bangfu/place/{place}")
