"""What stands in texts beside words and figures, pictures, charts and scope notes, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import override

from bangfu.foundation.operations import Refusal
from bangfu.reporting.charts.insets import Inset, inset
from bangfu.reporting.indicators import versions_of
from bangfu.reporting.pictures import Picture
from bangfu.reporting.wording import Document, Problem, Tag


class Charts:
    """The charts of texts as of a block or now, each drawn once a language when it is asked for."""

    def __init__(self, as_of: int | None) -> None:
        """Draw nothing yet."""
        self._as_of = as_of
        self._drawn: dict[tuple[str, str, tuple[tuple[str, str], ...]], Inset | Refusal] = {}

    def of(self, tag: Tag, language: str) -> Inset | Refusal:
        """Return the chart of a tag, or why it cannot stand in a text."""
        key = (language, tag.value, tag.fields)
        if key not in self._drawn:
            with override("en" if language == "en" else "zh-hans"):
                try:
                    self._drawn[key] = inset(tag.value, tag.given, as_of=self._as_of)
                except Refusal as refusal:
                    self._drawn[key] = refusal
        return self._drawn[key]


def wrong_pictures(one: Document, pictures: dict[Tag, Picture | None]) -> list[Problem]:
    """Return pictures whose figure is not found."""
    found = []
    for paragraph in one.paragraphs:
        tags = [piece for piece in paragraph.pieces if isinstance(piece, Tag) and piece.name == "picture"]
        for tag in tags:
            if tag not in pictures:
                found.append(
                    one.problem(paragraph, tag.offset, f"{tag.source} 找不到", f"{tag.source} is not found")
                )
    return found


def not_alone(one: Document) -> Iterable[Problem]:
    """Yield pictures and charts that are no paragraph of their own."""
    for paragraph in one.paragraphs:
        if len(paragraph.pieces) > 1 or paragraph.kind != "text":
            for tag in paragraph.pieces:
                if isinstance(tag, Tag) and tag.name in {"picture", "chart"}:
                    zh, en = f"{tag.source} 须单独成段", f"{tag.source} must be a paragraph of its own"
                    yield one.problem(paragraph, tag.offset, zh, en)


def wrong_charts(one: Document, charts: Charts) -> Iterable[Problem]:
    """Yield charts that cannot be drawn, or must not stand in a text."""
    for paragraph in one.paragraphs:
        for tag in paragraph.charts:
            drawn_or_not = charts.of(tag, one.language)
            if isinstance(drawn_or_not, Refusal):
                said = drawn_or_not.sentence
                zh, en = f"{tag.source}：{said.zh}", f"{tag.source}: {said.en}"
                yield one.problem(paragraph, tag.offset, zh, en)


def unknown_notes(one: Document) -> list[Problem]:
    """Return scope notes of indicators that are not declared."""
    found = []
    for paragraph in one.paragraphs:
        for piece in paragraph.pieces:
            if not isinstance(piece, Tag) or piece.name != "note":
                continue
            try:
                versions_of(piece.value)
            except LookupError:
                found.append(
                    one.problem(
                        paragraph, piece.offset, f"{piece.source} 找不到", f"{piece.source} is not found"
                    )
                )
    return found
