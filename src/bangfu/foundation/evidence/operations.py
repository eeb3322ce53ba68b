"""Keeping files and attaching them, called by rooms inside their operations; and what is said of the people in pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bangfu.foundation.evidence import secrecy, sniffing
from bangfu.foundation.evidence.models import (
    Attachment,
    Consent,
    EvidenceFile,
    EvidenceKind,
    PictureDeclaration,
)
from bangfu.foundation.evidence.photographs import Capture, captured
from bangfu.foundation.evidence.queries import consents_in_force, recognisable_in, units_of
from bangfu.foundation.evidence.storage import Staging, digest_of
from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.people.models import Person
from bangfu.foundation.rooms import RecordType, both, record_type_of

_UNWANTED_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 200


class UnableToKeep(Refusal):
    """Codes: ``empty``, ``too_large``, ``unknown_type``, ``unreadable``, ``secret_mark``; nothing was kept."""

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
    with Staging() as staging:
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
    with Staging() as staging:
        for name, content in files:
            media_type = _checked_type(content, name)
            digest = digest_of(content) if act.dry_run else staging.add(content)
            judged[name] = _Judged(digest, len(content), media_type, _capture_of(content, media_type))
        staging.settle()
    _write_files({one.digest: one for one in judged.values()}, act)
    return {name: one.digest for name, one in judged.items()}


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
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_attachment"
            " (record_type, record_id, file_id, kind, name, attached_at, attached_by_id)"
            " SELECT %s, record, digest, kind, name, %s, %s"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS one (record, digest, kind, name)"
            " ON CONFLICT (record_type, record_id, file_id) DO NOTHING",
            [
                record_type.number,
                act.at,
                act.actor.pk,
                rows["record"].to_list(),
                rows["digest"].to_list(),
                rows["kind"].to_list(),
                [clean_name(name) for name in rows["name"]],
            ],
        )
        return int(cursor.rowcount)


MOST_PEOPLE = 500


class UnableToDeclarePicture(Refusal):
    """Codes: ``not_a_picture``, ``too_many``; nothing was written."""

    sentences = {
        "not_a_picture": both(
            "这份文件不是照片，不需要申明画面里的人。",
            "This file is no picture, so there are no people in it to declare.",
        ),
        "too_many": both(
            "能认出的人数须在 0 至 {most} 之间，请重新数一数。",
            "People who can be recognised are 0 to {most}; count them again.",
        ),
    }


class UnableToRecordConsent(Refusal):
    """Codes: ``not_declared``, ``no_use``, ``future``, ``same_file``, ``erased``, ``known_already``, ``paper_used``."""

    sentences = {
        "not_declared": both(
            "还没有申明画面里能认出几个人，或申明为没有人。请先申明人数，再登记同意。",
            "Nobody has declared yet how many people can be recognised, or it was declared that there are none. Declare"
            " their number first.",
        ),
        "no_use": both(
            "同意书须写明用途：请至少选择一项（纸质报告、网页）。",
            "A consent names what it is for: choose reports on paper, pages, or both.",
        ),
        "future": both(
            "同意日期不能在将来，请按同意书上的日期填写。",
            "A consent cannot be given in the future; enter the day on the paper.",
        ),
        "same_file": both(
            "上传的是照片本身。请上传本人或监护人签字的同意书。",
            "That is the picture itself. Upload the consent that was signed.",
        ),
        "erased": both(
            "此人的信息已经删除，不能再登记同意。", "This person has been erased; no consent can be recorded."
        ),
        "known_already": both(
            "此人对这张照片的同意已经登记。如范围有变，请先撤回原来的，再登记新的。",
            "This person's consent to this picture is on record. If its uses changed, withdraw that one first.",
        ),
        "paper_used": both(
            "这份同意书对这张照片已经登记过一次。请为每个人上传各自的同意书。",
            "This paper is on record for this picture already. Upload the consent of each person by itself.",
        ),
    }


class UnableToWithdrawConsent(Refusal):
    """Codes: ``already_withdrawn``, ``before_given``, ``future``; nothing was written."""

    sentences = {
        "already_withdrawn": both(
            "这份同意已于{on}撤回，照片已经不再展示。",
            "This consent was withdrawn on {on}; the picture is not shown any more.",
        ),
        "before_given": both(
            "撤回日期不能早于同意日期{on}，请改正。",
            "A consent cannot be withdrawn before {on}, when it was given; correct the day.",
        ),
        "future": both(
            "撤回即时生效，日期不能在将来。请填今天或以前的日期。",
            "A withdrawal holds at once; enter today or an earlier day.",
        ),
    }


def _of_picture(file: EvidenceFile) -> list[Scope]:
    """Return the units on whose records a picture hangs, as scopes; the whole programme for one on none."""
    return [Scope(unit=unit) for unit in sorted(units_of(file))] or [Scope()]


def _locked(file: EvidenceFile) -> None:
    """Let whoever declares or consents for the same picture wait; the file's own row is never changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"picture {file.pk}"])


def _scope_of_file(*, file: EvidenceFile, **arguments: Any) -> list[Scope]:
    return _of_picture(file)


def _scope_of_consent(*, consent: Consent, **arguments: Any) -> list[Scope]:
    return _of_picture(consent.picture)


@operation("evidence.declare_picture", scope=_scope_of_file)
def declare_picture(*, file: EvidenceFile, recognisable: int, act: Act) -> PictureDeclaration:
    """Say how many people can be recognised in a picture, 0 for nobody; an earlier declaration counts no more.

    Raises: UnableToDeclarePicture: see its codes; nothing was written.
    """
    if file.media_type not in sniffing.PICTURES:
        raise UnableToDeclarePicture("not_a_picture")
    if not 0 <= recognisable <= MOST_PEOPLE:
        raise UnableToDeclarePicture("too_many", most=MOST_PEOPLE)
    _locked(file)
    return PictureDeclaration.objects.create(
        file=file, recognisable=recognisable, declared_at=act.at, declared_by=act.actor
    )


@operation("evidence.record_consent", scope=_scope_of_file)
def record_consent(
    *,
    file: EvidenceFile,
    person: Person | None,
    for_report: bool,
    for_web: bool,
    given_on: date,
    paper: tuple[str, bytes],
    act: Act,
) -> Consent:
    """Record that one person in a picture agrees that it is shown, with the signed paper.

    Args:
        person: who is in the picture; null when a guardian signed for a minor, whom the paper names.
        paper: name and content of the signed consent.

    Raises: UnableToRecordConsent: see its codes. UnableToKeep: the paper is refused. Nothing was written.
    Locks: the picture.
    """
    if not (for_report or for_web):
        raise UnableToRecordConsent("no_use")
    if given_on > act.on:
        raise UnableToRecordConsent("future")
    if person is not None and person.erased_at is not None:
        raise UnableToRecordConsent("erased")
    _locked(file)
    if not recognisable_in(file.pk):
        raise UnableToRecordConsent("not_declared")
    kept = keep(paper[1], name=paper[0], act=act)
    if kept.pk == file.pk:
        raise UnableToRecordConsent("same_file")
    standing = consents_in_force(file.pk)
    if person is not None and standing.filter(person=person).exists():
        raise UnableToRecordConsent("known_already")
    if standing.filter(paper=kept).exists():
        raise UnableToRecordConsent("paper_used")
    return Consent.objects.create(
        picture=file,
        giver=Consent.Giver.GUARDIAN if person is None else Consent.Giver.PERSON,
        person=person,
        for_report=for_report,
        for_web=for_web,
        given_on=given_on,
        paper=kept,
        recorded_at=act.at,
        recorded_by=act.actor,
    )


@operation("evidence.withdraw_consent", scope=_scope_of_consent)
def withdraw_consent(*, consent: Consent, on: date, act: Act) -> Consent:
    """Note that a consent was withdrawn; the picture is shown no more from this moment, in no report of any day.

    Raises: UnableToWithdrawConsent: see its codes; nothing was written.
    Locks: the consent.
    """
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        raise UnableToWithdrawConsent("already_withdrawn", on=consent.withdrawn_on)
    if on < consent.given_on:
        raise UnableToWithdrawConsent("before_given", on=consent.given_on)
    if on > act.on:
        raise UnableToWithdrawConsent("future")
    consent.withdrawn_on, consent.withdrawn_by = on, act.actor
    consent.save(update_fields=["withdrawn_on", "withdrawn_by"])
    return consent
