"""Identity numbers where none belong, and sheets that nobody confirms."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake.expiry import forget_old_sheets, sheets_kept
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.intake.personal import UnableToOpenSheet, content_of, fingerprints_of, without_personal
from bangfu.foundation.intake.queries import preview
from tests.cast import NOW, Cast
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.toy import HEADINGS, csv, row, workbook, xlsx

NUMBER = "11010519491231002X"


@pytest.mark.django_db
class TestIdentityNumbersAnywhere:
    @pytest.mark.parametrize(
        "content",
        [
            csv(row(remark=f"联系人 {NUMBER}")).encode(),
            xlsx(row(), above=[[f"填表人 {NUMBER}"]]),
            csv(row(county=NUMBER)).encode(),
        ],
        ids=["in words", "above the heading", "in the wrong column"],
    )
    def test_seal_a_sheet_whose_layout_has_no_personal_column(
        self, cast: Cast, toy: Layout, content: bytes
    ) -> None:
        upload = receive(cast, content, name="岗位.csv")
        kept = path_of(upload.sheet_id).read_bytes()
        assert NUMBER.encode() not in kept
        assert not kept.startswith(b"PK")
        assert content_of(upload) == content
        assert upload.fingerprint == fingerprints_of(content)[1]
        assert preview(upload).texts.height == 1

    def test_a_sheet_without_any_is_kept_as_it_came(self, cast: Cast, toy: Layout) -> None:
        content = xlsx(row())
        upload = receive(cast, content)
        assert path_of(upload.sheet_id).read_bytes() == content
        assert not SheetKey.objects.exists()
        assert upload.fingerprint == upload.sheet_id

    def test_are_left_out_of_the_copy_that_is_kept(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row(remark=f"联系人 {NUMBER}"), row("GZ-2", remark="无")))
        toy.confirm(upload=upload, act=cast.act(cast.clerk))
        upload.refresh_from_db()
        assert upload.redacted_id is not None
        with pytest.raises(UnableToOpenSheet):
            content_of(upload)

    def test_only_what_is_personal_is_taken_out(self, cast: Cast, toy: Layout) -> None:
        upload = receive(
            cast, workbook({"数据": [HEADINGS, row(remark=f"联系人 {NUMBER}"), row("GZ-2", remark="无")]})
        )
        left = without_personal(toy, preview(upload).texts)
        assert left["remark"].to_list() == ["（已删去 removed）", "无"]
        assert left["code"].to_list() == ["GZ-1", "GZ-2"]


@pytest.mark.django_db
class TestForgetOldSheets:
    def test_destroys_what_nobody_confirmed_for_thirty_days(self, cast: Cast, toy: Layout) -> None:
        personal = receive(cast, xlsx(row(remark=NUMBER)))
        plain = receive(cast, xlsx(row()))
        assert forget_old_sheets(NOW + sheets_kept()) == 0
        assert forget_old_sheets(NOW + sheets_kept() + timedelta(seconds=1)) == 1
        assert dict(Upload.objects.values_list("pk", "state")) == {
            personal.pk: "CANCELLED",
            plain.pk: "PREVIEWED",
        }
        with pytest.raises(UnableToOpenSheet):
            content_of(personal)
        assert content_of(plain)

    def test_waits_as_long_as_the_house_says(self, cast: Cast, toy: Layout, settings: Settings) -> None:
        settings.SHEETS_KEPT_DAYS = 3
        receive(cast, xlsx(row(remark=NUMBER)))
        assert forget_old_sheets(NOW + timedelta(days=3)) == 0
        assert forget_old_sheets(NOW + timedelta(days=3, seconds=1)) == 1

    def test_sweeps_what_a_killed_request_left(self, db: None, settings: Settings) -> None:
        folder = Path(settings.VAR) / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        left, fresh = folder / "left.upload", folder / "fresh.upload"
        for file in (left, fresh):
            file.write_text(NUMBER)
        os.utime(left, (0, 0))
        forget_old_sheets(NOW)
        assert (left.exists(), fresh.exists()) == (False, True)
        fresh.unlink()
