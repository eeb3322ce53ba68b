"""The measures that the shop room counts by: those that orders post, and those that units report beside them."""

from bangfu.foundation.ledger.measures import Evidence, Measure, MeasureKind, Party
from bangfu.foundation.rooms import both

CHANNELS = Measure(
    code="shop.channels",
    title=both("爱心扶贫馆", "Marketplace shops"),
    unit=both("个", "shops"),
    kind=MeasureKind.STOCK,
    counts=both(
        "一个上线运营的电商馆（店）计一次，以上线日期计入，关闭时减去；栏目、活动页不另计。",
        "One shop on a marketplace once, from the day it opened until it closes; sections and campaign pages "
        "are no shops.",
    ),
    reported=True,
)
"""Shops open; unit 1 shop, grain one shop's opening or closing, at the operator's seat."""

FAIRS = Measure(
    code="shop.fairs",
    title=both("扶贫产品专场", "Product fairs"),
    unit=both("场", "fairs"),
    counts=both(
        "一次集中展销计一场，以开始之日计入；连续多日算一场；不是参加人次，也不是成交额。",
        "One fair is one event, on the day it began, however many days it ran; visitors and turnover are not "
        "fairs.",
    ),
    reported=True,
)
"""Fairs held; unit 1 fair, grain one event, at its venue."""

LIVESTREAM_ORDERED = Measure(
    code="shop.livestream_ordered",
    title=both("直播下单金额", "Value ordered in live sales"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "直播当天的下单金额：是下单，不是支付、发货或退款后的净额；以下单之日计入；同一订单只计一"
        "次，合计行不报；系统内的直播结束后由订单计入，不再报送。",
        "The value placed on the day of the live sale: ordered, neither paid, shipped nor net of refunds; on "
        "the day it was placed; each order once, and no totals; a live sale of the system is counted from its "
        "orders once it is over, and not reported as well.",
    ),
    reported=True,
)
"""Value placed; unit 1 yuan, grain one platform statement, or one live sale of the system, of a day and place, before payment
and refunds."""

LIVESTREAM_HOSTS = Measure(
    code="shop.livestream_hosts",
    title=both("直播的省分总经理", "Provincial general managers hosting"),
    unit=both("人", "persons"),
    counts=both(
        "到直播间出镜主持的省级分公司总经理，一人一场一行，数量为 1；按工号去重，多场只计一人；代播不计。",
        "General managers of provincial branches who hosted on camera, one row a person and show, quantity 1; "
        "by staff number, several shows are one person; a stand-in does not count.",
    ),
    reported=True,
    party=Party.PERSON,
)
"""Shows hosted; unit 1 person, grain one person's show, the host its party."""

PURCHASED = Measure(
    code="shop.purchased",
    title=both("购买脱贫地区农产品", "Farm produce bought"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "本单位及其工会、食堂、职工购买 832 个脱贫县农产品的付款，扣除退款，以付款之日计入，按产地县；同一元只进一行，买了就不"
        "再算帮助销售。",
        "Payments of the unit, its union, canteens and staff for farm produce of the 832 counties, net of refunds, on the day of "
        "payment, by county of origin; one yuan has one row and is not also helped to sell.",
    ),
    reported=True,
)
"""Paid for produce by the unit and its people; unit 1 yuan, grain one invoice or statement, at the county of origin."""

HELPED_TO_SELL = Measure(
    code="shop.helped_to_sell",
    title=both("帮助销售农产品", "Farm produce helped to sell"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "经本单位帮助、由其他方购买 832 个脱贫县农产品的付款，扣除退款，以付款之日计入，按产地县；本单位及职工自己买的不计。",
        "Payments of others for farm produce of the 832 counties that the unit helped to sell, net of refunds, on the day of "
        "payment, by county of origin; nothing that the unit or its staff bought.",
    ),
    reported=True,
)
"""Paid by others for produce through the unit's help; unit 1 yuan, grain one statement, at the county of origin."""

CANTEEN_ASSISTED = Measure(
    code="shop.canteen_assisted",
    title=both("食堂采购脱贫地区农产品", "Farm produce bought by canteens"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "食堂购买 832 个脱贫县农产品的付款，扣除退款，以付款之日计入，按食堂所在地（单位的地点；单位没有地点的，按产地县）："
        "商城订单、外部平台订单、框架协议结算、展销会，付款方为食堂的；与“购买脱贫地区农产品”是同一些付款，不能相加。",
        "Payments of canteens for farm produce of the 832 counties, net of refunds, on the day of payment, where the canteen is"
        " (its unit's place, or the county of origin for a unit without one): orders of the shop and of platforms, settlements"
        " under agreements, fairs. They are among “farm produce bought”, so the two are never added.",
    ),
    evidence=Evidence.NONE,
)
"""Paid by canteens for produce of the listed counties; unit 1 yuan, grain one order line or sale, and one refund."""

CANTEEN_TOTAL = Measure(
    code="shop.canteen_total",
    title=both("食堂采购总额", "All that canteens bought"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "食堂当月全部食材采购的付款，不论产地、供应商和渠道，扣除退款，以当月最后一天计入，按食堂所在地；一个食堂一个月一行；"
        "脱贫地区的也在内。",
        "All that a canteen paid for food in a month, from wherever and whomever, net of refunds, on the month's last day,"
        " where the canteen is; a row a canteen and month, produce of the listed counties included.",
    ),
    reported=True,
)
"""Paid by canteens for all food; unit 1 yuan, grain one canteen's month; the denominator of the canteens' share."""

ORDERED = Measure(
    code="shop.ordered",
    title=both("下单金额", "Value ordered"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "系统内订单的下单金额，以下单之日计入，按产地县；是下单，不是支付，也不因用券、取消、未付或退款而减少；不含运费；不得当作销售额。",
        "The value of orders placed in the system, on the day they were placed, by county of origin: ordered, not paid, and not "
        "reduced by coupons nor by what is cancelled, never paid or refunded; without carriage; it is no turnover.",
    ),
    evidence=Evidence.NONE,
)
"""Placed; unit 1 yuan, grain one order line, at the county of origin."""

PAID = Measure(
    code="shop.paid",
    title=both("支付金额", "Value paid"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "系统内订单为商品实际支付的金额（已扣优惠券，不含运费），以支付之日计入，按产地县；不因退款而减少。",
        "What was paid for goods of orders in the system, net of coupons and without carriage, on the day it was paid, by county "
        "of origin; not reduced by refunds.",
    ),
    evidence=Evidence.NONE,
)
"""Paid; unit 1 yuan, grain one order line, at the county of origin."""

KEPT = Measure(
    code="shop.kept",
    title=both("退款后净额", "Value kept after refunds"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "支付金额减去退款：支付以支付之日计入，退款以退款之日减去（不改动支付当月），按产地县。",
        "What was paid less what was refunded: payments on the day they were paid, refunds on the day they were refunded (the "
        "month of the payment stays as it was), by county of origin.",
    ),
    evidence=Evidence.NONE,
)
"""Kept; unit 1 yuan, grain one order line and one refund, at the county of origin."""
