"""What everything that leaves the house states: each channel read as somebody outside would read it, figure by figure.

A channel is read to pairs of a figure's position and the words that stand there, in reading order. Of paper only the text is
known: there a figure is found by the number behind it, and its words by what stands before that number. Of a chart on paper,
which is drawn, only its caption is read: it says which figures are in it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import docx
from django.test import Client
from docx.oxml.ns import qn
from pypdf import PdfReader

from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.papers.texts import REPORT, texts_of
from tests.reporting.publications.forging import members_of

Stated = list[tuple[int, str]]
LANGUAGES = ("zh", "en")
_BEFORE = 40
_CAPTION = re.compile(r"(?:图中各数：|Its\s+figures:\s*)\[([\d\s–、,]+)\]")
_PUBLIC = re.compile(r"/publications/published/\d+/figures/(\d+)/$")


class _Links(HTMLParser):
    """Reads the figures of a page: from their addresses, or from what a bundle's page says of each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Stated] = {}
        self._at: tuple[str, int] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "a" or given.get("class") != "figure":
            return
        opens = _PUBLIC.search(given["href"])
        number = opens[1] if opens else given["data-figure"]
        self._at, self._words = (given.get("data-language", ""), int(number)), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._at is not None:
            language, number = self._at
            self.found.setdefault(language, []).append((number, self._words))
            self._at = None


def links_of(
    html: str,
) -> dict[str, Stated]:  # by the language a figure names; of a page of the house, nothing
    """Return the figures of a page."""
    page = _Links()
    page.feed(html)
    return page.found


def controls_of(content: bytes) -> Stated:
    """Return the figures of a Word file, from its content controls."""
    body: Any = docx.Document(io.BytesIO(content)).element.body
    found = []
    for control in body.iter(qn("w:sdt")):
        tag = control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val"))
        words = "".join(one.text for one in control.iter(qn("w:t")))
        found.append((int(tag.removeprefix("figure-")) - 1, words))
    return found


def words_of_pdf(content: bytes) -> str:
    """Return the text of a PDF in the order it was drawn."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def words_of_docx(content: bytes) -> str:
    """Return the words of a Word file, a line for each paragraph."""
    body: Any = docx.Document(io.BytesIO(content)).element.body
    paragraphs = ("".join(one.text for one in found.iter(qn("w:t"))) for found in body.iter(qn("w:p")))
    return "\n".join(paragraphs)


def marked(text: str) -> Stated:
    """Return what stands before each number in brackets of a text."""
    found = re.finditer(r"\[(\d+)\]", text)
    return [(int(one[1]) - 1, text[max(0, one.start() - _BEFORE) : one.start()]) for one in found]


def spaced(printed: str) -> str:
    """Return a pattern for words between whose signs a line or a space may stand."""
    return r"\s*".join(re.escape(sign) for sign in printed if not sign.isspace())


def rows_of_csv(content: bytes) -> list[dict[str, str]]:
    """Return the rows of the table of figures, without what stands below them."""
    written = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return [one for one in written if one["印出 Printed (zh)"]]


def handed(address: str, language: str = "zh") -> bytes:
    """Return what a public address answers to somebody who has not signed in."""
    client = Client()
    client.cookies["bangfu_language"] = "en" if language == "en" else "zh-hans"
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def channels(number: int) -> dict[str, bytes]:
    """Return everything that a publication gives out, by name: ``report.zh.pdf``, ``case.en.page``, ``figures.csv``."""
    publication = Publication.objects.get(steps__number=number)
    home, found = f"/publications/published/{number}/", {}
    for text in texts_of(publication):
        page = home if text.code == REPORT else f"{home}texts/{text.code}/"
        for language in LANGUAGES:
            found[f"{text.code}.{language}.page"] = handed(page, language)
            for form in ("pdf", "docx"):
                name = f"{text.code}.{language}.{form}"
                found[name] = handed(f"{home}papers/{name}")
    found["figures.csv"] = handed(f"{home}papers/figures.csv")
    members = members_of(bundle_path(number))
    for name in ("report.html", "companions.html"):
        found[name] = members[name]
    return found


def disagreements(number: int, given: dict[str, bytes]) -> Iterator[str]:
    """Yield where a channel states another number than the publication fixed, or leaves one out."""
    publication = Publication.objects.get(steps__number=number)
    contents = list(publication.figures.order_by("position").values_list("content", flat=True))
    texts = {text.code: text for text in texts_of(publication)}
    drawn = {
        (code, language): text.drawn(language, contents)
        for code, text in texts.items()
        for language in LANGUAGES
    }
    fixed = {key: stated_in(paragraphs) for key, paragraphs in drawn.items()}
    for name, content in given.items():
        code, _, rest = name.partition(".")
        language, _, form = rest.partition(".")
        if name == "figures.csv":
            rows = rows_of_csv(content)
            said = [
                (one["印出 Printed (zh)"], one["英文印出 Printed (en)"], one["准确值 Exact value"])
                for one in rows
            ]
            if said != [(one["shown"]["zh"], one["shown"]["en"], one["value"]) for one in contents]:
                yield name
        elif name.endswith(".html"):
            codes = [REPORT] if name == "report.html" else [code for code in texts if code != REPORT]
            found = links_of(content.decode())
            if any(found[one] != [row for code in codes for row in fixed[code, one]] for one in LANGUAGES):
                yield name
        elif form == "page":
            text, _, behind = content.decode().partition('<article class="prose">')[2].partition("</article>")
            every = (
                [(at, one["shown"][language]) for at, one in enumerate(contents)] if code == "press" else []
            )
            if links_of(text)[""] != fixed[code, language] or links_of(behind).get("", []) != every:
                yield name
        else:
            charts = [one for one in drawn[code, language] if one["kind"] == "chart"]
            wanted = stated_in([one for one in drawn[code, language] if one["kind"] != "chart"])
            if form == "docx" and controls_of(content) != wanted:
                yield name
                continue
            words = words_of_pdf(content) if form == "pdf" else words_of_docx(content)
            agreed = (
                [_places(one[1]) for one in _CAPTION.finditer(words)]
                == [{position for position, _ in stated_in([one])} for one in charts],
                _states(marked(_CAPTION.sub("", words)), wanted),
                _lists(words, texts[code], contents, language),
            )
            if not all(agreed):
                yield name


def stated_in(paragraphs: list[dict[str, Any]]) -> Stated:
    """Return the figures of paragraphs, in the order in which they stand."""
    parts = (part for one in paragraphs for part in one["parts"])
    return [(part["figure"], part["printed"]) for part in parts if "figure" in part]


def _places(listed: str) -> set[int]:
    """Return the positions that a caption names: ``3–5、48`` are 2, 3, 4 and 47."""
    spans = [[int(end) for end in span.split("–")] for span in re.split("[、,]", listed)]
    return {position - 1 for span in spans for position in range(span[0], span[-1] + 1)}


def _states(found: Stated, wanted: Stated) -> bool:
    """Return whether a text states these figures: what stands before each number is the figure's words and no longer number."""
    if [number for number, _ in found] != [number for number, _ in wanted]:
        return False
    return all(
        re.search(rf"(?<![\d.,]){spaced(printed)}\s*$", before) is not None
        for (_, before), (_, printed) in zip(found, wanted, strict=True)
    )


def _lists(words: str, text: Any, contents: list[dict[str, Any]], language: str) -> bool:
    """Return whether the annex of a paper lists each figure with what is printed and its exact value beside each other."""
    for position in range(len(contents)) if text.lists_every_figure else text.stated(language):
        one = contents[position]
        shown, exact = spaced(one["shown"][language]), spaced(grouped(one["value"], language))
        if not re.search(rf"(?<![\d.,]){shown}\s*{exact}(?![\d.,])", words):
            return False
    return True


def grouped(value: str, language: str) -> str:
    """Return an exact value in groups of three, as lists show it."""
    whole, point, rest = value.partition(".")
    return f"{int(whole):,}".replace(",", "," if language == "en" else "") + point + rest
