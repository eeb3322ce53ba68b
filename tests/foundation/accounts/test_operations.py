"""Links, second factors and locks: an administrator lets somebody in; a lost phone takes two people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.foundation.accounts import codes
from bangfu.foundation.accounts import operations as accounts
from bangfu.foundation.accounts.models import OneTimeLink, RecoveryCode, SecondFactor, SignIn
from bangfu.foundation.accounts.queries import has_second_factor, locks_of, recovery_codes_left
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.operations.payload import digest_of
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.models import Account
from tests.cast import NOW, PASSWORD, Cast

TOKEN = "t" * 43
NEW = "staple horse correct"


def kept(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def invited(cast: Cast, *, key: str | None = None, token: str = TOKEN) -> Account:
    return accounts.invite_account(
        username="xinren", name="新人", token=token, act=cast.act(cast.administrator, key=key)
    )


def used(cast: Cast, account: Account, *, token: str = TOKEN, at: datetime = NOW) -> Account:
    return accounts.use_link(
        account=kept(account), token=token, password=NEW, act=cast.act(kept(account), at=at)
    )


def code_of(account: Account, at: datetime = NOW) -> str:
    secret = accounts.secret_of(SecondFactor.objects.get(account=account))
    assert secret is not None
    return codes.code_at(secret, int(at.timestamp() // codes.STEP_S))


def enrolled(cast: Cast, account: Account) -> list[str]:
    papers = codes.new_recovery_codes()
    accounts.begin_second_factor(account=account, act=cast.act(account))
    accounts.confirm_second_factor(
        account=account, code=code_of(account), recovery_codes=papers, act=cast.act(account)
    )
    return papers


class TestInviteAccount:
    def test_opens_an_account_that_cannot_sign_in_until_its_link_is_used(self, cast: Cast) -> None:
        account = invited(cast)
        link = OneTimeLink.objects.get()
        assert (account.username, account.display_name, account.has_usable_password()) == (
            "xinren",
            "新人",
            False,
        )
        assert (link.account, link.purpose, link.made_by, link.expires_at - link.made_at, link.used_at) == (
            account, "INVITATION", cast.administrator, timedelta(days=7), None,
        )  # fmt: skip
        assert used(cast, account).check_password(NEW)
        assert OneTimeLink.objects.get().used_at == NOW

    def test_leaves_neither_token_nor_name_behind(self, cast: Cast) -> None:
        invited(cast)
        assert OneTimeLink.objects.get().digest == codes.token_digest(TOKEN) != TOKEN
        assert AuditEntry.objects.get().payload_digest == digest_of({"username": "xinren"})

    def test_same_key_twice_makes_one_account_and_one_link(self, cast: Cast) -> None:
        first, again = (invited(cast, key="k", token=token * 43) for token in "ab")
        assert first == again
        assert [link.digest for link in OneTimeLink.objects.all()] == [codes.token_digest("a" * 43)]

    def test_refuses_a_taken_name_with_nothing_written(self, cast: Cast) -> None:
        invited(cast)
        with pytest.raises(people.UnableToOpenAccount) as refused:
            accounts.invite_account(
                username="XinRen", name="x", token="u" * 43, act=cast.act(cast.administrator)
            )
        assert refused.value.code == "username_taken"
        assert OneTimeLink.objects.count() == 1

    def test_is_the_administrators(self, cast: Cast) -> None:
        for actor in (cast.security, cast.auditor, cast.officer, cast.outsider):
            with pytest.raises(NotPermitted):
                accounts.invite_account(username="x", name="x", token=TOKEN, act=cast.act(actor))


class TestIssueResetLink:
    def test_voids_the_password_and_every_earlier_link(self, cast: Cast) -> None:
        account = invited(cast)
        accounts.issue_reset_link(account=account, token="u" * 43, act=cast.act(cast.administrator))
        accounts.issue_reset_link(account=cast.clerk, token="v" * 43, act=cast.act(cast.administrator))
        assert not kept(cast.clerk).check_password(PASSWORD)
        with pytest.raises(accounts.UnableToUseLink) as refused:
            used(cast, account)
        assert refused.value.code == "void"
        assert used(cast, account, token="u" * 43).check_password(NEW)

    def test_leaves_the_second_factor(self, cast: Cast) -> None:
        enrolled(cast, cast.auditor)
        accounts.issue_reset_link(account=cast.auditor, token=TOKEN, act=cast.act(cast.administrator))
        assert has_second_factor(cast.auditor)

    def test_refuses_ones_own_a_systems_and_a_closed_one(self, cast: Cast) -> None:
        act = cast.act(cast.administrator)
        system = people.open_system_account(username="robot", title="机器", act=act)
        people.close_account(account=cast.clerk, act=act)
        for account, code in (
            (cast.administrator, "own_account"), (system, "no_password"), (cast.clerk, "no_password"),
        ):  # fmt: skip
            with pytest.raises(accounts.UnableToIssueLink) as refused:
                accounts.issue_reset_link(account=account, token=TOKEN, act=act)
            assert refused.value.code == code
        assert not OneTimeLink.objects.exists()


class TestUseLink:
    def test_opens_once(self, cast: Cast) -> None:
        account = invited(cast)
        used(cast, account)
        with pytest.raises(accounts.UnableToUseLink) as refused:
            accounts.use_link(account=account, token=TOKEN, password="another one x", act=cast.act(account))
        assert refused.value.code == "used"
        assert kept(account).check_password(NEW)

    @pytest.mark.parametrize(
        ("token", "later", "code"),
        [("x" * 43, timedelta(0), "unknown"), (TOKEN, timedelta(days=7), "expired")],
    )
    def test_refuses(self, cast: Cast, token: str, later: timedelta, code: str) -> None:
        account = invited(cast)
        with pytest.raises(accounts.UnableToUseLink) as refused:
            used(cast, account, token=token, at=NOW + later)
        assert refused.value.code == code
        assert not kept(account).has_usable_password()

    def test_opens_until_the_last_moment(self, cast: Cast) -> None:
        account = invited(cast)
        assert used(cast, account, at=NOW + timedelta(days=7) - timedelta(seconds=1)).check_password(NEW)

    def test_reaches_nobody_elses_account(self, cast: Cast) -> None:
        account = invited(cast)
        with pytest.raises(NotPermitted):
            accounts.use_link(account=account, token=TOKEN, password=NEW, act=cast.act(cast.administrator))
        with pytest.raises(accounts.UnableToUseLink):
            used(cast, cast.clerk)

    def test_the_database_keeps_one_open_link_an_account(self, cast: Cast) -> None:
        account = invited(cast)
        with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
            OneTimeLink.objects.create(
                account=account, purpose="RESET", digest="d" * 64, made_by=account, made_at=NOW,
                expires_at=NOW + timedelta(hours=1),
            )  # fmt: skip


class TestSecondFactor:
    def test_the_secret_is_sealed_under_the_persons_key(self, cast: Cast) -> None:
        enrolled(cast, cast.auditor)
        factor = SecondFactor.objects.get()
        secret = accounts.secret_of(factor)
        assert secret is not None
        assert len(secret) == 20
        assert secret.hex().encode() not in bytes(factor.secret_sealed)
        people.erase_person(person=cast.auditor.person, act=cast.act(cast.administrator))
        assert accounts.secret_of(SecondFactor.objects.select_related("account").get()) is None

    def test_counts_only_once_its_first_code_was_entered(self, cast: Cast) -> None:
        accounts.begin_second_factor(account=cast.auditor, act=cast.act(cast.auditor))
        assert not has_second_factor(cast.auditor)
        with pytest.raises(accounts.UnableToEnrol) as refused:
            accounts.confirm_second_factor(
                account=cast.auditor, code="000000x", recovery_codes=[], act=cast.act(cast.auditor)
            )
        assert refused.value.code == "wrong_code"
        assert not has_second_factor(cast.auditor)

    def test_a_code_opens_once_and_half_a_minute_early_or_late(self, cast: Cast) -> None:
        enrolled(cast, cast.auditor)

        def used_at(code: str, seconds: int) -> str:
            at = NOW + timedelta(seconds=seconds)
            try:
                accounts.use_code(account=cast.auditor, code=code, act=cast.act(cast.auditor, at=at))
            except accounts.UnableToUseCode as refused:
                return refused.code
            return "in"

        assert used_at(code_of(cast.auditor), 0) == "wrong_code"  # enrolling used it up
        late = code_of(cast.auditor, NOW + timedelta(seconds=60))
        assert [used_at(late, second) for second in (0, 90, 90)] == ["wrong_code", "in", "wrong_code"]
        early = code_of(cast.auditor, NOW + timedelta(seconds=150))
        assert used_at(f"{early[:3]} {early[3:]}", 120) == "in"

    def test_a_recovery_code_opens_once(self, cast: Cast) -> None:
        papers = enrolled(cast, cast.auditor)
        assert (len(papers), recovery_codes_left(cast.auditor)) == (10, 10)
        assert not RecoveryCode.objects.filter(digest__in=papers).exists()
        act = cast.act(cast.auditor)
        accounts.use_code(account=cast.auditor, code=papers[3].upper(), act=act)
        assert recovery_codes_left(cast.auditor) == 9
        with pytest.raises(accounts.UnableToUseCode):
            accounts.use_code(account=cast.auditor, code=papers[3], act=act)

    def test_is_stopped_by_its_person_with_a_code(self, cast: Cast) -> None:
        papers = enrolled(cast, cast.auditor)
        act = cast.act(cast.auditor)
        with pytest.raises(accounts.UnableToEnrol) as refused:
            accounts.begin_second_factor(account=cast.auditor, act=act)
        assert refused.value.code == "enrolled_already"
        with pytest.raises(accounts.UnableToUseCode):
            accounts.stop_second_factor(account=cast.auditor, code="123", act=act)
        accounts.stop_second_factor(account=cast.auditor, code=papers[0], act=act)
        assert not SecondFactor.objects.exists()
        assert not RecoveryCode.objects.exists()

    def test_a_lost_one_is_removed_by_who_grants_and_never_by_who_resets(self, cast: Cast) -> None:
        enrolled(cast, cast.auditor)
        for actor in (cast.administrator, cast.officer, cast.auditor):
            with pytest.raises(NotPermitted):
                accounts.remove_second_factor(account=cast.auditor, act=cast.act(actor))
        accounts.remove_second_factor(account=cast.auditor, act=cast.act(cast.security))
        assert not has_second_factor(cast.auditor)

    def test_refuses_to_remove_ones_own_and_none(self, cast: Cast) -> None:
        enrolled(cast, cast.security)
        for account, code in ((cast.security, "own_account"), (cast.clerk, "not_enrolled")):
            with pytest.raises(accounts.UnableToRemoveSecondFactor) as refused:
                accounts.remove_second_factor(account=account, act=cast.act(cast.security))
            assert refused.value.code == code

    def test_nobody_enrols_for_another(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            accounts.begin_second_factor(account=cast.clerk, act=cast.act(cast.administrator))

    def test_a_system_has_none(self, cast: Cast) -> None:
        system = people.open_system_account(username="robot", title="机器", act=cast.act(cast.administrator))
        with pytest.raises(Refusal) as refused:
            accounts.begin_second_factor(account=system, act=cast.act(system))
        assert refused.value.code == "no_person"


def test_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1, the last six of the eight digits that it prints."""
    secret = b"12345678901234567890"
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert codes.code_at(secret, second // codes.STEP_S) == code
        assert codes.matching_step(secret, code, at_s=second, after=0) == second // codes.STEP_S


class TestUnlockAccount:
    def lock(self, username: str, *, failures: int = 5, minutes_ago: int = 0) -> None:
        attempt = AccessAttempt.objects.create(
            username=username, ip_address="10.0.0.1", failures_since_start=failures
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(
            attempt_time=timezone.now() - timedelta(minutes=minutes_ago)
        )

    def test_takes_the_lock_off(self, cast: Cast) -> None:
        self.lock("WeiLan")
        (lock,) = locks_of(cast.clerk, timezone.now())
        assert (lock.username, lock.address, lock.failures) == ("weilan", "10.0.0.1", 5)
        act = cast.act(cast.administrator, at=timezone.now())
        accounts.unlock_account(account=cast.clerk, act=act)
        assert locks_of(cast.clerk, timezone.now()) == []
        with pytest.raises(accounts.UnableToUnlock) as refused:
            accounts.unlock_account(account=cast.clerk, act=act)
        assert refused.value.code == "not_locked"

    def test_four_failures_and_old_ones_are_no_lock(self, cast: Cast) -> None:
        self.lock("weilan", failures=4)
        self.lock("duanqing", minutes_ago=16)
        now = timezone.now()
        assert locks_of(cast.clerk, now) == locks_of(cast.clerk_of_yunnan, now) == []

    def test_is_the_administrators(self, cast: Cast) -> None:
        self.lock("weilan")
        for actor in (cast.security, cast.auditor, cast.clerk):
            with pytest.raises(NotPermitted):
                accounts.unlock_account(account=cast.clerk, act=cast.act(actor, at=timezone.now()))


def test_the_log_of_sign_ins_is_only_added_to(cast: Cast) -> None:
    with system_writes("a line"):
        line = SignIn.objects.create(kind="SIGNED_IN", account=cast.clerk)
    for attack in (lambda: SignIn.objects.filter(pk=line.pk).update(kind="LOCKED"), line.delete):
        with (
            pytest.raises(Exception, match=r"append-only|permission denied"),
            system_writes("x"),
            transaction.atomic(),
        ):
            attack()
