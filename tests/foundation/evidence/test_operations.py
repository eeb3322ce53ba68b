"""Keeping and attaching files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import polars
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.utils.translation import override
from pytest_django.fixtures import Settings

from bangfu.foundation.evidence import operations as evidence
from bangfu.foundation.evidence import queries, storage
from bangfu.foundation.evidence.models import Attachment, EvidenceFile, EvidenceKind
from bangfu.foundation.evidence.operations import UnableToKeep, clean_name
from bangfu.foundation.operations import NotPermitted, system_writes
from tests.cast import NOW, Cast, enter_cast
from tests.conftest import pointing_at
from tests.foundation.evidence import files
from tests.foundation.review import toys

LOG = "下行 98 Mbps\n".encode()


def on_disk(folder: Path) -> list[str]:
    """Return the names of every file below the evidence folder, those on their way in included."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.django_db
class TestKeep:
    def test_keeps_the_bytes_under_their_digest(self, cast: Cast, folder: Path) -> None:
        kept = toys.keep(unit=cast.guizhou, name="D:\\测试\\log.txt", content=LOG, act=cast.act(cast.clerk))
        assert (kept.digest, kept.size, kept.media_type) == (digest(LOG), len(LOG), "text/plain")
        assert (kept.kept_at, kept.kept_by) == (NOW, cast.clerk)
        place = folder / kept.digest[:2] / kept.digest
        assert place == queries.path_of(kept.digest)
        assert place.read_bytes() == LOG
        assert storage.matches(kept.digest)
        assert on_disk(folder) == [kept.digest]

    def test_keeps_the_same_content_once(self, cast: Cast, folder: Path) -> None:
        first = toys.keep(unit=cast.guizhou, name="a.txt", content=LOG, act=cast.act(cast.clerk))
        again = toys.keep(unit=cast.yunnan, name="b.txt", content=LOG, act=cast.act(cast.clerk_of_yunnan))
        assert again == first
        assert again.kept_by == cast.clerk
        assert on_disk(folder) == [digest(LOG)]

    def test_mends_a_place_that_holds_half_a_file(self, cast: Cast) -> None:
        place = storage.path_of(digest(LOG))
        place.parent.mkdir(parents=True)
        place.write_bytes(LOG[:4])
        assert not storage.matches(digest(LOG))
        toys.keep(unit=cast.guizhou, name="a.txt", content=LOG, act=cast.act(cast.clerk))
        assert storage.matches(digest(LOG))

    @pytest.mark.parametrize(
        ("code", "name", "content"),
        [
            ("empty", "a.txt", b""),
            ("too_large", "a.txt", b"a" * 5001),
            ("unknown_type", "photo.jpg", b"MZ\x90\0\x03" + bytes(64)),
            ("unreadable", "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(30)),
            ("secret_mark", "log.txt", "机密★1年".encode("gb18030")),
            ("secret_mark", "关于机密 ★的通知.txt", LOG),
            ("secret_mark", "机密★.bin", b"MZ\x90\0\x03" + bytes(64)),
        ],
    )
    def test_refuses_and_keeps_nothing(
        self, cast: Cast, folder: Path, settings: Settings, code: str, name: str, content: bytes
    ) -> None:
        settings.EVIDENCE_LARGEST_BYTES = 5000
        with pytest.raises(UnableToKeep) as refused:
            toys.keep(unit=cast.guizhou, name=name, content=content, act=cast.act(cast.clerk))
        assert refused.value.code == code
        assert on_disk(folder) == []
        assert not EvidenceFile.objects.exists()

    def test_says_what_to_do(self, cast: Cast, settings: Settings) -> None:
        settings.EVIDENCE_LARGEST_BYTES = 2**20
        act = cast.act(cast.clerk)
        with pytest.raises(UnableToKeep) as refused:
            toys.keep(unit=cast.guizhou, name="x/a.log", content=b"a" * 3 * 2**19, act=act)
        with override("zh-hans"):
            assert str(refused.value) == (
                "文件「a.log」有 1.5 MB，超过了 1 MB 的上限。请压缩照片或拆分文件后再上传。"
            )
        with pytest.raises(UnableToKeep) as refused:
            toys.keep(unit=cast.guizhou, name="秘密★.txt", content=LOG, act=act)
        with override("zh-hans"):
            assert "请立即停止上传" in str(refused.value)
            assert "没有保存" in str(refused.value)
        with override("en"):
            assert "secrecy office" in str(refused.value)

    def test_a_dry_run_writes_nothing_to_the_disk(self, cast: Cast, folder: Path) -> None:
        act = cast.act(cast.clerk).tried()
        kept = toys.keep_many(unit=cast.guizhou, files=[("a.txt", LOG)], act=act)
        assert kept == [digest(LOG)]
        assert on_disk(folder) == []
        assert not EvidenceFile.objects.exists()

    def test_a_clerk_keeps_for_the_own_unit_only(self, cast: Cast, folder: Path) -> None:
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                toys.keep(unit=cast.guizhou, name="a.txt", content=LOG, act=cast.act(actor))
        assert on_disk(folder) == []

    def test_needs_an_operation(self, cast: Cast) -> None:
        with pytest.raises(RuntimeError):
            evidence.keep(LOG, name="a.txt", act=cast.act(cast.clerk))

    def test_rows_are_never_changed(self, cast: Cast) -> None:
        kept = toys.keep(unit=cast.guizhou, name="a.txt", content=LOG, act=cast.act(cast.clerk))
        for attack in (
            lambda: EvidenceFile.objects.filter(pk=kept.pk).update(size=1),
            lambda: EvidenceFile.objects.filter(pk=kept.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), system_writes("an attack"):
                attack()


@pytest.mark.django_db
class TestKeepMany:
    def test_keeps_all_and_repeats_once(self, cast: Cast, folder: Path) -> None:
        given = [(f"{number}.txt", f"时延 {number % 3} ms".encode()) for number in range(9)]
        kept = toys.keep_many(unit=cast.guizhou, files=given, act=cast.act(cast.clerk))
        assert kept == [digest(content) for _, content in given]
        assert on_disk(folder) == sorted(set(kept))
        assert set(EvidenceFile.objects.values_list("digest", flat=True)) == set(kept)

    def test_one_secret_among_many_keeps_none(self, cast: Cast, folder: Path) -> None:
        given = [("a.txt", LOG), ("b.docx", files.document(files.text_run("绝密★"))), ("c.txt", b"c")]
        with pytest.raises(UnableToKeep) as refused:
            toys.keep_many(unit=cast.guizhou, files=given, act=cast.act(cast.clerk))
        assert (refused.value.code, refused.value.details["name"]) == ("secret_mark", "b.docx")
        assert on_disk(folder) == []
        assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
class TestAttachMany:
    def test_attaches_and_counts_what_is_new(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        photo = toys.keep(unit=cast.guizhou, name="a.jpg", content=files.photograph(), act=act)
        log = toys.keep(unit=cast.guizhou, name="b.txt", content=LOG, act=act)
        one, two, three = toys.wells(cast.guizhou, 3)
        frame = polars.DataFrame(
            {
                "record": [one, two, one],
                "digest": [photo.digest, photo.digest, log.digest],
                "kind": [EvidenceKind.PHOTO, EvidenceKind.PHOTO, EvidenceKind.TEST_LOG],
                "name": ["C:\\照片\\a.jpg", "b/a.jpg", "b\u202e.txt"],
            }
        )
        assert toys.attach_many(unit=cast.guizhou, frame=frame, act=act) == 3
        assert toys.attach_many(unit=cast.guizhou, frame=frame, act=act) == 0
        found = list(queries.attachments_of(toys.WELL.number, [one, two, three]))
        assert [(a.record_id, a.file_id, a.kind, a.name) for a in found] == [
            (one, a.file_id, a.kind, a.name) for a in found[:2]
        ] + [(two, photo.digest, "PHOTO", "a.jpg")]
        assert {(a.file_id, a.kind, a.name) for a in found[:2]} == {
            (photo.digest, "PHOTO", "a.jpg"),
            (log.digest, "TEST_LOG", "b.txt"),
        }
        assert all((a.attached_at, a.attached_by) == (NOW, cast.clerk) for a in found)
        assert queries.has_evidence(toys.WELL.number, [one, two, three]) == {one, two}
        assert f"{queries.evidence_share(toys.WELL.number, [one, two, three]):.4f}" == "0.6667"
        assert queries.evidence_share(toys.WELL.number, []) is None

    def test_refuses_what_was_never_kept_and_unknown_kinds(self, cast: Cast) -> None:
        columns = {"record": [1], "digest": ["0" * 64], "kind": ["PHOTO"], "name": ["a"]}
        with pytest.raises(IntegrityError):
            toys.attach_many(unit=cast.guizhou, frame=polars.DataFrame(columns), act=cast.act(cast.clerk))
        with pytest.raises(ValueError, match="SELFIE"):
            toys.attach_many(
                unit=cast.guizhou,
                frame=polars.DataFrame({**columns, "kind": ["SELFIE"]}),
                act=cast.act(cast.clerk),
            )
        assert not Attachment.objects.exists()

    def test_one_file_on_one_record(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        log = toys.keep(unit=cast.guizhou, name="b.txt", content=LOG, act=act)
        first = toys.attach(unit=cast.guizhou, file=log, kind="TEST_LOG", name="b.txt", act=act)
        assert toys.attach(unit=cast.guizhou, file=log, kind="DOCUMENT", name="c.txt", act=act) == first
        assert (first.record_type, first.record_id, first.name) == (30003, cast.guizhou.pk, "b.txt")


class TestCleanName:
    def test_keeps_the_label_only(self) -> None:
        assert clean_name("../../etc/passwd") == "passwd"
        assert clean_name("a\x00b\n.txt") == "ab.txt"
        assert clean_name("  ") == "—"
        long = clean_name("站" * 300 + ".jpg")
        assert len(long) == 200
        assert long.endswith("….jpg")


class TestWritingForReal:
    """What happens at the commit, to a second writer and to one that dies."""

    def test_two_at_once_with_the_same_files_in_another_order(self, own_database: str) -> None:
        cast = enter_cast()
        given = [(f"{number}.txt", f"时延 {number} ms".encode()) for number in range(200)]
        barrier = threading.Barrier(2)
        kept: dict[str, list[str]] = {}

        def bring(name: str, order: list[tuple[str, bytes]]) -> None:
            with pointing_at(own_database):
                barrier.wait()
                kept[name] = toys.keep_many(unit=cast.guizhou, files=order, act=cast.act(cast.clerk))

        threads = [
            threading.Thread(target=bring, args=("forth", given)),
            threading.Thread(target=bring, args=("back", given[::-1])),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert kept["forth"] == kept["back"][::-1]
        assert EvidenceFile.objects.count() == 200

    def test_killed_while_writing_leaves_no_file_in_place(self, folder: Path) -> None:
        """A writer that dies between writing aside and moving leaves nothing under any digest."""
        script = (
            "import os, django; django.setup()\n"
            "from django.conf import settings; from pathlib import Path\n"
            f"settings.EVIDENCE_FOLDER = Path({str(folder)!r})\n"
            "from bangfu.foundation.evidence.storage import Staging\n"
            "with Staging() as staging:\n"
            "    staging.add(b'half'); os._exit(9)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], env={**os.environ}, check=False)
        assert done.returncode == 9
        assert not storage.path_of(digest(b"half")).exists()
