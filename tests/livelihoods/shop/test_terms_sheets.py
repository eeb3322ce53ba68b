"""The sheets of carriage by province and of coupons: what they change, what they refuse, and that they change nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.queries import checked
from bangfu.livelihoods.shop.models import CouponBatch, FreightTemplate, FreightVersion
from bangfu.livelihoods.shop.operations import claim_coupon, import_coupons, import_freights
from bangfu.livelihoods.shop.terms_sheets import COUPONS_SHEET, FREIGHTS_SHEET
from tests.cast import Cast
from tests.livelihoods.industries.farmed import refuses
from tests.livelihoods.shop.bought import charged
from tests.livelihoods.shop.sold import Shop, opened
from tests.livelihoods.shop.test_sheets import upload


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


@dataclass(frozen=True)
class Charged:
    """One row of the sheet of carriage."""

    channel: str = "GZ-MALL"
    code: str = "YF-9"
    name_zh: str = "标准"
    name_en: str = "Standard"
    is_usual: str = "是"
    basis: str = "按重量"
    first: Any = 5000
    further: Any = 1000
    free_from_yuan: Any = ""
    province: str = ""
    served: str = "是"
    first_yuan: Any = "8.00"
    further_yuan: Any = "2.00"


@dataclass(frozen=True)
class Issued:
    """One row of the sheet of coupons."""

    channel: str = "GZ-MALL"
    code: str = "MAN90"
    name_zh: str = "满 90 减 20"
    name_en: str = "20 off 90"
    sale: str = ""
    kind: str = "满减"
    from_yuan: Any = "90.00"
    off_yuan: Any = "20.00"
    off_pct: Any = ""
    cap_yuan: Any = ""
    starts_on: str = "2020-07-01"
    last_on: str = "2099-07-31"
    number: Any = 100
    per_buyer: Any = 1
    products: str = ""


FAR = Charged(province="新疆", first_yuan="20", further_yuan="9")
NEVER = Charged(province="西藏自治区", served="否", first_yuan="", further_yuan="")


def said(shop: Shop, layout: Layout, rows: list[Any], name: str) -> list[tuple[int, str | None, str]]:
    found = checked(upload(shop.cast, layout, rows, name=name)).refusals
    return [(one.row, one.column, one.sentence.zh[:9]) for one in found]


@pytest.mark.django_db
class TestFreights:
    def test_become_templates_by_which_orders_are_charged_and_change_what_differs(self, shop: Shop) -> None:
        old = charged(shop)
        act = shop.cast.act(shop.cast.clerk)
        import_freights(upload=upload(shop.cast, FREIGHTS_SHEET, [Charged(), FAR, NEVER]), act=act)
        template = FreightTemplate.objects.get(code="YF-9")
        old.refresh_from_db()
        assert (template.is_usual, old.is_usual) == (True, False)
        assert sorted(
            template.versions.get().rates.values_list("province__name", "is_served", "first_fen", "further_fen"),
            key=lambda one: one[2],
        ) == [("西藏自治区", False, 0, 0), (None, True, 800, 200), ("新疆维吾尔自治区", True, 2000, 900)]  # fmt: skip
        again = upload(
            shop.cast,
            FREIGHTS_SHEET,
            [Charged(), FAR, NEVER, Charged(code="N", is_usual="否")],
            name="第二次.xlsx",
        )
        assert (checked(again).same, checked(again).changed) == (3, 0)
        renamed = [replace(one, name_en="Usual") for one in (Charged(), FAR, NEVER)]
        import_freights(
            upload=upload(shop.cast, FREIGHTS_SHEET, renamed, name="改名.xlsx"),
            act=shop.cast.act(shop.cast.clerk),
        )
        assert FreightVersion.objects.filter(template=template).count() == 1
        dearer = [replace(one, first_yuan="9") if one.served == "是" else one for one in renamed]
        sheet = upload(shop.cast, FREIGHTS_SHEET, dearer, name="第三次.xlsx")
        assert (checked(sheet).same, checked(sheet).changed) == (0, 3)
        import_freights(upload=sheet, act=shop.by_clerk(90))
        latest = template.versions.latest("valid_from")
        assert latest.rates.get(province=None).first_fen == 900
        template.refresh_from_db()
        assert (template.name_en, template.is_usual) == ("Usual", True)
        assert FreightVersion.objects.filter(template=template).count() == 2

    def test_faults_are_named_and_the_sheet_is_whole(self, shop: Shop) -> None:
        charged(shop)
        b, c = Charged(code="B", is_usual="否"), Charged(code="C", is_usual="否")
        rows = [
            Charged(channel="NO"), replace(b, first=1), b, replace(b, province="册亨县", first=1),
            replace(b, first=1), replace(c, served="否"), Charged(code="D"), Charged(code="E"),
            Charged(code="F", is_usual="否", first_yuan=""), Charged(code="G", is_usual="否", first=0),
        ]  # fmt: skip
        assert said(shop, FREIGHTS_SHEET, rows, "错.xlsx") == [
            (2, "channel", "本单位没有编码为 "), (4, "code", "同一模板的模板信息"), (5, "province", "“册亨县”不是省级"),
            (6, "province", "“其他省”写了两次"), (7, "served", "没有一个省可以送达"), (9, "is_usual", "一个渠道只有一个常"),
            (10, "first_yuan", "送达的省须填首费和"), (11, "first_yuan", "首重、续重（件数）"),
        ]  # fmt: skip
        sheet = upload(shop.cast, FREIGHTS_SHEET, rows, name="再错.xlsx")
        refuses(UnableToImport, "rows_refused", lambda: import_freights(upload=sheet, act=shop.by_clerk()))


@pytest.mark.django_db
class TestCoupons:
    def test_become_batches_that_buyers_claim_once(self, shop: Shop) -> None:
        act = shop.cast.act(shop.cast.clerk)
        percent = Issued(
            code="PCT",
            kind="折扣",
            off_yuan="",
            off_pct=10,
            cap_yuan="30",
            from_yuan="0",
            products="CH-MI",
            sale="LIVE-1",
        )
        import_coupons(upload=upload(shop.cast, COUPONS_SHEET, [Issued(), percent]), act=act)
        amount, pct = CouponBatch.objects.order_by("code")
        assert (amount.off_fen, amount.off_pct, amount.from_fen, amount.number) == (2000, None, 9000, 100)
        assert (pct.off_pct, pct.cap_fen, pct.sale, pct.products.get().product.code) == (
            10,
            3000,
            shop.sale,
            "CH-MI",
        )
        assert f"{amount.ends_at.astimezone(act.at.tzinfo):%Y-%m-%d}" in ("2099-07-31", "2099-08-01")
        order = shop.ordered(shop.offered(10), 2)
        assert claim_coupon(batch=amount, buyer=order.buyer, act=shop.act()).turn == 1
        again = checked(
            upload(shop.cast, COUPONS_SHEET, [Issued(), percent, Issued(code="NEW")], name="第二次.xlsx")
        )
        assert (again.same, again.new, again.refusals) == (2, 1, [])

    def test_faults_are_named(self, shop: Shop) -> None:
        import_coupons(
            upload=upload(shop.cast, COUPONS_SHEET, [Issued()]), act=shop.cast.act(shop.cast.clerk)
        )
        rows = [
            Issued(off_yuan="10"), Issued(code="A", channel="NO"), Issued(code="B", sale="NO"),
            Issued(code="C", products="NO、CH-MI"), Issued(code="D", off_yuan="90"), Issued(code="E", kind="折扣"),
            Issued(code="F", last_on="2020-07-02"), Issued(code="G", per_buyer=101), Issued(code="H"),
        ]  # fmt: skip
        assert said(shop, COUPONS_SHEET, rows, "错.xlsx") == [
            (2, "code", "编码 MAN90 "), (3, "channel", "本单位没有编码为 "), (4, "sale", "这场直播不属于这个"),
            (5, "products", "没有编码为 NO "), (6, None, "满减的面额须大于零"), (7, None, "折扣须减 1% 到"),
            (8, None, "结束须在开始之后，"), (9, None, "张数须是 1 到一"),
        ]  # fmt: skip


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize(
        ("page", "layout"), [("freight", "shop.freights"), ("coupon-batches", "shop.coupons")]
    )
    def test_lead_to_the_sheet_and_its_template(self, shop: Shop, page: str, layout: str) -> None:
        client = Client()
        client.force_login(shop.cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        assert f"/intake/{layout}/new" in client.get(f"/shop/{page}/").content.decode()
        assert client.get(f"/intake/{layout}/new").status_code == 200
        assert client.get(f"/intake/{layout}/template.xlsx").status_code == 200
