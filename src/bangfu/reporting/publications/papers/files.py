"""Papers as files: which there are of a publication, what each is called, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bangfu.reporting.printing.typesetting import pdf_of
from bangfu.reporting.printing.word import docx_of
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.papers.composing import composed
from bangfu.reporting.publications.papers.tables import figures_csv
from bangfu.reporting.publications.papers.texts import Text, text_of, texts_of
from bangfu.reporting.publications.queries import Standing, standing_of
from bangfu.reporting.texts import LANGUAGES

WRITERS = {"pdf": pdf_of, "docx": docx_of}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
}
_KINDS = (("pdf", "PDF"), ("docx", "Word"))
_LANGUAGES = (("zh", "中文"), ("en", "English"))
FIGURES = "figures.csv"
_KEPT = 48
"""So many papers of published reports stay in memory: three reports with their companions."""


@dataclass(frozen=True)
class Paper:
    """One file of a publication's text."""

    code: str
    """``report``, or the form of a companion."""
    language: str
    form: str
    """``pdf`` or ``docx``."""

    @property
    def name(self) -> str:
        """Its name below ``papers/``: ``report.zh.pdf``."""
        return f"{self.code}.{self.language}.{self.form}"


def listed_papers(publication: Publication) -> dict[str, Any]:
    """Return what ``publications/papers.html`` lists of a publication."""
    return {"texts": texts_of(publication), "forms": _KINDS, "languages": _LANGUAGES}


def papers_of(text: Text, language: str) -> list[Paper]:
    """Return the files of a text in a language."""
    return [Paper(text.code, language, form) for form in WRITERS]


def paper_named(code: str, language: str, form: str) -> Paper:
    """Return a paper by the parts of its name.

    Raises: LookupError: there is no such language or form.
    """
    if language not in LANGUAGES or form not in WRITERS:
        raise LookupError(f"{code}.{language}.{form}")
    return Paper(code, language, form)


def written(standing: Standing, paper: Paper, *, origin: str) -> bytes:
    """Return a paper; one of a published report is written once and kept in memory.

    Raises: LookupError: the publication has no such text.
    """
    if standing.number is None or standing.last is None:
        return _written(standing, paper, origin)
    return _kept(standing.publication.pk, standing.last.digest, paper, origin)


@lru_cache(maxsize=_KEPT)
def _kept(key: int, digest: str, paper: Paper, origin: str) -> bytes:
    return _written(standing_of(key), paper, origin)


def _written(standing: Standing, paper: Paper, origin: str) -> bytes:
    text = text_of(standing.publication, paper.code)
    return WRITERS[paper.form](composed(standing, text, paper.language, origin=origin))


def table(standing: Standing, *, origin: str) -> bytes:
    """Return the table of all figures."""
    return figures_csv(standing, origin=origin).encode()


def file_name(standing: Standing, name: str) -> str:
    """Return what a paper is called once it has left the house: ``bangfu-publication-1-report.zh.pdf``."""
    which = (
        f"draft-{standing.publication.pk}" if standing.number is None else f"publication-{standing.number}"
    )
    return f"bangfu-{which}-{name}"


def write_papers(standing: Standing, folder: Path, *, origin: str) -> Iterator[Path]:
    """Write every paper of a publication to a folder, and say which as each is done."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts_of(standing.publication):
        for paper in (one for language in LANGUAGES for one in papers_of(text, language)):
            path = folder / file_name(standing, paper.name)
            path.write_bytes(written(standing, paper, origin=origin))
            yield path
    path = folder / file_name(standing, FIGURES)
    path.write_bytes(table(standing, origin=origin))
    yield path
