"""The sheet of lots: new ones come in, known ones are passed over, wrong rows are named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.queries import checked
from bangfu.foundation.points.models import Rate
from bangfu.foundation.points.operations import import_lots
from bangfu.foundation.points.sheets import LOTS_SHEET
from tests.cast import Cast
from tests.foundation.points.purse import check_balances, remaining
from tests.livelihoods.projects.test_sheets import workbook


@dataclass(frozen=True)
class Sent:
    """One row as the points system exports it."""

    member: str = "M-0007"
    lot: str = "2020-06"
    points: Any = 120
    earned_on: Any = date(2020, 6, 30)
    last_day: Any = date(2022, 12, 31)


def sent(cast: Cast, rows: list[Sent]) -> Any:
    return receive_upload(
        layout="points.lots", unit=cast.guizhou, name="批次.xlsx", content=workbook(LOTS_SHEET, rows), evidence=None,
        act=cast.act(cast.officer),
    )  # fmt: skip


@pytest.mark.django_db
class TestImportLots:
    def test_new_ones_come_in_and_known_ones_are_passed_over(
        self, cast: Cast, rate: Rate, tmp_path: Path
    ) -> None:
        known = Sent("M-0001", "2018", 300, date(2018, 12, 31), date(2020, 12, 31))
        upload = sent(cast, [Sent(), known])
        done = import_lots(upload=upload, act=cast.act(cast.officer))
        assert (done.outcome["new"], done.outcome["same"]) == (1, 1)
        assert remaining()["M-0007 2020-06"] == 120
        check_balances()
        with pytest.raises(UnableToImport):
            import_lots(upload=upload, act=cast.act(cast.officer))

    def test_names_wrong_rows(self, cast: Cast, rate: Rate, tmp_path: Path) -> None:
        rows = [
            Sent(), Sent(), Sent("13912345678"), Sent("M-0001", "2018", 301), Sent("M-0008", points=-1),
        ]  # fmt: skip
        found = checked(sent(cast, rows))
        assert [(one.row, one.column) for one in found.refusals] == [
            (3, "lot"), (4, "member"), (5, "lot"), (6, "points"),
        ]  # fmt: skip
        assert found.new == 1
