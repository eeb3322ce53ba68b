"""The leaders of the example and their visits: what they found and promised, of which some is kept and some is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from bangfu.coordination.leadership.models import Leader, Outcome, PointKind, VisitPoint
from bangfu.coordination.leadership.operations import register_leader, settle_point
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from example import house
from example.papers import VERIFIER, Paper, Row, Sheet, document
from example.reported.filling import OFFICE, OFFICER

LEADERS = (
    (OFFICE, "EX-L01", "示例甲", "示例：集团总经理", "CHIEF"),
    (OFFICE, "EX-L02", "示例乙", "示例：集团副总经理（分管帮扶）", "DEPUTY"),
    ("EX-52", "EX-52-L01", "示例丙", "示例：贵州省分公司总经理", "CHIEF"),
    ("EX-13", "EX-13-L01", "示例丁", "示例：河北省分公司副总经理", "DEPUTY"),
)
"""Unit, number, name, post and rank; nobody bears these names."""
VISITS = (
    ("EX-L01", "册亨县", date(2019, 6, 12), date(2019, 6, 13), "示例：调研产业帮扶，走访脱贫户",
     "示例：合作社账目没有公开", "示例：为合作社请会计；示例：两个村补建基站", date(2019, 12, 31)),
    ("EX-L01", "饶河县", date(2019, 8, 20), date(2019, 8, 21), "示例：检查责任书落实",
     "", "示例：扩大消费帮扶采购", date(2020, 6, 30)),
    ("EX-L02", "沽源县", date(2020, 5, 18), date(2020, 5, 20), "示例：调研学校网络课堂",
     "示例：第一小学带宽不足", "示例：年内提速到 200 Mbps", date(2020, 12, 31)),
    ("EX-L02", "册亨县", date(2020, 6, 9), date(2020, 6, 10), "示例：督导问题整改", "示例：者楼村水泵停用", "", None),
    ("EX-52-L01", "册亨县", date(2020, 3, 24), date(2020, 3, 24), "示例：春耕物资保障",
     "", "示例：送化肥二十吨", date(2020, 4, 15)),
    ("EX-13-L01", "康保县", date(2020, 4, 8), date(2020, 4, 9), "示例：走访驻村工作队",
     "示例：村卫生室设备未启用", "示例：派人调试设备", date(2020, 5, 31)),
    ("EX-L02", "康保县", date(2020, 5, 20), date(2020, 5, 21), "示例：调研学校网络课堂", "", "", None),
)  # fmt: skip
TRIPS = {"沽源县": "EX-XC-2020-05", "康保县": "EX-XC-2020-05"}
"""By county, the trip of the deputy in May 2020: two counties, counted once."""
KEPT = {"示例：为合作社请会计": date(2019, 10, 15), "示例：送化肥二十吨": date(2020, 4, 10)}
FILE = "示例-到访纪要.txt"
NAME = "领导到访2019-2020"


def register_leaders() -> None:
    """Register the leaders that are not there yet."""
    there = set(Leader.objects.values_list("code", flat=True))
    for unit, code, name, post, rank in LEADERS:
        if code not in there:
            who = OFFICER if unit == OFFICE else house.clerk_of(int(unit.removeprefix("EX-")))
            register_leader(
                code=code, name=name, unit=Unit.objects.get(code=unit), post=post, rank=rank,
                act=Act.now(Account.objects.get(username=who)),
            )  # fmt: skip


def papers() -> list[Paper]:
    """Return a paper of visits for each unit that has leaders."""
    units = dict.fromkeys(unit for unit, *_ in LEADERS)
    found = []
    for unit in units:
        clerk = OFFICER if unit == OFFICE else house.clerk_of(int(unit.removeprefix("EX-")))
        codes = {code for of, code, *_ in LEADERS if of == unit}
        found.append(
            Paper(
                "leadership.visits",
                unit,
                clerk,
                f"{unit}-{NAME}",
                made=partial(_made, codes),
                weight=4,
            )
        )
    return found


def _made(codes: set[str]) -> Sheet:
    rows: Sequence[Row] = [
        {
            "reference": f"EX-DF-{number:03d}",
            "leader_code": leader,
            "place": place,
            "arrived_on": arrived,
            "left_on": left,
            "purpose": purpose,
            "trip": TRIPS.get(place, "") if leader == "EX-L02" else "",
            "problems": problems,
            "commitments": commitments,
            "due_on": due,
            "evidence": FILE,
        }
        for number, (leader, place, arrived, left, purpose, problems, commitments, due) in enumerate(
            VISITS, 1
        )
        if leader in codes
    ]
    lines = [
        "到访纪要（示例佐证）",
        *(f"{row['reference']}\t{row['place']}\t{row['purpose']}" for row in rows),
    ]
    return Sheet(rows, {FILE: document(*lines)})


def keep_promises() -> None:
    """Let the verifier settle what was kept."""
    verifier = Account.objects.get(username=VERIFIER)
    waiting = VisitPoint.objects.filter(kind=PointKind.COMMITMENT, settled_on__isnull=True, text__in=KEPT)
    for point in waiting.select_related("visit").order_by("pk"):
        settle_point(
            point=point,
            outcome=Outcome.DONE,
            on=KEPT[point.text],
            remark="示例：见验收单",
            act=Act.now(verifier),
        )
