"""The sheets: the project library becomes projects, money becomes movements on one paper; faults are named row by row."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.posting import coming
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.operations import Act
from bangfu.livelihoods.projects.models import Movement, Project
from bangfu.livelihoods.projects.operations import import_movements, import_projects
from bangfu.livelihoods.projects.sheets import MOVEMENTS_SHEET, PROJECTS_SHEET
from tests.cast import Cast
from tests.livelihoods.projects.projected import approved, facts, refuses, verified

SLIP = ("回单.txt", "银行回单".encode())


@dataclass(frozen=True)
class Listed:
    """One row of the library as a county types it."""

    code: str = "CH-2020-01"
    title_zh: str = "糯米蕉烘干车间"
    title_en: str = ""
    place: str = "册亨县"
    revitalisation: str = "产业振兴"
    plan_title: str = "册亨县项目库"
    plan_number: str = "3号"
    starts_on: str = "2020-03-01"
    last_day: str = "2020-06-30"
    own_yuan: Any = 300000
    gift_yuan: Any = ""
    gift_party: str = ""
    investment_yuan: Any = ""
    investment_party: str = ""
    library_on: str = "2020-01-10"
    library_document: str = "册库1号"


@dataclass(frozen=True)
class Paid:
    """One row of money as a branch types it."""

    project_code: str = "CH-2020-01"
    kind: str = "下达"
    source: str = "自有无偿"
    amount_yuan: Any = 200000
    happened_on: str = "2020-03-10"
    payer: str = "P52"
    payee: str = "CH-TREASURY"
    receipt: str = "A-1"
    note: str = ""
    apart: str = ""
    evidence: str = SLIP[0]


def workbook(layout: Layout, rows: list[Any]) -> bytes:
    """Return rows as a workbook of a layout."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in layout.columns])
        for line, row in enumerate(rows, 1):
            page.write_row(line, 0, [getattr(row, column.name) for column in layout.columns])
    return buffer.getvalue()


def received(cast: Cast, layout: Layout, rows: list[Any], folder: Path, name: str = "台账.xlsx") -> Upload:
    """Upload a sheet, with the receipts' files if it takes them."""
    path = folder / "evidence.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*SLIP)
    return receive_upload(
        layout=layout.code,
        unit=cast.guizhou,
        name=name,
        content=workbook(layout, rows),
        evidence=path if layout.takes_evidence else None,
        act=cast.act(cast.clerk),
    )


def said_of(upload: Upload) -> list[tuple[int, str | None]]:
    """Return the rows that are refused, each with its column."""
    return [(one.row, one.column) for one in preview(upload).checked.refusals]


@pytest.mark.django_db
class TestTheLibrary:
    def test_becomes_projects(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            Listed(),
            Listed(
                "CH-2020-02",
                gift_yuan="1234.56",
                gift_party="91110000EXAMPLE01A",
                library_on="",
                library_document="",
            ),
        ]
        import_projects(upload=received(cast, PROJECTS_SHEET, rows, tmp_path), act=cast.act(cast.clerk))
        first, second = Project.objects.order_by("code")
        assert (first.state, second.state, first.last_day) == ("LIBRARY", "IDEA", date(2020, 6, 30))
        assert list(first.steps.order_by("pk").values_list("state", "document")) == [
            ("IDEA", ""),
            ("LIBRARY", "册库1号"),
        ]
        assert list(second.budgets.order_by("source").values_list("source", "amount_fen", "party")) == [
            ("GIFT", 123_456, "91110000EXAMPLE01A"),
            ("OWN", 30_000_000, ""),
        ]

    def test_names_faults_and_passes_over_what_is_known(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        import_projects(upload=received(cast, PROJECTS_SHEET, [Listed()], tmp_path), act=act)
        rows = [
            Listed(),
            Listed("CH-2020-03", place="沽源县"),
            Listed("CH-2020-04", library_document=""),
            Listed("CH-2020-05", gift_yuan=5),
        ]
        upload = received(cast, PROJECTS_SHEET, rows, tmp_path, "二.xlsx")
        assert said_of(upload) == [(3, "place"), (4, "library_document"), (5, "gift_party")]
        refuses(UnableToImport, "rows_refused", lambda: import_projects(upload=upload, act=act))
        fresh = received(cast, PROJECTS_SHEET, [Listed(), Listed("CH-2020-06")], tmp_path, "三.xlsx")
        assert (preview(fresh).checked.same, preview(fresh).checked.new) == (1, 1)

    def test_changes_what_is_not_approved_yet(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        idea = Listed("CH-2020-02", library_on="", library_document="")
        import_projects(upload=received(cast, PROJECTS_SHEET, [Listed(), idea], tmp_path), act=act)
        rows = [
            Listed(title_zh="别的", own_yuan="", gift_yuan=5, gift_party="91110000EXAMPLE01A"),
            replace(idea, library_on="2020-01-12", library_document="册库2号"),
            Listed("CH-2020-03"),
        ]
        upload = received(cast, PROJECTS_SHEET, rows, tmp_path, "二.xlsx")
        checked = preview(upload).checked
        assert (checked.new, checked.changed, checked.same) == (1, 2, 0)
        done = import_projects(upload=upload, act=act)
        assert done.outcome is not None
        assert (done.outcome["new"], done.outcome["changed"]) == (1, 2)
        first, second, _ = Project.objects.order_by("code")
        assert (first.title_zh, first.state, second.state) == ("别的", "LIBRARY", "LIBRARY")
        assert dict(first.budgets.values_list("source", "amount_fen")) == {"OWN": 0, "GIFT": 500}
        last = second.steps.latest("pk")
        assert (last.state, last.document, last.taken_on) == ("LIBRARY", "册库2号", date(2020, 1, 12))
        again = received(cast, PROJECTS_SHEET, [rows[0], Listed("CH-2020-04")], tmp_path, "三.xlsx")
        assert (preview(again).checked.same, preview(again).checked.new) == (1, 1)

    def test_leaves_approved_projects_to_their_pages(self, cast: Cast, tmp_path: Path) -> None:
        project = approved(cast)
        upload = received(cast, PROJECTS_SHEET, [Listed(title_zh="别的")], tmp_path)
        assert said_of(upload) == [(2, "code")]
        refuses(
            UnableToImport, "rows_refused", lambda: import_projects(upload=upload, act=cast.act(cast.clerk))
        )
        project.refresh_from_db()
        assert project.title_zh == "糯米蕉烘干车间"


@pytest.mark.django_db
class TestMoney:
    def chain(self) -> list[Paid]:
        return [
            Paid(kind="到账", receipt="C-3"),
            Paid(kind="拨付", receipt="B-2"),
            Paid(),
            Paid(kind="支出", receipt="D-4", amount_yuan="199999.99", payer="CH-TREASURY", payee="BUILDER-1"),
        ]

    def test_becomes_one_paper_that_counts_a_whole_chain(self, cast: Cast, tmp_path: Path) -> None:
        approved(cast)
        upload = received(cast, MOVEMENTS_SHEET, self.chain(), tmp_path)
        to_come = coming(MOVEMENTS_SHEET, preview(upload).checked, upload)
        assert sorted(zip(to_come["measure"], to_come["quantity"], strict=True)) == [
            ("projects.allocated", Decimal(200_000)),
            ("projects.paid", Decimal(200_000)),
            ("projects.put_in", Decimal(200_000)),
            ("projects.received", Decimal(200_000)),
            ("projects.spent", Decimal("199999.99")),
        ]
        paper = import_movements(upload=upload, act=cast.act(cast.clerk))
        assert (paper.record_count, facts()) == (4, [])
        verified(cast, paper)
        assert sorted((row[0], row[1]) for row in facts()) == sorted(
            zip(to_come["measure"], to_come["quantity"], strict=True)
        )
        assert {one.upload_id for one in Movement.objects.all()} == {upload.pk}

    def test_names_faults(self, cast: Cast, tmp_path: Path) -> None:
        approved(cast)
        rows = [
            Paid(),
            Paid(kind="拨付", receipt="B-2", amount_yuan=200001),
            Paid(project_code="NONE", receipt="X"),
            Paid(receipt="A-1"),
            Paid(kind="到账", receipt="C", payer="张三"),
        ]
        upload = received(cast, MOVEMENTS_SHEET, rows, tmp_path)
        assert said_of(upload) == [(3, "amount"), (4, "project_code"), (5, "receipt"), (6, "payer")]
        act = cast.act(cast.clerk)
        refuses(UnableToImport, "rows_refused", lambda: import_movements(upload=upload, act=act))

    def test_passes_over_what_is_entered(self, cast: Cast, tmp_path: Path) -> None:
        approved(cast)
        act: Act = cast.act(cast.clerk)
        import_movements(upload=received(cast, MOVEMENTS_SHEET, [Paid()], tmp_path), act=act)
        rows = [Paid(), replace(Paid(), kind="拨付", receipt="B-2")]
        import_movements(upload=received(cast, MOVEMENTS_SHEET, rows, tmp_path, "二.xlsx"), act=act)
        assert Movement.objects.count() == 2
