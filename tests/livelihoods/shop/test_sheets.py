"""The sheets of the shop: products with packs and prices, and receipts with their lots; faults are named row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.intake.queries import checked
from bangfu.livelihoods.industries.lot_rules import UnableToTrace
from bangfu.livelihoods.industries.models import Draw
from bangfu.livelihoods.shop.models import PriceVersion, Product, Receipt, Stock, StockMovement, Variant
from bangfu.livelihoods.shop.operations import import_packs, import_receipts
from bangfu.livelihoods.shop.sheets import PACKS_SHEET, RECEIPTS_SHEET
from tests.cast import CEHENG, Cast
from tests.livelihoods.industries.farmed import counted as farmed
from tests.livelihoods.industries.farmed import lot as harvested
from tests.livelihoods.industries.farmed import operator, refuses
from tests.livelihoods.projects.test_sheets import workbook
from tests.livelihoods.shop.sold import check_books, opened


@dataclass(frozen=True)
class Packed:
    """One row of the catalogue as a county types it."""

    product_code: str = "CH-JIAO"
    name_zh: str = "糯米蕉"
    name_en: str = "Banana"
    kind: str = "生鲜"
    place: str = "册亨县"
    certificate: str = ""
    certified_by: str = ""
    pack_code: str = "CH-JIAO-25"
    spec_zh: str = "2.5 千克"
    spec_en: str = "2.5 kg"
    net_weight_g: Any = 2500
    pack: Any = 1
    price_yuan: Any = "39.90"
    floor_yuan: Any = 23


@dataclass(frozen=True)
class Came:
    """One row of a delivery note."""

    document: str = "SH-1"
    warehouse: str = "GZ-1"
    pack_code: str = "CH-MI-5"
    quantity: Any = 40
    lot: str = ""


def upload(cast: Cast, layout: Layout, rows: list[Any], name: str = "台账.xlsx") -> Any:
    return receive_upload(
        layout=layout.code, unit=cast.guizhou, name=name, content=workbook(layout, rows), evidence=None,
        act=cast.act(cast.clerk),
    )  # fmt: skip


@pytest.mark.django_db
class TestPacks:
    def test_become_products_packs_and_prices_and_change_what_differs(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        act = cast.act(cast.clerk)
        rows = [
            Packed(),
            Packed(pack_code="CH-JIAO-5", spec_zh="5 千克", spec_en="5 kg", net_weight_g=5000, price_yuan=70),
        ]
        import_packs(upload=upload(cast, PACKS_SHEET, rows), act=act)
        product = Product.objects.get()
        assert (product.place_id, product.kind, product.unit) == (CEHENG, "FRESH", cast.guizhou)
        assert sorted(PriceVersion.objects.values_list("variant__code", "price_fen", "floor_fen")) == [
            ("CH-JIAO-25", 3990, 2300), ("CH-JIAO-5", 7000, 2300),
        ]  # fmt: skip
        changed = [replace(rows[0], name_en="Waxy banana"), replace(rows[1], name_en="Waxy banana")]
        sheet = upload(cast, PACKS_SHEET, changed, name="第二次.xlsx")
        shown = checked(sheet)
        assert (shown.new, shown.changed, shown.same) == (0, 2, 0)
        later = cast.act(cast.clerk)
        import_packs(upload=sheet, act=later)
        product.refresh_from_db()
        assert product.name_en == "Waxy banana"
        assert PriceVersion.objects.count() == 2
        assert Variant.objects.count() == 2
        again = upload(
            cast, PACKS_SHEET, [*changed, Packed(product_code="X", pack_code="X-1")], name="第三次.xlsx"
        )
        assert (checked(again).new, checked(again).same) == (1, 2)

    def test_faults_are_named(self, cast: Cast) -> None:
        opened(cast)
        rows = [
            Packed(), Packed(pack_code="A", name_zh="别名"), Packed(product_code="B", pack_code="B", certificate="1"),
            Packed(product_code="C", pack_code="C", net_weight_g=0), Packed(product_code="D", pack_code="D", floor_yuan=50),
            Packed(product_code="E", pack_code="CH-MI-5"),
        ]  # fmt: skip
        sheet = upload(cast, PACKS_SHEET, rows)
        said = [(one.row, one.column, one.sentence.zh[:12]) for one in checked(sheet).refusals]
        assert said == [
            (3, "product_code", "同一商品的各行写得不一样"), (4, "certificate", "产地证明的文号和出具单位"),
            (5, "net_weight_g", "净重和件数须大于零。"), (6, "price_yuan", "价格须大于零，给农户的底"),
            (7, "pack_code", "这个规格编码属于别的商品"),
        ]  # fmt: skip
        refuses(UnableToImport, "rows_refused", lambda: import_packs(upload=sheet, act=cast.act(cast.clerk)))


@pytest.mark.django_db
class TestReceipts:
    def test_become_stock_once_and_draw_from_their_lots(self, cast: Cast) -> None:
        shop = opened(cast)
        batch = harvested(cast, farmed(cast), operator(cast))
        act = cast.act(cast.clerk)
        rows = [Came(), Came(document="SH-2", quantity=40), Came(document="SH-3", quantity=4, lot=batch.code)]
        import_receipts(upload=upload(cast, RECEIPTS_SHEET, rows), act=act)
        stock = Stock.objects.get()
        assert (stock.physical, stock.variant) == (84, shop.variant)
        assert sorted(Receipt.objects.values_list("document", "movement__physical", "lot__code")) == [
            ("SH-1", 40, None), ("SH-2", 40, None), ("SH-3", 4, batch.code),
        ]  # fmt: skip
        assert Receipt.objects.values("movement").distinct().count() == StockMovement.objects.count() == 3
        assert Draw.objects.get().kg == Decimal(20)
        more = [Came(), Came(document="SH-4", quantity=1)]
        import_receipts(upload=upload(cast, RECEIPTS_SHEET, more, name="第二次.xlsx"), act=act)
        stock.refresh_from_db()
        assert stock.physical == 85
        short = upload(
            cast, RECEIPTS_SHEET, [Came(document="SH-5", quantity=10**6, lot=batch.code)], name="第三次.xlsx"
        )
        refuses(UnableToTrace, "lot_short", lambda: import_receipts(upload=short, act=act))
        check_books()

    def test_faults_are_named(self, cast: Cast) -> None:
        opened(cast)
        import_receipts(upload=upload(cast, RECEIPTS_SHEET, [Came()]), act=cast.act(cast.clerk))
        rows = [
            Came(document="A", warehouse="NO"), Came(document="A", pack_code="NO"), Came(document="A", quantity=0),
            Came(document="B"), Came(document="B"), Came(document="C", lot="NO"), Came(quantity=41),
        ]  # fmt: skip
        sheet = upload(cast, RECEIPTS_SHEET, rows, name="错.xlsx")
        assert [(one.row, one.column) for one in checked(sheet).refusals] == [
            (2, "warehouse"), (3, "pack_code"), (4, "quantity"), (6, "document"), (7, "lot"), (8, "quantity"),
        ]  # fmt: skip
