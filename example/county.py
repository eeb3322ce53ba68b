"""What the counties' own officials say of the example's records: most confirmed, one disputed, the last ones left open."""

from __future__ import annotations

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.counties import OPEN, standing_lines
from bangfu.foundation.review.models import CountyStatement
from bangfu.foundation.review.operations import confirm_records, dispute_record
from example import house
from example.reported.filling import DESIGNATED

LEFT_OPEN = 7
"""Of every so many records of a county one still waits for its answer."""
DISPUTED_IN = house.CEHENG


def confirm() -> None:
    """Let each official answer for their county who has not said anything yet."""
    officials = {house.CEHENG: "luowen"} | {
        county: username for county, (username, _) in house.OTHER_OFFICIALS.items()
    }
    for county in DESIGNATED:
        official = Account.objects.get(username=officials[county])
        if CountyStatement.objects.filter(stated_by=official).exists():
            continue
        lines = [
            line for line in standing_lines().filter(county_id=county).order_by("pk") if line.answer == OPEN
        ]
        if county == DISPUTED_IN and lines:
            dispute_record(
                line=lines.pop(0), remark="示例异议：请公司核对这一条的地点", act=Act.now(official)
            )
        chosen = [line.pk for at, line in enumerate(lines) if at % LEFT_OPEN]
        if chosen:
            confirm_records(lines=chosen, act=Act.now(official))
