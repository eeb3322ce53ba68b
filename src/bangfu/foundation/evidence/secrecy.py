"""Finding a state-secrecy mark (秘密★, 机密★, 绝密★) in a file's name and in whatever text it holds.

A mark is a word of the three, then a star, as GB/T 9704 prints it: "机密★1年". Spaces between the characters, full-width
and other stars and traditional characters count too. What a scanned picture shows cannot be seen here.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from bangfu.foundation.evidence.sniffing import DOCX, PDF, XLSX, Unreadable
from bangfu.foundation.evidence.zips import BROKEN_ZIP

STARS = "★☆⭐🌟✩✪✫✬✭✮✯✰✦✱⋆⍟*＊﹡∗"
_FIRST, _SECOND, _SPACES = "秘祕机機绝絕", "密", " \t\r\n\xa0\u3000\u200b\ufeff"
_MARK = re.compile(rf"[{_FIRST}][\s{_SPACES}]{{0,8}}{_SECOND}[\s{_SPACES}]{{0,8}}[{STARS}]")


def _one_of(characters: str, coding: str) -> bytes:
    return b"(?:" + b"|".join(re.escape(one.encode(coding)) for one in characters) + b")"


_MARK_IN_BYTES = [
    re.compile(
        _one_of(_FIRST, coding)
        + _one_of(_SPACES, coding)
        + b"{0,8}"
        + _one_of(_SECOND, coding)
        + _one_of(_SPACES, coding)
        + b"{0,8}"
        + _one_of(STARS, coding)
    )
    for coding in ("utf-8", "gb18030", "utf-16-be")
]
"""The same mark in the codings of a file whose text has no known beginning."""
_TAG = re.compile(r"<[^>]*>")
_SYMBOL_STAR = re.compile(r"<w:sym\b[^>]*w:char=\"F0(?:AB|B6)\"[^>]*>", re.IGNORECASE)
"""Word writes a star from the font Wingdings as a symbol of its own, not as a character."""
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{8,})>")
_DEEPEST = 4
_READ_OF_A_PART = 32 * 1024 * 1024
_LOOKED_THROUGH_OF_A_PART = 512 * 1024 * 1024
_PIECE = 1024 * 1024
_NEEDED_FOR_A_MARK = (_SECOND.encode(), _SECOND.encode("gb18030"), b"&#")
"""Without one of these no part holds a mark: the word's second character in either coding, or any character by its number."""
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def has_mark(text: str) -> bool:
    """Return whether a text carries a secrecy mark.

    >>> has_mark("机 密 ★ 1年"), has_mark("保密承诺书")
    (True, False)
    """
    return _MARK.search(text) is not None


def is_marked(content: bytes, media_type: str) -> bool:
    """Return whether what can be read as text in a file of a known type carries a mark; pictures have no text.

    Raises: Unreadable: a part of the file is damaged.
    """
    if media_type.startswith("text/"):
        return has_mark(decoded(content))
    if media_type == PDF:
        return _pdf_is_marked(content)
    if media_type in (XLSX, DOCX):
        return any(has_mark(text) for text in _texts_of_office(content))
    return False


def decoded(content: bytes) -> str:
    """Return a text's characters: by its byte-order mark, else as UTF-8, else as GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _texts_of_office(content: bytes, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        raise Unreadable("documents inside documents without end")
    with _opened(content) as parts:
        for name in parts.namelist():
            yield name
            if name.endswith((".xml", ".rels", ".vml")):
                if not _may_hold_a_mark(parts, name):
                    continue
                text = decoded(_read(parts, name))
                yield html.unescape(_TAG.sub("", _SYMBOL_STAR.sub("★", text)))
                yield html.unescape(text)
            elif name.endswith((".xlsx", ".docx")):
                inner = _read(parts, name)
                if zipfile.is_zipfile(io.BytesIO(inner)):
                    yield from _texts_of_office(inner, depth + 1)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except BROKEN_ZIP as broken:
        raise Unreadable("damaged") from broken


def _may_hold_a_mark(parts: zipfile.ZipFile, name: str) -> bool:
    """Return whether a part has to be read as text; it is looked through a piece at a time, since it may be very long."""
    before = b""
    try:
        with parts.open(name) as part:
            for _ in range(_LOOKED_THROUGH_OF_A_PART // _PIECE):
                some = part.read(_PIECE)
                if not some:
                    return False
                if not before and some.startswith(_WIDE):
                    return True
                piece = before[-2:] + some
                if any(sign in piece for sign in _NEEDED_FOR_A_MARK):
                    return True
                before = some
    except BROKEN_ZIP as broken:
        raise Unreadable("damaged") from broken
    raise Unreadable("it unpacks without bounds")


def _read(parts: zipfile.ZipFile, name: str) -> bytes:
    try:
        with parts.open(name) as part:
            return part.read(_READ_OF_A_PART)
    except BROKEN_ZIP as broken:
        raise Unreadable("damaged") from broken


def _pdf_is_marked(content: bytes) -> bool:
    """Return whether a mark stands plainly in a PDF or in its deflated streams; text in coded fonts stays unread."""
    if _bytes_are_marked(content):
        return True
    for stream in _STREAM.finditer(content):
        try:
            plain = zlib.decompressobj().decompress(stream.group(1), _READ_OF_A_PART)
        except zlib.error:
            continue
        if _bytes_are_marked(plain):
            return True
    return False


def _bytes_are_marked(content: bytes) -> bool:
    if any(pattern.search(content) for pattern in _MARK_IN_BYTES):
        return True
    for digits in _HEX.findall(content):
        packed = digits.translate(None, b" \t\r\n\f").decode()
        if len(packed) % 2 == 0 and any(pattern.search(bytes.fromhex(packed)) for pattern in _MARK_IN_BYTES):
            return True
    return False
