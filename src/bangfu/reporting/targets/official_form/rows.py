"""The six indicators of the annual pledge of central units, as their form counts them, and what stands beside them.

Source: the pledge of designated assistance (定点扶贫责任书) of 2018 to 2020, whose six numbers are funds put in and brought in,
grassroots cadres and technicians trained, farm produce bought and helped to sell. The form changes: the list is data, and a
pledge may hold any other indicator besides.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both

WAN_YUAN = both("万元", "10,000 yuan")
PERSONS = both("人", "persons")


@dataclass(frozen=True)
class OfficialRow:
    """One number of the form."""

    number: str
    title: Words
    indicator: str
    unit: Words
    """As the form counts."""
    power: int
    """By which power of ten the form's unit is larger than the indicator's: 4 for 万元 over yuan."""


OFFICIAL: tuple[OfficialRow, ...] = (
    OfficialRow("1", both("投入帮扶资金", "Funds put in"), "projects.put_in", WAN_YUAN, 4),
    OfficialRow("2", both("引进帮扶资金", "Funds brought in"), "projects.brought_in", WAN_YUAN, 4),
    OfficialRow("3", both("培训基层干部", "Grassroots cadres trained"), "training.cadres", PERSONS, 0),
    OfficialRow("4", both("培训技术人员", "Technicians trained"), "training.technicians", PERSONS, 0),
    OfficialRow("5", both("购买脱贫地区农产品", "Farm produce bought"), "shop.purchased", WAN_YUAN, 4),
    OfficialRow(
        "6", both("帮助销售脱贫地区农产品", "Farm produce helped to sell"), "shop.helped_to_sell", WAN_YUAN, 4
    ),
)
BESIDE: tuple[OfficialRow, ...] = (
    OfficialRow(
        "4a", both("培训乡村振兴带头人", "Leaders of revitalisation trained"), "training.leaders", PERSONS, 0
    ),
    OfficialRow(
        "2a", both("引进有偿资金", "Investment brought in"), "projects.investment_brought_in", WAN_YUAN, 4
    ),
)
"""What later forms ask for too; never added to the six, since a person or a yuan may stand in both."""
OFFICIAL_CODES = frozenset(one.indicator for one in (*OFFICIAL, *BESIDE))
