"""Coverage in the example: frozen lists of villages, verdicts on every one of them, and what was promised and kept.

The lists are the real villages of five counties; that they are covered is part of the invented programme, and every paper
says that it is an example.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from django.db.models import QuerySet

from bangfu.connectivity.network.models import CoverageTarget, Goal
from bangfu.connectivity.network.operations import TargetDetails, register_target, submit_record
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch, Review
from example import house
from example.papers import Paper, Sheet, document, verify_paper
from example.reported.filling import DESIGNATED, GEJI, code_of

FROZEN, JUDGED, PROMISED = date(2019, 3, 1), date(2019, 12, 2), date(2019, 3, 18)
COUNTIES = {**DESIGNATED, GEJI: "革吉县"}
AREA = (130724000000, 130723000000)
"""The designated counties in 燕山-太行山片区."""
WIRELESS, BROADBAND = "无线（4G）", "光纤宽带"
PROMISES = (
    (GEJI, Goal.BROADBAND),
    (GEJI, Goal.WIRELESS),
    *((county, Goal.AREA) for county in AREA),
)
TARGET_RECORDS = 7
"""The number of promises' record type."""


def papers() -> list[Paper]:
    """Return each county's list, then its verdicts; counties whose villages are not loaded have neither."""
    found = []
    for county, name in COUNTIES.items():
        if not _villages(county)[:1].exists():
            continue
        province = county // 10**10
        for layout, title, made in (
            ("network.baseline", "基准名单", partial(_baseline, county)),
            ("network.verdicts", "覆盖认定", partial(_verdicts, county)),
        ):
            found.append(
                Paper(
                    layout,
                    f"EX-{province}",
                    house.clerk_of(province),
                    f"{name}-{title}",
                    made=made,
                    weight=200,
                )
            )
    return found


def _villages(county: int) -> QuerySet[Place, int]:
    inside = Place.objects.filter(level=5, ends_on=None, pk__gte=county, pk__lt=county + 10**6)
    return inside.order_by("pk").values_list("pk", flat=True)


def _baseline(county: int) -> Sheet:
    number, file = f"示例网〔2019〕{code_of(county)}号", f"示例-{code_of(county)}-基准名单.txt"
    rows = [
        {"village": str(village), "document_number": number, "frozen_on": FROZEN, "document": file}
        for village in _villages(county)
    ]
    return Sheet(rows, {file: document(number, f"{COUNTIES[county]}行政村 {len(rows)} 个（示例）")})


def _verdicts(county: int) -> Sheet:
    file = f"示例-{code_of(county)}-覆盖测试记录.txt"
    services = [(WIRELESS, "村委会5公里内有基站")]
    if county == GEJI:
        services.append((BROADBAND, "光纤通达村委会"))
    rows = [
        {
            "village": str(village),
            "service": service,
            "verdict": "已覆盖",
            "branch": branch,
            "judged_on": JUDGED,
            "document": file,
        }
        for service, branch in services
        for village in _villages(county)
    ]
    return Sheet(
        rows, {file: document(f"{COUNTIES[county]}覆盖测试记录（示例）", f"认定 {len(rows)} 条，均已覆盖")}
    )


def keep_promises() -> None:
    """Let the branches register what was promised, and the verifier sign it, wherever that is not done yet."""
    for county, goal in PROMISES:
        count = _villages(county).count()
        if count == 0:
            continue
        clerk = Account.objects.get(username=house.clerk_of(county // 10**10))
        target = CoverageTarget.objects.filter(
            place_id=county, goal=goal, withdrawn_at=None
        ).first() or _promised(county, goal, count, clerk)
        review = Review.objects.filter(record_type=TARGET_RECORDS, record_id=target.pk).first()
        if review is None:
            submit_record(record=target, act=Act.now(clerk))
            review = Review.objects.get(record_type=TARGET_RECORDS, record_id=target.pk)
        if review.batch_id is not None:
            verify_paper(Batch.objects.get(pk=review.batch_id))


def _promised(county: int, goal: str, count: int, clerk: Account) -> CoverageTarget:
    number = f"示例网〔2019〕{code_of(county)}-{goal}"
    return register_target(
        details=TargetDetails(
            place=Place.objects.get(pk=county),
            goal=goal,
            village_count=count,
            document_number=number,
            promised_on=PROMISED,
        ),
        unit=Unit.objects.get(code=f"EX-{county // 10**10}"),
        files=((f"{number}.txt", document(number, f"承诺覆盖 {count} 个行政村（示例）")),),
        act=Act.now(clerk),
    )
