"""A programme of the example whose list hangs in the school now, and what the charity of the example administers.

The county brought the class's sheet; a member of the committee stepped aside; of three objections one was turned down, one was
upheld, and one waits.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars

from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import enter_vouchers, open_book_account, open_fund
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Charity, Gift, Way
from bangfu.giving.campaigns.operations.books import BANK
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.models import Application, Programme
from example import house
from example.books import ACCOUNTANT
from example.campaigns import CREDIT
from example.grants import FUND, act_of, bring_class, drafted, pupil_row, schools
from example.papers import VERIFIER, document
from example.reported.filling import OFFICE, OFFICER

CODE, PUPILS, FIRST = "EX-ZX-4", 9, 800_000
COUNTY_OFFICIAL, COUNTY_UNIT = "luowen", "EX-522327"
DAYS_AGO = {"open": 12, "sheet": 10, "vetting": 9, "meeting": 8, "display": 3, "objected": 2, "answered": 1}
OBJECTIONS = (
    (
        "PHONE",
        "村民反映该生家庭去年已经购置商品房。（示例）",
        False,
        "经村委会核实，房屋为亲属所有，不属于该家庭。（示例）",
    ),
    ("LETTER", "该生本学期已转到外县就读。（示例）", True, "经学校核实，该生已转学，取消本次资助。（示例）"),
    ("VISIT", "家长务工收入没有写进申请表。（示例）", None, ""),
)
"""How each came, what it says, whether it was upheld (null: it waits), and the answer."""
GENERAL, GENERAL_INCOME = "EX-GENERAL", "Income:Gifts:General"
SERIES_CODE = "EX-2026"
GENERAL_FEN, COST_FEN = 500_000, 120_000


def keep() -> None:
    """Run the programme up to its display, where it is not there yet."""
    if Programme.objects.filter(code=CODE).exists():
        return
    made = _displayed()
    shown = Application.objects.filter(programme=made, state="DISPLAYED").order_by("number")
    for one, (way, text, is_upheld, answer) in zip(shown, OBJECTIONS, strict=False):
        taken = act_of(OFFICER, DAYS_AGO["objected"])
        objection = granting.take_objection(
            application=one, received_on=taken.on, way=way, text=text, act=taken
        )
        if is_upheld is not None:
            granting.answer_objection(
                objection=objection, is_upheld=is_upheld, answer=answer, act=act_of(OFFICER, DAYS_AGO["answered"])
            )  # fmt: skip


def _displayed() -> Programme:
    office, fund = Unit.objects.get(code=OFFICE), Fund.objects.get(code=FUND)
    county, school, _, _ = next(one for one in reversed(schools()) if one[0] == house.CEHENG)
    made = drafted(office, fund, CODE, ("开学用品助学", "things for school"), DAYS_AGO["open"], 4)
    act = act_of(OFFICER, DAYS_AGO["open"])
    granting.set_quota(programme=made, place=Place.objects.get(pk=county), pupils=PUPILS, act=act)
    granting.open_programme(programme=made, act=act)
    rows = [
        {**pupil_row(CODE, school, FIRST + number, is_wrong=False), "consented_on": f"{act.on:%Y-%m-%d}"}
        for number in range(PUPILS)
    ]
    own = Unit.objects.get(code=COUNTY_UNIT)
    bring_class(own, "示例-开学用品-示例学校.xlsx", rows, act_of(COUNTY_OFFICIAL, DAYS_AGO["sheet"]))
    vetting = act_of(OFFICER, DAYS_AGO["vetting"])
    granting.begin_vetting(programme=made, act=vetting)
    keys = list(Application.objects.filter(programme=made).order_by("pk").values_list("pk", flat=True))
    granting.vet_applications(programme=made, applications=keys, act=act_of(VERIFIER, DAYS_AGO["vetting"]))
    act = act_of(OFFICER, DAYS_AGO["meeting"])
    members = list(made.members.order_by("pk"))
    meeting = granting.hold_meeting(programme=made, held_on=act.on, present=members, act=act)
    kin = Application.objects.get(pk=keys[0])
    granting.recuse_member(meeting=meeting, member=members[-1], application=kin, why="KIN", act=act)
    granting.take_decisions(meeting=meeting, against={}, act=act)
    act = act_of(OFFICER, DAYS_AGO["display"])
    notices = granting.display_shortlist(programme=made, act=act)
    paper = document("公示栏照片", "名单张贴在校门口公示栏")
    granting.post_notices(notices=notices, posted_on=act.on, files=(("示例-公示栏.txt", paper),), act=act)
    return made


def administer() -> None:
    """Pay administration of the charity from general money, and issue receipts of cash gifts, one of them voided."""
    charity = Charity.objects.select_related("unit").get(code=CREDIT)
    if charity.costs.exists():
        return
    accountant, officer = act_of(ACCOUNTANT), act_of(OFFICER)
    starts_on = date(accountant.on.year, 1, 1)
    fund = open_fund(
        unit=charity.unit, code=GENERAL, title_zh="示例：非限定资金", title_en="Example: general money",
        purpose="慈善组织的日常工作和管理费（示例）", starts_on=starts_on, is_restricted=False, act=accountant,
    )  # fmt: skip
    open_book_account(
        unit=charity.unit, code=GENERAL_INCOME, asset="CNY", title_zh="示例：非限定捐赠",
        title_en="Example: given without a purpose", starts_on=starts_on, act=accountant,
    )  # fmt: skip
    legs = [
        (0, accountant.on - timedelta(days=5), account, fen, GENERAL, None, "EX-GENERAL-1")
        for account, fen in ((BANK, GENERAL_FEN), (GENERAL_INCOME, -GENERAL_FEN))
    ]
    names = ["entry", "on", "account", "amount_minor", "fund", "subject", "source_id"]
    frame = polars.DataFrame(legs, schema=names, orient="row").with_columns(
        polars.col("subject").cast(polars.Int64)
    )
    enter_vouchers(unit=charity.unit, frame=frame, act=accountant)
    giving.book_cost(
        charity=charity, fund=fund, amount_fen=COST_FEN, spent_on=accountant.on, document="示例凭证-审计费", act=accountant
    )  # fmt: skip
    giving.enter_series(charity=charity, code=SERIES_CODE, first=1, last=500, act=officer)
    gifts = Gift.objects.filter(campaign__charity=charity, way=Way.CASH, state="RECEIVED").order_by("pk")[:2]
    receipts = [giving.issue_receipt(gift=one, act=officer) for one in gifts]
    if receipts:
        giving.void_receipt(receipt=receipts[-1], reason="抬头写错，重开（示例）", act=officer)
