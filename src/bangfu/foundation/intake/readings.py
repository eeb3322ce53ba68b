"""Readings kept: a sheet is taken apart once, at the upload; preview and confirmation start from its columns.

A reading is no record. It is kept beside the evidence under its own digest, which the upload remembers: if it is missing,
was changed, or was made by another layout, the sheet itself is read again. Sheets with personal data leave none.
"""

from __future__ import annotations

import hashlib
import io
import time
import uuid
import zipfile
from functools import cache
from pathlib import Path

import polars as pl
from django.conf import settings

from bangfu.foundation.intake.examining import Reading
from bangfu.foundation.intake.layouts import Layout, RowRefusal
from bangfu.foundation.rooms import Words

_READ_BY = ("cells.py", "examining.py", "grids.py", "headings.py", "problems.py", "stored.py", "workbooks.py")
_KEPT_S = 30 * 86_400
_REFUSALS = {"row": pl.Int64, "column": pl.String, "zh": pl.String, "en": pl.String}


def keep_reading(layout: Layout, texts: pl.DataFrame, reading: Reading) -> str:
    """Keep a sheet's rows as typed and as read, and return the digest to find them by; empty when the disc does not take them.

    What is older than thirty days is removed in passing.
    """
    refusals = pl.DataFrame(
        [(one.row, one.column, one.sentence.zh, one.sentence.en) for one in reading.refusals],
        schema=_REFUSALS,
        orient="row",
    )
    parts = {"texts": texts, "frame": reading.frame, "refusals": refusals}
    folder = _folder()
    draft = folder / f"{uuid.uuid4()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.iterdir():
            if old.stat().st_mtime < time.time() - _KEPT_S:
                old.unlink(missing_ok=True)
        with zipfile.ZipFile(draft, "w") as archive:
            archive.writestr(zipfile.ZipInfo("layout"), _fingerprint(layout))
            for name, frame in parts.items():
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                    frame.write_ipc(part, compression="lz4")
        digest = _digest_of(draft)
        draft.replace(folder / digest)
    except OSError:
        draft.unlink(missing_ok=True)
        return ""
    return digest


def kept_reading(layout: Layout, digest: str, *, with_texts: bool) -> tuple[pl.DataFrame, Reading] | None:
    """Return a sheet's rows as typed and as read; null when it must be read again.

    Args:
        with_texts: without them the rows as typed are empty, which saves their reading.
    """
    path = _folder() / digest
    if not digest or not path.exists():
        return None
    if _digest_of(path) != digest:
        return None
    with zipfile.ZipFile(path) as archive:
        if archive.read("layout").decode() != _fingerprint(layout):
            return None
        texts = _opened(archive, "texts") if with_texts else pl.DataFrame(schema={"row": pl.Int64})
        refusals = [
            RowRefusal(row, column, Words(zh, en))
            for row, column, zh, en in _opened(archive, "refusals").iter_rows()
        ]
        return texts, Reading(_opened(archive, "frame"), refusals)


def forget_reading(digest: str) -> None:
    """Remove a reading that nobody needs any more."""
    if digest:
        (_folder() / digest).unlink(missing_ok=True)


def _opened(archive: zipfile.ZipFile, name: str) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(archive.read(name)))


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder() -> Path:
    return Path(settings.VAR) / "readings"


def _fingerprint(layout: Layout) -> str:
    """Return what a reading depends on besides the sheet: how sheets are read, and the layout's columns."""
    columns = [
        (one.name, one.kind, one.required, one.past, one.whole_month, one.longest, one.pattern, one.lowest, one.highest,
         one.decimals, [option.value for option in one.options])
        for one in layout.columns
    ]  # fmt: skip
    return f"{_way_of_reading()} {layout.code} {layout.key} {columns}"


@cache
def _way_of_reading() -> str:
    """Return the digest of the program that reads sheets: what another release read is read again."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _READ_BY)).hexdigest()
