"""Targets by quarter: they make the year, are split, agreed and imported by quarter, and completion is judged by quarter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import system_writes
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import progress_of
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import DEFAULT
from bangfu.reporting.targets.models import QUARTERS, Target, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    revise_pledge,
    set_target,
    split_target,
    submit_pledge,
)
from bangfu.reporting.targets.rules import TargetDetails, UnableToDecide, UnableToSetTarget
from tests.cast import Cast
from tests.reporting.story import Story
from tests.reporting.targets.pledged import CADRES, PDF, STATIONS, act, approved, drafted, entered
from tests.reporting.targets.test_pages import door, text_of


def four(*said: int | str) -> Any:
    return tuple(Decimal(one) for one in said)


def quartered(cast: Cast) -> Version:
    """A pledge of 100 stations, 10, 20, 30 and 40 by quarter, divided evenly, and of 40 cadres in the year."""
    version = drafted(cast)
    whole = entered(cast, version, STATIONS, 100, quarters=four(10, 20, 30, 40))
    split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
    entered(cast, version, CADRES, 40)
    return version


class TestSetTarget:
    def test_keeps_four_quarters_that_make_the_year(self, cast: Cast) -> None:
        target = entered(cast, drafted(cast), STATIONS, 100, quarters=four(10, 20, 30, 40))
        assert target.quarters == four(10, 20, 30, 40)
        assert [target.promised_by(quarter) for quarter in (1, 2, 3, 4)] == [10, 30, 60, 100]

    @pytest.mark.parametrize(
        ("indicator", "said", "code"),
        [
            (STATIONS, {"quarters": four(10, 20, 30, 39)}, "quarters_sum"),
            (STATIONS, {"quarters": four(-10, 40, 30, 40)}, "negative"),
            (STATIONS, {"quarters": four("0.5", "29.5", 30, 40)}, "decimals"),
            (STATIONS, {"quarters": four(10, 20, 30, 40), "due_on": date(2020, 9, 30)}, "quarters_year"),
            ("toy.coverage", {"quarters": four(10, 20, 30, 40)}, "quarters_ratio"),
        ],
    )
    def test_refuses_others(self, story: Story, indicator: str, said: dict[str, Any], code: str) -> None:
        version = drafted(story.cast)
        with pytest.raises(UnableToSetTarget) as refused:
            entered(story.cast, version, indicator, 100, **said)
        assert refused.value.code == code
        assert not Target.objects.exists()

    def test_leaving_them_out_takes_them_away(self, cast: Cast) -> None:
        version = drafted(cast)
        target = entered(cast, version, STATIONS, 100, quarters=four(10, 20, 30, 40))
        details = TargetDetails(STATIONS, cast.group, Decimal(90))
        set_target(version=version, details=details, target=target, act=act(cast.officer))
        assert (Target.objects.get().quarters, Target.objects.get().quantity) == (None, Decimal(90))

    def test_the_database_refuses_quarters_that_do_not_make_the_year(self, cast: Cast) -> None:
        target = entered(cast, drafted(cast), STATIONS, 100, quarters=four(10, 20, 30, 40))
        for wrong in (
            {"first_quarter": 11},
            {"first_quarter": None},
            {"first_quarter": -10, "second_quarter": 40},
        ):
            with system_writes("somebody meddles"), pytest.raises(IntegrityError), transaction.atomic():
                Target.objects.filter(pk=target.pk).update(**wrong)


class TestCascade:
    def test_a_split_divides_each_quarter(self, cast: Cast) -> None:
        version = drafted(cast)
        whole = entered(cast, version, STATIONS, 100, quarters=four(11, 21, 31, 37))
        split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
        parts = list(Target.objects.filter(version=version).exclude(pk=whole.pk).order_by("unit__path"))
        assert [one.quarters for one in parts] == [four(6, 11, 16, 19), four(5, 10, 15, 18)]
        assert [one.quantity for one in parts] == [Decimal(52), Decimal(48)]
        submit_pledge(version=version, act=act(cast.officer))

    def test_quarters_of_parts_must_come_to_that_of_the_whole(self, cast: Cast) -> None:
        version = quartered(cast)
        part = Target.objects.get(version=version, unit=cast.guizhou)
        details = TargetDetails(STATIONS, cast.guizhou, Decimal(50), quarters=four(6, 9, 15, 20))
        set_target(version=version, details=details, target=part, act=act(cast.officer))
        with pytest.raises(UnableToDecide) as refused:
            submit_pledge(version=version, act=act(cast.officer))
        assert refused.value.code == "quarters_do_not_agree"
        assert "第 1 季度应为 10，各单位合计 11，相差 1" in refused.value.sentence.zh
        details = TargetDetails(STATIONS, cast.guizhou, Decimal(50))
        set_target(version=version, details=details, target=part, act=act(cast.officer))
        submit_pledge(version=version, act=act(cast.officer))

    def test_a_revision_begins_with_them(self, cast: Cast) -> None:
        first = approved(cast, quartered(cast))
        second = revise_pledge(
            pledge=first.pledge, document="30号", signed_on=date(2020, 7, 1), effective_on=date(2020, 7, 10), reason="疫情",
            files=(("revision.pdf", PDF),), act=act(cast.officer),
        )  # fmt: skip
        whole = Target.objects.get(version=second, unit=cast.group, indicator=STATIONS)
        assert whole.quarters == four(10, 20, 30, 40)
        details = TargetDetails(STATIONS, cast.group, Decimal(90), quarters=four(10, 20, 25, 35))
        set_target(version=second, details=details, target=whole, act=act(cast.officer))
        standings = queries.versions_of(first.pledge_id)
        by_half = queries.earlier_quantities(standings, second, 2)
        by_autumn = queries.earlier_quantities(standings, second, 3)
        assert whole.matter not in by_half
        assert by_autumn[whole.matter] == [queries.Was(1, Decimal(60), is_lower_now=True)]


class TestCompletion:
    def test_is_of_the_year_so_far_against_what_was_promised_by_then(self, story: Story) -> None:
        cast = story.cast
        story.stations(12, on=date(2020, 2, 1))
        story.stations(9, on=date(2020, 5, 1))
        version = approved(cast, quartered(cast))
        whole = Target.objects.get(version=version, unit=cast.group, indicator=STATIONS)

        def by(quarter: int, on: date) -> tuple[object, ...]:
            one = progress_of(
                [whole], year=2020, signatory=cast.group, on=on, lights=DEFAULT, quarter=quarter
            )[0]
            return one.quantity, one.figure.value, one.share, one.ahead.value, one.light

        end = date(2020, 6, 30)
        assert by(1, end) == (Decimal(10), Decimal(12), Decimal("1.2"), Decimal(12), Light.GREEN)
        assert by(2, end) == (Decimal(30), Decimal(21), Decimal("0.7"), Decimal(21), Light.RED)
        # 21 × 274 ÷ 182 days.
        assert by(3, end) == (Decimal(60), Decimal(21), Decimal("0.35"), Decimal("31.6154"), Light.RED)

    def test_the_page_shows_each_quarter_and_narrows_to_one(self, story: Story) -> None:
        cast = story.cast
        story.stations(12, on=date(2020, 2, 1))
        version = approved(cast, quartered(cast))
        home = f"/targets/{version.pledge_id}/"
        context = door(cast.officer).get(f"{home}?on=2020-05-31").context
        assert [(row.adds, row.promised, row.share, row.one is None) for row in context["quarters"]] == [
            ("10个", "10个", "120.0%", False), ("20个", "30个", "40.0%", False),
            ("30个", "60个", "—", True), ("40个", "100个", "—", True),
        ]  # fmt: skip
        context = door(cast.officer).get(f"{home}?on=2020-05-31&quarter=2").context
        assert [(row.one.target.indicator, row.one.quantity) for row in context["own"]] == [
            (STATIONS, Decimal(30))
        ]
        assert [(row.one.unit.code, row.one.quantity, row.share) for row in context["rows"]] == [
            ("P52", Decimal(15), "80.0%"), ("P53", Decimal(15), "—"),
        ]  # fmt: skip
        text = text_of(cast.officer, f"{home}?on=2020-05-31&quarter=2")
        assert "form.xlsx?on=2020-05-31&amp;quarter=2" in text
        answer: Any = door(cast.officer).get(f"{home}completion.csv?on=2020-05-31&quarter=2")
        assert (
            "P52,贵州省分公司,省级分公司,新建无线基站,network.base_stations,,个,不少于,15.0000,2020-06-30,12"
            in b"".join(answer.streaming_content).decode()
        )
        rank = door(cast.officer).get(f"{home}ranking/?on=2020-05-31&quarter=2").context["rows"]
        assert [(at, row.one.unit.code) for at, row in rank] == [(1, "P52"), (None, "P53")]

    def test_the_form_of_a_quarter_says_so(self, story: Story) -> None:
        version = approved(story.cast, quartered(story.cast))
        answer = door(story.cast.officer).get(
            f"/targets/{version.pledge_id}/form.zh.docx?on=2020-06-30&quarter=2"
        )
        from tests.reporting.publications.stating import words_of_docx

        assert "2020 年责任书完成情况表（截至二季度）" in words_of_docx(answer.content)


class TestByHand:
    def test_quarters_are_typed_all_or_none(self, cast: Cast) -> None:
        version = drafted(cast)
        home = f"/targets/versions/{version.pk}/"
        said: dict[str, Any] = {
            "key": "a", "indicator": STATIONS, "unit": cast.group.pk, "quantity": "1", "scale": "万", "direction": "AT_LEAST",
            "due_on": "2020-12-31", "first_quarter": "0.1", "second_quarter": "0.2", "third_quarter": "0.3",
        }  # fmt: skip
        answer = door(cast.officer).post(f"{home}targets", said)
        assert answer.status_code == 422
        assert "只填了几个季度" in answer.content.decode()
        assert door(cast.officer).post(f"{home}targets", {**said, "fourth_quarter": "0.4"}).status_code == 302
        target = Target.objects.get()
        assert target.quarters == four(1000, 2000, 3000, 4000)
        text = text_of(cast.officer, home)
        assert "分季度 1\u202f000 + 2\u202f000 + 3\u202f000 + 4\u202f000" in text
        form = door(cast.officer).get(f"{home}targets/{target.pk}/").context["form"]
        assert [form.initial[name] for name in QUARTERS] == ["0.1", "0.2", "0.3", "0.4"]

    def test_approval_still_needs_another_person(self, cast: Cast) -> None:
        version = quartered(cast)
        submit_pledge(version=version, act=act(cast.officer))
        approve_pledge(version=version, act=act(cast.verifier))
        assert queries.state_of(version.pk) == "APPROVED"
