"""A figure per head whose registered number was corrected after the publication: erratum, file and verifier."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from bangfu.foundation.places.operations import register_denominators
from bangfu.reporting.corrections.operations import approve_erratum, propose_erratum
from bangfu.reporting.corrections.proving import erratum_path
from bangfu.reporting.corrections.verify_erratum import REFERENCES, verify_erratum
from bangfu.reporting.publications.bundle import bundle_path
from tests.cast import CEHENG
from tests.reporting.corrections.test_verifying import faults, members
from tests.reporting.publications.conftest import story  # noqa: F401 - fixture
from tests.reporting.publications.test_compositions import told  # noqa: F401 - fixture
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story


@pytest.fixture
def corrected(told: Story) -> dict[str, bytes]:  # noqa: F811
    """450,000 yuan over 200,000 people was 2.25 a head; there were 180,000, which makes 2.50."""
    step = frozen(told)
    cast = told.cast
    rows = pl.DataFrame([(CEHENG, 2018, 180000)], schema=["place", "year", "value"], orient="row")
    register_denominators(
        register="population", source="更正的统计公报", rows=rows, act=cast.act(cast.administrator)
    )
    told.seal()
    figure = next(
        one for one in step.publication.figures.all() if one.content["indicator"] == "tariffs.relief_each"
    )
    erratum = propose_erratum(
        publication=step.publication, positions=[figure.position], explanation_zh="人口登记有误。",
        explanation_en="The number of people was wrong.", act=cast.act(cast.officer),
    )  # fmt: skip
    (found,) = erratum.figures.all()
    assert (found.old_value, found.new_value, found.causes.count()) == ("2.25", "2.5", 0)
    approve_erratum(erratum=erratum, act=cast.act(cast.verifier))
    return members()


def test_strangers_verify_it_with_the_erratums_own_program(
    corrected: dict[str, bytes], tmp_path: Path
) -> None:
    assert corrected[REFERENCES].count(b"\n") == 2, "the old number is superseded, the new one stands"
    assert verify_erratum(str(erratum_path(1, 1)), str(bundle_path(1))) == []
    (tmp_path / "verify_erratum.py").write_bytes(corrected["verify_erratum.py"])
    with zipfile.ZipFile(bundle_path(1)) as bundle:
        (tmp_path / "verify.py").write_bytes(bundle.read("verify.py"))
    ran = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify_erratum.py"), str(erratum_path(1, 1)), str(bundle_path(1))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, "全部相符" in ran.stdout) == (0, True), ran.stdout


def test_a_number_that_was_not_sealed_is_reported(corrected: dict[str, bytes], tmp_path: Path) -> None:
    forged = {**corrected, REFERENCES: corrected[REFERENCES].replace(b"180000", b"170000")}
    assert any("is not the one that was sealed" in fault for fault in faults(forged, tmp_path))


def test_without_the_number_the_figure_does_not_come_out(corrected: dict[str, bytes], tmp_path: Path) -> None:
    left = {name: content for name, content in corrected.items() if name != REFERENCES}
    assert any("(tariffs.relief_each) is said to be 2.5" in fault for fault in faults(left, tmp_path))
