"""Each rule where it fires and where it must not: frames in, frames out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import comb

import polars
import pytest

from bangfu.foundation.findings.engines.binomial import upper_tail
from bangfu.foundation.findings.engines.counted_twice import by_two_units
from bangfu.foundation.findings.engines.far_from_peers import outliers
from bangfu.foundation.findings.engines.fast_verifying import too_fast
from bangfu.foundation.findings.engines.heaping import period_ends, round_numbers
from bangfu.foundation.findings.engines.photographs_off import off_the_claim
from bangfu.foundation.findings.engines.repeated_pictures import clusters


class TestUpperTail:
    @pytest.mark.parametrize(
        ("successes", "trials", "chance"), [(8, 10, 0.5), (3, 30, 0.1), (30, 30, 0.1), (1, 40, 0.02)]
    )
    def test_is_the_sum_of_the_terms(self, successes: int, trials: int, chance: float) -> None:
        exact = sum(
            comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1)
        )
        assert upper_tail(successes, trials, chance) == pytest.approx(exact, rel=1e-9)

    def test_at_the_edges(self) -> None:
        assert (
            upper_tail(0, 10, 0.5),
            upper_tail(11, 10, 0.5),
            upper_tail(3, 10, 0),
            upper_tail(3, 10, 1),
        ) == (1, 0, 0, 1)


def attached(*rows: tuple[int, str, int | None]) -> polars.DataFrame:
    """Record, file and fingerprint of each attachment, in the order attached."""
    return polars.DataFrame(
        [(1, record, file, bits, at) for at, (record, file, bits) in enumerate(rows)],
        schema={
            "record_type": polars.Int64, "record": polars.Int64, "file": polars.String, "fingerprint": polars.Int64,
            "attachment": polars.Int64,
        },
        orient="row",
    )  # fmt: skip


class TestRepeatedPictures:
    def test_the_very_same_file_under_two_records(self) -> None:
        found = clusters(attached((1, "a", None), (2, "a", None)), distance=0)
        assert found.select("cluster", "record", "is_exact").rows() == [("a", 1, True), ("a", 2, True)]

    def test_near_copies_are_named_after_the_first_and_joined_through_each_other(self) -> None:
        far = 0b111 << 60 - 1
        found = clusters(attached((5, "z", 0), (6, "y", 0b1), (7, "x", 0b11), (8, "w", far)), distance=1)
        assert set(found["cluster"]) == {"z"}
        assert (found["record"].to_list(), set(found["is_exact"])) == ([5, 6, 7], {False})

    def test_negative_fingerprints_are_sixty_four_bits_too(self) -> None:
        assert clusters(attached((1, "a", -1), (2, "b", -2)), distance=1).height == 2
        assert clusters(attached((1, "a", -1), (2, "b", -2)), distance=0).height == 0

    def test_not_within_one_record_nor_too_far_nor_without_fingerprints(self) -> None:
        rows = attached((1, "a", 0), (1, "b", 0), (2, "c", 0b11), (3, "d", None), (4, "e", None))
        assert clusters(rows, distance=1).height == 0

    def test_two_thousand_copies_of_one_form_stay_one_cluster(self) -> None:
        rows = attached(*((number, f"f{number}", 77) for number in range(2000)))
        found = clusters(rows, distance=3)
        assert (found.height, found["cluster"].n_unique()) == (2000, 1)


def claim(**changed: object) -> polars.DataFrame:
    row = {
        "file": "a", "record_type": 1, "record": 7, "taken_on": date(2019, 9, 10), "happened_on": date(2019, 9, 12),
        "latitude": 24.99, "longitude": 105.81, "place_latitude": 25.0, "place_longitude": 105.8, "reach_km": 40.0,
        **changed,
    }  # fmt: skip
    return polars.DataFrame(
        [row],
        schema_overrides={
            "taken_on": polars.Date,
            "latitude": polars.Float64,
            "longitude": polars.Float64,
            "place_latitude": polars.Float64,
            "place_longitude": polars.Float64,
            "reach_km": polars.Float64,
        },
    )


class TestPhotographsOff:
    LIMITS = {"days_before": 180, "days_after": 60, "margin_km": 10}

    def test_not_where_day_and_place_fit(self) -> None:
        assert off_the_claim(claim(), **self.LIMITS).height == 0

    @pytest.mark.parametrize(("taken_on", "days"), [(date(2019, 3, 15), -181), (date(2019, 11, 12), 61)])
    def test_too_early_and_too_late(self, taken_on: date, days: int) -> None:
        found = off_the_claim(claim(taken_on=taken_on), **self.LIMITS)
        assert found.select("days", "beyond_km").rows() == [(days, None)]

    @pytest.mark.parametrize("taken_on", [date(2019, 3, 16), date(2019, 11, 11), None])
    def test_not_on_the_last_day_that_may_be_nor_without_a_time(self, taken_on: date | None) -> None:
        assert off_the_claim(claim(taken_on=taken_on), **self.LIMITS).height == 0

    def test_one_degree_of_latitude_away_is_beyond_reach_and_margin(self) -> None:
        """A degree of a meridian is 6371 π / 180 = 111.19 km: 71.19 beyond the reach of 40."""
        found = off_the_claim(claim(latitude=26.0, longitude=105.8), **self.LIMITS)
        assert found["beyond_km"][0] == pytest.approx(71.19, abs=0.01)
        assert off_the_claim(claim(latitude=26.0, longitude=105.8, reach_km=102.0), **self.LIMITS).height == 0

    def test_not_where_the_place_has_no_outline(self) -> None:
        gone = {"place_latitude": None, "place_longitude": None, "reach_km": None}
        assert off_the_claim(claim(latitude=40.0, **gone), **self.LIMITS).height == 0


def facts(quantities: list[float], days: list[date], **columns: object) -> polars.DataFrame:
    count = len(quantities)
    told = {"measure": "toys.wells", "unit": 1, "level": 3, "unit_kind": "PROVINCE", **columns}
    return polars.DataFrame(
        {
            "fact": list(range(count)),
            "quantity": quantities,
            "happened_on": days,
            **{name: [value] * count for name, value in told.items()},
        }
    )


SPREAD = [date(2019, 1, 1) + timedelta(days=9 * at) for at in range(40)]


class TestRoundNumbers:
    LIMITS = {"fewest": 30, "level": 0.001, "share": 0.3}

    def test_a_unit_that_estimates(self) -> None:
        quantities = [100.0 + 10 * at if at % 2 else 101.0 + 7 * at for at in range(40)]
        found = round_numbers(facts(quantities, SPREAD), **self.LIMITS)
        assert found.select("unit", "year", "count", "heaped").rows() == [(1, 2019, 40, 20)]

    @pytest.mark.parametrize(
        "quantities",
        [
            [101.0 + 7 * at for at in range(40)],
            [1000.0, 1500.0, 2000.0, 3000.0] * 10,
            [float(10 * (at % 9 + 1)) for at in range(40)],
            [100.0 + 10 * at for at in range(29)],
        ],
        ids=["last digits of all kinds", "four fixed rates", "below three digits", "too few"],
    )
    def test_not_of(self, quantities: list[float]) -> None:
        assert round_numbers(facts(quantities, SPREAD[: len(quantities)]), **self.LIMITS).height == 0

    def test_fen_behind_the_point_do_not_hide_a_round_yuan(self) -> None:
        found = round_numbers(facts([100.25 + 10 * at for at in range(40)], SPREAD), **self.LIMITS)
        assert found["heaped"].to_list() == [40]

    def test_the_level_is_shared_among_all_groups(self) -> None:
        """9 round of 30 has a chance of about 0.002: enough alone at 0.01, not as one of ten tests."""
        alone = facts([100.0 + 10 * at if at < 9 else 101.0 + 10 * at for at in range(30)], SPREAD[:30])
        others = [
            facts([101.0 + 10 * at for at in range(30)], SPREAD[:30], unit=unit) for unit in range(2, 11)
        ]
        limits = {"fewest": 30, "level": 0.01, "share": 0.1}
        assert round_numbers(alone, **limits)["unit"].to_list() == [1]
        assert round_numbers(polars.concat([alone, *others]), **limits).height == 0


class TestPeriodEnds:
    LIMITS = {"fewest": 30, "level": 0.001, "share": 0.4, "last_days": 3, "statement_share": 0.9}

    def test_a_unit_that_makes_up_before_the_deadline(self) -> None:
        days = [date(2019, 1 + at % 12, 26 + at % 3) for at in range(40)]
        late = [day.replace(day=28) + timedelta(days=2) if day.month in (1, 3, 5) else day for day in days]
        crowded = [date(2019, 6, 28 + at % 3) for at in range(20)]
        found = period_ends(facts([1.0] * 60, late + crowded), **self.LIMITS)
        assert found.select("unit", "year", "count").rows() == [(1, 2019, 60)]

    def test_not_of_days_all_over_the_month(self) -> None:
        assert period_ends(facts([1.0] * 40, SPREAD), **self.LIMITS).height == 0

    def test_not_of_monthly_statements(self) -> None:
        ends = [date(2019, month, 1) - timedelta(days=1) for month in range(2, 13)] * 4
        assert period_ends(facts([1.0] * 44, ends), **self.LIMITS).height == 0


START = datetime(2020, 7, 31, 9, 0)
NUMBERS = ("account", "unit", "record_type", "record")
NO_SINGLES = polars.DataFrame(schema={**dict.fromkeys(NUMBERS, polars.Int64), "decided_at": polars.Datetime})


def paper(seconds: float, *, sampled: int = 30, key: int = 1, account: int = 5) -> polars.DataFrame:
    return polars.DataFrame(
        [(account, 2, key, START, START + timedelta(seconds=seconds), sampled, 400)],
        schema={
            "account": polars.Int64, "unit": polars.Int64, "paper": polars.Int64, "drawn_at": polars.Datetime,
            "decided_at": polars.Datetime, "sampled": polars.Int64, "records": polars.Int64,
        },
        orient="row",
    )  # fmt: skip


def singles(count: int, *, apart_s: float, account: int = 5) -> polars.DataFrame:
    rows = [(account, 2, 1, at, START + timedelta(seconds=apart_s * at)) for at in range(count)]
    return polars.DataFrame(rows, schema=NO_SINGLES.schema, orient="row")


class TestFastVerifying:
    LIMITS = {"seconds_a_look": 3, "most_a_minute": 10}

    def test_a_sample_of_thirty_signed_within_a_minute(self) -> None:
        papers = polars.concat([paper(60), paper(30, key=9)])
        found = too_fast(papers, NO_SINGLES, **self.LIMITS)
        assert found.select("account", "day", "papers", "records", "seconds").rows() == [
            (5, date(2020, 7, 31), [1, 9], 800, 1.0)
        ]

    @pytest.mark.parametrize(("seconds", "sampled"), [(90, 30), (3, 1), (600, 30), (1, 0)])
    def test_not_at_leisure_nor_without_a_sample(self, seconds: float, sampled: int) -> None:
        assert too_fast(paper(seconds, sampled=sampled), NO_SINGLES, **self.LIMITS).height == 0

    def test_eleven_single_records_within_one_minute(self) -> None:
        found = too_fast(paper(600), singles(11, apart_s=5), **self.LIMITS)
        assert (found["records"].to_list(), found["seconds"].to_list()) == ([11], [None])
        assert [one["record"] for one in found["singles"][0]] == list(range(11))

    def test_not_ten_in_a_minute_nor_eleven_of_two_people(self) -> None:
        assert too_fast(paper(600), singles(10, apart_s=5), **self.LIMITS).height == 0
        both = polars.concat([singles(6, apart_s=5), singles(6, apart_s=5, account=6)])
        assert too_fast(paper(600), both, **self.LIMITS).height == 0


def party(
    fact: int, who: str, unit: int, day: date = date(2019, 5, 1), quantity: float = 1.0
) -> tuple[object, ...]:
    return (fact, "toys.people", unit, who, day, quantity)


def counted(*rows: tuple[object, ...]) -> polars.DataFrame:
    schema = {
        "fact": polars.Int64, "measure": polars.String, "unit": polars.Int64, "party": polars.String,
        "happened_on": polars.Date, "quantity": polars.Float64,
    }  # fmt: skip
    return by_two_units(polars.DataFrame(rows, schema=schema, orient="row"))


class TestCountedTwice:
    def test_two_units_and_the_parties_they_share(self) -> None:
        found = counted(
            party(1, "a", 2), party(2, "a", 1), party(3, "b", 1), party(4, "b", 2), party(5, "c", 1)
        )
        assert found.select("measure", "year", "unit", "other", "parties", "digest_of").rows() == [
            ("toys.people", 2019, 1, 2, 2, "a b")
        ]
        assert sorted(found["facts"][0]) == [1, 2, 3, 4]

    def test_not_by_one_unit_twice_nor_in_another_year(self) -> None:
        assert counted(party(1, "a", 1), party(2, "a", 1)).height == 0
        assert counted(party(1, "a", 1), party(2, "a", 2, date(2018, 5, 1))).height == 0

    def test_not_where_one_unit_took_it_back(self) -> None:
        assert counted(party(1, "a", 1), party(2, "a", 2), party(3, "a", 2, quantity=-1.0)).height == 0


class TestFarFromPeers:
    LIMITS = {"fewest": 30, "farthest": 6, "most": 3}
    USUAL = [80.0 + at for at in range(40)]

    def test_a_nought_too_many(self) -> None:
        found = outliers(facts([*self.USUAL, 1000.0], [*SPREAD, SPREAD[0]]), **self.LIMITS)
        assert found.select("fact", "quantity", "peers", "middle").rows() == [(40, 1000.0, 41, 100.0)]
        assert found["z"][0] > 6

    def test_a_nought_too_few_has_a_negative_score(self) -> None:
        found = outliers(facts([*self.USUAL, 10.0], [*SPREAD, SPREAD[0]]), **self.LIMITS)
        assert (found["fact"].to_list(), found["z"][0] < -6) == ([40], True)

    def test_not_among_peers_of_another_level_of_place(self) -> None:
        province = facts([1000.0] * 3, SPREAD[:3], level=1)
        assert outliers(polars.concat([facts(self.USUAL, SPREAD), province]), **self.LIMITS).height == 0

    def test_not_where_half_are_equal_or_too_few_or_not_above_zero(self) -> None:
        assert outliers(facts([1.0] * 39 + [99.0], SPREAD), **self.LIMITS).height == 0
        assert outliers(facts([*self.USUAL[:28], 1000.0], SPREAD[:29]), **self.LIMITS).height == 0
        assert (
            outliers(
                facts([*self.USUAL, -1000.0, 0.0], [*SPREAD, SPREAD[0], SPREAD[0]]), **self.LIMITS
            ).height
            == 0
        )

    def test_no_more_of_a_group_than_asked_and_the_farthest_first(self) -> None:
        rows = facts([*self.USUAL, 1000.0, 2000.0, 3000.0, 4000.0], [*SPREAD, *SPREAD[:4]])
        assert outliers(rows, **self.LIMITS)["quantity"].to_list() == [4000.0, 3000.0, 2000.0]
