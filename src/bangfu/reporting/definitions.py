"""What an indicator is: its kind, its terms over measures, and both as words and formulas. Pure.

A flow, a stock, a cumulative sum or a distinct count is one term. A ratio divides one term by another, a target compares one
with another. Growth holds a term against itself a year before, a share against itself in a wider scope, and what falls on
each head against a registered denominator: there the terms are asked about other periods and scopes than the figure
(``scoping.asks``). Each term is by itself an indicator of a simpler kind (``Indicator.of_term``), so that it is counted and
opens as any other.
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
from bangfu.reporting.periods import Period

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
    CUMULATIVE = "cumulative"
    """The sum of what happened since a declared day, or since the beginning, up to the period's end."""
    REGISTERED = "registered"
    """No sum of facts but a number from a register: the population of a place in a year."""


class Whole(StrEnum):
    """Of what a share is: the scope in which the denominator is counted."""

    ALL = "all"
    """Every place and unit."""
    PLACES = "places"
    """Every place, of the same unit."""
    UNITS = "units"
    """Every unit, at the same place."""
    PROVINCE = "province"
    """The province of the place; a scope that lies in no single province has no share."""


WHOLE_WORDS = {
    Whole.ALL: both("全部地区、全部单位", "every place and unit"),
    Whole.PLACES: both("全部地区、同一单位", "every place, of the same unit"),
    Whole.UNITS: both("同一地区、全部单位", "every unit, at the same place"),
    Whole.PROVINCE: both("所在省", "the province that it lies in"),
}


class IndicatorKind(StrEnum):
    """What kind of figure an indicator is."""

    FLOW = "flow"
    STOCK = "stock"
    DISTINCT = "distinct"
    RATIO = "ratio"
    TARGET = "target"
    CUMULATIVE = "cumulative"
    GROWTH = "growth"
    """Against the same period a year before."""
    SHARE = "share"
    PER_HEAD = "per_head"
    REGISTERED = "registered"
    """The denominator of what falls on each head, opened by itself; no file declares it."""


QUOTIENTS = frozenset(
    {IndicatorKind.RATIO, IndicatorKind.GROWTH, IndicatorKind.SHARE, IndicatorKind.PER_HEAD}
)
"""Kinds whose value is a quotient, divided once."""


class Role(StrEnum):
    """What a term is in an indicator of two; the value is ``term`` in the figure's address."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    TARGET = "target"
    BASE = "base"


ROLES = {
    IndicatorKind.RATIO: (Role.NUMERATOR, Role.DENOMINATOR),
    IndicatorKind.TARGET: (Role.NUMERATOR, Role.TARGET),
    IndicatorKind.GROWTH: (Role.NUMERATOR, Role.BASE),
    IndicatorKind.SHARE: (Role.NUMERATOR, Role.DENOMINATOR),
    IndicatorKind.PER_HEAD: (Role.NUMERATOR, Role.DENOMINATOR),
}
ROLE_WORDS = {
    Role.NUMERATOR: both("分子", "numerator"),
    Role.DENOMINATOR: both("分母", "denominator"),
    Role.TARGET: both("目标值", "target"),
    Role.BASE: both("上年同期", "a year before"),
}
REACHED = both("实际值", "reached")
"""The numerator of a target."""
PRESENT = both("本期", "this period")
"""The numerator of growth."""


@dataclass(frozen=True)
class Term:
    """One number over the facts of a measure, or of several of one unit; or a number from a register."""

    measure: Measure
    """Of a registered number: what the register counts, as a measure that no fact has."""
    kind: TermKind
    also: tuple[Measure, ...] = ()
    """Further measures whose facts count as well."""
    since: date | None = None
    """Of a cumulative sum: the first day that counts; null is the beginning."""
    line: str = ""
    """The only line whose facts count, by its code; empty is every line, as for area and place."""
    area: str = ""
    place: int | None = None
    owner: str = ""
    """The only unit whose facts count, by its code, with all that stands below it; empty is every unit."""
    register: str = ""
    years_back: int = 0
    """How many years before the figure's period it is counted."""
    whole: Whole | None = None
    """The wider scope in which it is counted; null is the figure's own."""
    of: str = ""
    """The version of the indicator whose count it takes over, narrowed further: ``own.lamps v2``; empty for none."""
    until: date | None = None
    """The day from which its indicator is withdrawn: a period that ends after it has no value."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure whose facts count; none of a registered number."""
        return () if self.kind is TermKind.REGISTERED else (self.measure, *self.also)

    @property
    def has_start(self) -> bool:
        """Whether only what happened since some day counts."""
        if self.kind is TermKind.DISTINCT:
            return self.measure.kind is MeasureKind.FLOW
        return self.kind is TermKind.FLOW or (self.kind is TermKind.CUMULATIVE and self.since is not None)

    @property
    def runs(self) -> bool:
        """Whether a month holds what stood at its end, and not what happened in it."""
        return self.kind is TermKind.CUMULATIVE or not self.has_start

    def starts_on(self, period: Period) -> date:
        """Return the first day that counts, of a term that has one."""
        return self.since if self.kind is TermKind.CUMULATIVE and self.since else period.starts_on

    @property
    def narrowed(self) -> Words:
        """What the definition itself narrows it to, as it stands in a formula; empty for nothing."""
        said = (
            ("专业线 {}", "line {}", self.line),
            ("片区 {}", "area {}", self.area),
            ("地区 {}", "place {}", self.place),
            ("单位 {} 及其下级", "unit {} and those below it", self.owner),
        )
        zh = [f"，限{words.format(value)}" for words, _, value in said if value]
        en = [f", {words.format(value)} only" for _, words, value in said if value]
        return Words("".join(zh), "".join(en))

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
        titles = [one.title for one in (self.measure, *self.also)]
        measure = Words(" + ".join(one.zh for one in titles), " + ".join(one.en for one in titles))
        if self.kind is TermKind.REGISTERED:
            return Words(
                f"登记的{measure.zh}（该地区，不晚于期末所在年度的最近一年）",
                f"{measure.en} as registered (of the place, of the newest year up to the one in which the period ends)",
            )
        if self.counts_parties:
            counted = both(
                "不同对象个数（{measure}：同一对象的数量合计 > 0）",
                "number of different parties ({measure}: the party’s quantities sum to more than 0)",
            )
        else:
            counted = both("Σ 数量（{measure}）", "Σ quantity ({measure})")
        if self.kind is TermKind.CUMULATIVE and self.since is not None:
            when = both("{day} ≤ 发生日期 ≤ 期末", "happened from {day} to the period’s end").filled(
                day=self.since
            )
        elif self.has_start:
            when = both("发生日期 ∈ 期间", "happened within the period")
        else:
            when = both("发生日期 ≤ 期末", "happened on or before the period’s end")
        return Words(
            f"{counted.zh.format(measure=measure.zh)}，{when.zh}{self.narrowed.zh}",
            f"{counted.en.format(measure=measure.en)}, {when.en}{self.narrowed.en}",
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
    IndicatorKind.CUMULATIVE: both(
        "累计：自起算日（或自始）到期末的合计",
        "Cumulative: the sum since a declared day, or since the beginning",
    ),
    IndicatorKind.GROWTH: both(
        "同比：本期与上年同期相比的增长", "Year on year: growth against the same period a year before"
    ),
    IndicatorKind.SHARE: both("占比：占更大范围的份额", "A share: of the same count in a wider scope"),
    IndicatorKind.PER_HEAD: both(
        "人均（户均）：分子 ÷ 登记的分母", "Per head or household: over a registered denominator"
    ),
    IndicatorKind.REGISTERED: both("登记的分母", "A registered denominator"),
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
    withdrawn_from: date | None = None
    """The day from which it is withdrawn: periods that end after it have no value; null while it holds."""

    @property
    def key(self) -> str:
        """The version's key in the ledger: ``network.base_stations v1``."""
        return f"{self.code} v{self.version}"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The terms that open by themselves; none for a figure of one term."""
        return ROLES.get(self.kind, ())

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, the numerator first."""
        return (self.term,) if self.against is None else (self.term, self.against)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures whose facts count in any of the terms, each once."""
        return tuple({one.code: one for term in self.terms for one in term.measures}.values())

    def of_term(self, role: Role) -> Indicator:
        """Return one term as an indicator of its own kind, shown whole.

        Raises: LookupError: this indicator has no such term.
        """
        if role not in self.roles:
            raise LookupError(f"{self.code} has no {role}")
        term = replace(self.terms[self.roles.index(role)], years_back=0, whole=None)
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

    def years_back_of(self, role: str) -> int:
        """Return how many years before the figure's period a term is counted; 0 for one that there is not."""
        return next(
            (one.years_back for one, name in zip(self.terms, self.roles, strict=False) if name == role), 0
        )

    @property
    def short_title(self) -> Words:
        """The title of a term without that of its figure; the whole title of an indicator."""
        if self.role is None:
            return self.title
        return Words(self.title.zh.rpartition(" · ")[2], self.title.en.rpartition(" · ")[2])

    def called(self, role: Role) -> Words:
        """Return what a term is called in this indicator."""
        if role is Role.NUMERATOR:
            return {IndicatorKind.TARGET: REACHED, IndicatorKind.GROWTH: PRESENT}.get(
                self.kind, ROLE_WORDS[role]
            )
        return ROLE_WORDS[role]

    def value_of(self, values: tuple[Decimal | None, ...]) -> Decimal | None:
        """Return the value from those of the terms, in their order.

        A quotient is null without a denominator and when that is zero; growth also when the base is below zero; a target is
        null without facts of one, and else 1 (met) or 0. A numerator without facts is none of what the denominator counts.
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
        if self.kind is IndicatorKind.GROWTH:
            if measured_by < 0:
                return None
            reached -= measured_by
        quotient = _WIDE.divide(reached * self.factor, measured_by)
        return quotient.quantize(QUOTIENT_STEP, ROUND_HALF_UP, _WIDE)

    @property
    def is_additive(self) -> bool:
        """Whether its parts by place and unit add up to the whole."""
        return self.kind in {IndicatorKind.FLOW, IndicatorKind.STOCK, IndicatorKind.CUMULATIVE}

    @cached_property
    def formula(self) -> Words:
        """The definition as a formula in words."""
        if self.against is None:
            written = self.term.formula
        else:
            reached, measured_by = self.term.formula, self.against.formula
            times = f" × {self.factor}" if self.factor != 1 else ""
            if self.kind is IndicatorKind.GROWTH:
                written = Words(
                    f"（本期 − 上年同期）÷ 上年同期{times}；本期与上年同期：［{reached.zh}］",
                    f"(this period − a year before) ÷ a year before{times}; each of them: [{reached.en}]",
                )
            elif self.kind is IndicatorKind.SHARE and self.against.whole is not None:
                of = WHOLE_WORDS[self.against.whole]
                written = Words(
                    f"［{reached.zh}］ ÷ ［{of.zh}的同一项］{times}",
                    f"[{reached.en}] ÷ [the same of {of.en}]{times}",
                )
            else:
                sign = "≥" if self.kind is IndicatorKind.TARGET else "÷"
                written = Words(
                    f"［{reached.zh}］ {sign} ［{measured_by.zh}］{times}",
                    f"[{reached.en}] {sign} [{measured_by.en}]{times}",
                )
        return Words(f"{written.zh}，{_SCOPE.zh}", f"{written.en}, {_SCOPE.en}")

    @property
    def kind_words(self) -> Words:
        """What kind of figure it is, in a phrase."""
        return _KIND_WORDS[self.kind]
