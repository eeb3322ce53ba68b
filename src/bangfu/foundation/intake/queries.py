"""What others may read of intake."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db.models import Q, QuerySet

from bangfu.foundation.intake.archives import opened_zip
from bangfu.foundation.intake.examining import (
    Reading,
    check_reading,
    check_sheet,
    context_of,
    open_sheet,
    read_sheet,
)
from bangfu.foundation.intake.layouts import CheckedRows, Layout, layout_with_code, layouts
from bangfu.foundation.intake.models import Upload, UploadEvidence
from bangfu.foundation.intake.naming import with_own_headings
from bangfu.foundation.intake.personal import content_of
from bangfu.foundation.intake.readings import kept_reading
from bangfu.foundation.operations import Act, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import place_labels, places_at, subtree_range
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
    readable = in_granted_units(act.actor, "intake.view", act.on)
    if readable != Q():  # everything: an empty condition would vanish in a disjunction
        readable |= Q(uploaded_by=act.actor)
    return (
        Upload.objects.filter(readable)
        .select_related("unit", "uploaded_by__person__key", "confirmed_by__person__key")
        .order_by("-uploaded_at", "-pk")
    )


def confirmed_upload(layout: Layout, *fingerprints: str) -> Upload | None:
    """Return the upload with which a file of one of these fingerprints was imported before, or null."""
    return Upload.objects.filter(
        layout=layout.code, fingerprint__in=fingerprints, state=Upload.State.CONFIRMED
    ).first()


def counties_of(unit: Unit) -> list[str]:
    """Return the names of the counties that a unit's own place holds, each as a sheet may say it; none for the country.

    A name that two of them bear stands after its province and prefecture.
    """
    if unit.place_id is None:
        return []
    first, end = subtree_range(unit.place_id)
    keys = list(
        places_at(COUNTY).filter(pk__gte=first, pk__lt=end).order_by("pk").values_list("pk", flat=True)
    )
    short, whole = place_labels(keys, short=True), place_labels(keys)
    times = Counter(short.values())
    return [short[key] if times[short[key]] == 1 else whole[key] for key in keys]


def digests_of(upload: Upload) -> dict[str, str]:
    """Return the digests of an upload's evidence by file name, lower-case."""
    return dict(UploadEvidence.objects.filter(upload=upload).values_list("name", "file_id"))


def read_rows(upload: Upload) -> pl.DataFrame:
    """Return the rows that can be read, as typed columns with ``row``, before the room's own check.

    Evidence columns hold the file's name, and ``<name>_digest`` its digest.
    """
    _, _, reading, _ = _read(upload, with_texts=False)
    return reading.frame


def checked(upload: Upload) -> CheckedRows:
    """Return an upload's rows after reading and after its room's check, as of now."""
    layout, _, reading, _ = _read(upload, with_texts=False)
    return check_reading(layout, reading, upload)


def tried(upload: Upload, *, content: bytes, evidence: Path | None) -> CheckedRows:
    """Return the rows of an upload that was received in a dry run, of which nothing was kept.

    Raises: UnableToReadSheet, UnableToReadArchive: see their codes.
    """
    sheet = open_sheet(with_own_headings(layout_with_code(upload.layout), upload.unit), content)
    with opened_zip(evidence, largest_bytes=settings.EVIDENCE_LARGEST_BYTES) as archive:
        named = [key for key in sheet.file_names() if archive is not None and key in archive.members]
        files = archive.files(named) if archive is not None else iter(())
        digests = {key: hashlib.sha256(data).hexdigest() for key, data in files}
        ambiguous = archive.ambiguous if archive is not None else frozenset[str]()
    return check_sheet(sheet, upload, context_of(upload, digests, ambiguous))


def imported_rows(upload: Upload) -> int:
    """Return how many rows of a confirmed upload were imported: new and changed ones, or all that were not left out."""
    outcome = upload.outcome or {}
    if {"new", "changed"} <= outcome.keys():
        return int(outcome["new"]) + int(outcome["changed"])
    return upload.row_count - len(upload.left_out or ())


def preview(upload: Upload) -> Preview:
    """Return what an upload holds and what confirming it would do, as of now."""
    layout, texts, reading, notes = _read(upload, with_texts=True)
    stored = [Words(note["zh"], note["en"]) for note in upload.notes]
    return Preview(
        layout, texts, check_reading(layout, reading, upload), list(dict.fromkeys([*notes, *stored]))
    )


def _read(upload: Upload, *, with_texts: bool) -> tuple[Layout, pl.DataFrame, Reading, list[Words]]:
    """Return an upload's layout, its rows as typed and as read, and its notes; from what was kept of it where it can."""
    layout = layout_with_code(upload.layout)
    kept = kept_reading(layout, upload.reading, with_texts=with_texts)
    if kept is not None:
        texts, reading = kept
        return layout, texts, reading, []
    sheet = open_sheet(with_own_headings(layout, upload.unit), content_of(upload))
    context = context_of(upload, digests_of(upload), frozenset(upload.ambiguous_files))
    return layout, sheet.texts, read_sheet(sheet, context), sheet.notes
