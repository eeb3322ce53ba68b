"""Keeping files and attaching them, called by rooms inside their operations."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import polars
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bangfu.foundation.evidence import secrecy, sniffing
from bangfu.foundation.evidence.models import (
    Attachment,
    EvidenceFile,
    EvidenceKind,
)
from bangfu.foundation.evidence.photographs import Capture, captured
from bangfu.foundation.evidence.storage import Staging, digest_of
from bangfu.foundation.operations import Act, Refusal, inside_operation
from bangfu.foundation.rooms import RecordType, both, record_type_of

_UNWANTED_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 200


class UnableToKeep(Refusal):
    """Codes: ``empty``, ``too_large``, ``unknown_type``, ``unreadable``, ``secret_mark``, ``disc_full``; nothing was kept."""

    sentences = {
        "empty": both(
            "文件「{name}」是空的。请检查后重新上传。",
            "The file {name} is empty. Check it and upload it again.",
        ),
        "too_large": both(
            "文件「{name}」有 {size_mb} MB，超过了 {largest_mb} MB 的上限。请压缩照片或拆分文件后再上传。",
            "The file {name} has {size_mb} MB, more than the limit of {largest_mb} MB. Make the picture smaller or"
            " split the file.",
        ),
        "unknown_type": both(
            "文件「{name}」的内容不是可接受的类型。请上传照片（JPEG、PNG、WebP、HEIC）、PDF、"
            "不含宏的 Excel 或 Word 文件（xlsx、docx），或纯文本、CSV 记录。",
            "What {name} contains is not of an accepted type. Upload a photograph (JPEG, PNG, WebP, HEIC), a PDF, an"
            " Excel or Word file without macros (xlsx, docx), or a plain-text or CSV log.",
        ),
        "unreadable": both(
            "文件「{name}」已损坏、设有密码，或展开后过大，无法查验。请另存为不加密的完好文件后再上传。",
            "The file {name} is damaged, locked by a password, or unpacks without bounds, so nobody could check it."
            " Save it again whole and unlocked.",
        ),
        "disc_full": both(
            "服务器的磁盘满了，没有保存任何内容。请告诉系统管理员，腾出空间后再上传。",
            "The server's disc is full and nothing was kept. Tell the administrator, and upload again once there is room.",
        ),
        "secret_mark": both(
            "文件「{name}」带有国家秘密标志（秘密★、机密★或绝密★）。请立即停止上传，不要转发，按本单位保密办公室规定的渠道处理。"
            "本系统没有保存这份文件。",
            "The file {name} carries a state-secrecy mark (秘密★, 机密★ or 绝密★). Stop here, pass it to nobody, and follow"
            " your secrecy office's channel. This system has kept nothing of it.",
        ),
    }


@dataclass(frozen=True)
class _Judged:
    digest: str
    size: int
    media_type: str
    capture: Capture | None
    """Null for what is no picture."""


def keep(content: bytes, *, name: str, act: Act) -> EvidenceFile:
    """Keep one file and return it; the same content is kept once.

    Raises: UnableToKeep: see its codes; nothing was kept.
    """
    digest = keep_many([(name, content)], act=act)[name]
    return EvidenceFile.objects.get(pk=digest)


def keep_sealed(content: bytes, *, sealed: bytes, name: str, act: Act) -> EvidenceFile:
    """Judge a file by its content, keep only what it was sealed to, and return that.

    Raises: UnableToKeep: see its codes; nothing was kept.
    """
    inside_operation()
    _checked_type(content, name)
    with _staging() as staging:
        digest = digest_of(sealed) if act.dry_run else staging.add(sealed)
        staging.settle()
    _write_files({digest: _Judged(digest, len(sealed), sniffing.SEALED, None)}, act)
    return EvidenceFile.objects.get(pk=digest)


def keep_many(files: Iterable[tuple[str, bytes]], *, act: Act) -> dict[str, str]:
    """Keep files, given as name and content, and return ``dict[name, digest]``; all of them or none.

    The files are taken one at a time, so a generator holds one in memory. A dry run judges them and writes nothing
    to the disk. Of two files with the same name the later counts, so give names that differ.

    Raises: UnableToKeep: the first refused file's code; nothing was kept.
    """
    inside_operation()
    judged: dict[str, _Judged] = {}
    with _staging() as staging:
        for name, content in files:
            media_type = _checked_type(content, name)
            digest = digest_of(content) if act.dry_run else staging.add(content)
            judged[name] = _Judged(digest, len(content), media_type, _capture_of(content, media_type))
        staging.settle()
    _write_files({one.digest: one for one in judged.values()}, act)
    return {name: one.digest for name, one in judged.items()}


@contextmanager
def _staging() -> Iterator[Staging]:
    """Stage files, and refuse them in words when the disc takes no more; what was written aside is gone then.

    Raises: UnableToKeep: ``disc_full``.
    """
    try:
        with Staging() as staging:
            yield staging
    except OSError as full:
        if full.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UnableToKeep("disc_full") from full


def _capture_of(content: bytes, media_type: str) -> Capture | None:
    form = sniffing.PICTURES.get(media_type)
    return captured(content, form, zone=timezone.get_default_timezone()) if form else None


def _checked_type(content: bytes, name: str) -> str:
    label = clean_name(name)
    if secrecy.has_mark(name):
        raise UnableToKeep("secret_mark", name=label)
    if not content:
        raise UnableToKeep("empty", name=label)
    largest = settings.EVIDENCE_LARGEST_BYTES
    if len(content) > largest:
        raise UnableToKeep(
            "too_large", name=label, size_mb=f"{len(content) / 2**20:.1f}", largest_mb=largest // 2**20
        )
    try:
        media_type = sniffing.media_type_of(content)
        if media_type is None:
            raise UnableToKeep("unknown_type", name=label)
        marked = secrecy.is_marked(content, media_type)
    except sniffing.Unreadable as broken:
        raise UnableToKeep("unreadable", name=label) from broken
    if marked:
        raise UnableToKeep("secret_mark", name=label)
    return media_type


def clean_name(name: str) -> str:
    """Return a file's name as a label: without folders, control and direction characters, at most 200 long."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    label = _UNWANTED_IN_NAMES.sub("", last).strip()
    if len(label) > _LONGEST_NAME:
        stem, dot, ending = label.rpartition(".")
        kept = _LONGEST_NAME - len(ending) - 2
        label = f"{stem[:kept]}…{dot}{ending}" if dot and kept > 0 else label[:_LONGEST_NAME]
    return label or "—"


def _write_files(files: dict[str, _Judged], act: Act) -> None:
    rows = [files[digest] for digest in sorted(files)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_evidencefile (digest, size, media_type, kept_at, kept_by_id)"
            " SELECT digest, size, media_type, %s, %s"
            " FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS file (digest, size, media_type)"
            " ORDER BY digest ON CONFLICT (digest) DO NOTHING",
            [
                act.at,
                act.actor.pk,
                [one.digest for one in rows],
                [one.size for one in rows],
                [one.media_type for one in rows],
            ],
        )
        pictures = [(one.digest, one.capture) for one in rows if one.capture is not None]
        if pictures:
            cursor.execute(
                "INSERT INTO evidence_photograph (file_id, taken_at, has_offset, latitude, longitude, fingerprint)"
                " SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::bool[], %s::numeric[], %s::numeric[],"
                " %s::bigint[]) ON CONFLICT (file_id) DO NOTHING",
                [
                    [digest for digest, _ in pictures],
                    *(
                        [getattr(capture, column) for _, capture in pictures]
                        for column in ("taken_at", "has_offset", "latitude", "longitude", "fingerprint")
                    ),
                ],
            )


def attach(file: EvidenceFile, *, to: Model, kind: str, name: str, act: Act) -> Attachment:
    """Attach one kept file to a record and return the attachment; a file hangs on a record once."""
    frame = polars.DataFrame({"record": [to.pk], "digest": [file.pk], "kind": [str(kind)], "name": [name]})
    record_type = record_type_of(to)
    attach_many(frame, record_type=record_type, act=act)
    return Attachment.objects.get(record_type=record_type.number, record_id=to.pk, file=file)


def attach_many(frame: polars.DataFrame, *, record_type: RecordType, act: Act) -> int:
    """Attach kept files to records, one a row, and return how many attachments are new.

    ``frame`` has ``record`` (the record's key), ``digest``, ``kind`` (an ``EvidenceKind``) and ``name``.

    Raises: ValueError: a kind is unknown. IntegrityError: a digest was never kept.
    """
    inside_operation()
    rows = frame.select("record", "digest", "kind", "name").sort("record", "digest")
    strange = set(rows["kind"].unique().to_list()) - set(EvidenceKind.values)
    if strange:
        raise ValueError(f"no evidence is of the kind {strange}")
    # Many records name the same file: each is told once, and the records by its number.
    files = (
        rows.select("digest", "kind", "name").unique(maintain_order=True).with_row_index("number", offset=1)
    )
    rows = rows.join(files, on=["digest", "kind", "name"], maintain_order="left")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_attachment"
            " (record_type, record_id, file_id, kind, name, attached_at, attached_by_id)"
            " SELECT %s, record, digest, kind, name, %s, %s"
            " FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS one (record, number, place)"
            " JOIN unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS file (digest, kind, name, number)"
            " USING (number) ORDER BY place"
            " ON CONFLICT (record_type, record_id, file_id) DO NOTHING",
            [
                record_type.number,
                act.at,
                act.actor.pk,
                rows["record"].to_list(),
                rows["number"].to_list(),
                files["digest"].to_list(),
                files["kind"].to_list(),
                [clean_name(name) for name in files["name"]],
            ],
        )
        return int(cursor.rowcount)


def hang(
    keys: Sequence[int], files: Iterable[tuple[str, bytes]], *, record_type: RecordType, act: Act
) -> None:
    """Keep files, each a name and its content, and attach every one to each of the records, as a photograph or a document.

    Raises: UnableToKeep: a file is refused.
    """
    inside_operation()
    for name, content in files:
        file = keep(content, name=name, act=act)
        what = EvidenceKind.PHOTO if file.media_type.startswith("image/") else EvidenceKind.DOCUMENT
        rows = polars.DataFrame({"record": keys}, schema={"record": polars.Int64}).with_columns(
            digest=polars.lit(file.pk), kind=polars.lit(what.value), name=polars.lit(name)
        )
        attach_many(rows, record_type=record_type, act=act)
