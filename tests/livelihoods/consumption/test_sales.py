"""Sales after they were brought: refunded by hand, withdrawn; reported rows and sales of the own shop never count beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.watching import run_rules, watch_account
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.consumption.guarding import UnableToReportSale
from bangfu.livelihoods.consumption.models import Entry, Sale
from bangfu.livelihoods.consumption.operations import (
    UnableToRefund,
    UnableToWithdrawSale,
    import_p832,
    refund_sale,
    withdraw_sale,
)
from bangfu.livelihoods.consumption.sheets import JD_SHEET, P832_SHEET
from bangfu.livelihoods.shop.models import Order
from tests.cast import CEHENG, NOW, Cast
from tests.foundation.intake.reported.reporting import Row as Reported
from tests.foundation.intake.reported.reporting import Sheet, imported
from tests.livelihoods.consumption.brought import (
    JD,
    P832,
    Row,
    facts,
    known,
    paper_of,
    received,
    refuses,
    said_of,
    verified,
)
from tests.livelihoods.shop.sold import buyer, opened

SLIP = (("退款凭证.txt", "退款凭证".encode()),)


def counted(cast: Cast, *rows: Row) -> Sale:
    """Bring sales of the 832 platform and verify them; return the first."""
    known(cast)
    upload = received(cast, P832_SHEET, rows or [P832])
    import_p832(upload=upload, act=cast.act(cast.clerk))
    verified(cast, paper_of(upload))
    return Sale.objects.order_by("pk")[0]


@pytest.mark.django_db
class TestRefundSale:
    def test_takes_from_kept_on_its_own_day(self, cast: Cast) -> None:
        sale = counted(cast)
        entry = refund_sale(
            sale=sale,
            amount_fen=36_000,
            on=date(2020, 6, 1),
            document="TK-1",
            files=SLIP,
            act=cast.act(cast.clerk),
        )
        assert len(facts()) == 4
        review = Review.objects.get(record_type=111, record_id=entry.pk)
        assert review.batch is not None
        verified(cast, review.batch)
        assert [fact for fact in facts()[4:] if fact[0] != "shop.canteen_assisted"] == [
            ("consumption.kept", Decimal(-360), CEHENG, "2020-06-01"),
            ("shop.purchased", Decimal(-360), CEHENG, "2020-06-01"),
        ]
        assert [fact[1] for fact in facts() if fact[0] == "shop.canteen_assisted"] == [
            Decimal(1360),
            Decimal(-360),
        ]

    def test_refuses(self, cast: Cast) -> None:
        sale = counted(cast)

        def back(
            fen: int = 1, on: date = date(2020, 6, 1), document: str = "TK", files: object = SLIP
        ) -> Callable[[], object]:
            act = cast.act(cast.clerk)
            return lambda: refund_sale(
                sale=sale, amount_fen=fen, on=on, document=document, files=files, act=act
            )

        refuses(UnableToRefund, "too_much", back(136_001))
        refuses(UnableToRefund, "amount", back(0))
        refuses(UnableToRefund, "amount", back(-5))
        refuses(UnableToRefund, "in_the_future", back(on=date(2020, 8, 1)))
        refuses(UnableToRefund, "before_payment", back(on=date(2020, 5, 16)))
        refuses(UnableToRefund, "document_missing", back(document=" "))
        refuses(UnableToRefund, "evidence_missing", back(files=()))
        back()()
        refuses(UnableToRefund, "document_taken", back())


@pytest.mark.django_db
class TestWithdrawSale:
    def test_takes_everything_back_and_lets_the_line_come_anew(self, cast: Cast) -> None:
        sale = counted(cast)
        act = cast.act(cast.clerk)
        withdraw_sale(sale=sale, reason="withdrawn", remark="付款方填错", act=act)
        assert sum(fact[1] for fact in facts()) == 0
        assert Entry.objects.filter(withdrawn_at__isnull=False).count() == 1
        again = received(cast, P832_SHEET, [{**P832, "付款方": "工会"}], name="二.csv")
        import_p832(upload=again, act=act)
        verified(cast, paper_of(again))
        assert Sale.objects.get(withdrawn_at__isnull=True).payer == "UNION"
        refuses(
            UnableToWithdrawSale,
            "withdrawn_already",
            lambda: withdraw_sale(sale=sale, reason="withdrawn", remark="再", act=act),
        )
        refuses(UnableToRefund, "withdrawn", lambda: refund_sale(
            sale=sale, amount_fen=1, on=date(2020, 6, 1), document="X", files=SLIP, act=act
        ))  # fmt: skip

    def test_refuses(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        import_p832(upload=received(cast, P832_SHEET, [P832]), act=act)
        sale = Sale.objects.get()

        def withdraw(reason: str, remark: str) -> Callable[[], object]:
            return lambda: withdraw_sale(sale=sale, reason=reason, remark=remark, act=act)

        refuses(UnableToWithdrawSale, "under_review", withdraw("withdrawn", "x"))
        verified(cast, paper_of(Upload.objects.get()))
        refuses(UnableToWithdrawSale, "unknown_reason", withdraw("因为", "x"))
        refuses(UnableToWithdrawSale, "remark_missing", withdraw("withdrawn", " "))


@pytest.mark.django_db
class TestReportedByHand:
    """What units reported by hand does not count again through a sale, nor the other way round."""

    def report(self, cast: Cast, folder: Path, reference: str, **more: str) -> None:
        row = Reported(reference, "1360.00", "册亨县", date(2020, 5, 17), **more)
        sheet = Sheet([row], "shop.purchased", name="购买.xlsx")
        imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder)

    def test_under_the_orders_number(self, cast: Cast, tmp_path: Path) -> None:
        known(cast)
        self.report(cast, tmp_path, P832["订单编号"])
        upload = received(cast, P832_SHEET, [{**P832, "另一笔的说明": "不是一笔"}])
        assert said_of(upload) == [(2, "order_no", "「83220200517")]

    def test_with_county_day_and_sum_unless_it_is_said_to_be_another(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        known(cast)
        self.report(cast, tmp_path, "GZ-2020-05")
        assert said_of(received(cast, P832_SHEET, [P832])) == [(2, "apart", "贵州省分公司已报送同县、")]
        another = {**P832, "另一笔的说明": "合同编号不同"}
        assert said_of(received(cast, P832_SHEET, [another], name="二.csv")) == []

    def test_what_a_sale_says_is_not_reported_again(self, cast: Cast, tmp_path: Path) -> None:
        counted(cast)
        for code, reference in (("brought_already", P832["订单编号"]), ("brought_alike", "GZ-2020-05")):
            with pytest.raises(UnableToReportSale) as refused:
                self.report(cast, tmp_path, reference)
            assert refused.value.code == code
            assert "{" not in refused.value.sentence.zh + refused.value.sentence.en

    def test_a_month_told_in_two_ways_is_a_suspicion(self, cast: Cast, tmp_path: Path) -> None:
        counted(cast)
        self.report(cast, tmp_path, "GZ-2020-05", remark="另一份合同")
        run_rules(act=Act(actor=watch_account(on=NOW.date()), at=NOW), only={"consumption.told_in_two_ways"})
        assert Finding.objects.filter(rule="consumption.told_in_two_ways").count() == 1


@pytest.mark.django_db
def test_two_purchases_alike_are_a_suspicion(cast: Cast) -> None:
    counted(cast)
    upload = received(
        cast,
        P832_SHEET,
        [{**P832, "订单编号": "7", "付款方": "工会"}],
        unit=cast.yunnan,
        by=cast.clerk_of_yunnan,
    )
    import_p832(upload=upload, act=cast.act(cast.clerk_of_yunnan))
    run_rules(act=Act(actor=watch_account(on=NOW.date()), at=NOW), only={"consumption.alike"})
    assert Finding.objects.filter(rule="consumption.alike").count() == 1


@pytest.mark.django_db
def test_an_order_of_the_own_shop_is_refused(cast: Cast) -> None:
    known(cast)
    shop = opened(cast)
    with system_writes("an order that another channel of the shop brought"):
        by = buyer("PUBLIC")
        by.save(force_insert=True)
        Order.objects.create(
            buyer=by, channel=shop.channel, unit=cast.guizhou, external_id=JD["订单号"], payer="PUBLIC", label="HELPED",
            total_fen=7980, placed_at=NOW,
        )  # fmt: skip
    assert said_of(received(cast, JD_SHEET, [JD])) == [(2, "order_no", "订单「120345678")]
