"""The text of a draft that somebody pastes or uploads: plain text, Word or PDF. Nothing of it is kept.

Word and PDF files come from strangers and are opened by ``child`` in a process of its own within limits of memory, time and size.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bangfu.foundation.evidence.sniffing import charset_of
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.reporting.reading.child import DAMAGED, LOCKED, TOO_BIG, TOO_LONG, TOO_MANY_PAGES
from bangfu.reporting.reading.lines import unwrapped

LARGEST_BYTES = 10 * 1024 * 1024
MOST_SIGNS = 200_000
"""About two hundred printed pages."""
MOST_PAGES = 300
_CHILD = Path(__file__).with_name("child.py")
_PATIENCE_S = 30


class UnableToReadDraft(Refusal):
    """Codes: ``empty``, ``too_large``, ``too_long``, ``too_many_pages``, ``wrong_type``, ``damaged``, ``locked``, ``expands``,
    ``too_slow``, ``no_text``."""

    sentences = {
        "empty": both(
            "没有文字。请粘贴一段文字，或选择一个文件。", "There is no text. Paste some, or choose a file."
        ),
        "too_large": both(
            "文件超过 {megabytes} MB。请去掉图片，或只粘贴文字。",
            "The file is larger than {megabytes} MB. Take the pictures out, or paste the text alone.",
        ),
        "too_long": both(
            "文字超过 {signs} 字。请分几次对。",
            "The text has more than {signs} characters. Match it in parts.",
        ),
        "too_many_pages": both(
            "文件超过 {pages} 页。请拆成几份再对。",
            "The file has more than {pages} pages. Split it and match the parts.",
        ),
        "wrong_type": both(
            "只能读文字、Word（.docx）和 PDF。旧的 .doc 请先另存为 .docx。",
            "Only plain text, Word (.docx) and PDF can be read. Save an old .doc as .docx first.",
        ),
        "damaged": both(
            "文件打不开，可能已损坏。请重新另存一份，或直接粘贴文字。",
            "The file cannot be opened and may be damaged. Save it anew, or paste its text.",
        ),
        "locked": both(
            "文件有密码。请先去掉密码，或直接粘贴文字。",
            "The file is locked with a password. Take it off first, or paste the text.",
        ),
        "expands": both(
            "文件解开后过大，没有打开。请直接粘贴文字。",
            "The file unpacks to far too much and was not opened. Paste its text.",
        ),
        "too_slow": both(
            "文件读得太久，已停下。请另存一份简单的，或直接粘贴文字。",
            "Reading the file took too long and was stopped. Save a simpler one, or paste its text.",
        ),
        "no_text": both(
            "文件里没有文字，可能是扫描的图片。请粘贴文字。",
            "There is no text in the file; its pages may be scanned pictures. Paste the text.",
        ),
    }


def _refused(code: int) -> UnableToReadDraft:
    reasons = {
        DAMAGED: "damaged",
        LOCKED: "locked",
        TOO_BIG: "expands",
        TOO_LONG: "too_long",
        TOO_MANY_PAGES: "too_many_pages",
    }
    return UnableToReadDraft(reasons.get(code, "damaged"), signs=MOST_SIGNS, pages=MOST_PAGES)


def read_text(text: str) -> str:
    """Return a pasted text with one kind of line end.

    Raises: UnableToReadDraft: ``empty``, ``too_long``.
    """
    found = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not found.strip():
        raise UnableToReadDraft("empty")
    if len(found) > MOST_SIGNS:
        raise UnableToReadDraft("too_long", signs=MOST_SIGNS)
    return found


def read_draft(content: bytes) -> str:
    """Return the text of a file, judged by its content and not by its name.

    Raises: UnableToReadDraft: it is none of the kinds that are read, or cannot be opened safely.
    """
    if not content:
        raise UnableToReadDraft("empty")
    if len(content) > LARGEST_BYTES:
        raise UnableToReadDraft("too_large", megabytes=LARGEST_BYTES // 1024**2)
    if content.startswith(b"PK"):
        return _checked(_opened(content, "docx"))
    if b"%PDF-" in content[:1024]:
        return _checked(unwrapped(_opened(content, "pdf")))
    coding = charset_of(content)
    if coding is None:
        raise UnableToReadDraft("wrong_type")
    return read_text(content.decode(coding, errors="replace").removeprefix("\ufeff"))


def _checked(text: str) -> str:
    if not text.strip():
        raise UnableToReadDraft("no_text")
    return read_text(text)


def _opened(content: bytes, kind: str) -> str:
    """Return what a process of its own reads from a file."""
    command = [sys.executable, "-I", str(_CHILD), kind, str(MOST_SIGNS), str(MOST_PAGES)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise UnableToReadDraft("too_slow") from None
    if done.returncode < 0:
        raise UnableToReadDraft("too_slow")
    if done.returncode:
        raise _refused(done.returncode)
    return done.stdout.decode("utf-8", errors="replace")
