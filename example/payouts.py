"""Payments of the example: the awards of the first programme are paid in bulk, a few come back, most are receipted.

The bank's answers are invented, and made from the batch as a bank would write them. A small programme is paid out of the
campaign's fund as well, so that the example's gifts can be followed.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from random import Random

from django.utils import timezone

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import BankLine, Campaign
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.books import position
from bangfu.giving.grants.models import Award, Batch, CallBack, FollowUp, Programme, ReceiptSheet
from bangfu.giving.grants.terms import next_term
from example.books import ACCOUNTANT
from example.campaigns import CODE as CAMPAIGN
from example.campaigns import FUND
from example.distribution import SEED
from example.grants import CODE, COMMITTEE, act_of, award, bring_class, pupil_row, schools
from example.papers import document
from example.reported.filling import OFFICE, OFFICER

DAYS_AGO = {"batch": 24, "answer": 22, "again": 18, "sheets": 15, "signed": 6, "followed": 4}
FAILED = 23
"""Payments that the bank could not make at first."""
REASONS = ("户名不符", "账号不存在", "账户已销户", "账户状态异常：冻结")
SMALL_CODE, SMALL_FEN, PUPILS = "EX-ZX-3", 50_00, 12
"""The programme that the campaign's own gifts pay, what each pupil gets of it, and how many there are."""
SMALL_DAYS = {"open": 19, "sheet": 17, "vetting": 16, "meeting": 15, "display": 14}
UNSIGNED_OF, CALLED = 12, 10
"""Of so many sheets one is not signed yet; so many call-backs are made."""


def keep() -> None:
    """Pay the first programme's awards, and the small one's, where nothing was paid yet."""
    programme = Programme.objects.filter(code=CODE).first()
    if programme is None or programme.batches.exists():
        return
    _pay(programme)
    _receipt(programme)
    _follow(programme)


def keep_small() -> None:
    """Grant and pay a little out of the campaign's fund, so that its gifts can be followed; two payments fail."""
    if Programme.objects.filter(code=SMALL_CODE).exists():
        return
    made = _small()
    _settle()
    batch = _sent(made, 0)
    _answer(batch, {3: REASONS[0], 7: REASONS[2]}, act_of(ACCOUNTANT))
    granting.make_receipt_sheets(
        programme=made, due_on=timezone.localdate() + timedelta(days=10), act=act_of(OFFICER)
    )
    sheet = ReceiptSheet.objects.get(programme=made)
    paper = document("签收表", f"示例：{sheet.number} 监护人签字")
    granting.enter_receipts(
        sheet=sheet, signed_on=timezone.localdate(), signed=list(range(1, 8)), files=[("示例-签收表.txt", paper)],
        act=act_of(OFFICER),
    )  # fmt: skip


def _small() -> Programme:
    """Run the small programme from draft to award."""
    office, fund = Unit.objects.get(code=OFFICE), Fund.objects.get(code=FUND)
    county, school, _, _ = schools()[0]
    act = act_of(OFFICER, SMALL_DAYS["open"])
    plan = granting.Plan(
        name_zh="示例：积分助学（小额）", name_en="Example: a little for books", fund=fund, campaign=CAMPAIGN,
        term=f"{act.on.year}-{'autumn' if act.on.month >= 7 else 'spring'}", amount_fen=SMALL_FEN, opens_on=act.on,
        closes_on=act.on + timedelta(days=4),
    )  # fmt: skip
    made = granting.draft_programme(unit=office, code=SMALL_CODE, plan=plan, act=act)
    granting.enter_criterion(
        programme=made,
        code="DB",
        title_zh="低保户",
        title_en="Minimum living allowance",
        points=30,
        household="MINIMUM",
        act=act,
    )
    for who, post in COMMITTEE:
        granting.appoint_member(programme=made, name=who, post=post, act=act)
    granting.set_quota(programme=made, place=Place.objects.get(pk=county), pupils=PUPILS, act=act)
    granting.open_programme(programme=made, act=act)
    sheet = act_of(OFFICER, SMALL_DAYS["sheet"])
    rows = [
        {
            **pupil_row(SMALL_CODE, school, 700_000 + number, is_wrong=False),
            "claims": "",
            "consented_on": f"{act.on:%Y-%m-%d}",
        }
        for number in range(PUPILS)
    ]
    bring_class(office, "示例-积分助学-示例学校.xlsx", rows, sheet)
    award(made, SMALL_DAYS, act_of(OFFICER))
    return made


def _settle() -> None:
    """Let the payment provider pay out the campaign's cash."""
    one = Campaign.objects.select_related("charity__unit", "fund").get(code=CAMPAIGN)
    assert one.fund is not None
    fen = position(one.fund).wallet_fen
    act = act_of(ACCOUNTANT)
    row = f"{act.on:%Y-%m-%d},EX-SETTLED,{fen // 100}.{fen % 100:02d},,示例支付公司,示例结算"
    content = f"交易日期,流水号,收入金额,支出金额,对方户名,摘要\n{row}\n".encode()
    giving.read_bank(charity=one.charity, name="示例-对账单.csv", content=content, act=act)
    line = BankLine.objects.select_related("charity__unit").get(serial="EX-SETTLED")
    giving.match_line(line=line, meaning="SETTLED", campaign=one, act=act)


def _sent(programme: Programme, days_ago: int) -> Batch:
    made = granting.make_batch(programme=programme, act=act_of(OFFICER, days_ago))
    granting.approve_batch(batch=made, act=act_of(ACCOUNTANT, days_ago))
    granting.take_bank_file(batch=made, form="xlsx", act=act_of(ACCOUNTANT, days_ago))
    return made


def _pay(programme: Programme) -> None:
    """Pay everybody: some fail at first and go into a second batch, so that the books say 3,349,000 yuan are paid."""
    draw = Random(f"{SEED} payments")
    batch = _sent(programme, DAYS_AGO["batch"])
    failed = {line: draw.choice(REASONS) for line in draw.sample(range(1, batch.payment_count + 1), FAILED)}
    _answer(batch, failed, act_of(ACCOUNTANT, DAYS_AGO["answer"]))
    back = list(
        Award.objects.filter(programme=programme, state="RETURNED")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    officer = act_of(OFFICER, DAYS_AGO["again"])
    granting.retry_awards(programme=programme, awards=back, act=officer)
    _answer(_sent(programme, DAYS_AGO["again"]), {}, act_of(ACCOUNTANT, DAYS_AGO["again"] - 1))


def _answer(batch: Batch, failed: dict[int, str], act: Act) -> None:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("序号", "批次号", "金额", "结果", "失败原因", "银行流水号", "交易日期"))
    for line, fen in batch.payments.order_by("line").values_list("line", "amount_fen"):
        serial = "" if line in failed else f"EX{batch.pk:04d}{line:06d}"
        rows.writerow(
            (line, batch.number, f"{fen // 100}.{fen % 100:02d}", "失败" if line in failed else "成功",
             failed.get(line, ""), serial, act.on.isoformat())
        )  # fmt: skip
    granting.read_results(
        batch=batch, name=f"示例-{batch.number}-结果.csv", content=text.getvalue().encode("gb18030"), act=act
    )


def _receipt(programme: Programme) -> None:
    """Make the schools' sheets, let most be signed, and call a sample back."""
    made = act_of(OFFICER, DAYS_AGO["sheets"])
    granting.make_receipt_sheets(programme=programme, due_on=made.on + timedelta(days=10), act=made)
    signed = act_of(OFFICER, DAYS_AGO["signed"])
    for at, sheet in enumerate(ReceiptSheet.objects.filter(programme=programme).order_by("pk")):
        if at % UNSIGNED_OF == UNSIGNED_OF - 1:
            continue
        positions = list(sheet.receipts.order_by("position").values_list("position", flat=True))
        kin = positions[-1:] if at % 5 == 0 else []
        granting.enter_receipts(
            sheet=sheet, signed_on=signed.on, signed=[one for one in positions if one not in kin], kin=kin,
            files=[(f"示例-签收表-{sheet.number}.txt", document("签收表", f"示例：{sheet.number} 监护人签字"))],
            proofs=[("示例-户口簿.txt", document("户口簿和关系证明", f"示例：{sheet.number}"))] if kin else (), act=signed,
        )  # fmt: skip
    granting.draw_call_backs(programme=programme, act=signed)
    called = act_of(OFFICER, DAYS_AGO["followed"])
    for at, call in enumerate(CallBack.objects.filter(programme=programme).order_by("pk")[:CALLED]):
        heard = "NOBODY" if at == CALLED - 1 else "ARRIVED"
        granting.note_call_back(call=call, heard=heard, called_on=called.on, act=called)


def _follow(programme: Programme) -> None:
    """Ask every school after its pupils for the next term; a few have answered."""
    asked = act_of(OFFICER, DAYS_AGO["followed"])
    granting.open_follow_up(
        programme=programme,
        term=next_term(programme.term),
        due_on=timezone.localdate() + timedelta(days=20),
        act=asked,
    )
    for at, sheet in enumerate(FollowUp.objects.filter(programme=programme).order_by("pk")[:4]):
        others = {1: ("MOVED", "FINISHED")[at // 2]} if at % 2 else {}
        paper = document("学期跟踪表", f"示例：{sheet.number} 学校盖章")
        granting.answer_follow_up(
            sheet=sheet,
            answered_on=asked.on,
            others=others,
            files=[(f"示例-跟踪表-{at}.txt", paper)],
            act=asked,
        )
