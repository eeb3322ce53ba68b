"""What an indicator is: its kind, its terms over measures, and both as words and formulas. Pure.

A flow, a stock or a distinct count is one term. A ratio divides one term by another, a target compares one with another;
each term is by itself an indicator of a simpler kind (``Indicator.of_term``), so that it is counted and opens as any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import cached_property

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.display import Display, Rounding, Scale

QUOTIENT_STEP = Decimal("0.0000000001")
"""A quotient is taken once, half up, at ten decimals; all that is shown is rounded from that."""
_WIDE = Context(prec=60)
MET, NOT_MET = both("完成", "met"), both("未完成", "not met")


class TermKind(StrEnum):
    """How the facts of one measure become one number."""

    FLOW = "flow"
    """The sum of what happened in the period."""
    STOCK = "stock"
    """The running sum up to the period's end."""
    DISTINCT = "distinct"
    """How many different parties have a net quantity above zero: in the period of a flow, up to its end of a stock."""


class IndicatorKind(StrEnum):
    """What kind of figure an indicator is."""

    FLOW = "flow"
    STOCK = "stock"
    DISTINCT = "distinct"
    RATIO = "ratio"
    TARGET = "target"


class Role(StrEnum):
    """What a term is in an indicator of two; the value is ``term`` in the figure's address."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    TARGET = "target"


ROLE_WORDS = {
    Role.NUMERATOR: both("分子", "numerator"),
    Role.DENOMINATOR: both("分母", "denominator"),
    Role.TARGET: both("目标值", "target"),
}
REACHED = both("实际值", "reached")
"""The numerator of a target."""


@dataclass(frozen=True)
class Term:
    """One number over the facts of one measure."""

    measure: Measure
    kind: TermKind

    @property
    def has_start(self) -> bool:
        """Whether only what happened since the period's start counts."""
        if self.kind is TermKind.DISTINCT:
            return self.measure.kind is MeasureKind.FLOW
        return self.kind is TermKind.FLOW

    @property
    def counts_parties(self) -> bool:
        """Whether different parties are counted instead of quantities."""
        return self.kind is TermKind.DISTINCT

    @property
    def decimals(self) -> int:
        """How many decimals its value may have."""
        return 0 if self.counts_parties else self.measure.decimals

    @property
    def formula(self) -> Words:
        """The term as a formula in words."""
        if self.counts_parties:
            counted = both(
                "不同对象个数（{measure}：同一对象的数量合计 > 0）",
                "number of different parties ({measure}: the party’s quantities sum to more than 0)",
            )
        else:
            counted = both("Σ 数量（{measure}）", "Σ quantity ({measure})")
        when = (
            both("发生日期 ∈ 期间", "happened within the period")
            if self.has_start
            else both("发生日期 ≤ 期末", "happened on or before the period’s end")
        )
        measure = self.measure.title
        return Words(
            f"{counted.zh.format(measure=measure.zh)}，{when.zh}",
            f"{counted.en.format(measure=measure.en)}, {when.en}",
        )


_SCOPE = both(
    "地点与单位在所选范围内；冲正记为负数", "place and unit in the selection; reversals count negative"
)
_KIND_WORDS = {
    IndicatorKind.FLOW: both("流量：期间内发生数的合计", "A flow: the sum of what happened in the period"),
    IndicatorKind.STOCK: both("存量：期末时点的累计", "A stock: what stands at the period’s end"),
    IndicatorKind.DISTINCT: both(
        "去重计数：不同的人或户，同一对象只算一次",
        "A distinct count: different persons or households, each of them once",
    ),
    IndicatorKind.RATIO: both("比率：分子 ÷ 分母", "A ratio: numerator ÷ denominator"),
    IndicatorKind.TARGET: both(
        "目标：实际值达到目标值即为完成", "A target: met when what was reached is no less than it"
    ),
}


@dataclass(frozen=True)
class Indicator:
    """One version of an indicator, or one of its terms."""

    code: str
    number: int
    version: int
    valid_from: date
    kind: IndicatorKind
    term: Term
    """What is counted: the numerator of a ratio, what was reached of a target."""
    title: Words
    unit: Words
    """Empty for a percentage and for a target."""
    display: Display
    scope_note: Words
    file: str
    against: Term | None = None
    """The denominator of a ratio, the target of a target."""
    factor: int = 1
    unit_one: str = ""
    """The English unit of a single one: county beside counties; empty where it is the same or never stands alone."""
    also_called: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    """By language, what texts call it besides its title; no part of the definition."""
    role: Role | None = None
    """Which term of an indicator this is; null for the indicator itself."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The terms that open by themselves; none for a figure of one term."""
        return {
            IndicatorKind.RATIO: (Role.NUMERATOR, Role.DENOMINATOR),
            IndicatorKind.TARGET: (Role.NUMERATOR, Role.TARGET),
        }.get(self.kind, ())

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, the numerator first."""
        return (self.term,) if self.against is None else (self.term, self.against)

    def of_term(self, role: Role) -> Indicator:
        """Return one term as an indicator of its own kind, shown whole.

        Raises: LookupError: this indicator has no such term.
        """
        if role not in self.roles:
            raise LookupError(f"{self.code} has no {role}")
        term = self.terms[self.roles.index(role)]
        called = self.called(role)
        return replace(
            self,
            kind=IndicatorKind(term.kind.value),
            term=term,
            title=Words(
                f"{self.title.zh} · {called.zh}：{term.measure.title.zh}",
                f"{self.title.en} · {called.en}: {term.measure.title.en}",
            ),
            unit=both("个不同对象", "different parties") if term.counts_parties else term.measure.unit,
            unit_one="",
            display=Display(Scale.ONE, term.decimals, Rounding.HALF_UP),
            against=None,
            factor=1,
            role=role,
        )

    @property
    def short_title(self) -> Words:
        """The title of a term without that of its figure; the whole title of an indicator."""
        if self.role is None:
            return self.title
        return Words(self.title.zh.rpartition(" · ")[2], self.title.en.rpartition(" · ")[2])

    def called(self, role: Role) -> Words:
        """Return what a term is called in this indicator."""
        return REACHED if self.kind is IndicatorKind.TARGET and role is Role.NUMERATOR else ROLE_WORDS[role]

    def value_of(self, values: tuple[Decimal | None, ...]) -> Decimal | None:
        """Return the value from those of the terms, in their order.

        A ratio is null without a denominator and when that is zero; a target is null without facts of one, and else 1
        (met) or 0. A numerator without facts is none of what the denominator counts.
        """
        if self.against is None:
            return values[0]
        reached, measured_by = values[0] or Decimal(0), values[1]
        if measured_by is None:
            return None
        if self.kind is IndicatorKind.TARGET:
            return Decimal(int(reached >= measured_by))
        if measured_by == 0:
            return None
        quotient = _WIDE.divide(reached * self.factor, measured_by)
        return quotient.quantize(QUOTIENT_STEP, ROUND_HALF_UP, _WIDE)

    @property
    def is_additive(self) -> bool:
        """Whether its parts by place and unit add up to the whole."""
        return self.kind in {IndicatorKind.FLOW, IndicatorKind.STOCK}

    @cached_property
    def formula(self) -> Words:
        """The definition as a formula in words."""
        if self.against is None:
            written = self.term.formula
        else:
            reached, measured_by = self.term.formula, self.against.formula
            sign = "≥" if self.kind is IndicatorKind.TARGET else "÷"
            times = f" × {self.factor}" if self.factor != 1 else ""
            written = Words(
                f"［{reached.zh}］ {sign} ［{measured_by.zh}］{times}",
                f"[{reached.en}] {sign} [{measured_by.en}]{times}",
            )
        return Words(f"{written.zh}，{_SCOPE.zh}", f"{written.en}, {_SCOPE.en}")

    @property
    def kind_words(self) -> Words:
        """What kind of figure it is, in a phrase."""
        return _KIND_WORDS[self.kind]
