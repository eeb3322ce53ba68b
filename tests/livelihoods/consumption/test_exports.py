"""The exports of platforms become sales that count once; later exports bring payments and refunds; faults are named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.models import SheetKey
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.posting import coming
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.consumption.models import Entry, Good, Sale
from bangfu.livelihoods.consumption.operations import (
    GoodDetails,
    UnableToNote,
    import_jd,
    import_p832,
    import_taobao,
    note_origins,
    return_entries,
    revise_origin,
)
from bangfu.livelihoods.consumption.operations.deciding import UnableToWithdrawSale
from bangfu.livelihoods.consumption.sheets import JD_SHEET, P832_SHEET, TAOBAO_SHEET
from bangfu.livelihoods.consumption.suggesting import unknown_goods
from tests.cast import CEHENG, GUYUAN, Cast
from tests.livelihoods.consumption.brought import (
    BANANA,
    JD,
    P832,
    QUINOA,
    TAOBAO,
    export,
    facts,
    known,
    paper_of,
    received,
    refuses,
    said_of,
    verified,
)

DAY = "2020-05-17"


def counted(code: str, yuan: str, place: int, on: str = DAY) -> tuple[str, Decimal, int, str]:
    """Return a fact as ``facts`` gives it."""
    return (code, Decimal(yuan), place, on)


@pytest.mark.django_db
class TestAnExportOfJd:
    def test_becomes_sales_that_count_once_verified(self, cast: Cast) -> None:
        known(cast)
        upload = received(cast, JD_SHEET, [JD])
        assert said_of(upload) == []
        assert any("下单帐号" in note.zh and "客户姓名" in note.zh for note in preview(upload).notes)
        to_come = coming(JD_SHEET, preview(upload).checked, upload)
        import_jd(upload=upload, act=cast.act(cast.clerk))
        sale = Sale.objects.get()
        assert (sale.order_no, sale.line_no, sale.label, sale.place_id) == (
            "120345678901",
            "100012043978",
            "HELPED",
            CEHENG,
        )
        assert facts() == []
        verified(cast, paper_of(upload))
        expected = [
            counted("consumption.paid", "79.8", CEHENG),
            counted("consumption.kept", "79.8", CEHENG),
            counted("shop.helped_to_sell", "79.8", CEHENG),
        ]
        assert facts() == expected
        assert sorted(to_come["measure"]) == sorted(fact[0] for fact in expected)

    def test_keeps_nothing_of_receivers(self, cast: Cast) -> None:
        known(cast)
        upload = received(cast, JD_SHEET, [JD])
        assert SheetKey.objects.filter(upload=upload).exists()
        import_jd(upload=upload, act=cast.act(cast.clerk))
        upload.refresh_from_db()
        assert not SheetKey.objects.filter(upload=upload).exists()
        assert upload.redacted_id is not None
        for kept in (upload.sheet_id, upload.redacted_id):
            content = path_of(kept).read_bytes()
            assert "示例客户".encode() not in content
            assert b"13000000000" not in content

    def test_shares_out_a_sum_that_stands_on_every_line_of_an_order(self, cast: Cast) -> None:
        known(cast)
        other = {**JD, "商品ID": "100012043979", "商品名称": QUINOA, "订购数量": "1", "京东价": "20.20"}
        upload = received(cast, JD_SHEET, [{**JD, "应付金额": "90.01"}, {**other, "应付金额": "90.01"}])
        import_jd(upload=upload, act=cast.act(cast.clerk))
        paid = Entry.objects.order_by("sale__line_no").values_list("amount_fen", flat=True)
        assert (list(paid), sum(paid)) == ([7182, 1819], 9001)

    def test_what_came_from_the_buyers_balance_was_paid_too(self, cast: Cast) -> None:
        known(cast)
        row = {**JD, "结算金额": "79.80", "余额支付": "30.00", "应付金额": "49.80"}
        import_jd(upload=received(cast, JD_SHEET, [row]), act=cast.act(cast.clerk))
        assert Entry.objects.get().amount_fen == 7980

    def test_an_order_deleted_after_it_was_paid_asks_for_its_refund(self, cast: Cast) -> None:
        known(cast)
        upload = received(cast, JD_SHEET, [{**JD, "订单状态": "(删除)等待出库"}])
        assert said_of(upload) == [(2, "refund_yuan", "订单付款后关闭，但没有退")]

    def test_an_order_that_is_not_paid_counts_nothing_until_a_later_export_says_that_it_was(
        self, cast: Cast
    ) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        unpaid = {**JD, "订单状态": "等待付款", "付款确认时间": ""}
        import_jd(upload=received(cast, JD_SHEET, [unpaid]), act=act)
        assert (Sale.objects.count(), Entry.objects.count()) == (1, 0)
        again = received(cast, JD_SHEET, [JD], name="二.csv")
        assert (preview(again).checked.new, preview(again).checked.changed) == (0, 1)
        import_jd(upload=again, act=act)
        verified(cast, paper_of(again))
        assert [fact[0] for fact in facts()] == [
            "consumption.paid",
            "consumption.kept",
            "shop.helped_to_sell",
        ]

    def test_the_same_line_again_is_the_same_sale(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        import_jd(upload=received(cast, JD_SHEET, [JD]), act=act)
        rows = [JD, {**JD, "订单号": "120345678902"}]
        upload = received(cast, JD_SHEET, rows, name="二.csv")
        assert (preview(upload).checked.same, preview(upload).checked.new) == (1, 1)
        import_jd(upload=upload, act=act)
        assert Sale.objects.count() == 2
        of_yunnan = received(
            cast,
            JD_SHEET,
            [{**JD, "订单备注": "云"}],
            name="云.csv",
            unit=cast.yunnan,
            by=cast.clerk_of_yunnan,
        )
        assert said_of(of_yunnan) == [(2, "order_no", "这一订单行已由贵州省分公")]

    def test_another_sum_of_a_known_line_is_refused(self, cast: Cast) -> None:
        known(cast)
        import_jd(upload=received(cast, JD_SHEET, [JD]), act=cast.act(cast.clerk))
        upload = received(cast, JD_SHEET, [{**JD, "应付金额": "1.00"}], name="二.csv")
        assert said_of(upload) == [(2, "paid_yuan", "这一订单行已登记，实付 ")]


@pytest.mark.django_db
class TestAnExportOfTaobao:
    def test_reads_what_was_paid_beside_what_was_due(self, cast: Cast) -> None:
        known(cast)
        upload = received(
            cast, TAOBAO_SHEET, [{**TAOBAO, "买家应付货款": "98.00", "买家实际支付金额": "1.00"}]
        )
        assert said_of(upload) == []
        assert any("买家实际支付金额" in note.zh for note in preview(upload).notes)
        import_taobao(upload=upload, act=cast.act(cast.clerk))
        assert Entry.objects.get().amount_fen == 8800

    def test_an_older_file_calls_its_columns_otherwise(self, cast: Cast) -> None:
        known(cast)
        names = {"商品标题": "标题", "商品价格": "价格", "买家实付金额": "买家应付货款", "商品ID": "宝贝ID"}
        import_taobao(
            upload=received(cast, TAOBAO_SHEET, [{names.get(key, key): TAOBAO[key] for key in TAOBAO}]),
            act=cast.act(cast.clerk),
        )
        assert Entry.objects.get().amount_fen == 8800

    def test_two_columns_of_one_name_are_still_refused(self, cast: Cast) -> None:
        content = export([{**TAOBAO, "买家 实付金额": "1.00"}])
        refuses(
            UnableToReadSheet, "repeated_columns", lambda: received(cast, TAOBAO_SHEET, [], content=content)
        )


@pytest.mark.django_db
class TestRefunds:
    def brought(self, cast: Cast, row: dict[str, Any], name: str) -> None:
        upload = received(cast, TAOBAO_SHEET, [row], name=name)
        assert said_of(upload) == []
        import_taobao(upload=upload, act=cast.act(cast.clerk))
        verified(cast, paper_of(upload))

    def test_a_later_export_with_a_refund_takes_from_kept_on_its_day(self, cast: Cast) -> None:
        known(cast)
        self.brought(cast, {**TAOBAO, "退款金额": "0.00"}, "一.csv")
        self.brought(cast, {**TAOBAO, "退款金额": "8.00", "退款时间": "2020-06-02 08:00:00"}, "二.csv")
        self.brought(
            cast, {**TAOBAO, "退款金额": "88.00", "退款时间": "2020-06-09", "订单状态": "交易关闭"}, "三.csv"
        )
        assert facts() == [
            counted("consumption.paid", "88", GUYUAN),
            counted("consumption.kept", "88", GUYUAN),
            counted("shop.helped_to_sell", "88", GUYUAN),
            counted("consumption.kept", "-8", GUYUAN, "2020-06-02"),
            counted("shop.helped_to_sell", "-8", GUYUAN, "2020-06-02"),
            counted("consumption.kept", "-80", GUYUAN, "2020-06-09"),
            counted("shop.helped_to_sell", "-80", GUYUAN, "2020-06-09"),
        ]
        assert [one.happened_on for one in Entry.objects.order_by("pk")][1] == date(2020, 6, 2)

    def test_a_refund_that_shrinks_or_exceeds_is_refused(self, cast: Cast) -> None:
        known(cast)
        self.brought(cast, {**TAOBAO, "退款金额": "8.00", "退款时间": "2020-06-02"}, "一.csv")
        less = received(cast, TAOBAO_SHEET, [{**TAOBAO, "退款金额": "7.00"}], name="二.csv")
        assert said_of(less) == [(2, "refund_yuan", "这一订单行已登记退款 8")]
        more = received(cast, TAOBAO_SHEET, [{**TAOBAO, "退款金额": "88.01"}], name="三.csv")
        assert said_of(more)[0][:2] == (2, "refund_yuan")

    def test_does_not_count_before_its_payment(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        first = received(cast, TAOBAO_SHEET, [{**TAOBAO, "退款金额": "0"}])
        import_taobao(upload=first, act=act)
        later = {**TAOBAO, "退款金额": "8.00", "退款时间": "2020-06-02"}
        second = received(cast, TAOBAO_SHEET, [later], name="二.csv")
        import_taobao(upload=second, act=act)
        paper = paper_of(second)
        with pytest.raises(UnableToWithdrawSale) as refused:
            verified(cast, paper)
        assert refused.value.code == "payment_waits"
        verified(cast, paper_of(first))
        verified(cast, paper)
        assert Entry.objects.filter(confirmed_at__isnull=True).count() == 0

    def test_a_paper_may_be_given_back(self, cast: Cast) -> None:
        known(cast)
        upload = received(cast, TAOBAO_SHEET, [{**TAOBAO, "退款金额": "0"}])
        import_taobao(upload=upload, act=cast.act(cast.clerk))
        return_entries(batch=paper_of(upload), remark="缺对账单", act=cast.act(cast.verifier))
        assert facts() == []


@pytest.mark.django_db
class TestThe832Platform:
    def test_what_the_units_canteen_buys_is_bought(self, cast: Cast) -> None:
        known(cast)
        rows = [
            P832,
            {**P832, "订单编号": "8322020051700013", "采购单位": "别的单位", "付款方": "其他单位"},
            {**P832, "订单编号": "8322020051700014", "采购单位": "贵州省分公司工会", "付款方": ""},
        ]
        upload = received(cast, P832_SHEET, rows)
        assert said_of(upload) == []
        import_p832(upload=upload, act=cast.act(cast.clerk))
        assert list(Sale.objects.order_by("order_no").values_list("payer", "label")) == [
            ("CANTEEN", "BOUGHT"), ("PARTNER", "HELPED"), ("UNION", "BOUGHT"),
        ]  # fmt: skip
        verified(cast, paper_of(upload))
        assert sorted({fact[0] for fact in facts()}) == [
            "consumption.kept", "consumption.paid", "shop.canteen_assisted", "shop.helped_to_sell", "shop.purchased",
        ]  # fmt: skip

    def test_an_unknown_buyer_an_unknown_product_and_an_unknown_state_are_named(self, cast: Cast) -> None:
        known(cast)
        rows = [
            {**P832, "采购单位": "某局"},
            {**P832, "订单编号": "2", "商品编号": "X", "商品名称": "沽源藜麦米"},
            {**P832, "订单编号": "3", "订单状态": "？？"},
            {**P832, "订单编号": "4", "采购数量": "0"},
            {**P832, "订单编号": "5", "采购数量": "-3"},
            {**P832, "订单编号": "6", "支付时间": ""},
            {**P832, "订单编号": "6"},
            {"订单编号": "合计", "实付金额": "9999"},
        ]
        upload = received(cast, P832_SHEET, rows)
        assert [(row, column) for row, column, _ in said_of(upload)] == [
            (2, "payer"), (3, "title"), (4, "status"), (5, "quantity"), (6, "quantity"), (7, "paid_on"), (8, "order_no"),
        ]  # fmt: skip
        assert any("合计行" in note.zh for note in preview(upload).notes)
        found = unknown_goods(upload)
        assert [(one.title, one.county, one.lines) for one in found] == [("沽源藜麦米", GUYUAN, 1)]

    def test_an_invoices_line_counts_once_whatever_brings_it(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.clerk)
        with_one = {**P832, "发票代码": "052001900104", "发票号码": "12345678", "发票行号": "1"}
        import_p832(upload=received(cast, P832_SHEET, [with_one]), act=act)
        again = received(cast, P832_SHEET, [{**with_one, "订单编号": "9"}], name="二.csv")
        assert said_of(again) == [(2, "invoice_number", "发票「12345678」")]
        other = received(cast, P832_SHEET, [{**with_one, "订单编号": "9", "发票行号": "2"}], name="三.csv")
        assert said_of(other) == []


@pytest.mark.django_db
class TestOrigins:
    def test_are_noted_once_and_put_right(self, cast: Cast) -> None:
        known(cast)
        act = cast.act(cast.officer)
        guyuan = Place.objects.get(pk=GUYUAN)
        good = Good.objects.get(platform="JD", title=BANANA)
        revise_origin(good=good, county=guyuan, proof="产地证明 7 号", unit=cast.group, act=act)
        good.refresh_from_db()
        assert (good.place_id, good.proof) == (GUYUAN, "产地证明 7 号")
        said = GoodDetails("JD", BANANA, guyuan, "商品页", "100012043978")

        def note(*goods: GoodDetails) -> object:
            return note_origins(goods=goods, unit=cast.group, act=act)

        province = Place.objects.get(pk=520000000000)
        refuses(UnableToNote, "known_already", lambda: note(said))
        refuses(UnableToNote, "no_rows", lambda: note())
        refuses(UnableToNote, "not_a_county", lambda: note(GoodDetails("JD", "别的", province, "商品页")))
        refuses(UnableToNote, "proof_missing", lambda: note(GoodDetails("JD", "别的", guyuan, " ")))
        refuses(
            UnableToNote,
            "identity_number",
            lambda: note(GoodDetails("JD", "522327201003070018", guyuan, "x")),
        )
        refuses(
            UnableToNote,
            "nothing_changed",
            lambda: revise_origin(good=good, county=guyuan, proof="产地证明 7 号", unit=cast.group, act=act),
        )


@pytest.mark.django_db
def test_a_refused_row_refuses_the_sheet(cast: Cast) -> None:
    known(cast)
    upload = received(cast, JD_SHEET, [JD, {**JD, "订单号": "X1", "商品ID": "0"}])
    refuses(UnableToImport, "rows_refused", lambda: import_jd(upload=upload, act=cast.act(cast.clerk)))
