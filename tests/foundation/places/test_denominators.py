"""Registered denominators: entering and correcting them, what the ledger keeps, and their page."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from bangfu.foundation.ledger.reference import denominators_as_of
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.places.models import Denominator
from bangfu.foundation.places.operations import (
    UnableToRegisterDenominators,
    register_denominators,
)
from bangfu.foundation.places.queries import denominators_of
from bangfu.foundation.places.registers import REGISTERS, Registered, newest_of
from bangfu.reporting.display import exact_text
from tests.cast import CEHENG, GUIZHOU, GUYUAN, Cast

pytestmark = pytest.mark.django_db
SOURCE = "贵州统计年鉴2020"


def frame(*rows: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=["place", "year", "value"], orient="row")


def register(cast: Cast, *rows: tuple[int, int, int], **changes: Any) -> int:
    arguments = {
        "register": "population", "source": SOURCE, "rows": frame(*rows), "act": cast.act(cast.administrator)
    }  # fmt: skip
    return register_denominators(**(arguments | changes))


def standing() -> list[tuple[int, int, int, str]]:
    rows = Denominator.objects.filter(superseded_at__isnull=True).order_by("place_id", "year")
    return [(one.place_id, one.year, one.value, one.source) for one in rows]


class TestRegisterDenominators:
    def test_enters_numbers_with_their_document(self, cast: Cast) -> None:
        assert register(cast, (CEHENG, 2019, 190000), (CEHENG, 2018, 189000)) == 2
        assert standing() == [(CEHENG, 2018, 189000, SOURCE), (CEHENG, 2019, 190000, SOURCE)]
        assert denominators_of("population", [CEHENG]) == [
            Registered(CEHENG, 2018, 189000, SOURCE),
            Registered(CEHENG, 2019, 190000, SOURCE),
        ]
        assert denominators_of("households", [CEHENG]) == []

    def test_a_correction_supersedes_and_the_same_stays(self, cast: Cast) -> None:
        register(cast, (CEHENG, 2019, 190000), (GUYUAN, 2019, 170000))
        assert register(cast, (CEHENG, 2019, 191000), (GUYUAN, 2019, 170000)) == 1
        assert standing() == [(GUYUAN, 2019, 170000, SOURCE), (CEHENG, 2019, 191000, SOURCE)]
        former = Denominator.objects.get(superseded_at__isnull=False)
        assert (former.value, former.superseded_at) == (190000, cast.act(cast.administrator).at)
        assert register(cast, (CEHENG, 2019, 191000), source="更正公报") == 1

    def test_is_sealed_with_the_facts(self, cast: Cast) -> None:
        register(cast, (CEHENG, 2019, 190000))
        first = seal_pending()
        register(cast, (CEHENG, 2019, 191000))
        second = seal_pending()
        assert first is not None
        assert second is not None
        found = {block: denominators_as_of("population", [CEHENG], block=block) for block in (first, second)}
        assert found == {
            first: [Registered(CEHENG, 2019, 190000, SOURCE)],
            second: [Registered(CEHENG, 2019, 191000, SOURCE)],
        }

    @pytest.mark.parametrize(
        ("code", "rows", "changes"),
        [
            ("register", [(CEHENG, 2019, 1)], {"register": "cows"}),
            ("empty", [(CEHENG, 2019, 1)], {"source": " "}),
            (
                "no_rows",
                [],
                {"rows": pl.DataFrame(schema={"place": pl.Int64, "year": pl.Int64, "value": pl.Int64})},
            ),
            ("unknown_place", [(CEHENG, 2019, 1), (522399000000, 2019, 1)], {}),
            ("year", [(CEHENG, 1900, 1)], {}),
            ("year", [(CEHENG, 2021, 1)], {}),
            ("value", [(CEHENG, 2019, 0)], {}),
            ("twice", [(CEHENG, 2019, 1), (GUYUAN, 2019, 1), (CEHENG, 2019, 2)], {}),
        ],
    )
    def test_refuses_and_writes_nothing(
        self, cast: Cast, code: str, rows: list[tuple[int, int, int]], changes: dict[str, Any]
    ) -> None:
        with pytest.raises(UnableToRegisterDenominators) as refusal:
            register(cast, *rows, **changes)
        assert refusal.value.code == code
        assert str(refusal.value)
        assert not Denominator.objects.exists()

    def test_is_the_administrators(self, cast: Cast) -> None:
        for account in (cast.officer, cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                register(cast, (CEHENG, 2019, 1), act=cast.act(account))
        assert not Denominator.objects.exists()

    def test_the_same_key_twice_is_once(self, cast: Cast) -> None:
        for _ in range(2):
            assert register(cast, (CEHENG, 2019, 5), act=cast.act(cast.administrator, key="once")) == 1
        assert Denominator.objects.count() == 1

    @pytest.mark.parametrize("change", [{"value": 7}, {"source": "别的"}, {"year": 2018}])
    def test_a_row_is_never_changed(self, cast: Cast, change: dict[str, Any]) -> None:
        register(cast, (CEHENG, 2019, 5))
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("a test"):
            Denominator.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("a test"):
            Denominator.objects.all().delete()


class TestNewest:
    ROWS = (Registered(1, 2017, 5, "a"), Registered(1, 2019, 6, "b"), Registered(2, 2018, 7, "c"))

    @pytest.mark.parametrize(
        ("places", "year", "values"),
        [([1], 2019, [6]), ([1], 2018, [5]), ([1], 2016, None), ([1, 2], 2018, [5, 7]), ([1, 2], 2017, None),
         ([3], 2019, None), ([], 2019, None)],
    )  # fmt: skip
    def test_is_of_every_place_or_of_none(
        self, places: list[int], year: int, values: list[int] | None
    ) -> None:
        found = newest_of(self.ROWS, places, year=year)
        assert (None if found is None else [one.value for one in found]) == values


class TestPage:
    @pytest.fixture
    def reader(self, cast: Cast) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_says_what_to_do_while_there_is_nothing(self, reader: Client) -> None:
        page = reader.get("/places/denominators/").content.decode()
        assert "还没有登记" in page
        assert "bangfu places denominators" in page

    def test_lists_and_narrows(self, cast: Cast, reader: Client) -> None:
        register(cast, (CEHENG, 2019, 190000), (GUYUAN, 2018, 170000))
        register(cast, (GUIZHOU, 2019, 13000000), register="households")
        register(cast, (CEHENG, 2019, 191000))
        page = reader.get("/places/denominators/").content.decode()
        shown = {number: exact_text(Decimal(number), "zh") in page for number in (191000, 170000, 190000)}
        assert shown == {191000: True, 170000: True, 190000: False}
        assert SOURCE in page
        for query, count in (
            ("register=households", 1), ("year=2018", 1), ("province=520000000000", 2), ("q=沽源", 1), ("former=1", 4),
            ("q=nothing", 0),
        ):  # fmt: skip
            narrowed = reader.get(f"/places/denominators/?{query}").content.decode()
            assert f'<span class="count">{count} 条</span>' in narrowed, query
        for query in ("register=cows", "year=x", "province=٣"):
            assert reader.get(f"/places/denominators/?{query}").status_code == 404

    def test_as_a_file(self, cast: Cast, reader: Client) -> None:
        register(cast, (CEHENG, 2019, 190000), source="=1+1")
        sent = reader.get("/places/denominators.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(sent)))
        assert rows[1][:7] == ["常住人口", "522327", rows[1][2], "2019", "190000", "人", "'=1+1"]
        assert rows[-1][0] == "来源"

    def test_in_english(self, cast: Cast, reader: Client) -> None:
        register(cast, (CEHENG, 2019, 190000))
        reader.cookies["bangfu_language"] = "en"
        page = reader.get("/places/denominators/").content.decode()
        assert "Resident population" in page


def test_every_register_has_words() -> None:
    assert all(
        one.code == code and one.title.zh and one.title.en and one.unit.zh for code, one in REGISTERS.items()
    )
