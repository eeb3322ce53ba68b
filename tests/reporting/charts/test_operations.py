"""What may be done with saved charts, each operation by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.charts import queries
from bangfu.reporting.charts.asking import UnableToChart
from bangfu.reporting.charts.models import Chart, Version, Withdrawal
from bangfu.reporting.charts.operations import (
    UnableToSaveChart,
    revise_chart,
    save_chart,
    withdraw_chart,
)
from bangfu.reporting.selection import UnableToOpen
from tests.cast import NOW, Cast

QUESTION = {
    "indicator": ["network.base_stations"],
    "kind": ["ranking"],
    "by": ["place"],
    "period": ["2019"],
}


def saved(cast: Cast, **changes: Any) -> Version:
    given: dict[str, Any] = {
        "unit": cast.group, "name_zh": " 各省基站 ", "name_en": "", "question": QUESTION, "is_shared": False,
        "act": cast.act(cast.officer),
    }  # fmt: skip
    return save_chart(**{**given, **changes})


@pytest.mark.django_db
class TestSaveChart:
    def test_keeps_the_question_and_no_number(self, cast: Cast) -> None:
        version = saved(cast)
        assert (version.number, version.name_zh, version.name.en) == (1, "各省基站", "各省基站")
        assert version.question == {**QUESTION, "level": ["1"]}
        assert (version.chart.owner, version.saved_at) == (cast.officer, NOW)
        assert AuditEntry.objects.filter(operation="charts.save_chart").count() == 1

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name_zh": "  "}, "name_missing"),
            ({"name_zh": "长" * 121}, "name_too_long"),
            ({"question": {"kind": ["pie"]}}, "unknown_choice"),
            ({"question": {"indicator": ["no.such"]}}, "unknown_indicator"),
        ],
    )
    def test_refuses_what_asks_nothing(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        with pytest.raises((UnableToSaveChart, UnableToChart, UnableToOpen)) as refused:
            saved(cast, **changes)
        assert refused.value.code == code
        assert not Chart.objects.exists()

    def test_is_for_whoever_sees_figures_there(self, cast: Cast) -> None:
        for account in (cast.officer, cast.verifier, cast.auditor, cast.clerk):
            saved(cast, act=cast.act(account))
        for account in (cast.outsider, cast.county_official, cast.administrator):
            with pytest.raises(NotPermitted):
                saved(cast, act=cast.act(account))
        saved(cast, act=cast.act(cast.county_official), question={**QUESTION, "place": ["522327"]})
        assert Chart.objects.count() == 5

    def test_once_under_one_key(self, cast: Cast) -> None:
        first = saved(cast, act=cast.act(cast.officer, key="a"))
        assert saved(cast, act=cast.act(cast.officer, key="a")) == first
        assert Chart.objects.count() == 1


@pytest.mark.django_db
class TestReviseChart:
    def revised(self, cast: Cast, chart: Chart, **changes: Any) -> Version:
        given: dict[str, Any] = {
            "chart": chart, "name_zh": "各市基站", "name_en": "Stations", "question": {**QUESTION, "level": ["2"]},
            "is_shared": True, "act": cast.act(cast.officer),
        }  # fmt: skip
        return revise_chart(**{**given, **changes})

    def test_keeps_the_version_before(self, cast: Cast) -> None:
        chart = saved(cast).chart
        self.revised(cast, chart)
        told = [(one.number, one.name.en, one.question["level"]) for one in chart.versions.order_by("number")]
        assert told == [(1, "各省基站", ["1"]), (2, "Stations", ["2"])]

    def test_refuses_another_and_what_was_withdrawn(self, cast: Cast) -> None:
        chart = saved(cast).chart
        with pytest.raises(UnableToSaveChart) as refused:
            self.revised(cast, chart, act=cast.act(cast.verifier))
        assert refused.value.code == "not_yours"
        with pytest.raises(UnableToSaveChart) as refused:
            self.revised(cast, chart, name_zh="")
        assert refused.value.code == "name_missing"
        withdraw_chart(chart=chart, act=cast.act(cast.officer))
        with pytest.raises(UnableToSaveChart) as refused:
            self.revised(cast, chart)
        assert refused.value.code == "withdrawn"
        assert chart.versions.count() == 1

    def test_the_database_keeps_versions_in_order(self, cast: Cast) -> None:
        version = saved(cast)
        chart = version.chart
        again = {
            "chart": chart,
            "name_zh": "x",
            "question": {},
            "is_shared": False,
            "saved_by": cast.officer,
            "saved_at": NOW,
        }
        with system_writes("a test"):
            with pytest.raises(IntegrityError, match="follow each other"), transaction.atomic():
                Version.objects.create(number=3, **again)
            Withdrawal.objects.create(chart=chart, withdrawn_by=cast.officer, withdrawn_at=NOW)
            with pytest.raises(IntegrityError, match="withdrawn"), transaction.atomic():
                Version.objects.create(number=2, **again)

    def test_once_under_one_key(self, cast: Cast) -> None:
        chart = saved(cast).chart
        for _ in range(2):
            self.revised(cast, chart, act=cast.act(cast.officer, key="b"))
        assert chart.versions.count() == 2


@pytest.mark.django_db
class TestWithdrawChart:
    def test_takes_it_from_the_list_and_keeps_it(self, cast: Cast) -> None:
        chart = saved(cast).chart
        withdraw_chart(chart=chart, act=cast.act(cast.officer))
        assert not queries.versions_read_by(cast.officer, timezone.localdate()).exists()
        assert Version.objects.count() == 1

    def test_refuses_another_and_a_second_time(self, cast: Cast) -> None:
        chart = saved(cast).chart
        with pytest.raises(UnableToSaveChart) as refused:
            withdraw_chart(chart=chart, act=cast.act(cast.auditor))
        assert refused.value.code == "not_yours"
        with pytest.raises(NotPermitted):
            withdraw_chart(chart=chart, act=cast.act(cast.outsider))
        withdraw_chart(chart=chart, act=cast.act(cast.officer))
        with pytest.raises(UnableToSaveChart) as refused:
            withdraw_chart(chart=chart, act=cast.act(cast.officer))
        assert refused.value.code == "withdrawn"
        assert Withdrawal.objects.count() == 1

    def test_once_under_one_key(self, cast: Cast) -> None:
        chart = saved(cast).chart
        for _ in range(2):
            withdraw_chart(chart=chart, act=cast.act(cast.officer, key="c"))
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
