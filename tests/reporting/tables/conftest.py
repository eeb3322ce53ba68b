"""The story's house with a little of everything, for tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.kinds import COVERED, GIVEN, LESSONS, PAID, PLEDGED, POSTED, VILLAGES, party
from tests.reporting.story import LAMPS, Story

XINGYI = 522301000000


@pytest.fixture
def filled(story: Story) -> Story:  # noqa: F811 - the fixture
    """Stations, lamps, lessons, villages and grants of two provinces and two branches, in 2018 and 2019, in one block."""
    guizhou, yunnan = story.cast.guizhou.pk, story.cast.yunnan.pk
    story.stations(5, on=date(2019, 2, 1))
    story.stations(4, on=date(2018, 6, 1))
    story.stations(2, place=GUYUAN, unit=yunnan, on=date(2019, 3, 1))
    story.stations(3, place=GUIZHOU, on=date(2019, 4, 1))
    story.reverse(*story.stations(1, place=XINGYI, on=date(2019, 8, 1)))
    for on, unit, place, several in (
        (date(2018, 5, 1), guizhou, CEHENG, (10, 3)),
        (date(2019, 5, 1), guizhou, XINGYI, (7,)),
        (date(2019, 8, 1), yunnan, GUYUAN, (6,)),
    ):
        story.post(LAMPS, list(several), unit=unit, place=place, on=on)
        story.post(COVERED, list(several), unit=unit, place=place, on=on)
        story.post(VILLAGES, [20], unit=unit, place=place, on=on)
        story.post(PLEDGED, [8], unit=unit, place=place, on=on)
        people = [party(1), party(2), party(int(place % 97))]
        for measure in (LESSONS, POSTED):
            story.post(measure, [1, 1, 1], unit=unit, place=place, on=on, parties=list(people))
        for measure in (PAID, GIVEN):
            money = [Decimal("100.50"), Decimal("20"), Decimal("3.25")]
            story.post(measure, money, unit=unit, place=place, on=on, parties=list(people))
    story.seal()
    return story
