"""The example client loads a CSV of completions through the served product, and the figure counts them once verified."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bangfu.foundation.ledger.checkpoints import signing_keys
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.training.sheets import COLUMNS
from example.client import load_completions, watch_ledger
from tests.cast import Cast, enter_cast
from tests.foundation.api.asking import Program
from tests.livelihoods.training.trained import SHEET, Row, number, opened, verified
from tests.serving import served

pytestmark = pytest.mark.database


@pytest.fixture
def house(own_database: str) -> Iterator[str]:
    """The product on the loopback, over a database in which commits are real."""
    with served() as address:
        yield address


@pytest.fixture
def cast(house: str) -> Cast:
    """The cast, for good."""
    return enter_cast()


def written(folder: Path, rows: list[Row]) -> tuple[Path, Path]:
    """Return a CSV of completions and the zip of its sign-in list."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(column.title.zh for column in COLUMNS)
    lines.writerows([getattr(row, column.name) for column in COLUMNS] for row in rows)
    sheet, evidence = folder / "completions.csv", folder / "sign-in.zip"
    sheet.write_text(text.getvalue(), encoding="utf-8")
    with zipfile.ZipFile(evidence, "w") as archive:
        archive.writestr(*SHEET)
    return sheet, evidence


def test_from_the_csv_to_the_figure(
    house: str,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened(cast)
    program = Program(cast.officer)
    sheet, evidence = written(tmp_path, [Row(), Row(name="学员乙", identity_number=number(2))])
    arguments = [
        str(sheet),
        "--evidence",
        str(evidence),
        "--unit",
        "GROUP",
        "--house",
        house,
        "--year",
        "2019",
    ]
    with pytest.raises(SystemExit):
        load_completions.main(arguments)
    assert "BANGFU_TOKEN" in capsys.readouterr().err

    monkeypatch.setenv("BANGFU_TOKEN", program.token)
    assert load_completions.main(["--headings", "--house", house]) == 0
    assert capsys.readouterr().out.strip() == ",".join(column.title.zh for column in COLUMNS)
    assert load_completions.main(arguments) == 0
    paper = Batch.objects.get()
    assert capsys.readouterr().out.splitlines() == [
        "training.cadres 2019: no records yet",
        f"imported 2 rows as paper {paper.pk}; they count once another person verifies it",
        "training.cadres 2019: no records yet",
    ]
    verified(cast, paper)
    assert load_completions.main(arguments) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("(exactly 2, from 2 facts, block 0)")
    assert said[1].startswith("imported before, at ")
    assert Batch.objects.count() == 1

    sheet, evidence = written(tmp_path, [Row(course_code="PX-2019-99")])
    assert load_completions.main(arguments) == 1
    assert "row 2, course_code: " in capsys.readouterr().err
    monkeypatch.setenv("BANGFU_TOKEN", "bf_wrong")
    assert load_completions.main(arguments) == 2
    assert capsys.readouterr().err.startswith("no_token: Send a valid token")


def test_the_watcher_proves_that_nothing_was_rewritten(
    house: str, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.txt"
    first = seal_pending()
    arguments = [str(kept), "--house", house, "--key", signing_keys()[0].public_key]
    assert watch_ledger.main(arguments) == 0
    assert capsys.readouterr().out == f"block {first} is kept; the next run compares with it\n"
    with system_writes("a unit is founded"):
        enter_unit(
            code="P54", name_zh="西藏分公司", name_en="Tibet branch", kind=Unit.Kind.PROVINCE, parent=cast.group,
            place=None, starts_on=date(2020, 1, 1),
        )  # fmt: skip
    second = seal_pending()
    assert watch_ledger.main(arguments) == 0
    assert capsys.readouterr().out == f"block {second} begins with block {first}: nothing was rewritten\n"
    stranger = base64.b64encode(bytes(32)).decode()
    before = kept.read_bytes()
    assert watch_ledger.main([*arguments[:-1], stranger]) == 1
    assert kept.read_bytes() == before, "what could not be proved is not kept"
