"""Pages of projects and their money: lists, one project, forms, files, and who may see them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.foundation.people.models import Account
from bangfu.livelihoods.projects.models import Movement, Project
from bangfu.livelihoods.projects.operations import return_movements
from tests.cast import Cast
from tests.livelihoods.projects.projected import approved, counted, entered, moved, paper_of

SAID = {
    "key": "k", "code": "ch-2020-09", "title_zh": "文化广场", "title_en": "", "place": "册亨县 522327",
    "revitalisation": "CULTURE",
    "plan_title": "册亨县项目库", "plan_number": "3号", "first_day": "2020-03-01", "last_day": "2020-06-30",
    "own_yuan": "1234.56", "gift_yuan": "", "gift_party": "", "investment_yuan": "", "investment_party": "",
}  # fmt: skip


def client_of(username: str) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(
        Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.django_db
class TestLists:
    def test_an_empty_room_says_what_to_do(self, cast: Cast) -> None:
        page = client_of("weilan").get("/projects/").content.decode()
        assert "还没有项目" in page
        assert "/projects/enter" in page

    def test_narrow_and_sort(self, cast: Cast) -> None:
        approved(cast)
        entered(
            cast,
            "CH-2020-02",
            title_zh="村级党群服务中心",
            title_en="",
            revitalisation="ORGANISATION",
            budgets=(),
        )
        client = client_of("weilan")

        def codes(query: str) -> list[str]:
            return [row["project"].code for row in client.get(f"/projects/?{query}").context["rows"]]

        assert codes("sort=code") == ["CH-2020-01", "CH-2020-02"]
        assert codes("sort=-budget") == ["CH-2020-01", "CH-2020-02"]
        assert codes("under=ORGANISATION") == ["CH-2020-02"]
        assert codes("state=APPROVED") == ["CH-2020-01"]
        assert codes("source=GIFT") == ["CH-2020-01"]
        assert codes("q=党群") == ["CH-2020-02"]
        assert codes("year=2021") == []
        assert codes("place=520000000000&year=2020&sort=code") == ["CH-2020-01", "CH-2020-02"]
        assert "没有符合条件的项目" in client.get("/projects/?q=没有").content.decode()

    def test_give_files_with_each_source_apart(self, cast: Cast) -> None:
        counted(cast, approved(cast), "ALLOCATED", "PAID", "RECEIVED")
        client = client_of("hejing")
        text = b"".join(client.get("/projects/projects.csv").streaming_content).decode()
        rows = [line for line in text.splitlines() if "CH-2020-01" in line]
        assert [row.split(",")[10:] for row in rows] == [
            ["引进无偿", "100000.00", "0.00", "0.00", "0.00", "0.00"],
            ["自有无偿", "300000.00", "200000.00", "200000.00", "200000.00", "0.00"],
        ]
        assert client.get("/projects/projects.xlsx").status_code == 200
        key = Project.objects.get().pk
        money = b"".join(client.get(f"/projects/{key}/movements.csv").streaming_content).decode()
        assert "下达,自有无偿,200000.00,2020-03-10,P52,CH-TREASURY,ALLOCATED-1,,已核验" in money
        assert client.get(f"/projects/{key}/movements.xlsx").status_code == 200

    def test_who_may(self, cast: Cast) -> None:
        one = approved(cast)
        assert client_of("duanqing").get("/projects/").context["rows"] == []
        assert client_of("duanqing").get(f"/projects/{one.pk}/").status_code == 403
        assert client_of("linyi").get("/projects/").status_code == 403
        assert client_of("luowen").get(f"/projects/{one.pk}/").status_code == 200

    def test_cost_the_same_however_many_there_are(self, cast: Cast, django_assert_max_num_queries) -> None:
        client = client_of("weilan")
        for number in range(3):
            entered(cast, f"CH-2020-0{number}")
        client.get("/projects/")
        with django_assert_max_num_queries(40) as few:
            client.get("/projects/")
        for number in range(3, 9):
            entered(cast, f"CH-2020-0{number}")
        with django_assert_max_num_queries(len(few)):
            client.get("/projects/")


@pytest.mark.django_db
class TestForms:
    def test_enter_a_project_and_take_it_to_the_work(self, cast: Cast) -> None:
        clerk, verifier = client_of("weilan"), client_of("chenli")
        assert clerk.get("/projects/enter").status_code == 200
        assert clerk.post("/projects/enter", {**SAID, "unit": cast.guizhou.pk}).status_code == 302
        one = Project.objects.get()
        assert (one.code, list(one.budgets.values_list("source", "amount_fen"))) == (
            "CH-2020-09",
            [("OWN", 123_456)],
        )
        assert clerk.get(f"/projects/{one.pk}/revise").status_code == 200
        changed = {**SAID, "key": "r", "title_en": "Culture square"}
        assert clerk.post(f"/projects/{one.pk}/revise", changed).status_code == 302
        step = {"key": "a", "on": "2020-02-01", "document": "1号"}
        assert clerk.get(f"/projects/{one.pk}/admit").status_code == 200
        assert clerk.post(f"/projects/{one.pk}/admit", step).status_code == 302
        assert verifier.get(f"/projects/{one.pk}/approve").status_code == 200
        assert verifier.post(f"/projects/{one.pk}/approve", {**step, "key": "b"}).status_code == 302
        assert clerk.get(f"/projects/{one.pk}/begin").status_code == 200
        assert (
            clerk.post(f"/projects/{one.pk}/begin", {**step, "key": "c", "document": ""}).status_code == 302
        )
        one.refresh_from_db()
        assert (one.state, one.title_en) == ("BUILDING", "Culture square")
        budget = {
            "key": "d",
            "on": "2020-03-01",
            "document": "2号",
            "own_yuan": "2000",
            "gift_yuan": "",
            "investment_yuan": "",
        }
        assert verifier.get(f"/projects/{one.pk}/budget").status_code == 200
        assert verifier.post(f"/projects/{one.pk}/budget", budget).status_code == 302
        page = clerk.get(f"/projects/{one.pk}/").content.decode()
        for words in ("文化广场", "调整预算", "2,000.00", "3号"):
            assert words in page
        assert clerk.get(f"/projects/{one.pk}/abandon").status_code == 200
        gone = {"key": "e", "on": "2020-04-01", "document": "", "reason": "并入另一项目"}
        assert clerk.post(f"/projects/{one.pk}/abandon", gone).status_code == 302
        assert "并入另一项目" in clerk.get(f"/projects/{one.pk}/").content.decode()

    def test_a_refusal_is_said_above_the_form(self, cast: Cast) -> None:
        entered(cast, "CH-2020-09")
        answer = client_of("weilan").post("/projects/enter", {**SAID, "unit": cast.guizhou.pk})
        assert answer.status_code == 409
        assert "已有项目" in answer.content.decode()

    def test_money_by_form(self, cast: Cast) -> None:
        one = approved(cast)
        client = client_of("weilan")
        address = f"/projects/{one.pk}/money"
        assert client.get(f"{address}?kind=PAID").status_code == 200
        said = {
            "key": "m", "kind": "ALLOCATED", "source": "OWN", "amount_yuan": "1000.01", "happened_on": "2020-03-01",
            "payer": "p52", "payee": "ch-treasury", "receipt": "册财 7", "note": "", "apart": "",
            "evidence": SimpleUploadedFile("文件.txt", "资金文件".encode()),
        }  # fmt: skip
        assert client.post(address, said).status_code == 302
        money = Movement.objects.get()
        assert (money.amount_fen, money.payer, money.receipt) == (100_001, "P52", "册财7")
        page = client.get(f"/projects/movements/{money.pk}/").content.decode()
        assert "1,000.01" in page
        assert "待核验 1,000.01" in client.get(f"/projects/{one.pk}/").content.decode()
        return_movements(batch=paper_of(money), remark="文号不清", act=cast.act(cast.verifier))
        assert "文号不清" in client.get(f"/projects/movements/{money.pk}/").content.decode()
        assert client.get(f"/projects/movements/{money.pk}/revise").status_code == 200
        again = {**said, "key": "n", "amount_yuan": "1000.02"}
        del again["evidence"]
        assert client.post(f"/projects/movements/{money.pk}/revise", again).status_code == 302
        return_movements(batch=paper_of(money), remark="重复", act=cast.act(cast.verifier))
        assert client.get(f"/projects/movements/{money.pk}/withdraw").status_code == 200
        gone = {"key": "o", "reason": "withdrawn", "remark": "重复"}
        assert client.post(f"/projects/movements/{money.pk}/withdraw", gone).status_code == 302
        assert "已撤回" in client.get(f"/projects/movements/{money.pk}/").content.decode()

    def test_pages_speak_english(self, cast: Cast) -> None:
        one = approved(cast)
        moved(cast, one, "ALLOCATED")
        client = client_of("weilan")
        client.cookies["bangfu_language"] = "en"
        page = client.get(f"/projects/{one.pk}/").content.decode()
        for words in ("Banana drying shed", "Own grant", "Allocated", "200,000.00 waits"):
            assert words in page

    def test_places_are_offered(self, cast: Cast) -> None:
        assert "册亨县" in client_of("weilan").get("/projects/offers/places?place=册亨").content.decode()
