"""``bangfu targets``."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date

import pytest
from click.testing import CliRunner

from bangfu.site.cli import targets
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.story import Story
from tests.reporting.targets.pledged import in_force


@pytest.fixture(autouse=True)
def _in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "database", nullcontext)


def said(*arguments: str) -> str:
    done = CliRunner().invoke(targets.targets, list(arguments))
    return done.output + str(done.exception or "")


@pytest.mark.django_db
def test_lists_how_far_each_target_is(story: Story) -> None:  # noqa: F811
    assert "没有生效的目标" in said("--year", "2020")
    story.stations(30, on=date(2020, 2, 1))
    in_force(story.cast)
    lines = said("--on", "2020-07-01", "--year", "2020", "--unit", "P52").splitlines()
    assert lines[0].split("\t") == ["P52", "新建无线基站", "50", "30", "60.0%", "60", "绿灯"]
    rows = json.loads(said("--on", "2020-07-01", "--year", "2020", "--json"))
    assert len(rows) == 5
    assert (rows[0]["method"], rows[0]["light"], rows[0]["time"]) == ("linear", "red", "50.0%")
    assert "没有编码为 P99 的单位" in said("--unit", "P99")
