"""Product fairs: one each; receipts of stalls by form and by sheet count once, and nothing reported counts beside them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload, take_back_import
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview
from bangfu.livelihoods.consumption.fairs import fairs, sold_by
from bangfu.livelihoods.consumption.guarding import UnableToReportSale
from bangfu.livelihoods.consumption.models import Exhibit, Fair, Sale, Stall
from bangfu.livelihoods.consumption.operations import (
    FairDetails,
    SoldLine,
    StallDetails,
    UnableToHoldFair,
    add_stall,
    enter_fair,
    import_receipts,
    refund_sale,
    return_fairs,
    sell_at_fair,
    verify_fairs,
    withdraw_fair,
    withdraw_sale,
)
from bangfu.livelihoods.consumption.receipt_sheets import FAIR_SHEET
from bangfu.livelihoods.consumption.unable import UnableToBring
from tests.cast import CEHENG, GUYUAN, Cast
from tests.foundation.intake.reported.reporting import Row as Reported
from tests.foundation.intake.reported.reporting import Sheet, imported
from tests.foundation.review.looking import looked_at
from tests.livelihoods.consumption.brought import export, facts, paper_of, refuses, said_of, verified

PAPER = (("收据.txt", "收据".encode()),)
DAY = date(2020, 5, 17)


def held(cast: Cast, **changes: Any) -> Fair:
    """Enter a fair of three days."""
    details: dict[str, Any] = {
        "code": "ZX-2020", "title": "年度工作会专场", "place": Place.objects.get(pk=CEHENG), "venue": "会议中心一层",
        "starts_on": date(2020, 5, 16), "ends_on": date(2020, 5, 19), "document": "帮扶办〔2020〕5号",
    }  # fmt: skip
    return enter_fair(
        details=FairDetails(**{**details, **changes}), unit=cast.guizhou, files=PAPER, act=cast.act(cast.clerk)
    )  # fmt: skip


def stall(cast: Cast, fair: Fair, code: str = "A01", place: int = CEHENG, *titles: str) -> Stall:
    """Enter a stall of a county with its products."""
    said = StallDetails(
        code, "91522327MA0001", "册亨示例合作社", Place.objects.get(pk=place), "产地证明3号", titles or ("糯米蕉", "糯米")
    )  # fmt: skip
    return add_stall(fair=fair, details=said, act=cast.act(cast.clerk))


def lines(of: Stall, *fen: int) -> list[SoldLine]:
    """Return a line of each product of a stall, as far as there are sums."""
    goods = [one.good for one in Exhibit.objects.filter(stall=of).select_related("good").order_by("pk")]
    return [SoldLine(good, Decimal(2), sum_) for good, sum_ in zip(goods, fen, strict=False)]


def selling(
    cast: Cast, of: Stall, *fen: int, receipt: str = "0001", **changes: Any
) -> Callable[[], list[int]]:
    """Return a call that enters a receipt."""
    said: dict[str, Any] = {
        "payer": "PUBLIC",
        "sold_on": DAY,
        "files": PAPER,
        "lines": lines(of, *fen),
        **changes,
    }
    return lambda: sell_at_fair(stall=of, receipt=receipt, act=cast.act(cast.clerk), **said)


def receipts(cast: Cast, folder: Path, *rows: dict[str, str], name: str = "收据.csv") -> Upload:
    """Upload a sheet of receipts with its evidence."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("r.txt", "收据")
    return receive_upload(
        layout=FAIR_SHEET.code, unit=cast.guizhou, name=name, content=export(rows), evidence=path,
        act=cast.act(cast.clerk),
    )  # fmt: skip


ROW = {
    "展销会编号": "ZX-2020", "展位号": "A01", "收据号": "0001", "商品": "糯米蕉", "数量": "2", "金额（元）": "13.60",
    "日期": "2020-05-17",
    "付款方": "社会公众", "凭证文件": "r.txt",
}  # fmt: skip


def paper(entries: list[int]) -> Batch:
    """Return the paper on which payments wait."""
    return Batch.objects.get(reviews__record_type=111, reviews__record_id=entries[0])


def counted_sums() -> dict[str, Decimal]:
    """Return what is counted, by measure."""
    sums: dict[str, Decimal] = {}
    for code, much, _, _ in facts():
        sums[code] = sums.get(code, Decimal(0)) + much
    return {code: much for code, much in sums.items() if much}


@pytest.mark.django_db
class TestAFair:
    def test_counts_as_one_on_its_first_day_once_verified(self, cast: Cast) -> None:
        fair = held(cast)
        assert facts() == []
        batch = Batch.objects.get()
        looked_at(batch, cast.act(cast.verifier))
        verify_fairs(batch=batch, act=cast.act(cast.verifier))
        assert facts() == [("shop.fairs", Decimal(1), CEHENG, "2020-05-16")]
        refuses(UnableToHoldFair, "code_taken", lambda: held(cast))
        withdraw_fair(fair=fair, reason="withdrawn", remark="登错了", act=cast.act(cast.verifier))
        assert counted_sums() == {}
        again = held(cast)
        assert again.pk != fair.pk
        batch = Batch.objects.order_by("pk").last() or batch
        looked_at(batch, cast.act(cast.verifier))
        verify_fairs(batch=batch, act=cast.act(cast.verifier))
        assert counted_sums() == {"shop.fairs": 1}

    def test_that_is_given_back_counts_nothing_and_is_entered_anew(self, cast: Cast) -> None:
        fair, by = held(cast), cast.act(cast.verifier)
        batch = Batch.objects.get()
        looked_at(batch, by)
        return_fairs(batch=batch, remark="缺通知", act=by)
        refuses(UnableToReview, "decided_already", lambda: verify_fairs(batch=batch, act=by))
        assert facts() == []
        withdraw_fair(fair=fair, reason="withdrawn", remark="重登", act=cast.act(cast.clerk))
        held(cast)
        batch = Batch.objects.latest("pk")
        looked_at(batch, by)
        verify_fairs(batch=batch, act=by)
        assert counted_sums() == {"shop.fairs": 1}

    def test_is_refused_where_something_is_amiss(self, cast: Cast) -> None:
        for code, changes in (
            ("code_form", {"code": "专场"}),
            ("not_described", {"venue": " "}),
            ("identity_number", {"title": "专场 11010519491231002X"}),
            ("ends_before_start", {"ends_on": date(2020, 5, 16)}),
            ("too_early", {"starts_on": date(2002, 5, 16)}),
            ("in_the_future", {"starts_on": date(2020, 8, 16), "ends_on": date(2020, 8, 17)}),
            ("not_a_county", {"place": Place.objects.get(pk=520000000000)}),
        ):
            refuses(UnableToHoldFair, code, lambda changes=changes: held(cast, **changes))
        fair = held(cast)
        act = cast.act(cast.clerk)
        refuses(
            UnableToHoldFair,
            "under_review",
            lambda: withdraw_fair(fair=fair, reason="X", remark="x", act=act),
        )
        stall(cast, fair)
        refuses(UnableToHoldFair, "stall_taken", lambda: stall(cast, fair))
        refuses(UnableToHoldFair, "no_products", lambda: stall(cast, fair, "A02", CEHENG, " "))
        refuses(UnableToHoldFair, "twice", lambda: stall(cast, fair, "A02", CEHENG, "糯米", "糯 米"))
        with pytest.raises(NotPermitted):
            add_stall(fair=fair, details=None, act=cast.act(cast.clerk_of_yunnan))


@pytest.mark.django_db
class TestReceipts:
    def test_count_once_by_who_pays(self, cast: Cast) -> None:
        fair = held(cast)
        of = stall(cast, fair)
        other = stall(cast, fair, "B02", GUYUAN, "藜麦")
        entries = selling(cast, of, 1360, 2000)()
        verified(cast, paper(entries))
        assert counted_sums() == {
            "consumption.paid": Decimal("33.6"), "consumption.kept": Decimal("33.6"), "shop.helped_to_sell": Decimal("33.6"),
        }  # fmt: skip
        entries = selling(cast, other, 5000, receipt="0001", payer="CANTEEN")()
        verified(cast, paper(entries))
        assert counted_sums()["shop.purchased"] == 50
        refuses(UnableToBring, "receipt_taken", selling(cast, of, 1360))
        assert fairs().get(pk=fair.pk).kept_fen == 8360
        by_stall, by_county = sold_by(fair, county=False), sold_by(fair, county=True)
        assert {key: (one.receipts, one.bought_fen, one.helped_fen) for key, one in by_stall.items()} == {
            of.pk: (1, 0, 3360),
            other.pk: (1, 5000, 0),
        }
        assert {key: one.kept_fen for key, one in by_county.items()} == {CEHENG: 3360, GUYUAN: 5000}
        refund_sale(
            sale=Sale.objects.order_by("pk")[0], amount_fen=360, on=DAY, document="TK-1", files=PAPER,
            act=cast.act(cast.clerk),
        )  # fmt: skip

    def test_are_refused_where_something_is_amiss(self, cast: Cast) -> None:
        fair = held(cast)
        of = stall(cast, fair)
        for code, call in (
            ("no_lines", selling(cast, of)),
            ("evidence_missing", selling(cast, of, 1360, files=())),
            ("receipt_missing", selling(cast, of, 1360, receipt=" ")),
            ("outside_fair", selling(cast, of, 1360, sold_on=date(2020, 5, 19))),
            ("amount", selling(cast, of, 0)),
            ("quantity", selling(cast, of, lines=[SoldLine(lines(of, 1)[0].good, Decimal(0), 100)])),
        ):
            refuses(UnableToBring, code, call)
        selling(cast, of, 1360)()
        act = cast.act(cast.clerk)
        refuses(
            UnableToHoldFair, "sales_stand", lambda: withdraw_fair(fair=fair, reason="X", remark="x", act=act)
        )  # fmt: skip

    def test_come_by_sheet_and_are_the_same_sales(self, cast: Cast, tmp_path: Path) -> None:
        fair = held(cast)
        of = stall(cast, fair)
        selling(cast, of, 1360)()
        upload = receipts(
            cast, tmp_path, ROW, {**ROW, "商品": "糯米", "金额（元）": "20.00"}, {**ROW, "收据号": "0002"},
            {**ROW, "收据号": "0003", "展位号": "C09"}, {**ROW, "收据号": "0004", "商品": "大米"}, {**ROW, "展销会编号": "X"},
        )  # fmt: skip
        assert [(row, column) for row, column, _ in said_of(upload)] == [
            (5, "stall"),
            (6, "title"),
            (7, "stall"),
        ]
        upload = receipts(
            cast,
            tmp_path,
            ROW,
            {**ROW, "商品": "糯米", "金额（元）": "20.00"},
            {**ROW, "收据号": "0002"},
            name="二.csv",
        )
        import_receipts(upload=upload, act=cast.act(cast.clerk))
        assert Sale.objects.count() == 3
        verified(cast, paper_of(upload))
        assert counted_sums()["consumption.paid"] == Decimal("33.6")
        upload.refresh_from_db()
        take_back_import(upload=upload, because="导错了", act=cast.act(cast.clerk))
        assert counted_sums() == {}
        assert Sale.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.django_db
class TestReportedFairs:
    def reported(self, cast: Cast, folder: Path, reference: str = "ZC-1") -> Batch:
        sheet = Sheet(
            [Reported(reference, "1", happened_on=date(2020, 5, 16))], measure="shop.fairs", name="专场.xlsx"
        )
        return imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder)

    def test_a_fair_that_was_reported_is_not_entered_as_well(self, cast: Cast, tmp_path: Path) -> None:
        self.reported(cast, tmp_path)
        refuses(UnableToHoldFair, "reported_already", lambda: held(cast))
        held(cast, apart="同日另一场，在县里")

    def test_a_fair_that_is_entered_is_not_reported_as_well(self, cast: Cast, tmp_path: Path) -> None:
        held(cast)
        with pytest.raises(UnableToReportSale):
            self.reported(cast, tmp_path)


@pytest.mark.django_db
def test_a_sale_withdrawn_lets_the_fair_go(cast: Cast) -> None:
    fair = held(cast)
    of = stall(cast, fair)
    selling(cast, of, 1360)()
    batch = Batch.objects.order_by("pk").last()
    assert batch is not None
    verified(cast, batch)
    by = cast.act(cast.verifier)
    withdraw_sale(sale=Sale.objects.get(), reason="withdrawn", remark="登错了", act=by)
    batch = Batch.objects.order_by("pk")[0]
    looked_at(batch, by)
    verify_fairs(batch=batch, act=by)
    withdraw_fair(fair=fair, reason="withdrawn", remark="没有办", act=by)
    assert counted_sums() == {}
