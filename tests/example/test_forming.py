"""The example's forms: uploaded, pointed and filled once, with a second edition that shows what moved."""

from __future__ import annotations

import pytest

from bangfu.reporting.forms.documents import document_of
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.forms.queries import newest_revision
from example import forming
from tests.cast import Cast


@pytest.mark.django_db
class TestForms:
    def test_are_kept_once_and_follow_the_second_edition(self, cast: Cast) -> None:
        forming.keep_forms()
        forming.keep_forms()
        first, second, paper = Version.objects.order_by("pk")
        assert [(one.name_zh, one.number) for one in (first, second, paper)] == [
            (forming.BOOK[0], 1), (forming.BOOK[0], 2), (forming.PAPER[0], 1),
        ]  # fmt: skip
        assert list(Fill.objects.order_by("pk").values_list("revision__version", "period")) == [
            (first.pk, "2019-Q1"), (first.pk, "2019-Q2"), (first.pk, "2019-Q3"),
            (second.pk, "2019-Q4"), (second.pk, "2020-Q1"), (paper.pk, "2019"),
        ]  # fmt: skip
        revision = newest_revision(second)
        assert revision is not None
        assert revision.left_over == []
        pointed = {one["cells"]: one["indicator"] for one in revision.pointings if one["kind"] == "figure"}
        assert pointed == {
            "B5": "projects.put_in", "C5": "projects.put_in", "B6": "network.base_stations", "C6": "network.base_stations",
            "B7": "training.cadres", "C7": "training.cadres", "B10:B13": "network.base_stations",
        }  # fmt: skip
        grid = document_of(second).grids[0]
        assert [grid.cell((row, 1)).text for row in (5, 6, 7)] == [name for name, *_ in forming.SECOND]
