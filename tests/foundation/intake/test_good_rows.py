"""Good rows only, when somebody asks for it; what is left out comes back with its reasons and can be mended."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake import queries
from bangfu.foundation.intake.expiry import forget_old_sheets, sheets_kept
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import (
    UnableToImport,
    cancel_upload,
    forget_in_open_sheets,
    leave_out_refused,
)
from bangfu.foundation.intake.personal import UnableToOpenSheet, content_of, returned_of
from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    decorator,
    operation,
    require,
    system_writes,
)
from bangfu.foundation.organisation.models import Post
from tests.cast import NOW, Cast
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.test_pages import door, send, text_of
from tests.foundation.intake.toy import row, toy_room, xlsx

MIXED = (row("GZ-1"), row("GZ-2", seats="x", county="鼓楼区"), row("GZ-3"))


def erase(number: str, cast: Cast) -> None:
    """Do to open sheets what an erasure of the person with this number does."""

    def forget(*, act: Act) -> None:
        require(act, "intake.view", cast.guizhou.scope)
        forget_in_open_sheets(name=None, number=number)

    try:
        operation("toy.erase", scope=BY_ROWS)(forget)(act=cast.act(cast.clerk))
    finally:
        decorator._declared.pop("toy.erase", None)


pytestmark = pytest.mark.django_db


def posts() -> list[str]:
    return sorted(Post.objects.filter(title_zh__startswith="GZ-").values_list("title_zh", flat=True))


class TestLeaveOutRefused:
    def test_imports_the_others_and_keeps_those_with_their_reasons(self, cast: Cast, toy: Layout) -> None:
        upload = leave_out_refused(upload=receive(cast, xlsx(*MIXED)), act=cast.act(cast.clerk))
        assert (upload.left_out, posts()) == ([3], [])

        toy.confirm(upload=upload, act=cast.act(cast.clerk))

        kept = Upload.objects.get()
        assert (posts(), kept.state, kept.left_out, queries.imported_rows(kept)) == (
            ["GZ-1", "GZ-3"], "CONFIRMED", [3], 2,
        )  # fmt: skip
        assert kept.returned is not None
        sheet = openpyxl.load_workbook(io.BytesIO(path_of(kept.returned.pk).read_bytes())).worksheets[0]
        assert [sheet["A2"].value, sheet["B2"].value, sheet["D2"].value, sheet["I2"].value] == [
            "GZ-2", "鼓楼区", "x", 3,
        ]  # fmt: skip
        beside = sheet["D2"].comment
        assert beside is not None
        assert beside.text.startswith(
            "「人数」不是数字：x。请只填数字，不带单位。\n“Seats” is not a number: x."
        )
        assert "「鼓楼区」不在本单位所在的省。" in sheet["J2"].value
        assert sheet["A2"].comment is None

    def test_what_comes_back_can_be_mended_and_uploaded_as_it_is(self, cast: Cast, toy: Layout) -> None:
        upload = leave_out_refused(upload=receive(cast, xlsx(*MIXED)), act=cast.act(cast.clerk))
        toy.confirm(upload=upload, act=cast.act(cast.clerk))
        book = openpyxl.load_workbook(io.BytesIO(returned_of(Upload.objects.get())))
        book.worksheets[0]["B2"].value, book.worksheets[0]["D2"].value = "册亨县", 4
        out = io.BytesIO()
        book.save(out)

        again = receive(cast, out.getvalue())
        toy.confirm(upload=again, act=cast.act(cast.clerk))

        assert posts() == ["GZ-1", "GZ-2", "GZ-3"]

    def test_imports_nothing_when_another_row_is_refused_by_then(self, cast: Cast, toy: Layout) -> None:
        upload = leave_out_refused(upload=receive(cast, xlsx(*MIXED)), act=cast.act(cast.clerk))
        with system_writes("another row was agreed on"):
            Upload.objects.filter(pk=upload.pk).update(left_out=[4])
        with pytest.raises(UnableToImport) as refused:
            toy.confirm(upload=upload, act=cast.act(cast.clerk))
        assert (refused.value.code, refused.value.details["row"], posts()) == ("rows_refused", 3, [])

    @pytest.mark.parametrize(
        ("rows", "code"),
        [([row("GZ-1")], "nothing_refused"), ([row("GZ-1", seats="x")], "nothing_left")],
    )
    def test_refuses_where_it_makes_no_difference(
        self, cast: Cast, toy: Layout, rows: list[list[object]], code: str
    ) -> None:
        upload = receive(cast, xlsx(*rows))
        with pytest.raises(UnableToImport) as refused:
            leave_out_refused(upload=upload, act=cast.act(cast.clerk))
        assert (refused.value.code, Upload.objects.get().left_out) == (code, None)

    def test_refuses_a_layout_whose_rows_mean_something_only_together(self, cast: Cast) -> None:
        with toy_room(whole=True):
            upload = receive(cast, xlsx(*MIXED))
            with pytest.raises(UnableToImport) as refused:
                leave_out_refused(upload=upload, act=cast.act(cast.clerk))
        assert refused.value.code == "whole_only"

    @pytest.mark.parametrize("after", ["confirmed", "cancelled"])
    def test_refuses_what_is_over(self, cast: Cast, toy: Layout, after: str) -> None:
        upload = leave_out_refused(upload=receive(cast, xlsx(*MIXED)), act=cast.act(cast.clerk))
        if after == "confirmed":
            toy.confirm(upload=upload, act=cast.act(cast.clerk))
        else:
            cancel_upload(upload=upload, act=cast.act(cast.clerk))
        with pytest.raises(UnableToImport) as refused:
            leave_out_refused(upload=upload, act=cast.act(cast.clerk))
        assert refused.value.code == f"{after}_already"

    def test_lets_only_whoever_may_import(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(*MIXED))
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.verifier):
            with pytest.raises(NotPermitted):
                leave_out_refused(upload=upload, act=cast.act(actor))
        assert Upload.objects.get().left_out is None

    def test_the_same_request_twice_is_once(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(*MIXED))
        first = leave_out_refused(upload=upload, act=cast.act(cast.clerk, key="k"))
        assert leave_out_refused(upload=upload, act=cast.act(cast.clerk, key="k")) == first


class TestPages:
    def test_offers_it_and_gives_the_rest_back(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        address = send(client, cast, xlsx(*MIXED))["Location"]
        assert "只导入能导入的 2 行，其余连同原因退回" in text_of(client.get(address))

        page = text_of(client.post(f"{address}confirm", {"key": "k", "good": "1"}, follow=True))

        assert "导入 2 行。" in page
        assert "1 行没有导入，连同原因退回" in page
        answer = client.get(f"{address}returned.xlsx")
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]["A2"].value == "GZ-2"
        assert door(cast.outsider).get(f"{address}returned.xlsx").status_code == 403

    def test_offers_nothing_of_the_kind_when_all_is_well_or_nothing_is(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        for rows in ([row("GZ-1")], [row("GZ-1", seats="x")]):
            address = send(client, cast, xlsx(*rows))["Location"]
            assert "只导入能导入的" not in text_of(client.get(address))
            assert client.get(f"{address}returned.xlsx").status_code == 404


class TestPersonalSheets:
    NUMBER = "11010519491231002X"

    def confirmed(self, cast: Cast, toy: Layout) -> Upload:
        """Return an upload with personal data of which one row was left out."""
        rows = (row("GZ-1"), row("GZ-2", seats="x", remark=f"联系人 {self.NUMBER}"))
        upload = leave_out_refused(upload=receive(cast, xlsx(*rows)), act=cast.act(cast.clerk))
        toy.confirm(upload=upload, act=cast.act(cast.clerk))
        return Upload.objects.select_related("sheet", "returned", "redacted").get()

    def test_keep_what_is_left_out_sealed_and_destroy_the_rest(self, cast: Cast, toy: Layout) -> None:
        upload = self.confirmed(cast, toy)
        assert upload.returned is not None
        assert upload.redacted is not None
        assert not path_of(upload.returned.pk).read_bytes().startswith(b"PK")
        sheet = openpyxl.load_workbook(io.BytesIO(returned_of(upload))).worksheets[0]
        assert (sheet["A2"].value, sheet["H2"].value) == ("GZ-2", f"联系人 {self.NUMBER}")
        with pytest.raises(UnableToOpenSheet):
            content_of(upload)
        left = openpyxl.load_workbook(io.BytesIO(path_of(upload.redacted.pk).read_bytes())).worksheets[0]
        assert [cell.value for cell in left["B"]][1:] == ["GZ-1"]
        assert upload.reading == ""

    def test_forget_it_after_thirty_days(self, cast: Cast, toy: Layout) -> None:
        upload = self.confirmed(cast, toy)
        forget_old_sheets(NOW + sheets_kept() + timedelta(seconds=1))
        with pytest.raises(UnableToOpenSheet):
            returned_of(upload)
        assert Upload.objects.get().state == "CONFIRMED"

    def test_forget_it_when_whoever_it_names_is_erased(self, cast: Cast, toy: Layout) -> None:
        upload = self.confirmed(cast, toy)
        erase("110105194912310047", cast)
        assert returned_of(upload)
        erase(self.NUMBER, cast)
        with pytest.raises(UnableToOpenSheet):
            returned_of(upload)
