"""A published figure asked anew: by the definition it was published with, as of a later block.

What was printed is never worked out again: it is read from the publication. What stands now is one scan a term, and causes
are looked for among the facts sealed since, so that a report of thirty figures over tens of thousands of facts takes about
a second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bangfu.foundation.ledger.reference import definitions_as_of
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Area
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.corrections.causes import Cause, causes_of
from bangfu.reporting.corrections.models import Correction
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.display import Display, Rounding, Scale, plain_text
from bangfu.reporting.figures import Figure, joined, sums_of
from bangfu.reporting.periods import read_period
from bangfu.reporting.publications.models import Publication, PublishedFigure
from bangfu.reporting.selection import Selection
from bangfu.reporting.texts import LANGUAGES
from bangfu.reporting.versions import indicator_from

NOTHING_SHOWN = "—"


class Standing(StrEnum):
    """How a published figure stands beside what it would say now."""

    SAME = "SAME"
    """Nothing changed."""
    SAME_VALUE = "SAME_VALUE"
    """Facts came or went and the value is what it was."""
    SAME_PRINT = "SAME_PRINT"
    """The exact value moved; the print is the same."""
    WRONG_PRINT = "WRONG_PRINT"
    """What is printed is wrong."""


STANDING_WORDS: dict[Standing, Words] = {
    Standing.SAME: both("未变", "Unchanged"),
    Standing.SAME_VALUE: both("事实有变，数未变", "Facts changed, the value did not"),
    Standing.SAME_PRINT: both("准确值有变，印出的数不变", "The exact value moved, the print holds"),
    Standing.WRONG_PRINT: both("印出的数不对", "The print is wrong"),
}

CORRECTED = both("已更正", "Corrected")


@dataclass(frozen=True)
class Stated:
    """A value as it stands in print."""

    value: Decimal | None
    shown: Mapping[str, str]  # by language

    @property
    def text(self) -> Words:
        """The print."""
        return Words(self.shown["zh"], self.shown["en"])


@dataclass(frozen=True)
class Restated:
    """One published figure beside what it says now, and why."""

    published: PublishedFigure
    old: Stated
    now: Stated
    corrections: tuple[Correction, ...]
    """Those that stand, in their order."""
    causes: tuple[Cause, ...]
    figure: Figure
    """As of now, by the definition it was published with."""

    @property
    def position(self) -> int:
        """Its position in the publication."""
        return int(self.published.position)

    @property
    def title(self) -> Words:
        """What it is called."""
        return Words(**self.published.content["title"])

    @property
    def when(self) -> Words:
        """Its period."""
        return Words(**self.published.content["when"])

    @property
    def where(self) -> Words:
        """Its scope."""
        return Words(**self.published.content["where"])

    @property
    def standing(self) -> Standing:
        """How the publication's own print stands."""
        if self.old.shown != self.now.shown:
            return Standing.WRONG_PRINT
        if self.old.value != self.now.value:
            return Standing.SAME_PRINT
        return Standing.SAME_VALUE if self.causes else Standing.SAME

    @property
    def is_corrected(self) -> bool:
        """Whether a correction stands, and says what it is now."""
        return bool(self.corrections) and not self.is_to_correct

    @property
    def standing_words(self) -> Words:
        """The standing as it is shown."""
        return CORRECTED if self.is_corrected else STANDING_WORDS[self.standing]

    @property
    def stated(self) -> Stated:
        """What stands: the last correction, or what was published."""
        if not self.corrections:
            return self.old
        last = self.corrections[-1].figure
        return Stated(None if last.new_value is None else Decimal(last.new_value), last.new_shown)

    @property
    def is_to_correct(self) -> bool:
        """Whether the print that stands, corrections included, is wrong."""
        return self.stated.shown != self.now.shown

    @property
    def may_be_corrected(self) -> bool:
        """Whether the value that stands is another than it is now, be it only behind the print."""
        return self.stated.value != self.now.value or self.is_to_correct

    @property
    def difference(self) -> Decimal | None:
        """What it says now less what was published; null where either has no facts."""
        if self.now.value is None or self.old.value is None:
            return None
        return self.now.value - self.old.value

    @property
    def fact_count(self) -> int:
        """How many facts entered or left."""
        return sum(len(one.facts) for one in self.causes)


def restated(
    publication: Publication, block: int, positions: Collection[int] | None = None
) -> list[Restated]:
    """Return the figures of a publication beside what they say as of a block. Args: positions: null is all of them."""
    figures = publication.figures.prefetch_related("terms").order_by("position")
    if positions is not None:
        figures = figures.filter(position__in=positions)
    corrections: dict[int, list[Correction]] = {}
    found = Correction.objects.filter(publication=publication).select_related("figure__erratum__step")
    for one in found.order_by("position", "ordinal"):
        corrections.setdefault(one.position, []).append(one)
    return [_restated(one, publication, block, corrections.get(one.position, [])) for one in figures]


def _restated(
    published: PublishedFigure, publication: Publication, block: int, corrections: Sequence[Correction]
) -> Restated:
    content = published.content
    figure = asked_anew(content, publication.block, block)
    return Restated(
        published=published,
        old=Stated(None if content["value"] is None else Decimal(content["value"]), content["shown"]),
        now=Stated(figure.value, shown_of(figure)),
        corrections=tuple(corrections),
        causes=causes_of(
            figure.indicator,
            figure.selection,
            {term.position: term for term in published.terms.all()},
            since=publication.block,
        ),
        figure=figure,
    )


def shown_of(figure: Figure) -> dict[str, str]:  # by language
    """Return a figure as it is printed."""
    return {language: str(figure.shown_in(language) or NOTHING_SHOWN) for language in LANGUAGES}


def value_text(value: Decimal | None) -> str | None:
    """Return a value with all its digits, as it is kept; null without facts."""
    return None if value is None else plain_text(value)


def asked_anew(content: Mapping[str, Any], published_at: int, block: int) -> Figure:
    """Return a published figure as of another block, by the definition and display it was published with.

    Raises: LookupError: the ledger does not know the definition.
    """
    indicator, selection = indicator_of(content, published_at), selection_of(content, block)
    display = content["display"]
    return Figure(
        indicator=indicator,
        selection=selection,
        sum=joined(indicator, sums_of(indicator, selection)),
        latest_block=block,
        unsealed=0,
        display=Display(
            scale=Scale(display["scale"]),
            decimals=display["decimals"],
            rounding=Rounding(display["rounding"]),
            is_in_hundreds=display["is_in_hundreds"],
        ),
    )


def indicator_of(content: Mapping[str, Any], published_at: int) -> Indicator:
    """Return the definition that a figure was published with.

    Raises: LookupError: the ledger does not know it.
    """
    code, _, version = content["definition"].rpartition(" v")
    known = (row for row in definitions_as_of(code, published_at) if row.content["version"] == int(version))
    row = next(known, None)
    if row is None:
        raise LookupError(content["definition"])
    return indicator_from(row.content)


def selection_of(content: Mapping[str, Any], block: int) -> Selection:
    """Return the question that a published figure answers, as of a block."""
    starts_on, ends_on = map(date.fromisoformat, content["period"])
    return Selection(
        period=read_period(f"{starts_on.isoformat()}/{(ends_on - timedelta(days=1)).isoformat()}"),
        place=None if content["place"] is None else int(content["place"]),
        area=None if content["area"] is None else Area.objects.get(pk=content["area"]),
        unit=None if content["unit"] is None else Unit.objects.get(pk=content["unit"]),
        line=None if content["line"] is None else Line.objects.get(pk=content["line"]),
        as_of=block,
    )
