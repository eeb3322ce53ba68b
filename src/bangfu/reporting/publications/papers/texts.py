"""The texts of a publication as they were fixed: its report and its companions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.companions import FORM_TITLES, Form
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.papers.charts import drawn_chart

REPORT = "report"
_REPORT_TITLE = both("报告", "Report")
_BYLINE = both("{post}　{author}", "{author}, {post}")
Content = dict[str, Any]
"""A figure as it stands in ``figures.json``, or a paragraph or part of a fixed text."""


@dataclass(frozen=True)
class Text:
    """One text of a publication."""

    code: str
    """``report``, or the form of a companion."""
    heading: Words
    paragraphs: dict[str, list[dict[str, Any]]]  # by language, as ``Publication.text``
    about: dict[str, dict[str, Any]]  # by language, as ``PublishedCompanion.about``; empty for the report

    @property
    def title(self) -> Words:
        """What kind of text it is."""
        return FORM_TITLES.get(self.code, _REPORT_TITLE)

    @property
    def is_signed(self) -> bool:
        """Whether a person signs it, and not the unit."""
        return self.code == Form.ARTICLE

    @property
    def lists_every_figure(self) -> bool:
        """Whether its annex holds all figures of the publication, and not those alone that it states."""
        return self.code in {REPORT, Form.PRESS}

    def byline_in(self, language: str) -> str:
        """Return who signs it, with the post; empty for a text that nobody signs."""
        said = self.about.get(language, {})
        return _BYLINE.filled(**said).in_language(language) if "author" in said else ""

    def drawn(self, language: str, contents: Sequence[Content]) -> list[Content]:
        """Return its paragraphs with the figures as they are printed. Args: contents: of the publication's figures."""
        return paragraphs_of(self.paragraphs[language], language, contents)

    def stated(self, language: str) -> list[int]:
        """Return the positions of the figures that stand in it, each once, ascending."""
        parts = (part for one in self.paragraphs[language] for part in one["parts"])
        return sorted({part["figure"] for part in parts if "figure" in part})


def paragraphs_of(paragraphs: Sequence[Content], language: str, contents: Sequence[Content]) -> list[Content]:
    """Return fixed paragraphs below the title with the figures as they are printed."""
    return [_paragraph(one, language, contents) for one in paragraphs if one["kind"] != "title"]


def _paragraph(one: Content, language: str, contents: Sequence[Content]) -> Content:
    parts = [_part(part, language, contents) for part in one["parts"]]
    return {**one, "parts": parts, **({"chart": drawn_chart(parts)} if one["kind"] == "chart" else {})}


def _part(part: Content, language: str, contents: Sequence[Content]) -> Content:
    if "figure" not in part:
        return part
    content = contents[part["figure"]]
    said, unit = content["shown"][language], content["unit_words"][language]
    inner = part["inner"]
    return {**part, "printed": f"{said.removesuffix(unit)}{inner}{unit}" if inner else said}


def texts_of(publication: Publication) -> list[Text]:
    """Return the texts of a publication, the report first and the companions in the order of their forms."""
    order = list(FORM_TITLES)
    companions = sorted(publication.companions.all(), key=lambda one: order.index(one.form))
    return [
        Text(REPORT, Words(publication.heading_zh, publication.heading_en), publication.text, {}),
        *(Text(one.form, Words(one.heading_zh, one.heading_en), one.text, one.about) for one in companions),
    ]


def text_of(publication: Publication, code: str) -> Text:
    """Return one text of a publication.

    Raises: LookupError: it has none of this kind.
    """
    for one in texts_of(publication):
        if one.code == code:
            return one
    raise LookupError(code)
