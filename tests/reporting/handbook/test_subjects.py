"""Pages of schools and leaders, and what these say on the page of a place."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.test import Client
from pypdf import PdfReader

from bangfu.connectivity.schooling.operations import register_school, submit_school, verify_school
from bangfu.coordination.leadership.operations import settle_point
from bangfu.foundation.evidence.models import Attachment, EvidenceKind
from bangfu.foundation.evidence.operations import declare_picture
from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import marks
from tests.cast import Cast
from tests.connectivity.schooling import served as schools
from tests.coordination.leadership import visited
from tests.coordination.leadership.visited import PUMP, ZHELOU, drafted, leader, verified
from tests.foundation.evidence.test_photographs import jpeg, scene
from tests.reporting.handbook.test_page import statements

pytestmark = pytest.mark.django_db
COUNTY = "/handbook/522327/"


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def words(account: Account, address: str, language: str = "zh-hans") -> str:
    answer = door(account, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestLeader:
    def test_says_what_is_owed_where_and_where_to_go_next(self, cast: Cast) -> None:
        visit = verified(cast)
        page = words(cast.officer, f"/handbook/leaders/{visit.leader_id}/")
        assert "总经理 岑明" in page
        assert "逾期：未兑现的承诺 1" in page
        assert f"{PUMP} 2020-07-15 到期 · 册亨县 · 2020-06-12 逾期" in page
        assert "没解决的问题 1 合作社账目没有公开 未了 · 册亨县 · 2020-06-12" in page
        assert "到访 1 次，1 个县" in page
        assert "下一站 1 册亨县 上次 2020-06-12 · 3 条未了" in page

    def test_says_what_was_kept(self, cast: Cast) -> None:
        visit = verified(cast)
        settle_point(
            point=visit.points.get(number=2), outcome="DONE", on=date(2020, 7, 10), remark="见验收单",
            act=cast.act(cast.verifier),
        )  # fmt: skip
        page = words(cast.officer, f"/handbook/leaders/{visit.leader_id}/")
        assert f"兑现了的承诺 1 {PUMP} 已兑现 2020-07-10 · 册亨县 · 2020-06-12 · 见验收单" in page
        assert "逾期：" not in page
        before = words(cast.officer, f"/handbook/leaders/{visit.leader_id}/?on=2020-06-30")
        assert ("未兑现的承诺 2" in before, "兑现了的承诺 0" in before) == (True, True)

    def test_is_found_by_post_and_by_place(self, cast: Cast) -> None:
        visit = verified(cast)
        for text in ("总经理", "P52", "册亨"):
            answer = door(cast.officer).get("/handbook/", {"q": text}).content.decode()
            assert f"/handbook/leaders/{visit.leader_id}/" in answer, text
        assert "没有找到" in words(cast.officer, "/handbook/leaders/?q=没有")

    def test_hides_the_name_and_what_lies_outside(self, cast: Cast) -> None:
        visit = verified(cast)
        address = f"/handbook/leaders/{visit.leader_id}/"
        assert "总经理 岑*" in words(cast.clerk, address)
        assert door(cast.clerk_of_yunnan).get(address).status_code == 404
        assert door(cast.outsider).get(address).status_code == 403
        assert door(cast.officer).get("/handbook/leaders/999/").status_code == 404
        assert door(cast.officer).get("/handbook/ghosts/").status_code == 404
        assert Client().get(address).status_code == 302

    def test_counts_only_what_was_verified(self, cast: Cast) -> None:
        drafted(cast)
        assert "还没有核验过的到访" in words(cast.officer, f"/handbook/leaders/{leader(cast).pk}/")
        assert "还没有可看的" in words(cast.officer, "/handbook/leaders/")


class TestSchool:
    def test_says_what_it_is_and_what_counts_it(self, cast: Cast) -> None:
        school = schools.served(cast, place=ZHELOU)
        page = words(cast.officer, f"/handbook/schools/{school.pk}/")
        assert "小学 · 者楼村村民委员会 · 2152004321" in page
        assert "612 人，18 个班（2019-09-01）" in page
        assert re.search(r"2019-09-02 1 所 互联网\+教育学校", page)
        assert "612 pupils, 18 classes (2019-09-01)" in words(
            cast.officer, f"/handbook/schools/{school.pk}/", "en"
        )
        assert door(cast.officer).get(f"/handbook/schools/{school.pk}/?on=2019-01-01").status_code == 404

    def test_names_its_findings(self, cast: Cast) -> None:
        school = schools.served(cast)
        record = (143, school.pk)
        raise_finding(unit=cast.guizhou, title="班级数不对", records=[record], act=cast.act(cast.officer))
        page = words(cast.officer, f"/handbook/schools/{school.pk}/")
        assert "未销号的疑点 1 班级数不对" in page

    def test_shows_pictures_in_which_nobody_can_be_recognised(self, cast: Cast) -> None:
        school, digest = pictured(cast)
        page = door(cast.officer).get(f"/handbook/schools/{school.pk}/").content.decode()
        picture = f"/handbook/schools/{school.pk}/pictures/{digest}"
        assert picture not in page
        assert door(cast.officer).get(picture).status_code == 404
        declare_picture(
            file=Attachment.objects.get(file=digest).file, recognisable=0, act=cast.act(cast.verifier)
        )
        page = door(cast.officer).get(f"/handbook/schools/{school.pk}/").content.decode()
        assert picture in page
        answer = door(cast.officer).get(picture)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
        assert f"{COUNTY}pictures/{digest}" in door(cast.officer).get(COUNTY).content.decode()
        assert door(cast.officer).get(f"{COUNTY}pictures/{digest}").status_code == 200
        assert door(cast.outsider).get(picture).status_code == 403


def pictured(cast: Cast) -> tuple[schools.School, str]:
    """Return a counted school with a photograph of its gate, and the picture's digest."""
    gate = ("校门.jpg", jpeg(scene(3)))
    act = cast.act(cast.clerk)
    school = register_school(
        details=schools.details(), unit=cast.guizhou, files=(schools.PAPER, gate), act=act
    )
    verify_school(school=submit_school(school=school, act=act), act=cast.act(cast.verifier))
    return school, Attachment.objects.get(kind=EvidenceKind.PHOTO).file_id


class TestPlace:
    def test_says_who_was_there_last_and_what_is_owed(self, cast: Cast) -> None:
        verified(cast)
        schools.served(cast)
        page = words(cast.officer, COUNTY)
        assert "最近的到访 1 2020-06-12 至 2020-06-13 总经理 岑明 主要负责人 · 册亨县 · 调研产业帮扶" in page
        assert f"承诺：{PUMP} · 2020-07-15 到期；为合作社请会计 · 未了" in page
        assert "逾期：领导承诺未兑现 1" in page
        assert "互联网+教育学校 1 者楼第一小学 小学 · 612 人，18 个班（2019-09-01）" in page

    def test_of_a_village_counts_its_own_alone(self, cast: Cast) -> None:
        verified(cast)
        verified(cast, visited.SECOND, place=ZHELOU, purpose="走访", commitments=())
        page = words(cast.officer, f"/handbook/{ZHELOU}/")
        assert "最近的到访 1" in page
        assert ("走访" in page, "调研产业帮扶" in page) == (True, False)
        assert "最近的到访 2" in words(cast.officer, COUNTY)

    def test_says_where_to_enter_what_is_missing(self, cast: Cast) -> None:
        assert "没有核验过的领导到访；在“组织领导”里登记" in words(cast.officer, COUNTY)

    def test_links_lead_to_the_subjects(self, cast: Cast) -> None:
        visit, school = verified(cast), schools.served(cast)
        page = door(cast.officer).get(COUNTY).content.decode()
        for address in (f"/handbook/leaders/{visit.leader_id}/", f"/handbook/schools/{school.pk}/"):
            assert f'href="{address}"' in page


class TestSubjects:
    """On paper, too: two sides at most, and the example's mark."""

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_print_on_two_sides(self, cast: Cast, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        visit, school = verified(cast), schools.served(cast)
        for address in (f"leaders/{visit.leader_id}", f"schools/{school.pk}"):
            answer = door(cast.officer).get(f"/handbook/{address}/handbook.{language}.pdf")
            assert answer.status_code == 200
            pages = PdfReader(io.BytesIO(answer.content)).pages
            text = "".join(page.extract_text() for page in pages)
            assert len(pages) <= 2
            assert str(marks.example_mark())[:2] in text or "EXAMPLE" in text.upper()
        assert door(cast.officer).get(f"/handbook/{address}/handbook.fr.pdf").status_code == 404

    def test_a_place_prints_its_visits(self, cast: Cast) -> None:
        verified(cast)
        answer = door(cast.officer).get(f"{COUNTY}handbook.zh.pdf")
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
        assert ("最近的到访" in text, "总经理 岑明" in text) == (True, True)


def test_pages_take_as_many_statements_however_much_there_is_to_say(cast: Cast) -> None:
    visit = verified(cast, place=ZHELOU)
    school = schools.served(cast)
    pages = f"/handbook/leaders/{visit.leader_id}/", f"/handbook/schools/{school.pk}/"
    few = [statements(cast.officer, page) for page in pages]
    verified(cast, visited.SECOND, place=ZHELOU, purpose="走访")
    raise_finding(
        unit=cast.guizhou, title="班级数不对", records=[(143, school.pk)], act=cast.act(cast.officer)
    )
    assert [statements(cast.officer, page) for page in pages] == few == [20, 14]
