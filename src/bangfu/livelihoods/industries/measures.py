"""The measures that the industries room counts by; the first is also reported where an industry is not entered."""

from uuid import NAMESPACE_URL, UUID, uuid5

from bangfu.foundation.ledger.measures import Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

PRODUCTS = Measure(
    code="industries.products",
    title=both("一县一品产业", "One-county-one-product industries"),
    unit=both("个", "industries"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一个县的一个主导产品计一次，以立项批复的日期计入，停止扶持时减去；同一产品的不同规格、品"
        "牌不另计；不是销售额。",
        "One leading product of one county once, from the approval of its project until support ends; "
        "variants and brands of it are no further products, and it is no turnover.",
    ),
    reported=True,
)
"""Industries supported; unit 1 industry, grain one product of one county, at the county."""

BASE_AREA = Measure(
    code="industries.base_area",
    title=both("产业基地面积", "Base area of industries"),
    unit=both("亩", "mu"),
    kind=MeasureKind.STOCK,
    decimals=2,
    counts=both(
        "产业最近一季的基地面积；每核验一季，计入与上一季的差，以该季第一天计入；不是各季之和。",
        "The area of an industry's bases in its latest season: each verified season adds the difference to the one before, on "
        "its first day; never the sum of seasons.",
    ),
)
"""Area farmed for industries; unit 1 mu, grain the change from one season of an industry to the next, at the county."""

OUTPUT = Measure(
    code="industries.output",
    title=both("产业产量", "Output of industries"),
    unit=both("吨", "tonnes"),
    decimals=3,
    counts=both(
        "一季的产量，以该季最后一天计入；加工能力、商品价值量不是产量。",
        "What a season yielded, on its last day; neither capacity nor the value of goods declared.",
    ),
)
"""Output; unit 1 tonne, grain one season of an industry, at the county."""

SALES = Measure(
    code="industries.sales",
    title=both("产业销售额", "Sales of industries"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "经营主体一季的销售额，以该季最后一天计入；与“购买”“帮助销售”不是一回事，不相加；商品价值量不是销售额。",
        "What operators sold in a season, on its last day; neither bought nor helped to sell, with which it is never added; the "
        "value of goods declared is no sale.",
    ),
)
"""Sales of operators; unit 1 yuan, grain one season of an industry, at the county."""

HOUSEHOLD_PAYMENTS = Measure(
    code="industries.household_payments",
    title=both("利益联结户实收", "Paid to households that share"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "按合同付给农户的每一笔，有银行凭证并经另一人核验，以付款日、农户所在村计入，当事方为农户；承诺未付的不计。",
        "Each payment to a household under its contract, with the bank's proof and verified by a second person, on the day it "
        "was paid, at the household's village, about that household; what was promised and not paid does not count.",
    ),
    party=Party.THING,
)
"""Money that households were paid; unit 1 yuan, grain one payment under one contract, at the village; party: the household."""


def party_of_household(household: int) -> UUID:
    """Return the opaque id of a household, by its key in the register: neither number nor name is in it.

    >>> party_of_household(7) == party_of_household(7), party_of_household(7) == party_of_household(8)
    (True, False)
    """
    return uuid5(NAMESPACE_URL, f"bangfu/household/{household}")
