"""What is missing waits for who reports for the unit, until it is reported or declared as nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.people.models import Account
from bangfu.reporting.dashboard.waiting import missing_reports
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.operations import declare_nil
from bangfu.reporting.targets.quality import quality_of
from tests.reporting.story import Story
from tests.reporting.targets.pledged import CADRES, STATIONS, act, in_force

pytestmark = pytest.mark.django_db

ON = date(2020, 7, 1)


def said(account: Account, on: date = ON) -> list[tuple[str, int]]:
    return [(one.about.en if one.about else "", one.count) for one in missing_reports(account, on)]


def test_waits_for_the_branch_until_it_reports_or_declares(story: Story) -> None:
    cast = story.cast
    in_force(cast)
    assert said(cast.clerk) == [("Guizhou branch", 2)]
    assert said(cast.clerk_of_yunnan) == [("Yunnan branch", 1)]
    for other in (cast.verifier, cast.auditor, cast.county_official, cast.outsider):
        assert said(other) == []
    checked = quality_of([cast.guizhou], year=2020, on=ON, lights=lights_on(ON))[0]
    assert checked.missing == (STATIONS, CADRES)
    story.stations(1, on=date(2020, 3, 1))
    assert said(cast.clerk) == [("Guizhou branch", 1)]
    declare_nil(unit=cast.guizhou, year=2020, indicator=CADRES, remark="今年不办班", act=act(cast.clerk))
    assert said(cast.clerk) == []


def test_is_not_spoken_of_before_lights_are_judged(story: Story) -> None:
    in_force(story.cast)
    assert said(story.cast.clerk, date(2020, 1, 20)) == []
    assert said(story.cast.clerk, date(2021, 7, 1)) == []


def test_many_units_are_one_line_and_as_many_questions(story: Story) -> None:
    cast = story.cast
    in_force(cast)
    assert said(cast.officer) == [("The group", 2), ("Guizhou branch", 2), ("Yunnan branch", 1)]
    with CaptureQueriesContext(connection) as three:
        missing_reports(cast.officer, ON)
    story.stations(1, unit=cast.yunnan.pk, on=date(2020, 3, 1))
    assert said(cast.officer) == [("The group", 1), ("Guizhou branch", 2)]
    with CaptureQueriesContext(connection) as two:
        missing_reports(cast.officer, ON)
    assert len(three) == len(two)


def test_opens_the_units_row_of_quality(story: Story) -> None:
    in_force(story.cast)
    (line,) = missing_reports(story.cast.clerk, ON)
    client = Client()
    client.force_login(story.cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(line.address)
    assert [row["one"].unit for row in page.context["rows"]] == [story.cast.guizhou]
