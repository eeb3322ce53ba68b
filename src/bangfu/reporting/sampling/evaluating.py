"""What an audit found, worked out from its verdicts: as a value, as rows of JSON that are kept, and in a plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.display import exact_text
from bangfu.reporting.sampling.engines import attributes, monetary
from bangfu.reporting.sampling.models import (
    WRONG,
    Announcement,
    Draw,
    Method,
    SampledFact,
    Verdict,
    VerdictKind,
)
from bangfu.reporting.sampling.population import STEP, steps_in

FINEST = Decimal("0.01")
"""What estimates and limits are given to; limits are rounded up."""


@dataclass(frozen=True)
class Direction:
    """One direction of misstatement, in the measure's unit; limits are rounded up."""

    known: Decimal
    projected: Decimal
    basic_precision: Decimal
    incremental: Decimal
    estimate: Decimal
    upper_limit: Decimal


@dataclass(frozen=True)
class Result:
    """What an audit says of its figure."""

    method: str
    confidence: int
    """In per cent."""
    tolerable: Decimal
    sample: int
    examined: int
    agreeing: int
    wrong: int
    without_conclusion: int
    is_within: bool
    """Whether the limits do not exceed what is tolerable."""
    overstated: Direction | None = None
    understated: Direction | None = None
    """Null by fact."""
    rate: Decimal | None = None
    upper_rate: Decimal | None = None
    """Shares in per cent; null by quantity."""
    errors: tuple[dict[str, str], ...] = field(default=())
    """Each misstatement below the interval: tainting, projection, factor and allowance."""

    @property
    def estimate(self) -> Decimal:
        """The estimated error as the figure carries it: the larger direction, or the share of wrong facts."""
        if self.overstated is None or self.understated is None:
            return self.rate or Decimal(0)
        return max(self.overstated.estimate, self.understated.estimate)

    @property
    def upper_limit(self) -> Decimal:
        """What the error does not exceed at the confidence: of the larger direction, or the share."""
        if self.overstated is None or self.understated is None:
            return self.upper_rate if self.upper_rate is not None else Decimal(100)
        return max(self.overstated.upper_limit, self.understated.upper_limit)

    def sentence(self, unit: Words) -> Words:
        """Return the conclusion in a plain sentence."""
        if self.overstated is None or self.understated is None:
            said = both(
                "在 {confidence}% 的置信度下，有差错的事实不超过 {limit}%（样本中 {rate}%），{against}可容忍的 {tolerable}%。"
                "{verdict}",
                "At {confidence}% confidence no more than {limit}% of the facts are wrong ({rate}% of the sample), which"
                " {against} the tolerable {tolerable}%. {verdict}",
            )
            against = both("没有超过", "does not exceed") if self.is_within else both("超过了", "exceeds")
        else:
            said = both(
                "在 {confidence}% 的置信度下，高估不超过 {over}{unit}，低估不超过 {under}{unit}，"
                "{against}可容忍的 {tolerable}{unit}。{verdict}",
                "At {confidence}% confidence the figure is overstated by no more than {over} {unit} and understated by no more"
                " than {under} {unit}; {against} the tolerable {tolerable} {unit}. {verdict}",
            )
            against = (
                both("都没有超过", "neither exceeds")
                if self.is_within
                else both("其中较大的超过了", "the larger exceeds")
            )
        verdict = (
            both("抽样支持这个数字。", "The sample supports the figure.")
            if self.is_within
            else both(
                "抽样不支持这个数字：请查明差错，由房间冲正后重新审计，或扩大检查。",
                "The sample does not support the figure: find out what is wrong, have the rooms correct it and audit again, or"
                " examine more.",
            )
        )
        return said.filled(
            confidence=self.confidence, limit=_number(self.upper_limit), rate=_number(self.estimate),
            over=_number(self.overstated.upper_limit) if self.overstated else "",
            under=_number(self.understated.upper_limit) if self.understated else "",
            unit=unit, against=against, tolerable=_number(self.tolerable), verdict=verdict,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return the result as it is kept for ever."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Result:
        """Return the result that ``to_json`` wrote."""
        said = dict(kept)
        for name in ("tolerable", "rate", "upper_rate"):
            said[name] = None if said[name] is None else Decimal(said[name])
        for name in ("overstated", "understated"):
            one = said[name]
            said[name] = (
                None if one is None else Direction(**{key: Decimal(value) for key, value in one.items()})
            )
        said["errors"] = tuple(said["errors"])
        return cls(**said)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Direction):
        return {name: f"{getattr(value, name):f}" for name in value.__dataclass_fields__}
    return list(value) if isinstance(value, tuple) else value


def _number(value: Decimal) -> str:
    return exact_text(value, get_language() or "zh")


def result_of(announcement: Announcement, draw: Draw, verdicts: Sequence[Verdict]) -> Result:
    """Return what the verdicts in force come to, as if the audit were closed with them.

    A fact of which no conclusion is possible counts as wholly wrong in a sample by quantity, since its interval cannot be
    spoken for; in a sample by fact it is left out, and the limit rises with the smaller sample.
    """
    kinds = [one.kind for one in verdicts]
    wrong = sum(1 for kind in kinds if kind in WRONG)
    unclear = kinds.count(VerdictKind.NOT_APPLICABLE)
    counts: dict[str, Any] = {
        "method": announcement.method,
        "confidence": announcement.confidence,
        "tolerable": announcement.tolerable,
        "sample": draw.sample.count(),
        "examined": len(kinds),
        "agreeing": kinds.count(VerdictKind.AGREES),
        "wrong": wrong,
        "without_conclusion": unclear,
    }
    if announcement.method == Method.ATTRIBUTES:
        rates = attributes.evaluated(
            confidence=announcement.confidence_share,
            population=draw.population,
            sample=len(kinds) - unclear,
            errors=wrong,
        )
        limit = (rates.upper_limit * 100).quantize(FINEST, ROUND_CEILING)
        return Result(
            **counts,
            rate=(rates.estimate * 100).quantize(FINEST, ROUND_HALF_UP),
            upper_rate=limit,
            is_within=limit <= announcement.tolerable,
        )
    return Result(**counts, **_by_quantity(announcement, draw, verdicts))


def _by_quantity(announcement: Announcement, draw: Draw, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    assert draw.interval is not None
    certain = SampledFact.objects.filter(draw=draw, is_certain=True).values_list("book", flat=True)
    evaluation = monetary.evaluated(
        [
            monetary.Examined(
                steps_in(one.sampled.book),
                0 if one.audited is None else steps_in(one.audited),
                one.sampled.is_certain,
            )
            for one in verdicts
        ],
        interval=steps_in(draw.interval),
        confidence=announcement.confidence_share,
        sampled_total=steps_in(draw.total - sum(certain, Decimal(0))),
    )
    return {
        "overstated": _direction(evaluation.overstated),
        "understated": _direction(evaluation.understated),
        "is_within": evaluation.is_within(steps_in(announcement.tolerable)),
        "errors": tuple(
            {
                "direction": name,
                "tainting": f"{float(one.tainting):.4f}",
                "projected": f"{_quantity(one.projected):f}",
                "factor": f"{one.factor:f}",
                "allowance": f"{_quantity(one.allowance):f}",
            }
            for name, bound in (("over", evaluation.overstated), ("under", evaluation.understated))
            for one in bound.errors
        ),
    }


def _direction(bound: monetary.Bound) -> Direction:
    return Direction(
        known=_quantity(Fraction(bound.known)),
        projected=_quantity(bound.projected),
        basic_precision=_quantity(bound.basic_precision),
        incremental=_quantity(bound.incremental),
        estimate=_quantity(bound.estimate),
        upper_limit=_quantity(bound.upper_limit, up=True),
    )


def _quantity(value: Fraction, *, up: bool = False) -> Decimal:
    """Return an amount in steps as a quantity to the hundredth; limits are rounded up."""
    return monetary.in_steps(value * Fraction(STEP) / Fraction(FINEST), step=FINEST, up=up)
