"""Files of every accepted type, made on the spot."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import xlsxwriter
from PIL import Image


def photograph(form: str = "JPEG", size: tuple[int, int] = (1600, 1200), shade: int = 90) -> bytes:
    """Return a picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade, 120, 60)).save(buffer, form)
    return buffer.getvalue()


def heic() -> bytes:
    """Return ``scene(1)`` of the photographs' tests as a phone keeps it, with time and position; made by libheif's encoder."""
    return (Path(__file__).parent / "scene.heic").read_bytes()


def workbook(*cells: str) -> bytes:
    """Return a workbook with these cells in its first column."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, cell in enumerate(cells):
        sheet.write(row, 0, cell)
    book.close()
    return buffer.getvalue()


def document(*runs: str, extra: dict[str, bytes] | None = None) -> bytes:
    """Return a Word document whose only paragraph has these runs, given as the XML inside them."""
    body = "".join(f"<w:r>{run}</w:r>" for run in runs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "[Content_Types].xml",
            '<Types><Override PartName="/word/document.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        parts.writestr("word/document.xml", f"<w:document><w:body><w:p>{body}</w:p></w:body></w:document>")
        for name, content in (extra or {}).items():
            parts.writestr(name, content)
    return buffer.getvalue()


def text_run(text: str) -> str:
    """Return the XML of a run of text."""
    return f"<w:t>{text}</w:t>"


def pdf(*streams: bytes, head: bytes = b"", deflate: bool = False) -> bytes:
    """Return a PDF that holds these streams."""
    parts = [b"%PDF-1.7\n", head]
    for number, stream in enumerate(streams, 4):
        packed = zlib.compress(stream) if deflate else stream
        filters = b"/Filter /FlateDecode " if deflate else b""
        parts.append(b"%d 0 obj <<%s/Length %d>>\nstream\n" % (number, filters, len(packed)))
        parts.append(packed + b"\nendstream endobj\n")
    return b"".join([*parts, b"trailer <</Root 1 0 R>>\n%%EOF\n"])


def broken(content: bytes, part: str) -> bytes:
    """Return a zip in which the deflated bytes of one part are none."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        info = parts.getinfo(part)
    start = info.header_offset + 30 + len(info.filename)
    return content[:start] + bytes([0xFF] * info.compress_size) + content[start + info.compress_size :]
