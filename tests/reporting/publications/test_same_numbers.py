"""One publication, one number: pages, PDF, Word, article, case, press sheet, the page that stands alone and the table agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bangfu.reporting.printing.typesetting import PrintedFigure, PrintedReport
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.operations import (
    approve_publication,
    freeze_publication,
    prepare_publication,
)
from bangfu.reporting.publications.papers import files
from tests.reporting.programme import post_programme
from tests.reporting.publications.stating import channels, disagreements
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story


@pytest.fixture
def programme(story: Story, tmp_path: Path, settings: object) -> int:
    """The programme's own report with its article, case and press sheet, published; its number."""
    settings.PUBLICATIONS_FOLDER = tmp_path / "publications"
    with connection.cursor() as cursor:
        # Of rows that are not committed the planner knows nothing, and takes ten thousand of them for one.
        cursor.execute("SET LOCAL enable_nestloop TO off")
    post_programme(story)
    story.seal()
    publication = prepare_publication(report="programme", act=story.act)
    approve_publication(publication=publication, act=story.cast.act(story.cast.verifier))
    return freeze_publication(publication=publication, act=story.act).number or 0


def test_everything_states_the_numbers_that_were_fixed(programme: int) -> None:
    given = channels(programme)
    assert set(given) == {
        "figures.csv", "report.html", "companions.html",
        *(f"{code}.{language}.{form}" for code in ("report", "article", "case", "press")
          for language in ("zh", "en") for form in ("page", "pdf", "docx")),
    }  # fmt: skip
    assert Publication.objects.get().figures.count() > 40
    assert list(disagreements(programme, given)) == []


def test_a_channel_that_states_another_number_is_found(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(told)
    true = channels(1)
    assert list(disagreements(1, true)) == []
    for name, content in true.items():
        if name.endswith((".pdf", ".docx")):
            continue
        forged = content.replace("33个".encode(), "34个".encode()).replace(b"33 stations", b"34 stations")
        assert forged != content, name
        assert list(disagreements(1, {**true, name: forged})) == [name]
    composed = files.composed

    def slipped(*given: Any, **more: Any) -> PrintedReport:
        """Compose with the first figure one too high, as a renderer that rounds by itself might."""
        paper = composed(*given, **more)
        at = next(
            at
            for at, one in enumerate(paper.paragraphs)
            if any(isinstance(part, PrintedFigure) for part in one.parts)
        )
        parts = [
            replace(part, number=part.number.replace("33", "34")) if isinstance(part, PrintedFigure) else part
            for part in paper.paragraphs[at].parts
        ]
        changed = replace(paper.paragraphs[at], parts=tuple(parts))
        return replace(paper, paragraphs=(*paper.paragraphs[:at], changed, *paper.paragraphs[at + 1 :]))

    monkeypatch.setattr(files, "composed", slipped)
    files._kept.cache_clear()
    wrong = channels(1)
    papers = {name for name in wrong if name.endswith((".pdf", ".docx"))}
    assert set(disagreements(1, wrong)) == papers
    files._kept.cache_clear()
