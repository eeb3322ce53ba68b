"""What the suppliers room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.suppliers.measures import MEASURES
from bangfu.livelihoods.suppliers.mentioning import mentions
from bangfu.livelihoods.suppliers.register import SERVE, VIEW
from bangfu.livelihoods.suppliers.sheets import WAYBILLS_SHEET
from bangfu.livelihoods.suppliers.telling import RECORD_TYPES
from bangfu.livelihoods.suppliers.waiting import WAITS

SERVES = frozenset(
    {
        SERVE,
        "suppliers.claim_stage",
        "suppliers.hand_in_proof",
        "suppliers.raise_ticket",
        "suppliers.reply_to_ticket",
        "suppliers.close_ticket",
        "suppliers.reopen_ticket",
        "suppliers.take_recipients",
        "suppliers.ship_parcels",
        "suppliers.import_waybills",
        "suppliers.confirm_statement",
        "suppliers.object_to_statement",
    }
)
READS = frozenset({VIEW, SERVE})
KEEPS = (
    READS
    | SERVES
    | {
        "suppliers.enter_supplier",
        "suppliers.revise_supplier",
        "suppliers.seat_account",
        "suppliers.end_seat",
        "suppliers.supply_product",
        "suppliers.end_supply",
        "suppliers.set_terms",
        "suppliers.plan_item",
        "suppliers.assign_ticket",
        "suppliers.issue_statement",
        "suppliers.correct_line",
        "suppliers.reply_to_objection",
    }
)
DECIDES = READS | {
    "suppliers.verify_steps",
    "suppliers.return_steps",
    "suppliers.verify_proof",
    "suppliers.return_proof",
    "suppliers.pay_statement",
}

ROOM = RoomDeclaration(
    code="suppliers",
    wing=Wing.LIVELIHOODS,
    title=both("供应商", "Suppliers"),
    icon="heart-handshake",
    api="bangfu.livelihoods.suppliers.api",
    about=both(
        "供应商到了哪一步，资料、工单、发货、结算，售价有多少到农户手里。",
        "How far each supplier is, papers, tickets, orders to ship, statements, and what of the price reaches growers.",
    ),
    address="suppliers:suppliers",
    view_permission=SERVE,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), KEEPS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), KEEPS),
        RoleDeclaration("supplier", both("供应商", "Supplier"), SERVES),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("看所有供应商", "read every supplier"),
        SERVE: both(
            "进入供应商页面（供应商只看自己的）", "enter the suppliers' pages (a supplier sees its own alone)"
        ),
        "suppliers.enter_supplier": both("登记供应商", "enter a supplier"),
        "suppliers.revise_supplier": both("修改供应商", "change what is said of a supplier"),
        "suppliers.seat_account": both("指定供应商的账号", "let an account act for a supplier"),
        "suppliers.end_seat": both("结束供应商账号", "let an account act for a supplier no more"),
        "suppliers.supply_product": both("登记供货商品", "note which product a supplier supplies"),
        "suppliers.end_supply": both("结束供货", "end a supplier's supply of a product"),
        "suppliers.set_terms": both("登记合同条款", "enter the terms of a contract"),
        "suppliers.claim_stage": both("登记供应商阶段", "enter the stage that a supplier reached"),
        "suppliers.verify_steps": both("核验供应商阶段", "verify stages of suppliers"),
        "suppliers.return_steps": both("退回供应商阶段", "return stages of suppliers"),
        "suppliers.plan_item": both("安排上架资料", "plan papers of a product"),
        "suppliers.hand_in_proof": both("提交上架资料", "hand in papers of a product"),
        "suppliers.verify_proof": both("核验上架资料", "verify papers of a product"),
        "suppliers.return_proof": both("退回上架资料", "return papers of a product"),
        "suppliers.raise_ticket": both("提工单", "raise a ticket"),
        "suppliers.assign_ticket": both("分派工单", "assign a ticket"),
        "suppliers.reply_to_ticket": both("答复工单", "answer a ticket"),
        "suppliers.close_ticket": both("办结工单", "close a ticket"),
        "suppliers.reopen_ticket": both("重开工单", "open a ticket again"),
        "suppliers.take_recipients": both(
            "看待发订单的收件人（留下记录）", "see recipients of orders to ship, which is recorded"
        ),
        "suppliers.ship_parcels": both("登记运单", "enter waybills"),
        "suppliers.import_waybills": both("导入运单回填表", "import waybills"),
        "suppliers.issue_statement": both("出结算单", "issue a statement"),
        "suppliers.correct_line": both("更正结算单", "correct a statement"),
        "suppliers.confirm_statement": both("确认结算单", "confirm a statement"),
        "suppliers.object_to_statement": both("对结算单提异议", "object to a statement"),
        "suppliers.reply_to_objection": both("答复结算异议", "answer an objection to a statement"),
        "suppliers.pay_statement": both("登记结算付款", "note that a statement was paid"),
    },
    sheets=(WAYBILLS_SHEET,),
    measures=MEASURES,
    record_types=RECORD_TYPES,
    waits=WAITS,
    mentions=mentions,
    indicators=Path(__file__).parent / "indicators",
)
