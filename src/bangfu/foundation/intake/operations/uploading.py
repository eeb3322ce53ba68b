"""An upload is received, cancelled, or confirmed by its room's own operation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.evidence import operations as evidence_operations
from bangfu.foundation.evidence.models import EvidenceFile, EvidenceKind
from bangfu.foundation.intake import queries, writing
from bangfu.foundation.intake.archives import EvidenceZip, opened_zip
from bangfu.foundation.intake.examining import (
    check_reading,
    context_of,
    open_sheet,
    read_sheet,
    without_grids,
)
from bangfu.foundation.intake.layouts import CheckedRows, Layout, layout_with_code, listed
from bangfu.foundation.intake.models import SheetKey, Upload, UploadEvidence
from bangfu.foundation.intake.naming import with_own_headings
from bangfu.foundation.intake.operations.refusing import UnableToImport
from bangfu.foundation.intake.personal import (
    content_of,
    fingerprints_of,
    is_personal,
    names_person,
    returned_of,
    sealed,
    sealed_returned,
    without_personal,
)
from bangfu.foundation.intake.readings import forget_reading, keep_reading
from bangfu.foundation.operations import (
    Act,
    Refusal,
    inside_operation,
    on_commit,
    operation,
    progress,
    require,
    scope_of,
)
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.vault import Unsealable
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import RecordType, Words, both

_MOST_NAMED = 5
READING = both("读取并检查 {count} 行", "reading and checking {count} rows")
WRITING = both("写入 {count} 行", "writing {count} rows")
ENDING = both("收尾", "finishing")


@operation("intake.receive_upload", scope=scope_of("unit"))
def receive_upload(
    *, layout: str, unit: Unit, name: str, content: bytes, evidence: Path | None = None, act: Act
) -> Upload:
    """Keep a sheet and the evidence it names for a unit, for preview; nothing is imported yet.

    Rows that are refused do not stop the upload: they are what the preview is for.

    Args:
        layout: the layout's code.
        name: what the file is called.
        evidence: a zip; of its files, those that the sheet names are kept.

    Raises:
        NotPermitted: the actor may not import this layout for the unit.
        UnableToImport: ``duplicate_file``, ``evidence_not_taken``.
        UnableToReadSheet, UnableToReadArchive, UnableToKeep: see their codes. Nothing was written.
    """
    taken = layout_with_code(layout)
    require(act, taken.permission, unit.scope)
    if evidence is not None and not taken.takes_evidence:
        raise UnableToImport("evidence_not_taken", layout=taken.title)
    open_print, keyed_print = fingerprints_of(content)
    _refuse_known_file(taken, open_print, keyed_print)
    sheet = open_sheet(with_own_headings(taken, unit), content)
    upload = Upload(
        layout=taken.code,
        unit=unit,
        name=evidence_operations.clean_name(name),
        uploaded_by=act.actor,
        uploaded_at=act.at,
    )
    with opened_zip(evidence, largest_bytes=settings.EVIDENCE_LARGEST_BYTES) as archive:
        digests, unused = _kept(archive, sheet.file_names(), act)
        ambiguous = archive.ambiguous if archive else frozenset[str]()
    key: SheetKey | None = None
    upload.fingerprint = open_print
    if is_personal(sheet):
        key, bytes_sealed = sealed(content)
        upload.sheet = evidence_operations.keep_sealed(content, sealed=bytes_sealed, name=name, act=act)
        upload.fingerprint = keyed_print
    else:
        upload.sheet = evidence_operations.keep(content, name=name, act=act)
    sheet = without_grids(sheet)
    reading = read_sheet(sheet, context_of(upload, digests, ambiguous))
    if key is None and not act.dry_run:
        upload.reading = keep_reading(taken, sheet.texts, reading)
    checked = check_reading(taken, reading, upload)
    upload.row_count = sheet.texts.height
    upload.refused_count = checked.refused_rows
    upload.notes = [
        {"zh": note.zh, "en": note.en} for note in [*sheet.notes, *reading.notes, *_unused(unused)]
    ]
    upload.ambiguous_files = sorted(ambiguous)
    upload.save(force_insert=True)
    if key is not None:
        key.upload = upload
        key.save(force_insert=True)
    UploadEvidence.objects.bulk_create(
        (UploadEvidence(upload=upload, name=key, file_id=digest) for key, digest in digests.items()),
        batch_size=2_000,
    )
    return upload


def _kept(archive: EvidenceZip | None, named: list[str], act: Act) -> tuple[dict[str, str], list[str]]:
    """Keep the files that a sheet names; return their digests by name, and the names it does not use."""
    if archive is None:
        return {}, []
    wanted = [key for key in named if key in archive.members and key not in archive.ambiguous]
    digests = evidence_operations.keep_many(archive.files(wanted), act=act) if wanted else {}
    return digests, sorted(archive.members.keys() - set(named))


def _unused(names: list[str]) -> list[Words]:
    if not names:
        return []
    shown = listed([*names[:_MOST_NAMED], *(["…"] if len(names) > _MOST_NAMED else [])])
    return [
        both(
            f"压缩包中有 {len(names)} 个文件没有被表格用到，未保存：{shown.zh}",
            f"Not kept, because the sheet does not name them ({len(names)} in the zip): {shown.en}",
        )
    ]


@operation("intake.cancel_upload", scope=scope_of("upload"))
def cancel_upload(*, upload: Upload, act: Act) -> Upload:
    """Cancel an upload that was not confirmed; its evidence stays kept, a sheet with personal data is destroyed.

    Raises: UnableToImport: ``confirmed_already``, ``cancelled_already``.
    Locks: the upload.
    """
    upload = _still_open(upload)
    _cancel(upload)
    return upload


def _cancel(upload: Upload) -> None:
    upload.state = Upload.State.CANCELLED
    upload.save(update_fields=["state"])
    _destroy(upload)


def _destroy(upload: Upload) -> None:
    """Destroy the key of a sheet with personal data: nobody can open it any more, nor any copy of it."""
    on_commit(partial(forget_reading, upload.reading))
    SheetKey.objects.filter(upload=upload).delete()


@operation("intake.leave_out_refused", scope=scope_of("upload"))
def leave_out_refused(*, upload: Upload, act: Act) -> Upload:
    """Agree that an upload's refused rows, as they are now, are left out when it is confirmed.

    Should other rows be refused by then, nothing is imported.

    Raises:
        NotPermitted: also without the permission to import the layout.
        UnableToImport: ``whole_only``, ``nothing_refused``, ``nothing_left``, ``confirmed_already``,
            ``cancelled_already``. Nothing was written.
    Locks: the upload.
    """
    upload = _still_open(upload)
    layout = layout_with_code(upload.layout)
    require(act, layout.permission, upload.scope)
    if layout.whole:
        raise UnableToImport("whole_only", layout=layout.title)
    checked = queries.checked(upload)
    if not checked.refusals:
        raise UnableToImport("nothing_refused")
    if checked.new + checked.changed == 0:
        raise UnableToImport("nothing_left")
    upload.left_out = sorted({refusal.row for refusal in checked.refusals})
    upload.save(update_fields=["left_out"])
    return upload


def forget_in_open_sheets(*, name: str | None, number: str | None) -> None:
    """Cancel the uploads that wait for confirmation and name a person who is erased; their sheets are destroyed.

    So are rows left out of an import that name the person, and sheets that cannot be read any more: an erasure waits for
    none of them.

    Locks: the uploads with personal data that wait.
    """
    inside_operation()
    waiting = (
        Upload.objects.filter(key__isnull=False)
        .select_for_update(of=("self",))
        .select_related("sheet", "returned", "unit")
    )
    for upload in waiting.order_by("pk"):
        is_open = upload.state == Upload.State.PREVIEWED
        try:
            content = content_of(upload) if is_open else returned_of(upload)
            sheet = open_sheet(with_own_headings(layout_with_code(upload.layout), upload.unit), content)
            named = names_person(sheet, name=name, number=number)
        except (Refusal, Unsealable, FileNotFoundError):
            named = True
        if named and is_open:
            _cancel(upload)
        elif named:
            _destroy(upload)


def rows_to_import(upload: Upload, *, act: Act) -> CheckedRows:
    """Return the rows that a room's confirming operation is to take in; the first thing it calls, inside it.

    All or nothing: a single refused row refuses the sheet, unless somebody agreed to leave out these very rows
    (``leave_out_refused``), which are then kept with their reasons. Rows are checked again, as of now.

    Raises: UnableToImport: ``confirmed_already``, ``cancelled_already``, ``duplicate_file``, ``rows_refused``,
        ``nothing_new``.
    Locks: the upload, and the layout's file against a second import at the same moment.
    """
    inside_operation()
    upload = _still_open(upload)
    layout = layout_with_code(upload.layout)
    _lock_file(layout, upload.fingerprint)
    _refuse_known_file(layout, upload.fingerprint)
    progress(READING.filled(count=upload.row_count))
    checked = queries.checked(upload)
    agreed = set(upload.left_out or ())
    others = [refusal for refusal in checked.refusals if refusal.row not in agreed]
    if others:
        raise UnableToImport(
            "rows_refused",
            count=checked.refused_rows,
            row=others[0].row,
            first=others[0].sentence,
            rows=checked.refusals,
        )
    if checked.new + checked.changed == 0:
        raise UnableToImport("nothing_new")
    if checked.refusals:
        _keep_left_out(upload, layout, checked, act)
    progress(WRITING.filled(count=checked.new + checked.changed))
    return checked


def _keep_left_out(upload: Upload, layout: Layout, checked: CheckedRows, act: Act) -> None:
    """Keep the refused rows with their reasons as a sheet, sealed when it holds personal data."""
    content = writing.refused_rows(layout, queries.preview(upload).texts, checked.refusals)
    key = SheetKey.objects.filter(upload=upload).first()
    if key is None:
        upload.returned = evidence_operations.keep(content, name=upload.name, act=act)
    else:
        bytes_sealed = sealed_returned(key, content)
        upload.returned = evidence_operations.keep_sealed(
            content, sealed=bytes_sealed, name=upload.name, act=act
        )
        key.save(update_fields=["wrapped_returned"])
    upload.left_out = sorted({refusal.row for refusal in checked.refusals})
    upload.save(update_fields=["left_out", "returned"])


def submit_imported(
    upload: Upload, rows: pl.DataFrame, keys: Sequence[int], *, record_type: RecordType, same: int, act: Act
) -> Batch:
    """Hang on new records what their rows name as evidence, submit them on one paper, and note that the upload was imported.

    Args:
        rows: with ``evidence`` and ``evidence_digest``, one a record.
        keys: the records', in the order of the rows.
        same: how many rows of the sheet said what was known.

    Raises: UnableToImport: ``confirmed_already``, ``cancelled_already``.
    Locks: the upload.
    """
    named = rows.select(
        digest="evidence_digest", kind=pl.lit(EvidenceKind.DOCUMENT.value), name="evidence"
    ).with_columns(record=pl.Series(keys, dtype=pl.Int64))
    evidence_operations.attach_many(named, record_type=record_type, act=act)
    batch = submit_many(list(keys), record_type=record_type, unit=upload.unit, title=upload.name, act=act)
    outcome = {
        "new": len(keys),
        "same": same,
        "batch": batch.pk,
        "address": reverse("review:paper", args=[batch.pk]),
    }
    mark_confirmed(upload, outcome, act=act)
    return batch


def mark_confirmed(upload: Upload, outcome: dict[str, Any], *, act: Act) -> Upload:
    """Note that an upload was imported and what came of it; the last thing a room's confirming operation calls.

    Of a sheet with personal data a copy without them is kept, and the sheet itself is destroyed.

    Args:
        outcome: plain JSON; ``address`` is the page to go to next, ``batch`` the review paper's key.

    Raises: UnableToImport: ``confirmed_already``, ``cancelled_already``.
    Locks: the upload.
    """
    inside_operation()
    progress(ENDING)
    upload = _still_open(upload)
    upload.state = Upload.State.CONFIRMED
    upload.confirmed_by, upload.confirmed_at, upload.outcome = act.actor, act.at, outcome
    if SheetKey.objects.filter(upload=upload).exists():
        upload.redacted = _keep_redacted(upload, act)
    if upload.returned_id is None:
        _destroy(upload)
    else:
        on_commit(partial(forget_reading, upload.reading))
        SheetKey.objects.filter(upload=upload).update(wrapped=b"")
    upload.save(update_fields=["state", "confirmed_by", "confirmed_at", "outcome", "redacted"])
    return upload


def _keep_redacted(upload: Upload, act: Act) -> EvidenceFile:
    layout = layout_with_code(upload.layout)
    texts = open_sheet(with_own_headings(layout, upload.unit), content_of(upload)).texts
    texts = texts.filter(~pl.col("row").is_in(upload.left_out or []))
    content = writing.typed_rows(layout, without_personal(layout, texts))
    return evidence_operations.keep(content, name=upload.name, act=act)


def _still_open(upload: Upload) -> Upload:
    locked = Upload.objects.select_for_update(of=("self",)).select_related("unit").get(pk=upload.pk)
    if locked.state == Upload.State.CONFIRMED:
        raise UnableToImport("confirmed_already", **_who_and_when(locked))
    if locked.state == Upload.State.CANCELLED:
        raise UnableToImport("cancelled_already")
    return locked


def _lock_file(layout: Layout, digest: str) -> None:
    """Let only one transaction at a time import this file; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"intake {layout.code} {digest}"]
        )


def _refuse_known_file(layout: Layout, *fingerprints: str) -> None:
    before = queries.confirmed_upload(layout, *fingerprints)
    if before is not None:
        unit = Words(before.unit.name_zh, before.unit.name_en)
        raise UnableToImport("duplicate_file", unit=unit, **_who_and_when(before))


def _who_and_when(upload: Upload) -> dict[str, str]:
    who, at = upload.confirmed_by, upload.confirmed_at
    assert who is not None and at is not None  # noqa: PT018 - a constraint of the table says so
    return {"who": who.display_name, "when": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
