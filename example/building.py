"""Access boxes, build projects and what was booked for them in the example."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial
from random import Random

from bangfu.connectivity.network.models import Project, Station
from bangfu.connectivity.network.operations import assign_stations as assign
from bangfu.connectivity.network.operations import open_project
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from example import house
from example.distribution import PER_COUNTY, PROVINCE_CODES, SEED, example_counties, shared_out
from example.papers import Paper, Row, Sheet, document
from example.reported.filling import code_of, in_fen
from example.stations import YEAR

PORTS = 608_213
"""Prints 60.8万个."""
BOOKED = "2245318604.77"
"""Yuan: prints 22.45亿元; below 68,865 a station, ports, transmission and upgrades in the same sum."""
BOX = 144
"""Ports of a usual box; a county's last one has what is left."""
SHARES = {"基站": 0.56, "宽带端口": 0.21, "传输": 0.15, "扩容升级": 0.08}
"""What was built with the money."""


class Plan:
    """What each county gets of ports and yuan, worked out once."""

    @cached_property
    def counties(self) -> dict[int, list[int]]:
        """The counties of each province."""
        return {province: [place for place, _ in members] for province, members in example_counties().items()}

    @cached_property
    def _weights(self) -> dict[int, float]:
        draw = Random(f"{SEED} building")
        return {
            place: PER_COUNTY.get(province, 1.0) * draw.uniform(0.5, 1.5)
            for province, places in self.counties.items()
            for place in places
        }

    @cached_property
    def ports(self) -> dict[int, int]:
        """Ports by county."""
        return shared_out(PORTS, self._weights)

    @cached_property
    def yuan(self) -> dict[int, Decimal]:
        """Yuan booked by county."""
        return in_fen(BOOKED, self._weights)


def papers() -> list[Paper]:
    """Return the branches' papers of boxes and of bookings."""
    plan = Plan()
    return [
        Paper(
            layout,
            f"EX-{province}",
            house.clerk_of(province),
            f"{letters}-{name}",
            made=partial(made, plan, province),
            weight=140,
        )
        for layout, name, made in (
            ("network.boxes", "分纤箱验收", _boxes),
            ("network.bookings", "投资入账", _bookings),
        )
        for province, letters in PROVINCE_CODES.items()
    ]


def project_of(province: int) -> str:
    """Return the code of a branch's build project."""
    return f"EX-GC-{PROVINCE_CODES[province]}-2019"


def assign_stations() -> None:
    """Let the stations of the year belong to their branch's project, as its clerk, where none does yet."""
    left = Project.objects.filter(code__in=map(project_of, PROVINCE_CODES), stations__isnull=True)
    clerks = {project_of(province): house.clerk_of(province) for province in PROVINCE_CODES}
    for project in left.filter(unit__in=Station.objects.values("unit")).order_by("code"):
        assign(
            project=project,
            first_on=date(YEAR, 1, 1),
            last_on=date(YEAR, 12, 31),
            act=Act.now(Account.objects.get(username=clerks[project.code])),
        )


def open_projects() -> None:
    """Open each branch's build project, as its clerk, where it is missing."""
    there = set(Project.objects.values_list("code", flat=True))
    left = [province for province in PROVINCE_CODES if project_of(province) not in there]
    if not left:
        return
    plan = Plan()
    for province in left:
        budget = sum((plan.yuan[place] for place in plan.counties[province]), start=Decimal(0))
        open_project(
            code=project_of(province),
            name="示例：2019年贫困地区网络建设",
            unit=Unit.objects.get(code=f"EX-{province}"),
            place=Place.objects.get(pk=province * 10**10),
            budget_fen=int(budget * 103),
            act=Act.now(Account.objects.get(username=house.clerk_of(province))),
        )


def _boxes(plan: Plan, province: int) -> Sheet:
    draw = Random(f"{SEED} boxes {province}")
    file = f"示例-{PROVINCE_CODES[province]}-分纤箱验收单.txt"
    rows: list[Row] = []
    for place in plan.counties[province]:
        whole, rest = divmod(plan.ports[place], BOX)
        rows += [
            {
                "code": f"EX-FX-{code_of(place)}-{number:04d}",
                "project": project_of(province),
                "county": code_of(place),
                "port_count": ports,
                "splitter": "1:16",
                "accepted_on": date(2019, 1, 7) + timedelta(days=draw.randrange(355)),
                "document": file,
            }
            for number, ports in enumerate([BOX] * whole + [rest] * (rest > 0), 1)
        ]
    return Sheet(rows, {file: document("分纤箱验收单（示例）", f"共 {len(rows)} 个箱体")})


def _bookings(plan: Plan, province: int) -> Sheet:
    draw = Random(f"{SEED} bookings {province}")
    rows: list[Row] = []
    files: dict[str, bytes] = {}
    for place in plan.counties[province]:
        voucher = f"EX-PZ-{code_of(place)}"
        booked_on = date(2019, 3, 1) + timedelta(days=draw.randrange(300))
        shares = in_fen(str(plan.yuan[place]), dict(enumerate(SHARES.values())))
        file = f"{voucher}.txt"
        lines = list(zip(SHARES, shares.values(), strict=True))
        files[file] = document(
            f"入账凭证 {voucher}（示例）",
            f"工程 {project_of(province)}",
            f"日期 {booked_on.isoformat()}",
            *(f"{category} {amount} 元" for category, amount in lines),
        )
        rows += [
            {
                "voucher": voucher,
                "line_number": number,
                "project": project_of(province),
                "county": code_of(place),
                "category": category,
                "amount": amount,
                "booked_on": booked_on,
                "document": file,
            }
            for number, (category, amount) in enumerate(lines, 1)
            if amount
        ]
    return Sheet(rows, files)
