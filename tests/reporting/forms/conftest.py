"""The story's house with a form that is uploaded, and one of which cells are pointed at figures."""

from __future__ import annotations

from typing import Any

import pytest

from bangfu.reporting.forms.models import Revision, Version
from bangfu.reporting.forms.operations import point_cells, upload_form
from bangfu.reporting.forms.pointing import Pointing
from tests.cast import Cast
from tests.reporting.forms import papers
from tests.reporting.story import LAMPS, Story
from tests.reporting.tables.conftest import filled, story  # noqa: F401 - fixtures

STATIONS = "network.base_stations"


def uploaded(cast: Cast, content: bytes | None = None, **changes: Any) -> Version:
    """Return the form, uploaded by the officer for the group."""
    given: dict[str, Any] = {
        "unit": cast.group, "name_zh": " 帮扶情况表 ", "name_en": "",
        "file": ("表样.xlsx", papers.workbook() if content is None else content), "act": cast.act(cast.officer),
    }  # fmt: skip
    return upload_form(**{**given, **changes})


def pointed(cast: Cast, version: Version, **fields: Any) -> Revision:
    """Return the revision after the officer pointed cells."""
    return point_cells(
        version=version, pointing=Pointing(**{"sheet": 0, **fields}), act=cast.act(cast.officer)
    )


def point_all(cast: Cast, version: Version) -> Revision:
    """Point the whole form: two items now and a year before, texts, a total as check, units by items."""
    pointed(cast, version, cells="B5", indicator=STATIONS)
    pointed(cast, version, cells="C5", indicator=STATIONS, period="last_year")
    pointed(cast, version, cells="B6", indicator=LAMPS.code, nothing="…")
    pointed(cast, version, cells="B7", indicator=STATIONS)
    pointed(cast, version, cells="B2", kind="text", text="unit")
    pointed(cast, version, cells="D2", kind="text", text="period")
    return pointed(cast, version, sheet=1, cells="B2:C3", down="unit", across="indicator")


@pytest.fixture
def version(filled: Story) -> Version:  # noqa: F811 - the fixture
    """A form of which everything is pointed at."""
    found = uploaded(filled.cast)
    point_all(filled.cast, found)
    return found
