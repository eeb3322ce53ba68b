"""The quality of the numbers: what is missing, late, overdue and suspected, for each unit with all below it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import system_writes
from bangfu.foundation.review.models import Review
from bangfu.foundation.rounds.operations import sign_nil
from bangfu.foundation.rounds.queries import Timeliness
from bangfu.reporting.targets.lights import DEFAULT
from bangfu.reporting.targets.operations import declare_nil
from bangfu.reporting.targets.quality import Quality, quality_of
from tests.foundation.rounds.asking import opened, owed_by
from tests.reporting.story import Story
from tests.reporting.targets.pledged import CADRES, STATIONS, act, in_force

ON = date(2020, 7, 1)


def reviewed(story: Story, fact: int, submitted: datetime, decided: datetime | None) -> None:
    found = Fact.objects.get(pk=fact)
    with system_writes("a review of the test"):
        Review.objects.create(
            record_type=found.subject_type, record_id=found.subject_id, unit_id=found.unit_id,
            state="VERIFIED" if decided else "SUBMITTED", submitted_by=story.cast.clerk, submitted_at=submitted,
            decided_by=story.cast.verifier if decided else None, decided_at=decided,
        )  # fmt: skip


def told(story: Story) -> dict[str, Quality]:
    cast = story.cast
    units = [cast.group, cast.guizhou, cast.yunnan]
    return {one.unit.code: one for one in quality_of(units, year=2020, on=ON, lights=DEFAULT)}


def test_what_is_expected_and_what_is_missing(story: Story) -> None:
    in_force(story.cast)
    facts = story.stations(2, on=date(2020, 2, 1))
    gone = story.stations(1, unit=story.cast.yunnan.pk, on=date(2020, 2, 1))
    story.reverse(*gone)
    found = told(story)
    assert found["GROUP"].expected == (STATIONS, CADRES)
    assert found["P52"].missing == (CADRES,)
    assert found["P53"].missing == (STATIONS,)
    assert [found[code].answered for code in ("GROUP", "P52", "P53")] == [1, 1, 0]
    assert found["P52"].completeness == Decimal("0.5")
    assert len(facts) == 2


def test_a_declared_nil_is_an_answer(story: Story) -> None:
    cast = story.cast
    in_force(cast)
    declare_nil(unit=cast.guizhou, year=2020, indicator=CADRES, remark="停训", act=act(cast.clerk))
    one = told(story)["P52"]
    assert (one.nil, one.missing, one.answered) == ((CADRES,), (STATIONS,), 1)
    assert [mark.zh for mark in one.marks] == ["缺报 1 项"]


def test_days_until_submitted_and_decided(story: Story) -> None:
    facts = story.stations(3, on=date(2020, 2, 1))
    day = datetime(2020, 2, 1, 4, tzinfo=UTC)
    for fact, submitted, decided in zip(facts, (2, 12, 70), (5, 14, 90), strict=True):
        reviewed(story, fact, day + timedelta(days=submitted), day + timedelta(days=decided))
    found = told(story)
    one = found["P52"]
    assert (one.records, one.submitted_median, one.submitted_late) == (3, 12, 1)
    assert (one.verified_median, one.verified_late) == (3, 1)
    assert (found["GROUP"].records, found["P53"].records) == (3, 0)


def test_overdue_reviews_and_open_findings(story: Story) -> None:
    cast = story.cast
    first, second = story.stations(2, on=date(2020, 2, 1))
    reviewed(story, first, datetime(2020, 6, 1, 4, tzinfo=UTC), None)
    reviewed(story, second, datetime(2020, 6, 30, 4, tzinfo=UTC), None)
    raise_finding(unit=cast.guizhou, title="数字可疑", act=act(cast.auditor))
    found = told(story)
    assert (found["P52"].waiting_late, found["P52"].suspected) == (1, 1)
    assert (found["GROUP"].waiting_late, found["GROUP"].suspected) == (1, 1)
    assert (found["P53"].waiting_late, found["P53"].suspected) == (0, 0)
    assert [mark.en for mark in found["P52"].marks] == ["1 overdue", "1 suspected"]


def test_returns_of_collection_rounds_are_told_with_nil_and_late_ones(story: Story) -> None:
    cast, may = story.cast, date(2020, 5, 1)
    asked = opened(cast, may, starts_on=may)
    late = cast.act(cast.clerk_of_yunnan, at=datetime(2020, 6, 20, 4, tzinfo=UTC))
    sign_nil(unit_return=owed_by(asked, cast.yunnan), is_confirmed=True, act=late)
    found = {code: one.returns for code, one in told(story).items()}
    assert found == {
        "GROUP": Timeliness(asked=2, handed_in=1, nil=1, late=1),
        "P52": Timeliness(asked=1, handed_in=0, nil=0, late=0),
        "P53": Timeliness(asked=1, handed_in=1, nil=1, late=1),
    }
