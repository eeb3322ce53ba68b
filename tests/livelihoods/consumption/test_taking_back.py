"""A whole export is taken back: its sales, payments and refunds, before and after they count, and not under what came later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToTakeBack, take_back_import
from bangfu.foundation.intake.undoing import standing_of
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.consumption.models import Entry, Sale
from bangfu.livelihoods.consumption.operations import import_taobao, refund_sale
from bangfu.livelihoods.consumption.sheets import TAOBAO_SHEET
from tests.cast import Cast
from tests.livelihoods.consumption.brought import (
    TAOBAO,
    Row,
    facts,
    known,
    paper_of,
    received,
    refuses,
    verified,
)

WHY = "导错了月份"
UNPAID = {
    **TAOBAO,
    "子订单编号": "1034567890124456790",
    "订单状态": "等待买家付款",
    "订单付款时间": "",
    "买家实付金额": "",
}
REFUNDED = {**TAOBAO, "退款金额": "8.00", "退款时间": "2020-06-02"}


def brought(cast: Cast, *rows: Row, name: str = "一.csv", count: bool = True) -> Upload:
    upload = received(cast, TAOBAO_SHEET, rows, name=name)
    import_taobao(upload=upload, act=cast.act(cast.clerk))
    if count:
        verified(cast, paper_of(upload))
    upload.refresh_from_db()
    return upload


def back(cast: Cast, upload: Upload) -> Upload:
    return take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))


@pytest.mark.django_db
class TestTakeBackAnExport:
    def test_withdraws_what_waits_and_what_was_never_paid(self, cast: Cast) -> None:
        known(cast)
        upload = brought(cast, TAOBAO, UNPAID, count=False)
        back(cast, upload)
        assert not Sale.objects.filter(withdrawn_at=None).exists()
        entry = Entry.objects.get()
        assert (entry.withdrawal_remark, entry.withdrawn_by) == (WHY, cast.clerk)
        assert Review.objects.get(record_type=111).state == "TAKEN_BACK"
        assert facts() == []

    def test_reverses_what_counts_and_the_same_file_counts_again(self, cast: Cast) -> None:
        known(cast)
        upload = brought(cast, TAOBAO)
        counted = facts()
        back(cast, upload)
        taken = facts()[len(counted) :]
        assert sorted(taken) == sorted((code, -much, place, on) for code, much, place, on in counted)
        brought(cast, TAOBAO, name="再.csv")
        sums: dict[str, Decimal] = {}
        for code, much, _, _ in facts():
            sums[code] = sums.get(code, Decimal(0)) + much
        assert sums == dict.fromkeys(
            ("consumption.paid", "consumption.kept", "shop.helped_to_sell"), Decimal(88)
        )

    def test_a_later_sheet_goes_first_and_leaves_the_sale(self, cast: Cast) -> None:
        known(cast)
        first = brought(cast, TAOBAO)
        later = brought(cast, REFUNDED, name="二.csv")
        refusal = refuses(UnableToTakeBack, "in_the_way", lambda: back(cast, first))
        assert "1 笔支付或退款是后来登记的" in refusal.sentence.zh
        back(cast, later)
        assert Sale.objects.get().withdrawn_at is None
        assert sum(much for code, much, *_ in facts() if code == "consumption.kept") == 88
        back(cast, first)
        assert sum(much for code, much, *_ in facts() if code == "consumption.kept") == 0

    def test_a_payment_stays_under_a_refund_by_hand(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        unpaid = {**UNPAID, "子订单编号": TAOBAO["子订单编号"]}
        import_taobao(upload=received(cast, TAOBAO_SHEET, [unpaid]), act=act)
        paid = brought(cast, TAOBAO, name="二.csv")
        slip = (("退款凭证.txt", "退款凭证".encode()),)
        refund_sale(
            sale=Sale.objects.get(), amount_fen=800, on=date(2020, 6, 1), document="TK-1", files=slip, act=act
        )
        refuses(UnableToTakeBack, "in_the_way", lambda: back(cast, paid))

    def test_the_page_says_what_figures_lose(self, cast: Cast) -> None:
        known(cast)
        upload = brought(cast, TAOBAO)
        client = Client()
        client.force_login(cast.clerk)
        text = client.get(f"/intake/uploads/{upload.pk}/take-back").content.decode()
        assert "店外销售退款后净额" in text
        assert "−88.00 元" in text
        assert TAOBAO_SHEET.way_back is not None
        assert len(standing_of(upload, TAOBAO_SHEET.way_back).facts) == 3
