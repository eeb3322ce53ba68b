"""Passwords: everybody changes their own; names of many at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.operations.payload import digest_of
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from tests.cast import PASSWORD, Cast

NEW = "staple horse correct"
FORM = {"key": "k", "old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


def kept(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


class TestChangePassword:
    def test_needs_no_grant(self, cast: Cast) -> None:
        people.change_password(account=cast.outsider, old=PASSWORD, new=NEW, act=cast.act(cast.outsider))
        assert kept(cast.outsider).check_password(NEW)

    def test_same_key_twice_changes_once(self, cast: Cast) -> None:
        act = cast.act(cast.outsider, key="k")
        for _ in range(2):
            people.change_password(account=kept(cast.outsider), old=PASSWORD, new=NEW, act=act)
        assert AuditEntry.objects.count() == 1

    def test_refuses_a_wrong_password(self, cast: Cast) -> None:
        with pytest.raises(people.UnableToChangePassword) as refused:
            people.change_password(account=cast.outsider, old="wrong", new=NEW, act=cast.act(cast.outsider))
        assert refused.value.code == "wrong_password"
        assert kept(cast.outsider).check_password(PASSWORD)

    def test_reaches_nobody_elses(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            people.change_password(
                account=cast.clerk, old=PASSWORD, new=NEW, act=cast.act(cast.administrator)
            )
        assert kept(cast.clerk).check_password(PASSWORD)

    def test_leaves_no_digest_of_the_password(self, cast: Cast) -> None:
        people.change_password(account=cast.outsider, old=PASSWORD, new=NEW, act=cast.act(cast.outsider))
        assert AuditEntry.objects.get().payload_digest == digest_of({"account": cast.outsider})


class TestCloseAccount:
    def test_refuses_ones_own_and_a_closed_one(self, cast: Cast) -> None:
        act = cast.act(cast.administrator)
        people.close_account(account=cast.clerk, act=act)
        for account, code in ((cast.administrator, "own_account"), (cast.clerk, "closed_already")):
            with pytest.raises(people.UnableToCloseAccount) as refused:
                people.close_account(account=account, act=act)
            assert refused.value.code == code


class TestPage:
    def sign_in(self, account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_this_sign_in_stays_and_all_others_end(self, cast: Cast) -> None:
        client, other = self.sign_in(cast.outsider), self.sign_in(cast.outsider)
        assert "修改密码" in client.get("/people/password").content.decode()
        assert client.post("/people/password", FORM).headers["Location"] == "/"
        assert client.get("/people/password").status_code == 200
        assert other.get("/people/password").headers["Location"].startswith("/sign-in")
        assert kept(cast.outsider).check_password(NEW)

    @pytest.mark.parametrize(
        ("said", "status", "words"),
        [({"old_password": "wrong"}, 409, "原密码不对"), ({"new_password2": "another one"}, 422, "不一致"),
         ({"new_password1": "1234567890", "new_password2": "1234567890"}, 422, "数字"),
         ({"new_password1": "short", "new_password2": "short"}, 422, "10")],
    )  # fmt: skip
    def test_refuses_in_a_sentence(self, cast: Cast, said: dict[str, str], status: int, words: str) -> None:
        response = self.sign_in(cast.outsider).post("/people/password", FORM | said)
        assert response.status_code == status
        assert words in response.content.decode()
        assert kept(cast.outsider).check_password(PASSWORD)


class TestNamesOf:
    def test_names_persons_systems_and_the_erased_with_one_query(
        self, cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
    ) -> None:
        act = cast.act(cast.administrator)
        system = people.open_system_account(username="robot", title="机器", act=act)
        people.erase_person(person=cast.verifier.person, act=act)
        accounts = list(Account.objects.filter(username__in=("weilan", "chenli", "robot", "zhoumin")))
        with django_assert_num_queries(1):
            names = names_of(accounts)
        assert names == {
            cast.clerk.pk: "韦兰", cast.verifier.pk: "已删除的人员", system.pk: "机器", cast.officer.pk: "周敏",
        }  # fmt: skip
        assert names == {account.pk: account.display_name for account in accounts}
