"""A figure is read with the names of its period's end, whatever places and units are called since."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.foundation.organisation.operations import rename_unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.operations import rename_place
from bangfu.reporting.parts import unit_bars
from bangfu.reporting.queries import opened
from bangfu.reporting.selection import read_selection
from tests.cast import CEHENG
from tests.reporting.story import Story
from tests.reporting.test_pages import CODE, door, text

RENAMED_ON = date(2020, 1, 1)


@pytest.fixture
def renamed(story: Story) -> Story:
    """Stations of 2019 and of 2020 in 册亨县, which bears another name, as does the branch, from 2020 on."""
    story.stations(2, on=date(2019, 9, 12))
    story.stations(1, on=date(2020, 2, 1))
    act = story.cast.act(story.cast.administrator)
    rename_place(
        place=Place.objects.get(pk=CEHENG), name="双江市", code="522327", on=RENAMED_ON, source="民函〔2019〕1号",
        act=act,
    )  # fmt: skip
    rename_unit(unit=story.cast.guizhou, name_zh="黔分公司", name_en="Qian branch", on=RENAMED_ON, act=act)
    return story


@pytest.mark.parametrize(
    "address",
    [
        f"/f/{CODE}/?place=522327",
        f"/f/{CODE}/where?place=520000",
        f"/f/{CODE}/facts?place=522327",
        "/figures/?place=522327",
    ],
)
@pytest.mark.parametrize(
    ("period", "said", "unsaid"), [("2019", "册亨县", "双江市"), ("2020", "双江市", "册亨县")]
)
def test_pages_say_the_names_of_the_period(
    renamed: Story, address: str, period: str, said: str, unsaid: str
) -> None:
    page = text(door(renamed.cast.officer).get(f"{address}&period={period}", headers={"HX-Target": "drawer"}))
    opened_part = page.split("<main", 1)[-1]
    assert said in opened_part
    assert unsaid not in opened_part


@pytest.mark.parametrize(("period", "place", "unit"), [
    ("2019", "册亨县", "贵州省分公司"), ("2020", "双江市", "黔分公司"),
])  # fmt: skip
def test_the_scope_and_the_bars_say_them(renamed: Story, period: str, place: str, unit: str) -> None:
    selection = read_selection({"period": period, "place": "522327", "unit": "P52"})
    assert selection.scope_words.zh == f"贵州省黔西南布依族苗族自治州{place} · {unit}"
    whole = opened(CODE, read_selection({"period": period}))
    assert [bar.name for bar in unit_bars(whole).open] == [unit]


def test_the_file_names_the_places_of_the_period(renamed: Story) -> None:
    sent = door(renamed.cast.officer).get(f"/f/{CODE}/facts.csv?period=2019")
    assert b"\xe5\x86\x8c\xe4\xba\xa8\xe5\x8e\xbf" in sent.getvalue()
    assert "双江市".encode() not in sent.getvalue()
