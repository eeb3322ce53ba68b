"""The files of forms: examined when they come, read as grids, and written with values in their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake.workbooks import UnsafeFile, examined_parts
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.reporting.forms.engines import word, workbook
from bangfu.reporting.forms.engines.archives import Unfit, names_in, refuse_what_reaches_out
from bangfu.reporting.forms.engines.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, At, Grid
from bangfu.reporting.forms.models import Version

LARGEST_BYTES = 20 * 1024 * 1024
KEPT_READ = 4
"""Files that a process keeps read, the latest used."""
Value = workbook.Value
Values = Mapping[tuple[int, At], Value]


class UnableToReadForm(Refusal):
    """Codes: ``not_a_form``, ``damaged``, ``encrypted``, ``macros``, ``external_links``, ``embedded``, ``expands``,
    ``entities``, ``too_large``, ``nothing_in_it``."""

    sentences = {
        "not_a_form": both(
            "这不是 .xlsx 或 .docx 文件。请上传上级下发的表样；旧格式（.xls、.doc）请先另存为新格式。",
            "This is no .xlsx or .docx file. Upload the superior’s form; save old formats (.xls, .doc) as new ones first.",
        ),
        "damaged": both(
            "文件已损坏，无法读取。请用办公软件打开并重新保存后再上传。",
            "The file is damaged. Open it in an office program, save it again and upload that.",
        ),
        "encrypted": both(
            "文件加了密码。请去掉密码后再上传。", "The file has a password. Remove it and upload again."
        ),
        "macros": both(
            "文件带有宏或控件，不予读取。请另存为不带宏的文件后再上传。",
            "The file carries macros or controls and is not read. Save it without them and upload again.",
        ),
        "external_links": both(
            "文件链接了外部的文件或数据。请断开外部链接后再上传。",
            "The file links to other files or data. Break the links and upload again.",
        ),
        "embedded": both(
            "文件里嵌了别的文件。请删去嵌入的对象后再上传。",
            "The file has another one inside. Remove embedded objects and upload again.",
        ),
        "expands": both(
            "文件解压后过大，不予读取。请删去多余的工作表和图片。",
            "The file unpacks to too much and is not read. Remove spare worksheets and pictures.",
        ),
        "entities": both(
            "文件内部含有实体定义或非 UTF-8 内容，正常的表没有这些。请用办公软件重新保存后再上传。",
            "The file defines entities inside or is not UTF-8, which no ordinary form does. Save it again in an office program.",
        ),
        "too_large": both(
            "表样太大：文件不超过 {megabytes} MB，一页不超过 {rows} 行、{columns} 列、{cells} 格。请删去远处多余的格式。",
            "The form is too large: {megabytes} MB, and {rows} rows, {columns} columns and {cells} cells a sheet at most."
            " Delete stray formats far away.",
        ),
        "nothing_in_it": both(
            "文件里没有可填的表格。请确认上传的是表样。",
            "The file holds no table to fill. Check that it is the form.",
        ),
    }


@dataclass(frozen=True)
class Document:
    """A form's file, opened."""

    kind: str
    content: bytes
    parts: Mapping[str, bytes]
    grids: tuple[Grid, ...]

    def filled(self, values: Values) -> bytes:
        """Return the file with values in its cells; the same values give the same bytes."""
        write = workbook.filled if self.kind == Version.Kind.XLSX else word.filled
        return write(self.content, self.parts, values)

    def results(self, values: Values) -> dict[tuple[int, At], Decimal | None]:
        """Return what its formulas come to; null for one that only a spreadsheet program computes."""
        return workbook.results_of(self.grids, values) if self.kind == Version.Kind.XLSX else {}


_SAID_ALIKE = {"not_a_sheet": "not_a_form", "too_many_cells": "too_large"}


def _refusal(code: str) -> UnableToReadForm:
    return UnableToReadForm(
        _SAID_ALIKE.get(code, code),
        megabytes=LARGEST_BYTES // 1024**2,
        rows=MOST_ROWS,
        columns=MOST_COLUMNS,
        cells=MOST_CELLS,
    )


def opened(content: bytes) -> Document:
    """Return an uploaded file as a form.

    Raises: UnableToReadForm: see its codes.
    """
    if len(content) > LARGEST_BYTES:
        raise _refusal("too_large")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise _refusal("encrypted")
    kind = Version.Kind.DOCX if _is_word(content) else Version.Kind.XLSX
    engine = word if kind == Version.Kind.DOCX else workbook
    try:
        parts = examined_parts(
            content, main=word.DOCUMENT if kind == Version.Kind.DOCX else workbook.WORKBOOK
        )
        refuse_what_reaches_out(parts, names_in(content))
        return Document(kind, content, parts, tuple(engine.read(parts)))
    except (UnsafeFile, Unfit) as trouble:
        code = trouble.code
        if code == "damaged" and not content.startswith(b"PK"):
            code = "not_a_form"
        raise _refusal(code) from None


def _is_word(content: bytes) -> bool:
    try:
        return word.DOCUMENT in [name.lower() for name in names_in(content)]
    except Unfit:
        return False


@lru_cache(maxsize=KEPT_READ)
def _kept(digest: str) -> Document:
    return opened(path_of(digest).read_bytes())


def document_of(version: Version) -> Document:
    """Return the file of a version, opened."""
    return _kept(version.file_id)
