"""The story's house with a little of everything, and two flows of money, for charts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.foundation.ledger import catalogue
from bangfu.reporting import indicators
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.story import Story
from tests.reporting.tables.conftest import filled as filled_house  # noqa: F401 - a fixture

FLOWS = {"toy.paid_in": ("toy.paid", "助学金", "Grants"), "toy.given_in": ("toy.given", "物资折价", "Goods")}


@pytest.fixture
def filled(
    filled_house: Story,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Story:
    """The house of tables, with the flows of its money declared."""
    for number, (code, (measure, zh, en)) in enumerate(FLOWS.items(), 8100):
        path = tmp_path / f"{number}.toml"
        path.write_text(
            f"""
code = "{code}"
number = {number}
version = 1
valid_from = 2015-01-01
kind = "flow"
measure = "{measure}"
title = {{ zh = "{zh}", en = "{en}" }}
unit = {{ zh = "元", en = "yuan" }}
display = {{ scale = "万", decimals = 2, rounding = "down" }}
scope_note = {{ zh = "{zh}口径。", en = "{en}, counted." }}
""",
            encoding="utf-8",
        )
        found = indicators.read_indicator(path, catalogue.declared_measures())
        monkeypatch.setitem(indicators._loaded.versions, code, (found,))
        monkeypatch.setitem(indicators._loaded.codes, number, code)
    return filled_house
