"""What a file is, judged by its content alone."""

from __future__ import annotations

import io
import re
import zipfile

import filetype
from PIL import Image, UnidentifiedImageError

from bangfu.foundation.evidence.heic import as_jpeg
from bangfu.foundation.evidence.zips import BROKEN_ZIP

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
HEIC = "image/heic"
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", HEIC: "HEIF"}
"""Media type → Pillow's name of the format; pictures that are read and of which a small one is made."""
TEXT = "text/plain"
CSV = "text/csv"
SEALED = "application/vnd.bangfu.sealed"
"""What is kept sealed under a key that may be destroyed: no file says so of itself."""

LARGEST_PIXELS = 120_000_000
LARGEST_UNPACKED_BYTES = 300 * 1024 * 1024
_LINES_LOOKED_AT = 20
_CONTROLS = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Unreadable(Exception):  # noqa: N818 - says what the file is
    """The file says it is of a type we take, but is damaged, locked, or unpacks without bounds."""


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a file, or null for one that is not accepted as evidence.

    Raises: Unreadable: the type is accepted but the file cannot be opened safely.
    """
    guess = filetype.guess(content[:8192])
    guessed = guess.mime if guess else None
    if guessed in ("image/heic", "image/heif"):
        if as_jpeg(content) is None:
            raise Unreadable("damaged")
        return HEIC
    if guessed in PICTURES:
        _check_picture(content, PICTURES[guessed])
        return str(guessed)
    if content[:1024].lstrip().startswith(b"%PDF-"):
        if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
            raise Unreadable("locked")
        return PDF
    if content.startswith(b"PK"):
        return _office_type(content)
    return _text_type(content)


def _check_picture(content: bytes, form: str) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as broken:
        raise Unreadable("damaged") from broken
    if width * height > LARGEST_PIXELS:
        raise Unreadable("too many pixels")


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.namelist()
            if "[Content_Types].xml" not in names:
                return None
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED_BYTES:
                raise Unreadable("unpacks too large")
            with parts.open("[Content_Types].xml") as listing:
                types = listing.read(1024 * 1024)
    except BROKEN_ZIP as broken:
        raise Unreadable("damaged") from broken
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    if b"spreadsheetml.sheet.main+xml" in types:
        return XLSX
    if b"wordprocessingml.document.main+xml" in types:
        return DOCX
    return None


def charset_of(content: bytes) -> str | None:
    """Return the coding of a text: ``utf-16``, ``utf-8`` or ``gb18030``; null when it is not text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for coding in ("utf-8", "gb18030"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else coding
    return None


def _text_type(content: bytes) -> str | None:
    coding = charset_of(content)
    if coding is None:
        return None
    lines = content.decode(coding, errors="replace").splitlines()
    counted = [line for line in lines[:_LINES_LOOKED_AT] if line.strip()]
    for separator in (",", "\t", ";"):
        fields = {line.count(separator) for line in counted}
        if len(counted) > 1 and len(fields) == 1 and fields != {0}:
            return CSV
    return TEXT
