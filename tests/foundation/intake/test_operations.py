"""Uploads are received, cancelled and confirmed; a refusal writes nothing."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections

from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.evidence.operations import UnableToKeep
from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake import queries
from bangfu.foundation.intake.archives import UnableToReadArchive
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.layouts import CheckedRows, Layout, UnknownLayout
from bangfu.foundation.intake.models import Upload, UploadEvidence
from bangfu.foundation.intake.operations import (
    UnableToImport,
    cancel_upload,
    receive_upload,
    rows_to_import,
    uploading,
)
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Post
from bangfu.foundation.people.models import Account
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.intake.toy import csv, row, xlsx, zipped

LOG = b"GZ-1 RSRP -92 dBm\n"
OTHER_LOG = b"GZ-2 RSRP -95 dBm\n"
SECRET = "秘密★5年\n".encode()


def receive(cast: Cast, content: bytes, actor: Account | None = None, **changes: Any) -> Upload:
    """Receive a sheet for 贵州, from its clerk unless another is named."""
    key = changes.pop("key", None)
    arguments: dict[str, Any] = {
        "layout": "toy.posts",
        "unit": cast.guizhou,
        "name": "岗位.xlsx",
        "content": content,
    }
    return receive_upload(**arguments | changes, act=cast.act(actor or cast.clerk, key=key))


def nothing_written() -> bool:
    """Return whether no upload, file, post or audit row was written."""
    written = [model.objects.exists() for model in (Upload, UploadEvidence, EvidenceFile, Post, AuditEntry)]
    return not any(written)


@pytest.mark.django_db
class TestReceiveUpload:
    def test_keeps_the_sheet_for_preview(self, cast: Cast, toy: Layout) -> None:
        content = xlsx(row("GZ-1"), row("GZ-2", county="没有的县"), ["合计", "", "", 6, "", "", "", ""])

        upload = receive(cast, content)

        assert list(
            Upload.objects.values_list(
                "layout", "unit", "name", "row_count", "refused_count", "state", "uploaded_by", "uploaded_at", "notes"
            )
        ) == [
            (
                "toy.posts", cast.guizhou.pk, "岗位.xlsx", 2, 1, "PREVIEWED", cast.clerk.pk, NOW,
                [{"zh": "第 4 行是合计行，没有读取。", "en": "Row 4 is a totals row and was not read."}],
            )
        ]  # fmt: skip
        assert path_of(upload.sheet_id).read_bytes() == content
        assert list(AuditEntry.objects.values_list("operation", "actor")) == [
            ("intake.receive_upload", cast.clerk.pk)
        ]

    def test_keeps_the_files_that_the_sheet_names(self, cast: Cast, toy: Layout, tmp_path: Path) -> None:
        evidence = zipped(tmp_path / "e.zip", {"照片/1.TXT": LOG, "2.txt": OTHER_LOG, "无关.txt": b"else\n"})

        upload = receive(
            cast, xlsx(row("GZ-1", photo="1.txt"), row("GZ-2", photo="x/2.TXT")), evidence=evidence
        )

        kept = {name: path_of(digest).read_bytes() for name, digest in queries.digests_of(upload).items()}
        assert kept == {"1.txt": LOG, "2.txt": OTHER_LOG}
        assert EvidenceFile.objects.count() == 3
        assert [note["zh"] for note in upload.notes] == [
            "压缩包中有 1 个文件没有被表格用到，未保存：无关.txt"
        ]
        digests = queries.digests_of(upload)
        assert queries.read_rows(upload).select("photo", "photo_digest").rows() == [
            ("1.txt", digests["1.txt"]), ("2.txt", digests["2.txt"]),
        ]  # fmt: skip

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_takes_csv(self, cast: Cast, toy: Layout, encoding: str) -> None:
        upload = receive(cast, csv(row("GZ-1"), row("GZ-2")).encode(encoding), name="岗位.csv")
        assert queries.read_rows(upload)["county"].to_list() == [522327000000, 522327000000]

    def test_does_the_same_request_once(self, cast: Cast, toy: Layout) -> None:
        first = receive(cast, xlsx(row()), key="k")
        assert receive(cast, xlsx(row()), key="k") == first
        assert Upload.objects.count() == 1

    def test_refuses_the_same_key_for_another_sheet(self, cast: Cast, toy: Layout) -> None:
        receive(cast, xlsx(row()), key="k")
        with pytest.raises(NotPermitted) as caught:
            receive(cast, xlsx(row("GZ-2")), key="k")
        assert caught.value.code == "key_reused"

    @pytest.mark.parametrize(
        ("actor", "allowed"),
        [("officer", True), ("clerk", True), ("clerk_of_yunnan", False), ("county_official", False),
         ("auditor", False), ("verifier", False), ("outsider", False)],
    )  # fmt: skip
    def test_lets_who_imports_for_the_unit(self, cast: Cast, toy: Layout, actor: str, allowed: bool) -> None:
        if allowed:
            assert receive(cast, xlsx(row()), getattr(cast, actor)).row_count == 1
            return
        with pytest.raises(NotPermitted) as caught:
            receive(cast, xlsx(row()), getattr(cast, actor))
        assert caught.value.code == "out_of_scope"
        assert nothing_written()

    @pytest.mark.parametrize(
        ("changes", "kind", "code"),
        [
            ({"layout": "toy.nothing"}, UnknownLayout, "unknown_layout"),
            ({"content": b"PK\x03\x04"}, UnableToReadSheet, "damaged"),
            ({"content": xlsx()}, UnableToReadSheet, "no_rows"),
            ({"content": xlsx(["x"], headings=["岗位编码"])}, UnableToReadSheet, "missing_columns"),
            ({"name": "绝密★文件.xlsx"}, UnableToKeep, "secret_mark"),
        ],
    )
    def test_refuses_with_nothing_written(
        self, cast: Cast, toy: Layout, changes: dict[str, Any], kind: type[Exception], code: str
    ) -> None:
        with pytest.raises(kind) as caught:
            receive(cast, changes.pop("content", xlsx(row())), **changes)
        assert caught.value.code == code
        assert nothing_written()

    def test_refuses_evidence_with_a_secret_mark(self, cast: Cast, toy: Layout, tmp_path: Path) -> None:
        evidence = zipped(tmp_path / "e.zip", {"1.txt": LOG, "2.txt": SECRET})
        with pytest.raises(UnableToKeep) as caught:
            receive(cast, xlsx(row("GZ-1", photo="1.txt"), row("GZ-2", photo="2.txt")), evidence=evidence)
        assert caught.value.code == "secret_mark"
        assert nothing_written()

    def test_refuses_a_broken_zip(self, cast: Cast, toy: Layout, tmp_path: Path) -> None:
        (tmp_path / "e.zip").write_bytes(b"nothing")
        with pytest.raises(UnableToReadArchive) as caught:
            receive(cast, xlsx(row()), evidence=tmp_path / "e.zip")
        assert caught.value.code == "not_a_zip"
        assert nothing_written()

    def test_refuses_a_file_that_was_imported(self, cast: Cast, toy: Layout) -> None:
        content = xlsx(row())
        toy.confirm(upload=receive(cast, content), act=cast.act(cast.clerk))
        with pytest.raises(UnableToImport) as caught:
            receive(cast, content, cast.officer)
        assert caught.value.code == "duplicate_file"
        assert str(caught.value).startswith("这份文件已由韦兰于 2020-07-31 17:00 导入（贵州省分公司）")
        assert Upload.objects.count() == 1

    def test_takes_a_file_again_that_was_not_imported(self, cast: Cast, toy: Layout) -> None:
        receive(cast, xlsx(row()))
        receive(cast, xlsx(row()))
        assert Upload.objects.count() == 2


@pytest.mark.django_db
class TestChecked:
    def test_gives_typed_rows(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("gz-1", seats="1,052", cost=12.5, kind="vacant", remark=" 双江 ")))
        checked = queries.checked(upload)
        assert checked.frame.to_dicts() == [
            {
                "row": 2, "code": "GZ-1", "county": 522327000000, "opened_on": date(2019, 3, 5),
                "seats": 1052, "cost": Decimal("12.50"), "kind": "IDLE",
                "photo": None, "photo_digest": None, "remark": "双江", "standing": "new",
            }
        ]  # fmt: skip
        assert (checked.new, checked.same, checked.changed, checked.refusals) == (1, 0, 0, [])

    def test_tells_every_refused_row_why(self, cast: Cast, toy: Layout) -> None:
        rows = [
            row("GZ-1"), row("GZ-2", county="册亭县"), row("GZ-3", opened_on="2020-08-01", seats=0),
            row("gz-1"), row("X-1"), row("GZ-6", photo="没有.jpg"), row(""), row("GZ-8", county="昭阳区"),
        ]  # fmt: skip
        upload = receive(cast, xlsx(*rows))
        checked = queries.checked(upload)
        assert [(r.row, r.column, str(r.sentence)) for r in checked.refusals] == [
            (2, "code", "「岗位编码」GZ-1 在第 2、5 行重复出现。请只保留一行。"),
            (
                3,
                "county",
                "找不到区县「册亭县」。是不是：贵州省黔西南布依族苗族自治州册亨县？请写全称或六位代码。",
            ),
            (4, "opened_on", "「设立日期」是未来的日期：2020-08-01。请核对；尚未发生的不要填报。"),
            (4, "seats", "「人数」超出范围（1 至 5000）：0。请核对。"),
            (5, "code", "「岗位编码」gz-1 在第 2、5 行重复出现。请只保留一行。".replace("gz", "GZ")),
            (6, "code", "岗位「X-1」不得登记。请删去这一行。"),
            (7, "photo", "佐证压缩包里没有文件「没有.jpg」。请把它放进压缩包，或改正文件名。"),
            (8, "code", "「岗位编码」是必填项，请填写。"),
            (9, "county", "「昭阳区」不在本单位所在的省。请核对区县，或由该省的单位上传。"),
        ]
        assert (checked.new, checked.refused_rows, upload.refused_count) == (0, 8, 8)

    def test_lists_the_choices_of_an_ambiguous_county(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row(county="鼓楼区")), cast.officer, unit=cast.office)
        (refusal,) = queries.checked(upload).refusals
        assert str(refusal.sentence) == (
            "「鼓楼区」不止一个：江苏省南京市鼓楼区、江苏省徐州市鼓楼区、福建省福州市鼓楼区、河南省开封市鼓楼区。"
            "请写明是哪一个（省市加县名，或六位代码）。"
        )

    def test_speaks_english_too(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row(seats="3人")))
        (refusal,) = queries.checked(upload).refusals
        assert refusal.sentence.en == "“Seats” is not a number: 3人. Give the number alone, without its unit."

    def test_counts_what_is_recorded_already_as_the_same(self, cast: Cast, toy: Layout) -> None:
        toy.confirm(upload=receive(cast, xlsx(row("GZ-1"))), act=cast.act(cast.clerk))
        checked = queries.checked(receive(cast, xlsx(row("GZ-1"), row("GZ-2"))))
        assert (checked.new, checked.same) == (1, 1)


@pytest.mark.django_db
class TestConfirm:
    def test_imports_the_rows_and_notes_the_outcome(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))

        toy.confirm(upload=upload, act=cast.act(cast.officer))

        assert sorted(Post.objects.values_list("unit", "title_zh", "title_en")) == [
            (cast.guizhou.pk, "GZ-1", "522327000000"), (cast.guizhou.pk, "GZ-2", "522327000000"),
        ]  # fmt: skip
        assert list(Upload.objects.values_list("state", "confirmed_by", "confirmed_at", "outcome")) == [
            ("CONFIRMED", cast.officer.pk, NOW, {"posts": 2, "address": "/review/7/"})
        ]

    def test_does_the_same_request_once(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1")))
        toy.confirm(upload=upload, act=cast.act(cast.clerk, key="k"))
        toy.confirm(upload=upload, act=cast.act(cast.clerk, key="k"))
        assert Post.objects.count() == 1

    @pytest.mark.parametrize(
        ("content", "prepare", "code"),
        [
            (xlsx(row("GZ-1"), row("GZ-2", seats="x")), lambda **_: None, "rows_refused"),
            (xlsx(row("GZ-1")), lambda upload, cast, **_: cancel_upload(upload=upload, act=cast.act(cast.clerk)),
             "cancelled_already"),
        ],
    )  # fmt: skip
    def test_refuses_with_nothing_written(
        self, cast: Cast, toy: Layout, content: bytes, prepare: Callable[..., Any], code: str
    ) -> None:
        upload = receive(cast, content)
        prepare(upload=upload, cast=cast)
        audited = AuditEntry.objects.count()
        with pytest.raises(UnableToImport) as caught:
            toy.confirm(upload=upload, act=cast.act(cast.clerk))
        assert caught.value.code == code
        assert not Post.objects.exists()
        assert AuditEntry.objects.count() == audited

    def test_names_the_first_refused_row_and_carries_all(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2", seats="x"), row("GZ-3", kind="?")))
        with pytest.raises(UnableToImport) as caught:
            toy.confirm(upload=upload, act=cast.act(cast.clerk))
        assert str(caught.value) == (
            "有 2 行不能导入，整份表格未导入。首先是第 3 行：「人数」不是数字：x。请只填数字，不带单位。"
            "请下载被拒的行，改正后重新上传。"
        )
        assert [refusal.row for refusal in caught.value.rows] == [3, 4]

    def test_refuses_what_was_confirmed(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1")))
        toy.confirm(upload=upload, act=cast.act(cast.clerk))
        for again in (toy.confirm, cancel_upload):
            with pytest.raises(UnableToImport) as caught:
                again(upload=upload, act=cast.act(cast.officer))
            assert caught.value.code == "confirmed_already"
        assert Post.objects.count() == 1

    def test_refuses_the_same_file_uploaded_twice(self, cast: Cast, toy: Layout) -> None:
        first, second = (receive(cast, xlsx(row("GZ-1"))) for _ in range(2))
        toy.confirm(upload=first, act=cast.act(cast.clerk))
        with pytest.raises(UnableToImport) as caught:
            toy.confirm(upload=second, act=cast.act(cast.clerk))
        assert caught.value.code == "duplicate_file"

    def test_refuses_a_sheet_in_which_nothing_is_new(self, cast: Cast, toy: Layout) -> None:
        toy.confirm(upload=receive(cast, xlsx(row("GZ-1"))), act=cast.act(cast.clerk))
        with pytest.raises(UnableToImport) as caught:
            toy.confirm(upload=receive(cast, xlsx(row("GZ-1", remark="又"))), act=cast.act(cast.clerk))
        assert caught.value.code == "nothing_new"

    def test_refuses_whoever_may_not(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1")))
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                toy.confirm(upload=upload, act=cast.act(actor))
        assert not Post.objects.exists()

    def test_judges_rows_as_of_the_confirmation(self, cast: Cast, toy: Layout) -> None:
        early = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        toy.confirm(upload=receive(cast, xlsx(row("GZ-1"))), act=cast.act(cast.clerk))
        toy.confirm(upload=early, act=cast.act(cast.clerk))
        assert sorted(Post.objects.values_list("title_zh", flat=True)) == ["GZ-1", "GZ-2"]

    def test_keeps_to_the_day_of_the_upload(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row(opened_on="2020-08-01")))
        later = replace(cast.act(cast.clerk), at=NOW + timedelta(days=30))
        with pytest.raises(UnableToImport):
            toy.confirm(upload=upload, act=later)

    def test_is_taken_only_inside_an_operation(self, cast: Cast, toy: Layout) -> None:
        with pytest.raises(RuntimeError):
            rows_to_import(receive(cast, xlsx(row())), act=cast.act(cast.clerk))


@pytest.mark.django_db
class TestCancelUpload:
    def test_cancels(self, cast: Cast, toy: Layout) -> None:
        upload = cancel_upload(upload=receive(cast, xlsx(row())), act=cast.act(cast.officer))
        assert Upload.objects.get().state == upload.state == "CANCELLED"

    def test_refuses_a_second_time(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row()))
        cancel_upload(upload=upload, act=cast.act(cast.clerk))
        with pytest.raises(UnableToImport) as caught:
            cancel_upload(upload=upload, act=cast.act(cast.clerk))
        assert caught.value.code == "cancelled_already"

    def test_refuses_whoever_may_not(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row()))
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                cancel_upload(upload=upload, act=cast.act(actor))
        assert Upload.objects.get().state == "PREVIEWED"


class TestTwoAtOnce:
    @pytest.mark.parametrize("same_upload", [True, False])
    def test_import_one_file_once(self, own_database: str, toy: Layout, same_upload: bool) -> None:
        cast = enter_cast()
        first = receive(cast, xlsx(row("GZ-1")))
        second = first if same_upload else receive(cast, xlsx(row("GZ-1")), cast.officer)

        answers = at_once(cast, toy, (first, cast.clerk), (second, cast.officer))

        assert answers == sorted(["imported", "confirmed_already" if same_upload else "duplicate_file"])
        assert Post.objects.count() == 1

    def test_would_clash_in_the_database_with_the_lock_off(
        self, own_database: str, toy: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = enter_cast()
        first, second = (receive(cast, xlsx(row("GZ-1"))) for _ in range(2))
        both_checked, check = threading.Barrier(2), queries.checked

        def check_and_wait(upload: Upload) -> CheckedRows:
            found = check(upload)
            both_checked.wait(timeout=20)
            return found

        monkeypatch.setattr(uploading, "_lock_file", lambda layout, digest: None)
        monkeypatch.setattr(queries, "checked", check_and_wait)

        assert at_once(cast, toy, (first, cast.clerk), (second, cast.officer)) == [
            "IntegrityError",
            "imported",
        ]
        assert Post.objects.count() == 1


def at_once(cast: Cast, toy: Layout, *pairs: tuple[Upload, Account]) -> list[str]:
    """Confirm uploads at the same moment and return the answers, sorted."""
    of_the_test = dict(connection.settings_dict)
    start, answers = threading.Barrier(len(pairs)), []

    def confirm(upload: Upload, actor: Account) -> None:
        connections["default"].settings_dict.update(of_the_test)
        start.wait(timeout=20)
        try:
            toy.confirm(upload=upload, act=cast.act(actor))
            answers.append("imported")
        except UnableToImport as refusal:
            answers.append(refusal.code)
        except IntegrityError:
            answers.append("IntegrityError")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_evidence_lies_below_the_test_s_own_folder() -> None:
    assert "bangfu-tests" in str(settings.EVIDENCE_FOLDER)
