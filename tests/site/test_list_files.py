"""Lists whose files are made in one line each: the same rows as the page, with their origin, for whoever reads the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.api.operations import make_token
from bangfu.foundation.intake.layouts import Layout
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
