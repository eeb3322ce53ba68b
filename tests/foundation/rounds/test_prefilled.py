"""Nothing is asked twice: every sheet's form and grid comes with what the system knows filled in. The guide's count is zero."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.reported.reportable import reportable_measures
from bangfu.foundation.rounds.operations import ScheduleDetails, make_schedule, open_round
from bangfu.foundation.rounds.rows import checked_grid, has_grid, more_rows
from tests.cast import Cast
from tests.foundation.rounds.asking import IN_TIME, JUNE, owed_by, with_file

pytestmark = pytest.mark.django_db
KNOWN = {"reference", "title", "place", "happened_on", "evidence"}
"""Columns of which the system knows something before anybody types: numbers, days, names, the unit's place, the file."""
ASKED_OF_PEOPLE = {"quantity", "party_number", "line", "remark"}


def door(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_column_is_either_filled_in_or_for_people_to_say() -> None:
    for code in reportable_measures():
        names = {column.name for column in layout_with_code(code).columns}
        assert names - KNOWN <= ASKED_OF_PEOPLE, code
        assert not names & {"unit", "period", "month", "year", "reported_by"}, code


def test_what_is_known_stands_in_every_grid_and_form(cast: Cast) -> None:
    measures = tuple(reportable_measures())
    details = ScheduleDetails("全部月报", measures, "MONTH", 5, JUNE, chosen=(cast.guizhou.pk,))
    act = cast.act(cast.officer, at=IN_TIME)
    schedule = make_schedule(details=details, unit=cast.group, responsible=cast.officer, act=act)
    owed = owed_by(open_round(schedule=schedule, starts_on=JUNE, act=act), cast.guizhou)
    with_file(cast, owed)
    twice, client = [], door(cast.clerk)
    for code in measures:
        columns = {column.name for column in layout_with_code(code).columns}
        (row,) = more_rows(owed, code, (), 1, date(2020, 7, 3))
        if has_grid(layout_with_code(code)):
            twice += [(code, name) for name in KNOWN & columns if not row.cells.get(name)]
            page = client.get(f"/rounds/returns/{owed.pk}/{code}/").content.decode()
            assert re.search(r'name="(unit|period)"', page) is None
            known = checked_grid(owed, code, [_counted(row)], IN_TIME)
            assert {one.column for one in known.problems} <= {"quantity", "party_number"}, (
                code,
                known.problems,
            )
    page = client.get(f"/rounds/returns/{owed.pk}/").content.decode()
    for code in measures:
        link = re.search(rf'href="(/intake/reported/{re.escape(code)}/register\?[^"]+)"', page)
        assert link is not None, code
        form = client.get(link[1].replace("&amp;", "&")).context["form"]
        first = {name: form[name].value() for name in ("unit", "reference", "title", "place", "happened_on")}
        twice += [(code, name) for name, value in first.items() if not value]
        assert (first["unit"], first["happened_on"]) == (cast.guizhou.pk, "2020-06-30")
    assert twice == []


def _counted(row):
    from dataclasses import replace

    return replace(row, cells={**row.cells, "quantity": "1"})
