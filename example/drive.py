"""The red-scarf drive of the example, from filing to its final report: staff and youth-league committees give, goods are bought
in bulk, and each child who signed for them stands on the goods sheet.

It ran over the last months, so that its pages can be tried: what the reference raised in 2019 is reported
(``reported/giving.py``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from bangfu.foundation.money.operations import open_fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.payments.adapters import Standing, Told
from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.payments.operations import take_payment_answer
from bangfu.foundation.payments.providing import door_account as payments_door
from bangfu.foundation.people.models import Account
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import BankLine, Campaign, Charity, DonorKind, Duty
from bangfu.giving.campaigns.queries import door_account
from example import house
from example.books import ACCOUNTANT
from example.campaigns import CREDIT, FOUNDED_ON, MERCHANT, plan
from example.distribution import PROVINCE_CODES, SEED, shared_out
from example.grants import act_of
from example.papers import Row, bring_in, left_of
from example.reported.filling import GEJI, OFFICE, OFFICER, code_of, of_office

CODE, FUND, VOUCHER = "EX-HWB", "EX-RED-SCARF", "示例：红围脖采购 1 号"
RAISED_FEN, SET_FEN, SETS = 28_000_000, 9_000, 3_110
"""What is raised, what a set of scarf and gloves costs, and how many are bought: a hundred yuan are left."""
OF_STAFF = (10_000, 6_666, 5_000)
"""Fen that members of staff give by themselves."""
DAYS_AGO = {
    "filed": 92,
    "open": 80,
    "staff": 70,
    "bank": 62,
    "closed": 50,
    "bought": 46,
    "handed": 20,
    "reported": 10,
}


def keep() -> None:
    """Run the drive where there is none yet, and bring the sheet of who signed for goods."""
    if not Campaign.objects.filter(code=CODE).exists():
        _run()
    for paper in left_of([SIGNED]):
        bring_in(paper)


def _run() -> None:
    one = _opened()
    _give(one)
    _read_bank(one)
    giving.close_campaign(campaign=one, act=act_of(OFFICER, DAYS_AGO["closed"]))
    bought = act_of(ACCOUNTANT, DAYS_AGO["bought"])
    giving.begin_granting(campaign=one, act=act_of(OFFICER, DAYS_AGO["bought"]))
    giving.book_purchase(
        campaign=one, amount_fen=SETS * SET_FEN, bought_on=bought.on, document=VOUCHER, act=bought
    )
    reported = act_of(OFFICER, DAYS_AGO["reported"])
    final = Duty.objects.get(campaign=one, kind="FINAL")
    giving.disclose(
        duty=final, published_on=reported.on, address="https://charity.example/red-scarf", act=reported
    )
    giving.report_campaign(campaign=one, act=reported)


def _opened() -> Campaign:
    office, group, charity = Unit.objects.get(code=OFFICE), root_unit(), Charity.objects.get(code=CREDIT)
    assert group is not None
    fund = open_fund(
        unit=office, code=FUND, title_zh="示例：红围脖限定基金", title_en="Example: fund of the red-scarf drive",
        purpose="给牧区孩子购买围脖、手套（示例）", starts_on=date(2019, 1, 1), act=act_of(ACCOUNTANT, DAYS_AGO["filed"]),
    )  # fmt: skip
    act, opening = act_of(OFFICER, DAYS_AGO["filed"]), act_of(OFFICER, DAYS_AGO["open"])
    said = plan(
        group, act, title_zh="示例：红围脖", title_en="Example: red scarf", cause="CHILDREN", is_drive=True, sponsor=None,
        about_zh="团委职工募集，冬天给牧区孩子送围脖。（示例）",
        about_en="Staff and youth-league committees give scarves to children of herders for the winter. (An example.)",
        does_zh="每 90 元一套围脖手套", does_en="90 yuan: scarf and gloves", starts_on=opening.on,
        ends_on=act_of(OFFICER, DAYS_AGO["closed"]).on, goal_fen=RAISED_FEN,
    )  # fmt: skip
    one = giving.draft_campaign(unit=office, code=CODE, plan=said, act=act)
    giving.sign_partner(campaign=one, charity=charity, agreement="示例合〔红围脖〕1号", fund=fund, act=act)
    giving.file_campaign(campaign=one, filing="53110000EXA20002", filed_on=act.on, act=act)
    giving.open_campaign(campaign=one, merchant=MerchantAccount.objects.get(code=MERCHANT), act=opening)
    rows = Campaign.objects.select_related("sponsor", "fund", "charity__unit", "unit", "merchant")
    return rows.get(code=CODE)


def _give(one: Campaign) -> None:
    """Let members of staff give at the page, and the provider say that they paid."""
    at = act_of(OFFICER, DAYS_AGO["staff"]).at
    act, paid = Act(actor=door_account(on=FOUNDED_ON), at=at), Act(actor=payments_door(on=FOUNDED_ON), at=at)
    staff = [Account.objects.get(username=house.clerk_of(province)) for province in list(PROVINCE_CODES)[:3]]
    for number, (giver, fen) in enumerate(zip(staff, OF_STAFF, strict=True)):
        payment = giving.give_cash(
            campaign=one, amount_fen=fen, kind=DonorKind.EMPLOYEE, giver=giver, source_id=f"EX-HWB-{number}", act=act
        )  # fmt: skip
        told = Told(
            number=payment.number, standing=Standing.DONE, transaction_number=f"EX{payment.number}",
            amount_fen=payment.amount_fen, at=at,
        )  # fmt: skip
        take_payment_answer(merchant=payment.merchant, told=told, heard="MESSAGE", act=paid)


def _read_bank(one: Campaign) -> None:
    """Read the charity's statement: what each province's committee collected, and what the provider paid out."""
    draw, act = Random(f"{SEED} drive"), act_of(ACCOUNTANT, DAYS_AGO["bank"])
    shares = shared_out(
        RAISED_FEN - sum(OF_STAFF), {place: draw.uniform(0.5, 2.0) for place in PROVINCE_CODES}
    )
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("交易日期", "流水号", "收入金额", "支出金额", "对方户名", "摘要"))
    for province, fen in shares.items():
        payer = f"示例{PROVINCE_CODES[province]}分公司团委"
        rows.writerow((act.on, f"EX-HWB-{province}", _yuan(fen), "", payer, f"{CODE} 红围脖募集款"))
    rows.writerow((act.on, "EX-HWB-SETTLED", _yuan(sum(OF_STAFF)), "", "示例支付公司", "示例结算"))
    giving.read_bank(
        charity=one.charity, name="示例-红围脖对账单.csv", content=text.getvalue().encode(), act=act
    )
    line = BankLine.objects.select_related("charity__unit").get(serial="EX-HWB-SETTLED")
    giving.match_line(line=line, meaning="SETTLED", campaign=one, act=act)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _signed() -> Sequence[Row]:
    handed = timezone.localdate() - timedelta(days=DAYS_AGO["handed"])
    return [
        {
            "reference": f"EX-QSN-{number:04d}",
            "title": "示例：红围脖物资签收",
            "place": code_of(GEJI),
            "happened_on": handed,
            "quantity": 1,
            "party_number": f"EX-GJN-{number:05d}",
        }
        for number in range(1, SETS + 1)
    ]


SIGNED = of_office("goods.children", "红围脖签收-本次募集", _signed, weight=SETS)
"""Who signed for a set, a child a row, by the school's register number."""
