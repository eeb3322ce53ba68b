"""What the money room declares."""

from datetime import datetime, timedelta

from bangfu.foundation.money.queries import RECORD_TYPE, entry_address, summaries
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

_READS = frozenset({"money.view"})
_KEEPS = _READS | {
    "money.open_fund",
    "money.open_book_account",
    "money.enter_opening_balances",
    "money.enter_vouchers",
    "money.enter_voucher",
    "money.take_vouchers",
    "money.reverse_voucher",
    "money.close_fund",
}


def _add_up(now: datetime) -> Words | None:
    from bangfu.foundation.money.adding_up import add_up

    count = add_up()
    if not count:
        return None
    return both("已汇总 {count} 笔小计。", "Added up {count} subtotals.").filled(count=count)


ROOM = RoomDeclaration(
    code="money",
    wing=Wing.FOUNDATION,
    title=both("资金", "Money"),
    icon="briefcase",
    about=both(
        "复式记账：每笔借贷相等，限定资金不透支。",
        "Double entry: every entry balances, restricted funds are never overdrawn.",
    ),
    address="money:books",
    view_permission="money.view",
    roles=(
        RoleDeclaration("accountant", both("会计", "Accountant"), _KEEPS),
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), _READS),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
    ),
    permissions={
        "money.view": both("看账：科目、分录和基金", "read the books: accounts, entries and funds"),
        "money.open_fund": both("设立基金", "open a fund"),
        "money.open_book_account": both("开设科目", "open an account of the books"),
        "money.enter_opening_balances": both("登记期初余额", "enter opening balances"),
        "money.enter_vouchers": both("成批登记凭证", "enter vouchers in bulk"),
        "money.enter_voucher": both("登记凭证", "enter a voucher"),
        "money.take_vouchers": both(
            "接收程序的凭证，每张单独答复", "take vouchers of programs, each answered by itself"
        ),
        "money.reverse_voucher": both("冲正凭证", "reverse a voucher"),
        "money.close_fund": both("关闭基金", "close a fund"),
    },
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="money.entry",
            title=both("分录", "Entry"),
            model="money.Entry",
            address=entry_address,
            summaries=summaries,
        ),
    ),
    periodic=(
        PeriodicDeclaration(
            code="money.add_up",
            title=both("汇总各科目、基金的小计", "Add up the subtotals of accounts and funds"),
            hours=Hours(every=timedelta(minutes=10)),
            run=_add_up,
        ),
    ),
)
