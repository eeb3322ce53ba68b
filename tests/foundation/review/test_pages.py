"""The inbox and the paper, as 韦兰 who submits, 陈立 who decides and the others see them."""

from __future__ import annotations

from uuid import uuid4

import polars
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from tests.cast import Cast
from tests.foundation.review import toys

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(cast: Cast) -> Batch:
    return toys.submit_wells(
        unit=cast.guizhou, ids=toys.wells(cast.guizhou, 3), title="七月水井", act=cast.act(cast.clerk)
    )


def opened(client: Client, account: Account, address: str) -> HttpResponse:
    client.force_login(account)
    return client.get(address)  # type: ignore[return-value]


def text(response: HttpResponse) -> str:
    return response.content.decode()


class TestInbox:
    def test_waits_for_the_verifier_and_not_for_the_submitter(
        self, cast: Cast, paper: Batch, client: Client
    ) -> None:
        assert "七月水井" in text(opened(client, cast.verifier, "/review/"))
        page = text(opened(client, cast.clerk, "/review/"))
        assert "七月水井" not in page
        assert "没有等您核验的单据" in page
        assert "七月水井" in text(opened(client, cast.clerk, "/review/?view=mine"))
        toys.verify_wells(batch=paper, act=cast.act(cast.verifier))
        assert "七月水井" not in text(opened(client, cast.verifier, "/review/"))
        assert "七月水井" in text(opened(client, cast.verifier, "/review/?view=all&state=VERIFIED"))

    def test_each_sees_the_papers_in_reach(self, cast: Cast, paper: Batch, client: Client) -> None:
        for account in (cast.officer, cast.auditor, cast.verifier, cast.clerk):
            assert "七月水井" in text(opened(client, account, "/review/?view=all"))
        assert "七月水井" not in text(opened(client, cast.clerk_of_yunnan, "/review/?view=all"))
        assert opened(client, cast.outsider, "/review/").status_code == 403
        client.logout()
        assert client.get("/review/").status_code == 302

    def test_finds_by_word_number_unit_state_and_kind(self, cast: Cast, paper: Batch, client: Client) -> None:
        toys.submit_wells(
            unit=cast.yunnan,
            ids=toys.wells(cast.yunnan, 2),
            title="云南水井",
            act=cast.act(cast.clerk_of_yunnan),
        )
        found = {
            "": (True, True),
            "q=七月": (True, False),
            f"q={paper.pk}": (True, False),
            "q=云南": (False, True),
            f"unit={cast.guizhou.pk}": (True, False),
            "unit=zz": (True, True),
            "unit=²": (True, True),
            "state=VERIFIED": (False, False),
            "room=toys.well": (True, True),
            "room=network.station": (False, False),
        }
        for asked, seen in found.items():
            page = text(opened(client, cast.auditor, f"/review/?view=all&{asked}"))
            rows = page[page.index("list") :].split("<tbody>")[-1] if "<tbody>" in page else ""
            assert ("七月水井" in rows, "云南水井" in rows) == seen, asked

    def test_pages(self, cast: Cast, client: Client) -> None:
        for number in range(1, 26):
            toys.submit_wells(
                unit=cast.guizhou,
                ids=toys.wells(cast.guizhou, 1, number),
                title=f"第{number:02}批",
                act=cast.act(cast.clerk),
            )
        first = text(opened(client, cast.verifier, "/review/"))
        second = text(opened(client, cast.verifier, "/review/?page=2"))
        assert "第20批" in first
        assert "第21批" not in first
        assert "第21批" in second

    def test_says_what_to_do_first(self, cast: Cast, client: Client) -> None:
        page = text(opened(client, cast.clerk, "/review/?view=mine"))
        assert "先导入一份表格" in page
        assert 'href="/intake/"' in page
        client.cookies["bangfu_language"] = "en"
        assert "First import a spreadsheet" in text(opened(client, cast.clerk, "/review/?view=mine"))


class TestPaper:
    def test_shows_who_what_and_with_what_evidence(
        self, cast: Cast, paper: Batch, client: Client, settings: Settings, tmp_path: object
    ) -> None:
        settings.EVIDENCE_FOLDER = tmp_path
        log = toys.keep(unit=cast.guizhou, name="a.txt", content=b"a", act=cast.act(cast.clerk))
        first = toys.wells(cast.guizhou, 3)[0]
        frame = polars.DataFrame(
            {"record": [first], "digest": [log.digest], "kind": ["TEST_LOG"], "name": ["a.txt"]}
        )
        toys.attach_many(unit=cast.guizhou, frame=frame, act=cast.act(cast.clerk))
        page = text(opened(client, cast.verifier, f"/review/{paper.pk}/"))
        assert "韦兰提交" in page
        assert "贵州省分公司" in page
        assert "1 条附有佐证（33.3%）" in page
        assert f'href="/wells/{first}"' in page
        assert f"{first % 7} m" in page
        bare = text(opened(client, cast.verifier, f"/review/{paper.pk}/?evidence=none"))
        assert f'href="/wells/{first}"' not in bare
        assert f'href="/wells/{first + 1}"' in bare

    def test_buttons_only_for_who_may_decide(self, cast: Cast, paper: Batch, client: Client) -> None:
        address = f"/review/{paper.pk}/verify"
        assert f'href="{address}"' in text(opened(client, cast.verifier, f"/review/{paper.pk}/"))
        for account in (cast.clerk, cast.officer, cast.auditor):
            assert f'href="{address}"' not in text(opened(client, account, f"/review/{paper.pk}/"))
        assert "须由另一位" in text(opened(client, cast.clerk, f"/review/{paper.pk}/"))

    def test_closed_to_who_may_not_read_it(self, cast: Cast, paper: Batch, client: Client) -> None:
        for account in (cast.clerk_of_yunnan, cast.outsider):
            for tail in ("", "verify", "return"):
                assert opened(client, account, f"/review/{paper.pk}/{tail}").status_code == 403
        assert opened(client, cast.auditor, "/review/99999/").status_code == 404

    def test_an_old_paper_says_where_its_records_went(self, cast: Cast, paper: Batch, client: Client) -> None:
        toys.return_wells(batch=paper, remark="缺照片", act=cast.act(cast.verifier))
        toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 3), title="补正", act=cast.act(cast.clerk)
        )
        page = text(opened(client, cast.clerk, f"/review/{paper.pk}/"))
        assert "缺照片" in page
        assert "其中 3 条记录退回或更正后" in page
        assert "这里已没有记录" in page


class TestDecisions:
    def test_verify_asks_then_signs(self, cast: Cast, paper: Batch, client: Client) -> None:
        asked = opened(client, cast.verifier, f"/review/{paper.pk}/verify")
        assert "确认这 3 条记录属实" in text(asked)
        key = asked.context["form"].initial["key"]
        for _ in range(2):  # a second press of the same button is the same signature
            done = client.post(f"/review/{paper.pk}/verify", {"key": str(key)}, follow=True)
            assert done.redirect_chain == [(f"/review/{paper.pk}/", 302)]
            assert "您的签名已留存" in text(done)
        paper.refresh_from_db()
        assert (paper.state, paper.decided_by) == ("VERIFIED", cast.verifier)

    def test_return_needs_a_reason(self, cast: Cast, paper: Batch, client: Client) -> None:
        client.force_login(cast.verifier)
        address = f"/review/{paper.pk}/return"
        refused = client.post(address, {"key": str(uuid4()), "remark": " "})
        assert refused.status_code == 422
        assert "退回时请写明原因" in refused.content.decode()
        done = client.post(address, {"key": str(uuid4()), "remark": "第 2 口井缺照片"}, follow=True)
        assert "退回原因：第 2 口井缺照片" in done.content.decode()

    def test_too_late_is_said(self, cast: Cast, paper: Batch, client: Client) -> None:
        toys.return_wells(batch=paper, remark="缺照片", act=cast.act(cast.verifier))
        client.force_login(cast.verifier)
        late = client.post(f"/review/{paper.pk}/verify", {"key": str(uuid4())})
        assert late.status_code == 409
        assert "已有人作出决定" in late.content.decode()

    def test_the_submitter_is_refused(self, cast: Cast, client: Client) -> None:
        paper = toys.submit_wells(unit=cast.guizhou, ids=[1], title="x", act=cast.act(cast.verifier))
        client.force_login(cast.verifier)
        refused = client.post(f"/review/{paper.pk}/verify", {"key": str(uuid4())})
        assert refused.status_code == 409
        assert "由您本人提交" in refused.content.decode()

    def test_who_reads_but_may_not_decide_is_refused(self, cast: Cast, paper: Batch, client: Client) -> None:
        client.force_login(cast.auditor)
        refused = client.post(f"/review/{paper.pk}/verify", {"key": str(uuid4())})
        assert refused.status_code == 403
        paper.refresh_from_db()
        assert paper.state == "SUBMITTED"

    def test_a_request_without_a_key_is_not_carried_out(
        self, cast: Cast, paper: Batch, client: Client
    ) -> None:
        client.force_login(cast.verifier)
        assert client.post(f"/review/{paper.pk}/verify", {}).status_code == 422
        paper.refresh_from_db()
        assert paper.state == "SUBMITTED"
