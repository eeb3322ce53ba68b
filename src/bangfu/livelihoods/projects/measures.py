"""The measures that the projects room counts by: four stages of project money, and the pledge's three, also reported."""

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

ALLOCATED = Measure(
    code="projects.allocated",
    title=both("项目资金下达", "Project money allocated"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "项目批复后下达（分配）给项目的资金，每份资金文件计一次，以文件日期计入；自有、引进无偿和引进有偿都在内；下达不等于拨付，更不等于到账。",
        "Money assigned to approved projects, each document once, on its day; own, brought-in and invested alike. What is "
        "allocated is neither paid nor received yet.",
    ),
)
"""Money assigned to projects; unit 1 yuan, grain one document, at the project's place."""

PAID = Measure(
    code="projects.paid",
    title=both("项目资金拨付", "Project money paid"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "付款方已经付出的项目资金，每张银行付款回单计一次，以付款日计入；自有、引进无偿和引进有偿都在内。",
        "Money that payers paid out for projects, each bank receipt once, on the day of payment; own, brought-in and "
        "invested alike.",
    ),
)
"""Money paid out for projects; unit 1 yuan, grain one bank receipt, at the project's place."""

RECEIVED = Measure(
    code="projects.received",
    title=both("项目资金到账", "Project money received"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "收款方已经收到的项目资金，每张银行收款回单计一次，以到账日计入；同一笔另按来源计入投入、引进无偿或引进有偿，三者不相加。",
        "Money that arrived for projects, each bank receipt once, on the day it arrived; each arrival counts by its source as "
        "put in, brought in or invested too, and these three are not added.",
    ),
)
"""Money that arrived for projects; unit 1 yuan, grain one bank receipt, at the project's place."""

SPENT = Measure(
    code="projects.spent",
    title=both("项目资金支出", "Project money spent"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "项目单位用到账资金支付的工程款、货款等，每张银行付款回单计一次，以支付日计入；到账未用的不计。",
        "What projects paid for works and goods out of money that had arrived, each bank receipt once, on its day; what arrived "
        "and was not used is not in it.",
    ),
)
"""Money that projects spent; unit 1 yuan, grain one bank receipt, at the project's place."""
