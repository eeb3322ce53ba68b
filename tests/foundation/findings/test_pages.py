"""Doors of findings: what each reader sees, and forms that act."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.findings import queries
from bangfu.foundation.findings.models import Finding, RuleSetting
from bangfu.foundation.findings.operations import answer_finding
from bangfu.foundation.organisation.operations import grant_role
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_account
from tests.cast import FOUNDED, NOW, Cast
from tests.foundation.findings.acting import RULE, answered, assigned, dismissed, raised, seen
from tests.foundation.review.toys import wells

pytestmark = pytest.mark.django_db


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(account: Account, address: str, status: int = 200, language: str = "zh-hans") -> str:
    client = signed_in(account)
    client.cookies["bangfu_language"] = language
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestList:
    def test_each_reader_sees_the_own_units(self, cast: Cast) -> None:
        seen(cast, ("A", "1", cast.guizhou), ("B", "1", cast.yunnan))
        told = {
            account.username: tuple(
                name in text_of(account, "/findings/?view=all") for name in ("井 A", "井 B")
            )
            for account in (cast.verifier, cast.auditor, cast.clerk, cast.clerk_of_yunnan)
        }
        assert told == {
            "chenli": (True, True),
            "hejing": (True, True),
            "weilan": (True, False),
            "duanqing": (False, True),
        }
        text_of(cast.outsider, "/findings/", 403)

    def test_searches_filters_and_sorts(self, cast: Cast) -> None:
        seen(cast, ("A", "1", cast.guizhou), ("B", "1", cast.yunnan))
        dismissed(cast, Finding.objects.get(title_zh__contains="A"))
        for query, shown in (
            ("view=open", (False, True)), ("view=all", (True, True)), ("view=all&q=太深 贵州", (True, False)),
            ("view=all&state=DISMISSED", (True, False)), ("view=all&rule=person", (False, False)),
            (f"view=all&rule={RULE.code}&severity=HIGH", (True, True)), (f"view=all&unit={cast.yunnan.pk}", (False, True)),
        ):  # fmt: skip
            text = text_of(cast.auditor, f"/findings/?{query}")
            assert tuple(name in text for name in ("井 A 太深", "井 B 太深")) == shown, query
        text = text_of(cast.auditor, "/findings/?view=all&sort=-raised")
        assert text.index("井 B 太深") != text.index("井 A 太深")
        assert "没有符合条件的疑点" in text_of(cast.auditor, "/findings/?q=nothing")

    def test_says_when_there_is_nothing_in_both_languages(self, cast: Cast) -> None:
        assert "没有疑点" in text_of(cast.auditor, "/findings/")
        assert "Nothing waits for you" in text_of(cast.auditor, "/findings/?view=mine", language="en")

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_goes_out_as_a_file_with_its_origin(self, cast: Cast, form: str) -> None:
        seen(cast, ("A", "1", cast.guizhou), ("B", "1", cast.yunnan))
        response = signed_in(cast.clerk).get(f"/findings/findings.{form}?view=all")
        content = b"".join(response.streaming_content)
        assert response.status_code == 200
        if form == "csv":
            text = content.decode()
            assert ("井 A 太深" in text, "井 B 太深" in text, "导出人" in text) == (True, False, True)

    def test_shows_exactly_what_its_reader_may_open(self, cast: Cast) -> None:
        seen(
            cast,
            ("A", "1", cast.guizhou),
            ("B", "1", cast.yunnan),
            ("C", "1", cast.ceheng),
            ("D", "1", cast.office),
        )
        for one in Finding.objects.filter(title_zh__regex="[ABD]"):
            assigned(cast, one)
        on = NOW.date()
        for account in Account.objects.filter(kind=Account.Kind.PERSON):
            shown = set(queries.findings_in_reach(account, on))
            assert shown == {one for one in Finding.objects.all() if queries.may_read(account, one, on)}


class TestStatements:
    def asked(self, account: Account, address: str) -> list[str]:
        client = signed_in(account)
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        return [one["sql"] for one in statements.captured_queries]

    def test_one_finding_costs_the_same_however_many_could_answer_it(self, cast: Cast) -> None:
        address = f"/findings/{raised(cast).pk}/"
        few = self.asked(cast.verifier, address)
        for number in range(6):
            account = open_account(
                username=f"n{number}", name=f"人{number}", password="x" * 12, act=cast.act(cast.administrator)
            )
            grant_role(
                account=account,
                role="clerk",
                unit=cast.guizhou,
                starts_on=FOUNDED,
                act=cast.act(cast.security),
            )
        assert "人5" in text_of(cast.verifier, address)
        assert len(self.asked(cast.verifier, address)) == len(few)

    def test_what_is_laid_down_for_all_rules_is_asked_at_once(self, cast: Cast) -> None:
        asked = self.asked(cast.verifier, "/findings/rules/")
        assert sum('FROM "findings_rulesetting"' in one for one in asked) == 1


class TestFirstPage:
    def test_shows_what_waits_for_each(self, cast: Cast) -> None:
        raised(cast)
        for task, account, other in (
            ("分派疑点", cast.verifier, cast.clerk),
            ("答复疑点", cast.clerk, cast.verifier),
            ("复核疑点的答复", cast.verifier, cast.clerk),
        ):
            assert (task in text_of(account, "/"), task in text_of(other, "/")) == (True, False)
            if task == "分派疑点":
                assigned(cast, Finding.objects.get())
            elif task == "答复疑点":
                answer_finding(
                    finding=Finding.objects.get(),
                    outcome="EXPLAINED",
                    words="岩层不同",
                    act=cast.act(cast.clerk),
                )


class TestOneFinding:
    def test_says_when_its_rule_is_wrong_and_links_what_it_is_about(self, cast: Cast) -> None:
        seen(cast, ("A", "1", cast.guizhou), record=wells(cast.guizhou, 1)[0])
        finding = Finding.objects.get()
        text = text_of(cast.auditor, f"/findings/{finding.pk}/")
        assert "岩层不同时会错" in text
        assert f'href="/wells/{wells(cast.guizhou, 1)[0]}"' in text
        assert "wrong where the rock differs" in text_of(
            cast.auditor, f"/findings/{finding.pk}/", language="en"
        )
        text_of(cast.clerk_of_yunnan, f"/findings/{finding.pk}/", 403)

    def test_is_worked_off_by_forms(self, cast: Cast) -> None:
        finding = raised(cast)
        page = f"/findings/{finding.pk}/"
        steps: tuple[tuple[Account, str, dict[str, object], str], ...] = (
            (cast.officer, "assign", {"unit": cast.guizhou.pk, "due_on": "2030-01-01"}, "ASSIGNED"),
            (cast.clerk, "answer", {"outcome": "EXPLAINED", "words": "岩层不同"}, "ANSWERED"),
            (cast.verifier, "decide", {"remark": "缺记录", "return": ""}, "RETURNED"),
            (cast.clerk, "answer", {"outcome": "CORRECTED", "words": "已补"}, "ANSWERED"),
            (cast.verifier, "decide", {"remark": "", "accept": ""}, "ACCEPTED"),
            (cast.auditor, "reopen", {"remark": "又有人说起"}, "OPEN"),
            (cast.verifier, "dismiss", {"remark": "误报"}, "DISMISSED"),
        )
        for at, (account, door, said, state) in enumerate(steps):
            response = signed_in(account).post(f"{page}{door}", {"key": f"step {at}", **said})
            assert (response.status_code, response.headers.get("Location")) == (302, page), door
            finding.refresh_from_db()
            assert finding.state == state

    def test_a_refusal_stands_on_the_page(self, cast: Cast) -> None:
        finding = answered(cast)
        response = signed_in(cast.verifier).post(
            f"/findings/{finding.pk}/decide", {"key": "1", "remark": "", "return": ""}
        )
        assert response.status_code == 409
        assert "请写明理由或说明" in response.content.decode()
        assert (
            signed_in(cast.clerk)
            .post(f"/findings/{finding.pk}/dismiss", {"key": "2", "remark": "x"})
            .status_code
            == 403
        )


class TestRaise:
    def test_about_a_record_in_its_unit(self, cast: Cast) -> None:
        well = wells(cast.guizhou, 1)[0]
        address = f"/findings/new?record=toys.well:{well}"
        assert f"井 {well}" in text_of(cast.clerk, address)
        said = {"key": "1", "unit": cast.guizhou.pk, "severity": "LOW", "title": "井是空的"}
        response = signed_in(cast.clerk).post(address, said)
        finding = Finding.objects.get()
        assert (response.status_code, finding.severity, finding.objects_named.get().key) == (
            302,
            "LOW",
            str(well),
        )
        assert signed_in(cast.clerk).post(address, {**said, "key": "2", "title": ""}).status_code == 422
        text_of(cast.outsider, address, 403)


class TestRules:
    def test_each_says_what_it_looks_for_and_when_it_is_wrong(self, cast: Cast) -> None:
        dismissed(cast)
        assert "井太深" in text_of(cast.auditor, "/findings/rules/")
        text = text_of(cast.auditor, f"/findings/rules/{RULE.code}/")
        assert all(words in text for words in ("比邻近的深得多的井", "岩层不同时会错", "100%", "上限"))
        text_of(cast.outsider, "/findings/rules/", 403)
        text_of(cast.auditor, "/findings/rules/toys.nothing/", 404)

    def test_parameters_are_laid_down(self, cast: Cast) -> None:
        address = f"/findings/rules/{RULE.code}/"
        said = {"key": "1", "p_limit": "7", "is_on": "1", "source": "会议", "starts_on": "2020-01-01"}
        assert signed_in(cast.clerk).post(address, said).status_code == 403
        assert signed_in(cast.officer).post(address, {**said, "p_limit": "99"}).status_code == 409
        assert signed_in(cast.officer).post(address, said).status_code == 302
        setting = RuleSetting.objects.get()
        assert (setting.parameters, setting.is_on, setting.set_by) == ({"limit": "7"}, True, cast.officer)
        assert "会议" in text_of(cast.auditor, address)
