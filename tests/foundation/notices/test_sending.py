"""Sending: a real mail server and real robots on this machine, tried again, given up, and never twice."""

from __future__ import annotations

import email
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any

import pytest

from bangfu.foundation.notices.channels.interface import Message
from bangfu.foundation.notices.channels.robots import LONGEST_MARKDOWN, markdown_of, signature_of
from bangfu.foundation.notices.models import Attempt, Delivery, FakeMessage, Habit, Notice
from bangfu.foundation.notices.operations import (
    enter_robot,
    send_again,
    settle_mail,
    settle_text_messages,
    stop_robot,
    try_channel,
    try_robot,
)
from bangfu.foundation.notices.sending import HELD, WAITS, deliver_due
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account
from tests.cast import NOW, Cast
from tests.foundation.notices.receiving import Chat, MailServer, listening
from tests.foundation.notices.toy import ALARM, DUE, told

KEY, TOKEN, SIGNING = "robot-key-693a91f6", "token-5f7d1a", "SECa0b1c2d3e4"


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    with listening(MailServer()) as found:
        yield found


@pytest.fixture
def chat(settings: Any) -> Iterator[Chat]:
    with listening(Chat()) as found:
        settings.NOTICE_WECOM_URL = settings.NOTICE_DINGTALK_URL = found.url
        yield found


def settled(cast: Cast, port: int, **rest: Any) -> None:
    said = {
        "is_on": True,
        "host": "127.0.0.1",
        "port": port,
        "encryption": "NONE",
        "user": "",
        "password": "",
    }
    settle_mail(**{**said, "sender": "帮扶 <bangfu@example.org>", **rest}, act=cast.act(cast.administrator))


@pytest.fixture
def mailed(cast: Cast, post_office: MailServer) -> Cast:
    """The cast with a mail server and addresses for everybody."""
    with system_writes("a test's set-up"):
        for account in Account.objects.all():
            account.email = f"{account.username}@example.org"
            account.save()
    settled(cast, post_office.port)
    return cast


def robot(cast: Cast, channel: str = "WECOM") -> Any:
    is_wecom = channel == "WECOM"
    return enter_robot(
        unit=cast.guizhou, channel=channel, title="贵州帮扶群", kinds=[DUE.code], language="zh-hans",
        robot_key=KEY if is_wecom else TOKEN, signing_secret="" if is_wecom else SIGNING,
        act=cast.act(cast.administrator),
    )  # fmt: skip


def states() -> list[tuple[str, int, datetime]]:
    return list(Delivery.objects.order_by("id").values_list("state", "tried", "due_at"))


def answers() -> list[str]:
    return list(Attempt.objects.order_by("id").values_list("answer_en", flat=True))


class TestMail:
    def test_is_one_letter_to_each_in_their_language(
        self, mailed: Cast, post_office: MailServer, settings: Any
    ) -> None:
        settings.HOUSE_ADDRESS = "https://bangfu.example.org"
        with system_writes("a test's set-up"):
            Account.objects.filter(pk=mailed.verifier.pk).update(language="en")
        told(mailed, DUE, mailed.clerk, mailed.verifier, about="/findings/")
        assert deliver_due(NOW) == 2
        assert deliver_due(NOW) == 0
        letters = {
            to: email.message_from_bytes(text, policy=policy.default) for to, text in post_office.taken
        }
        assert sorted(letters) == ["chenli@example.org", "weilan@example.org"]
        chinese, english = letters["weilan@example.org"], letters["chenli@example.org"]
        assert (chinese["From"], chinese["Subject"]) == ("帮扶 <bangfu@example.org>", "帮扶系统：轮次到期")
        assert english["Subject"] == "bangfu: A round is due"
        said = chinese.get_content().replace("\r\n", "\n")
        assert said.startswith(
            "韦兰，您好：\n\n第一轮还有 3 个村没有填报。\n\n打开：\nhttps://bangfu.example.org/findings/\n\n这是系统自动发出的。"
        )
        assert "Open:\r\nhttps://bangfu.example.org/findings/\r\n\r\nThis was sent" in english.get_content()
        assert states() == [("DELIVERED", 1, NOW)] * 2
        assert answers() == ["The mail server took it."] * 2

    def test_is_tried_again_and_given_up_with_a_notice_to_the_administrator(
        self, mailed: Cast, post_office: MailServer
    ) -> None:
        post_office.answers = [b"451 later"] * 7
        told(mailed, ALARM, mailed.clerk)
        at = NOW
        for number, wait in enumerate(WAITS, 1):
            assert deliver_due(at) == 1
            assert deliver_due(at) == 0
            at += wait
            assert states() == [("WAITING", number, at)]
        assert deliver_due(at) == 1
        assert states() == [("GIVEN_UP", 7, at)]
        assert set(answers()) == {"The mail server did not take it (451)."}
        found = Notice.objects.get(kind="notices.given_up")
        assert (found.account, found.body_en[:17]) == (mailed.administrator, "Notices by E-mail")
        assert post_office.taken == []

    def test_is_given_up_at_once_where_trying_again_is_of_no_use(self, mailed: Cast) -> None:
        with system_writes("a test's set-up"):
            Account.objects.filter(pk=mailed.clerk.pk).update(email="nobody@example.org")
        told(mailed, ALARM, mailed.clerk)
        deliver_due(NOW)
        assert states() == [("GIVEN_UP", 1, NOW)]
        assert answers() == ["The mail server did not take it (550)."]

    def test_waits_out_the_quiet_hours_when_tried_again(self, mailed: Cast, post_office: MailServer) -> None:
        late = datetime(2020, 7, 31, 13, 59, 30, tzinfo=UTC)
        post_office.answers = [b"451 later"]
        told(mailed, DUE, mailed.clerk, at=late)
        deliver_due(late)
        assert states() == [("WAITING", 1, datetime(2020, 7, 31, 23, 0, tzinfo=UTC))]

    def test_says_that_nobody_answers(self, mailed: Cast, post_office: MailServer) -> None:
        settled(mailed, 1)
        told(mailed, ALARM, mailed.clerk)
        deliver_due(NOW)
        assert answers() == ["The mail server is not reached (ConnectionRefusedError)."]

    def test_of_a_digest_is_one_letter(self, mailed: Cast, post_office: MailServer) -> None:
        with system_writes("a test's set-up"):
            Habit.objects.create(account=mailed.clerk, is_digest=True, digest_hour=18)
        for occasion in "ab":
            told(mailed, DUE, mailed.clerk, occasion=occasion)
        told(mailed, ALARM, mailed.clerk)
        assert deliver_due(NOW) == 1
        assert deliver_due(NOW + timedelta(hours=1)) == 1
        letter = email.message_from_bytes(post_office.taken[1][1], policy=policy.default)
        assert letter["Subject"] == "帮扶系统：今日通知（2 条）"
        assert letter.get_content().count("· 轮次到期：第一轮还有 3 个村没有填报。") == 2
        assert {state for state, *_ in states()} == {"DELIVERED"}

    def test_that_was_held_by_a_dead_sender_is_sent_by_another_under_the_same_key(
        self, mailed: Cast, post_office: MailServer
    ) -> None:
        from bangfu.foundation.notices.sending import _claimed

        told(mailed, ALARM, mailed.clerk, at=datetime.now(UTC))
        (held,) = _claimed(datetime.now(UTC))
        now = datetime.now(UTC)
        assert deliver_due(now) == 0
        assert deliver_due(now + HELD) == 1
        with system_writes("a test's set-up"):
            Delivery.objects.filter(pk=held.pk).update(state="WAITING")
        deliver_due(now + 2 * HELD)
        keys = {email.message_from_bytes(text)["Message-ID"] for _, text in post_office.taken}
        assert (len(post_office.taken), len(keys)) == (2, 1)


class TestRobots:
    def test_of_wecom_post_markdown_under_their_key(self, cast: Cast, chat: Chat, settings: Any) -> None:
        settings.HOUSE_ADDRESS = "https://bangfu.example.org"
        robot(cast)
        told(cast, DUE, unit=cast.guizhou.pk, about="/findings/")
        assert deliver_due(NOW) == 1
        said = "**轮次到期**\n\n第一轮还有 3 个村没有填报。\n\n[打开](https://bangfu.example.org/findings/)"
        assert chat.posted == [
            ("/send", {"key": KEY}, {"msgtype": "markdown", "markdown": {"content": said}})
        ]
        assert answers() == ["The robot took it."]

    def test_of_dingtalk_are_signed(self, cast: Cast, chat: Chat) -> None:
        robot(cast, "DINGTALK")
        told(cast, DUE, unit=cast.guizhou.pk)
        deliver_due(NOW)
        ((_, query, body),) = chat.posted
        assert query["access_token"] == TOKEN
        assert abs(int(query["timestamp"]) / 1000 - time.time()) < 60
        assert query["sign"] == signature_of(SIGNING, timestamp_ms=int(query["timestamp"]))
        assert body["markdown"]["title"] == "轮次到期"

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (
                {"errcode": 93000, "errmsg": f"bad url {KEY}"},
                "The robot did not take it: 93000 bad url ***",
            ),
            (503, "The robot's server answered 503."),
            (b"<html>", "The robot's answer cannot be read."),
            (["errcode"], "The robot's answer cannot be read."),
        ],
    )
    def test_that_refuse_have_failed_in_words(self, cast: Cast, chat: Chat, answer: Any, said: str) -> None:
        chat.answers = [answer]
        robot(cast)
        told(cast, DUE, unit=cast.guizhou.pk)
        deliver_due(NOW)
        assert answers() == [said]
        assert states() == [("WAITING", 1, NOW + WAITS[0])]

    def test_that_were_stopped_tell_nothing(self, cast: Cast, chat: Chat) -> None:
        held = robot(cast)
        told(cast, DUE, unit=cast.guizhou.pk)
        stop_robot(robot=held, act=cast.act(cast.administrator))
        assert deliver_due(NOW) == 0
        assert states() == [("GIVEN_UP", 0, NOW)]
        assert held.secret.__class__.objects.get(pk=held.secret_id).opened() == ""

    def test_cut_what_the_chat_would_refuse(self) -> None:
        text = markdown_of(Message("k", "题", "长" * 3000, "https://a.example/", "打开"))
        assert len(text.encode()) <= LONGEST_MARKDOWN
        assert text.endswith("长\n\n[打开](https://a.example/)")

    def test_sign_the_time_and_the_secret(self) -> None:
        signed = signature_of("this is secret", timestamp_ms=1577262236757)
        assert signed == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


class TestTests:
    def test_go_to_whoever_asks_and_to_the_group(
        self, mailed: Cast, post_office: MailServer, chat: Chat
    ) -> None:
        act = mailed.act(mailed.administrator)
        by_mail = try_channel(channel="EMAIL", act=act)
        by_robot = try_robot(robot=robot(mailed), act=act)
        deliver_due(NOW)
        assert [to for to, _ in post_office.taken] == ["admin@example.org"]
        assert chat.posted[0][2]["markdown"]["content"].startswith("**试发**")
        assert Notice.objects.filter(read_at=None, account=mailed.administrator).count() == 0
        assert {by_mail.channel, by_robot.channel} == {"EMAIL", "WECOM"}


class TestTexts:
    def test_are_kept_by_the_fake_with_the_number_masked(self, cast: Cast) -> None:
        from bangfu.foundation.people.models import Person
        from bangfu.foundation.people.operations import enter_person

        settle_text_messages(is_on=True, act=cast.act(cast.administrator))
        with system_writes("a test's set-up"):
            person: Person = enter_person(name="韦兰", phone="13800138000")
            Account.objects.filter(pk=cast.clerk.pk).update(person=person)
        told(cast, ALARM, cast.clerk)
        deliver_due(NOW)
        kept = FakeMessage.objects.values_list("number", "text")
        assert list(kept) == [("138****8000", "发布停止 请马上看一下。")]
        assert states() == [("DELIVERED", 1, NOW)]

    def test_of_the_fake_are_refused_in_a_house_of_its_own(self, cast: Cast, settings: Any) -> None:
        from bangfu.foundation.notices.channels import Failed, LocalFake
        from bangfu.foundation.notices.operations import UnableToSettle

        settings.SMS_FAKE_ALLOWED = False
        with pytest.raises(UnableToSettle) as refused:
            settle_text_messages(is_on=True, act=cast.act(cast.administrator))
        assert refused.value.code == "no_adapter"
        with pytest.raises(Failed):
            LocalFake().send("13800138000", "x", "k")
        assert not FakeMessage.objects.exists()


class TestSendAgain:
    def test_begins_anew(self, mailed: Cast, post_office: MailServer) -> None:
        from bangfu.foundation.notices.operations import UnableToSendAgain

        post_office.answers = [b"550 no"]
        told(mailed, ALARM, mailed.clerk)
        deliver_due(NOW)
        delivery = Delivery.objects.get(notice__kind=ALARM.code)
        send_again(delivery=delivery, act=mailed.act(mailed.administrator))
        deliver_due(NOW)
        delivery.refresh_from_db()
        assert (delivery.state, len(post_office.taken)) == ("DELIVERED", 1)
        with pytest.raises(UnableToSendAgain) as refused:
            send_again(delivery=delivery, act=mailed.act(mailed.administrator))
        assert refused.value.code == "delivered_already"


class TestSecrets:
    def test_stand_in_no_log_no_trail_and_no_attempt(
        self, mailed: Cast, post_office: MailServer, chat: Chat, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        password = "mail-password-93f1"
        settled(mailed, post_office.port, encryption="STARTTLS", user="bangfu", password=password)
        robot(mailed)
        robot(mailed, "DINGTALK")
        chat.answers = [500, {"errcode": 310000, "errmsg": f"sign not match {SIGNING} {TOKEN}"}]
        told(mailed, DUE, mailed.clerk, unit=mailed.guizhou.pk)
        deliver_due(NOW)
        assert Attempt.objects.count() == 3
        rows = [
            *AuditEntry.objects.values_list(), *Attempt.objects.values_list(), *Delivery.objects.values_list(),
            *Notice.objects.values_list(),
        ]  # fmt: skip
        seen = f"{rows} {caplog.text}"
        for secret in (password, KEY, TOKEN, SIGNING):
            assert secret not in seen
        assert all("example.org" not in one for one in answers())
