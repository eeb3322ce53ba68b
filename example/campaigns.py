"""A campaign of the example: points and cash for schooling, with an invented charity; everything through operations.

It runs about now, so that its public page can be tried: what was raised in 2019 and 2020 is reported (``reported/giving.py``).
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from random import Random

import polars

from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import open_fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.payments.adapters import Standing, Told
from bangfu.foundation.payments.models import MerchantAccount, OwnerKind, Payment
from bangfu.foundation.payments.operations import MerchantDetails, open_merchant_account, take_payment_answer
from bangfu.foundation.payments.providing import door_account as payments_door
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.points.operations import enter_rate, load_lots, make_confirmation
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Campaign, Charity, Gift
from bangfu.giving.campaigns.queries import door_account
from example import house
from example.books import ACCOUNTANT
from example.distribution import SEED
from example.reported.filling import OFFICE, OFFICER

CODE = "EX-JFZX"
FUND, MERCHANT = "EX-SCHOOLING", "ex-charity"
FOUNDED_ON = date(2015, 1, 1)
CREDIT = "53110000EX0000001Y"
BRANCHES, MEMBERS = 8, 40
"""Branches whose customers give, and members of each."""
CASH = ((2_000, False), (10_000, True), (666, False), (50_000, False), (5_000, True))
"""Fen that the public gives, and whether without a name."""


def keep() -> None:
    """Run the campaign where there is none yet: charity, fund, members with points, gifts, a disclosure."""
    if Campaign.objects.filter(code=CODE).exists():
        return
    if not Account.objects.filter(username=ACCOUNTANT).exists():
        house.build_house()
    officer, accountant = (
        Act.now(Account.objects.get(username=OFFICER)),
        Act.now(Account.objects.get(username=ACCOUNTANT)),
    )
    office, group = Unit.objects.get(code=OFFICE), root_unit()
    assert group is not None
    charity = giving.enter_charity(
        unit=office, code=CREDIT, name_zh="示例慈善基金会", name_en="Example charity foundation",
        qualification="示例公募〔2018〕1号",
        qualified_on=date(2018, 1, 1), bank_account_ending="0417", act=officer,
    )  # fmt: skip
    fund, merchant = _accounts(office, accountant)
    one = _open(group, office, charity, fund, merchant, officer)
    branches = list(Unit.objects.filter(kind=Unit.Kind.PROVINCE).order_by("code")[:BRANCHES])
    enter_rate(
        unit=group, points=100, fen=100, valid_from=officer.on, document="示例：积分折现办法", least_points=100, grace_days=30,
        act=officer,
    )  # fmt: skip
    for branch in branches:
        _load(branch, officer)
    giving.promise_match(
        campaign=one, sponsor=group, adds_fen=1, to_fen=2, cap_fen=80_000, document="示例：配捐批复", starts_on=officer.on,
        ends_on=officer.on + timedelta(days=60), act=officer,
    )  # fmt: skip
    _bring(one, branches, officer)
    _give(one)
    make_confirmation(unit=group, act=officer)


def _accounts(office: Unit, act: Act) -> tuple[Fund, MerchantAccount]:
    fund = open_fund(
        unit=office, code=FUND, title_zh="示例：助学限定基金", title_en="Example: fund for schooling",
        purpose="资助困难家庭学生（示例）",
        starts_on=date(2019, 1, 1), act=act,
    )  # fmt: skip
    details = MerchantDetails(
        code=MERCHANT, title="示例慈善基金会收款（测试）", provider="TEST", owner_kind=OwnerKind.CHARITY.value,
        owner_title="示例慈善基金会", owner_code=CREDIT,
    )  # fmt: skip
    return fund, open_merchant_account(unit=office, details=details, act=act)


def plan(group: Unit, act: Act, **changes: object) -> giving.Plan:
    """Return what is said of a campaign of the group."""
    said: dict[str, object] = {
        "title_zh": "示例：积分助学", "title_en": "Example: points for schooling", "cause": "SCHOOLING",
        "about_zh": "客户和职工捐出积分或现金，资助定点县困难家庭学生。积分由企业按公布的比率折成现金，付给慈善组织。（示例）",
        "about_en": "Customers and staff give points or cash for pupils of the designated counties. The company pays the charity"
        " what the points are worth. (An example.)",
        "does_zh": "每 1,000 元资助一名学生一学年", "does_en": "1,000 yuan help one pupil through a school year",
        "goal_fen": 1_000_000, "starts_on": act.on - timedelta(days=20), "ends_on": act.on + timedelta(days=280),
        "seat": Place.objects.get(pk=110_000_000_000), "sponsor": group, "least_fen": 100,
    }  # fmt: skip
    return giving.Plan(**{**said, **changes})  # type: ignore[arg-type]


def _open(
    group: Unit, office: Unit, charity: Charity, fund: Fund, merchant: MerchantAccount, act: Act
) -> Campaign:
    one = giving.draft_campaign(unit=office, code=CODE, plan=plan(group, act), act=act)
    giving.sign_partner(campaign=one, charity=charity, agreement="示例合〔2020〕3号", fund=fund, act=act)
    giving.file_campaign(
        campaign=one, filing="53110000EXA20001", filed_on=act.on - timedelta(days=32), act=act
    )
    giving.open_campaign(campaign=one, merchant=merchant, act=act)
    return Campaign.objects.select_related("sponsor", "fund", "charity__unit", "unit", "merchant").get(
        pk=one.pk
    )


def _load(branch: Unit, act: Act) -> None:
    draw = Random(f"{SEED} points {branch.code}")
    year = act.on.year
    lines = ["member,lot,points,earned_on,last_day"]
    for number in range(1, MEMBERS + 1):
        for earned in (year - 2, year - 1):
            lines.append(
                f"{_member(branch, number)},{earned},{draw.randint(2, 20) * 100},{earned}-12-31,{earned + 2}-12-31"
            )
    content = "\n".join([*lines, ""])
    load_lots(unit=branch, content=content, digest=hashlib.sha256(content.encode()).hexdigest(), act=act)


def _member(branch: Unit, number: int) -> str:
    letters = "".join(one for one in branch.code.upper() if one.isascii() and one.isalnum())
    return f"EX-{letters}-{number:05d}"


def _bring(one: Campaign, branches: list[Unit], act: Act) -> None:
    """Bring a file of gifts over the last twenty days; the last of them asks for more points than are there."""
    draw = Random(f"{SEED} gifts")
    rows = [
        (
            _member(branch, number), draw.randint(1, 4) * 100, act.on - timedelta(days=draw.randint(0, 20)),
            f"EX-{branch.code}-{number}", False,
        )
        for branch in branches
        for number in range(1, MEMBERS + 1, 2)
    ]  # fmt: skip
    rows.append((_member(branches[0], 1), 9_999_900, act.on, "EX-TOO-MANY", False))
    frame = polars.DataFrame(rows, schema=giving.GIFT_SCHEMA, orient="row")
    digest = hashlib.sha256(frame.write_csv().encode()).hexdigest()
    giving.bring_gifts(campaign=one, frame=frame, name="示例：积分捐赠.csv", digest=digest, act=act)


def _give(one: Campaign) -> None:
    """Let the public give cash, and one of them think it over."""
    act, paid = Act.now(door_account(on=FOUNDED_ON)), Act.now(payments_door(on=FOUNDED_ON))
    payments: list[Payment] = [
        giving.give_cash(campaign=one, amount_fen=fen, is_anonymous=quiet, source_id=f"EX-{number}", act=act)
        for number, (fen, quiet) in enumerate(CASH)
    ]
    for payment in payments:
        told = Told(
            number=payment.number, standing=Standing.DONE, transaction_number=f"EX{payment.number}",
            amount_fen=payment.amount_fen, at=paid.at,
        )  # fmt: skip
        take_payment_answer(merchant=payment.merchant, told=told, heard="MESSAGE", act=paid)
    first = Gift.objects.filter(campaign=one, way="POINTS").order_by("pk").first()
    if first is not None:
        giving.take_back_gift(gift=first, act=act)
