"""Tokens: made by an account for itself, or for a system; shown once, limited, over in a year, revoked at any time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.operations import (
    UnableToMakeToken,
    UnableToRevokeToken,
    make_system_token,
    make_token,
    revoke_any_token,
    revoke_token,
)
from bangfu.foundation.api.tokens import digest_of, new_token, note_use, prefix_of, token_shown
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_system_account
from tests.cast import NOW, Cast
from tests.foundation.api.asking import Program

pytestmark = pytest.mark.django_db
SIGN_IN = {"backend": "django.contrib.auth.backends.ModelBackend"}


def asked(account: Account, **changes: Any) -> dict[str, Any]:
    usual = {
        "account": account, "name": "县里的系统", "prefix": "bf_aaaaaaaa", "digest": digest_of("x"),
        "permissions": None, "is_read_only": True, "expires_at": NOW + timedelta(days=90),
    }  # fmt: skip
    return {**usual, **changes}


def refusal_of(cast: Cast, **changes: Any) -> str:
    with pytest.raises(UnableToMakeToken) as refused:
        make_token(**asked(cast.clerk, **changes), act=cast.act(cast.clerk))
    assert not ApiToken.objects.exists()
    return refused.value.code


class TestMakeToken:
    def test_keeps_a_digest_and_never_the_token(self, cast: Cast) -> None:
        token = new_token()
        assert re.fullmatch(r"bf_[a-z2-9]{8}_[\w-]{43}", token)
        made = make_token(
            **asked(
                cast.clerk,
                prefix=prefix_of(token),
                digest=digest_of(token),
                permissions=["network.view", "network.view"],
            ),
            act=cast.act(cast.clerk),
        )
        row = ApiToken.objects.values().get()
        assert token not in str(row)
        assert (made.permissions, made.made_at, made.last_used_at) == (["network.view"], NOW, None)
        entry = AuditEntry.objects.get(operation="api.make_token")
        assert (entry.through, entry.objects_named) == (
            None,
            [f"api.apitoken:{made.pk}", f"people.account:{cast.clerk.pk}"],
        )

    def test_refuses_more_than_the_account_holds(self, cast: Cast) -> None:
        assert refusal_of(cast, permissions=["network.view", "network.verify_stations"]) == "not_held"

    def test_refuses_a_token_for_nothing(self, cast: Cast) -> None:
        assert refusal_of(cast, permissions=[]) == "no_permission"

    @pytest.mark.parametrize("name", ["", "  ", "字" * 81])
    def test_refuses_a_token_without_a_name(self, cast: Cast, name: str) -> None:
        assert refusal_of(cast, name=name) == "no_name"

    def test_refuses_more_than_a_year(self, cast: Cast) -> None:
        assert refusal_of(cast, expires_at=NOW + timedelta(days=367)) == "lasts_too_long"

    def test_refuses_what_is_over_already(self, cast: Cast) -> None:
        assert refusal_of(cast, expires_at=NOW) == "over_already"

    def test_refuses_a_token_that_makes_tokens(self, cast: Cast) -> None:
        act = Act(actor=cast.clerk, at=NOW, through="bf_bbbbbbbb")
        with pytest.raises(UnableToMakeToken) as refused:
            make_token(**asked(cast.clerk), act=act)
        assert refused.value.code == "by_token"

    def test_is_for_oneself_alone(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            make_token(**asked(cast.officer), act=cast.act(cast.clerk))

    def test_the_same_key_makes_one(self, cast: Cast) -> None:
        first = make_token(**asked(cast.clerk), act=cast.act(cast.clerk, key="k"))
        again = make_token(**asked(cast.clerk), act=cast.act(cast.clerk, key="k"))
        assert (again.pk, ApiToken.objects.count()) == (first.pk, 1)

    def test_the_database_keeps_the_year(self, cast: Cast) -> None:
        values = {
            **asked(cast.clerk, expires_at=NOW + timedelta(days=400)),
            "made_by": cast.clerk,
            "made_at": NOW,
        }
        with system_writes("a test"), pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**values)


class TestMakeSystemToken:
    def test_is_made_by_the_administrator_for_a_system(self, cast: Cast) -> None:
        robot = open_system_account(username="robot", title="财务系统", act=cast.act(cast.administrator))
        made = make_system_token(**asked(robot), act=cast.act(cast.administrator))
        assert (made.account, made.made_by) == (robot, cast.administrator)

    def test_is_for_systems_only(self, cast: Cast) -> None:
        with pytest.raises(UnableToMakeToken) as refused:
            make_system_token(**asked(cast.clerk), act=cast.act(cast.administrator))
        assert (refused.value.code, ApiToken.objects.exists()) == ("no_system", False)

    def test_needs_the_permission(self, cast: Cast) -> None:
        robot = open_system_account(username="robot", title="财务系统", act=cast.act(cast.administrator))
        for account in (cast.officer, cast.security, cast.auditor):
            with pytest.raises(NotPermitted):
                make_system_token(**asked(robot), act=cast.act(account))


class TestRevoke:
    def test_one_s_own(self, cast: Cast) -> None:
        made = make_token(**asked(cast.clerk), act=cast.act(cast.clerk))
        revoke_token(account=cast.clerk, token=made, act=cast.act(cast.clerk))
        made.refresh_from_db()
        assert (made.revoked_at, made.revoked_by) == (NOW, cast.clerk)

    def test_not_another_s_and_not_twice(self, cast: Cast) -> None:
        made = make_token(**asked(cast.clerk), act=cast.act(cast.clerk))
        with pytest.raises(UnableToRevokeToken) as refused:
            revoke_token(account=cast.officer, token=made, act=cast.act(cast.officer))
        assert refused.value.code == "not_own"
        revoke_any_token(token=made, act=cast.act(cast.security))
        with pytest.raises(UnableToRevokeToken) as refused:
            revoke_any_token(token=made, act=cast.act(cast.administrator))
        assert refused.value.code == "revoked_already"

    def test_anybody_s_needs_the_permission(self, cast: Cast) -> None:
        made = make_token(**asked(cast.clerk), act=cast.act(cast.clerk))
        with pytest.raises(NotPermitted):
            revoke_any_token(token=made, act=cast.act(cast.officer))


class TestShowingAToken:
    def test_opens_until_it_is_over_revoked_or_its_account_closed(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        now = timezone.now()
        assert token_shown(program.token, now) == program.made
        assert token_shown(program.token, now + timedelta(days=31)) is None
        assert token_shown(program.token + "x", now) is None
        assert token_shown("x" * 5000, now) is None
        with system_writes("a test"):
            Account.objects.filter(pk=cast.clerk.pk).update(is_active=False)
        assert token_shown(program.token, now) is None
        with system_writes("a test"):
            Account.objects.filter(pk=cast.clerk.pk).update(is_active=True)
        revoke_token(account=cast.clerk, token=program.made, act=Act.now(cast.clerk))
        assert token_shown(program.token, now) is None

    def test_notes_its_use_once_a_minute(self, cast: Cast) -> None:
        made = Program(cast.clerk).made
        first = datetime(2026, 1, 5, 9, 0, tzinfo=NOW.tzinfo)
        for seconds in (0, 30, 59, 60):
            note_use(ApiToken.objects.get(pk=made.pk), first + timedelta(seconds=seconds))
        made.refresh_from_db()
        assert made.last_used_at == first + timedelta(seconds=60)


class TestPages:
    def test_a_token_is_shown_once(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, **SIGN_IN)
        assert "还没有令牌" in client.get("/api/tokens/").content.decode()
        last_day = timezone.localdate() + timedelta(days=30)
        fields = {
            "key": "once",
            "name": "每晚报送",
            "last_day": last_day.isoformat(),
            "permissions": ["network.view"],
        }
        answer = client.post("/api/tokens/new", fields)
        token = re.search(r"bf_[a-z2-9]{8}_[\w-]{43}", answer.content.decode())[0]
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        made = token_shown(token, timezone.now())
        assert (made.name, made.permissions, made.is_read_only) == ("每晚报送", ["network.view"], False)
        assert timezone.localdate(made.expires_at) == last_day + timedelta(days=1)
        listed = client.get("/api/tokens/").content.decode()
        assert made.prefix in listed
        assert token not in listed

    def test_a_refusal_says_what_to_do(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, **SIGN_IN)
        far = (timezone.localdate() + timedelta(days=800)).isoformat()
        answer = client.post("/api/tokens/new", {"key": "k", "name": "x", "last_day": far, "has_all": "on"})
        assert answer.status_code == 409
        assert "令牌最长一年有效" in answer.content.decode()

    def test_only_the_administrator_makes_them_for_systems(self, cast: Cast, client: Client) -> None:
        robot = open_system_account(username="robot", title="财务系统", act=cast.act(cast.administrator))
        client.force_login(cast.clerk, **SIGN_IN)
        assert client.get("/api/tokens/new?for=system").status_code == 403
        client.force_login(cast.administrator, **SIGN_IN)
        fields = {
            "key": "k",
            "account": robot.pk,
            "name": "x",
            "last_day": date.today().isoformat(),
            "has_all": "on",
        }
        assert client.post("/api/tokens/new?for=system", fields).status_code == 200
        assert ApiToken.objects.get().account == robot

    def test_all_tokens_are_for_whoever_may_revoke_them(self, cast: Cast, client: Client) -> None:
        made = Program(cast.clerk).made
        client.force_login(cast.officer, **SIGN_IN)
        assert client.get("/api/tokens/all/").status_code == 403
        client.force_login(cast.security, **SIGN_IN)
        assert made.prefix in client.get("/api/tokens/all/?q=weilan").content.decode()
        assert client.post(f"/api/tokens/{made.pk}/revoke").headers["Location"] == "/api/tokens/all/"
        assert "没有符合条件的令牌" in client.get("/api/tokens/all/").content.decode()

    def test_the_documentation_is_a_page(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, **SIGN_IN)
        page = client.get("/api/docs/?q=verify_station").content.decode()
        assert "POST /api/v1/operations/network.verify_station" in page
        client.cookies["bangfu_language"] = "en"
        assert "What programs may ask" in client.get("/api/docs/").content.decode()
