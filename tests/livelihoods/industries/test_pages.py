"""Pages of industries: lists, one of each record, forms, files, and who may see them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Operator, Payment, Season
from tests.cast import Cast
from tests.livelihoods.industries.farmed import contract, counted, household, lot, operator, paid, season
from tests.livelihoods.projects.test_pages import client_of


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("文件.txt", "示例文件".encode())


@pytest.mark.django_db
def test_an_empty_room_says_what_to_do(cast: Cast) -> None:
    client = client_of("weilan")
    for address, words in {
        "": "还没有产业", "operators/": "还没有经营主体", "contracts/": "还没有合同", "lots/": "还没有批次",
    }.items():  # fmt: skip
        assert words in client.get(f"/industries/{address}").content.decode()


@pytest.mark.django_db
def test_every_form_leads_to_its_record_and_every_page_and_file_shows_it(cast: Cast) -> None:
    from tests.livelihoods.industries.farmed import verified

    client, home = client_of("weilan"), household(cast)

    def send(address: str, **said: object) -> None:
        for name in ("GET", "POST"):
            answer = client.get(address) if name == "GET" else client.post(address, {"key": address, **said})
            assert answer.status_code == (200 if name == "GET" else 302), answer.content.decode()[-3000:]

    send(
        "/industries/enter", unit=cast.guizhou.pk, code="cy-522327", product_zh="糯米蕉", product_en="Waxy banana",
        place="册亨县 522327", base_year=2019, recognised_on="2019-06-12", document="册农〔2019〕6号", evidence=scan(),
    )  # fmt: skip
    verified(cast)
    one = Industry.objects.get()
    send(
        "/industries/operators/register", unit=cast.guizhou.pk, code="91-EX", name_zh="合作社", name_en="", kind="COOPERATIVE",
        member_count=48, place="册亨县 522327", evidence=scan(),
    )  # fmt: skip
    by = Operator.objects.get()
    send(
        f"/industries/operators/{by.pk}/revise", name_zh="糯米蕉合作社", name_en="", kind="COOPERATIVE", member_count=50,
        place="册亨县 522327",
    )  # fmt: skip
    send(
        f"/industries/operators/{by.pk}/certificate",
        kind="GREEN",
        number="LB-1",
        starts_on="2019-01-01",
        evidence=scan(),
    )
    send(
        f"/industries/{one.pk}/season", year=2019, part="WHOLE", starts_on="2019-01-01", last_day="2019-12-31", base_mu="1200",
        capacity_tonnes="800", output_tonnes="640", sales_yuan="900000", source="统计表", evidence=scan(),
    )  # fmt: skip
    verified(cast)
    send(
        f"/industries/{one.pk}/contract", number="ht-1", operator=by.pk, household=home.number, mechanism="DIVIDEND",
        starts_on="2019-03-01", last_day="2020-02-29", promised_yuan="600", mu="", evidence=scan(),
    )  # fmt: skip
    verified(cast)
    agreed = Contract.objects.get()
    send(
        f"/industries/contracts/{agreed.pk}/pay",
        paid_on="2019-12-20",
        amount_yuan="600",
        receipt="icbc 1",
        evidence=scan(),
    )
    verified(cast)
    send(f"/industries/contracts/{agreed.pk}/end", last_day="2020-01-31")
    send(
        f"/industries/{one.pk}/lot", code="pc-1", operator=by.pk, place="册亨县 522327", harvested_on="2019-09-20", year=2019,
        part="AUTUMN", harvest_kg="1000", yield_share="0.8", inspection="检1", inspected_on="2019-09-28", inspector="检验站",
        evidence=scan(),
    )  # fmt: skip
    verified(cast)
    batch = Lot.objects.get()
    send(f"/industries/lots/{batch.pk}/sale", kg="100", on="2019-10-01", document="DJ-1")
    assert Payment.objects.get().receipt == "ICBC1"

    page = client.get(f"/industries/{one.pk}/").content.decode()
    for words in ("90.00", "600.00", "糯米蕉合作社", "PC-1", "分红"):
        assert words in page
    for address in (
        "", "operators/?q=糯米", f"operators/{by.pk}/", "contracts/?mechanism=DIVIDEND&q=CH-", f"contracts/{agreed.pk}/", "lots/",
        f"lots/{batch.pk}/", f"seasons/{Season.objects.get().pk}/", f"payments/{Payment.objects.get().pk}/",
        "offers/places?place=册亨",
    ):  # fmt: skip
        assert client.get(f"/industries/{address}").status_code == 200
    for name, words in {
        "industries": "CY-522327", "operators": "91-EX", "contracts": "HT-1", "payments": "ICBC1", "lots": "PC-1",
    }.items():  # fmt: skip
        text = b"".join(client.get(f"/industries/{name}.csv").streaming_content).decode()
        assert words in text
        assert client.get(f"/industries/{name}.xlsx").status_code == 200
    assert "没有符合条件的合同" in client.get("/industries/contracts/?q=NONE").content.decode()
    client.post(
        f"/industries/withdraw/payment/{Payment.objects.get().pk}",
        {"key": "w", "reason": "withdrawn", "remark": "撤"},
    )
    assert Payment.objects.get().withdrawn_at is not None


@pytest.mark.django_db
def test_who_may(cast: Cast) -> None:
    industry, by, home = counted(cast), operator(cast), household(cast)
    agreed = contract(cast, industry, home, by)
    payment = paid(cast, agreed)
    kept, batch = season(cast, industry), lot(cast, industry, by)
    addresses = [
        f"/industries/{industry.pk}/", f"/industries/seasons/{kept.pk}/", f"/industries/operators/{by.pk}/",
        f"/industries/contracts/{agreed.pk}/", f"/industries/payments/{payment.pk}/", f"/industries/lots/{batch.pk}/",
    ]  # fmt: skip
    for address in addresses:
        for username in ("hejing", "luowen", "chenli"):
            assert client_of(username).get(address).status_code == 200
        for username in ("duanqing", "linyi"):
            assert client_of(username).get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert client_of("linyi").get("/industries/").status_code == 403
    assert client_of("hejing").get("/industries/enter").status_code == 403
    assert client_of("weilan").get("/industries/withdraw/nothing/1").status_code == 404


@pytest.mark.django_db
def test_lists_are_narrowed_and_their_files_with_them(cast: Cast) -> None:
    client, by = client_of("weilan"), operator(cast)
    one = counted(cast)
    counted(cast, code="CY-2", product_zh="胡麻", product_en="Flax")
    lot(cast, one, by)
    lot(cast, one, by, is_verified=False, code="QC-7", inspection="检2020-1")
    for address, there, gone in (
        ("?q=胡麻", "胡麻", "糯米蕉"), ("?q=waxy", "糯米蕉", "胡麻"), ("?q=册亨", "胡麻", "没有符合条件"),
        ("?state=VERIFIED&q=CY-2", "胡麻", "糯米蕉"), ("?state=ENDED", "没有符合条件的产业", "CY-2"),
        ("lots/?q=QC-7", "QC-7", "PC-2019-01"), ("lots/?q=2020-1", "QC-7", "PC-2019-01"),
        ("lots/?q=无", "没有符合条件的批次", "QC-7"),
    ):  # fmt: skip
        page = client.get(f"/industries/{address}").content.decode().partition('class="list"')[2]
        assert (there in page, gone in page) == (True, False), address
    for address, there, gone in (
        ("industries.csv?q=胡麻", "胡麻", "糯米蕉"), ("lots.csv?q=QC-7", "QC-7", "PC-2019-01"),
    ):  # fmt: skip
        sent = b"".join(client.get(f"/industries/{address}").streaming_content).decode()
        assert (there in sent, gone in sent) == (True, False), address
