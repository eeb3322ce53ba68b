"""What makes a record risky: each reason on a frame small enough to follow."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars
import pytest

from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.risk import ROWS, WEIGHTS, scored, weighed
from tests.cast import CEHENG, Cast
from tests.foundation.review import toys

PLAIN = {
    "happened_on": date(2020, 7, 8),  # a Wednesday in the middle of a quarter
    "place": CEHENG,
    "quantity": None,
    "submitted_on": date(2020, 7, 31),
    "has_evidence": True,
    "evidence_shared": False,
    "returned_before": False,
}
NOTHING = polars.Series("quantity", [], dtype=polars.Float64)


def rows(*changes: dict[str, Any]) -> polars.DataFrame:
    return polars.DataFrame(
        [{"record": number, **PLAIN, **change} for number, change in enumerate(changes, 1)], schema=ROWS
    )


def reasons(frame: polars.DataFrame, others: polars.Series = NOTHING, **asked: bool) -> list[tuple[int, str]]:
    found = weighed(frame, others=others, **asked)
    return sorted(zip(found["record"], found["reason"], strict=True))


class TestWeighed:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"has_evidence": False}, "no_evidence"),
            ({"evidence_shared": True}, "evidence_shared"),
            ({"returned_before": True}, "returned_before"),
            ({"happened_on": date(2020, 7, 11)}, "weekend"),
            ({"happened_on": date(2020, 6, 29)}, "period_end"),
            ({"happened_on": date(2020, 6, 30)}, "period_end"),
            ({"happened_on": date(2020, 5, 1)}, "late"),
        ],
    )
    def test_one_reason_alone(self, change: dict[str, Any], reason: str) -> None:
        assert reasons(rows({}, change)) == [(2, reason)]

    @pytest.mark.parametrize(
        "change",
        [
            {"happened_on": date(2020, 6, 26)},
            {"happened_on": date(2020, 7, 1)},
            {"happened_on": date(2020, 5, 4)},
            {"happened_on": None, "place": None},
        ],
    )
    def test_just_not(self, change: dict[str, Any]) -> None:
        assert reasons(rows(change)) == []

    def test_a_measure_without_evidence_misses_none(self) -> None:
        assert reasons(rows({"has_evidence": False}), asks_evidence=False) == []

    def test_a_value_far_from_the_units_others(self) -> None:
        others = polars.Series("quantity", [10.0, 11, 12, 13, 14, 15, 16, 17])
        assert reasons(rows({"quantity": 12.0}, {"quantity": 900.0}), others) == [(2, "outlier")]
        assert reasons(rows({"quantity": 900.0})) == []

    def test_the_same_village_many_times_but_not_the_same_county(self) -> None:
        village = CEHENG + 101_201
        assert reasons(rows(*[{"place": village}] * 4)) == []
        assert reasons(rows(*[{"place": village}] * 5)) == [(number, "same_place") for number in range(1, 6)]
        assert reasons(rows(*[{"place": CEHENG}] * 50)) == []


class TestScored:
    def test_the_riskiest_first_with_its_weightiest_reason_first(self) -> None:
        frame = rows({}, {"happened_on": date(2020, 7, 11), "has_evidence": False}, {"evidence_shared": True})
        found = scored([1, 2, 3], weighed(frame, others=NOTHING))
        assert found.rows() == [
            (2, WEIGHTS["no_evidence"] + WEIGHTS["weekend"], ["no_evidence", "weekend"]),
            (3, WEIGHTS["evidence_shared"], ["evidence_shared"]),
            (1, 0, []),
        ]

    def test_never_above_a_hundred(self) -> None:
        many = polars.DataFrame({"record": [1, 1], "score": [80, 70], "reason": ["a", "b"]})
        assert scored([1], many)["score"].to_list() == [100]


@pytest.mark.django_db
class TestPaper:
    def test_keeps_the_risk_of_its_riskiest_record(self, cast: Cast) -> None:
        toys.placed({1: CEHENG, 2: CEHENG}, on=date(2020, 6, 30))
        calm = toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 1, 9), title="静", act=cast.act(cast.clerk)
        )
        risky = toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 2), title="险", act=cast.act(cast.clerk)
        )
        assert (calm.risk, risky.risk) == (0, WEIGHTS["period_end"])

    def test_the_page_puts_the_riskiest_first_and_says_why(self, cast: Cast, client: Any) -> None:
        toys.placed({3: CEHENG}, on=date(2020, 6, 27))
        paper = toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 3), title="三口", act=cast.act(cast.clerk)
        )
        client.force_login(cast.verifier)
        first, second, third = toys.wells(cast.guizhou, 3)
        page = client.get(f"/review/{paper.pk}/").content.decode()
        assert page.index(f"/wells/{third}") < page.index(f"/wells/{first}") < page.index(f"/wells/{second}")
        assert "发生在周末" in page
        by_key = client.get(f"/review/{paper.pk}/?sort=key").content.decode()
        assert by_key.index(f"/wells/{first}") < by_key.index(f"/wells/{third}")
        flagged = client.get(f"/review/{paper.pk}/?show=flagged").content.decode()
        assert (f"/wells/{third}" in flagged, f"/wells/{first}" in flagged) == (True, False)

    def test_the_inbox_sorts_by_risk_age_and_unit(self, cast: Cast, client: Any) -> None:
        toys.placed({2: CEHENG}, on=date(2020, 6, 30))
        for number, title in ((1, "静"), (2, "险")):
            toys.submit_wells(
                unit=cast.guizhou,
                ids=toys.wells(cast.guizhou, 1, number),
                title=title,
                act=cast.act(cast.clerk),
            )
        client.force_login(cast.verifier)
        for sort, order in (
            ("risk", ["险", "静"]),
            ("age", ["静", "险"]),
            ("newest", ["险", "静"]),
            ("unit", ["静", "险"]),
        ):
            rows_shown = client.get(f"/review/?sort={sort}").context["rows"]
            assert [row["paper"].title for row in rows_shown] == order, sort

    def test_shows_the_papers_before_and_after(self, cast: Cast, client: Any) -> None:
        keys = toys.wells(cast.guizhou, 2)
        first = toys.submit_wells(unit=cast.guizhou, ids=keys, title="一", act=cast.act(cast.clerk))
        toys.return_wells(batch=first, remark="缺照片", act=cast.act(cast.verifier))
        again = toys.submit_wells(unit=cast.guizhou, ids=keys, title="二", act=cast.act(cast.clerk))
        assert again.risk == WEIGHTS["returned_before"]
        client.force_login(cast.verifier)
        page = client.get(f"/review/{again.pk}/")
        told = [(step.words, step.remark, step.paper) for step in page.context["trail"]]
        assert told == [
            ("韦兰提交", "", None), ("韦兰提交", "", first.pk), ("陈立退回", "缺照片", first.pk),
        ]  # fmt: skip
        assert "曾被退回后改过" in page.content.decode()
        old = client.get(f"/review/{first.pk}/")
        assert again.pk in [step.paper for step in old.context["trail"]]
        assert Batch.objects.count() == 2
