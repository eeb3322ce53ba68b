"""The measures that the network room may post."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import both

STATIONS = Measure(
    code="network.base_stations",
    title=both("新建无线基站", "New base stations"),
    unit=both("个", "stations"),
    kind=MeasureKind.FLOW,
    decimals=0,
    counts=both(
        "按逻辑基站计数：同一站址上每种制式、频段各计一个；以验收日期计入；只计承建方，共享方不计。",
        "Counts logical stations: each technology and band on a site is one; on the day it was accepted; for the unit"
        " that built it, never for a sharer.",
    ),
)
"""Stations accepted; unit 1 station, grain one station, owned by the branch that built it, at the station's place."""

PORTS = Measure(
    code="network.broadband_ports",
    title=both("新增宽带接入端口", "New broadband access ports"),
    unit=both("个", "ports"),
    kind=MeasureKind.FLOW,
    decimals=0,
    counts=both(
        "按分光器、分纤箱的端口数计，以验收日期计入；为毛增量，不减退网端口；端口是能力，不是在网用户。",
        "Counts the ports of splitters and boxes on the day each was accepted; gross additions, without those taken"
        " out; ports are capacity, not users.",
    ),
)
"""Ports added; quantity the ports of a box, grain one box, identity the box's code."""

INVESTMENT = Measure(
    code="network.investment",
    title=both("网络建设投资", "Network investment"),
    unit=both("元", "yuan"),
    kind=MeasureKind.FLOW,
    decimals=2,
    counts=both(
        "按入账凭证逐行计，以入账日期计入；是资本性支出，不是帮扶资金，不计入承诺的帮扶资金。",
        "Counts the lines of booking vouchers on the day they were booked; capital spending, never pledge money.",
    ),
)
"""Money booked for building, in yuan to the fen; grain one voucher line, identity voucher and line."""

SOURCE_SYSTEM = "network.station"
"""The source of every fact of stations; its external id is the station's code, its revision the station's."""
