"""Units are found by typing: by code, name or pinyin, alone or with all below; without a script a text field does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import picking
from bangfu.foundation.rooms.picking import UnitChoice, UnitsChoice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OFFERS = "/organisation/offers/picker"


class _Form(forms.Form):
    def __init__(self, *args: Any, below: int | None = None) -> None:
        super().__init__(*args)
        units = Unit.objects.order_by("path")
        self.fields["one"] = UnitChoice(queryset=units, required=False)
        self.fields["some"] = UnitsChoice(queryset=units, below=below, required=False)


def sent(query: str, **more: Any) -> _Form:
    return _Form(QueryDict(query), **more)


def offered(account: Account, text: str, **more: Any) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(OFFERS, {"q": text, **more})
    assert answer.status_code == 200
    units: list[dict[str, Any]] = answer.json()["units"]
    return units


class TestWhatIsOffered:
    @pytest.mark.parametrize("text", ["P52", "p52", "贵州", "分公司", "guizhou", "gzs", "Guizhou b"])
    def test_is_found_by_code_name_and_pinyin(self, cast: Cast, text: str) -> None:
        assert "P52" in [one["code"] for one in offered(cast.officer, text)]

    def test_says_what_it_is_and_how_many_lie_below(self, cast: Cast) -> None:
        assert offered(cast.officer, "P53") == [
            {"code": "P53", "name": "云南省分公司", "above": "集团", "below": 0}
        ]
        assert offered(cast.officer, "GROUP")[0]["below"] == 5
        assert offered(cast.officer, "nothing") == []

    def test_lies_below_a_unit_when_that_is_asked(self, cast: Cast) -> None:
        assert [one["code"] for one in offered(cast.officer, "", below=cast.yunnan.pk)] == ["P53"]
        assert offered(cast.officer, "P52", below=cast.yunnan.pk) == []

    def test_lies_within_the_readers_grants(self, cast: Cast) -> None:
        assert [one["code"] for one in offered(cast.outsider, "")] == []
        assert "P53" in [one["code"] for one in offered(cast.clerk, "P53")]


class TestSeveralUnits:
    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("P52", ["P52"]),
            ("P53，P52\nP52", ["P52", "P53"]),
            ("P52 P53", ["P52", "P53"]),
            ("贵州省分公司; Yunnan branch", ["P52", "P53"]),
            ("云南省分公司 P53", ["P53"]),
            ("P52/*", ["P52"]),
            ("GROUP/*", ["GROUP", "OFFICE", "AUDIT", "P52", "P53", "C522327"]),
            (" , ", []),
        ],
    )
    def test_are_written_by_code_or_name(self, cast: Cast, text: str, codes: list[str]) -> None:
        form = _Form({"some": text})
        assert form.is_valid(), form.errors
        assert [one.code for one in form.cleaned_data["some"]] == codes

    def test_may_come_in_several_fields(self, cast: Cast) -> None:
        form = sent("some=P52&some=P53")
        assert form.is_valid()
        assert form.cleaned_data["some"] == [cast.guizhou, cast.yunnan]

    @pytest.mark.parametrize("text", ["P99", "P52, P99", "P99/*", "广东 P52"])
    def test_an_unknown_one_is_refused_with_its_name(self, cast: Cast, text: str) -> None:
        form = _Form({"some": text})
        assert not form.is_valid()
        assert "没有找到单位" in str(form.errors["some"])

    def test_the_key_of_a_unit_is_no_code(self, cast: Cast) -> None:
        assert not _Form({"some": str(cast.guizhou.pk)}).is_valid()

    def test_are_shown_again_with_their_names(self, cast: Cast) -> None:
        shown = str(_Form({"some": "P52/*, P53"}, below=cast.group.pk)["some"])
        assert "<textarea" in shown
        assert "P52/*, P53" in shown
        names = shown.split('data-names="')[1].split('"')[0].replace("&quot;", '"')
        assert json.loads(names) == {"P52": "贵州省分公司", "P53": "云南省分公司"}
        assert f'data-offers="{OFFERS}?below={cast.group.pk}"' in shown


class TestOneUnit:
    def test_of_few_is_a_list(self, cast: Cast) -> None:
        assert "<select" in str(_Form()["one"])
        form = _Form({"one": str(cast.guizhou.pk)})
        assert form.is_valid()
        assert form.cleaned_data["one"] == cast.guizhou
        assert not _Form({"one": "0"}).is_valid()

    def test_of_many_is_found_by_typing(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(picking, "MANY", 3)
        shown = str(_Form({"one": "P52"})["one"])
        assert "<select" not in shown
        assert 'data-picker="one"' in shown
        assert 'value="P52"' in shown
        form = _Form({"one": "贵州省分公司 P52"})
        assert form.is_valid()
        assert form.cleaned_data["one"] == cast.guizhou
        wrong = _Form({"one": "<b>"})
        assert not wrong.is_valid()
        assert "<b>" not in str(wrong["one"])

    def test_of_many_shows_the_one_it_begins_with(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(picking, "MANY", 3)
        form = _Form()
        form.initial = {"one": cast.yunnan.pk}
        assert 'value="P53"' in str(form["one"])
