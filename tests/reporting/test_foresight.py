"""What the preview of a sheet says of figures: each is what the figure itself says once the rows are verified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.intake import posting, queries
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.reported.operations import import_reported, verify_reported_paper
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import FiguresAfter
from bangfu.reporting.queries import figure
from tests.cast import Cast
from tests.foundation.intake.reported.reporting import STUDENTS, Row, Sheet, received
from tests.foundation.review.looking import looked_at

pytestmark = pytest.mark.django_db


def foreseen(upload: Upload, reader: Account) -> FiguresAfter:
    shown = queries.preview(upload)
    facts = posting.coming(shown.layout, shown.checked, upload)
    return posting.figures(facts, unit=upload.unit, reader=reader, on=timezone.localdate(upload.uploaded_at))


def said(figures: FiguresAfter) -> list[tuple[str, str, str, str]]:
    """Return the lines in Chinese, with plain spaces."""
    lines = [(one.about.zh, one.now.zh, one.then.zh, one.difference.zh) for one in figures.lines]
    return [tuple(cell.replace("\u202f", " ") for cell in line) for line in lines]


def count(upload: Upload, cast: Cast) -> None:
    paper = import_reported(upload=upload, act=cast.act(cast.clerk))
    verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))


class TestFiguresAfter:
    def test_says_what_the_figure_says_once_the_rows_are_verified(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        count(received(Sheet([Row("GZ-1", "1000")]), unit=cast.guizhou, act=clerk, folder=tmp_path), cast)
        rows = [Row("GZ-1", "1000"), Row("GZ-2", "20.5"), Row("GZ-3", "7", place="望谟县")]
        upload = received(Sheet(rows), unit=cast.guizhou, act=clerk, folder=tmp_path)
        found = foreseen(upload, cast.clerk)
        of_the_year = [one for one in said(found) if one[0] == "2019年 · 贵州省分公司"]
        assert of_the_year == [("2019年 · 贵州省分公司", "1 000 元", "1 027.5 元", "+27.5")]
        counties = [(about, difference) for about, *_, difference in said(found)[1:]]
        assert counties == [
            ("2019年 · 贵州省黔西南布依族苗族自治州册亨县 · 贵州省分公司", "+20.5"),
            ("2019年 · 贵州省黔西南布依族苗族自治州望谟县 · 贵州省分公司", "+7"),
        ]
        count(upload, cast)
        (first, *_) = found.lines
        code = first.address.split("/")[2]
        assert figure(code, period="2019", unit=cast.guizhou).value == Decimal("1027.5")

    def test_takes_back_what_a_correction_takes_back(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        count(received(Sheet([Row("GZ-1", "1000")]), unit=cast.guizhou, act=clerk, folder=tmp_path), cast)
        moved = Row("GZ-1", "1200", happened_on=date(2020, 1, 31), remark="省公司财务部 2020 年 3 号函")
        upload = received(Sheet([moved]), unit=cast.guizhou, act=clerk, folder=tmp_path)
        assert said(foreseen(upload, cast.clerk))[:2] == [
            ("2020年 · 贵州省分公司", "—", "1 200 元", "+1 200"),
            ("2019年 · 贵州省分公司", "1 000 元", "0 元", "−1 000"),
        ]

    def test_counts_nobody_twice_who_is_counted_already(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)

        def sheet(*pupils: int) -> Sheet:
            rows = [
                Row(f"ZX-{pupils[0]}-{n}", "1", title="助学金发放", party_number=f"XJ-{one:04}")
                for n, one in enumerate(pupils)
            ]
            return Sheet(rows, STUDENTS)

        count(received(sheet(1, 2), unit=cast.guizhou, act=clerk, folder=tmp_path), cast)
        upload = received(sheet(3, 2, 3, 1, 4), unit=cast.guizhou, act=clerk, folder=tmp_path)
        first = foreseen(upload, cast.clerk).lines[0]
        assert (first.now.zh.split()[0], first.then.zh.split()[0], first.difference.zh) == ("2", "4", "+2")
        assert first.note is not None
        assert (first.note.zh, first.note.en) == (
            "2 个已计过，不再重复计",
            "2 are counted already, and not again",
        )

    def test_tells_nothing_to_whoever_may_not_see_the_figures(self, cast: Cast, tmp_path: Path) -> None:
        upload = received(
            Sheet([Row("GZ-1", "1")]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        assert foreseen(upload, cast.outsider) == FiguresAfter()

    def test_stands_on_the_page(self, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        upload = received(
            Sheet([Row("GZ-1", "1000")]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        client = Client()
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert ("对数字的影响" in page, "1\u202f000 元" in page or "1 000 元" in page) == (True, True)
        monkeypatch.setattr("bangfu.foundation.intake.aside.MOST_ROWS_AT_ONCE", 0)
        long = client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert (f'hx-get="/intake/uploads/{upload.pk}/figures"' in long, "1 000 元" in long) == (True, False)
        part = client.get(f"/intake/uploads/{upload.pk}/figures").content.decode()
        assert (part.startswith("<section"), "核验后" in part) == (True, True)
