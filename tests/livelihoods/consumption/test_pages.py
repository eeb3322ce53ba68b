"""Pages of sales outside the shop: lists, one of each record, forms, files, and who may see them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.livelihoods.consumption.models import (
    Agreement,
    CallOff,
    Delivery,
    Entry,
    Fair,
    Good,
    GoodsReturn,
    Sale,
    Scheme,
    Stall,
)
from bangfu.livelihoods.consumption.operations import enter_agreement, import_p832
from bangfu.livelihoods.consumption.sheets import P832_SHEET
from tests.cast import GUYUAN, Cast
from tests.livelihoods.consumption.brought import P832, known, received
from tests.livelihoods.consumption.test_agreements import PAPER, RICE, agreed, details
from tests.livelihoods.consumption.test_sales import counted
from tests.livelihoods.consumption.test_welfare import opened
from tests.livelihoods.projects.test_pages import client_of


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("凭证.txt", "示例凭证".encode())


def page(client: Client, address: str) -> str:
    """Return a page of the room."""
    answer = client.get(f"/consumption/{address}")
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


@pytest.mark.django_db
def test_an_empty_room_says_what_to_do(cast: Cast) -> None:
    client = client_of("weilan")
    assert "还没有店外销售" in page(client, "")
    assert "还没有商品" in page(client, "goods/")


@pytest.mark.django_db
def test_every_page_and_file_shows_a_sale(cast: Cast) -> None:
    sale = counted(cast)
    client = client_of("weilan")
    listed = page(client, "?platform=P832&label=BOUGHT&year=2020&q=832&sort=-paid")
    assert "1,360.00" in listed
    assert "没有符合条件的销售" in page(client, "?show=unpaid")
    assert "册亨示例糯米蕉合作社" in page(client, f"sales/{sale.pk}/")
    assert "consumption.paid" not in page(client, f"entries/{Entry.objects.get().pk}/")
    assert "P52232700017" in page(client, "goods/?q=糯米蕉&platform=P832")
    for name in ("sales", "goods"):
        for form in ("csv", "xlsx"):
            assert client.get(f"/consumption/{name}.{form}").status_code == 200
    client.cookies["bangfu_language"] = "en"
    assert "Sales outside our shop" in page(client, "")


@pytest.mark.django_db
def test_forms_lead_to_operations(cast: Cast) -> None:
    sale = counted(cast)
    client = client_of("weilan")
    refund = f"/consumption/sales/{sale.pk}/refund"
    said = {"key": "1", "amount_yuan": "9999999", "on": "2020-06-01", "document": "T-1"}
    assert client.get(refund).status_code == 200
    assert client.post(refund, {**said, "evidence": scan()}).status_code == 409
    assert (
        client.post(refund, {**said, "key": "2", "amount_yuan": "1", "evidence": scan()}).status_code == 302
    )
    withdraw = f"/consumption/sales/{sale.pk}/withdraw"
    assert client.get(withdraw).status_code == 200
    assert client.post(withdraw, {"key": "3", "reason": "withdrawn", "remark": "误导入"}).status_code == 409
    note = {
        "key": "4",
        "platform": "JD",
        "number": "77",
        "title": "沽源藜麦",
        "county": "沽源县 130724",
        "proof": "商品页",
    }
    assert client.get("/consumption/goods/note").status_code == 200
    assert client.post("/consumption/goods/note", {**note, "unit": cast.guizhou.pk}).status_code == 302
    good = Good.objects.get(key="77")
    assert good.place_id == GUYUAN
    revise = f"/consumption/goods/{good.pk}/revise"
    assert client.get(revise).status_code == 200
    change = {"key": "5", "county": "册亨县 522327", "proof": "证明", "unit": cast.guizhou.pk}
    assert client.post(revise, change).status_code == 302


@pytest.mark.django_db
def test_the_products_of_an_export_are_noted_at_once(cast: Cast) -> None:
    rows = [P832, {**P832, "订单编号": "2", "商品编号": "", "商品名称": "沽源藜麦米"}]
    upload = received(cast, P832_SHEET, rows)
    client = client_of("weilan")
    assert f"goods/of/{upload.pk}/" in page(client, "goods/")
    address = f"goods/of/{upload.pk}/"
    shown = page(client, address)
    assert "河北省" in shown
    assert "沽源藜麦米" in shown
    wrong = {"key": "1", "county_0": "没有这个县", "county_1": ""}
    assert client.post(f"/consumption/{address}", wrong).status_code == 422
    bare = {"key": "2", "county_0": "册亨县 522327", "proof_0": ""}
    assert client.post(f"/consumption/{address}", bare).status_code == 409
    said = {
        "key": "3",
        "county_0": "册亨县 522327",
        "proof_0": "供应商",
        "county_1": "沽源县 130724",
        "proof_1": "商品页",
    }
    assert client.post(f"/consumption/{address}", said).status_code == 302
    assert Good.objects.count() == 2
    assert "商品的产地都已登记" in page(client, address)
    import_p832(upload=upload, act=cast.act(cast.clerk))
    assert Sale.objects.count() == 2
    assert client.get(f"/consumption/{address}").status_code == 404


@pytest.mark.django_db
def test_who_may_see(cast: Cast) -> None:
    known(cast)
    sale = counted_of(cast)
    assert client_of("linyi").get("/consumption/").status_code == 403
    assert client_of("duanqing").get(f"/consumption/sales/{sale.pk}/").status_code == 403
    assert "册亨糯米蕉" in page(client_of("luowen"), f"sales/{sale.pk}/")


def counted_of(cast: Cast) -> Sale:
    """Bring a sale whose products are known."""
    import_p832(upload=received(cast, P832_SHEET, [P832]), act=cast.act(cast.clerk))
    return Sale.objects.get()


@pytest.mark.django_db
def test_agreements_are_listed_for_whoever_may_open_them_alone(cast: Cast) -> None:
    one = agreed(cast)
    clerk, official = client_of("weilan"), client_of("luowen")
    assert [row["agreement"] for row in clerk.get("/consumption/agreements/").context["rows"]] == [one]
    assert official.get(f"/consumption/agreements/{one.pk}/").status_code == 403
    assert official.get("/consumption/agreements/").context["rows"] == []
    text = b"".join(official.get("/consumption/agreements.csv").streaming_content).decode()
    assert one.title not in text


@pytest.mark.django_db
def test_agreements_sort_by_their_headings(cast: Cast) -> None:
    first = agreed(cast)
    other = enter_agreement(
        details=details(code="ST-2019", title="食堂藜麦协议", target_fen=5), unit=cast.guizhou, files=PAPER,
        act=cast.act(cast.clerk),
    )  # fmt: skip
    client = client_of("weilan")
    for sort, expected in {
        "target": [other, first], "-target": [first, other], "code": [other, first], "nonsense": [other, first],
    }.items():  # fmt: skip
        answer = client.get(f"/consumption/agreements/?sort={sort}&page=1")
        assert [row["agreement"] for row in answer.context["rows"]] == expected, sort
    page = client.get("/consumption/agreements/?sort=target&q=协议").content.decode()
    assert 'aria-sort="ascending"' in page
    assert "sort=-target" in page  # pressed again it is sorted backwards
    assert "sort=code" in page


@pytest.mark.django_db
def test_an_agreement_from_its_entry_to_its_settlement(cast: Cast) -> None:
    agreed(cast)
    client = client_of("weilan")
    rice = Good.objects.get(title=RICE)

    def send(address: str, **said: object) -> None:
        at = f"/consumption/{address}"
        assert client.get(at).status_code == 200
        answer = client.post(at, {"key": f"{address}{sorted(said)}", **said})
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    send(
        "agreements/enter", unit=cast.guizhou.pk, code="gh-2020", title="工会慰问品协议", payer="UNION", supplier="91EX",
        supplier_name="示例合作社", document="合同 2 号", starts_on="2020-01-01", last_day="2020-12-31",
        target_yuan="50000", evidence=scan(),
    )  # fmt: skip
    one = Agreement.objects.get(code="GH-2020")
    home = f"agreements/{one.pk}"
    send(f"{home}/quota", starts_on="2020-04-01", last_day="2020-06-30", amount_yuan="20000")
    send(
        f"{home}/order",
        number="D1",
        ordered_on="2020-04-02",
        good_1=rice.pk,
        quantity_1="100",
        price_1="7.20",
    )
    order = CallOff.objects.get()
    line = order.lines.get()
    send(
        f"orders/{order.pk}/deliver",
        note="S1",
        delivered_on="2020-04-05",
        evidence=scan(),
        **{f"line_{line.pk}": "90"},
    )
    delivery = Delivery.objects.get()
    send(
        f"deliveries/{delivery.pk}/return",
        line=delivery.lines.get().pk,
        quantity="10",
        on="2020-04-06",
        reason="受潮",
    )
    assert "有未了结的退货" in page(client, f"{home}/")
    assert "有未了结的退货，了结以后才能结算" in page(client, f"{home}/settle")
    back = GoodsReturn.objects.get()
    send(f"returns/{back.pk}/end", outcome="CREDITED", on="2020-04-07")
    send(
        f"{home}/settle", number="J1", deliveries=[delivery.pk], paid_on="2020-04-20", amount_yuan="576",
        invoice_number="0099", evidence=scan(),
    )  # fmt: skip
    assert "576.00" in page(client, f"{home}/")
    assert "工会慰问品协议" in page(client, "agreements/?q=GH")
    assert "没有符合条件的协议" in page(client, "agreements/?q=无")
    for form in ("csv", "xlsx"):
        assert client.get(f"/consumption/agreements.{form}").status_code == 200


@pytest.mark.django_db
def test_a_scheme_and_the_page_on_which_staff_choose(cast: Cast) -> None:
    good = opened(cast).offered.get().good
    officer = client_of("zhoumin")
    today = timezone.localdate()
    said = {
        "key": "1", "unit": cast.group.pk, "code": "fl-2", "title": "中秋福利", "opens_on": today, "last_day": today,
        "allowance_yuan": "200", "document": "4号", "is_voluntary": "on", "good_1": good.pk, "price_1": "68",
        "evidence": scan(),
    }  # fmt: skip
    assert officer.get("/consumption/schemes/open").status_code == 200
    assert officer.post("/consumption/schemes/open", said).status_code == 302
    scheme = Scheme.objects.get(code="FL-2")
    staff = client_of("weilan")
    assert "中秋福利" in page(staff, "schemes/")
    choosing = f"/consumption/schemes/{scheme.pk}/choose"
    assert "200.00" in staff.get(choosing).content.decode()
    packs = f"packs_{scheme.offered.get().pk}"
    assert staff.post(choosing, {"key": "2", packs: "9"}).status_code == 409
    assert staff.post(choosing, {"key": "3", packs: "2"}).status_code == 302
    shown = page(officer, f"schemes/{scheme.pk}/")
    assert "136.00" not in shown
    assert "200.00" not in shown
    assert officer.get(f"/consumption/schemes/{scheme.pk}/settle").status_code == 200


@pytest.mark.django_db
def test_a_fair_from_its_form_to_a_receipt_on_a_phone(cast: Cast) -> None:
    client = client_of("weilan")
    assert "还没有展销会" in page(client, "fairs/")
    today = timezone.localdate().isoformat()
    said = {
        "key": "a", "unit": cast.guizhou.pk, "code": "zx-1", "title": "年度专场", "county": "册亨县", "venue": "礼堂",
        "starts_on": today, "last_day": today, "document": "通知1号", "evidence": scan(),
    }  # fmt: skip
    assert client.post("/consumption/fairs/enter", said).status_code == 302
    fair = Fair.objects.get()
    assert (fair.code, fair.last_day) == ("ZX-1", fair.starts_on)
    stall = {
        "key": "b", "code": "a1", "county": "册亨县", "exhibitor": "91522327MA0001", "exhibitor_name": "册亨示例合作社",
        "proof": "产地证明3号", "products": "糯米蕉\n\n糯米",
    }  # fmt: skip
    assert client.post(f"/consumption/fairs/{fair.pk}/stall", stall).status_code == 302
    found = Stall.objects.get()
    first, second = found.exhibits.order_by("pk")
    receipt = {
        "key": "c", "receipt": "0001", "sold_on": today, "payer": "CANTEEN", f"quantity_{first.pk}": "2",
        f"amount_{first.pk}": "13.60", f"quantity_{second.pk}": "", f"amount_{second.pk}": "",
    }  # fmt: skip
    address = f"/consumption/stalls/{found.pk}/sell"
    for _ in range(2):
        answer = client.post(address, {**receipt, "evidence": scan()})
        assert answer.headers["Location"] == f"{address}?on={today}&payer=CANTEEN"
    assert Sale.objects.get().order_no == "ZX-1/A1/0001"
    again = client.post(address, {**receipt, "key": "d", "evidence": scan()})
    assert "已登记过同一商品" in again.content.decode()
    shown = page(client, f"fairs/{fair.pk}/")
    assert f"/consumption/?fair={fair.pk}&amp;label=BOUGHT" in shown
    assert "糯米蕉、糯米" in shown
    for narrowed in (f"fair={fair.pk}", f"stall={found.pk}&fair={fair.pk}"):
        assert "ZX-1/A1/0001" in page(client, f"?{narrowed}")
    assert "没有符合条件的销售" in page(client, "?fair=999")
    for form in ("csv", "xlsx"):
        assert client.get(f"/consumption/fairs.{form}").status_code == 200
    assert client_of("duanqing").get(f"/consumption/fairs/{fair.pk}/").status_code == 403
