"""What may be done with saved tables, each operation by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.selection import UnableToOpen
from bangfu.reporting.tables import queries
from bangfu.reporting.tables.asking import UnableToTabulate
from bangfu.reporting.tables.models import Table, Version, Withdrawal
from bangfu.reporting.tables.operations import (
    UnableToSaveTable,
    revise_table,
    save_table,
    withdraw_table,
)
from tests.cast import NOW, Cast

QUESTION = {
    "indicator": ["network.base_stations"],
    "rows": ["place"],
    "columns": ["indicator"],
    "period": ["2019"],
}


def saved(cast: Cast, **changes: Any) -> Version:
    given: dict[str, Any] = {
        "unit": cast.group, "name_zh": " 各省基站 ", "name_en": "", "question": QUESTION, "is_shared": False,
        "act": cast.act(cast.officer),
    }  # fmt: skip
    return save_table(**{**given, **changes})


@pytest.mark.django_db
class TestSaveTable:
    def test_keeps_the_question_and_no_number(self, cast: Cast) -> None:
        version = saved(cast)
        assert (version.number, version.name_zh, version.name.en) == (1, "各省基站", "各省基站")
        assert version.question == {**QUESTION, "level": ["1"]}
        assert (version.table.owner, version.saved_at) == (cast.officer, NOW)
        assert AuditEntry.objects.filter(operation="tables.save_table").count() == 1

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name_zh": "  "}, "name_missing"),
            ({"name_zh": "长" * 121}, "name_too_long"),
            ({"question": {"rows": ["place"], "columns": ["place"]}}, "same_twice"),
            ({"question": {"indicator": ["no.such"]}}, "unknown_indicator"),
        ],
    )
    def test_refuses_what_asks_nothing(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        with pytest.raises((UnableToSaveTable, UnableToTabulate, UnableToOpen)) as refused:
            saved(cast, **changes)
        assert refused.value.code == code
        assert not Table.objects.exists()

    def test_is_for_whoever_sees_figures_there(self, cast: Cast) -> None:
        for account in (cast.officer, cast.verifier, cast.auditor, cast.clerk):
            saved(cast, act=cast.act(account))
        for account in (cast.outsider, cast.county_official, cast.administrator):
            with pytest.raises(NotPermitted):
                saved(cast, act=cast.act(account))
        saved(cast, act=cast.act(cast.county_official), question={**QUESTION, "place": ["522327"]})
        assert Table.objects.count() == 5

    def test_once_under_one_key(self, cast: Cast) -> None:
        first = saved(cast, act=cast.act(cast.officer, key="a"))
        assert saved(cast, act=cast.act(cast.officer, key="a")) == first
        assert Table.objects.count() == 1


@pytest.mark.django_db
class TestReviseTable:
    def revised(self, cast: Cast, table: Table, **changes: Any) -> Version:
        given: dict[str, Any] = {
            "table": table, "name_zh": "各市基站", "name_en": "Stations", "question": {**QUESTION, "level": ["2"]},
            "is_shared": True, "act": cast.act(cast.officer),
        }  # fmt: skip
        return revise_table(**{**given, **changes})

    def test_keeps_the_version_before(self, cast: Cast) -> None:
        table = saved(cast).table
        self.revised(cast, table)
        told = [(one.number, one.name.en, one.question["level"]) for one in table.versions.order_by("number")]
        assert told == [(1, "各省基站", ["1"]), (2, "Stations", ["2"])]

    def test_refuses_another_and_what_was_withdrawn(self, cast: Cast) -> None:
        table = saved(cast).table
        with pytest.raises(UnableToSaveTable) as refused:
            self.revised(cast, table, act=cast.act(cast.verifier))
        assert refused.value.code == "not_yours"
        with pytest.raises(UnableToSaveTable) as refused:
            self.revised(cast, table, name_zh="")
        assert refused.value.code == "name_missing"
        withdraw_table(table=table, act=cast.act(cast.officer))
        with pytest.raises(UnableToSaveTable) as refused:
            self.revised(cast, table)
        assert refused.value.code == "withdrawn"
        assert table.versions.count() == 1

    def test_the_database_keeps_versions_in_order(self, cast: Cast) -> None:
        version = saved(cast)
        table = version.table
        again = {
            "table": table,
            "name_zh": "x",
            "question": {},
            "is_shared": False,
            "saved_by": cast.officer,
            "saved_at": NOW,
        }
        with system_writes("a test"):
            with pytest.raises(IntegrityError, match="follow each other"), transaction.atomic():
                Version.objects.create(number=3, **again)
            Withdrawal.objects.create(table=table, withdrawn_by=cast.officer, withdrawn_at=NOW)
            with pytest.raises(IntegrityError, match="withdrawn"), transaction.atomic():
                Version.objects.create(number=2, **again)

    def test_once_under_one_key(self, cast: Cast) -> None:
        table = saved(cast).table
        for _ in range(2):
            self.revised(cast, table, act=cast.act(cast.officer, key="b"))
        assert table.versions.count() == 2


@pytest.mark.django_db
class TestWithdrawTable:
    def test_takes_it_from_the_list_and_keeps_it(self, cast: Cast) -> None:
        table = saved(cast).table
        withdraw_table(table=table, act=cast.act(cast.officer))
        assert not queries.versions_read_by(cast.officer, timezone.localdate()).exists()
        assert Version.objects.count() == 1

    def test_refuses_another_and_a_second_time(self, cast: Cast) -> None:
        table = saved(cast).table
        with pytest.raises(UnableToSaveTable) as refused:
            withdraw_table(table=table, act=cast.act(cast.auditor))
        assert refused.value.code == "not_yours"
        with pytest.raises(NotPermitted):
            withdraw_table(table=table, act=cast.act(cast.outsider))
        withdraw_table(table=table, act=cast.act(cast.officer))
        with pytest.raises(UnableToSaveTable) as refused:
            withdraw_table(table=table, act=cast.act(cast.officer))
        assert refused.value.code == "withdrawn"
        assert Withdrawal.objects.count() == 1

    def test_once_under_one_key(self, cast: Cast) -> None:
        table = saved(cast).table
        for _ in range(2):
            withdraw_table(table=table, act=cast.act(cast.officer, key="c"))
        assert Withdrawal.objects.count() == 1


@pytest.mark.django_db
class TestWhoReads:
    def test_ones_own_and_what_is_shared_where_one_sees_figures(self, cast: Cast) -> None:
        own = saved(cast, name_zh="自己的")
        shared = saved(cast, name_zh="共享的", is_shared=True)
        of_guizhou = saved(
            cast, name_zh="贵州的", is_shared=True, unit=cast.guizhou, act=cast.act(cast.clerk)
        )
        on = timezone.localdate()

        def read(account: Any) -> set[Version]:
            return set(queries.versions_read_by(account, on))

        assert read(cast.officer) == {own, shared, of_guizhou}
        assert read(cast.auditor) == {shared, of_guizhou}
        assert read(cast.outsider) == set()
