"""The story's house: its officer may post, and a toy of every kind is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.foundation.ledger import catalogue
from bangfu.foundation.ledger.catalogue import enter_measures
from bangfu.foundation.rooms import register
from bangfu.reporting import indicators, texts
from tests.cast import Cast
from tests.reporting.kinds import FILES, MEASURES
from tests.reporting.story import LAMPS, LAMPS_NUMBER, Story, lamps_indicator

SHORT = {
    "zh": """# 用网络把山里山外连起来：{period 2019}帮扶工作报告

## 第一章　聚焦优势

{period 2019}，各省级分公司在结对帮扶的地区选址、架站、测试、验收，全年新建无线基站 {network.base_stations period=2019}。

> 口径：{note network.base_stations}
""",
    "en": """# Connecting the hills: report on assistance in {period 2019}

## Focus

In {period 2019} the provincial branches built, tested and accepted there {network.base_stations period=2019}, all new.

> Scope: {note network.base_stations}
""",
}


@pytest.fixture
def short_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in which the programme's report has one figure."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for language, written in SHORT.items():
        (folder / f"programme.{language}.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", folder)
    return folder


@pytest.fixture
def story(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Story:
    """The cast with an empty ledger, rolled back after the test."""
    return furnished(cast, monkeypatch, tmp_path)


def furnished(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Story:
    """Return a story whose officer may post, with the toys declared for the time of the test."""
    from bangfu.foundation.organisation import permissions

    toys = {one.code: one for one in (LAMPS, *MEASURES)}
    declared = {**catalogue.declared_measures(), **toys}
    monkeypatch.setattr(catalogue, "declared_measures", lambda: declared)
    more = {"story.post", "story.reverse"}
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (more if role == "officer" else set()),
    )
    monkeypatch.setitem(indicators._loaded.versions, LAMPS.code, (lamps_indicator(),))
    monkeypatch.setitem(indicators._loaded.codes, LAMPS_NUMBER, LAMPS.code)
    for number, text in enumerate(FILES, start=LAMPS_NUMBER + 1):
        path = tmp_path / f"{number}.toml"
        path.write_text(f"number = {number}\nversion = 1\nvalid_from = 2015-01-01\n{text}", encoding="utf-8")
        found = indicators.read_indicator(path, declared)
        monkeypatch.setitem(indicators._loaded.versions, found.code, (found,))
        monkeypatch.setitem(indicators._loaded.codes, number, found.code)
    enter_measures()
    return Story(cast)
