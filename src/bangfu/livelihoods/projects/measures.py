"""The measures that the projects room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both

PUT_IN = Measure(
    code="projects.put_in",
    title=both("投入帮扶资金", "Funds put in"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "本单位自有的无偿资金和物资（含职工捐款），到达县里的每一笔计一次，以到账或交接之日计入；物资按发票价；预算、已批未付和通"
        "信网络建设投资不计。",
        "The unit's own money and goods given for nothing, staff donations included: each arrival in the county once, on "
        "the day it was received; goods at the invoice's price; neither budgets, nor what was granted and not paid, nor "
        "investment in the network.",
    ),
    reported=True,
)
"""Own gratuitous money and goods that arrived; unit 1 yuan, grain one receipt, at the county that received it."""

BROUGHT_IN = Measure(
    code="projects.brought_in",
    title=both("引进无偿帮扶资金", "Funds brought in as gifts"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "经本单位引进的其他方无偿资金和物资，到达县里的每一笔计一次，以到账或交接之日计入；意向书、贷款不计；同一笔只由一家引进。",
        "Money and goods that others gave for nothing through the unit: each arrival in the county once, on the day it was "
        "received; neither letters of intent nor loans; of one arrival one unit brought it in.",
    ),
    reported=True,
)
"""Others' gratuitous money that came through the unit; unit 1 yuan, grain one receipt, at the county that received it."""

INVESTMENT_BROUGHT_IN = Measure(
    code="projects.investment_brought_in",
    title=both("引进有偿资金", "Investment brought in"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "经本单位引进的企业在县里的实际投资，每一笔到位资金计一次，以到位之日计入；签约额、意向额不计；与无偿资金不相加。",
        "What companies brought by the unit really invested in the county: each payment once, on its day; neither signed nor "
        "intended sums; never added to gifts.",
    ),
    reported=True,
)
"""Others' investment that came through the unit; unit 1 yuan, grain one payment, at the county."""
