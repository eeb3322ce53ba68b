"""Lists whose files are made in one line each: the same rows as the page, with their origin, for whoever reads the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.api.operations import make_token
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.notices.kinds import WAITS
from bangfu.foundation.notices.models import Delivery, Notice
from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person, unmask_person
from tests.cast import Cast
from tests.foundation.intake.conftest import toy
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.toy import row, xlsx
from tests.foundation.people.test_persons import number

__all__ = ["toy"]
pytestmark = pytest.mark.django_db


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def lines(response: Any) -> list[str]:
    assert response.status_code == 200
    return b"".join(response).decode("utf-8-sig").splitlines()


def test_uploads(cast: Cast, toy: Layout) -> None:
    upload = receive(cast, xlsx(row("GZ-1")))
    found = lines(door(cast.clerk).get("/intake/uploads.csv?state=PREVIEWED&q=贵州"))
    assert found[1].startswith(f"{upload.pk},岗位.xlsx,")
    assert ",1,0,待确认," in found[1]
    assert "筛选,待确认 · 贵州" in found
    assert not [
        one for one in lines(door(cast.clerk).get("/intake/uploads.csv?state=CONFIRMED")) if "岗位" in one
    ]
    assert not [one for one in lines(door(cast.clerk_of_yunnan).get("/intake/uploads.csv")) if "岗位" in one]
    assert door(cast.clerk).get("/intake/uploads.xlsx").status_code == 200


def test_papers_of_the_inbox(cast: Cast, toy: Layout) -> None:
    found = lines(door(cast.officer).get("/review/papers.csv?view=all&sort=age"))
    assert found[0] == "单号,单据,类别,单位,记录,风险,提交,提交人,状态,决定人,决定"
    assert "内容,单据清单（记录，不是数字）" in found
    assert "来源,http://testserver/review/?view=all&sort=age" in found
    assert door(cast.outsider).get("/review/papers.csv").status_code == 403


def test_lines_of_counties(cast: Cast) -> None:
    found = lines(door(cast.county_official).get("/review/county.csv"))
    assert found[0] == "记录,类别,地点,发生,数量,上报单位,县方"
    assert door(cast.outsider).get("/review/county.csv").status_code == 403


def test_tokens_by_user_name_and_beginning(cast: Cast) -> None:
    make_token(
        account=cast.clerk, name="夜间取数", prefix="bf_aaaaaaaa", digest="0" * 64, permissions=None,
        is_read_only=True, expires_at=timezone.now() + timedelta(days=3), act=Act.now(cast.clerk),
    )  # fmt: skip
    found = lines(door(cast.security).get("/api/tokens/all.csv?state=open&q=weilan"))
    assert found[1].startswith("weilan,夜间取数,bf_aaaaaaaa,是,账号的全部,")
    assert "韦兰" not in "\n".join(found)
    assert len(lines(door(cast.security).get("/api/tokens/all.csv?q=nobody"))[1]) == 0
    assert door(cast.officer).get("/api/tokens/all.csv").status_code == 403


def test_who_saw_personal_data_names_nobody(cast: Cast) -> None:
    with system_writes("a test's set-up"):
        person = enter_person(name="韦大山", identity_number=number(1))
    unmask_person(person=person, reason="核对韦大山的补助", act=Act.now(cast.officer))
    found = lines(door(cast.auditor).get("/people/accesses.csv?account=zhoumin"))
    assert found[1].endswith(f",zhoumin,{person.pk},韦*,")
    assert "韦大山" not in "\n".join(found)
    assert door(cast.officer).get("/people/accesses.csv").status_code == 403


class TestOrganisationAndNotices:
    def test_units_narrowed_and_with_what_is_above_them(self, cast: Cast) -> None:
        found = lines(door(cast.officer).get("/organisation/units.csv?q=贵州"))
        assert found[0] == "代码,单位,类别,上级,地点,设立,撤销,下级单位（个）,在任（人）,授权（项）"
        named = [one for one in found[1:] if one.startswith(cast.guizhou.code)]
        assert len(named) == 1
        assert cast.group.name in named[0]
        assert "筛选,贵州" in found
        assert door(cast.officer).get("/organisation/units.xlsx").status_code == 200
        assert door(cast.outsider).get("/organisation/units.csv").status_code == 403

    def test_ones_own_notices_and_no_others(self, cast: Cast) -> None:
        with system_writes("a test"):
            notify_by_house(
                WAITS,
                to=[cast.clerk],
                values={"what": "3 张单据"},
                about="/",
                occasion="a",
                at=timezone.now(),
            )
        found = lines(door(cast.clerk).get("/notices/inbox.csv?unread=1&period=today"))
        assert found[0] == "时间,来自,类别,通知,内容,紧急,已读"
        assert "有事等您办,3 张单据,," in found[1]
        assert "筛选,未读 · 今天" in found
        assert lines(door(cast.officer).get("/notices/inbox.csv"))[1] == ""

    def test_deliveries_name_accounts_by_their_user_names(self, cast: Cast) -> None:
        with system_writes("a test"):
            notify_by_house(
                WAITS,
                to=[cast.clerk],
                values={"what": "3 张单据"},
                about="/",
                occasion="a",
                at=timezone.now(),
            )
            Delivery.objects.create(
                notice=Notice.objects.get(account=cast.clerk), channel="EMAIL", due_at=timezone.now()
            )
        found = lines(door(cast.administrator).get("/notices/deliveries.csv?state=WAITING"))
        assert f",{cast.clerk.username},电子邮件,等待发送,0," in found[1]
        assert cast.clerk.display_name not in "\n".join(found)
        assert door(cast.officer).get("/notices/deliveries.csv").status_code == 403
