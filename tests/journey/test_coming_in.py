"""The journey of one account: invited, password, second factor, signed out and in by code, locked, unlocked."""

from __future__ import annotations

import email
import html
import re
from email import policy

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.accounts import codes
from bangfu.foundation.accounts.models import SecondFactor, SignIn
from bangfu.foundation.accounts.operations import secret_of
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from tests.cast import PASSWORD, Cast
from tests.foundation.notices.receiving import MailServer, listening

pytestmark = pytest.mark.django_db
NEW = "staple horse correct"
LINK = re.compile(r"http://testserver(/accounts/link/[\w-]{43})")
RECOVERY = re.compile(r'<code translate="no">([a-z2-9]{10})</code>')


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: object) -> str:
    return html.unescape(response.content.decode())


def step_code(account: Account, steps: int) -> str:
    """The code of the app some half-minutes from now: one that was not used yet."""
    secret = secret_of(SecondFactor.objects.get(account=account))
    assert secret is not None
    return codes.code_at(secret, int(timezone.now().timestamp() // codes.STEP_S) + steps)


def entered(client: Client, username: str = "xinren", password: str = NEW) -> object:
    return client.post("/sign-in", {"username": username, "password": password})


def enrol(client: Client, account: Account) -> list[str]:
    assert "开始启用" in text(client.get("/accounts/second-factor"))
    assert client.post("/accounts/second-factor/begin").headers["Location"] == "/accounts/second-factor"
    page = client.get("/accounts/second-factor")
    assert "<svg" in text(page)
    assert page.headers["Cache-Control"] == "no-store"
    wrong = client.post("/accounts/second-factor", {"key": "k", "code": "12"})
    assert (wrong.status_code, "验证码不对" in text(wrong)) == (409, True)
    done = client.post("/accounts/second-factor", {"key": "k", "code": step_code(account, 0)})
    papers = RECOVERY.findall(text(done))
    assert len(papers) == 10
    assert not RECOVERY.findall(text(client.get("/accounts/second-factor")))
    return papers


def test_the_whole_way(cast: Cast) -> None:
    administrator = signed_in(cast.administrator)
    invitation = administrator.post(
        "/organisation/accounts/invite", {"key": "k", "name": "新人", "username": "xinren"}
    )
    (link,) = LINK.findall(text(invitation))
    account = Account.objects.get(username="xinren")

    theirs = Client()
    assert "欢迎，新人" in text(theirs.get(link))
    weak = theirs.post(link, {"key": "k", "new_password1": "short", "new_password2": "short"})
    assert weak.status_code == 422
    chosen = {"key": "k", "new_password1": NEW, "new_password2": NEW}
    assert theirs.post(link, chosen).headers["Location"] == "/sign-in"
    for again in (theirs.get(link), theirs.post(link, chosen | {"key": "another"})):
        assert (again.status_code, "已经用过" in text(again)) == (410, True)

    assert entered(theirs).headers["Location"] == "/"
    papers = enrol(theirs, account)
    theirs.post("/sign-out")

    assert entered(theirs).headers["Location"] == "/sign-in/code"
    assert theirs.get("/").headers["Location"].startswith("/sign-in"), "a password alone opens nothing"
    assert (
        theirs.post("/sign-in/code", {"key": "k", "code": step_code(account, 1)}).headers["Location"] == "/"
    )
    assert theirs.get("/").status_code == 200
    theirs.post("/sign-out")

    entered(theirs)
    for _ in range(4):
        wrong = theirs.post("/sign-in/code", {"key": "k", "code": "000"})
        assert (wrong.status_code, "验证码不对" in text(wrong)) == (422, True)
    locked = theirs.post("/sign-in/code", {"key": "k", "code": "000"})
    assert (locked.status_code, "锁定" in text(locked)) == (429, True)
    assert theirs.post("/sign-in/code", {"key": "k", "code": papers[0]}).status_code in {302, 429}
    refused = entered(Client())
    assert (refused.status_code, "锁定" in text(refused)) == (429, True)

    listed = administrator.get("/organisation/accounts/?state=locked")
    assert [row["account"] for row in listed.context["rows"]] == [account]
    page = text(administrator.get(f"/organisation/accounts/{account.pk}/"))
    assert "连续输错 6 次" in page
    unlocked = administrator.post(f"/organisation/accounts/{account.pk}/unlock", {"key": "k"})
    assert unlocked.status_code == 302

    assert entered(theirs).headers["Location"] == "/sign-in/code"
    assert theirs.post("/sign-in/code", {"key": "k", "code": papers[0]}).headers["Location"] == "/"

    lines = list(SignIn.objects.order_by("id").values_list("kind", "account__username", "with_second_factor"))
    assert lines == [
        ("SIGNED_IN", "xinren", False), ("SIGNED_OUT", "xinren", False), ("SIGNED_IN", "xinren", True),
        ("SIGNED_OUT", "xinren", False), *[("WRONG_CODE", "xinren", False)] * 5,
        *[("LOCKED", "xinren", False)] * 2, ("SIGNED_IN", "xinren", True),
    ]  # fmt: skip
    assert (
        AuditEntry.objects.filter(operation="accounts.unlock_account", actor=cast.administrator).count() == 1
    )
    assert "凭验证码登录" in text(signed_in(cast.auditor).get("/audit/?actor=xinren"))


class TestTheDoor:
    def test_a_password_that_changes_meanwhile_ends_the_wait_for_a_code(self, cast: Cast) -> None:
        enrol(signed_in(cast.clerk), cast.clerk)
        client = Client()
        assert entered(client, "weilan", PASSWORD).headers["Location"] == "/sign-in/code"
        signed_in(cast.administrator).post(f"/organisation/accounts/{cast.clerk.pk}/password", {"key": "k"})
        answer = client.post("/sign-in/code", {"key": "k", "code": step_code(cast.clerk, 1)})
        assert answer.headers["Location"] == "/sign-in"

    def test_the_wait_for_a_code_ends_after_five_minutes(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bangfu.site import signing_in

        enrol(signed_in(cast.clerk), cast.clerk)
        client = Client()
        monkeypatch.setattr(signing_in, "AWAITED_S", -1)
        entered(client, "weilan", PASSWORD)
        assert client.get("/sign-in/code").headers["Location"] == "/sign-in"

    def test_the_code_page_without_a_password_before_it_leads_to_the_door(self, cast: Cast) -> None:
        assert Client().get("/sign-in/code").headers["Location"] == "/sign-in"

    def test_a_name_that_nobody_has_is_not_written_down(self, cast: Cast) -> None:
        entered(Client(), "my password by mistake", "x")
        line = SignIn.objects.get()
        assert (line.kind, line.account) == ("WRONG_PASSWORD", None)

    def test_goes_back_to_where_one_wanted_to_go(self, cast: Cast) -> None:
        enrol(signed_in(cast.clerk), cast.clerk)
        client = Client()
        said = {"username": "weilan", "password": PASSWORD, "next": "/work/"}
        assert client.post("/sign-in", said).headers["Location"] == "/sign-in/code"
        answer = client.post("/sign-in/code", {"key": "k", "code": step_code(cast.clerk, 1)})
        assert answer.headers["Location"] == "/work/"


class TestWhoShouldHaveASecondFactor:
    def test_is_asked_and_may_still_sign_in_without(self, cast: Cast) -> None:
        for account in (cast.administrator, cast.security, cast.auditor, cast.verifier):
            client = Client()
            assert entered(client, account.username, PASSWORD).headers["Location"] == "/"
            assert "您的角色应启用第二因素" in text(client.get("/"))
        assert "您的角色应启用第二因素" not in text(signed_in(cast.clerk).get("/"))

    def test_must_where_the_office_requires_it(self, cast: Cast, settings: object) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        client = signed_in(cast.auditor)
        for page in ("/", "/audit/", "/organisation/"):
            assert client.get(page).headers["Location"] == "/accounts/second-factor"
        assert signed_in(cast.clerk).get("/").status_code == 200
        enrol(client, cast.auditor)
        assert client.get("/audit/").status_code == 200

    def test_roles_are_the_offices_to_name(self, cast: Cast, settings: object) -> None:
        settings.SECOND_FACTOR_ROLES = ["clerk"]
        assert "您的角色应启用第二因素" in text(signed_in(cast.clerk).get("/"))
        assert "您的角色应启用第二因素" not in text(signed_in(cast.auditor).get("/"))


def test_a_link_goes_by_mail_where_there_is_a_server(cast: Cast, settings: object) -> None:
    client = signed_in(cast.administrator)
    form = {"key": "k", "name": "新人", "username": "xinren", "email": "xinren@example.org"}
    assert "电子邮件" not in text(client.get("/organisation/accounts/invite"))
    with listening(MailServer()) as post_office:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post_office.port
        response = client.post("/organisation/accounts/invite", form)
    ((to, letter),) = post_office.taken
    assert to == "xinren@example.org"
    body = email.message_from_bytes(letter, policy=policy.default).get_content()
    assert LINK.findall(body) == LINK.findall(text(response))


def test_pages_speak_english(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    client.cookies["bangfu_language"] = "en"
    shown = client.post("/organisation/accounts/invite", {"key": "k", "name": "Xin", "username": "xinren"})
    (link,) = LINK.findall(text(shown))
    theirs = Client()
    theirs.cookies["bangfu_language"] = "en"
    assert "Welcome, Xin" in text(theirs.get(link))
    assert "There is no such link" in text(theirs.get("/accounts/link/x"))
    assert "Second factor" in text(client.get("/accounts/second-factor"))
    assert RoleGrant.objects.filter(account__username="xinren").count() == 0
