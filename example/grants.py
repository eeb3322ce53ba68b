"""Programmes of grants of the example, by the sheets of four counties: 3,349 pupils of 1,000 yuan each, and one that is open.

They run about now, so that their pages can be tried: what the reference paid in 2020 is reported (``reported/giving.py``).
Pupils, guardians and accounts are invented; identity numbers have a county's digits that were never given out, so that they
belong to nobody.
"""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars
from django.utils import timezone

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.operations import leave_out_refused, receive_upload
from bangfu.foundation.intake.writing import typed_rows
from bangfu.foundation.money.models import BookAccount, Fund
from bangfu.foundation.money.operations import enter_vouchers, open_book_account, open_fund
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.identity_numbers import check_character
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.books import ACCOUNTS, BANK
from bangfu.giving.grants.models import Application, Programme
from bangfu.giving.grants.sheets import CLASS_SHEET, QUOTA_SHEET
from example import house
from example.books import ACCOUNTANT
from example.distribution import SEED, shared_out
from example.papers import VERIFIER, document
from example.reported.filling import DESIGNATED, OFFICE, OFFICER, code_of
from example.reported.giving import GRANT, PUPILS, SCHOOLS_A_COUNTY

CODE, OPEN_CODE, FUND = "EX-ZX-1", "EX-ZX-2", "EX-GRANTS"
RAISED_FEN = 367_028_637
INCOME = "Income:Gifts:Grants"
OPEN_PUPILS, BEYOND, FEWEST_A_SCHOOL = 60, 40, 4
"""Pupils who apply in the open programme; applications beyond the quotas of the other, which wait for a later meeting; and the
fewest pupils a school, on average, of an example that is made small."""
DAYS_AGO = {"open": 76, "sheets": 70, "vetting": 58, "meeting": 52, "display": 48, "award": 30}
"""How many days ago each step of the first programme was."""
COMMITTEE = (
    ("示例委员甲", "基金会代表"),
    ("示例委员乙", "县教育局代表"),
    ("示例委员丙", "帮扶办代表"),
    ("示例委员丁", "家长代表"),
)
CRITERIA = (
    ("DJL", "建档立卡（脱贫）户", "Registered as poor", 30, "REGISTERED"),
    ("JCH", "监测户", "Monitored household", 35, "MONITORED"), ("TK", "特困供养", "Destitute, in care", 40, "SPECIAL"),
    ("DB", "低保户", "Minimum living allowance", 30, "MINIMUM"), ("GE", "孤儿、事实无人抚养", "Orphan, no care", 45, "ORPHAN"),
    ("CJ", "残疾家庭", "Disability in the family", 25, "DISABLED"), ("ZX", "住校", "Boards at school", 5, ""),
    ("DZN", "多子女就学", "Several children at school", 10, ""), ("YL", "家庭大额医疗支出", "Large medical expenses", 15, ""),
)  # fmt: skip
HOUSEHOLDS = (
    "建档立卡（脱贫）户",
    "监测户",
    "特困供养",
    "低保户",
    "孤儿、事实无人抚养",
    "残疾学生或残疾人家庭",
    "其他困难",
)
CLAIMS = ("", "", "住校", "多子女就学", "住校、多子女就学", "家庭大额医疗支出")


def keep(scale: float = 1.0) -> None:
    """Run the programmes where there are none yet.

    Args: scale: of the pupils; a few a school there are always.
    """
    if Programme.objects.filter(code=CODE).exists():
        return
    if not Account.objects.filter(username=ACCOUNTANT).exists():
        house.build_house()
    office = Unit.objects.get(code=OFFICE)
    fund = _fund(office)
    pupils = max(round(PUPILS * scale), FEWEST_A_SCHOOL * SCHOOLS_A_COUNTY * len(DESIGNATED))
    _first(office, fund, pupils)
    _second(office, fund)


def act_of(username: str, days_ago: int = 0) -> Act:
    """Return somebody's act, of so many days ago at nine, or of now."""
    account = Account.objects.get(username=username)
    if not days_ago:
        return Act.now(account)
    day = timezone.localdate() - timedelta(days=days_ago)
    return Act(actor=account, at=datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone()))


def _fund(office: Unit) -> Fund:
    act = act_of(ACCOUNTANT, 100)
    fund = open_fund(
        unit=office, code=FUND, title_zh="示例：助学限定基金（发放）", title_en="Example: fund for grants",
        purpose="资助定点县困难家庭学生，每人一千元（示例）", starts_on=act.on - timedelta(days=1), act=act,
    )  # fmt: skip
    accounts = (*ACCOUNTS, (INCOME, "CNY", "示例：助学捐赠", "Example: given for grants"))
    _open_accounts(office, accounts, act)
    legs = [
        (0, act.on, account, fen, "EX-GRANTS-1")
        for account, fen in ((BANK, RAISED_FEN), (INCOME, -RAISED_FEN))
    ]
    frame = polars.DataFrame(
        legs, schema=["entry", "on", "account", "amount_minor", "source_id"], orient="row"
    ).with_columns(fund=polars.lit(FUND), subject=polars.lit(None, polars.Int64))
    enter_vouchers(unit=office, frame=frame, act=act)
    return fund


def _open_accounts(office: Unit, accounts: tuple[tuple[str, str, str, str], ...], act: Act) -> None:
    there = set(BookAccount.objects.filter(unit=office).values_list("code", flat=True))
    for code, asset, zh, en in accounts:
        if code not in there:
            open_book_account(
                unit=office,
                code=code,
                asset=asset,
                title_zh=zh,
                title_en=en,
                starts_on=act.on - timedelta(days=1),
                act=act,
            )


def _plan(fund: Fund, name: tuple[str, str], opens_on: date, closes_on: date) -> granting.Plan:
    half = "autumn" if opens_on.month >= 7 else "spring"
    return granting.Plan(
        name_zh=f"示例：{name[0]}", name_en=f"Example: {name[1]}", fund=fund, term=f"{opens_on.year}-{half}",
        amount_fen=GRANT * 100, opens_on=opens_on, closes_on=closes_on,
    )  # fmt: skip


def drafted(
    office: Unit, fund: Fund, code: str, name: tuple[str, str], days_ago: int, takes_days: int
) -> Programme:
    """Draft a programme with its criteria and committee."""
    act = act_of(OFFICER, days_ago)
    plan = _plan(fund, name, act.on, act.on + timedelta(days=takes_days))
    made = granting.draft_programme(unit=office, code=code, plan=plan, act=act)
    for short, title, title_en, points, household in CRITERIA:
        granting.enter_criterion(
            programme=made,
            code=short,
            title_zh=title,
            title_en=title_en,
            points=points,
            household=household,
            act=act,
        )
    for who, post in COMMITTEE:
        granting.appoint_member(programme=made, name=who, post=post, act=act)
    return made


def schools(pupils: int | None = None) -> list[tuple[int, str, str, int]]:
    """Return county, code, name and how many of the pupils each school has."""
    draw = Random(f"{SEED} grants")
    found = [(place, number) for place in DESIGNATED for number in range(1, SCHOOLS_A_COUNTY + 1)]
    sizes = shared_out(pupils or PUPILS, {at: draw.uniform(0.5, 1.8) for at in range(len(found))})
    return [
        (place, f"9{code_of(place)}{number:03d}", f"{DESIGNATED[place]}示例学校{number:02d}", sizes[at])
        for at, (place, number) in enumerate(found)
    ]


def _first(office: Unit, fund: Fund, pupils: int) -> None:
    """Run the programme of all schools from draft to award, of those beyond the quotas some wait."""
    made = drafted(office, fund, CODE, ("定点县助学金", "grants for pupils"), DAYS_AGO["open"], 14)
    there = schools(pupils)
    act = act_of(OFFICER, DAYS_AGO["open"])
    _bring_quotas(office, CODE, there, act)
    granting.open_programme(programme=made, act=act)
    sheets = act_of(OFFICER, DAYS_AGO["sheets"])
    for at, place in enumerate(DESIGNATED):
        rows = [
            pupil_row(CODE, code, pupil, is_wrong=False)
            for number, (county, code, _, size) in enumerate(there)
            if county == place
            for pupil in range(
                number * 1_000, number * 1_000 + size + (BEYOND if number == SCHOOLS_A_COUNTY * at else 0)
            )
        ]
        bring_class(office, f"示例-助学申请-{code_of(place)}.xlsx", rows, sheets)
    award(made, DAYS_AGO, act_of(OFFICER, DAYS_AGO["award"]))


def award(made: Programme, days: dict[str, int], last: Act) -> None:
    """Vet, decide, display and award a programme, so many days ago each."""
    officer = act_of(OFFICER, days["vetting"])
    keys = list(Application.objects.filter(programme=made).values_list("pk", flat=True))
    granting.begin_vetting(programme=made, act=officer)
    granting.vet_applications(programme=made, applications=keys, act=act_of(VERIFIER, days["vetting"]))
    meeting_act = act_of(OFFICER, days["meeting"])
    present = list(made.members.order_by("pk"))
    meeting = granting.hold_meeting(programme=made, held_on=meeting_act.on, present=present, act=meeting_act)
    granting.take_decisions(meeting=meeting, against={}, act=meeting_act)
    shown = act_of(OFFICER, days["display"])
    notices = granting.display_shortlist(programme=made, act=shown)
    paper = document("公示栏照片", "名单张贴在校门口公示栏")
    granting.post_notices(notices=notices, posted_on=shown.on, files=(("示例-公示栏.txt", paper),), act=shown)
    granting.award_grants(programme=made, act=last)


def _second(office: Unit, fund: Fund) -> None:
    """Open a programme to which one school's classes apply: some without consent, and one who is granted already."""
    made = drafted(office, fund, OPEN_CODE, ("冬季温暖助学", "warm winter"), 6, 30)
    there = schools()
    county, code, _, _ = there[-1]
    act = act_of(OFFICER, 6)
    granting.set_quota(programme=made, place=Place.objects.get(pk=county), pupils=40, act=act)
    granting.open_programme(programme=made, act=act)
    first = 500_000
    rows = [
        pupil_row(OPEN_CODE, code, pupil, is_wrong=pupil % 7 == 3)
        for pupil in range(first, first + OPEN_PUPILS)
    ]
    rows.append(pupil_row(OPEN_CODE, code, (len(there) - 1) * 1_000, is_wrong=False))
    bring_class(office, "示例-冬季助学-示例学校.xlsx", rows, act_of(OFFICER, 3))


def identity_number(order: int, year: int) -> str:
    """Return a number that is right in form, of a county's digits that were never given out."""
    day = date(year, 1, 1) + timedelta(days=order // 900 % 360)
    first = f"529999{day:%Y%m%d}{order % 900 + 100:03d}"
    return first + check_character(first)


def pupil_row(programme: str, school: str, order: int, *, is_wrong: bool) -> dict[str, str]:
    """Return a pupil's row; one that is wrong lacks its consent."""
    draw = Random(f"{SEED} pupil {order}")
    year = timezone.localdate().year - draw.randint(8, 16)
    return {
        "programme_code": programme, "school_code": school,
        "class_name": f"{draw.choice('四五六七八九')}年级（{draw.randint(1, 4)}）班",
        "name": f"示例学生{order:06d}", "identity_number": identity_number(order, year), "guardian": f"示例家长{order:06d}",
        "guardian_born_on": f"{year - 22 - order % 20}-06-15",
        "relation": draw.choice(("父亲", "母亲", "祖父母、外祖父母")), "phone": "", "household": draw.choice(HOUSEHOLDS),
        "claims": draw.choice(CLAIMS), "bank": "示例信用社", "account": f"9999{order:012d}", "account_owner": "监护人",
        "other_aid": draw.choice(("", "", "国家助学金")),
        "consented_on": "" if is_wrong else _signed(programme), "consent": "" if is_wrong else CONSENT,
    }  # fmt: skip


CONSENT = "示例-同意书.txt"


def _signed(programme: str) -> str:
    return f"{timezone.localdate() - timedelta(days=DAYS_AGO['sheets'] + 1 if programme == CODE else 4):%Y-%m-%d}"


def bring_class(office: Unit, name: str, rows: list[dict[str, str]], act: Act) -> None:
    """Import a class's sheet; rows that are refused are left out and kept with their reasons."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(CONSENT, document("监护人同意书", name))
        content = _sheet(CLASS_SHEET, rows)
        upload = receive_upload(
            layout=CLASS_SHEET.code, unit=office, name=name, content=content, evidence=path, act=act
        )
    if upload.refused_count:
        leave_out_refused(upload=upload, act=act)
    granting.import_class(upload=upload, act=act)


def _bring_quotas(office: Unit, code: str, there: list[tuple[int, str, str, int]], act: Act) -> None:
    rows = [
        {"programme_code": code, "place": code_of(place), "school_code": school, "school_name": name, "pupils": str(size)}
        for place, school, name, size in there
    ]  # fmt: skip
    upload = receive_upload(
        layout=QUOTA_SHEET.code,
        unit=office,
        name="示例-助学金名额.xlsx",
        content=_sheet(QUOTA_SHEET, rows),
        act=act,
    )
    granting.import_quotas(upload=upload, act=act)


def _sheet(layout: Layout, rows: list[dict[str, str]]) -> bytes:
    names = [column.name for column in layout.columns]
    cells = {name: [row.get(name, "") for row in rows] for name in names}
    return typed_rows(layout, polars.DataFrame({"row": range(2, len(rows) + 2), **cells}))
