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

SOURCE_SYSTEM = "network.station"
"""The source of every fact of this room; its external id is the station's code, its revision the station's."""
