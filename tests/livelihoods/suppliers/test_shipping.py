"""Orders to ship: what a supplier sees, parcels by hand and by sheet, and recipients, each showing of which is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars
import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.intake.explaining import rules
from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.queries import preview, uploads_seen_by
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Access, Account
from bangfu.foundation.people.persons.operations import erase_person
from bangfu.livelihoods.shop.models import Order, OrderStep, Recipient, Stock
from bangfu.livelihoods.shop.operations import pay_orders, place_orders, refund_line
from bangfu.livelihoods.suppliers.couriers import sheet_columns
from bangfu.livelihoods.suppliers.models import Handout, Parcel, ParcelLine
from bangfu.livelihoods.suppliers.operations import (
    ParcelDetails,
    UnableToHandOut,
    UnableToShip,
    import_waybills,
    ship_parcels,
    supply_product,
    take_recipients,
)
from bangfu.livelihoods.suppliers.recipients import handed_out, masked_recipients
from bangfu.livelihoods.suppliers.sheets import WAYBILLS_SHEET
from bangfu.livelihoods.suppliers.toship import by_product, lines_to_ship
from tests.cast import NOW, Cast
from tests.livelihoods.shop.sold import check_books, frame_of, payments
from tests.livelihoods.suppliers.supplied import FIRST, Market, market, refuses

SF, OTHER_SF, EMS = "SF1234567890123", "SF1234567890124", "EA123456789CN"


@pytest.fixture
def sold(cast: Cast) -> Market:
    return market(cast)


def line_of(order: Order) -> int:
    """Return the one line of an order."""
    return order.lines.get().pk


def uploaded(
    sold: Market, rows: Sequence[Mapping[str, Any]], *, by: Account | None = None, name: str = "运单.csv"
) -> Upload:
    """Upload a sheet of waybills, as the supplier's own account."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    act = sold.by_own() if by is None else sold.cast.act(by)
    return receive_upload(
        layout=WAYBILLS_SHEET.code,
        unit=sold.cast.guizhou,
        name=name,
        content=text.getvalue().encode("gb18030"),
        act=act,
    )


def said_of(upload: Upload) -> list[tuple[int, str | None, str]]:
    """Return the rows that are refused, each with its column and the beginning of the sentence."""
    return [(one.row, one.column, one.sentence.zh[:10]) for one in preview(upload).checked.refusals]


@pytest.mark.django_db
class TestOrdersToShip:
    def test_are_paid_orders_of_the_suppliers_products_less_what_was_refunded(self, sold: Market) -> None:
        sold.shop.ordered(sold.offer, 9)
        order = sold.shop.paid(sold.offer, 3)
        refund_line(line=order.lines.get(), quantity=1, reason="NOT_SHIPPED", act=sold.by_clerk())
        sold.shop.paid(sold.shop.offered(10, code="CH-XX"))  # nobody supplies it
        (one,) = lines_to_ship([sold.supplier.pk])
        assert (one.order, one.stands, one.gone, one.left, one.pack_code) == (order.pk, 2, 0, 2, "CH-MI-5")
        (pack,) = by_product([one])
        assert (pack.packs, pack.orders, pack.kilograms) == (2, 1, "10.00")
        assert lines_to_ship([sold.other.pk]) == []


@pytest.mark.django_db
class TestShipParcels:
    def test_ships_an_order_once_all_of_it_is_on_its_way(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 3)
        line = line_of(order)
        first = ParcelDetails(order.pk, "sf 1234567890123", packs={line: 1})
        assert ship_parcels(supplier=sold.supplier, parcels=[first], act=sold.by_own()) == 0
        order.refresh_from_db()
        assert order.state == "PAID"
        assert [one.left for one in lines_to_ship([sold.supplier.pk])] == [2]
        rest = ParcelDetails(order.pk, EMS)
        assert ship_parcels(supplier=sold.supplier, parcels=[rest], act=sold.by_own()) == 1
        order.refresh_from_db()
        assert order.state == "SHIPPED"
        assert OrderStep.objects.get(order=order, state="SHIPPED").waybill == f"{SF} {EMS}"
        assert [(one.courier, one.waybill) for one in Parcel.objects.order_by("pk")] == [
            ("SF", SF),
            ("EMS", EMS),
        ]
        check_books()

    def test_of_two_suppliers_each_ships_its_own(self, sold: Market) -> None:
        grown = sold.shop.offered(10, code="CH-XX")
        product = grown.stock.variant.product
        supply_product(supplier=sold.other, product=product, starts_on=FIRST, act=sold.by_clerk())
        (buyer,) = sold.shop.buyers(1)
        frame = frame_of(("k", buyer, sold.offer, 1), ("k", buyer, grown, 1)).with_columns(
            request=polars.lit(0, polars.Int64)
        )
        (placed,) = place_orders(frame=frame, act=sold.shop.act())
        order = Order.objects.get(pk=placed.order)
        pay_orders(frame=payments((order, "T", order.total_fen)), act=sold.shop.act())
        mine = ParcelDetails(order.pk, SF)
        assert ship_parcels(supplier=sold.supplier, parcels=[mine], act=sold.by_own()) == 0
        refuses(
            UnableToShip,
            "shipped_already",
            lambda: ship_parcels(supplier=sold.supplier, parcels=[mine], act=sold.by_own()),
        )
        theirs = ParcelDetails(order.pk, OTHER_SF)
        assert ship_parcels(supplier=sold.other, parcels=[theirs], act=sold.by_other()) == 1
        order.refresh_from_db()
        assert order.state == "SHIPPED"
        check_books()

    def test_refuses(self, sold: Market) -> None:
        order, unpaid = sold.shop.paid(sold.offer, 3), sold.shop.ordered(sold.offer)
        line = line_of(order)

        def ship(*parcels: ParcelDetails) -> object:
            return ship_parcels(supplier=sold.supplier, parcels=list(parcels), act=sold.by_own())

        for reason, parcel in (
            ("unknown_order", ParcelDetails(999_999, SF)),
            ("not_paid", ParcelDetails(unpaid.pk, SF)),
            ("waybill_missing", ParcelDetails(order.pk, " ")),
            ("courier_missing", ParcelDetails(order.pk, "123456789012")),
            ("waybill_form", ParcelDetails(order.pk, "YT1234567890123", "SF")),
            ("unknown_pack", ParcelDetails(order.pk, SF, packs={line + 99: 1})),
            ("quantity", ParcelDetails(order.pk, SF, packs={line: 0})),
            ("quantity", ParcelDetails(order.pk, SF, packs={line: -1})),
            ("too_many", ParcelDetails(order.pk, SF, packs={line: 4})),
        ):
            refuses(UnableToShip, reason, lambda parcel=parcel: ship(parcel))
        refuses(UnableToShip, "no_parcels", lambda: ship())
        twice = ParcelDetails(order.pk, SF, packs={line: 2})
        refuses(UnableToShip, "too_many", lambda: ship(twice, twice))
        ship(ParcelDetails(order.pk, SF))
        refuses(UnableToShip, "shipped_already", lambda: ship(ParcelDetails(order.pk, OTHER_SF)))
        another = sold.shop.paid(sold.offer)
        refuses(UnableToShip, "waybill_elsewhere", lambda: ship(ParcelDetails(another.pk, SF)))

    def test_a_supplier_reaches_no_order_of_another(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer)
        with pytest.raises(NotPermitted):
            ship_parcels(supplier=sold.supplier, parcels=[ParcelDetails(order.pk, SF)], act=sold.by_other())
        refused = refuses(
            UnableToShip,
            "unknown_order",
            lambda: ship_parcels(
                supplier=sold.other, parcels=[ParcelDetails(order.pk, SF)], act=sold.by_other()
            ),
        )
        assert "已" not in refused.sentence.zh

    def test_the_database_holds_a_line_to_what_stands(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 2)
        ship_parcels(
            supplier=sold.supplier,
            parcels=[ParcelDetails(order.pk, SF, packs={line_of(order): 1})],
            act=sold.by_own(),
        )
        with transaction.atomic(), system_writes("past the operation"):
            parcel = Parcel.objects.create(
                supplier=sold.supplier, order=order, courier="SF", waybill=OTHER_SF, shipped_at=NOW,
                shipped_by=sold.own,
            )  # fmt: skip
            with pytest.raises(IntegrityError, match="would be shipped"), transaction.atomic():
                ParcelLine.objects.create(parcel=parcel, line_id=line_of(order), quantity=2)


@pytest.mark.django_db
class TestTheSheet:
    def test_of_a_courier_becomes_parcels_and_keeps_nobody(self, sold: Market) -> None:
        order, other = sold.shop.paid(sold.offer, 2), sold.shop.paid(sold.offer)
        rows = [
            {"用户订单号": order.number, "收方联系人": "王示例", "收方手机": "13900000009", "顺丰运单号": SF},
            {
                "用户订单号": other.number,
                "收方联系人": "李示例",
                "收方手机": "13900000008",
                "顺丰运单号": OTHER_SF,
            },
        ]
        upload = uploaded(sold, rows)
        assert said_of(upload) == []
        assert any("收方联系人" in note.zh for note in preview(upload).notes)
        import_waybills(upload=upload, act=sold.by_own())
        assert set(Order.objects.filter(state="SHIPPED")) == {order, other}
        assert not SheetKey.objects.filter(upload=upload).exists()
        assert Stock.objects.get(pk=sold.offer.stock_id).reserved == 0
        again = uploaded(
            sold,
            [*rows, {"用户订单号": sold.shop.paid(sold.offer).number, "顺丰运单号": SF[:-1] + "9"}],
            name="二.csv",
        )
        assert (preview(again).checked.same, preview(again).checked.new) == (2, 1)

    def test_names_each_row_that_cannot_be_taken_in(self, sold: Market) -> None:
        order, parted = sold.shop.paid(sold.offer, 2), sold.shop.paid(sold.offer, 5)
        gone, unpaid = sold.closed(), sold.shop.ordered(sold.offer)
        good = {"订单号": order.number, "运单号": SF}
        rows = [
            good,
            {"订单号": "DD0009999999", "运单号": OTHER_SF},
            {"订单号": gone.number, "运单号": OTHER_SF},
            {"订单号": unpaid.number, "运单号": OTHER_SF},
            {"订单号": parted.number, "运单号": "123456789012"},
            {"订单号": parted.number, "运单号": "YT1234567890123", "快递公司": "顺丰速运"},
            {"订单号": parted.number, "运单号": SF},
            {"订单号": parted.number, "运单号": EMS, "规格编码": "CH-MI-5", "件数": "2"},
            {"订单号": parted.number, "运单号": EMS, "规格编码": "CH-MI-5", "件数": "2"},
            {"订单号": parted.number, "运单号": "EA123456780CN", "规格编码": "CH-MI-5", "件数": "4"},
            {"订单号": parted.number, "运单号": "EA123456781CN", "规格编码": "XX-1"},
            {"订单号": parted.number, "运单号": "EA123456782CN", "件数": "0"},
            {"订单号": "XX1", "运单号": OTHER_SF},
        ]
        upload = uploaded(sold, rows)
        assert [(row, column) for row, column, _ in said_of(upload)] == [
            (3, "order_no"), (4, "order_no"), (5, "order_no"), (6, "courier"), (7, "waybill"), (8, "waybill"),
            (10, "waybill"), (11, "quantity"), (12, "pack_code"), (13, "quantity"), (14, "order_no"),
        ]  # fmt: skip
        refuses(UnableToImport, "rows_refused", lambda: import_waybills(upload=upload, act=sold.by_own()))

    def test_knows_nobody_elses_orders(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer)
        upload = uploaded(sold, [{"订单号": order.number, "运单号": SF}], by=sold.others)
        assert [(row, column) for row, column, _ in said_of(upload)] == [(2, "order_no")]
        assert list(uploads_seen_by(sold.by_own())) == []
        assert list(uploads_seen_by(sold.by_other())) == [upload]
        by_office = uploaded(
            sold, [{"订单号": order.number, "运单号": SF}], by=sold.cast.clerk, name="办.csv"
        )
        assert said_of(by_office) == []


@pytest.mark.django_db
class TestRecipients:
    def test_are_masked_until_who_ships_takes_them_which_is_recorded(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 2)
        sold.bound_for(order)
        masked = masked_recipients([order.buyer_id])[order.buyer_id]
        assert (masked.name, masked.phone, masked.place) == ("王*", "***0009", "贵州省")
        handout = take_recipients(supplier=sold.supplier, orders=[order.pk], courier="EMS", act=sold.by_own())
        access = Access.objects.get()
        assert (access.account, access.person) == (sold.own, Recipient.objects.get().person)
        (one,) = handed_out(handout, sold.own, NOW)
        cells = {title: cell(one) for title, cell in sheet_columns("EMS")}
        assert cells == {
            "商户订单号": order.number, "收件人姓名": "王示例", "收件人手机": "13900000009", "收件人省": "贵州省",
            "收件人市": "", "收件人区县": "", "收件人详细地址": "示例路 1 号", "内件名称": "册亨糯米 5 公斤装×2", "内件数量": "2",
            "重量": "10.00", "备注": order.number,
        }  # fmt: skip
        of_sf = {title: cell(one) for title, cell in sheet_columns("SF")}
        assert len(of_sf) == 44
        assert {title: cell for title, cell in of_sf.items() if cell} == {
            "用户订单号": order.number, "寄件公司": sold.supplier.name_zh, "收件人": "王示例", "收件手机": "13900000009",
            "收件详细地址": "贵州省示例路 1 号", "托寄物内容": "册亨糯米 5 公斤装×2", "托寄物数量": "2", "包裹重量": "10.00",
            "寄方备注": order.number, "运费付款方式": "寄付月结", "件数": "1",
        }  # fmt: skip
        assert {title: cell(one) for title, cell in sheet_columns("STO")} == {
            "备注": order.number, "姓名": "王示例", "详细地址": "贵州省示例路 1 号", "电话": "13900000009",
        }  # fmt: skip
        for account, at in ((sold.others, NOW), (sold.cast.clerk, NOW), (sold.own, NOW + timedelta(hours=2))):
            with pytest.raises(NotPermitted):
                handed_out(handout, account, at)

    def test_are_not_shown_once_nothing_is_to_ship_nor_to_others(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer)
        refuses(
            UnableToHandOut,
            "no_recipient",
            lambda: take_recipients(supplier=sold.supplier, orders=[order.pk], act=sold.by_own()),
        )
        sold.bound_for(order)
        with pytest.raises(NotPermitted):
            take_recipients(supplier=sold.supplier, orders=[order.pk], act=sold.by_other())
        refuses(
            UnableToHandOut,
            "nothing_to_ship",
            lambda: take_recipients(supplier=sold.other, orders=[order.pk], act=sold.by_other()),
        )
        refuses(
            UnableToHandOut,
            "unknown_courier",
            lambda: take_recipients(
                supplier=sold.supplier, orders=[order.pk], courier="X", act=sold.by_own()
            ),
        )
        for account in (sold.cast.verifier, sold.cast.auditor):
            with pytest.raises(NotPermitted):
                take_recipients(supplier=sold.supplier, orders=[order.pk], act=sold.cast.act(account))
        ship_parcels(supplier=sold.supplier, parcels=[ParcelDetails(order.pk, SF)], act=sold.by_own())
        refuses(
            UnableToHandOut,
            "nothing_to_ship",
            lambda: take_recipients(supplier=sold.supplier, orders=[order.pk], act=sold.by_own()),
        )
        assert not Handout.objects.exists()

    def test_nobody_who_was_erased(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer)
        sold.bound_for(order)
        erase_person(person=Recipient.objects.get().person, act=sold.cast.act(sold.cast.administrator))
        refuses(
            UnableToHandOut,
            "no_recipient",
            lambda: take_recipients(supplier=sold.supplier, orders=[order.pk], act=sold.by_own()),
        )


def test_a_courier_s_sheet_may_keep_its_other_columns() -> None:
    said = " ".join(rule.zh for rule in rules(WAYBILLS_SHEET))
    assert "这里没有的列不读取，不用删" in said
    assert "不要加别的列" not in said
