"""A changed row of a counted record becomes a reversal and a new fact, and both are shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.intake.models import ReportedCorrection
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.posting import coming, effects
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.intake.reported.operations import import_reported, verify_reported_paper
from tests.cast import CEHENG, Cast
from tests.foundation.intake.reported.reporting import Row, Sheet, counts, facts, imported, received, record
from tests.foundation.intake.test_pages import door, text_of
from tests.foundation.review.looking import looked_at

pytestmark = pytest.mark.django_db
BASIS = "省公司财务部 2020 年 3 号函"


def counted(cast: Cast, folder: Path) -> None:
    """Report two records and have them verified."""
    paper = imported(
        Sheet([Row("GZ-1", "1000"), Row("GZ-2", "7")]),
        unit=cast.guizhou,
        act=cast.act(cast.clerk),
        folder=folder,
    )
    verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))


def amounts() -> list[tuple[str, Decimal, int]]:
    return [(fact[3], fact[0], fact[7]) for fact in facts()]


class TestCorrectingBySheet:
    def test_takes_back_and_counts_anew(self, cast: Cast, tmp_path: Path) -> None:
        counted(cast, tmp_path)
        again = Sheet(
            [
                Row("GZ-1", "1200", happened_on=date(2020, 1, 31), remark=BASIS),
                Row("GZ-2", "7"),
                Row("GZ-3", "5"),
            ]
        )
        upload = received(again, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        shown = preview(upload)
        assert (shown.checked.new, shown.checked.changed, shown.checked.same) == (1, 1, 1)
        told = effects(shown.layout, coming(shown.layout, shown.checked, upload))
        assert [(one.period, one.quantity) for one in told] == [
            ("2019", Decimal(-995)), ("2020", Decimal(1200)),
        ]  # fmt: skip
        page = text_of(door(cast.clerk).get(f"/intake/uploads/{upload.pk}/"))
        assert "已计入、将更正的行" in page
        assert "2019-09-30 · 1,000" in page
        assert "2020-01-31 · 1,200" in page

        paper = import_reported(upload=upload, act=cast.act(cast.clerk))

        assert amounts() == [("GZ-1", Decimal(1000), 1), ("GZ-2", Decimal(7), 1), ("GZ-1", Decimal(-1000), 1)]
        assert list(
            ReportedCorrection.objects.values_list(
                "record", "revision", "place", "happened_on", "quantity", "reason", "remark", "corrected_by"
            )
        ) == [
            (record("GZ-1").pk, 1, CEHENG, date(2019, 9, 30), Decimal(1000), "wrong_quantity", BASIS, cast.clerk.pk)
        ]  # fmt: skip
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert amounts()[3:] == [("GZ-1", Decimal(1200), 2), ("GZ-3", Decimal(5), 1)]

    @pytest.mark.parametrize(
        ("typed", "column", "words"),
        [
            ({"quantity": "1200"}, "remark", "写明依据"),
            ({"title": "另一事项", "quantity": "1200", "remark": BASIS}, "reference", "更正"),
            ({"remark": "只改备注"}, "reference", "更正"),
        ],
    )
    def test_refuses_what_is_no_correction(
        self, cast: Cast, tmp_path: Path, typed: dict[str, str], column: str, words: str
    ) -> None:
        counted(cast, tmp_path)
        sheet = Sheet([Row("GZ-1", "1000").but(**typed)])
        upload = received(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        (refusal,) = preview(upload).checked.refusals
        assert (refusal.column, words in refusal.sentence.zh) == (column, True)
        before = counts()
        with pytest.raises(UnableToImport):
            import_reported(upload=upload, act=cast.act(cast.clerk))
        assert counts() == before
