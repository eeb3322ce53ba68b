"""Who is paired with which county and village in the example, and the office's list of places that need an owner.

Real counties and villages stand in the sheets, because a pairing is with a place; the units that help and the documents
that assign are invented, and nothing else is said of any village.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from random import Random

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import national_poor_counties
from example import house
from example.distribution import PROVINCE_CODES, SEED
from example.papers import Paper, Row, Sheet, document
from example.reported.filling import DESIGNATED, GEJI, OFFICE, OFFICER

COUNTIES = 917
"""Counties that local authorities paired, or whose villages they paired."""
UNITS = 523
VILLAGES = 1_937
WITHOUT_VILLAGES = 5
"""Of every so many counties one is paired as a county only."""
CO_SUPPORTED = 12
"""Every so manieth village has a second unit, so that pairings are more than villages."""
SEARCHED = 120
"""Among how many of a county's villages, by code, the paired ones are spread."""
NEEDED = 52
"""The province whose villages are on the office's list of places that need an owner."""


@dataclass(frozen=True)
class Pair:
    """One pairing as its sheet says it."""

    unit: str
    place: int
    kind: str
    role: str
    level: str


def papers() -> list[Paper]:
    """Return the office's paper of the counties from the centre, the branches' papers, and the office's list."""
    plan = Plan()
    return [
        Paper("pairing.pairings", OFFICE, OFFICER, "定点与对口支援结对", made=_central),
        *(
            Paper(
                "pairing.pairings",
                f"EX-{province}",
                house.clerk_of(province),
                f"{PROVINCE_CODES[province]}-结对台账",
                made=partial(_branch, plan, province),
                weight=100,
            )
            for province in sorted({place // 10**10 for place in plan.counties})
        ),
        Paper("pairing.required", OFFICE, OFFICER, "须有人负责的县和村", made=partial(_required, plan)),
    ]


class Plan:
    """Which unit helps where, worked out once over the places and units of the database."""

    @cached_property
    def counties(self) -> tuple[int, ...]:
        """The paired counties: those on the national list, then others that are 县, wherever they lie."""
        now = dict(Place.objects.filter(level=3, ends_on=None).order_by("pk").values_list("pk", "name"))
        listed = {place // 10**6 * 10**6 for place in national_poor_counties()["place_id"].to_list()}
        chosen = sorted(listed & now.keys())
        others = [place for place, name in now.items() if place not in listed and name.endswith("县")]
        Random(f"{SEED} further counties").shuffle(others)
        return tuple(sorted([*chosen, *others[: COUNTIES - len(chosen)]]))

    @cached_property
    def companies(self) -> frozenset[str]:
        """The codes of the branches that may be paired."""
        kinds = (Unit.Kind.PROVINCE, Unit.Kind.PREFECTURE, Unit.Kind.COUNTY)
        return frozenset(Unit.objects.filter(kind__in=kinds).values_list("code", flat=True))

    def above(self, county: int) -> str:
        """Return the city company over a county, or else the provincial branch."""
        city = f"EX-{county // 10**8}"
        return city if city in self.companies else f"EX-{county // 10**10}"

    @cached_property
    def leaders(self) -> dict[int, str]:
        """The unit that leads in each paired county: so many county companies that there are ``UNITS`` units."""
        above = {self.above(county) for county in self.counties}
        above |= {f"EX-{county // 10**10}" for county in self.counties}
        own = [county for county in self.counties if f"EX-{county // 10**6}" in self.companies]
        Random(f"{SEED} county companies").shuffle(own)
        by_themselves = set(own[: max(0, UNITS - len(above))])
        return {
            county: f"EX-{county // 10**6}" if county in by_themselves else self.above(county)
            for county in self.counties
        }

    @cached_property
    def villages(self) -> dict[int, list[int]]:
        """The paired villages of each county, ``VILLAGES`` in all where the whole country's are loaded."""
        wanting = [county for at, county in enumerate(self.counties) if at % WITHOUT_VILLAGES]
        each, more = divmod(VILLAGES, len(wanting))
        found: dict[int, list[int]] = {}
        for at, county in enumerate(wanting):
            wanted = each + (at < more)
            inside = Place.objects.filter(level=5, ends_on=None, pk__gte=county, pk__lt=county + 10**6)
            known = list(inside.order_by("pk").values_list("pk", flat=True)[:SEARCHED])
            found[county] = known[:: max(1, len(known) // wanted)][:wanted]
        return found

    @cached_property
    def pairs(self) -> dict[int, list[Pair]]:
        """The pairings that local authorities assigned, by province."""
        pairs: dict[int, list[Pair]] = {}
        for pair in self._pairs():
            pairs.setdefault(pair.place // 10**10, []).append(pair)
        return pairs

    def _pairs(self) -> Iterator[Pair]:
        met: set[str] = set()
        number = 0
        for county in self.counties:
            leader, above, branch = self.leaders[county], self.above(county), f"EX-{county // 10**10}"
            of_county = self.villages.get(county, [])
            if not of_county:
                yield Pair(leader, county, "地方指派到县", "牵头", "市级")
            met.add(leader)
            for village in of_county:
                number += 1
                yield Pair(leader, village, "结对到村", "牵头", "县级")
                if number % CO_SUPPORTED == 0 and above != leader:
                    yield Pair(above, village, "结对到村", "参与", "市级")
                    met.add(above)
            for unit, level in ((above, "市级"), (branch, "省级")):
                if unit not in met:  # the first county of a city company and of a branch is its own task
                    yield Pair(unit, county, "地方指派到县", "参与", level)
                    met.add(unit)


def _row(pair: Pair, document_number: str, file: str, starts_on: date) -> Row:
    return {
        "unit_code": pair.unit,
        "place": str(pair.place) if pair.place % 10**6 else str(pair.place // 10**6),
        "kind": pair.kind,
        "role": pair.role,
        "level": pair.level,
        "assigned_by": "示例领导小组" if pair.level != "中央" else "示例中央文件",
        "document": document_number,
        "leader_post": "副总经理",
        "starts_on": starts_on,
        "evidence": file,
    }


def _central() -> Sheet:
    file = "示例-定点与对口支援文件.txt"
    pairs = [Pair(OFFICE, place, "定点帮扶", "牵头", "中央") for place in DESIGNATED]
    pairs.append(Pair(OFFICE, GEJI, "对口支援", "牵头", "中央"))
    rows = [_row(pair, "示例扶〔2016〕1号", file, date(2016, 1, 15)) for pair in pairs]
    return Sheet(rows, {file: document("示例扶〔2016〕1号", "定点扶贫县 4 个，对口支援县 1 个（示例）")})


def _branch(plan: Plan, province: int) -> Sheet:
    number, file = f"示例扶〔2018〕{province}号", f"示例-{province}-指派文件.txt"
    draw = Random(f"{SEED} pairings {province}")
    rows = [
        _row(pair, number, file, date(2018, 1, 2) + timedelta(days=draw.randrange(330)))
        for pair in plan.pairs[province]
    ]
    return Sheet(rows, {file: document(number, f"指派结对 {len(rows)} 条（示例）")})


def _required(plan: Plan) -> Sheet:
    led = [pair for pair in plan.pairs[NEEDED] if pair.kind == "结对到村" and pair.role == "牵头"]
    places = [*(place // 10**6 for place in (*DESIGNATED, GEJI)), *(pair.place for pair in led)]
    return Sheet(
        [
            {"place": str(place), "starts_on": date(2019, 1, 1), "document": "示例扶〔2018〕99号"}
            for place in places
        ]
    )
