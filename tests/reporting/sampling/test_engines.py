"""The arithmetic, against printed tables and against what must always hold.

Where the printed values come from. The confidence factors of table C-3 of the AICPA's *Audit Guide: Audit Sampling* (5, 10 and 20
per cent risk of incorrect acceptance, 0 to 20 misstatements) were read off a textbook's reprint of the table that names the
Guide as its source. The sample sizes of table C-1 were read off the public test suite of the R package jfa, which checks itself
against appendix C of the Guide's 2017 edition. The sizes of table A-1 without expected deviations (59, 29, 299 …) follow from
the definition in one line, ln(risk) / ln(1 - rate), and are the well-known ones. The Guide itself was not at hand.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.reporting.sampling.engines import attributes, monetary
from bangfu.reporting.sampling.engines.monetary import Examined, Item, evaluated, plan, selected
from bangfu.reporting.sampling.engines.quantiles import (
    binomial_upper_limit,
    confidence_factor,
    gamma_cdf,
    hypergeometric_upper_limit,
    planning_factor,
)
from bangfu.reporting.sampling.engines.seeds import number_below, rank_of, seed_of

TABLE_C3 = {
    "0.95": "3.00 4.75 6.30 7.76 9.16 10.52 11.85 13.15 14.44 15.71 16.97 18.21 19.45 20.67 21.89 23.10 24.31 25.50 26.70 27.88"
    " 29.07",
    "0.90": "2.31 3.89 5.33 6.69 8.00 9.28 10.54 11.78 13.00 14.21 15.41 16.60 17.79 18.96 20.13 21.30 22.46 23.61 24.76 25.91"
    " 27.05",
    "0.80": "1.61 3.00 4.28 5.52 6.73 7.91 9.08 10.24 11.38 12.52 13.66 14.78 15.90 17.02 18.13 19.24 20.34 21.44 22.54 23.64"
    " 24.73",
}
TOLERABLE = ("0.5", "0.3", "0.1", "0.08", "0.06", "0.05", "0.04", "0.03", "0.02", "0.01", "0.005")
TABLE_C1 = {
    ("0.95", "0"): (6, 10, 30, 38, 50, 60, 75, 100, 150, 300, 600),
    ("0.95", "0.1"): (8, 13, 37, 46, 62, 74, 92, 123, 184, 368, 736),
    ("0.95", "0.2"): (10, 16, 47, 58, 78, 93, 116, 155, 232, 463, 925),
    ("0.95", "0.3"): (12, 20, 60, 75, 100, 120, 150, 200, 300, 600, 1199),
    ("0.95", "0.4"): (17, 27, 81, 102, 135, 162, 203, 270, 405, 809, 1618),
    ("0.95", "0.5"): (24, 39, 116, 145, 193, 231, 289, 385, 577, 1154, 2308),
    ("0.90", "0"): (5, 8, 24, 29, 39, 47, 58, 77, 116, 231, 461),
    ("0.90", "0.2"): (7, 12, 35, 43, 57, 69, 86, 114, 171, 341, 682),
    ("0.90", "0.5"): (16, 27, 80, 100, 134, 160, 200, 267, 400, 799, 1597),
    ("0.80", "0"): (4, 6, 17, 21, 27, 33, 41, 54, 81, 161, 322),
}
"""Sample sizes by confidence and the ratio of expected to tolerable misstatement, for tolerable shares of the population."""
TABLE_A1 = {
    "0.01": 299,
    "0.02": 149,
    "0.03": 99,
    "0.04": 74,
    "0.05": 59,
    "0.06": 49,
    "0.07": 42,
    "0.1": 29,
    "0.2": 14,
}
"""Sizes at 95 per cent with no deviation expected."""
CONFIDENCE = Decimal("0.95")
SEED = seed_of(b"\x11" * 32, "audit=1")


class TestPrintedTables:
    @pytest.mark.parametrize("confidence", TABLE_C3)
    def test_factors_are_those_of_table_c3(self, confidence: str) -> None:
        # The table rounds up to two decimals.
        ours = [
            str(confidence_factor(Decimal(confidence), errors).quantize(Decimal("0.01"), ROUND_CEILING))
            for errors in range(21)
        ]
        assert ours == TABLE_C3[confidence].split()

    @pytest.mark.parametrize(("confidence", "ratio"), TABLE_C1)
    def test_sizes_are_those_of_table_c1(self, confidence: str, ratio: str) -> None:
        total = 10**12
        ours = []
        for share in TOLERABLE:
            tolerable = int(Decimal(share) * total)
            expected = int(Decimal(ratio) * tolerable)
            made = plan(total=total, confidence=Decimal(confidence), tolerable=tolerable, expected=expected)
            ours.append(made.size)
        assert tuple(ours) == TABLE_C1[confidence, ratio]

    @pytest.mark.parametrize("rate", TABLE_A1)
    def test_sizes_by_fact_are_those_of_table_a1(self, rate: str) -> None:
        # The table is for populations so large that their size does not matter.
        size = attributes.sample_size(
            population=10**9, confidence=CONFIDENCE, tolerable=Decimal(rate), expected=Decimal(0)
        )
        assert size == TABLE_A1[rate] == math.ceil(math.log(0.05) / math.log(1 - float(rate)))

    def test_one_expected_deviation_in_a_hundred_takes_ninety_three(self) -> None:
        size = attributes.sample_size(
            population=10**9, confidence=CONFIDENCE, tolerable=Decimal("0.05"), expected=Decimal("0.01")
        )
        assert size == 93

    def test_the_factor_is_where_so_few_errors_are_just_too_unlikely(self) -> None:
        # By the definition, summed exactly: P(X <= 3 | mean) = risk.
        mean = float(confidence_factor(CONFIDENCE, 3))
        below = sum(mean**k / math.factorial(k) for k in range(4)) * math.exp(-mean)
        assert below == pytest.approx(0.05, abs=2e-6)

    def test_fractional_errors_lie_between_the_whole_ones(self) -> None:
        assert gamma_cdf(1.5, 3.0) == pytest.approx(0.8883897749, abs=1e-9)  # = chi-squared, 3 degrees, at 6
        assert confidence_factor(CONFIDENCE) < planning_factor(CONFIDENCE, Decimal("0.05"))
        assert planning_factor(CONFIDENCE, Decimal(0)) == confidence_factor(CONFIDENCE)


class TestLimitsOfRates:
    def test_clopper_and_pearson_without_errors_have_a_closed_form(self) -> None:
        assert binomial_upper_limit(CONFIDENCE, 60, 0) == Decimal("0.048703")  # 1 - 0.05 ** (1 / 60)
        assert binomial_upper_limit(CONFIDENCE, 10, 10) == 1

    def test_the_limit_is_the_rate_at_which_so_few_are_just_too_unlikely(self) -> None:
        rate = float(binomial_upper_limit(CONFIDENCE, 25, 1))
        assert (1 - rate) ** 25 + 25 * rate * (1 - rate) ** 24 == pytest.approx(0.05, abs=1e-5)

    def test_a_counted_population_needs_no_chance_once_it_is_examined_whole(self) -> None:
        assert hypergeometric_upper_limit(CONFIDENCE, 40, 40, 3) == 3
        assert attributes.evaluated(
            confidence=CONFIDENCE, population=40, sample=40, errors=3
        ).upper_limit == Decimal("0.075")

    def test_the_largest_number_of_errors_is_exact(self) -> None:
        held = hypergeometric_upper_limit(CONFIDENCE, 100, 20, 1)

        def few(wrong: int) -> Fraction:
            ways = sum(math.comb(wrong, k) * math.comb(100 - wrong, 20 - k) for k in range(2))
            return Fraction(ways, math.comb(100, 20))

        assert few(held) > Fraction(5, 100) >= few(held + 1)

    @settings(max_examples=25)
    @given(st.integers(1, 60), st.integers(0, 5))
    def test_a_counted_population_is_never_the_worse(self, sample: int, errors: int) -> None:
        errors = min(errors, sample)
        counted = Decimal(hypergeometric_upper_limit(CONFIDENCE, 500, sample, errors)) / 500
        assert counted <= binomial_upper_limit(CONFIDENCE, sample, errors)


class TestSelection:
    ITEMS = [Item(fact, book) for fact, book in ((1, 400), (2, 1_700), (3, 30), (4, 900), (5, 5_000), (6, 1))]

    def test_takes_the_items_that_hold_a_selected_unit(self) -> None:
        # Cumulated: 400, 2100, 2130, 3030, 8030, 8031. Units 300, 1300, 2300, 3300 … 7300; 8300 lies beyond.
        chosen = selected(self.ITEMS, interval=1_000, start=300)
        assert [(one.fact, one.book, one.is_certain) for one in chosen] == [
            (1, 400, False), (2, 1_700, True), (4, 900, False), (5, 5_000, True),
        ]  # fmt: skip

    def test_refuses_what_is_not_positive(self) -> None:
        with pytest.raises(ValueError, match="not positive"):
            selected([Item(1, 0)], interval=10, start=1)

    def test_refuses_to_plan_where_a_sample_says_nothing(self) -> None:
        for said in ({"tolerable": 0}, {"tolerable": 10, "expected": 7}):
            with pytest.raises(ValueError, match="a sample"):
                plan(total=100, confidence=CONFIDENCE, **said)

    @settings(max_examples=40)
    @given(st.lists(st.integers(1, 5_000), min_size=1, max_size=60), st.integers(50, 2_000), st.data())
    def test_everything_as_large_as_the_interval_is_in(
        self, books: list[int], interval: int, data: st.DataObject
    ) -> None:
        start = data.draw(st.integers(1, interval))
        items = [Item(fact, book) for fact, book in enumerate(books)]
        chosen = {one.fact for one in selected(items, interval=interval, start=start)}
        assert {one.fact for one in items if one.book >= interval} <= chosen
        assert len(chosen) <= math.ceil(Fraction(sum(books), interval))

    @settings(max_examples=15)
    @given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    def test_the_chance_of_an_item_is_its_size_over_the_interval(self, books: list[int]) -> None:
        # All starts together: each unit of money is selected by exactly one of them.
        interval = 40
        items = [Item(fact, book) for fact, book in enumerate(books)]
        times = dict.fromkeys(range(len(books)), 0)
        for start in range(1, interval + 1):
            for one in selected(items, interval=interval, start=start):
                times[one.fact] += 1
        assert times == {one.fact: one.book for one in items}

    def test_is_the_same_from_the_same_seed_alone(self) -> None:
        other = seed_of(b"\x11" * 31 + b"\x12", "audit=1")
        assert monetary.start_of(SEED, 10**9) == monetary.start_of(SEED, 10**9)
        assert monetary.start_of(SEED, 10**9) != monetary.start_of(other, 10**9)
        assert seed_of(b"\x11" * 32, "audit=2") != SEED
        facts = range(1, 1_001)
        chosen = attributes.selected(facts, seed=SEED, size=30)
        assert chosen == attributes.selected(reversed(facts), seed=SEED, size=30)
        assert chosen != attributes.selected(facts, seed=other, size=30)
        assert set(chosen) == set(sorted(facts, key=lambda fact: rank_of(SEED, fact))[:30])

    def test_numbers_of_chance_reach_both_ends(self) -> None:
        drawn = {number_below(SEED, f"try {k}", 3) for k in range(60)}
        assert drawn == {0, 1, 2}
        with pytest.raises(ValueError, match="nothing to choose from"):
            number_below(SEED, "start", 0)


class TestEvaluation:
    def test_a_sample_without_errors_leaves_the_basic_precision(self) -> None:
        found = evaluated(
            [Examined(100, 100, False)], interval=1_000, confidence=CONFIDENCE, sampled_total=50_000
        )
        assert (found.overstated.estimate, found.overstated.upper_limit) == (0, Fraction("2995.8"))
        assert found.is_within(2_996)
        assert not found.is_within(2_995)

    def test_ranks_taintings_and_adds_what_each_is_worth(self) -> None:
        # 400 audited 320 taints 20 %, 500 audited 0 taints 100 %; interval 1,657, as in a textbook's answer.
        examined = [Examined(400, 320, False), Examined(500, 0, False), Examined(3_000, 2_500, True)]
        found = evaluated(examined, interval=1_657, confidence=CONFIDENCE, sampled_total=250_000).overstated
        assert [one.tainting for one in found.errors] == [1, Fraction(1, 5)]
        assert (found.known, found.projected) == (500, Fraction("1988.4"))
        assert found.basic_precision == Fraction("2.9958") * 1_657
        first = (Fraction("4.7439") - Fraction("2.9958") - 1) * 1_657
        second = (Fraction(str(confidence_factor(CONFIDENCE, 2))) - Fraction("4.7439") - 1) * Fraction(
            "331.4"
        )
        assert found.incremental == first + second
        assert found.upper_limit == 500 + found.projected + found.basic_precision + first + second

    def test_directions_stand_apart(self) -> None:
        found = evaluated(
            [Examined(100, 130, False)], interval=1_000, confidence=CONFIDENCE, sampled_total=10**6
        )
        assert (found.overstated.estimate, found.understated.estimate) == (0, 300)
        assert found.overstated.upper_limit == Fraction("2995.8")
        assert found.understated.upper_limit > Fraction("2995.8")

    def test_nothing_is_left_to_chance_where_everything_was_examined(self) -> None:
        found = evaluated(
            [Examined(9_000, 8_000, True)], interval=1_000, confidence=CONFIDENCE, sampled_total=0
        )
        assert (found.overstated.upper_limit, found.understated.upper_limit) == (1_000, 0)

    def test_no_more_is_overstated_than_there_is(self) -> None:
        found = evaluated(
            [Examined(100, 100, False)], interval=1_000, confidence=CONFIDENCE, sampled_total=1_200
        )
        assert found.overstated.upper_limit == 1_200

    @settings(max_examples=40)
    @given(
        st.lists(st.tuples(st.integers(1, 900), st.integers(0, 1_500)), max_size=25),
        st.tuples(st.integers(1, 900), st.integers(0, 1_500)),
    )
    def test_bounds_hold_their_projection_and_never_fall_with_more_errors(
        self, pairs: list[tuple[int, int]], more: tuple[int, int]
    ) -> None:
        def bounds(rows: list[tuple[int, int]]) -> monetary.Evaluation:
            examined = [Examined(book, audited, is_certain=False) for book, audited in rows]
            return evaluated(examined, interval=1_000, confidence=CONFIDENCE, sampled_total=10**6)

        before, after = bounds(pairs), bounds([*pairs, more])
        for one in (before.overstated, before.understated, after.overstated, after.understated):
            assert one.upper_limit >= one.estimate
        assert after.overstated.upper_limit >= before.overstated.upper_limit
        assert after.understated.upper_limit >= before.understated.upper_limit
