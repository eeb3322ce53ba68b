"""Personal data in sheets: which sheets hold any, how these are kept, and what is left of them."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator

import polars as pl

from bangfu.foundation.evidence import sniffing
from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake.examining import Sheet
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import both

REMOVED = "（已删去 removed）"
_SHORTEST_NUMBER = 18


class UnableToOpenSheet(Refusal):
    """Codes: ``destroyed``."""

    sentences = {
        "destroyed": both(
            "这份表格含有个人信息，原件已销毁，打不开了。已导入的内容见各条记录；需要重新导入的，请重新上传。",
            "This sheet held personal data; the original was destroyed and cannot be opened. What was imported stands on the"
            " records; to import it again, upload it again.",
        )
    }


def is_personal(sheet: Sheet) -> bool:
    """Return whether a sheet is kept sealed: its layout has personal columns, another system wrote it, or some cell holds an
    identity number."""
    if sheet.layout.personal or sheet.layout.is_export:
        return True
    return any(_holds_number(cell) for cell in _long_cells(sheet))


def _long_cells(sheet: Sheet) -> Iterator[str]:
    """Give every cell of a file in which a number of eighteen digits might stand: those with as many characters."""
    for grid in sheet.grids:
        for cells in grid.texts:
            yield from cells.filter(cells.str.len_chars() >= _SHORTEST_NUMBER)


def _holds_number(cell: object) -> bool:
    return isinstance(cell, str) and len(cell) >= _SHORTEST_NUMBER and has_identity_number(cell)


def sealed(content: bytes) -> tuple[SheetKey, bytes]:
    """Return a new key, not saved and of no upload yet, and a sheet's content sealed under it."""
    key = SheetKey(id=uuid.uuid4())
    key.wrapped, bytes_sealed = vault.seal_content(content, label=_label(key))
    return key, bytes_sealed


def content_of(upload: Upload) -> bytes:
    """Return the sheet as it came.

    Raises: UnableToOpenSheet: ``destroyed``.
    """
    kept = path_of(upload.sheet_id).read_bytes()
    if upload.sheet.media_type != sniffing.SEALED:
        return kept
    key = SheetKey.objects.filter(upload=upload).first()
    if key is None or not key.wrapped:
        raise UnableToOpenSheet("destroyed")
    return vault.open_content(bytes(key.wrapped), kept, label=_label(key))


def sealed_returned(key: SheetKey, content: bytes) -> bytes:
    """Return the rows that are left out of a sheet with personal data sealed; the key, not saved, knows how."""
    key.wrapped_returned, bytes_sealed = vault.seal_content(content, label=_label_of_returned(key))
    return bytes_sealed


def returned_of(upload: Upload) -> bytes:
    """Return the rows that were left out when the others were imported, as a sheet.

    Raises: UnableToOpenSheet: ``destroyed``.
    """
    assert upload.returned is not None
    kept = path_of(upload.returned.pk).read_bytes()
    if upload.returned.media_type != sniffing.SEALED:
        return kept
    key = SheetKey.objects.filter(upload=upload).first()
    if key is None or not key.wrapped_returned:
        raise UnableToOpenSheet("destroyed")
    return vault.open_content(bytes(key.wrapped_returned), kept, label=_label_of_returned(key))


def _label(key: SheetKey) -> str:
    return f"sheet:{key.pk}"


def _label_of_returned(key: SheetKey) -> str:
    return f"returned:{key.pk}"


def fingerprints_of(content: bytes) -> tuple[str, str]:
    """Return what a file is known by: in the open, and when it is personal and guessing at it must lead nowhere."""
    digest = hashlib.sha256(content).hexdigest()
    return digest, hmac.new(vault.digest_key(), f"sheet:{digest}".encode(), hashlib.sha256).hexdigest()


def without_personal(layout: Layout, texts: pl.DataFrame) -> pl.DataFrame:
    """Return rows as they were typed, without what personal columns hold and without identity numbers anywhere."""

    def emptied(name: str, cells: pl.Series) -> pl.Series:
        all_ = name in layout.personal
        return pl.Series(
            name, [REMOVED if text and (all_ or _holds_number(text)) else text for text in cells], pl.String
        )

    return texts.with_columns(emptied(column.name, texts[column.name]) for column in layout.columns)


def names_person(sheet: Sheet, *, name: str | None, number: str | None) -> bool:
    """Return whether some cell of a file holds an identity number, or a personal column this very name."""
    if number is not None and any(number in "".join(cell.split()).upper() for cell in _long_cells(sheet)):
        return True
    said = {
        text.strip()
        for column in sheet.layout.personal
        for text in sheet.texts[column].drop_nulls().to_list()
    }
    return name is not None and name in said
