"""Headings of a unit's own: said once, its sheets and those of the units below it are read with them."""

from __future__ import annotations

import uuid

import pytest

from bangfu.foundation.intake import queries
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import OwnHeadings, Upload
from bangfu.foundation.intake.naming import said_above, said_by, with_own_headings
from bangfu.foundation.intake.operations import UnableToName, name_headings, receive_upload
from bangfu.foundation.operations import NotPermitted
from tests.cast import Cast
from tests.foundation.intake.test_pages import door, text_of
from tests.foundation.intake.toy import HEADINGS, row, xlsx

pytestmark = pytest.mark.django_db
OURS = [{"岗位编码": "工号", "人数": "编制数"}.get(heading, heading) for heading in HEADINGS]


def named(cast: Cast, **headings: list[str]) -> OwnHeadings:
    """Say, as the clerk, which headings the sheets of 贵州 bear."""
    return name_headings(layout="toy.posts", unit=cast.guizhou, headings=headings, act=cast.act(cast.clerk))


def uploaded(cast: Cast, content: bytes) -> Upload:
    """Upload a sheet for 贵州."""
    return receive_upload(
        layout="toy.posts", unit=cast.guizhou, name="岗位.xlsx", content=content, act=cast.act(cast.clerk)
    )


class TestNameHeadings:
    def test_sheets_are_read_with_what_was_said(self, cast: Cast, toy: Layout) -> None:
        content = xlsx(row(), headings=OURS)
        with pytest.raises(UnableToReadSheet) as refused:
            uploaded(cast, content)
        assert refused.value.code == "unknown_columns"
        named(cast, code=["工号"], seats=["编制数"])
        found = queries.preview(uploaded(cast, content))
        assert (found.checked.new, found.checked.refusals) == (1, [])
        assert found.texts["seats"].to_list() == ["3"]

    def test_what_a_unit_above_says_holds_below_and_the_nearer_comes_first(
        self, cast: Cast, toy: Layout
    ) -> None:
        act = cast.act(cast.officer)
        name_headings(
            layout="toy.posts", unit=cast.group, headings={"code": ["工号"], "seats": ["岗"]}, act=act
        )
        assert said_above("toy.posts", cast.guizhou) == {"code": ["工号"], "seats": ["岗"]}
        named(cast, kind=["岗"])
        assert said_by("toy.posts", cast.guizhou) == {"kind": ["岗"]}
        assert said_above("toy.posts", cast.guizhou) == {"code": ["工号"]}
        own = {one.name: one.own for one in with_own_headings(toy, cast.guizhou).columns if one.own}
        assert own == {"code": ("工号",), "kind": ("岗",)}

    def test_what_is_said_later_stands_for_all_that_was_said_before(self, cast: Cast, toy: Layout) -> None:
        named(cast, code=["工号"], seats=["编制数"])
        named(cast, code=["号码"])
        assert said_by("toy.posts", cast.guizhou) == {"code": ["号码"]}
        assert OwnHeadings.objects.count() == 2

    @pytest.mark.parametrize(
        ("headings", "code"),
        [
            ({"rank": ["级别"]}, "unknown_column"),
            ({"remark": ["岗位 编码"]}, "known_already"),
            ({"code": ["编码"]}, "needless"),
            ({"code": ["工号"], "seats": ["工 号"]}, "said_twice"),
            ({"code": ["工" * 61]}, "too_long"),
        ],
    )
    def test_refuses(self, cast: Cast, toy: Layout, headings: dict[str, list[str]], code: str) -> None:
        with pytest.raises(UnableToName) as refused:
            named(cast, **headings)
        assert refused.value.code == code
        assert "{" not in refused.value.sentence.zh + refused.value.sentence.en
        assert not OwnHeadings.objects.exists()

    def test_who_may(self, cast: Cast, toy: Layout) -> None:
        for account in (cast.outsider, cast.auditor):
            with pytest.raises(NotPermitted):
                name_headings(
                    layout="toy.posts", unit=cast.guizhou, headings={"code": ["工号"]}, act=cast.act(account)
                )


class TestPage:
    def test_leads_from_the_upload_to_the_headings_and_back(self, cast: Cast, toy: Layout) -> None:
        client, unit = door(cast.clerk), cast.guizhou.pk
        assert (
            f"/intake/toy.posts/headings?unit={unit}" in client.get("/intake/toy.posts/new").content.decode()
        )
        assert "已认得的列名" in text_of(client.get(f"/intake/toy.posts/headings?unit={unit}"))
        said = {"unit": unit, "key": str(uuid.uuid4()), "own-code": "工号；编号", "own-seats": ""}
        answer = client.post("/intake/toy.posts/headings", said)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/intake/toy.posts/new?unit={unit}")
        assert said_by("toy.posts", cast.guizhou) == {"code": ["工号", "编号"]}
        assert 'value="工号、编号"' in client.get("/intake/toy.posts/headings").content.decode()

    def test_says_why_not_and_keeps_what_was_typed(self, cast: Cast, toy: Layout) -> None:
        said = {"unit": cast.guizhou.pk, "key": str(uuid.uuid4()), "own-remark": "人数"}
        answer = door(cast.clerk).post("/intake/toy.posts/headings", said)
        assert answer.status_code == 409
        assert "「人数」本来就读作「人数」，不能改作「备注」" in text_of(answer)
        assert 'name="own-remark" value="人数"' in answer.content.decode()

    def test_is_not_for_whoever_may_not_import(self, cast: Cast, toy: Layout) -> None:
        assert door(cast.outsider).get("/intake/toy.posts/headings").status_code == 403
