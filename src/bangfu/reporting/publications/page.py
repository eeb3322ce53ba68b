"""The report as one page that opens without network: text in both languages, and every figure with its facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.words import PAGE_WORDS
from bangfu.reporting.texts import LANGUAGES

ASSETS = Path(__file__).parent / "assets"


def page_of(publication: Publication, figures: dict[str, Any], rows: list[list[Any]]) -> str:
    """Return ``report.html``. Args: figures: as ``figures.json``; rows: as ``verify.page_rows``."""
    return render_to_string(
        "publications/page.html",
        {
            "publication": publication,
            "chinese": "中文",
            "number": figures["number"],
            "sides": [_side(language, publication, figures) for language in LANGUAGES],
            "figures": _carried(figures),
            "facts": _carried(rows),
            "words": _carried({key: {"zh": said.zh, "en": said.en} for key, said in PAGE_WORDS.items()}),
            "style": (ASSETS / "page.css").read_text(encoding="utf-8"),
            "script": (ASSETS / "page.js").read_text(encoding="utf-8"),
        },
    )


def _carried(value: Any) -> str:
    """Return JSON that can stand inside a page: no angle bracket ends its element early."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _side(language: str, publication: Publication, figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "language": language,
        "heading": figures["heading"][language],
        "kicker": " · ".join(
            PAGE_WORDS[key].filled(number=figures["number"], block=publication.block).in_language(language)
            for key in ("publication", "as_of")
        ),
        "mark": figures["mark"][language] if figures["mark"] else "",
        "words": {key: said.in_language(language) for key, said in PAGE_WORDS.items()},
        "paragraphs": paragraphs_of(publication, language, figures["figures"]),
        "figures": [
            {
                "position": position,
                "label": position + 1,
                "code": one["code"],
                "version": one["definition"],
                "value": one["value"],
                **{
                    key: one[key][language]
                    for key in ("title", "shown", "when", "where", "formula", "scope_note")
                },
            }
            for position, one in enumerate(figures["figures"])
        ],
    }


def paragraphs_of(
    publication: Publication, language: str, contents: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the paragraphs of a publication's text with the figures as they are printed."""
    return [
        {**one, "parts": [_part(part, language, contents) for part in one["parts"]]}
        for one in publication.text[language]
        if one["kind"] != "title"
    ]


def _part(part: dict[str, Any], language: str, contents: list[dict[str, Any]]) -> dict[str, Any]:
    if "figure" not in part:
        return part
    said: str = contents[part["figure"]]["shown"][language]
    return {**part, "printed": _with_word(said, part["inner"], contents[part["figure"]], language)}


def _with_word(said: str, inner: str, content: dict[str, Any], language: str) -> str:
    if not inner:
        return said
    unit = content["unit_words"][language]
    return f"{said.removesuffix(unit)}{inner}{unit}"
