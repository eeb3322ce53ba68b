"""Reports: texts in both languages, their figures bound, checked before anybody reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.ledger.models import Block
from bangfu.reporting import wording
from bangfu.reporting.charts.insets import Inset
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.display import Display, Rounding, Scale, share_text
from bangfu.reporting.facts import Verified, verified_together
from bangfu.reporting.figures import Figure, joined
from bangfu.reporting.indicators import versions_of
from bangfu.reporting.insets import Charts, not_alone, unknown_notes, wrong_charts, wrong_pictures
from bangfu.reporting.periods import day_title, read_period
from bangfu.reporting.pictures import Picture, picture_of
from bangfu.reporting.queries import figures_together, indicator_of
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection
from bangfu.reporting.texts import LANGUAGES, document
from bangfu.reporting.together import sums_together
from bangfu.reporting.wording import Bound, Document, Problem, Tag


@dataclass(frozen=True)
class Part:
    """A stretch of a paragraph as it is drawn: words, a figure, a picture or a chart."""

    text: str = ""
    figure: Figure | None = None
    inner: str = ""
    picture: Picture | None = None
    chart: Inset | None = None


@dataclass(frozen=True)
class Drawn:
    """A paragraph as it is drawn."""

    kind: str
    parts: tuple[Part, ...]
    anchor: str
    """Where a chapter is jumped to; empty for the rest."""


@dataclass(frozen=True)
class Report:
    """A report in one language as of a block or now; with problems it has no paragraphs and must not be shown."""

    code: str
    language: str
    heading: str
    paragraphs: tuple[Drawn, ...]
    problems: tuple[Problem, ...]
    figures: tuple[Figure, ...]
    block: int
    sealed_on: date
    """The day of the block, or today while facts wait for the sealer."""
    as_of: int | None
    verified: Verified
    unsealed: int

    @property
    def missing(self) -> list[Figure]:
        """The figures that have no facts, each indicator once: what a house still has to enter before it may report."""
        return list({one.indicator.code: one for one in self.figures if not one.has_value}.values())

    @property
    def chapters(self) -> list[Drawn]:
        """The chapters, for a list beside the text."""
        return [one for one in self.paragraphs if one.kind == "chapter"]

    @property
    def verified_share(self) -> str | None:
        """How much of the facts under its figures a second person verified; null without facts."""
        return share_text(self.verified.verified, self.verified.standing)

    @property
    def versions(self) -> str:
        """The versions of the definitions that it uses: ``v1``, ``v1, v3``."""
        return ", ".join(f"v{number}" for number in sorted({one.indicator.version for one in self.figures}))


class _Selections:
    """What the tags of texts that are shown together select: read once, however often a text says it."""

    def __init__(self, as_of: int | None) -> None:
        self._as_of = as_of
        self._scopes: dict[frozenset[tuple[str, str]], Selection] = {}
        self._read: dict[frozenset[tuple[str, str]], Selection] = {}

    def of(self, tag: Tag) -> Selection:
        """Return what a tag selects.

        Raises: UnableToOpen: a field means nothing.
        """
        key = frozenset(tag.asked.items())
        if key not in self._read:
            fields = dict(tag.asked)
            period = read_selection({"period": fields.pop("period", "")}).period
            scope = frozenset(fields.items())
            if scope not in self._scopes:
                self._scopes[scope] = read_selection(fields, period=period)
            self._read[key] = self._scopes[scope].having(period=period, as_of=self._as_of)
        return self._read[key]


def _display(tag: Tag, indicator: Indicator) -> Display:
    given, usual = tag.given, indicator.display
    scale = Scale(given["scale"]) if "scale" in given else usual.scale
    decimals = int(given["decimals"]) if "decimals" in given else usual.decimals
    rounding = Rounding(given["rounding"]) if "rounding" in given else usual.rounding
    return replace(usual, scale=scale, decimals=decimals, rounding=rounding)


def figures_of(documents: Iterable[Document], as_of: int | None) -> dict[Tag, Figure]:
    """Return the figures that stand in texts, by tag; those of unknown indicators, places or units are absent."""
    return _figures_of(documents, _Selections(as_of))


def _figures_of(documents: Iterable[Document], selections: _Selections) -> dict[Tag, Figure]:
    asked: dict[Tag, tuple[str, Selection]] = {}
    for tag in (tag for one in documents for tag in one.figures):
        try:
            selection = selections.of(tag)
            indicator_of(tag.value, selection)
        except UnableToOpen:
            continue
        asked[tag] = (tag.value, selection)
    questions = list(dict.fromkeys(asked.values()))
    figures = dict(zip(questions, figures_together(questions), strict=True))
    return {
        tag: replace(figures[key], display=_display(tag, figures[key].indicator))
        for tag, key in asked.items()
    }


def pictures_of(
    documents: Iterable[Document], as_of: int | None, use: Use = Use.WEB
) -> dict[Tag, Picture | None]:
    """Return the pictures that stand in texts, by tag; null = none under its figure may be shown, absent = no such figure."""
    return _pictures_of(documents, _Selections(as_of), use)


def _pictures_of(
    documents: Iterable[Document], selections: _Selections, use: Use
) -> dict[Tag, Picture | None]:
    found: dict[Tag, Picture | None] = {}
    for tag in (tag for one in documents for tag in one.pictures):
        try:
            found[tag] = picture_of(tag.value, selections.of(tag), use)
        except UnableToOpen:
            continue
    return found


@dataclass(frozen=True)
class Bindings:
    """What the tags of texts stand for, asked once for texts that are shown together."""

    figures: dict[Tag, Figure]
    """Those of unknown indicators, places or units are absent."""
    pictures: dict[Tag, Picture | None]
    previous: dict[tuple[str, Selection], Decimal | None]
    """The value of the period before, by indicator and selection; absent = a span, which has none."""
    charts: Charts
    verified: dict[frozenset[tuple[Indicator, Selection]], Verified] = field(default_factory=dict)
    """How much is verified of the facts under figures together, as far as it was asked."""

    def verified_of(self, figures: Iterable[Figure]) -> Verified:
        """Return how much is verified of all facts under figures together."""
        questions = frozenset((one.indicator, one.selection) for one in figures)
        if questions not in self.verified:
            self.verified[questions] = verified_together(list(questions))
        return self.verified[questions]


def bindings_of(
    documents: Sequence[Document], as_of: int | None, use: Use = Use.WEB, *, stating: Sequence[Document] = ()
) -> Bindings:
    """Return what the tags of texts stand for as of a block or now.

    Args:
        stating: texts that are not shown, whose figures are wanted besides.
    """
    selections = _Selections(as_of)
    figures = _figures_of([*documents, *stating], selections)
    return Bindings(
        figures, _pictures_of(documents, selections, use), _previous(figures.values()), Charts(as_of)
    )


def _previous(figures: Iterable[Figure]) -> dict[tuple[str, Selection], Decimal | None]:
    asked: dict[tuple[str, Selection], tuple[Indicator, Selection]] = {}
    for one in figures:
        before = one.selection.period.before()
        if before is not None:
            asked[one.indicator.code, one.selection] = (one.indicator, one.selection.having(period=before))
    sums = sums_together(list(asked.values()))
    return {
        key: joined(indicator, terms).value
        for (key, (indicator, _)), terms in zip(asked.items(), sums, strict=True)
    }


def _bound(figure: Figure, language: str, previous: Decimal | None) -> Bound:
    return Bound(
        exact=figure.value,
        shown=figure.shown_in(language),
        unit_zh=figure.indicator.unit.zh,
        previous=previous,
        kind=_counts_as(figure.indicator),
    )


def _counts_as(indicator: Indicator) -> str:
    """Return what kind of indicator a text speaks of; empty of one whose parties are no persons: a trip, a county."""
    is_distinct = indicator.kind is IndicatorKind.DISTINCT
    if is_distinct and all(one.party in (Party.PUBLIC, Party.THING) for one in indicator.measures):
        return ""
    return indicator.kind.value


def problems_of(code: str, *, as_of: int | None = None, folder: Path | None = None) -> list[Problem]:
    """Return what is wrong with a report in both languages; a report with problems is not shown.

    Raises: LookupError: there is no such report.
    """
    documents = [document(code, language, folder) for language in LANGUAGES]
    return _problems(documents, bindings_of(documents, as_of), LANGUAGES[0])


def _problems(documents: Sequence[Document], bindings: Bindings, language: str) -> list[Problem]:
    """Return what is wrong with a text. Args: language: of the text whose charts are drawn; both have the same ones."""
    found: list[Problem] = []
    figures, previous = bindings.figures, bindings.previous
    for one in documents:
        bound = {
            tag: _bound(
                figures[tag],
                one.language,
                previous.get((figures[tag].indicator.code, figures[tag].selection)),
            )
            for tag in one.figures
            if tag in figures
        }
        found += wording.check(one, bound)
        found += unknown_notes(one)
        found += wrong_pictures(one, bindings.pictures)
        found += not_alone(one)
        if one.language == language:
            found += wrong_charts(one, bindings.charts)
    return found + wording.agree(documents[0], documents[1])


def drawn(
    code: str, language: str, *, as_of: int | None = None, use: Use = Use.WEB, folder: Path | None = None
) -> Report:
    """Return a report as it is shown, or its problems in place of its paragraphs.

    Args:
        use: what it is shown on; pictures are those to which the people in them agreed for it.

    Raises: LookupError: there is no such report.
    """
    documents = [document(code, one, folder) for one in LANGUAGES]
    return drawn_of(code, documents, language, bindings_of(documents, as_of, use), as_of=as_of)


def drawn_of(
    code: str, documents: Sequence[Document], language: str, bindings: Bindings, *, as_of: int | None
) -> Report:
    """Return a text as it is shown, or its problems in place of its paragraphs.

    Args:
        documents: the text in each of ``LANGUAGES``.
        bindings: of these documents at least.
    """
    mine = documents[LANGUAGES.index("en" if language.startswith("en") else "zh")]
    problems = _problems(documents, bindings, mine.language)
    used = [bindings.figures[tag] for tag in mine.figures if tag in bindings.figures]
    for chart in (bindings.charts.of(tag, mine.language) for tag in mine.charts):
        used += chart.figures if isinstance(chart, Inset) else []
    newest = Block.objects.order_by("-number").first()
    block = (newest.number if newest else 0) if as_of is None else as_of
    unsealed = sum(one.unsealed for one in used)
    report = Report(
        code=code,
        language=mine.language,
        heading=heading_of(mine),
        paragraphs=(),
        problems=tuple(problems),
        figures=tuple(used),
        block=block,
        sealed_on=_day_of(block) if not unsealed else timezone.localdate(),
        as_of=as_of,
        verified=bindings.verified_of(used),
        unsealed=unsealed,
    )
    if problems:
        return report
    return replace(report, paragraphs=tuple(_drawn(mine, bindings, report)))


def heading_of(one: Document) -> str:
    """Return the title with its periods read out; a title holds no other tags."""
    titles = [paragraph for paragraph in one.paragraphs if paragraph.kind == "title"]
    pieces = titles[0].pieces if titles else ()
    return "".join(
        (read_period(piece.value).title(one.language) if piece.name == "period" else piece.value)
        if isinstance(piece, Tag)
        else piece.text
        for piece in pieces
    )


def _day_of(block: int) -> date:
    found = Block.objects.filter(number=block).first()
    return timezone.localdate(found.sealed_at) if found else timezone.localdate()


def _drawn(one: Document, bindings: Bindings, report: Report) -> Iterable[Drawn]:
    pictures = bindings.pictures
    chapter = 0
    for paragraph in one.paragraphs:
        chapter += paragraph.kind == "chapter"
        shown = [piece for piece in paragraph.pieces if isinstance(piece, Tag) and piece.name == "picture"]
        if shown:
            # Nobody in it agreed, or not any more: the text stands without the picture.
            if pictures[shown[0]] is not None:
                yield Drawn("picture", (Part(picture=pictures[shown[0]]),), "")
            continue
        if paragraph.charts:
            chart = bindings.charts.of(paragraph.charts[0], one.language)
            assert isinstance(chart, Inset), "a text with problems is not drawn"
            yield Drawn("chart", (Part(chart=chart),), "")
            continue
        parts = tuple(
            _part(piece, one.language, bindings.figures, report)
            if isinstance(piece, Tag)
            else Part(piece.text)
            for piece in paragraph.pieces
        )
        yield Drawn(paragraph.kind, parts, f"chapter-{chapter}" if paragraph.kind == "chapter" else "")


def _part(tag: Tag, language: str, figures: dict[Tag, Figure], report: Report) -> Part:
    if tag.name == "figure":
        return Part(figure=figures[tag], inner=tag.given.get("word", ""))
    if tag.name == "note":
        newest = versions_of(tag.value)[-1]
        cited = [one.indicator for one in report.figures if one.indicator.code == tag.value]
        return Part((cited or [newest])[0].scope_note.in_language(language))
    written = {
        "period": lambda: read_period(tag.value).title(language),
        "date": lambda: day_title(date.fromisoformat(tag.value), language),
        "name": lambda: tag.value,
        "judge": lambda: tag.value,
        "as_of": lambda: day_title(report.sealed_on, language),
        "block": lambda: str(report.block),
    }
    return Part(written[tag.name]())
