"""Pages of notices, and the operations behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.notices.models import (
    Attempt,
    ChannelSetting,
    Delivery,
    Habit,
    Notice,
    Robot,
    Secret,
    Wish,
)
from bangfu.foundation.notices.operations import (
    UnableToChoose,
    UnableToMark,
    UnableToSettle,
    choose,
    enter_robot,
    mark_all_read,
    mark_read,
    mark_unread,
    settle_mail,
    stop_robot,
    try_channel,
)
from bangfu.foundation.notices.queries import unread_count
from bangfu.foundation.notices.reminding import remind
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from tests.cast import NOW, Cast
from tests.foundation.notices.toy import ALARM, DUE, QUIET, told

SIGN_IN = {"backend": "django.contrib.auth.backends.ModelBackend"}


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, SIGN_IN["backend"])
    return client


class TestMarking:
    def test_read_and_back(self, cast: Cast) -> None:
        told(cast, DUE, cast.clerk)
        told(cast, ALARM, cast.clerk)
        act = cast.act(cast.clerk)
        one = Notice.objects.filter(kind=DUE.code).get()
        assert mark_read(account=cast.clerk, notices=[one.pk], act=act) == 1
        assert mark_read(account=cast.clerk, notices=[one.pk], act=act) == 0
        assert unread_count(cast.clerk) == 1
        assert mark_unread(account=cast.clerk, marked_at=NOW, act=act) == 1
        assert unread_count(cast.clerk) == 2

    def test_all_leaves_what_came_since(self, cast: Cast) -> None:
        told(cast, DUE, cast.clerk)
        seen = Notice.objects.get().pk
        told(cast, ALARM, cast.clerk)
        assert mark_all_read(account=cast.clerk, up_to=seen, act=cast.act(cast.clerk)) == 1
        assert list(Notice.objects.filter(read_at=None).values_list("kind", flat=True)) == [ALARM.code]

    def test_is_of_ones_own_alone(self, cast: Cast) -> None:
        told(cast, DUE, cast.clerk)
        key = Notice.objects.get().pk
        for keys, code in (([key], "not_own"), ([], "nothing_chosen")):
            with pytest.raises(UnableToMark) as refused:
                mark_read(account=cast.verifier, notices=keys, act=cast.act(cast.verifier))
            assert refused.value.code == code
        with pytest.raises(NotPermitted):
            mark_read(account=cast.clerk, notices=[key], act=cast.act(cast.verifier))
        assert unread_count(cast.clerk) == 1


class TestChoose:
    def choose(self, cast: Cast, **rest: Any) -> None:
        said = {
            "wanted": [f"{QUIET.code}:EMAIL"], "is_digest": True, "digest_hour": 9, "quiet_from": None,
            "quiet_until": None, "language": "en", "email": "weilan@example.org",
        }  # fmt: skip
        choose(account=cast.clerk, **{**said, **rest}, act=cast.act(cast.clerk))

    def test_keeps_where_it_differs(self, cast: Cast) -> None:
        self.choose(cast)
        toys = Wish.objects.filter(kind__startswith="toynotices.").order_by("kind", "channel")
        assert list(toys.values_list("account", "kind", "channel", "is_wanted")) == [
            (cast.clerk.pk, ALARM.code, "EMAIL", False),
            (cast.clerk.pk, ALARM.code, "SMS", False),
            (cast.clerk.pk, DUE.code, "EMAIL", False),
            (cast.clerk.pk, QUIET.code, "EMAIL", True),
        ]
        assert Habit.objects.get().manner.digest_hour == 9
        account = Account.objects.get(pk=cast.clerk.pk)
        assert (account.language, account.email) == ("en", "weilan@example.org")

    @pytest.mark.parametrize(
        ("rest", "code"),
        [
            ({"wanted": ["toynotices.none:EMAIL"]}, "unknown_kind"),
            ({"wanted": [f"{DUE.code}:WECOM"]}, "unknown_kind"),
            ({"language": "fr"}, "unknown_language"),
            ({"digest_hour": 24}, "no_hour"),
            ({"email": "weilan@"}, "no_email"),
            ({"quiet_from": NOW.time()}, "one_end"),
        ],
    )
    def test_refuses(self, cast: Cast, rest: dict[str, Any], code: str) -> None:
        with pytest.raises(UnableToChoose) as refused:
            self.choose(cast, **rest)
        assert (refused.value.code, Wish.objects.exists(), Habit.objects.exists()) == (code, False, False)


class TestSettle:
    def mail(self, cast: Cast, **rest: Any) -> ChannelSetting:
        said = {
            "is_on": True, "host": "mail.example.org", "port": 587, "encryption": "STARTTLS",
            "sender": "帮扶 <bangfu@example.org>", "user": "bangfu", "password": "word-4711",
        }  # fmt: skip
        return settle_mail(**{**said, **rest}, act=cast.act(cast.administrator))

    def test_seals_the_password_and_keeps_it_when_none_is_given(self, cast: Cast) -> None:
        first = self.mail(cast)
        assert first.secret is not None
        assert first.secret.opened() == "word-4711"
        assert b"word-4711" not in bytes(Secret.objects.get().sealed)
        again = self.mail(cast, password="", port=465, encryption="TLS")
        assert (again.settings["port"], again.secret) == (465, first.secret)
        changed = self.mail(cast, password="other-word")
        assert changed.secret is not None
        assert (changed.secret.opened(), Secret.objects.count()) == ("other-word", 1)

    @pytest.mark.parametrize(
        ("rest", "code"),
        [
            ({"host": "mail example"}, "no_host"),
            ({"port": 0}, "no_port"),
            ({"encryption": "SSL"}, "no_encryption"),
            ({"sender": "nobody"}, "no_sender"),
            ({"sender": "a@example.org\r\nBcc: b@example.org"}, "no_sender"),
            ({"user": ""}, "half_signed_in"),
            ({"password": ""}, "half_signed_in"),
            ({"encryption": "NONE"}, "half_signed_in"),
        ],
    )
    def test_refuses_mail(self, cast: Cast, rest: dict[str, Any], code: str) -> None:
        with pytest.raises(UnableToSettle) as refused:
            self.mail(cast, **rest)
        assert (refused.value.code, ChannelSetting.objects.exists(), Secret.objects.exists()) == (
            code,
            False,
            False,
        )

    @pytest.mark.parametrize(
        ("rest", "code"),
        [
            ({"channel": "EMAIL"}, "not_a_robot"),
            ({"title": ""}, "no_title"),
            ({"kinds": []}, "no_kind"),
            ({"kinds": [QUIET.code]}, "unknown_kind"),
            ({"language": "fr"}, "unknown_language"),
            ({"robot_key": "https://qyapi.weixin.qq.com/?key=x"}, "no_key"),
            ({"channel": "DINGTALK"}, "no_signing_secret"),
        ],
    )
    def test_refuses_robots(self, cast: Cast, rest: dict[str, Any], code: str) -> None:
        said = {
            "unit": cast.guizhou, "channel": "WECOM", "title": "群", "kinds": [DUE.code], "language": "en",
            "robot_key": "key-12345678", "signing_secret": "",
        }  # fmt: skip
        with pytest.raises(UnableToSettle) as refused:
            enter_robot(**{**said, **rest}, act=cast.act(cast.administrator))
        assert (refused.value.code, Robot.objects.exists(), Secret.objects.exists()) == (code, False, False)

    def test_is_of_the_administrator_alone(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            settle_mail(
                is_on=True, host="a.example", port=25, encryption="NONE", sender="a@example.org", user="",
                password="", act=cast.act(cast.officer),
            )  # fmt: skip
        with pytest.raises(UnableToSettle) as refused:
            try_channel(channel="EMAIL", act=cast.act(cast.administrator))
        assert refused.value.code == "channel_closed"
        self.mail(cast)
        with pytest.raises(UnableToSettle) as refused:
            try_channel(channel="EMAIL", act=cast.act(cast.administrator))
        assert refused.value.code == "no_address"

    def test_stops_a_robot_once(self, cast: Cast) -> None:
        held = enter_robot(
            unit=cast.guizhou, channel="WECOM", title="群", kinds=[DUE.code], language="en",
            robot_key="key-12345678", signing_secret="", act=cast.act(cast.administrator),
        )  # fmt: skip
        stop_robot(robot=held, act=cast.act(cast.administrator))
        with pytest.raises(UnableToSettle) as refused:
            stop_robot(robot=held, act=cast.act(cast.administrator))
        assert refused.value.code == "stopped_already"


class TestInbox:
    def test_says_what_to_do_when_there_is_nothing(self, cast: Cast) -> None:
        page = signed_in(cast.outsider).get("/notices/").content.decode()
        assert "还没有通知" in page
        assert 'aria-label="通知：没有未读"' in page
        assert "通知渠道" not in page
        assert "通知渠道" in signed_in(cast.administrator).get("/notices/").content.decode()

    def test_lists_counts_opens_and_takes_back(self, cast: Cast) -> None:
        told(cast, DUE, cast.clerk, about="/work/")
        told(cast, ALARM, cast.clerk, at=NOW + timedelta(hours=1))
        told(cast, QUIET, cast.verifier)
        client = signed_in(cast.clerk)
        page = client.get("/notices/").content.decode()
        assert page.index("发布停止") < page.index("第一轮还有 3 个村没有填报。")
        assert "有新数字" not in page.split("<tbody>")[1]
        assert 'aria-label="通知：2 条未读"' in page
        due = Notice.objects.get(kind=DUE.code)
        opened = client.post(f"/notices/{due.pk}/open")
        assert (opened.status_code, opened["Location"]) == (302, "/work/")
        page = client.get("/notices/?unread=1&room=toynotices&period=").content.decode()
        assert ("发布停止" in page.split("<tbody>")[1], "轮次到期" in page.split("<tbody>")[1]) == (
            True,
            False,
        )
        newest = Notice.objects.filter(account=cast.clerk).latest("id").pk
        marked = client.post("/notices/all-read", {"up_to": newest, "back": "/notices/?unread=1"})
        page = client.get(marked["Location"]).content.decode()
        assert "没有未读的通知" in page
        at = page.split('name="marked_at" value="')[1].split('"')[0]
        client.post("/notices/unread", {"marked_at": at})
        assert list(
            Notice.objects.filter(account=cast.clerk, read_at=None).values_list("kind", flat=True)
        ) == [ALARM.code]

    def test_shows_and_opens_ones_own_alone(self, cast: Cast) -> None:
        told(cast, DUE, cast.clerk)
        assert signed_in(cast.verifier).post(f"/notices/{Notice.objects.get().pk}/open").status_code == 404
        assert Client().get("/notices/").status_code == 302

    def test_costs_the_same_for_many(self, cast: Cast) -> None:
        client = signed_in(cast.clerk)

        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get("/notices/")
            return len(asked)

        told(cast, DUE, cast.clerk)
        statements()
        one = statements()
        for number in range(20):
            told(cast, DUE, cast.clerk, occasion=str(number))
        assert statements() == one


class TestPagesOfTheAdministrator:
    PAGES = ("channels/", "channels/mail", "robots/new", "deliveries/", "channels/text-messages/fake")

    @pytest.mark.parametrize("page", PAGES)
    def test_are_closed_to_others(self, cast: Cast, page: str) -> None:
        assert signed_in(cast.officer).get(f"/notices/{page}").status_code == 403
        assert signed_in(cast.administrator).get(f"/notices/{page}").status_code == 200

    def test_settle_enter_try_and_show(self, cast: Cast) -> None:
        with system_writes("a test's set-up"):
            Account.objects.filter(pk=cast.administrator.pk).update(email="admin@example.org")
        client = signed_in(cast.administrator)
        said = {
            "key": "k", "is_on": "on", "host": "mail.example.org", "port": "587", "encryption": "STARTTLS",
            "sender": "bangfu@example.org", "user": "bangfu", "password": "word-4711",
        }  # fmt: skip
        client.post("/notices/channels/mail", said)
        robot = {
            "key": "r", "unit": cast.guizhou.pk, "channel": "DINGTALK", "title": "贵州群", "kinds": [DUE.code],
            "language": "en", "robot_key": "token-12345678", "signing_secret": "SEC12345678",
        }  # fmt: skip
        assert client.post("/notices/robots/new", robot).status_code == 302
        page = client.get("/notices/channels/").content.decode()
        assert "mail.example.org:587" in page
        assert "贵州群" in page
        for path in ("channels/", "channels/mail", "robots/new"):
            shown = client.get(f"/notices/{path}").content.decode()
            assert not [one for one in ("word-4711", "token-12345678", "SEC12345678") if one in shown]
        tried = client.post("/notices/channels/EMAIL/test")
        delivery = Delivery.objects.get()
        assert tried["Location"] == f"/notices/deliveries/{delivery.pk}/"
        assert 'hx-trigger="every 2s"' in client.get(tried["Location"]).content.decode()
        with system_writes("a test's set-up"):
            Attempt.objects.create(
                delivery=delivery,
                attempted_at=NOW,
                is_taken=False,
                answer_zh="没有收下（451）",
                answer_en="451",
            )
            Delivery.objects.update(state="GIVEN_UP", tried=7)
        assert (
            "没有收下（451）"
            in client.get("/notices/deliveries/?state=GIVEN_UP&channel=EMAIL").content.decode()
        )
        client.post(f"/notices/deliveries/{delivery.pk}/again")
        delivery.refresh_from_db()
        assert (delivery.state, delivery.tried) == ("WAITING", 0)

    def test_shows_a_refusal_above_the_form(self, cast: Cast) -> None:
        said = {"key": "k", "host": "x y", "port": "25", "encryption": "NONE", "sender": "a@example.org"}
        answer = signed_in(cast.administrator).post("/notices/channels/mail", said)
        assert (answer.status_code, "no_host" in answer.content.decode()) == (409, True)


class TestChoices:
    def test_are_shown_and_kept(self, cast: Cast) -> None:
        client = signed_in(cast.clerk)
        page = client.get("/notices/choices").content.decode()
        assert f'value="{DUE.code}:EMAIL" checked' in page
        assert f'value="{DUE.code}:SMS" aria' in page
        said = {
            "key": "c", "wanted": [f"{DUE.code}:SMS"], "is_digest": "digest", "digest_hour": "7", "quiet_from": "21:30",
            "quiet_until": "06:00", "language": "zh-hans",
        }  # fmt: skip
        assert client.post("/notices/choices", said).status_code == 302
        page = client.get("/notices/choices").content.decode()
        assert f'value="{DUE.code}:EMAIL" aria' in page
        assert 'value="21:30"' in page


class TestRemind:
    def test_is_one_notice_a_person_and_not_the_next_day_again(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        long_ago = NOW.date() - timedelta(days=9)

        def lines(account: Account, on: Any) -> list[Waiting]:
            if account.pk != cast.clerk.pk:
                return []
            fresh = Waiting(both("看一份", "look at one"), 1, "/", since=on)
            stale = Waiting(both("改退回的记录", "mend what was returned"), 3, "/", since=long_ago)
            late = Waiting(both("答复疑点", "answer findings"), 2, "/", due_on=long_ago, overdue=2)
            return [fresh, stale, late]

        wait = Wait("toynotices.things", "list", frozenset(), lines)
        monkeypatch.setattr("bangfu.foundation.notices.reminding.waits", lambda: [wait])
        assert remind(NOW) == 1
        assert remind(NOW + timedelta(days=1)) == 0
        notice = Notice.objects.get()
        assert (notice.account, notice.kind) == (cast.clerk, "notices.waits")
        assert notice.body_zh == "答复疑点：2（2 逾期）；改退回的记录：3。"
        assert notice.body_en == "answer findings: 2 (2 overdue); mend what was returned: 3."
        assert remind(NOW + timedelta(days=4)) == 1
