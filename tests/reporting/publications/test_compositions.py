"""A publication of growth, a share, sums and one per head, verified by the stranger's program alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.places.operations import register_denominators
from bangfu.reporting import indicators, texts
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.preparing import level_asked
from bangfu.reporting.selection import read_selection
from tests.cast import CEHENG, GUYUAN
from tests.reporting.publications.conftest import verify_all
from tests.reporting.publications.forging import changed, faults_of, members_of, signed_anew
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story

HERE = "period=2019 place=522327"
TEXT = {
    "zh": f"""# {{period 2019}}帮扶工作报告

## 第一章　聚焦优势

{{period 2019}}册亨新建无线基站{{network.base_stations_growth {HERE}}}，占{{network.base_stations_share {HERE}}}。

{{period 2019}}册亨累计{{network.base_stations_total {HERE}}}，人均{{tariffs.relief_each {HERE}}}。

{{period 2019}}募集{{campaigns.all_raised period=2019}}。{{period 2018}}发放{{grants.paid_in_poor_counties period=2018}}。
""",
    "en": f"""# Report on assistance in {{period 2019}}

## Focus

In {{period 2019}} Ceheng had {{network.base_stations_growth {HERE}}} and {{network.base_stations_share {HERE}}}.

In {{period 2019}} it had {{network.base_stations_total {HERE}}} and {{tariffs.relief_each {HERE}}}.

In {{period 2019}}: {{campaigns.all_raised period=2019}}. In {{period 2018}}: {{grants.paid_in_poor_counties period=2018}}.
""",
}
VALUES = {
    "network.base_stations_growth": "0.5",
    "network.base_stations_share": "0.75",
    "network.base_stations_total": "5",
    "tariffs.relief_each": "2.25",
    "campaigns.all_raised": "300.5",
    "grants.paid_in_poor_counties": "80",
}


@pytest.fixture
def told(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """In 册亨 two stations of 2018 and three of 2019, one of 2019 in 沽源; relief, gifts and grants; verified and sealed."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for language, written in TEXT.items():
        (folder / f"programme.{language}.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", folder)
    monkeypatch.setattr(settings, "PUBLICATIONS_FOLDER", tmp_path / "publications")
    story.stations(2, on=date(2018, 5, 4))
    story.stations(3, on=date(2019, 5, 4))
    story.stations(1, place=GUYUAN, on=date(2019, 5, 4))
    measures = declared_measures()
    for code, amount, on in (
        ("tariffs.relief", 450000, date(2019, 6, 30)), ("campaigns.raised", 300, date(2019, 6, 1)),
        ("campaigns.red_scarf_raised", Decimal("0.5"), date(2019, 6, 1)), ("grants.paid", 80, date(2018, 9, 1)),
    ):  # fmt: skip
        story.post(measures[code], [amount], unit=None, place=CEHENG, on=on)
    rows = pl.DataFrame([(CEHENG, 2018, 200000)], schema=["place", "year", "value"], orient="row")
    act = story.cast.act(story.cast.administrator)
    register_denominators(register="population", source="统计公报", rows=rows, act=act)
    verify_all()
    story.seal()
    return story


@pytest.fixture
def bundle(told: Story) -> dict[str, bytes]:
    frozen(told)
    return members_of(bundle_path(1))


@pytest.fixture
def own_key(bundle: dict[str, bytes]) -> Ed25519PrivateKey:
    """The ledger's key, as somebody has it who stole it."""
    stored = (Path(settings.SECRETS_FOLDER) / "ledger.key").read_text().strip()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored))


def test_every_figure_is_recomputed_by_the_bundles_own_program(
    bundle: dict[str, bytes], tmp_path: Path
) -> None:
    figures = json.loads(bundle["figures.json"])["figures"]
    assert {one["indicator"]: one["value"] for one in figures} == VALUES
    counts = {one["indicator"]: [len(lines) for lines in one["facts"]] for one in figures}
    assert counts == {
        "network.base_stations_growth": [3, 2],
        "network.base_stations_share": [3, 4],
        "network.base_stations_total": [5],
        "tariffs.relief_each": [1, 0],
        "campaigns.all_raised": [2],
        "grants.paid_in_poor_counties": [1],
    }
    program = tmp_path / "verify.py"
    program.write_bytes(bundle["verify.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(program), str(bundle_path(1))], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, "全部相符" in ran.stdout) == (0, True), ran.stdout


@pytest.mark.parametrize(
    ("code", "value"), [("network.base_stations_growth", "0.75"), ("tariffs.relief_each", "3")]
)
def test_a_forged_value_is_reported(
    bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path, code: str, value: str
) -> None:
    def forge(content: bytes) -> bytes:
        said = json.loads(content)
        (one,) = (each for each in said["figures"] if each["indicator"] == code)
        one["value"] = value
        return json.dumps(said).encode()

    forged = signed_anew(changed(bundle, "figures.json", forge), own_key)
    assert any(f"({code}) is said to be {value}" in fault for fault in faults_of(forged, tmp_path))


def test_everybody_sees_the_document_of_a_denominator(bundle: dict[str, bytes]) -> None:
    figures = json.loads(bundle["figures.json"])["figures"]
    (position,) = (at for at, one in enumerate(figures) if one["indicator"] == "tariffs.relief_each")
    assert [(row["year"], row["value"], row["source"]) for row in figures[position]["registered"]] == [
        (2018, "200000", "统计公报")
    ]
    for term in ("", "?term=1"):
        page = Client(SERVER_NAME="localhost").get(f"/publications/published/1/figures/{position}/{term}")
        assert page.status_code == 200
        assert "统计公报" in page.content.decode()


def test_a_definition_that_names_counties_shows_them(told: Story) -> None:
    (narrowed,) = indicators.versions_of("grants.paid_in_poor_counties")
    (plain,) = indicators.versions_of("grants.paid")
    asked = read_selection({"period": "2018", "as_of": "1"})
    levels = [level_asked(asked, one.term) for one in (plain, narrowed)]
    assert (levels, level_asked(asked, replace(plain.term, place=GUYUAN))) == ([1, 3], 3)
