"""Pages that change the tree of units and the professional lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.foundation.organisation import operations as organisation
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.people.models import Account
from tests.cast import FOUNDED, Cast

SignedIn = Callable[[Account], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    def enter(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def city(cast: Cast) -> Unit:
    return organisation.open_unit(
        code="B1", name_zh="黔西南公司", name_en="Qianxinan", kind="PREFECTURE", parent=cast.guizhou, place=None,
        starts_on=FOUNDED, act=cast.act(cast.administrator),
    )  # fmt: skip


def test_the_administrator_renames_moves_and_closes(cast: Cast, signed_in: SignedIn, city: Unit) -> None:
    client, page = signed_in(cast.administrator), f"/organisation/units/{city.pk}/"
    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    for word in ("更名…", "改换上级…", "撤销…"):
        assert word in client.get(page).content.decode()
    sent = client.post(
        f"{page}rename", {"key": "1", "name_zh": "黔西南州公司", "name_en": "Qianxinan", "on": yesterday}
    )
    assert (sent.status_code, sent["Location"]) == (302, page)
    sent = client.post(f"{page}move", {"key": "2", "parent": "云南省分公司 P53", "on": today})
    assert sent.status_code == 302
    shown = client.get(page).content.decode()
    assert "名称与上级的沿革" in shown
    assert shown.index("黔西南公司") < shown.index("贵州省分公司")
    sent = client.post(f"{page}close", {"key": "3", "ends_on": today + timedelta(days=1)})
    assert sent.status_code == 302
    city.refresh_from_db()
    assert (city.name_zh, city.parent, city.ends_on) == (
        "黔西南州公司",
        cast.yunnan,
        today + timedelta(days=1),
    )
    assert "更名…" not in client.get(page).content.decode()


def test_a_refusal_stands_above_the_form(cast: Cast, signed_in: SignedIn, city: Unit) -> None:
    client = signed_in(cast.administrator)
    sent = client.post(f"/organisation/units/{cast.guizhou.pk}/close", {"key": "1", "ends_on": "2020-01-01"})
    assert sent.status_code == 409
    assert "黔西南公司" in sent.content.decode()


@pytest.mark.parametrize("page", ["units/{unit}/rename", "units/{unit}/move", "units/{unit}/close", "lines/enter",
                                  "lines/1/end"])  # fmt: skip
def test_forms_are_the_administrators(cast: Cast, signed_in: SignedIn, city: Unit, page: str) -> None:
    address = "/organisation/" + page.format(unit=city.pk)
    assert signed_in(cast.administrator).get(address).status_code == 200
    for account in (cast.officer, cast.auditor, cast.clerk, cast.outsider):
        assert signed_in(account).get(address).status_code == 403
        assert signed_in(account).post(address, {"key": "k"}).status_code == 403


def test_lines_are_entered_renamed_and_ended(cast: Cast, signed_in: SignedIn) -> None:
    client, today = signed_in(cast.administrator), timezone.localdate()
    entered = {"key": "1", "code": "satellite", "name_zh": "卫星", "name_en": "Satellite", "starts_on": today}
    assert client.post("/organisation/lines/enter", entered).status_code == 302
    assert "卫星" in client.get("/organisation/lines/").content.decode()
    assert 'value="satellite"' in client.get("/organisation/lines/enter?code=satellite").content.decode()
    line = Line.objects.get(code="satellite")
    ended = client.post(
        f"/organisation/lines/{line.pk}/end", {"key": "2", "ends_on": today + timedelta(days=1)}
    )
    assert ended.status_code == 302
    line.refresh_from_db()
    assert line.ends_on == today + timedelta(days=1)
    assert signed_in(cast.auditor).get("/organisation/lines/").status_code == 200
    assert signed_in(cast.clerk).get("/organisation/lines/").status_code == 403


def test_the_tree_of_two_thousand_units_takes_a_few_queries(cast: Cast, signed_in: SignedIn) -> None:
    organisation.open_units(
        frame=pl.DataFrame(
            {
                "code": [f"X{n}" for n in range(2000)],
                "name_zh": [f"县公司{n}" for n in range(2000)],
                "name_en": [f"Company {n}" for n in range(2000)],
                "kind": ["COUNTY"] * 2000,
                "parent": ["P52" if n < 20 else f"X{n % 20}" for n in range(2000)],
                "place": [None] * 2000,
                "starts_on": [FOUNDED] * 2000,
            },
            schema_overrides={"place": pl.Int64},
        ),
        act=cast.act(cast.administrator),
    )
    client = signed_in(cast.administrator)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/organisation/").content.decode()
    assert "2006 个单位" in page
    assert len(asked) < 25
    assert "县公司1<" not in page
    assert page.count("<details") == page.count("</details>")
    fold = f"/organisation/units/{cast.guizhou.pk}/branch"
    assert f'hx-get="{fold}" hx-trigger="toggle once"' in page
    below = client.get(fold).content.decode()
    assert below.count("<li>") == below.count("</li>") == 20
    assert "县公司19<" in below
    assert "县公司1999<" not in below
    assert signed_in(cast.clerk).get(fold).status_code == 403
    found = client.get("/organisation/", {"q": "县公司1999"}).content.decode()
    assert "集团 › 贵州省分公司 › 县公司19" in found
