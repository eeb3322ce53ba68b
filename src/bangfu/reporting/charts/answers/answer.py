"""An answered chart: its table, its drawing and all that is said beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language

from bangfu.foundation.ledger.models import Block
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.engines.marks import Drawing, Frame
from bangfu.reporting.definitions import QUOTIENTS, Indicator
from bangfu.reporting.display import Scale, exact_text
from bangfu.reporting.figures import Figure

NO_DATA = "—"
Draw = Callable[[Frame], Drawing]


@dataclass(frozen=True)
class Reader:
    """Who reads a chart, and when: the day decides what has begun and which pledge is in force."""

    account: Account | None
    """Null is whoever reads a report, which shows the whole programme and draws what its ledger says, without pledges."""
    today: date

    def day_of(self, question: Question) -> date:
        """Return the day up to which a chart counts: today or that of its block, or an earlier one that it asks about."""
        block = question.selection.as_of
        known = self.today
        if block is not None:
            sealed = Block.objects.filter(pk=block).values_list("sealed_at", flat=True).first()
            known = timezone.localdate(sealed) if sealed else date.min
        return min(known, question.on) if question.on else known


@dataclass(frozen=True)
class Cell:
    """One cell of a chart's table: a figure that opens, or a number or text that says itself."""

    text: str
    value: Decimal | None = None
    """Exact; null for a text and for no data."""
    address: str = ""
    code: str = ""
    """Of the figure, which is printed."""
    is_number: bool = True
    is_counted: bool = True
    """Whether its value is how much was counted; not that of a rank, a number of places or a target."""
    figure: Figure | None = None
    """The figure that it says; null of a number that is none of its own."""


@dataclass(frozen=True)
class Row:
    """One row of a chart's table."""

    name: str
    cells: tuple[Cell, ...]
    is_whole: bool = False
    bin: int | None = None
    """Of a distribution: the class in which it lies."""


@dataclass(frozen=True)
class Answer:
    """What a chart says."""

    question: Question
    indicators: tuple[Indicator, ...]
    title: str
    figure: Figure
    """The whole of what is asked, which opens; of a flow that of its first source."""
    headings: tuple[Words, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    draw: Draw
    is_empty: bool = False
    """Whether nothing was counted, so that nothing is drawn."""
    values_of_parts: tuple[Decimal | None, ...] = ()
    """Those of places and units, which decide whether a picture may leave the house."""
    method: str = ""
    """How what is no figure was worked out, in words."""


def language() -> str:
    """Return the active language."""
    return get_language() or "zh"


def newest_block() -> int:
    """Return the number of the newest block; 0 before the first."""
    newest = latest_block()
    return newest.number if newest else 0


def figure_cell(figure: Figure | None) -> Cell:
    """Return a figure as a cell; one that the reader may not see says so."""
    if figure is None:
        return Cell(str(both("无权查看", "not for you")))
    return Cell(figure.text_of(figure.value), figure.value, figure.address, figure.code or "", figure=figure)


def number_cell(figure: Figure, value: Decimal | None) -> Cell:
    """Return a number that is no figure of its own, written as those of a figure are."""
    return Cell(figure.text_of(value), value)


def target_cell(figure: Figure, quantity: Decimal | None) -> Cell:
    """Return what was promised, written as the numbers of a figure are."""
    return Cell(figure.text_of(quantity), quantity, is_counted=False)


def short(figure: Figure, value: Decimal | None) -> str:
    """Return a value as a figure shows its own: 3.26万个; a dash without one."""
    return NO_DATA if value is None else str(figure.shown_as(value, language()))


def exactly(figure: Figure, value: Decimal | None) -> str:
    """Return a value with all its digits and its unit, as it is read out."""
    if value is None:
        return str(both("没有记录", "no records"))
    return f"{figure.text_of(value)} {figure.part_unit}".rstrip()


def said(*names: object, value: str) -> str:
    """Return what is read out of a mark: what it is, and its value.

    >>> said("册亨县", "2019年", value="5 个")
    '册亨县，2019年：5 个'
    """
    english = language().startswith("en")
    what = (", " if english else "，").join(str(name) for name in names if str(name))
    return f"{what}: {value}" if english else f"{what}：{value}"


def percent_power(indicator: Indicator) -> int | None:
    """Return the power of ten that is one percent of an indicator; null of what is no percentage."""
    if indicator.display.scale is not Scale.PERCENT:
        return None
    return indicator.display.power


def decimals_of(indicator: Indicator) -> int:
    """Return how many digits the values of an indicator may carry."""
    return 8 if indicator.kind in QUOTIENTS else indicator.term.decimals


def unit_of(indicator: Indicator) -> Words:
    """Return the unit of an indicator; percentages say so."""
    if indicator.unit.zh:
        return indicator.unit
    if percent_power(indicator) is None:
        return Words("", "")
    return both("%", "%") if indicator.display.is_in_hundreds else both("1 = 100%", "1 = 100%")


def headed(title: Words, indicator: Indicator) -> Words:
    """Return the heading of a column of numbers, with their unit."""
    unit = unit_of(indicator)
    if not unit.zh:
        return title
    return Words(f"{title.zh}（{unit.zh}）", f"{title.en} ({unit.en})")


def bare(figure: Figure) -> Figure:
    """Return a figure without its terms, of which parts are told from the whole."""
    return replace(figure, terms=())


def all_empty(figures: Iterable[Figure | None]) -> bool:
    """Return whether nothing was counted in any figure."""
    return all(figure is None or figure.value is None for figure in figures)


def total(values: Sequence[Decimal | None]) -> Decimal | None:
    """Return the sum of those values that there are; null without any."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def exact(value: Decimal) -> str:
    """Return a number with all its digits."""
    return exact_text(value, language())
