"""Reads the text of one Word or PDF file from standard input and writes it to standard output.

Run by ``reading`` as a process of its own, without Django and within limits, because the files come from strangers: what
runs away or crashes ends this process and nothing else, and counts as damaged. Word files are unpacked part by part up to a
bound, and their XML may declare no document type, so that no entity can be expanded or fetched.
"""

from __future__ import annotations

import io
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

DAMAGED, LOCKED, TOO_BIG, TOO_LONG, TOO_MANY_PAGES = 10, 11, 12, 13, 14
MEMORY_BYTES = 1024**3
SECONDS = 20
LARGEST_PART = 40 * 1024 * 1024
"""The most bytes that the XML of one part may unpack to."""
MOST_PARTS = 2000
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main|"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main|"
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006|Fallback"
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


class _Words:
    """Gathers the text of a part: runs, tabs, breaks and the ends of paragraphs; what a fallback repeats is left out."""

    def __init__(self, most: int) -> None:
        self.found: list[str] = []
        self._length, self._most = 0, most
        self._is_text, self._fallbacks = False, 0

    def parser(self) -> expat.XMLParserType:
        one = expat.ParserCreate(namespace_separator="|")
        one.buffer_text = True
        one.StartDoctypeDeclHandler = self._refuse
        one.StartElementHandler = self._start
        one.EndElementHandler = self._end
        one.CharacterDataHandler = self._text
        return one

    def _refuse(self, *_: object) -> None:
        raise SystemExit(DAMAGED)

    def _named(self, name: str) -> str:
        return name.removeprefix(_WORD).removeprefix(_STRICT)

    def _add(self, text: str) -> None:
        if self._fallbacks:
            return
        self._length += len(text)
        if self._length > self._most:
            raise SystemExit(TOO_LONG)
        self.found.append(text)

    def _start(self, name: str, _: object) -> None:
        self._fallbacks += name == _FALLBACK
        what = self._named(name)
        self._is_text = what == "t"
        if what in {"tab", "br", "cr"}:
            self._add("\t" if what == "tab" else "\n")

    def _end(self, name: str) -> None:
        self._fallbacks -= name == _FALLBACK
        self._is_text = False
        if self._named(name) == "p":
            self._add("\n")

    def _text(self, text: str) -> None:
        if self._is_text:
            self._add(text)


def read_docx(content: bytes, most: int) -> str:
    """Return the text of a Word file."""
    words = _Words(most)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
        if len(names) > MOST_PARTS or _PARTS[0] not in names:
            raise SystemExit(DAMAGED)
        for name in _PARTS:
            if name not in names:
                continue
            info = parts.getinfo(name)
            if info.flag_bits & 1:
                raise SystemExit(LOCKED)
            with parts.open(info) as part:
                xml = part.read(LARGEST_PART + 1)
            if len(xml) > LARGEST_PART:
                raise SystemExit(TOO_BIG)
            words.parser().Parse(xml, True)
    return "".join(words.found)


def read_pdf(content: bytes, most: int, pages: int) -> Iterator[str]:
    """Yield the text of a PDF's pages."""
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise SystemExit(LOCKED)
    if len(reader.pages) > pages:
        raise SystemExit(TOO_MANY_PAGES)
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > most:
            raise SystemExit(TOO_LONG)
        yield text


def main() -> None:
    """Read, and write the text as UTF-8; whatever is wrong ends the process with a code that says what."""
    for limit, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        resource.setrlimit(limit, (bound, bound))
    kind, most, pages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    content = sys.stdin.buffer.read()
    try:
        text = read_docx(content, most) if kind == "docx" else "\n".join(read_pdf(content, most, pages))
    except MemoryError:
        raise SystemExit(TOO_BIG) from None
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError):
        raise SystemExit(DAMAGED) from None
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))


if __name__ == "__main__":
    main()
