"""Projects of three designated counties under the five revitalisations, with the money that arrived for them.

What arrived is what the county's reported rows would have said (``funds.arrivals``): the same days and sums, so that no
figure of the pledge depends on whether money came by a project or was reported by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.projects.models import Check, Project, State
from bangfu.livelihoods.projects.operations import (
    AssetDetails,
    accept_project,
    approve_project,
    begin_project,
    close_project,
    plan_milestone,
    reach_milestone,
    record_check,
    register_asset,
)
from example import house
from example.papers import VERIFIER, Paper, Row, Sheet, document
from example.photographs import scene
from example.reported.filling import DESIGNATED, OFFICE, OFFICER, code_of
from example.reported.funds import LAST, arrivals

COUNTIES = (230524000000, 130724000000, house.CEHENG)
"""Those whose money came by projects; the fourth's is reported by hand."""
OWN, GIFT, INVESTMENT = "projects.put_in", "projects.brought_in", "projects.investment_brought_in"
SOURCES = {OWN: "OWN", GIFT: "GIFT", INVESTMENT: "INVESTMENT"}
PARTIES = {GIFT: "EX-PARTNER-1", INVESTMENT: "EX-PARTNER-2"}
SPENT_OF_RUNNING = Decimal("0.9")
"""What of an arrival is spent where a project is not settled yet."""
INDUSTRY = {230524000000: "大米烘干仓储", 130724000000: "藜麦脱皮分选车间", house.CEHENG: "糯米蕉烘干车间"}
INDUSTRY_EN = {
    230524000000: "Rice drying and storage",
    130724000000: "Quinoa hulling and sorting workshop",
    house.CEHENG: "Waxy banana drying workshop",
}


@dataclass(frozen=True)
class Planned:
    """One project of a county."""

    number: int
    title: str
    title_en: str
    revitalisation: str
    first: date
    last: date
    """The last day planned."""
    money: tuple[tuple[str, date, date], ...]
    """Measure, and the first day and the day after the last one of its arrivals."""
    state: str
    of_office: bool = False

    @property
    def approved_on(self) -> date:
        """The day of the approval."""
        return self.first - timedelta(days=10)


FROM, UNTIL = date(2018, 1, 1), date(2021, 1, 1)
Y19, Y20, AUTUMN, WINTER = date(2019, 1, 1), date(2020, 1, 1), date(2019, 8, 1), date(2019, 11, 1)
PLANS = (
    Planned(1, "{industry}", "{industry}", "INDUSTRY", date(2018, 2, 1), date(2018, 12, 28), ((OWN, FROM, Y19),), State.CLOSED),
    Planned(2, "乡土人才实训基地", "Training ground for local talent", "TALENT", date(2019, 2, 12), date(2019, 8, 30),
            ((OWN, Y19, AUTUMN),), State.ACCEPTED),
    Planned(3, "村文化服务中心修缮", "Repair of village culture centres", "CULTURE", date(2019, 8, 5), date(2020, 9, 30),
            ((OWN, AUTUMN, WINTER),), State.BUILDING),
    Planned(4, "村庄污水和垃圾收集", "Collection of village waste water", "ECOLOGY", date(2019, 11, 18), date(2020, 10, 31),
            ((OWN, WINTER, Y20),), State.BUILDING),
    Planned(5, "村党群服务站数字化", "Digital service points in villages", "ORGANISATION", date(2020, 2, 20), date(2020, 12, 20),
            ((OWN, Y20, UNTIL),), State.APPROVED),
    Planned(6, "{industry}：引进投资扩建", "{industry}: extension by investors", "INDUSTRY", date(2018, 2, 1), date(2020, 12, 31),
            ((GIFT, FROM, Y20), (INVESTMENT, FROM, UNTIL)), State.BUILDING, of_office=True),
    Planned(7, "电商人才驻县辅导", "Coaches for online sellers in the county", "TALENT", date(2020, 2, 1), date(2020, 12, 31),
            ((GIFT, Y20, UNTIL),), State.BUILDING, of_office=True),
    Planned(8, "村级图书角", "Book corners in villages", "CULTURE", date(2021, 3, 1), date(2021, 10, 31), (), State.LIBRARY),
    Planned(9, "河岸绿化", "Planting of river banks", "ECOLOGY", date(2021, 3, 1), date(2021, 12, 31), (), State.IDEA),
)  # fmt: skip
ORDER = (State.IDEA, State.LIBRARY, State.APPROVED, State.BUILDING, State.ACCEPTED, State.CLOSED)
MILESTONES = ("设备安装（示例）", "调试和交付（示例）")


def code_of_project(county: int, plan: Planned) -> str:
    """Return a project's code."""
    return f"EX-XM-{code_of(county)}-{plan.number}"


def _province(county: int) -> int:
    return county // 10**10


def _clerk(county: int, plan: Planned) -> str:
    return OFFICER if plan.of_office else house.clerk_of(_province(county))


def papers() -> list[Paper]:
    """Return each unit's library of projects, then what moved of their money."""
    return [
        Paper(layout, unit, clerk, name, made=partial(made, chosen), weight=90)
        for layout, name, made in (
            ("projects.library", "项目库台账", _library),
            ("projects.money", "项目资金台账", _money),
        )
        for unit, clerk, chosen in _by_unit()
    ]


Chosen = tuple[tuple[int, Planned], ...]


def _by_unit() -> list[tuple[str, str, Chosen]]:
    found: dict[tuple[str, str], list[tuple[int, Planned]]] = {}
    for county in COUNTIES:
        for plan in PLANS:
            unit = OFFICE if plan.of_office else f"EX-{_province(county)}"
            found.setdefault((unit, _clerk(county, plan)), []).append((county, plan))
    return [(unit, clerk, tuple(chosen)) for (unit, clerk), chosen in found.items()]


def _arrived(county: int, plan: Planned) -> list[tuple[str, date, Decimal]]:
    """Return measure, day and yuan of what arrived for a project."""
    return [
        (measure, on, yuan)
        for measure, first, end in plan.money
        for on, yuan in arrivals(measure, county)
        if first <= on < end
    ]


def _budget(county: int, plan: Planned, measure: str) -> Decimal | None:
    """Return a project's budget of a source: what arrived, rounded up to whole thousands; null where there is none."""
    arrived = sum((yuan for one, _, yuan in _arrived(county, plan) if one == measure), start=Decimal(0))
    return (arrived // 1000 + 1) * 1000 if arrived else None


def _library(chosen: Chosen) -> Sheet:
    rows: list[Row] = []
    for county, plan in chosen:
        is_idea = plan.state == State.IDEA
        name = INDUSTRY[county]
        rows.append(
            {
                "code": code_of_project(county, plan),
                "title_zh": plan.title.format(industry=name) + "（示例）",
                "title_en": plan.title_en.format(industry=INDUSTRY_EN[county]) + " (example)",
                "place": code_of(county),
                "revitalisation": plan.revitalisation,
                "plan_title": f"示例：{DESIGNATED[county]}项目库规划",
                "plan_number": f"示例规〔{plan.first.year}〕{plan.number}号",
                "starts_on": plan.first,
                "last_day": plan.last,
                "own_yuan": _budget(county, plan, OWN),
                "gift_yuan": (gift := _budget(county, plan, GIFT)),
                "gift_party": PARTIES[GIFT] if gift else None,
                "investment_yuan": (investment := _budget(county, plan, INVESTMENT)),
                "investment_party": PARTIES[INVESTMENT] if investment else None,
                "library_on": None if is_idea else min(plan.approved_on, LAST) - timedelta(days=20),
                "library_document": None if is_idea else f"示例库〔{plan.first.year}〕{plan.number}号",
            }
        )
    return Sheet(rows)


def _money(chosen: Chosen) -> Sheet:
    _approve(chosen)
    rows: list[Row] = []
    file = "示例-银行回单和资金文件.txt"
    for county, plan in chosen:
        branch = "EX-GROUP" if plan.of_office else f"EX-{_province(county)}"
        treasury, builder = f"EX-CZ-{code_of(county)}", f"EX-SG-{code_of(county)}-{plan.number}"
        for measure, on, yuan in _arrived(county, plan):
            payer = PARTIES.get(measure, branch)
            is_settled = plan.state in (State.CLOSED, State.ACCEPTED)
            spent = yuan if is_settled else (yuan * SPENT_OF_RUNNING).quantize(Decimal("0.01"))
            stages = (
                ("下达", on - timedelta(days=14), yuan, branch, treasury),
                ("拨付", on - timedelta(days=1), yuan, payer, treasury),
                ("到账", on, yuan, payer, treasury),
                ("支出", on + timedelta(days=20), spent, treasury, builder),
            )
            rows += [
                {
                    "project_code": code_of_project(county, plan),
                    "kind": kind,
                    "source": SOURCES[measure],
                    "amount_yuan": amount,
                    "happened_on": day,
                    "payer": paying,
                    "payee": paid,
                    "receipt": f"EX-HD-{code_of(county)}-{plan.number}-{SOURCES[measure][:3]}-{on:%Y%m%d}",
                    "evidence": file,
                }
                for kind, day, amount, paying, paid in stages
                if day <= LAST
            ]
    lines = (f"{row['receipt']}\t{row['kind']}\t{row['happened_on']}\t{row['amount_yuan']}" for row in rows)
    return Sheet(rows, {file: document("项目资金回单清单（示例）", *lines)})


def _reaches(plan: Planned, state: str) -> bool:
    return ORDER.index(State(plan.state)) >= ORDER.index(State(state))


def _approve(chosen: Chosen) -> None:
    """Let the verifier approve, and the clerk begin, what is in the library and is to go further."""
    verifier = Account.objects.get(username=VERIFIER)
    for county, plan in chosen:
        project = Project.objects.get(code=code_of_project(county, plan))
        if project.state == State.LIBRARY and _reaches(plan, State.APPROVED):
            number = f"示例批〔{plan.approved_on.year}〕{plan.number}号"
            files = ((f"{project.code}-批复.txt", document("项目批复", project.code, number)),)
            project = approve_project(
                project=project, document=number, on=plan.approved_on, files=files, act=Act.now(verifier)
            )
        if project.state == State.APPROVED and _reaches(plan, State.BUILDING):
            clerk = Account.objects.get(username=_clerk(county, plan))
            begin_project(project=project, on=plan.first, act=Act.now(clerk))


def see_through() -> None:
    """Bring each project as far as it came: milestones, acceptance, asset, end, and one check after a year."""
    known = {one.code: one for one in Project.objects.filter(code__startswith="EX-XM-")}
    for county in COUNTIES:
        for plan in PLANS:
            project = known.get(code_of_project(county, plan))
            if project is not None and _reaches(plan, State.BUILDING):
                _see_through(project, plan, clerk=Account.objects.get(username=_clerk(county, plan)))


def _pictured(project: Project, on: date) -> tuple[tuple[str, bytes], ...]:
    return ((f"示例-{project.code}-{on}.jpg", scene(project.code, on)),)


def _see_through(project: Project, plan: Planned, *, clerk: Account) -> None:
    verifier = Account.objects.get(username=VERIFIER)
    is_done = _reaches(plan, State.ACCEPTED)
    if not project.milestones.exists():
        for title, due in zip(MILESTONES, (plan.first + timedelta(days=60), plan.last), strict=True):
            plan_milestone(project=project, title=title, due_on=due, act=Act.now(clerk))
    for order, one in enumerate(project.milestones.order_by("number")):
        if one.reached_on is None and (is_done or order == 0):
            files = _pictured(project, one.due_on)
            reach_milestone(milestone=one, on=min(one.due_on, LAST), files=files, act=Act.now(clerk))
    if not is_done:
        return
    accepted_on = plan.last
    if project.state == State.BUILDING:
        number = f"示例验〔{plan.last.year}〕{plan.number}号"
        files = ((f"{project.code}-验收单.txt", document("验收单", project.code, number)),)
        accept_project(
            project=project, on=accepted_on, acceptors="示例：县主管局、乡镇、村两委", document=number, files=files,
            act=Act.now(verifier),
        )  # fmt: skip
    if _reaches(plan, State.CLOSED):
        _settle(project, plan, clerk, accepted_on)


def _settle(project: Project, plan: Planned, clerk: Account, accepted_on: date) -> None:
    number = f"示例确权〔{accepted_on.year + 1}〕{plan.number}号"
    if not project.assets.exists():
        spent = sum(project.budgets.values_list("amount_fen", flat=True))
        asset = AssetDetails(
            name=f"{plan.title.format(industry='车间')}和设备（示例）",
            owner_kind="VILLAGE",
            owner=f"EX-CJT-{code_of(project.place_id)}",
            document=number,
            upkeep="村集体资产管护岗",
            value_fen=spent * 9 // 10,
        )
        register_asset(project=project, details=asset, act=Act.now(clerk))
    project.refresh_from_db()
    if project.state == State.ACCEPTED:
        close_project(
            project=project, on=accepted_on + timedelta(days=30), document=number, act=Act.now(clerk)
        )
    if not Check.objects.filter(project=project).exists():
        on = accepted_on.replace(year=accepted_on.year + 1) + timedelta(days=12)
        record_check(
            project=project, year=1, on=on, used="YES", files=_pictured(project, on), act=Act.now(clerk)
        )
