"""The organisation's pages: who sees what, and the forms by which an administrator runs a house."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation import operations as organisation
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.views.acting import role_in_words
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import roles
from tests.cast import CEHENG, PASSWORD, Cast

SignedIn = Callable[[Account], Client]
LINK_SHOWN = re.compile(r'<code translate="no">http://testserver(/accounts/link/[\w-]{43})</code>')


@pytest.fixture
def signed_in() -> SignedIn:
    def enter(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


class TestWhoSees:
    def test_administrator_officer_and_auditor_read(self, cast: Cast, signed_in: SignedIn) -> None:
        pages = ("/organisation/", f"/organisation/units/{cast.guizhou.pk}/", "/organisation/accounts/",
                 f"/organisation/accounts/{cast.clerk.pk}/")  # fmt: skip
        for page in pages:
            for account in (cast.administrator, cast.officer, cast.auditor):
                assert signed_in(account).get(page).status_code == 200, (account, page)
            for account in (cast.clerk_of_yunnan, cast.verifier, cast.county_official, cast.outsider):
                assert signed_in(account).get(page).status_code == 403, (account, page)

    def test_the_clerk_reads_only_their_own_account(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.clerk)
        own = text(client, f"/organisation/accounts/{cast.clerk.pk}/")
        assert "韦兰" in own
        assert "填报员" in own
        assert "收回…" not in own
        assert "/organisation/units/" not in own
        assert client.get(f"/organisation/accounts/{cast.clerk_of_yunnan.pk}/").status_code == 403
        assert client.get("/organisation/").status_code == 403

    def test_a_branch_reads_its_own_subtree(self, cast: Cast, signed_in: SignedIn) -> None:
        organisation.grant_role(
            account=cast.outsider, role="auditor", unit=cast.guizhou, starts_on=date(2020, 1, 1),
            act=cast.act(cast.security),
        )  # fmt: skip
        client = signed_in(cast.outsider)
        tree = text(client, "/organisation/")
        assert "贵州省分公司" in tree
        assert "云南省分公司" not in tree
        assert client.get(f"/organisation/units/{cast.yunnan.pk}/").status_code == 403
        accounts = text(client, "/organisation/accounts/")
        assert "韦兰" in accounts
        assert "段青" not in accounts
        assert "duanqing" not in text(client, "/organisation/offers/accounts?account=duan")

    @pytest.mark.parametrize(
        ("page", "whose"),
        [("units/open", "administrator"), ("accounts/invite", "administrator"), ("accounts/system", "administrator"),
         ("units/{unit}/fill", "administrator"),
         ("accounts/{account}/close", "administrator"), ("accounts/{account}/password", "administrator"),
         ("accounts/{account}/unlock", "administrator"), ("accounts/{account}/second-factor", "security"),
         ("grants/new", "security"), ("grants/{grant}/withdraw", "security")],
    )  # fmt: skip
    def test_forms_are_one_administrators(
        self, cast: Cast, signed_in: SignedIn, page: str, whose: str
    ) -> None:
        grant = RoleGrant.objects.get(account=cast.clerk, role="clerk")
        address = "/organisation/" + page.format(unit=cast.guizhou.pk, account=cast.clerk.pk, grant=grant.pk)
        both = {"administrator": cast.administrator, "security": cast.security}
        assert signed_in(both.pop(whose)).get(address).status_code == 200
        for account in (*both.values(), cast.officer, cast.auditor, cast.clerk, cast.outsider):
            assert signed_in(account).get(address).status_code == 403
            assert signed_in(account).post(address, {"key": "k"}).status_code == 403
        assert not AuditEntry.objects.exists()

    def test_stands_in_the_menu_of_whoever_reads_it(self, cast: Cast, signed_in: SignedIn) -> None:
        assert "/organisation/" in text(signed_in(cast.administrator), "/work/")
        work = re.findall(r'href="(/organisation/)"', text(signed_in(cast.clerk), "/work/"))
        assert work == []
        assert "/people/password" in text(signed_in(cast.clerk), "/work/")


class TestToday:
    def test_gives_the_administrator_first_steps(self, cast: Cast, signed_in: SignedIn) -> None:
        page = text(signed_in(cast.administrator), "/")
        assert "您还没有可读的内容" not in page
        for address in ("/organisation/", "/organisation/accounts/"):
            assert f'href="{address}"' in page
        assert 'href="/organisation/grants/new"' not in page
        assert 'href="/organisation/grants/new"' in text(signed_in(cast.security), "/")

    def test_names_the_rooms_of_whoever_reads_no_report(self, cast: Cast, signed_in: SignedIn) -> None:
        organisation.grant_role(
            account=cast.outsider, role="auditor", unit=cast.guizhou, starts_on=date(2020, 1, 1),
            act=cast.act(cast.security),
        )  # fmt: skip
        page = text(signed_in(cast.outsider), "/")
        assert "您还没有可读的内容" not in page
        assert '<a href="/organisation/">组织</a>' in page


class TestTree:
    def test_narrows_by_word_and_kind(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.auditor)

        def codes(query: str) -> list[str]:
            return [row.unit.code for row in client.get(f"/organisation/{query}").context["branches"]]

        assert codes("") == ["GROUP", "OFFICE", "AUDIT", "P52", "P53", "C522327"]
        assert codes("?q=guizhou") == ["P52"]
        assert codes("?kind=PROVINCE") == ["P52", "P53"]
        assert codes("?q=云南&kind=OFFICE") == []
        assert codes("?kind=x") == codes("")
        assert "没有符合条件的单位" in text(client, "/organisation/?q=nobody")

    def test_folds_what_lies_deep_and_closes_every_branch(self, cast: Cast, signed_in: SignedIn) -> None:
        act, parent = cast.act(cast.administrator), cast.guizhou
        for code in ("A", "B"):
            parent = organisation.open_unit(
                code=code, name_zh=code, name_en=code, kind="OFFICE", parent=parent, place=None,
                starts_on=date(2020, 1, 1), act=act,
            )  # fmt: skip
        page = text(signed_in(cast.auditor), "/organisation/")
        tree = page[page.index('<ul class="tree">') :]
        tree = tree[: tree.index("</main>")]
        for tag in ("ul", "li", "details"):
            assert len(re.findall(rf"<{tag}[ >]", tree)) == tree.count(f"</{tag}>"), tag
        assert tree.count("<details open") == 1
        assert tree.count("<details>") == 2
        assert "下级 2" in tree

    def test_asks_as_often_for_many_as_for_few(self, cast: Cast, signed_in: SignedIn) -> None:
        client, act = signed_in(cast.administrator), cast.act(cast.administrator)
        first = people.open_account(username="n0", name="人0", password="x" * 12, act=act)
        start = date(2020, 1, 1)
        organisation.fill_post(
            unit=cast.office, title_zh="岗0", title_en="Post", account=first, starts_on=start, act=act
        )
        security = cast.act(cast.security)
        organisation.grant_role(
            account=first,
            role="officer",
            unit=cast.office,
            place=cast.ceheng.place,
            starts_on=start,
            act=security,
        )
        pages = ("/organisation/", "/organisation/accounts/", f"/organisation/units/{cast.office.pk}/",
                 f"/organisation/accounts/{first.pk}/", "/organisation/offers/accounts?account=n")  # fmt: skip

        def asked(page: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                text(client, page)
            return len(queries)

        for page in pages:
            text(client, page)
        few = {page: asked(page) for page in pages}
        for number in range(1, 8):
            account = people.open_account(
                username=f"n{number}", name=f"人{number}", password="x" * 12, act=act
            )
            organisation.fill_post(
                unit=cast.office,
                title_zh=f"岗{number}",
                title_en="Post",
                account=account,
                starts_on=start,
                act=act,
            )
            for role in ("officer", "clerk"):
                organisation.grant_role(
                    account=account,
                    role=role,
                    unit=cast.office,
                    place=cast.ceheng.place,
                    starts_on=start,
                    act=security,
                )
        assert {page: asked(page) for page in pages} == few


class TestOpenUnit:
    FORM = {
        "key": "k1",
        "parent": "贵州省分公司 P52",
        "name_zh": "册亨县分公司",
        "name_en": "Ceheng company",
        "code": "P522327",
        "kind": "COUNTY",
        "place": "册亨县",
        "starts_on": "2020-01-01",
    }

    def test_opens_it_once_for_the_same_key(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.administrator)
        first, again = (client.post("/organisation/units/open", self.FORM) for _ in range(2))
        opened = Unit.objects.get(code="P522327")
        assert (opened.parent, opened.place_id, opened.kind) == (cast.guizhou, CEHENG, "COUNTY")
        assert first.headers["Location"] == again.headers["Location"] == f"/organisation/units/{opened.pk}/"
        page = text(client, f"/organisation/units/{opened.pk}/")
        for said in (
            "册亨县分公司",
            "Ceheng company",
            "P522327",
            "县公司",
            "2020-01-01",
            "集团",
            "贵州省分公司",
        ):
            assert said in page

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [({"code": "P53"}, 409, "已被使用"), ({"starts_on": "2014-01-01"}, 409, "尚未设立"),
         ({"parent": "无此单位"}, 422, "没有找到单位"), ({"place": "无此地"}, 422, "没有找到"),
         ({"kind": "GROUP"}, 422, "GROUP"), ({"name_en": ""}, 422, "必填")],
    )  # fmt: skip
    def test_refuses_in_a_sentence(
        self, cast: Cast, signed_in: SignedIn, said: dict[str, str], status: int, words: str
    ) -> None:
        before = Unit.objects.count()
        response = signed_in(cast.administrator).post("/organisation/units/open", self.FORM | said)
        assert response.status_code == status
        assert words in response.content.decode()
        assert Unit.objects.count() == before


class TestAccounts:
    FORM = {"key": "k1", "name": "新人", "username": "xinren"}

    def test_a_link_is_shown_once_and_sets_the_password(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.administrator)
        response = client.post("/organisation/accounts/invite", self.FORM)
        shown = LINK_SHOWN.search(response.content.decode())
        assert shown
        assert response.headers["Cache-Control"] == "no-store"
        again = client.post("/organisation/accounts/invite", self.FORM).content.decode()
        assert not LINK_SHOWN.search(again)
        assert "链接已显示过一次" in again
        opened = Account.objects.get(username="xinren")
        page = text(client, f"/organisation/accounts/{opened.pk}/")
        assert "没有授权的账号" in page
        assert "本人尚未打开链接" in page
        chosen = {
            "key": "k",
            "new_password1": "staple horse correct",
            "new_password2": "staple horse correct",
        }
        assert Client().post(shown[1], chosen).headers["Location"] == "/sign-in"
        entered = Client().post("/sign-in", {"username": "xinren", "password": "staple horse correct"})
        assert entered.headers["Location"] == "/"

    @pytest.mark.parametrize(("username", "words"), [("WeiLan", "已被使用"), ("a b", "只能用字母")])
    def test_refuses_in_a_sentence(self, cast: Cast, signed_in: SignedIn, username: str, words: str) -> None:
        before = Account.objects.count()
        response = signed_in(cast.administrator).post(
            "/organisation/accounts/invite", self.FORM | {"username": username}
        )
        assert response.status_code == 409
        assert words in response.content.decode()
        assert Account.objects.count() == before

    def test_a_system_has_an_account_that_nobody_signs_in_with(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.administrator)
        assert "accounts/system" in text(client, "/organisation/accounts/")
        form = {"key": "k1", "username": "portal-donors", "title": "捐赠门户"}
        opened = client.post("/organisation/accounts/system", form, follow=True)
        assert "请安全管理员授权，再为它申请令牌" in opened.content.decode()
        account = Account.objects.get(username="portal-donors")
        assert (account.kind, account.title, account.has_usable_password()) == ("SYSTEM", "捐赠门户", False)
        assert "portal-donors" in text(client, "/api/tokens/new?for=system")
        again = client.post("/organisation/accounts/system", form | {"key": "k2"})
        assert (again.status_code, Account.objects.filter(username="portal-donors").count()) == (409, 1)

    def test_a_reset_voids_the_old_password_at_once(self, cast: Cast, signed_in: SignedIn) -> None:
        theirs = signed_in(cast.clerk)
        response = signed_in(cast.administrator).post(
            f"/organisation/accounts/{cast.clerk.pk}/password", {"key": "k"}
        )
        shown = LINK_SHOWN.search(response.content.decode())
        assert shown
        assert not Account.objects.get(pk=cast.clerk.pk).check_password(PASSWORD)
        assert theirs.get("/").headers["Location"].startswith("/sign-in")
        assert "weilan" in Client().get(shown[1]).content.decode()

    def test_closing_ends_every_sign_in(self, cast: Cast, signed_in: SignedIn) -> None:
        theirs, client = signed_in(cast.clerk), signed_in(cast.administrator)
        address = f"/organisation/accounts/{cast.clerk.pk}/close"
        assert client.post(address, {"key": "k"}).status_code == 302
        assert theirs.get("/").headers["Location"].startswith("/sign-in")
        assert "已停用" in text(client, f"/organisation/accounts/{cast.clerk.pk}/")
        assert "weilan" not in text(client, "/organisation/accounts/")
        assert "weilan" in text(client, "/organisation/accounts/?state=closed")

    def test_nobody_closes_their_own(self, cast: Cast, signed_in: SignedIn) -> None:
        response = signed_in(cast.administrator).post(
            f"/organisation/accounts/{cast.administrator.pk}/close", {"key": "k"}
        )
        assert response.status_code == 409
        assert "不能停用自己的账号" in response.content.decode()
        assert Account.objects.get(pk=cast.administrator.pk).is_active

    def test_are_found_by_name_and_user_name(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.auditor)
        for asked in ("韦兰", "weil"):
            rows = client.get(f"/organisation/accounts/?q={asked}").context["rows"]
            assert [row["account"] for row in rows] == [cast.clerk]
        offers = text(client, "/organisation/offers/accounts?account=韦")
        assert '<option value="weilan" label="韦兰"></option>' in offers


class TestGrants:
    FORM = {"key": "k1", "account": "linyi", "unit": "P53", "role": "clerk", "starts_on": "2020-01-01"}

    def test_a_role_is_granted_and_withdrawn(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.security)
        for _ in range(2):
            response = client.post("/organisation/grants/new", self.FORM | {"line": "6", "place": "册亨县"})
            assert response.headers["Location"] == f"/organisation/accounts/{cast.outsider.pk}/"
        grant = RoleGrant.objects.get(account=cast.outsider)
        assert (grant.role, grant.unit, grant.line_id, grant.place_id) == ("clerk", cast.yunnan, 6, CEHENG)
        page = text(client, f"/organisation/units/{cast.yunnan.pk}/")
        for said in ("林一", "填报员", "册亨县", "网络建设"):
            assert said in page
        tomorrow = timezone.localdate() + timedelta(days=1)
        ended = client.post(
            f"/organisation/grants/{grant.pk}/withdraw", {"key": "k2", "ends_on": tomorrow.isoformat()}
        )
        assert ended.status_code == 302
        assert f"至 {tomorrow}" in text(client, f"/organisation/accounts/{cast.outsider.pk}/")

    def test_what_is_over_is_shown_apart(self, cast: Cast, signed_in: SignedIn) -> None:
        grant = RoleGrant.objects.get(account=cast.clerk, role="clerk")
        organisation.withdraw_role(grant=grant, ends_on=date(2020, 1, 1), act=cast.act(cast.security))
        context = signed_in(cast.auditor).get(f"/organisation/units/{cast.guizhou.pk}/").context
        assert [row["grant"] for row in context["former_grants"]] == [grant]
        assert context["grants"] == []

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [({"account": "weilan", "unit": "P52"}, 409, "已有这个角色"), ({"account": "nobody"}, 422, "没有登录名为"),
         ({"role": "king"}, 422, "king"), ({"unit": "x"}, 422, "没有找到单位")],
    )  # fmt: skip
    def test_refuses_in_a_sentence(
        self, cast: Cast, signed_in: SignedIn, said: dict[str, str], status: int, words: str
    ) -> None:
        before = RoleGrant.objects.count()
        response = signed_in(cast.security).post("/organisation/grants/new", self.FORM | said)
        assert response.status_code == status
        assert words in response.content.decode()
        assert RoleGrant.objects.count() == before

    def test_who_grants_in_a_branch_grants_there_only(self, cast: Cast, signed_in: SignedIn) -> None:
        organisation.grant_role(
            account=cast.outsider, role="security_administrator", unit=cast.guizhou, starts_on=date(2020, 1, 1),
            act=cast.act(cast.security),
        )  # fmt: skip
        client = signed_in(cast.outsider)
        form = self.FORM | {"account": "chenli"}
        assert client.post("/organisation/grants/new", form).status_code == 403
        assert client.post("/organisation/grants/new", form | {"unit": "P52", "key": "k2"}).status_code == 302
        assert client.get("/organisation/accounts/invite").status_code == 403

    def test_the_form_says_what_each_role_permits(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.security)
        page = text(client, "/organisation/grants/new")
        assert "核验整份单据" in page
        client.cookies["bangfu_language"] = "en"
        assert "verify a paper of stations" in text(client, "/organisation/grants/new")
        said = {words.zh for _, permits in role_in_words(roles()["administrator"]) for words in permits}
        assert {"设立下级单位", "邀请人开设账号", "解除登录锁定"} <= said
        assert "授予角色" not in said
        assert "看全部操作和登录的留痕" not in said


class TestDutiesApart:
    def test_the_form_says_whose_duty_it_is(self, cast: Cast, signed_in: SignedIn) -> None:
        form = TestGrants.FORM | {"account": "hejing", "unit": "GROUP", "role": "administrator"}
        response = signed_in(cast.security).post("/organisation/grants/new", form)
        assert response.status_code == 409
        assert "此人已是审计员" in response.content.decode()


class TestPosts:
    def test_are_filled_and_left(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.administrator)
        form = {
            "key": "k1",
            "account": "linyi",
            "title_zh": "专员",
            "title_en": "Specialist",
            "starts_on": "2020-01-01",
        }
        address = f"/organisation/units/{cast.office.pk}/fill"
        assert client.post(address, form).status_code == 302
        assert client.post(address, form).status_code == 302
        holding = Holding.objects.get(account=cast.outsider)
        taken = client.post(address, form | {"key": "k2", "account": "weilan"})
        assert taken.status_code == 409
        assert "请先结束其任期" in taken.content.decode()
        left = client.post(
            f"/organisation/holdings/{holding.pk}/leave", {"key": "k3", "ends_on": "2020-06-01"}
        )
        assert left.status_code == 302
        context = client.get(f"/organisation/units/{cast.office.pk}/").context
        assert [row["holding"] for row in context["former_holders"]] == [holding]
        assert [row["name"] for row in context["former_holders"]] == ["林一"]
        early = client.post(
            f"/organisation/holdings/{holding.pk}/leave", {"key": "k4", "ends_on": "2020-06-01"}
        )
        assert early.status_code == 409


def test_every_page_speaks_english(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    client.cookies["bangfu_language"] = "en"
    assert "Guizhou branch" in text(client, "/organisation/")
    assert "Units below" in text(client, f"/organisation/units/{cast.group.pk}/")
    assert "Reporting clerk" in text(client, f"/organisation/accounts/{cast.clerk.pk}/")
