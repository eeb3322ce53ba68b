"""What the shop room declares."""

from datetime import datetime, timedelta
from pathlib import Path

from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)
from bangfu.livelihoods.shop import telling
from bangfu.livelihoods.shop.measures import (
    CHANNELS,
    FAIRS,
    HELPED_TO_SELL,
    KEPT,
    LIVESTREAM_HOSTS,
    LIVESTREAM_ORDERED,
    ORDERED,
    PAID,
    PURCHASED,
)
from bangfu.livelihoods.shop.register import AMBASSADOR_TYPE, ORDER_TYPE, PRODUCT_TYPE, SALE_TYPE, VIEW
from bangfu.livelihoods.shop.sheets import PACKS_SHEET, RECEIPTS_SHEET
from bangfu.livelihoods.shop.waiting import WAITS

REPORTS = frozenset({"shop.report"})
READS = frozenset({VIEW})
SELLS = READS | {
    "shop.enter_product",
    "shop.revise_product",
    "shop.enter_variant",
    "shop.revise_variant",
    "shop.set_price",
    "shop.open_channel",
    "shop.revise_channel",
    "shop.close_channel",
    "shop.open_warehouse",
    "shop.revise_warehouse",
    "shop.import_packs",
    "shop.import_receipts",
    "shop.receive_stock",
    "shop.count_stock",
    "shop.set_apart",
    "shop.offer_stock",
    "shop.close_offer",
    "shop.plan_sale",
    "shop.revise_sale",
    "shop.set_stream",
    "shop.enter_session",
    "shop.revise_session",
    "shop.write_run_sheet",
    "shop.enter_ambassador",
    "shop.revise_ambassador",
    "shop.withdraw_consent",
    "shop.end_sale",
    "shop.count_sale",
    "shop.place_orders",
    "shop.check_out",
    "shop.pay_orders",
    "shop.cancel_order",
    "shop.ship_orders",
    "shop.deliver_orders",
    "shop.close_orders",
    "shop.refund_line",
}
OF_THE_DOOR = frozenset(
    {
        "shop.place_orders",
        "shop.check_out",
        "shop.pay_orders",
        "shop.release_unpaid",
        "shop.admit_buyers",
        "shop.keep_recipient",
    }
)


def _some_lapse(now: datetime) -> bool:
    from bangfu.livelihoods.shop.lapsing import some_lapse

    return some_lapse(now)


def _let_lapse(now: datetime) -> Words | None:
    from bangfu.livelihoods.shop.lapsing import let_lapse

    return let_lapse(now)


ROOM = RoomDeclaration(
    code="shop",
    wing=Wing.LIVELIHOODS,
    title=both("消费帮扶", "Shop"),
    icon="briefcase",
    about=both(
        "商品、库存、订单与直播：下单、支付、退款后净额各是各。",
        "Products, stock, orders and live sales: ordered, paid and kept are three.",
    ),
    address="shop:orders",
    view_permission=VIEW,
    roles=(
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), REPORTS | SELLS | {"shop.approve_claims"}
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS | SELLS),
        RoleDeclaration("shop_reporter", both("消费帮扶报送员", "Shop reporter"), REPORTS),
        RoleDeclaration("shopkeeper", both("商城店员", "Shopkeeper"), SELLS),
        RoleDeclaration("shop_door", both("商城之门（系统）", "Door of the shop (a system)"), OF_THE_DOOR),
        RoleDeclaration("verifier", both("核验员", "Verifier"), READS | {"shop.approve_claims"}),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("看商品、库存和订单", "read products, stock and orders"),
        "shop.report": both("报送消费帮扶的度量", "report the measures of shop"),
        "shop.enter_product": both("登记商品", "enter a product"),
        "shop.revise_product": both("修改商品", "change what is said of a product"),
        "shop.enter_variant": both("登记规格", "enter in which pack a product is sold"),
        "shop.revise_variant": both("修改规格的说法", "change how a pack is described"),
        "shop.set_price": both("定价", "set prices"),
        "shop.open_channel": both("开设渠道", "open a channel"),
        "shop.revise_channel": both("修改渠道", "change a channel"),
        "shop.close_channel": both("关闭渠道", "close a channel"),
        "shop.open_warehouse": both("登记仓库", "enter a warehouse"),
        "shop.revise_warehouse": both("修改仓库", "change a warehouse"),
        "shop.receive_stock": both("入库", "receive stock"),
        "shop.import_packs": both("导入商品规格台账", "import products and packs"),
        "shop.import_receipts": both("导入入库单", "import stock receipts"),
        "shop.count_stock": both("盘点", "put stock right by counting"),
        "shop.set_apart": both("为直播预留库存", "set stock apart for a live sale"),
        "shop.offer_stock": both("上架", "offer stock"),
        "shop.close_offer": both("下架", "close an offer"),
        "shop.plan_sale": both("安排直播", "plan a live sale"),
        "shop.revise_sale": both("修改直播", "change a live sale"),
        "shop.set_stream": both("设置直播画面", "say where a live sale's picture comes from"),
        "shop.enter_session": both("登记直播场次", "enter a session of a live sale"),
        "shop.revise_session": both("修改直播场次", "change a session of a live sale"),
        "shop.write_run_sheet": both("编写直播流程单", "write a session's run-sheet"),
        "shop.enter_ambassador": both("登记直播代言人", "enter an ambassador of a live sale"),
        "shop.revise_ambassador": both("修改直播代言人", "change an ambassador of a live sale"),
        "shop.approve_claims": both("核准代言人的说法", "approve what an ambassador may say"),
        "shop.withdraw_consent": both("登记撤回肖像同意", "note that an ambassador withdrew the consent"),
        "shop.end_sale": both("提前结束直播", "end a live sale before its time"),
        "shop.count_sale": both("把直播下单金额计入", "count what was ordered in a live sale"),
        "shop.place_orders": both("接受下单", "take orders"),
        "shop.check_out": both("让订单支付", "let an order be paid"),
        "shop.pay_orders": both("登记支付", "note payments"),
        "shop.cancel_order": both("取消未付订单", "cancel an order that is not paid"),
        "shop.release_unpaid": both("取消超时未付的订单", "cancel orders that were not paid in time"),
        "shop.ship_orders": both("登记发货", "note shipments"),
        "shop.deliver_orders": both("登记签收", "note deliveries"),
        "shop.close_orders": both("完成订单", "close orders"),
        "shop.refund_line": both("退款", "refund"),
        "shop.admit_buyers": both("接纳买家", "let somebody buy"),
        "shop.keep_recipient": both("保存收件地址", "keep where goods go"),
    },
    sheets=(PACKS_SHEET, RECEIPTS_SHEET),
    waits=WAITS,
    measures=(
        CHANNELS,
        FAIRS,
        LIVESTREAM_ORDERED,
        LIVESTREAM_HOSTS,
        PURCHASED,
        HELPED_TO_SELL,
        ORDERED,
        PAID,
        KEPT,
    ),
    record_types=(
        RecordType(
            number=ORDER_TYPE,
            code="shop.order",
            title=both("订单", "Order"),
            model="shop.Order",
            address=telling.order_address,
            summaries=telling.order_summaries,
            review_scope=telling.order_scope,
        ),
        RecordType(
            number=PRODUCT_TYPE,
            code="shop.product",
            title=both("商品", "Product"),
            model="shop.Product",
            address=telling.product_address,
            summaries=telling.product_summaries,
            review_scope=telling.product_scope,
        ),
        RecordType(
            number=SALE_TYPE,
            code="shop.sale",
            title=both("直播活动", "Live sale"),
            model="shop.LiveSale",
            address=telling.sale_address,
            summaries=telling.sale_summaries,
            review_scope=telling.sale_scope,
        ),
        RecordType(
            number=AMBASSADOR_TYPE,
            code="shop.ambassador",
            title=both("直播代言人", "Ambassador of a live sale"),
            model="shop.Ambassador",
            address=telling.ambassador_address,
            summaries=telling.ambassador_summaries,
            review_scope=telling.ambassador_scope,
        ),
    ),
    periodic=(
        PeriodicDeclaration(
            code="shop.lapsing",
            title=both("取消超时未付的订单", "Cancel orders that were not paid in time"),
            hours=Hours(every=timedelta(minutes=1)),
            run=_let_lapse,
            when=_some_lapse,
        ),
    ),
    api="bangfu.livelihoods.shop.api",
    indicators=Path(__file__).parent / "indicators",
)
