"""The measures that the consumption room posts: paid and kept, never mixed; bought and helped to sell are the shop's."""

from bangfu.foundation.ledger.measures import Evidence, Measure
from bangfu.foundation.rooms import both

PAID = Measure(
    code="consumption.paid",
    title=both("店外销售支付金额", "Paid outside the shop"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "外部平台订单、食堂和工会结算、职工福利的实付金额，一个订单行计一次，以付款之日计入，按产地县；不因退款而减少。",
        "What was paid for orders on other platforms, in settlements of canteens and unions, and in welfare schemes: each order"
        " line once, on the day it was paid, by county of origin; not reduced by refunds.",
    ),
    evidence=Evidence.SAMPLED,
)
"""Paid; unit 1 yuan, grain one sale, at the county of origin, owned by the unit that counts the sale."""

KEPT = Measure(
    code="consumption.kept",
    title=both("店外销售退款后净额", "Kept outside the shop after refunds"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "店外销售的支付金额减去退款：支付以付款之日计入，退款以退款之日减去（不改动支付当月），按产地县。",
        "What was paid outside the shop less what was refunded: payments on the day they were paid, refunds on the day they were"
        " refunded (the month of the payment stays as it was), by county of origin.",
    ),
    evidence=Evidence.SAMPLED,
)
"""Kept; unit 1 yuan, grain one sale and one refund, at the county of origin."""
