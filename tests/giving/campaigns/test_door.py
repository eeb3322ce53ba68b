"""Gifts of everybody who waits: one operation, each answered by itself, and the door before it."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import polars
import pytest
from django.db import connection
from django.utils import timezone

from bangfu.foundation.doors.asking import Asked, Reply
from bangfu.foundation.operations import Act
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.points.models import Spend
from bangfu.foundation.points.queries import balance_of
from bangfu.foundation.points.tokens import issue_token
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.door.answering import PROBLEMS, Door
from bangfu.giving.campaigns.models import Gift
from bangfu.giving.campaigns.operations.taking import Given
from bangfu.giving.campaigns.queries import counter, participations
from bangfu.site.front.application import GIFTS_PLACER
from tests.at_once import both
from tests.cast import Cast, enter_cast
from tests.giving.campaigns.given import Giving, check_all, facts, moved_to_now, opened
from tests.giving.campaigns.test_giving import TestMatching


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign, and members with points."""
    return opened(cast)


def many(story: Giving, *rows: tuple[str, int, str], act: Act | None = None, **said: Any) -> list[Given]:
    """Give (member, points, key) together."""
    campaign = said.get("campaign", story.campaign.pk)
    frame = polars.DataFrame(
        [(campaign, member, points, key, False) for member, points, key in rows],
        schema=giving.MANY_SCHEMA,
        orient="row",
    )
    return giving.give_many(frame=frame, act=act or story.door())


class TestGiveMany:
    def test_answers_each_by_itself(self, story: Giving) -> None:
        answers = many(
            story, ("M-0001", 50_000, "a"), ("M-0002", 30_000, "a"), ("M-0001", 40_000, "b"), ("M-0001", 50_000, "a"),
            ("M-0001", 500, "a"), ("M-0003", 500, "a"), ("M-0002", 20_000, "b"), ("M-0002", 0, "c"), ("M-0002", 50, ""),
        )  # fmt: skip
        assert [(one.code, one.amount_fen, one.is_again) for one in answers] == [
            ("", 50_000, False), ("short", 0, False), ("short", 0, False), ("", 50_000, True), ("other_gift", 0, False),
            ("unknown_holder", 0, False), ("", 20_000, False), ("nothing", 0, False), ("bad_key", 0, False),
        ]  # fmt: skip
        assert answers[3].number == answers[0].number
        assert Gift.objects.count() == 2
        assert facts() == {"campaigns.participations": [100, 100]}
        assert (counter(story.campaign).given_fen, participations(story.campaign)) == (70_000, 2)
        check_all(story)

    def test_the_same_again_is_the_first_gift_also_after_the_end(self, story: Giving) -> None:
        (first,) = many(story, ("M-0001", 500, "a"))
        again = many(story, ("M-0001", 500, "a"), ("M-0002", 500, "a"))
        assert [(one.gift == first.gift, one.is_again) for one in again] == [(True, True), (False, False)]
        giving.close_campaign(campaign=story.campaign, act=story.act())
        answers = many(story, ("M-0001", 500, "a"), ("M-0001", 500, "b"), ("M-0001", 501, "a"))
        assert [(one.code, one.is_again) for one in answers] == [
            ("", True), ("not_open", False), ("other_gift", False),
        ]  # fmt: skip
        assert Gift.objects.count() == 2
        check_all(story)

    def test_each_has_its_trail_and_what_is_refused_none(self, story: Giving) -> None:
        before = AuditEntry.objects.count()
        many(story, ("M-0001", 500, "a"), ("M-0003", 500, "a"), ("M-0002", 500, "a"))
        named = [one.objects_named for one in AuditEntry.objects.order_by("pk")[before:]]
        assert [
            f"campaigns.gift:{key}" for key in Gift.objects.order_by("pk").values_list("pk", flat=True)
        ] == [name for names in named for name in names]

    def test_whoever_may_not_and_a_campaign_that_is_not_there(self, story: Giving) -> None:
        (answer,) = many(story, ("M-0001", 500, "a"), act=story.act(actor=story.cast.clerk))
        assert answer.code == "out_of_scope"
        (answer,) = many(story, ("M-0001", 500, "a"), campaign=999_999)
        assert answer.code == "unknown_campaign"
        assert Spend.objects.count() == 0

    def test_each_is_matched(self, story: Giving) -> None:
        TestMatching().match(story, 12_000)
        many(story, ("M-0001", 20_000, "a"), ("M-0002", 20_000, "a"))
        added = Gift.objects.filter(way="MATCH").order_by("pk").values_list("amount_fen", flat=True)
        assert list(added) == [10_000, 2_000]
        check_all(story)


class TestTwoAtOnce:
    def test_the_same_click_and_more_than_is_held(self, own_database: str) -> None:
        story = opened(enter_cast())
        story.door()
        outcomes: list[Given] = []

        def click(*rows: tuple[str, int, str]) -> None:
            outcomes.extend(many(story, *rows))

        both((
            lambda: click(("M-0001", 50_000, "a"), ("M-0002", 15_000, "x")),
            lambda: click(("M-0002", 15_000, "y"), ("M-0001", 50_000, "a")),
        ))  # fmt: skip
        assert sorted((one.code, one.amount_fen, one.is_again) for one in outcomes) == [
            ("", 15_000, False), ("", 50_000, False), ("", 50_000, True), ("short", 0, False),
        ]  # fmt: skip
        assert Gift.objects.count() == 2
        check_all(story)


class TestDoor:
    @pytest.fixture
    def now_story(
        self, own_database: str, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
    ) -> Giving:
        settings.SECRETS_FOLDER = tmp_path
        (tmp_path / "points").mkdir()
        (tmp_path / "points" / "door.key").write_text(secrets.token_hex(32))
        monkeypatch.setenv("DATABASE_URL", own_database)  # the placer is a process of its own
        connection.settings_dict["CONN_MAX_AGE"] = 600
        return moved_to_now(opened(enter_cast()), ("M-0009", "M-0010"))

    def test_everybody_who_waits(self, now_story: Giving) -> None:
        until = int(timezone.now().timestamp()) + 600
        tokens = {name: issue_token(name, until_s=until) for name in ("M-0009", "M-0010", "M-0404")}

        def asked(
            member: str = "", method: str = "POST", path: str = "gifts", is_english: bool = False
        ) -> Asked:
            bearer = f"Bearer {tokens.get(member, member)}" if member else ""
            return Asked(method, f"/campaigns/live/{path}", bearer, is_english)

        def said(points: object, key: object = "k", **more: object) -> bytes:
            return json.dumps({"campaign": "JFZX-2020", "points": points, "key": key, **more}).encode()

        def told(reply: Reply) -> tuple[int, str]:
            return reply.status, str(json.loads(reply.body).get("code", ""))

        async def run() -> None:
            door = Door(asyncio.get_running_loop(), GIFTS_PLACER)
            try:
                replies = await asyncio.gather(
                    door.place(asked("M-0009"), said(50_000)), door.place(asked("M-0009"), said(50_000)),
                    door.place(asked("M-0009"), said(40_001, "j")), door.place(asked("M-0010"), said(500)),
                    door.place(asked("M-0404"), said(500)), door.place(asked("M-0010"), said(500, campaign="NONE")),
                )  # fmt: skip
                assert [told(one) for one in replies] == [
                    (201, ""), (200, ""), (409, "short"), (201, ""), (404, "unknown_holder"), (404, "unknown_campaign"),
                ]  # fmt: skip
                assert "40000" in json.loads(replies[2].body)["detail"]
                first = json.loads(replies[0].body)
                found = json.loads((await door.answer(asked("M-0009", "GET", "gifts/k"))).body)
                assert (found["gift"], found["state"]) == (first["gift"], "RECEIVED")
                assert told(await door.answer(asked("M-0010", "GET", "gifts/j"))) == (404, "unknown_key")
                for member, body, expected in (
                    ("", said(1), 401), ("forged", said(1), 401), ("M-0010", b"[", 400), ("M-0010", said("1"), 400),
                    ("M-0010", said(1, 7), 400), ("M-0010", said(True), 400), ("M-0010", b"x" * 9_000, 413),
                ):  # fmt: skip
                    assert (await door.place(asked(member), body)).status == expected
                assert told(await door.answer(asked("", "POST", "counters/JFZX-2020"))) == (
                    405,
                    "wrong_method",
                )
                assert told(await door.answer(asked("", "GET", "counters/NONE"))) == (404, "unknown_address")
                counted = json.loads((await door.answer(asked("", "GET", "counters/JFZX-2020"))).body)
                assert (counted["raised_fen"], counted["participations"]) == (50_500, 2)
                codes = [told(await door.place(asked("M-0010"), b""))[1] for _ in range(30)]
                assert "too_often" in codes
            finally:
                await asyncio.to_thread(door.end)

        asyncio.run(run())
        assert Gift.objects.count() == 2
        assert balance_of(now_story.holder("M-0009"), on=timezone.localdate()) == 40_000
        check_all(now_story)

    def test_every_problem_is_said_in_both_languages(self) -> None:
        for status, words in PROBLEMS.codes.values():
            assert 400 <= status < 600
            assert words.zh
            assert words.en
