"""Pages of suppliers: lists, one of each record, forms, files, and that a supplier sees its own and nobody else's."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from bangfu.foundation.people.models import Access
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import marks
from bangfu.livelihoods import papers
from bangfu.livelihoods.shop.models import Order, Product
from bangfu.livelihoods.suppliers.models import Handout, Item, Parcel, Statement, Supplier, Supply, Ticket
from bangfu.livelihoods.suppliers.operations import hand_in_proof, raise_ticket
from tests.cast import CEHENG, Cast
from tests.foundation.api.asking import Program
from tests.livelihoods.projects.test_pages import client_of
from tests.livelihoods.suppliers.supplied import FILES, Market, code, market, reached, termed
from tests.livelihoods.suppliers.test_checking import TEST, raised
from tests.livelihoods.suppliers.test_statements import issued, paid


@pytest.fixture
def sold(cast: Cast) -> Market:
    found = market(cast)
    termed(cast, found.supplier)
    return found


def scan(name: str = "凭证.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "示例凭证".encode())


def page(client: Client, address: str, status: int = 200) -> str:
    """Return a page of the room."""
    answer = client.get(f"/suppliers/{address}")
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode() if not answer.streaming else ""


@pytest.mark.django_db
def test_an_empty_room_says_what_to_do(cast: Cast) -> None:
    client = client_of("weilan")
    for address, words in (
        ("", "还没有供应商"), ("checklist/", "还没有上架资料清单"), ("tickets/", "还没有工单"), ("parcels/", "还没有包裹"),
        ("statements/", "还没有结算单"), ("share/", "还没有结算付款的"),
    ):  # fmt: skip
        assert words in page(client, address)
    assert client_of("linyi").get("/suppliers/").status_code == 403


@pytest.mark.django_db
def test_every_page_and_file_shows_a_year(sold: Market) -> None:
    reached(sold.cast, sold.supplier, 1)
    order = sold.shop.paid(sold.offer, 2)
    sold.bound_for(order)
    sold.closed(2)
    statement = paid(sold)
    ticket = raised(sold)
    proof = hand_in_proof(
        item=Item.objects.filter(kind="TEST")[0], details=TEST, files=FILES, act=sold.by_own()
    )
    client = client_of("weilan")
    step = sold.supplier.steps.get()
    for address, words in (
        ("?q=册亨&stage=1&kind=COOPERATIVE&sort=-stage", "有包装"), (f"{sold.supplier.pk}/", "有包装"),
        (f"steps/{step.pk}/", "看到包装"),
        ("checklist/?show=waits&kind=TEST", "待核验"), (f"supplies/{sold.supply.pk}/", "检2020-88"),
        ("tickets/?show=open&q=纸箱", "纸箱多大"),
        (f"tickets/{ticket.pk}/", "5 公斤装用多大"), (f"{sold.supplier.pk}/ship/", "王*"),
        ("parcels/", "还没有包裹"), ("statements/?show=PAID", statement.number), (f"statements/{statement.pk}/", "99.80"),
        ("share/?year=2020", "64.1%"), ("share/", "64.1%"), (f"share/orders/{order.pk}/", "64%"),
    ):  # fmt: skip
        assert words in page(client, address), address
    line = statement.lines.select_related("line").get()
    for asked, count in (
        (f"q=DD{line.line.order_id:010d}&sort=-due", "1 行"),
        ("q=DD9999999999", "0 行"),
        ("q=zzz", "0 行"),
    ):
        assert count in page(client, f"statements/{statement.pk}/?{asked}"), asked
    for name in ("suppliers", "checklist", "tickets", "parcels", "statements", "share"):
        for form in ("csv", "xlsx"):
            assert client.get(f"/suppliers/{name}.{form}").status_code == 200
    for form in ("csv", "xlsx", "pdf"):
        assert client.get(f"/suppliers/statements/{statement.pk}.{form}").status_code == 200
    pdf = client.get(f"/suppliers/{sold.supplier.pk}/ship/picking.pdf")
    assert pdf.content[:5] == b"%PDF-"
    assert "64% 保底归农户" in client.get(f"/shop/orders/{order.pk}/").content.decode()
    assert "缺 5 项" in client.get(f"/shop/products/{sold.supply.product_id}/").content.decode()
    verifier = client_of("chenli")
    assert "proofs" in page(verifier, f"supplies/{sold.supply.pk}/")
    assert verifier.post(f"/suppliers/proofs/{proof.pk}/verify", {"key": "1"}).status_code == 302
    client.cookies["bangfu_language"] = "en"
    assert "Orders to ship" in page(client, f"{sold.supplier.pk}/ship/")


@pytest.mark.django_db
def test_what_somebody_may_not_open_is_no_link(sold: Market) -> None:
    """A county official reads suppliers, but neither people, nor papers under review, nor their evidence."""
    step = reached(sold.cast, sold.supplier, 1)
    home, paper = f"{sold.supplier.pk}/", f"/review/{Batch.objects.latest('pk').pk}/"
    contact = f"/people/person/{sold.supplier.contact_id}"
    clerk, official, own = (client_of(name) for name in ("weilan", "luowen", "cen"))
    assert paper in page(clerk, f"steps/{step.pk}/")
    assert contact in page(clerk, home)
    for client in (clerk, official, own):
        for address in (home, f"steps/{step.pk}/"):
            text = page(client, address)
            assert "凭证.txt" in text or address == home
            for link in re.findall(r'<a [^>]*href="(/(?:evidence|people|review|fact)/[^"]+)"', text):
                assert client.get(link).status_code == 200, link
    assert contact not in page(official, home)
    assert paper not in page(own, f"steps/{step.pk}/")


@pytest.mark.django_db
def test_forms_lead_to_operations(sold: Market) -> None:
    client, key = client_of("weilan"), sold.supplier.pk
    said = {
        "key": "1", "unit": sold.cast.guizhou.pk, "code": code(7), "kind": "FIRM", "name_zh": "册亨示例公司", "name_en": "",
        "county": "册亨县 522327", "contact_name": "", "contact_phone": "", "operator": "",
    }  # fmt: skip
    assert page(client, "enter")
    assert (
        client.post("/suppliers/enter", {**said, "code": code(7)[:-1] + "0", "evidence": scan()}).status_code
        == 409
    )
    assert client.post("/suppliers/enter", {**said, "key": "2", "evidence": scan()}).status_code == 302
    assert Supplier.objects.get(code=code(7)).place_id == CEHENG
    today = timezone.localdate().isoformat()
    product = Product.objects.get(code="CH-MI")
    sold.shop.offered(5, code="CH-YY")
    other = Product.objects.get(code="CH-YY")
    assert product.pk != other.pk
    forms: tuple[tuple[str, dict[str, Any], int], ...] = (
        (f"{key}/revise", {"kind": "COOPERATIVE", "name_zh": "新名", "name_en": "", "operator": "", "contact_name": "",
                           "contact_phone": ""}, 302),
        (f"{key}/seat", {"username": "没有", "starts_on": today}, 422),
        (f"{key}/seat", {"username": "linyi", "starts_on": today}, 302),
        (f"{key}/supply", {"product": other.pk, "starts_on": today, "due_on": ""}, 302),
        (f"{key}/terms", {"starts_on": today, "document": "合同2", "commission": "3", "platform": "0.6",
                          "freight_yuan": "6", "evidence": scan()}, 302),
        (f"{key}/stage", {"to_stage": "1", "reached_on": "2020-07-01", "words": "纸箱", "evidence": scan()}, 302),
        (f"{key}/ticket", {"category": "OTHER", "due_on": today, "title": "问", "text": "问"}, 302),
        (f"seats/{sold.supplier.seats.get().pk}/end", {"on": today}, 302),
        (f"items/{Item.objects.filter(supply=sold.supply)[0].pk}/plan", {"due_on": today, "username": "weilan"}, 302),
    )  # fmt: skip
    for number, (address, fields, status) in enumerate(forms):
        assert client.get(f"/suppliers/{address}").status_code == 200
        answer = client.post(f"/suppliers/{address}", {"key": f"f{number}", **fields})
        assert answer.status_code == status, (address, answer.content.decode()[-3000:])
    ticket = Ticket.objects.get()
    for address, fields, status in (
        ("assign", {"username": "zhoumin", "due_on": today}, 302), ("reply", {"text": "答"}, 302), ("close", {"text": "好"}, 302),
        ("reopen", {"text": "又", "due_on": today}, 302),
    ):  # fmt: skip
        assert client.get(f"/suppliers/tickets/{ticket.pk}/{address}").status_code == 200
        assert (
            client.post(f"/suppliers/tickets/{ticket.pk}/{address}", {"key": address, **fields}).status_code
            == status
        )
    supply = Supply.objects.get(product=other)
    assert (
        client.post(f"/suppliers/supplies/{supply.pk}/end", {"key": "e", "on": "2099-01-01"}).status_code
        == 302
    )


@pytest.mark.django_db
def test_a_statement_goes_its_way_over_the_pages(sold: Market) -> None:
    sold.closed(2)
    office, own, verifier = client_of("weilan"), client_of("cen"), client_of("chenli")
    issue = f"/suppliers/{sold.supplier.pk}/issue"
    assert office.get(issue).status_code == 200
    period = {"key": "1", "starts_on": "2020-07-01", "last_day": "2020-07-31"}
    assert own.post(issue, period).status_code == 403
    assert office.post(issue, period).status_code == 302
    found = Statement.objects.get()
    home = f"/suppliers/statements/{found.pk}"
    assert own.get(f"{home}/object").status_code == 200
    assert own.post(f"{home}/object", {"key": "2", "words": "少了"}).status_code == 302
    assert office.post(f"{home}/answer", {"key": "3", "words": "没有少"}).status_code == 302
    confirm = {"key": "4", "grower_yuan": "64.00", "words": "", "evidence": scan()}
    assert own.post(f"{home}/confirm", confirm).status_code == 302
    line = found.lines.get()
    assert (
        office.post(
            f"/suppliers/lines/{line.pk}/correct", {"key": "5", "amount_yuan": "-1.20", "reason": "x"}
        ).status_code
        == 302
    )
    pay = {"key": "6", "paid_on": timezone.localdate().isoformat(), "receipt": "1", "evidence": scan()}
    assert own.post(f"{home}/pay", pay).status_code == 403
    assert verifier.post(f"{home}/pay", {**pay, "evidence": scan()}).status_code == 302
    assert "已付款" in page(own, f"statements/{found.pk}/")


@pytest.mark.django_db
class TestASupplier:
    def test_sees_its_own_and_nobody_elses(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 2)
        sold.bound_for(order)
        sold.closed()
        statement, ticket = issued(sold), raised(sold)
        proof = hand_in_proof(
            item=Item.objects.filter(kind="TEST")[0], details=TEST, files=FILES, act=sold.by_own()
        )
        own, other = client_of("cen"), client_of("wei")
        mine = sold.supplier.pk
        answer = own.get("/suppliers/")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/suppliers/{mine}/")
        addresses = (
            f"{mine}/", f"{mine}/ship/", f"{mine}/ship/{order.pk}", f"{mine}/ship/scan", f"{mine}/ship/picking.pdf",
            f"{mine}/ship/picking.xlsx", f"supplies/{sold.supply.pk}/", f"tickets/{ticket.pk}/", f"statements/{statement.pk}/",
            f"statements/{statement.pk}.xlsx", f"statements/{statement.pk}.pdf", f"{mine}/ticket",
        )  # fmt: skip
        for address in addresses:
            assert own.get(f"/suppliers/{address}").status_code == 200, address
            assert other.get(f"/suppliers/{address}").status_code == 404, address
        for address in ("checklist/", "tickets/", "parcels/", "statements/"):
            assert "册亨示例合作社1" not in page(other, address)
        assert statement.number in page(own, "statements/")
        assert statement.number not in page(other, "statements/")
        for client in (own, other):
            assert client.get("/suppliers/share/").status_code == 403
            assert client.get(f"/suppliers/share/orders/{order.pk}/").status_code == 403
            assert client.get(f"/shop/orders/{order.pk}/").status_code == 403
            assert client.get("/shop/orders/").status_code in (403, 404)
        assert other.post(f"/suppliers/proofs/{proof.pk}/verify", {"key": "1"}).status_code == 404
        assert other.post(f"/suppliers/{mine}/ship/sheet", {"key": "1", "courier": "SF"}).status_code == 404
        assert not Access.objects.exists()

    def test_reads_its_own_records_as_a_program(self, sold: Market) -> None:
        raise_ticket(
            supplier=sold.other,
            category="OTHER",
            title="别家的",
            text="x",
            due_on=date(2099, 1, 1),
            act=sold.by_other(),
        )
        raised(sold)
        own, other = Program(sold.own), Program(sold.others)
        told = own.get("/records/suppliers.ticket").json()
        assert [one["title"] for one in told["items"]] == ["纸箱多大"]
        told = other.get("/records/suppliers.supplier").json()
        assert len(told["items"]) == 1
        said = json.dumps(told, ensure_ascii=False)
        assert code(2) in said
        assert code(1) not in said
        assert "contact" not in said

    def test_takes_the_couriers_sheet_with_recipients_in_clear_which_is_recorded(self, sold: Market) -> None:
        order, fetched = sold.shop.paid(sold.offer, 2), sold.shop.paid(sold.offer)
        sold.bound_for(order)
        own = client_of("cen")
        home = f"/suppliers/{sold.supplier.pk}/ship/sheet"
        assert own.post(home, {"key": "0", "courier": "XX"}).status_code == 409
        answer = own.post(home, {"key": "1", "courier": "SF"})
        assert answer.headers["Cache-Control"] == "no-store"
        book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        said = dict(zip(rows[0], rows[1], strict=True))
        assert [said[title] for title in ("用户订单号", "收件人", "收件手机", "收件详细地址", "托寄物数量")] == [
            order.number, "王示例", "13900000009", "贵州省示例路 1 号", "2",
        ]  # fmt: skip
        assert len(rows) == 2
        assert fetched.number not in str(rows)
        assert (Access.objects.count(), Handout.objects.get().orders) == (1, sorted([order.pk, fetched.pk]))
        assert "13900000009" not in page(own, f"{sold.supplier.pk}/ship/")

    def test_enters_waybills_by_hand_and_by_scanning(self, sold: Market) -> None:
        order, other = sold.shop.paid(sold.offer, 2), sold.shop.paid(sold.offer)
        sold.bound_for(order)
        own, mine = client_of("cen"), sold.supplier.pk
        home = f"/suppliers/{mine}/ship/{order.pk}"
        assert "王示例" not in page(own, f"{mine}/ship/{order.pk}")
        shown = own.post(home, {"show": "1", "key": "s"})
        assert "王示例" in shown.content.decode()
        assert shown.headers["Cache-Control"] == "no-store"
        line = order.lines.get().pk
        assert (
            own.post(home, {"key": "1", "waybill": "12", "courier": "SF", f"line_{line}": "1"}).status_code
            == 409
        )
        assert (
            own.post(
                home, {"key": "2", "waybill": "sf1234567890123", "courier": "", f"line_{line}": "1"}
            ).status_code
            == 302
        )
        assert "部分已发" in page(own, f"{mine}/ship/")
        scan_page = f"/suppliers/{mine}/ship/scan"
        said = {"key": "3", "order": other.number.lower(), "waybill": "SF1234567890199", "courier": ""}
        assert own.post(scan_page, said).status_code == 302
        assert own.post(scan_page, {**said, "key": "4", "order": "??"}).status_code == 409
        assert (
            own.post(
                scan_page, {**said, "key": "5", "order": order.number, "waybill": "EA123456789CN"}
            ).status_code
            == 302
        )
        assert Order.objects.filter(state="SHIPPED").count() == 2
        assert Parcel.objects.count() == 3
        assert "没有待发的订单" in page(own, f"{mine}/ship/")
        assert own.get(home).status_code == 302

    def test_is_shown_the_way_on_today(self, sold: Market) -> None:
        sold.shop.paid(sold.offer)
        home = client_of("cen").get("/").content.decode()
        assert f"/suppliers/{sold.supplier.pk}/ship/" in home
        assert f"/suppliers/{sold.supplier.pk}/ship/" not in client_of("wei").get("/").content.decode()


@pytest.mark.django_db
def test_the_mark_of_the_example_travels(sold: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    sold.shop.paid(sold.offer)
    sold.closed(2)
    statement = issued(sold)
    monkeypatch.setattr(marks, "_asked", [lambda: True])
    client, home = client_of("cen"), f"/suppliers/statements/{statement.pk}"
    for address in (f"{home}.csv", f"{home}.xlsx", f"/suppliers/{sold.supplier.pk}/ship/picking.xlsx"):
        answer = client.get(address)
        content = b"".join(answer.streaming_content)
        assert "示例数据" in (content.decode() if address.endswith("csv") else _text(content)), address
    printed: list[dict[str, Any]] = []

    def printing(template: object, values: dict[str, Any], *, is_tagged: bool) -> bytes:
        printed.append(values)
        return b"%PDF-"

    monkeypatch.setattr(papers, "typeset", printing)
    assert client.get(f"{home}.pdf").status_code == 200
    assert client.get(f"/suppliers/{sold.supplier.pk}/ship/picking.pdf").status_code == 200
    assert ["示例数据" in one["example"] for one in printed] == [True, True]
    assert printed[0]["sums"][6] == ("应付（元）", "86.21", True)


def _text(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
