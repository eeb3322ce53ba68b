"""What the counties' own officials say of the example's records: most confirmed, one disputed, the last ones left open."""

from __future__ import annotations

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.counties import OPEN, standing_lines
from bangfu.foundation.review.models import Answer, CountyLine, CountyStatement
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
        said = set(CountyStatement.objects.filter(stated_by=official).values_list("answer", flat=True))
        if Answer.CONFIRMED not in said:
            chosen = [line.pk for at, line in enumerate(_open_lines(county)) if at % LEFT_OPEN]
            if chosen:
                confirm_records(lines=chosen, act=Act.now(official))
        if county == DISPUTED_IN and Answer.DISPUTED not in said:
            for line in _open_lines(county)[:1]:
                dispute_record(line=line, remark="示例异议：请公司核对这一条的地点", act=Act.now(official))


def _open_lines(county: int) -> list[CountyLine]:
    """Return the lines on which a county has not said anything, in the order in which they were put before it."""
    lines = standing_lines().filter(county_id=county).order_by("pk")
    return [line for line in lines if line.answer == OPEN]  # type: ignore[attr-defined]
