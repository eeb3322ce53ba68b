"""The pages: for those who correct and answer, and for everybody, without names."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client

from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.rooms import marks
from bangfu.reporting.corrections.letterbox import letters_of
from bangfu.reporting.corrections.models import Case, Erratum, Printing, Settlement
from bangfu.reporting.corrections.operations import approve_answer
from bangfu.reporting.corrections.views import public
from tests.reporting.corrections.conftest import IN_CEHENG, STATIONS, STUDENTS, Published
from tests.reporting.publications.test_pages import door

NAMES = ("周敏", "陈立", "韦兰", "zhoumin", "chenli", "weilan", "赵六", "13800001111")
OPEN = (
    "/publications/published/1/",
    "/publications/published/1/figures/0/",
    "/corrections/errata/",
    "/corrections/errata/feed.atom",
    "/corrections/errata/list.csv",
    "/corrections/published/1/errata/1/",
    "/corrections/published/1/errata/1/note.txt",
    "/corrections/published/1/ask",
    "/corrections/published/1/figures/0/ask",
)


@pytest.fixture(autouse=True)
def nobody_tried() -> None:
    cache.clear()


def text(answer: object) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


class TestRestatementPage:
    def test_says_that_nothing_changed(self, published: Published) -> None:
        page = text(door(published.story.cast.officer).get("/corrections/publications/1/"))
        assert "没有一个数变了" in page
        assert "4 个数字未变" in page

    def test_lists_what_changed_and_proposes_what_is_ticked(self, published: Published) -> None:
        published.change()
        officer = door(published.story.cast.officer)
        page = text(officer.get("/corrections/publications/1/"))
        assert page.count("印出的数不对") == 3
        assert [word in page for word in ("33个", "34个", "29个", "30个", "3 条事实")] == [True] * 5
        said = {"figure": ["0", "1"], "explanation_zh": "补记", "explanation_en": "late", "key": "k"}
        answer = officer.post("/corrections/publications/1/", said, follow=True)
        assert "已提出。请由另一个人批准。" in text(answer)
        assert "须由另一位有批准权限的同事决定" in text(answer)
        assert Erratum.objects.get().figures.count() == 2

    def test_a_refusal_stays_on_the_page(self, published: Published) -> None:
        published.change()
        officer = door(published.story.cast.officer, "en")
        said = {"figure": ["2"], "explanation_zh": "补记", "explanation_en": "late", "key": "k"}
        answer = officer.post("/corrections/publications/1/", said)
        assert answer.status_code == 409
        assert "says now what it was published with" in text(answer)

    def test_why_names_unit_account_and_reason(self, published: Published) -> None:
        published.change()
        page = text(door(published.story.cast.auditor).get("/corrections/publications/1/figures/0/"))
        for said in ("贵州省分公司", "冲正：重复上报", "韦兰 报送", "陈立 核验", "补记"):
            assert said in page

    def test_leaves_as_a_file(self, published: Published) -> None:
        published.change()
        page = text(door(published.story.cast.officer).get("/corrections/publications/1/restatement.csv"))
        rows = list(csv.reader(io.StringIO(page.lstrip("\ufeff"))))
        assert rows[1][0:1] + rows[1][4:10] == ["1", "33个", "34个", "33", "34", "1", "印出的数不对"]


class TestDecisionPages:
    def test_from_the_proposal_to_everybody_and_every_printing(self, published: Published) -> None:
        published.printed(wording="全年新建 33 个")
        published.change()
        key = published.erratum(STATIONS).pk
        cast = published.story.cast
        assert "批准并公布</button>" not in text(door(cast.officer).get(f"/corrections/proposed/{key}/"))
        verifier = door(cast.verifier)
        assert "更正，待批准" in text(verifier.get("/"))
        answer = verifier.post(f"/corrections/proposed/{key}/approve", {"key": "a"}, follow=True)
        assert "已公布。请逐处处理登过的地方。" in text(answer)
        place = Printing.objects.get().pk
        officer = door(cast.officer)
        assert "1 处刊登待处理" in text(officer.get("/"))
        address = f"/corrections/proposed/{key}/printings/{place}/"
        assert "全年新建 33 个" in text(officer.get(address))
        said = {
            "kind": "NOTIFIED",
            "settled_on": "2020-07-31",
            "told": "报社",
            "reference": "3 号",
            "key": "b",
        }
        assert "已去函告知" in text(officer.post(address, said, follow=True))
        assert Settlement.objects.get().told == "报社"

    def test_returning_asks_for_a_reason(self, published: Published) -> None:
        published.change()
        key = published.erratum(STATIONS).pk
        verifier = door(published.story.cast.verifier)
        assert verifier.post(f"/corrections/proposed/{key}/return", {"key": "a"}).status_code == 422
        said = {"key": "a", "remark": "写清原因"}
        assert "写清原因" in text(verifier.post(f"/corrections/proposed/{key}/return", said, follow=True))

    def test_an_outsider_sees_none_of_it(self, published: Published) -> None:
        published.change()
        key, place = published.erratum(STATIONS).pk, published.printed().pk
        case, _ = published.letter()
        outsider = door(published.story.cast.outsider)
        for address in (
            "", "publications/1/", "publications/1/figures/0/", f"proposed/{key}/", "printings/", f"printings/{place}/",
            "cases/", f"cases/{case.pk}/", "cases/rule", "printings/new", "printings/list.csv",
        ):  # fmt: skip
            assert outsider.get(f"/corrections/{address}").status_code == 403, address
            assert Client().get(f"/corrections/{address}").status_code == 302, address


class TestPrintingPages:
    SAID = {
        "medium": "NEWSPAPER",
        "printed_on": "2020-07-30",
        "title": "贵州日报",
        "figures": ["0"],
        "key": "k",
    }

    def test_register_search_change_and_withdraw(self, published: Published) -> None:
        officer = door(published.story.cast.officer)
        assert "还没有登记" in text(officer.get("/corrections/printings/"))
        assert officer.get("/corrections/printings/new").headers["Location"] == "/corrections/printings/new/1"
        page = text(officer.post("/corrections/printings/new/1", self.SAID, follow=True))
        assert "已登记。" in page
        key = Printing.objects.get().pk
        assert "贵州日报" in text(officer.get("/corrections/printings/?q=贵州&medium=NEWSPAPER&number=1"))
        assert "没有符合条件的" in text(officer.get("/corrections/printings/?q=云南"))
        changed = {**self.SAID, "issue": "第 9 期", "key": "l"}
        assert "第 9 期" in text(officer.post(f"/corrections/printings/{key}/correct", changed, follow=True))
        assert officer.post("/corrections/printings/new/1", {**changed, "key": "m"}).status_code == 409
        gone = {"remark": "登记错了", "key": "n"}
        page = text(officer.post(f"/corrections/printings/{key}/withdraw", gone, follow=True))
        assert [word in page for word in ("已撤回", "登记错了", "周敏 修改")] == [True] * 3
        assert "贵州日报" in text(officer.get("/corrections/printings/list.csv"))

    def test_odd_questions_are_left_out(self, published: Published) -> None:
        officer = door(published.story.cast.officer)
        for query in ("sort=x", "number=²", "medium=x", "page=x", "sort=-title", "open=1"):
            assert officer.get(f"/corrections/printings/?{query}").status_code == 200
            assert officer.get(f"/corrections/cases/?{query}").status_code == 200

    def test_the_auditor_reads_and_enters_nothing(self, published: Published) -> None:
        auditor = door(published.story.cast.auditor)
        assert auditor.get("/corrections/printings/").status_code == 200
        assert auditor.get("/corrections/printings/new/1").status_code == 403


class TestForEverybody:
    def test_the_page_shows_old_new_and_the_erratum(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS, IN_CEHENG)
        page = text(door().get("/publications/published/1/"))
        assert re.search(r'原 <del class="restated">33个</del> 现 <a class="figure"[^>]*>34个</a>', page)
        assert "更正第 1 号" in page
        assert ">33个</a>" in page  # the text as it was published
        figure = text(door(language="en").get("/publications/published/1/figures/0/"))
        assert 'was <del class="restated">33 stations</del> is <b>34 stations</b>' in figure
        assert "Is this figure wrong?" in figure
        assert "原 <del" not in text(door().get("/publications/published/1/figures/2/"))

    def test_the_erratum_shows_the_facts_and_the_note_verifies(self, published: Published) -> None:
        late, _ = published.change()
        published.corrected(STATIONS)
        page = text(door().get("/corrections/published/1/errata/1/"))
        for said in ("冲正：重复上报", "贵州省分公司", str(late[0]), str(late[1])):
            assert said in page
        note = text(door().get("/corrections/published/1/errata/1/note.txt"))
        assert verify.parse_note(note).text.startswith("bangfu erratum 1.1\n")

    def test_a_later_erratum_is_told_on_the_earlier(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS)
        published.more(3)
        published.corrected(STATIONS)
        page = text(door().get("/corrections/published/1/errata/1/"))
        assert "此后又由更正第 2 号改为 37个" in page
        page = text(door().get("/publications/published/1/"))
        assert re.search(r"<del[^>]*>33个</del> 现 <a[^>]*>37个</a>，<a [^>]*>更正第 2 号", page)

    def test_nobody_who_works_here_and_nobody_who_wrote_is_named(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS)
        case, _ = published.letter()
        cast = published.story.cast
        approve_answer(answer=published.answer(case), act=cast.act(cast.verifier))
        for address in OPEN:
            for language in ("zh-hans", "en"):
                answer = door(language=language).get(address)
                assert answer.status_code == 200, address
                page = text(answer)
                assert not [name for name in NAMES if name in page], address
                assert case.receipt not in page

    def test_nothing_before_it_is_approved(self, published: Published) -> None:
        published.change()
        published.erratum(STATIONS)
        assert door().get("/corrections/published/1/errata/1/").status_code == 404
        assert door().get("/corrections/published/1/errata/1/note.txt").status_code == 404
        assert "没有更正" in text(door().get("/corrections/errata/"))
        assert "更正第" not in text(door().get("/publications/published/1/"))

    def test_feed_and_file_have_every_erratum(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS)
        answer = door().get("/corrections/errata/feed.atom")
        assert answer.headers["Content-Type"] == "application/atom+xml"
        space = "{http://www.w3.org/2005/Atom}"
        entries = ElementTree.fromstring(answer.content).findall(f"{space}entry")
        assert [one.find(f"{space}id").text for one in entries] == [
            "http://testserver/corrections/published/1/errata/1/"
        ]
        rows = list(
            csv.reader(io.StringIO(text(door().get("/corrections/errata/list.csv")).lstrip("\ufeff")))
        )
        assert rows[1][:2] + rows[1][3:9] == ["1", "1", "1", "新建无线基站", "33个", "34个", "33", "34"]

    def test_the_mark_of_the_example_travels(
        self, published: Published, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        published.change()
        published.corrected(STATIONS)
        for address in ("errata/feed.atom", "errata/list.csv", "published/1/errata/1/note.txt"):
            assert "示例数据" in text(door().get(f"/corrections/{address}"))
        officer = door(published.story.cast.officer)
        assert "示例数据" in text(officer.get("/corrections/publications/1/restatement.csv"))
        book = b"".join(officer.get("/corrections/publications/1/restatement.xlsx").streaming_content)
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            said = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
        assert "示例数据" in said


def asked(client: Client, figure: str = "figures/0/", **said: str) -> object:
    given = {"wrong": "没有建成", "knows": "", "contact": "赵六 13800001111", "key": "f1", **said}
    return client.post(f"/corrections/published/1/{figure}ask", given)


class TestLetters:
    def test_a_stranger_asks_follows_and_asks_again(self, published: Published) -> None:
        stranger, cast = door(), published.story.cast
        answer = asked(stranger)
        address = answer.headers["Location"]
        case = Case.objects.get()
        assert address.startswith(f"/corrections/letters/{case.receipt}/")
        page = text(stranger.get(address))
        assert [word in page for word in (case.receipt, "请保存本页的地址", "没有建成")] == [
            True,
            True,
            False,
        ]
        assert stranger.get(address).headers["Referrer-Policy"] == "no-referrer"
        wrong = address[:-2] + ("0/" if address[-2] != "0" else "1/")
        assert stranger.get(wrong).status_code == 404
        officer = door(cast.officer)
        page = text(officer.get(f"/corrections/cases/{case.pk}/"))
        assert [word in page for word in ("没有建成", "赵六 13800001111")] == [True, True]
        said = {
            "outcome": "STANDS", "question_zh": "是否建成？", "question_en": "Built?", "answer_zh": "建成了。",
            "answer_en": "It is.", "key": "x",
        }  # fmt: skip
        page = text(officer.post(f"/corrections/cases/{case.pk}/answer", said, follow=True))
        assert "请由另一个人签发" in page
        verifier = door(cast.verifier)
        page = text(verifier.get(f"/corrections/cases/{case.pk}/"))
        assert [word in page for word in ("没有建成", "赵六")] == [True, False]
        assert "已发出。" in text(
            verifier.post(f"/corrections/cases/{case.pk}/approve", {"key": "y"}, follow=True)
        )
        page = text(stranger.get(address))
        assert [word in page for word in ("建成了。", "可以重新提出一次")] == [True, True]
        assert "是否建成？" in text(door().get("/publications/published/1/figures/0/"))
        assert "是否建成？" in text(door().get("/publications/published/1/"))
        assert "是否建成？" not in text(door().get("/publications/published/1/figures/1/"))
        page = text(stranger.post(f"{address}again", {"wrong": "还是不对", "key": "z"}, follow=True))
        assert "请保存本页的地址" in page
        assert stranger.post(f"{address}again", {"wrong": "又不对", "key": "w"}).status_code == 409
        case.refresh_from_db()
        assert [one.wrong for one in letters_of(case).rounds] == ["没有建成", "还是不对"]

    def test_about_the_whole_report(self, published: Published) -> None:
        assert asked(door(), "").status_code == 302
        assert Case.objects.get().position is None
        page = text(door(published.story.cast.officer).get("/corrections/cases/"))
        assert "整份报告" in page

    def test_needs_words_and_no_script(self, published: Published) -> None:
        answer = asked(door(), wrong=" ")
        assert (answer.status_code, Case.objects.count()) == (422, 0)
        page = text(door().get("/corrections/published/1/ask"))
        assert '<form class="form" method="post">' in page

    def test_is_bounded(self, published: Published) -> None:
        stranger = door()
        answers = [asked(stranger, key=str(number)).status_code for number in range(public.MOST_LETTERS + 1)]
        assert answers == [302] * public.MOST_LETTERS + [429]
        assert Case.objects.count() == public.MOST_LETTERS

    def test_a_program_that_fills_every_field_is_sent_away(self, published: Published) -> None:
        assert asked(door(), website="http://spam.example").status_code == 404
        assert not Case.objects.exists()

    def test_links_are_not_guessed_at_leisure(self, published: Published) -> None:
        stranger = door()
        tries = [
            stranger.get("/corrections/letters/AAAA-AAAA/x/").status_code
            for _ in range(public.MOST_TRIES + 1)
        ]
        assert (set(tries[:-1]), tries[-1]) == ({404}, 409)

    def test_a_closed_box_says_so(self, published: Published) -> None:
        asked(door())
        case = Case.objects.get()
        from bangfu.foundation.operations import system_writes
        from bangfu.foundation.organisation.models import RoleGrant

        with system_writes("the grant of the letter box ends"):
            RoleGrant.objects.filter(account__username="letter-box").update(
                ends_on="2015-06-01", starts_on="2015-01-01"
            )
        answer = asked(door(), key="other")
        assert (answer.status_code, "来信箱现在不收信" in text(answer)) == (409, True)
        assert Case.objects.get() == case

    def test_a_late_one_stands_on_top(self, published: Published) -> None:
        late, _ = published.letter(STUDENTS)
        asked(door())
        page = text(door(published.story.cast.officer).get("/corrections/cases/"))
        assert "1 封已逾期，排在最前" in page
        assert page.index(late.receipt) < page.index(Case.objects.exclude(pk=late.pk).get().receipt)

    def test_the_auditor_reads_the_answer_and_not_the_letter(self, published: Published) -> None:
        case, _ = published.letter()
        published.answer(case)
        page = text(door(published.story.cast.auditor).get(f"/corrections/cases/{case.pk}/"))
        assert [word in page for word in ("我们村的基站", "赵六", "有一个基站是否建成")] == [
            False,
            False,
            True,
        ]
        page = text(door(published.story.cast.auditor).get("/corrections/cases/list.csv"))
        assert [word in page for word in ("我们村的基站", case.receipt)] == [False, True]

    def test_refer_forget_and_rule(self, published: Published) -> None:
        case, _ = published.letter()
        cast = published.story.cast
        officer = door(cast.officer)
        said = {"unit": str(cast.guizhou.pk), "key": "a"}
        assert "已提出疑点" in text(officer.post(f"/corrections/cases/{case.pk}/refer", said, follow=True))
        approve_answer(answer=published.answer(case), act=cast.act(cast.verifier))
        page = text(officer.post(f"/corrections/cases/{case.pk}/forget", {"key": "b"}, follow=True))
        assert [word in page for word in ("联系方式已销毁", "赵六")] == [True, False]
        rule = {
            "working_days": "10", "starts_on": "2099-01-01", "rest_days": "2099-01-05", "made_up_days": "", "source": "例会",
            "key": "c",
        }  # fmt: skip
        assert "已规定。" in text(officer.post("/corrections/cases/rule", rule, follow=True))
        assert (
            officer.post("/corrections/cases/rule", {**rule, "rest_days": "x", "key": "d"}).status_code == 422
        )
        assert door(cast.auditor).post("/corrections/cases/rule", rule).status_code == 403
