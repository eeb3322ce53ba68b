"""The books of the fund for pupils: what came in and what was paid, a voucher for each record that proves it."""

from __future__ import annotations

from datetime import date

import polars

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.money.models import BookAccount, Entry, Fund
from bangfu.foundation.money.operations import VOUCHERS, enter_vouchers, open_book_account, open_fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from example import house
from example.reported.filling import OFFICE

ACCOUNTANT = "xunuo"
OPENED_ON = date(2019, 1, 1)
FUND = "EX-PUPILS"
BANK, GIFTS, GRANTS = "Assets:Bank:Charity", "Income:Gifts:Schooling", "Expenses:Grants:Pupils"
ACCOUNTS = {
    BANK: ("示例：慈善专户存款", "Example: charity's account"),
    GIFTS: ("示例：积分折现与现金捐赠", "Example: points turned into cash, and cash given"),
    GRANTS: ("示例：助学金支出", "Example: grants paid"),
}
MOVED_BY = {"campaigns.raised": (BANK, GIFTS), "grants.paid": (GRANTS, BANK)}
"""Debit and credit of each measure whose records move money."""


def keep() -> None:
    """Open the books where they are missing, and enter a voucher for each counted record that has none yet."""
    counted = ReportedRecord.objects.filter(measure__in=MOVED_BY, unit__code=OFFICE, withdrawn_at=None)
    records = counted.order_by("happened_on", "pk")
    entered = set(Entry.objects.filter(source_system=VOUCHERS).values_list("source_id", flat=True))
    left = [record for record in records if record.reference not in entered]
    if not left:
        return
    if not Account.objects.filter(username=ACCOUNTANT).exists():
        house.build_house()
    unit, accountant = Unit.objects.get(code=OFFICE), Account.objects.get(username=ACCOUNTANT)
    _open(unit, accountant)
    legs = [
        (at, record.happened_on, account, sign * int(record.quantity * 100), record.pk, record.reference)
        for at, record in enumerate(left)
        for account, sign in zip(MOVED_BY[record.measure], (1, -1), strict=True)
    ]
    frame = polars.DataFrame(
        legs, schema=["entry", "on", "account", "amount_minor", "subject", "source_id"], orient="row"
    ).with_columns(fund=polars.lit(FUND))
    enter_vouchers(unit=unit, frame=frame, records="intake.reported_record", act=Act.now(accountant))


def _open(unit: Unit, accountant: Account) -> None:
    if not Fund.objects.filter(code=FUND).exists():
        open_fund(
            unit=unit,
            code=FUND,
            title_zh="示例：积分助学基金",
            title_en="Example: points for schooling",
            purpose="资助定点县困难家庭学生，每人一千元（示例）",
            starts_on=OPENED_ON,
            act=Act.now(accountant),
        )
    there = set(BookAccount.objects.filter(unit=unit).values_list("code", flat=True))
    for code, (zh, en) in ACCOUNTS.items():
        if code not in there:
            open_book_account(
                unit=unit,
                code=code,
                asset="CNY",
                title_zh=zh,
                title_en=en,
                starts_on=OPENED_ON,
                act=Act.now(accountant),
            )
