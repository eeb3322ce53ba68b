"""Telling people: once each, in the transaction of the change, by the channels that they want."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.notices.due import Manner, due_at
from bangfu.foundation.notices.models import Delivery, Habit, Notice, Robot, Secret, Wish
from bangfu.foundation.notices.notifying import notify, notify_by_house
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import NoticeKind, both
from tests.cast import NOW, Cast
from tests.foundation.notices.toy import ALARM, DUE, QUIET, tell, told

NIGHT = datetime(2020, 7, 31, 15, 30, tzinfo=UTC)
"""Half past eleven at night in the house's time zone."""


@pytest.fixture
def mailed(cast: Cast, settings: Any) -> Cast:
    """The cast with a mail server and addresses for everybody."""
    settings.EMAIL_HOST = "mail.example.org"
    with system_writes("a test's set-up"):
        for account in Account.objects.all():
            account.email = f"{account.username}@example.org"
            account.save()
    return cast


def set_up(**wishes: Any) -> None:
    with system_writes("a test's set-up"):
        for make in wishes.values():
            make()


class TestNotify:
    def test_writes_what_was_said_to_each(self, cast: Cast) -> None:
        finding = raise_finding(unit=cast.guizhou, title="站址不对", act=cast.act(cast.officer))
        assert told(cast, DUE, cast.clerk, cast.verifier, about=finding, occasion="2020-07-31") == 2
        found = Notice.objects.order_by("account_id").values()
        assert [{**row, "id": 0} for row in found] == [
            {
                "id": 0, "account_id": account.pk, "robot_id": None, "kind": "toynotices.due",
                "about": f"findings.finding/{finding.pk}", "occasion": "2020-07-31",
                "title_zh": "轮次到期", "title_en": "A round is due",
                "body_zh": "第一轮还有 3 个村没有填报。",
                "body_en": "3 villages have not reported for the first round.",
                "address": f"/findings/{finding.pk}/", "is_urgent": False, "made_at": NOW,
                "read_at": None,
            }
            for account in sorted((cast.clerk, cast.verifier), key=lambda one: one.pk)
        ]  # fmt: skip
        assert not Delivery.objects.exists()

    def test_takes_keys_and_queries_and_leaves_out_systems_the_closed_and_whoever_acts(
        self, cast: Cast
    ) -> None:
        with system_writes("a test's set-up"):
            Account.objects.create(username="job", kind=Account.Kind.SYSTEM, title="任务")
            Account.objects.filter(pk=cast.outsider.pk).update(is_active=False)
        everybody = Account.objects.all()
        count = Account.objects.filter(kind="PERSON", is_active=True).count() - 1
        told_to = tell(account=cast.officer, kind=QUIET, to=everybody, rest={}, act=cast.act(cast.officer))
        assert told_to == count
        assert not Notice.objects.filter(account__in=[cast.officer, cast.outsider]).exists()
        assert told(cast, ALARM, *[cast.clerk.pk]) == 1

    def test_tells_the_same_once_and_the_next_occasion_again(self, cast: Cast) -> None:
        assert told(cast, DUE, cast.clerk, about="/findings/", occasion="a") == 1
        assert told(cast, DUE, cast.clerk, cast.verifier, about="/findings/", occasion="a") == 1
        assert told(cast, DUE, cast.clerk, about="/findings/", occasion="b") == 1
        assert told(cast, DUE, cast.clerk, about="/work/", occasion="a") == 1
        assert Notice.objects.count() == 4

    def test_takes_the_same_number_of_statements_for_many(self, mailed: Cast) -> None:
        def statements(to: list[Account], occasion: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                told(mailed, DUE, *to, about="/", occasion=occasion)
            return len(asked)

        some = [mailed.clerk]
        many = list(Account.objects.filter(kind="PERSON").exclude(pk=mailed.officer.pk))
        assert len(many) == 8
        statements(some, "first")
        assert statements(some, "a") == statements(many, "b")

    def test_refuses_what_is_not_declared(self, cast: Cast) -> None:
        stray = NoticeKind("toynotices.stray", both("无", "None"), both("无。", "None."))
        with pytest.raises(LookupError):
            told(cast, stray, cast.clerk, values={})
        with pytest.raises(ValueError, match="told with round, count"):
            told(cast, DUE, cast.clerk, values={"round": "x"})
        with pytest.raises(LookupError):
            told(cast, QUIET, cast.clerk, about=cast.clerk)
        assert not Notice.objects.exists()

    def test_is_called_in_an_operation_alone(self, cast: Cast) -> None:
        with pytest.raises(RuntimeError):
            notify(QUIET, to=[cast.clerk], act=cast.act(cast.officer))
        assert notify_by_house(QUIET, to=[cast.clerk], at=NOW) == 1


class TestDeliveries:
    def due(self) -> list[tuple[str, str, datetime, bool]]:
        rows = Delivery.objects.order_by("notice__account__username", "id")
        return [
            (row.notice.account.username, row.channel, row.due_at, row.is_digest)
            for row in rows.select_related("notice__account")
        ]

    def test_go_out_at_once_by_day_and_after_the_night(self, mailed: Cast) -> None:
        told(mailed, DUE, mailed.clerk, occasion="day")
        told(mailed, DUE, mailed.clerk, occasion="night", at=NIGHT)
        told(mailed, ALARM, mailed.clerk, at=NIGHT)
        morning = datetime(2020, 7, 31, 23, 0, tzinfo=UTC)
        assert self.due() == [
            ("weilan", "EMAIL", NOW, False),
            ("weilan", "EMAIL", morning, False),
            ("weilan", "EMAIL", NIGHT, False),
        ]

    def test_follow_wishes_and_habits(self, mailed: Cast) -> None:
        set_up(
            off=lambda: Wish.objects.create(
                account=mailed.verifier, kind=DUE.code, channel="EMAIL", is_wanted=False
            ),
            on=lambda: Wish.objects.create(
                account=mailed.verifier, kind=QUIET.code, channel="EMAIL", is_wanted=True
            ),
            habit=lambda: Habit.objects.create(account=mailed.clerk, is_digest=True, digest_hour=9),
        )
        told(mailed, DUE, mailed.clerk, mailed.verifier)
        told(mailed, QUIET, mailed.clerk, mailed.verifier)
        told(mailed, ALARM, mailed.clerk)
        nine = datetime(2020, 8, 1, 1, 0, tzinfo=UTC)
        assert self.due() == [
            ("chenli", "EMAIL", NOW, False),
            ("weilan", "EMAIL", nine, True),
            ("weilan", "EMAIL", NOW, False),
        ]

    def test_reach_those_alone_who_have_an_address(self, mailed: Cast) -> None:
        set_up(none=lambda: Account.objects.filter(pk=mailed.clerk.pk).update(email=""))
        told(mailed, DUE, mailed.clerk, mailed.verifier)
        assert [name for name, *_ in self.due()] == ["chenli"]


class TestRobots:
    def robot(self, unit: Any, kinds: list[str]) -> Robot:
        with system_writes("a test's set-up"):
            secret = Secret.objects.create(wrapped=b"", sealed=b"")
            return Robot.objects.create(
                unit=unit, channel="WECOM", title="群", kinds=kinds, secret=secret, entered_at=NOW
            )

    def test_tell_groups_of_the_unit_and_above_what_they_chose(self, cast: Cast) -> None:
        here, above = self.robot(cast.guizhou, [DUE.code]), self.robot(cast.group, [DUE.code])
        self.robot(cast.yunnan, [DUE.code])
        self.robot(cast.guizhou, [QUIET.code])
        assert told(cast, DUE, cast.clerk, unit=cast.guizhou.pk) == 3
        assert told(cast, DUE, unit=cast.guizhou.pk) == 0
        assert told(cast, QUIET, cast.clerk, unit=cast.guizhou.pk) == 1
        robots = Notice.objects.exclude(robot=None).order_by("robot_id").values_list("robot_id", flat=True)
        assert list(robots) == [here.pk, above.pk]
        assert list(Delivery.objects.values_list("channel", "due_at")) == [("WECOM", NOW)] * 2


@pytest.mark.parametrize(
    ("hour", "manner", "waits_until"),
    [
        (12, Manner(), 12),
        (23, Manner(), 31),
        (3, Manner(), 7),
        (7, Manner(), 7),
        (3, Manner(quiet_from=None, quiet_until=None), 3),
        (12, Manner(quiet_from=time(11), quiet_until=time(14)), 14),
        (12, Manner(is_digest=True, digest_hour=6), 31),
        (12, Manner(is_digest=True, digest_hour=18), 18),
        (18, Manner(is_digest=True, digest_hour=18), 42),
    ],
)
def test_due_at(hour: int, manner: Manner, waits_until: int) -> None:
    midnight = datetime(2020, 7, 30, 16, 0, tzinfo=UTC).timestamp()
    now = datetime.fromtimestamp(midnight + hour * 3600, UTC)
    due = due_at(now, manner, is_for_digest=True)
    assert (due.timestamp() - midnight) / 3600 == waits_until


@pytest.mark.parametrize(
    ("title", "body", "values"),
    [
        (both("{count} 个", "{count}"), both("无。", "None."), ()),
        (both("有", "Some"), both("{count} 个。", "None."), ("count",)),
        (both("有", "Some"), both("有。", "Some."), ("count",)),
        (both("有", "Some"), both("{phone}", "{phone}"), ("phone",)),
    ],
)
def test_a_kind_refuses_words_that_do_not_fit(title: Any, body: Any, values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):
        NoticeKind("toynotices.bad", title, body, values)
