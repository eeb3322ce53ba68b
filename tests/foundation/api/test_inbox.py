"""The inbox by the API: the notices of the token's own account, and nobody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from tests.cast import NOW, Cast
from tests.foundation.api.asking import ROOT, Program

pytestmark = pytest.mark.django_db


def told(
    account: Account, number: int, *, is_urgent: bool = False, read_at: datetime | None = None
) -> Notice:
    with system_writes("a test's set-up"):
        return Notice.objects.create(
            account=account, kind="review.returned", about=f"x:{number}", occasion="",
            title_zh=f"退回 {number}", title_en=f"Returned {number}",
            body_zh="请改正", body_en="Please correct", address=f"/review/{number}/", made_at=NOW, is_urgent=is_urgent,
            read_at=read_at,
        )  # fmt: skip


class TestNotices:
    def test_are_the_accounts_own_in_both_languages(self, cast: Cast) -> None:
        mine = told(cast.clerk, 1, is_urgent=True)
        told(cast.officer, 2)
        assert Program(cast.clerk).get("/notices").json() == {
            "items": [
                {
                    "id": mine.pk, "kind": "review.returned", "title": {"zh": "退回 1", "en": "Returned 1"},
                    "body": {"zh": "请改正", "en": "Please correct"}, "address": "/review/1/", "urgent": True,
                    "made_at": "2020-07-31T09:00:00Z", "read_at": None,
                }
            ],
            "next": None,
        }  # fmt: skip
        assert Program(cast.outsider).get("/notices").json() == {"items": [], "next": None}

    def test_are_narrowed_to_the_unread(self, cast: Cast) -> None:
        told(cast.clerk, 1, read_at=timezone.now() + timedelta(days=1))
        unread = told(cast.clerk, 2)
        program = Program(cast.clerk)
        assert [one["id"] for one in program.get("/notices", {"unread": "true"}).json()["items"]] == [
            unread.pk
        ]
        assert len(program.get("/notices", {"unread": "false"}).json()["items"]) == 2

    def test_come_a_page_at_a_time(self, cast: Cast) -> None:
        made = [told(cast.clerk, number).pk for number in range(3)]
        program = Program(cast.clerk)
        first = program.get("/notices", {"limit": 2}).json()
        rest = program.get("/notices", {"limit": 2, "cursor": first["next"]}).json()
        assert [one["id"] for one in first["items"] + rest["items"]] == made
        assert rest["next"] is None

    def test_are_told_to_no_stranger_and_no_unknown_filter(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        assert program.client.get(f"{ROOT}/notices").status_code == 401
        assert program.get("/notices", {"account": "1"}).status_code == 422
