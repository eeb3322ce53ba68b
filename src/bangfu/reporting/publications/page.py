"""The report as one page that opens without network: text in both languages, and every figure with its facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.papers.texts import Text, paragraphs_of
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


def companions_page(publication: Publication, texts: Sequence[Text], figures: dict[str, Any]) -> str:
    """Return ``companions.html``: the texts beside the report, their figures marked as in it.

    Args: figures: as ``figures.json``.
    """
    return render_to_string(
        "publications/companions.html",
        {
            "publication": publication,
            "sides": [
                {
                    "language": language,
                    "kicker": _kicker(language, publication, figures["number"]),
                    "mark": figures["mark"][language] if figures["mark"] else "",
                    "texts": [
                        {
                            "code": one.code,
                            "title": one.title.in_language(language),
                            "heading": one.heading.in_language(language),
                            "byline": one.byline_in(language),
                            "paragraphs": one.drawn(language, figures["figures"]),
                        }
                        for one in texts
                    ],
                }
                for language in LANGUAGES
            ],
            "style": (ASSETS / "page.css").read_text(encoding="utf-8"),
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
        "kicker": _kicker(language, publication, figures["number"]),
        "mark": figures["mark"][language] if figures["mark"] else "",
        "words": {key: said.in_language(language) for key, said in PAGE_WORDS.items()},
        "paragraphs": paragraphs_of(publication.text[language], language, figures["figures"]),
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


def _kicker(language: str, publication: Publication, number: int) -> str:
    said = (
        PAGE_WORDS[key].filled(number=number, block=publication.block) for key in ("publication", "as_of")
    )
    return " · ".join(one.in_language(language) for one in said)
