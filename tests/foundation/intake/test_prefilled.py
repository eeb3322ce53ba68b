"""A template never asks what the system knows: counties are offered, and no field is asked twice."""

from __future__ import annotations

import io
from collections import Counter

import openpyxl
import pytest

from bangfu.foundation.intake.headings import known_headings
from bangfu.foundation.intake.layouts import Layout, layouts
from bangfu.foundation.intake.queries import counties_of
from tests.cast import Cast
from tests.foundation.intake.test_pages import door


@pytest.mark.django_db
class TestCountiesOfAUnit:
    def test_are_those_of_its_place_each_by_the_name_a_sheet_may_say(self, cast: Cast) -> None:
        of_guizhou = counties_of(cast.guizhou)
        assert "册亨县" in of_guizhou
        assert len(set(of_guizhou)) == len(of_guizhou)
        assert counties_of(cast.ceheng) == ["册亨县"]
        assert counties_of(cast.group) == []

    def test_are_offered_in_the_template_and_nothing_else_is_refused(self, cast: Cast, toy: Layout) -> None:
        answer = door(cast.clerk).get("/intake/toy.posts/template.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        (rule,) = [
            one for one in book.worksheets[0].data_validations.dataValidation if str(one.sqref)[0] == "B"
        ]
        assert rule.showErrorMessage is not True
        offered = counties_of(cast.guizhou)
        listed = (
            [cell.value for cell in book["_choices"]["A"]] if "_choices" in str(rule.formula1) else offered
        )
        assert listed == offered


class TestAskedTwice:
    def test_no_layout_asks_twice_for_the_same(self) -> None:
        """Two columns that may be called the same ask for the same: the count of the guide is zero."""
        twice = {
            layout.code: heading
            for layout in layouts()
            for heading, times in Counter(
                heading for column in layout.columns for heading in known_headings(column)
            ).items()
            if times > 1
        }
        assert twice == {}

    def test_no_layout_asks_for_the_unit_that_the_form_asks_for(self) -> None:
        asked = {"填报单位", "上报单位", "reportingunit"}
        assert not [
            layout.code
            for layout in layouts()
            for column in layout.columns
            if asked & known_headings(column).keys()
        ]
