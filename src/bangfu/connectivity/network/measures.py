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


def _villages(code: str, zh: str, en: str, counts_zh: str, counts_en: str) -> Measure:
    return Measure(
        code=f"network.{code}",
        title=both(zh, en),
        unit=both("个村", "villages"),
        kind=MeasureKind.STOCK,
        decimals=0,
        counts=both(counts_zh, counts_en),
    )


BASELINE = _villages(
    "baseline_villages", "基准名单行政村", "Villages of the baseline",
    "按公布并冻结的名单计，冻结之日加一；凭文件调出之日减一。",
    "Counts the published and frozen list: one more at freezing, one less when a village is removed by document.",
)  # fmt: skip
"""The denominator of coverage; grain one village."""

COVERED = {
    "WIRELESS": _villages(
        "covered_villages", "4G覆盖行政村", "Villages covered by 4G",
        "按2018年工信部定义认定：村委会5公里内有基站，或村委会、学校、卫生室和20户以上聚居区均有信号；认定转变之日加减。",
        "By the ministry's definition of 2018: a station within 5 km of the committee, or signal at committee, school,"
        " clinic and every settlement of 20 households; counts on the day a verdict turns.",
    ),
    "BROADBAND": _villages(
        "broadband_villages", "通光纤行政村", "Villages with fibre",
        "光纤通达村委会的行政村；认定转变之日加减。",
        "Villages whose committee fibre reaches; counts on the day a verdict turns.",
    ),
}  # fmt: skip
"""By service; grain one verdict that turns, at the village."""

TARGETS = {
    "BROADBAND": _villages(
        "target_broadband_villages", "承诺通宽带行政村", "Villages promised broadband",
        "按承诺文件的村数计。", "Counts the villages that a document promises.",
    ),
    "WIRELESS": _villages(
        "target_wireless_villages", "承诺无线覆盖行政村", "Villages promised wireless coverage",
        "按承诺文件的村数计。", "Counts the villages that a document promises.",
    ),
    "AREA": _villages(
        "target_area_villages", "片区承诺覆盖行政村", "Villages of an area promised coverage",
        "按片区承诺文件分县的村数计。", "Counts, county by county, the villages that an area's document promises.",
    ),
}  # fmt: skip
"""By goal; grain one county's promise."""

SOURCE_SYSTEM = "network.station"
"""The source of every fact of stations; its external id is the station's code, its revision the station's."""
