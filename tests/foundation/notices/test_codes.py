"""One-time codes: for ten minutes, five tries and one use, and kept as digests alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from bangfu.foundation.notices.expiry import forget_old_codes
from bangfu.foundation.notices.models import FakeMessage, OneTimeCode
from bangfu.foundation.notices.operations import (
    UnableToCheckCode,
    UnableToIssueCode,
    check_code,
    issue_code,
    settle_text_messages,
)
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from tests.at_once import both
from tests.cast import FOUNDED, NOW, Cast, enter_cast

NUMBER, OTHER = "13800138000", "13900139000"
MINUTE = timedelta(minutes=1)


def portal_of(cast: Cast) -> Account:
    settle_text_messages(is_on=True, act=cast.act(cast.administrator))
    with system_writes("a test's set-up"):
        portal = Account.objects.create(username="portal", kind=Account.Kind.SYSTEM, title="捐赠门户")
        RoleGrant.objects.create(account=portal, role="portal", unit=cast.group, starts_on=FOUNDED)
    return portal


@pytest.fixture
def portal(cast: Cast) -> Account:
    """A system account that asks for codes."""
    return portal_of(cast)


@pytest.fixture
def issue(portal: Account, django_capture_on_commit_callbacks: Any) -> Any:
    """Issues a code and gives the digits that were sent."""

    def issued(number: str = NUMBER, *, at: datetime = NOW, address: str = "") -> str:
        with django_capture_on_commit_callbacks(execute=True):
            issue_code(number=number, address=address, act=Act(actor=portal, at=at))
        found = re.search(r"\d{6}", FakeMessage.objects.latest("id").text)
        assert found is not None
        return found[0]

    return issued


def checked(portal: Account, code: str, *, at: datetime = NOW, number: str = NUMBER) -> bool:
    return check_code(number=number, code=code, act=Act(actor=portal, at=at))


class TestIssueCode:
    def test_sends_six_digits_and_keeps_neither_them_nor_the_number(self, issue: Any) -> None:
        code = issue(address="203.0.113.9")
        kept = FakeMessage.objects.get()
        assert kept.number == "138****8000"
        assert kept.text == f"【帮扶】验证码 {code}，10 分钟内有效。请勿告诉他人。"
        rows = f"{list(OneTimeCode.objects.values_list())} {list(AuditEntry.objects.values_list())}"
        assert NUMBER not in rows
        assert "203.0.113.9" not in rows
        assert bytes(OneTimeCode.objects.get().digest).hex() not in (code, "")

    @pytest.mark.parametrize(
        "number", ["1380013800", "23800138000", "+8613800138000", "１３８００１３８０００", ""]
    )
    def test_refuses_what_is_no_mobile_number(self, portal: Account, number: str) -> None:
        with pytest.raises(UnableToIssueCode) as refused:
            issue_code(number=number, act=Act(actor=portal, at=NOW))
        assert (refused.value.code, OneTimeCode.objects.exists()) == ("no_number", False)

    def test_refuses_the_next_within_a_minute_and_more_than_five_an_hour(
        self, portal: Account, issue: Any
    ) -> None:
        for number in range(5):
            issue(at=NOW + number * MINUTE)
        for at, code in ((NOW + 4.5 * MINUTE, "too_soon"), (NOW + 30 * MINUTE, "too_many")):
            with pytest.raises(UnableToIssueCode) as refused:
                issue_code(number=NUMBER, act=Act(actor=portal, at=at))
            assert refused.value.code == code
        assert OneTimeCode.objects.count() == 5
        issue(OTHER, at=NOW + 30 * MINUTE)
        issue(at=NOW + 61 * MINUTE)

    def test_refuses_more_than_twenty_an_hour_from_one_address(self, portal: Account, issue: Any) -> None:
        for number in range(20):
            issue(f"137001370{number:02}", address="203.0.113.9")
        with pytest.raises(UnableToIssueCode) as refused:
            issue_code(number=NUMBER, address="203.0.113.9", act=Act(actor=portal, at=NOW))
        assert refused.value.code == "too_many_from_there"
        issue(address="203.0.113.10")

    def test_refuses_while_text_messages_are_off(self, cast: Cast, portal: Account) -> None:
        settle_text_messages(is_on=False, act=cast.act(cast.administrator))
        with pytest.raises(UnableToIssueCode) as refused:
            issue_code(number=NUMBER, act=Act(actor=portal, at=NOW))
        assert refused.value.code == "channel_closed"

    def test_says_when_the_provider_does_not_take_it(
        self, portal: Account, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.SMS_FAKE_ALLOWED = False
        with pytest.raises(UnableToIssueCode) as refused, django_capture_on_commit_callbacks(execute=True):
            issue_code(number=NUMBER, act=Act(actor=portal, at=NOW))
        assert refused.value.code == "not_sent"

    def test_is_of_portals_alone(self, cast: Cast, portal: Account) -> None:
        with pytest.raises(NotPermitted):
            issue_code(number=NUMBER, act=cast.act(cast.administrator))
        with pytest.raises(NotPermitted):
            check_code(number=NUMBER, code="000000", act=cast.act(cast.officer))


class TestCheckCode:
    def test_opens_once(self, portal: Account, issue: Any) -> None:
        code = issue()
        assert checked(portal, code)
        assert not checked(portal, code)

    def test_opens_for_ten_minutes_and_its_own_number(self, portal: Account, issue: Any) -> None:
        code = issue()
        assert not checked(portal, code, number=OTHER)
        assert not checked(portal, code, at=NOW + 10 * MINUTE)
        assert checked(portal, code, at=NOW + 9 * MINUTE)

    def test_opens_no_more_after_five_wrong_tries(self, portal: Account, issue: Any) -> None:
        code = issue()
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        assert [checked(portal, wrong) for _ in range(5)] == [False] * 5
        assert not checked(portal, code)
        assert OneTimeCode.objects.get().tries == 5

    def test_takes_the_last_alone(self, portal: Account, issue: Any) -> None:
        first, second = issue(), issue(at=NOW + MINUTE)
        assert first == second or not checked(portal, first, at=NOW + MINUTE)
        assert checked(portal, second, at=NOW + MINUTE)

    def test_refuses_what_is_no_number(self, portal: Account) -> None:
        with pytest.raises(UnableToCheckCode):
            checked(portal, "123456", number="x")

    def test_is_forgotten_a_day_later(self, portal: Account, issue: Any) -> None:
        issue()
        assert forget_old_codes(NOW + timedelta(hours=24)) == 0
        assert forget_old_codes(NOW + timedelta(hours=24, seconds=1)) == 1


def test_two_at_once_use_one_code_once(own_database: str) -> None:
    portal = portal_of(enter_cast())
    issue_code(number=NUMBER, act=Act(actor=portal, at=NOW))
    found = re.search(r"\d{6}", FakeMessage.objects.get().text)
    assert found is not None
    code, opened = found[0], []
    call = lambda: opened.append(checked(portal, code))  # noqa: E731
    assert both((call, call)) == ["done", "done"]
    assert sorted(opened) == [False, True]
