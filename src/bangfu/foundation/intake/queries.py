"""What others may read of intake."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db.models import QuerySet

from bangfu.foundation.intake.archives import opened_zip
from bangfu.foundation.intake.cells import Context
from bangfu.foundation.intake.examining import Sheet, check_sheet, context_of, open_sheet, read_sheet
from bangfu.foundation.intake.layouts import CheckedRows, Layout, layout_with_code, layouts
from bangfu.foundation.intake.models import Upload, UploadEvidence
from bangfu.foundation.intake.personal import content_of
from bangfu.foundation.operations import Act, granted_units
from bangfu.foundation.rooms import Words


@dataclass(frozen=True)
class Preview:
    """What an upload holds and what confirming it would do."""

    layout: Layout
    texts: pl.DataFrame
    """``row`` and every column of the layout as it was typed."""
    checked: CheckedRows
    notes: list[Words]


def layouts_for(act: Act) -> list[Layout]:
    """Return the layouts that the actor may import for at least one unit."""
    return [layout for layout in layouts() if granted_units(act.actor, layout.permission, act.on)]


def uploads_seen_by(act: Act) -> QuerySet[Upload]:
    """Return the uploads of the actor and of the units in which they may read intake, newest first."""
    units = granted_units(act.actor, "intake.view", act.on)
    seen = Upload.objects.filter(unit__in=units) | Upload.objects.filter(uploaded_by=act.actor)
    return seen.select_related("unit", "uploaded_by__person", "confirmed_by__person").order_by(
        "-uploaded_at", "-pk"
    )


def confirmed_upload(layout: Layout, *fingerprints: str) -> Upload | None:
    """Return the upload with which a file of one of these fingerprints was imported before, or null."""
    return Upload.objects.filter(
        layout=layout.code, fingerprint__in=fingerprints, state=Upload.State.CONFIRMED
    ).first()


def digests_of(upload: Upload) -> dict[str, str]:
    """Return the digests of an upload's evidence by file name, lower-case."""
    return dict(UploadEvidence.objects.filter(upload=upload).values_list("name", "file_id"))


def read_rows(upload: Upload) -> pl.DataFrame:
    """Return the rows that can be read, as typed columns with ``row``, before the room's own check.

    Evidence columns hold the file's name, and ``<name>_digest`` its digest.
    """
    sheet, context = _opened(upload)
    return read_sheet(sheet, context).frame


def checked(upload: Upload) -> CheckedRows:
    """Return an upload's rows after reading and after its room's check, as of now."""
    sheet, context = _opened(upload)
    return check_sheet(sheet, upload, context)


def tried(upload: Upload, *, content: bytes, evidence: Path | None) -> CheckedRows:
    """Return the rows of an upload that was received in a dry run, of which nothing was kept.

    Raises: UnableToReadSheet, UnableToReadArchive: see their codes.
    """
    sheet = open_sheet(layout_with_code(upload.layout), content)
    with opened_zip(evidence, largest_bytes=settings.EVIDENCE_LARGEST_BYTES) as archive:
        named = [key for key in sheet.file_names() if archive is not None and key in archive.members]
        files = archive.files(named) if archive is not None else iter(())
        digests = {key: hashlib.sha256(data).hexdigest() for key, data in files}
        ambiguous = archive.ambiguous if archive is not None else frozenset[str]()
    return check_sheet(sheet, upload, context_of(upload, digests, ambiguous))


def preview(upload: Upload) -> Preview:
    """Return what an upload holds and what confirming it would do, as of now."""
    sheet, context = _opened(upload)
    stored = [Words(note["zh"], note["en"]) for note in upload.notes]
    return Preview(
        sheet.layout,
        sheet.texts,
        check_sheet(sheet, upload, context),
        list(dict.fromkeys([*sheet.notes, *stored])),
    )


def _opened(upload: Upload) -> tuple[Sheet, Context]:
    sheet = open_sheet(layout_with_code(upload.layout), content_of(upload))
    return sheet, context_of(upload, digests_of(upload), frozenset(upload.ambiguous_files))
