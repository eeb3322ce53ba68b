"""The pages: enter, import, reconcile, explain, decide, and the line in the figure's drawer."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import marks
from bangfu.reporting.controls import queries
from bangfu.reporting.controls.models import ControlTotal, Decision, Explanation
from bangfu.reporting.controls.operations import explain_difference
from tests.architecture.test_example_mark import said
from tests.cast import NOW
from tests.reporting.controls.conftest import PAID, Books
from tests.reporting.controls.test_operations import reconciled

TOTAL = {
    "indicator": PAID, "period": "2019", "source": "GENERAL_LEDGER", "account": "6711.03", "amount": "4750.50",
    "taken_on": "2020-07-01", "key": "a",
}  # fmt: skip


def door(account: Account | None = None, language: str = "zh-hans") -> Client:
    client = Client()
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"


class TestFromDrawerToDrawer:
    def test_a_total_that_agrees(self, books: Books) -> None:
        officer, address = door(books.story.cast.officer), f"/f/{PAID}/?period=2019"
        lead = "/controls/enter?period=2019&amp;indicator=grants.paid"
        assert lead in officer.get(address).content.decode()
        assert 'value="2019"' in officer.get(lead.replace("&amp;", "&")).content.decode()
        page = officer.post("/controls/enter", TOTAL, follow=True).content.decode()
        assert "还没有对账" in page
        page = officer.post("/controls/1/reconcile", {"reconcile-key": "b"}, follow=True).content.decode()
        assert "没有差额，两本账相符" in page
        assert "与总账相差 0.00 元" in officer.get(address).content.decode()
        assert "对账" not in officer.get("/f/network.base_stations/?period=2019").content.decode()

    def test_differences_are_explained_and_decided(self, books: Books) -> None:
        made, cast = reconciled(books), books.story.cast
        officer, verifier = door(cast.officer), door(cast.verifier)
        assert (
            "与总账相差 750.00 元，3 处差额待说明" in officer.get(f"/f/{PAID}/?period=2019").content.decode()
        )
        key = made.differences.get(position=1).pk
        page = officer.get(f"/controls/differences/{key}/").content.decode()
        assert "2019-06 云南省分公司" in page
        assert (
            officer.post(
                f"/controls/differences/{key}/explain", {"category": "TIMING", "key": "a"}
            ).status_code
            == 422
        )
        file = io.BytesIO(b"EXAMPLE voucher")
        file.name = "voucher.txt"
        given = {"category": "TIMING", "words": "七月才入总账", "file": file, "key": "b"}
        page = officer.post(f"/controls/differences/{key}/explain", given, follow=True).content.decode()
        assert "须由另一个人认可" in page
        assert "voucher.txt" in page
        answer = verifier.post(f"/controls/differences/{key}/decide", {"return": "1", "key": "c"})
        assert answer.status_code == 409
        verifier.post(f"/controls/differences/{key}/decide", {"approve": "1", "key": "d"})
        assert Decision.objects.get().ruling == "APPROVED"
        page = officer.get("/controls/1/?state=approved").content.decode()
        assert "已认可：入账时间不同" in page
        for query, found in (("q=云南", 2), ("q=贵州", 1), ("q=云南&state=approved", 1), ("q=x", 0)):
            page_of = officer.get(f"/controls/1/?{query}").content.decode()
            assert page_of.count("/controls/differences/") == found, query
        assert "正好等于本账余额" in page
        assert "2 处差额待说明" in officer.get(f"/f/{PAID}/?period=2019").content.decode()

    def test_files_say_the_same_to_the_fen(self, books: Books) -> None:
        reconciled(books)
        officer = door(books.story.cast.officer, "en")
        answer = officer.get("/controls/1/statement.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert rows == [
            ["Balance of the general ledger (6711.03 对外捐赠)", "", 4000.5],
            ["To be explained", "3", 750],
            ["Our balance", "", 4750.5],
        ]
        csv = b"".join(officer.get("/controls/1/differences.csv").streaming_content).decode()
        assert "1,1,2019-06 Yunnan branch,Only ours,1000.00,,1000.00,To be explained" in csv
        assert csv.startswith("\ufeffNo.") or "Item" in csv.splitlines()[0]

    @pytest.mark.parametrize(
        "name", ["statement.csv", "statement.xlsx", "differences.csv", "differences.xlsx"]
    )
    @pytest.mark.parametrize("is_one", [True, False])
    def test_files_of_the_example_say_so(
        self, books: Books, monkeypatch: pytest.MonkeyPatch, name: str, is_one: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        reconciled(books)
        answer = door(books.story.cast.officer).get(f"/controls/1/{name}")
        assert ("示例数据" in said(b"".join(answer.streaming_content))) is is_one

    def test_a_revision_asks_for_lines_and_reconciling_again(self, books: Books) -> None:
        reconciled(books)
        officer = door(books.story.cast.officer)
        given = {
            "revise-account": "6711.03",
            "revise-amount": "4750.50",
            "revise-taken_on": "2020-07-02",
            "revise-key": "a",
        }
        page = officer.post("/controls/1/revise", given, follow=True).content.decode()
        assert "还没有对账" in page
        assert "没有，只对合计" in page
        assert queries.standing_of(1).total.amount == Decimal("4750.5")


class TestToday:
    def test_says_what_waits_for_whom(self, books: Books) -> None:
        def waits(who: Account) -> list[tuple[int, int, int]]:
            return [
                (one.total.number, one.explain, one.decide) for one in queries.waiting_for(who, NOW.date())
            ]

        cast = books.story.cast
        assert waits(cast.officer) == []
        made = reconciled(books)
        assert (waits(cast.officer), waits(cast.verifier)) == ([(1, 3, 0)], [])
        first = made.differences.get(position=1)
        explain_difference(difference=first, category="TIMING", words="七月才入总账", act=books.act())
        assert (waits(cast.officer), waits(cast.verifier)) == ([(1, 2, 0)], [(1, 0, 1)])
        assert "2 处差额待说明" in door(cast.officer).get("/").content.decode()
        assert "1 explanation to be decided" in door(cast.verifier, "en").get("/").content.decode()
        assert waits(cast.clerk) == []


class TestList:
    def test_narrows_sorts_and_is_exported(self, books: Books) -> None:
        officer = door(books.story.cast.officer)
        assert "还没有控制数" in officer.get("/controls/").content.decode()
        reconciled(books)
        books.entered("1.00", source="BANK", account="结算户")
        page = officer.get("/controls/?sort=amount").content.decode()
        assert "2 个" in page
        assert "3 处待说明" in page
        assert "1 个" in officer.get("/controls/?source=BANK&q=结算").content.decode()
        assert "没有符合条件的控制数" in officer.get("/controls/?source=BILLING").content.decode()
        csv = b"".join(officer.get("/controls/totals.csv").streaming_content).decode()
        assert "4000.50,4750.50,750.00" in csv

    def test_is_closed_to_outsiders(self, books: Books) -> None:
        key = reconciled(books).differences.get(position=1).pk
        for account in (books.story.cast.outsider, books.story.cast.clerk):
            for address in ("1/", f"differences/{key}/", "1/statement.xlsx", "enter"):
                assert door(account).get(f"/controls/{address}").status_code == 403
        assert door().get("/controls/").status_code == 302
        officer = door(books.story.cast.officer)
        assert officer.get("/controls/9/").status_code == 404
        assert door(books.story.cast.verifier).get("/controls/enter").status_code == 403
        answer = officer.post(
            "/controls/enter", {**TOTAL, "account": " x ", "indicator": "network.base_stations"}
        )
        assert answer.status_code == 422
        answer = officer.post("/controls/enter", {**TOTAL, "place": "999999"})
        assert answer.status_code == 409
        assert (ControlTotal.objects.count(), Explanation.objects.count()) == (2, 0)
