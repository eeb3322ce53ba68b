"""The measures that the industries room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure, MeasureKind
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
