"""The four designated counties' industries: seasons, operators, households that share, payments by season, lots.

Products are the counties' own; co-operatives, households and sums are invented. Households have numbers and no names that
mean anybody: their heads are called 示例户主.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.households.operations import Newcomer, register_household
from bangfu.foundation.people.models import Account, Household
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.industries.models import Citation, Industry, Lot, Operator, Season
from bangfu.livelihoods.industries.operations import (
    CertificateDetails,
    IndustryDetails,
    LotDetails,
    OperatorDetails,
    SeasonDetails,
    add_certificate,
    cite_project,
    enter_industry,
    enter_lot,
    enter_season,
    record_sale,
    register_operator,
)
from bangfu.livelihoods.projects.models import Project
from example import house
from example.distribution import SEED
from example.papers import Paper, Row, Sheet, document, verify_paper
from example.photographs import scene
from example.reported.filling import OFFICE, OFFICER, code_of

HOUSEHOLDS = 6
"""Of each county: enough to show who shares, few enough to load at once."""
BASE_YEAR = 2018
FIRST, LAST = date(2019, 3, 1), date(2020, 12, 31)
SEASONS = (2018, 2019)


@dataclass(frozen=True)
class Planned:
    """One county's industry."""

    county: int
    product_zh: str
    product_en: str
    operator_zh: str
    operator_en: str
    recognised_on: date
    mu: tuple[int, int]
    tonnes: tuple[int, int]
    yuan: tuple[int, int]
    capacity: int
    yield_share: str
    certificate: str


PLANS = (
    Planned(230524000000, "大米", "Rice", "饶河示例大米合作社", "Raohe Example Rice Co-operative", date(2019, 3, 12),
            (8_600, 9_200), (4_128, 4_508), (11_460_000, 13_020_000), 6_000, "0.68", "INDICATION"),
    Planned(130724000000, "藜麦", "Quinoa", "沽源示例藜麦合作社", "Guyuan Example Quinoa Co-operative", date(2019, 4, 12),
            (2_400, 3_100), (360, 477), (4_320_000, 6_010_000), 800, "0.72", "ORGANIC"),
    Planned(130723000000, "胡麻油", "Flaxseed oil", "康保示例胡麻油坊", "Kangbao Example Flax Oil Mill", date(2019, 5, 12),
            (5_200, 5_800), (182, 206), (5_096_000, 6_180_000), 400, "0.33", "PRODUCTION"),
    Planned(house.CEHENG, "糯米香蕉", "Waxy banana", "册亨示例糯米蕉合作社", "Ceheng Example Banana Co-op", date(2019, 6, 12),
            (1_500, 1_900), (1_875, 2_451), (5_250_000, 7_590_000), 2_600, "0.92", "GREEN"),
)  # fmt: skip
MECHANISMS = (("分红", "600"), ("务工", None), ("订单收购", None), ("土地流转", "900"), ("托管", None))
UNPAID = house.CEHENG
"""Where one dividend was promised and never paid: a finding."""


def papers() -> list[Paper]:
    """Return the office's sheets of contracts, then of payments."""
    return [
        Paper("industries.contracts", OFFICE, OFFICER, "利益联结合同台账", made=_contracts, weight=80),
        Paper("industries.payments", OFFICE, OFFICER, "联结户付款台账", made=_payments, weight=200),
    ]


def code_of_industry(plan: Planned) -> str:
    """Return an industry's code."""
    return f"EX-CY-{code_of(plan.county)}"


def _operator_code(plan: Planned) -> str:
    return f"91{code_of(plan.county)}EXAMPLE01"


def _village(plan: Planned) -> int:
    """Return the village of a county's households; the county where no villages are loaded."""
    inside = Place.objects.filter(level=5, ends_on=None, pk__gte=plan.county, pk__lt=plan.county + 10**6)
    return inside.order_by("pk").values_list("pk", flat=True).first() or plan.county


def _office() -> tuple[Unit, Account]:
    return Unit.objects.get(code=OFFICE), Account.objects.get(username=OFFICER)


def found_industries() -> None:
    """Enter industries, operators and households as far as they are missing, and let the verifier sign."""
    unit, officer = _office()
    known = set(Industry.objects.values_list("code", flat=True))
    operators = set(Operator.objects.values_list("code", flat=True))
    homes = set(Household.objects.values_list("number", flat=True))
    for plan in PLANS:
        if code_of_industry(plan) not in known:
            number = f"示例农认〔{plan.recognised_on.year}〕{code_of(plan.county)}号"
            enter_industry(
                details=IndustryDetails(
                    code=code_of_industry(plan), county=Place.objects.get(pk=plan.county), product_zh=plan.product_zh,
                    product_en=plan.product_en, recognised_on=plan.recognised_on, document=number, base_year=BASE_YEAR,
                ),
                unit=unit, files=(_file(number),), act=Act.now(officer),
            )  # fmt: skip
        village = _village(plan)
        if _operator_code(plan) not in operators:
            _register_operator(plan, village, unit, officer)
        for order in range(HOUSEHOLDS):
            number = _household(plan, order)
            if number not in homes:
                register_household(
                    number=number, place=village, unit=unit.pk, kind="FORMER_POOR", members=[Newcomer("示例户主", "HEAD")],
                    starts_on=date(2019, 1, 1), act=Act.now(officer),
                )  # fmt: skip
    _sign()


def _file(name: str) -> tuple[str, bytes]:
    return f"示例-{name}.txt", document(name)


def _register_operator(plan: Planned, village: int, unit: Unit, officer: Account) -> None:
    kind = "FIRM" if plan.certificate == "PRODUCTION" else "COOPERATIVE"
    operator = register_operator(
        details=OperatorDetails(
            _operator_code(plan), kind, plan.operator_zh, Place.objects.get(pk=village), HOUSEHOLDS * 8, plan.operator_en
        ),
        unit=unit, files=(_file(f"营业执照-{_operator_code(plan)}"),), act=Act.now(officer),
    )  # fmt: skip
    certificate = CertificateDetails(plan.certificate, f"示例证-{code_of(plan.county)}", date(2018, 6, 1))
    add_certificate(
        operator=operator, details=certificate, files=(_file(certificate.number),), act=Act.now(officer)
    )


def _sign() -> None:
    """Let the verifier sign every paper of the room that waits."""
    types = [record_type(f"industries.{noun}").number for noun in ("industry", "season", "lot")]
    for batch in Batch.objects.filter(record_type__in=types, state="SUBMITTED").order_by("pk"):
        verify_paper(batch)


def _household(plan: Planned, order: int) -> str:
    return f"EX-H-{code_of(plan.county)}-{order + 1:03d}"


def _pairs(plan: Planned, order: int) -> tuple[tuple[str, str | None], ...]:
    """Return the ways in which a household shares: one each, and work beside it for every third."""
    own = MECHANISMS[order % len(MECHANISMS)]
    return (own, MECHANISMS[1]) if order % 3 == 0 and own[0] != "务工" else (own,)


def _contract(plan: Planned, order: int, way: int) -> str:
    return f"EX-HT-{code_of(plan.county)}-{order + 1:03d}-{way + 1}"


def _contracts() -> Sheet:
    found_industries()
    file = "示例-联结合同扫描件.txt"
    rows: list[Row] = [
        {
            "number": _contract(plan, order, way),
            "industry": code_of_industry(plan),
            "operator": _operator_code(plan),
            "household": _household(plan, order),
            "village": str(village) if village != plan.county else code_of(plan.county),
            "mechanism": mechanism,
            "starts_on": FIRST,
            "last_day": LAST,
            "promised_yuan": Decimal(promised) if promised else None,
            "mu": Decimal("2.5") if mechanism in ("土地流转", "托管") else None,
            "evidence": file,
        }
        for plan in PLANS
        for village in (_village(plan),)
        for order in range(HOUSEHOLDS)
        for way, (mechanism, promised) in enumerate(_pairs(plan, order))
    ]
    return Sheet(rows, {file: document("利益联结合同（示例）", f"共 {len(rows)} 份")})


DAYS: dict[str, tuple[date, ...]] = {
    "分红": (date(2019, 12, 25),),
    "土地流转": (date(2019, 4, 10), date(2020, 4, 10)),
    "订单收购": (date(2019, 10, 20),),
    "托管": (date(2019, 11, 15),),
    "务工": (*tuple(date(2019, month, 28) for month in range(5, 12)), date(2020, 6, 28), date(2020, 7, 28)),
}
"""When each way pays."""
ABOUT = {"务工": 1_150, "订单收购": 4_800, "托管": 1_600}
"""About how many yuan a payment of those without a promise is."""
MARKET = {230524000000: "2.80", 130724000000: "9.00", 130723000000: "5.60", house.CEHENG: "2.60"}
"""What a kilogram of each county's harvest fetched on the market, in yuan."""
PREMIUM = Decimal("1.08")
"""How far an order pays above the market."""


def _payments() -> Sheet:
    draw = Random(f"{SEED} households")
    file = "示例-银行代发清单.txt"
    rows: list[Row] = []
    for plan in PLANS:
        for order in range(HOUSEHOLDS):
            for way, (mechanism, promised) in enumerate(_pairs(plan, order)):
                if plan.county == UNPAID and order == 0 and mechanism == "分红":
                    continue
                is_order = mechanism == "订单收购"
                market = Decimal(MARKET[plan.county]) if is_order else None
                rows += [
                    {
                        "contract": _contract(plan, order, way),
                        "paid_on": on,
                        "amount_yuan": (
                            amount := Decimal(promised or round(ABOUT[mechanism] * draw.uniform(0.8, 1.2)))
                        ),
                        "kg": round(amount / (market * PREMIUM), 1) if market is not None else None,
                        "market_yuan": market,
                        "receipt": f"EX-DF-{code_of(plan.county)}-{on:%Y%m%d}",
                        "evidence": file,
                    }
                    for on in DAYS[mechanism]
                ]
    lines = (f"{row['receipt']}\t{row['contract']}\t{row['amount_yuan']}" for row in rows)
    return Sheet(rows, {file: document("银行代发清单（示例）", *lines)})


def see_through() -> None:
    """Enter what the industries came to, their lots, and the projects that cite them, as far as it is missing."""
    _, officer = _office()
    for plan in PLANS:
        industry = Industry.objects.filter(code=code_of_industry(plan)).first()
        if industry is None:
            continue
        for order, year in enumerate(SEASONS):
            if not Season.objects.filter(industry=industry, year=year).exists():
                _enter_season(industry, plan, order, year, officer)
        if not Lot.objects.filter(industry=industry).exists():
            _enter_lot(industry, plan, officer)
        for project in Project.objects.filter(
            code__startswith=f"EX-XM-{code_of(plan.county)}-", revitalisation="INDUSTRY"
        ):
            if not Citation.objects.filter(project=project).exists():
                cite_project(industry=industry, project=project, act=Act.now(officer))
    _sign()
    for lot in Lot.objects.filter(confirmed_at__isnull=False, draws__isnull=True).order_by("pk"):
        _sell(lot, officer)


def _enter_season(industry: Industry, plan: Planned, order: int, year: int, officer: Account) -> None:
    source = f"示例：{year}年产业统计表"
    details = SeasonDetails(
        year=year, part="WHOLE", starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1), base_mu=Decimal(plan.mu[order]),
        capacity_tonnes=Decimal(plan.capacity), output_tonnes=Decimal(plan.tonnes[order]), sales_fen=plan.yuan[order] * 100,
        source=source,
    )  # fmt: skip
    enter_season(
        industry=industry, details=details, files=(_file(f"{industry.code}-{year}"),), act=Act.now(officer)
    )


def _enter_lot(industry: Industry, plan: Planned, officer: Account) -> None:
    picked = date(2018, 9, 24)  # before the shop of the example opens, whose goods come from it
    code = f"EX-PC-{code_of(plan.county)}-2018"
    details = LotDetails(
        code=code, village=Place.objects.get(pk=_village(plan)), year=2018, part="AUTUMN", harvested_on=picked,
        harvest_kg=Decimal(24_000), inspection=f"示例检〔2018〕{code_of(plan.county)}", inspector="示例：县农产品检验站",
        inspected_on=picked + timedelta(days=8), yield_share=Decimal(plan.yield_share),
    )  # fmt: skip
    files = (_file(f"{code}-检验报告"), (f"示例-{code}.jpg", scene(code, picked)))
    operator = Operator.objects.get(code=_operator_code(plan))
    enter_lot(industry=industry, operator=operator, details=details, files=files, act=Act.now(officer))


def _sell(lot: Lot, officer: Account) -> None:
    kg = (lot.harvest_kg * lot.yield_share * Decimal("0.6")).quantize(Decimal(1))
    record_sale(
        lot=lot, kg=kg, document=f"示例销售单-{lot.code}", on=date(2019, 12, 20), act=Act.now(officer)
    )
