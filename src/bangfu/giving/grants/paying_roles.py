"""Who may do what with payments, receipts and follow-ups, and each permission in words."""

from __future__ import annotations

from bangfu.foundation.rooms import RoleDeclaration, Words, both
from bangfu.giving.grants.register import VIEW

READS = frozenset({VIEW})
MAKES = READS | {
    "grants.make_batch",
    "grants.drop_batch",
    "grants.retry_awards",
    "grants.lapse_awards",
    "grants.make_receipt_sheets",
    "grants.draw_call_backs",
    "grants.open_follow_up",
}
AT_SCHOOLS = READS | {"grants.enter_receipts", "grants.answer_follow_up"}
CALLS = READS | {"grants.note_call_back"}
PAYS = READS | {
    "grants.approve_batch",
    "grants.drop_batch",
    "grants.take_bank_file",
    "grants.read_results",
    "grants.return_payment",
}
PAYING_ROLES = (
    RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), MAKES | AT_SCHOOLS | CALLS),
    RoleDeclaration("accountant", both("会计", "Accountant"), PAYS),
    RoleDeclaration("clerk", both("填报员", "Reporting clerk"), AT_SCHOOLS),
    RoleDeclaration("county_official", both("县方人员", "County official"), AT_SCHOOLS),
    RoleDeclaration("verifier", both("核验人", "Verifier"), CALLS),
)
PAYING_PERMISSIONS: dict[str, Words] = {
    "grants.make_batch": both("制作发放批次", "make a batch of payments"),
    "grants.approve_batch": both("复核发放批次", "approve a batch of payments"),
    "grants.drop_batch": both("撤销没有送银行的批次", "drop a batch that is not at the bank"),
    "grants.take_bank_file": both(
        "取银行文件（含姓名和账号）", "take the bank's file, with names and accounts"
    ),
    "grants.read_results": both("读入银行结果", "read the bank's answer"),
    "grants.return_payment": both("登记退汇", "note that a payment came back"),
    "grants.retry_awards": both("退汇的原账号重发", "send again what came back"),
    "grants.lapse_awards": both("核定失效、退回基金", "give up a grant, so that its money is free"),
    "grants.make_receipt_sheets": both("生成签收表", "make sheets of receipts"),
    "grants.enter_receipts": both("登记签收", "enter signed receipts"),
    "grants.draw_call_backs": both("抽取回访", "draw whom to call back"),
    "grants.note_call_back": both("登记回访", "note a call-back"),
    "grants.open_follow_up": both("发出学期跟踪表", "ask schools after pupils each term"),
    "grants.answer_follow_up": both("登记学期跟踪", "enter what a school answers"),
}
