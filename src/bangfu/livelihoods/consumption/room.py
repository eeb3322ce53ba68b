"""What the consumption room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.consumption.measures import KEPT, PAID
from bangfu.livelihoods.consumption.receipt_sheets import FAIR_SHEET
from bangfu.livelihoods.consumption.register import VIEW
from bangfu.livelihoods.consumption.sheets import JD_SHEET, P832_SHEET, TAOBAO_SHEET
from bangfu.livelihoods.consumption.telling import RECORD_TYPES
from bangfu.livelihoods.consumption.waiting import WAITS

READS = frozenset({VIEW})
KEEPS = READS | {
    "consumption.import_jd",
    "consumption.import_taobao",
    "consumption.import_p832",
    "consumption.note_origins",
    "consumption.revise_origin",
    "consumption.refund_sale",
    "consumption.withdraw_sale",
    "consumption.enter_agreement",
    "consumption.plan_quota",
    "consumption.call_off",
    "consumption.record_delivery",
    "consumption.open_return",
    "consumption.close_return",
    "consumption.settle",
    "consumption.open_scheme",
    "consumption.settle_scheme",
    "consumption.enter_fair",
    "consumption.add_stall",
    "consumption.sell_at_fair",
    "consumption.import_receipts",
    "consumption.withdraw_fair",
}
DECIDES = READS | {
    "consumption.verify_entries",
    "consumption.return_entries",
    "consumption.withdraw_sale",
    "consumption.verify_fairs",
    "consumption.return_fairs",
    "consumption.withdraw_fair",
}

ROOM = RoomDeclaration(
    code="consumption",
    wing=Wing.LIVELIHOODS,
    title=both("平台订单与食堂", "Outside sales"),
    icon="file-spreadsheet",
    api="bangfu.livelihoods.consumption.api",
    about=both(
        "商城以外的销售：京东、淘宝、832 平台的订单，食堂和工会的采购，展销会，每笔只计一次。",
        "Sales outside our shop: orders on platforms, what canteens and unions buy, fairs, each counted once.",
    ),
    address="consumption:sales",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), KEEPS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), KEEPS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("看店外销售", "read sales outside the shop"),
        "consumption.import_jd": both("导入京东订单", "import orders of JD"),
        "consumption.import_taobao": both("导入淘宝/天猫订单", "import orders of Taobao and Tmall"),
        "consumption.import_p832": both("导入 832 平台订单", "import orders of the 832 platform"),
        "consumption.note_origins": both("登记商品产地", "note from which county products come"),
        "consumption.revise_origin": both("修改商品产地", "put the county of a product right"),
        "consumption.refund_sale": both("登记店外销售的退款", "enter a refund of a sale outside the shop"),
        "consumption.withdraw_sale": both("撤回店外销售", "withdraw a sale outside the shop"),
        "consumption.enter_agreement": both("登记框架协议", "enter a framework agreement"),
        "consumption.plan_quota": both("安排采购指标", "plan a quota of an agreement"),
        "consumption.call_off": both("按协议下单", "call off an order under an agreement"),
        "consumption.record_delivery": both("登记送货验收", "record a delivery"),
        "consumption.open_return": both("登记退货", "note that goods go back"),
        "consumption.close_return": both("登记退货结果", "say how a return ended"),
        "consumption.settle": both("结算送货单", "settle deliveries"),
        "consumption.open_scheme": both("发布职工福利", "open a welfare scheme"),
        "consumption.settle_scheme": both("结算职工福利", "settle a welfare scheme"),
        "consumption.enter_fair": both("登记展销会", "enter a fair"),
        "consumption.add_stall": both("登记展位", "enter a stall of a fair"),
        "consumption.sell_at_fair": both("登记展销会的收据", "enter a receipt of a fair"),
        "consumption.import_receipts": both("导入展销会收据", "import receipts of a fair"),
        "consumption.withdraw_fair": both("撤回展销会", "withdraw a fair"),
        "consumption.verify_fairs": both("核验展销会", "verify fairs"),
        "consumption.return_fairs": both("退回展销会", "return fairs"),
        "consumption.verify_entries": both(
            "核验店外销售的支付和退款", "verify payments and refunds outside the shop"
        ),
        "consumption.return_entries": both(
            "退回店外销售的支付和退款", "return payments and refunds outside the shop"
        ),
    },
    sheets=(JD_SHEET, TAOBAO_SHEET, P832_SHEET, FAIR_SHEET),
    measures=(PAID, KEPT),
    record_types=RECORD_TYPES,
    waits=WAITS,
    indicators=Path(__file__).parent / "indicators",
)
