"""Periods as they are written and read, and the short codes for paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.reporting.codes import Coded, code_of, read_code
from bangfu.reporting.periods import read_period
from tests.cast import CEHENG, GUIZHOU


@pytest.mark.parametrize(
    ("text", "starts_on", "ends_on", "zh", "en"),
    [
        ("2019", date(2019, 1, 1), date(2020, 1, 1), "2019年", "2019"),
        ("2019-H2", date(2019, 7, 1), date(2020, 1, 1), "2019年下半年", "the second half of 2019"),
        ("2019-Q3", date(2019, 7, 1), date(2019, 10, 1), "2019年第三季度", "the third quarter of 2019"),
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1), "2020年2月", "February 2020"),
        ("2020-05-17", date(2020, 5, 17), date(2020, 5, 18), "2020年5月17日", "17 May 2020"),
        (
            "2019-12-11/2019-12-20", date(2019, 12, 11), date(2019, 12, 21),
            "2019年12月11日至12月20日", "11 December to 20 December 2019",
        ),
        (
            "2019-01-15/2020-07-31", date(2019, 1, 15), date(2020, 8, 1),
            "2019年1月15日至2020年7月31日", "15 January 2019 to 31 July 2020",
        ),
        ("2019-01-01/2019-06-30", date(2019, 1, 1), date(2019, 7, 1), "2019年1月至6月", "January to June 2019"),
        (
            "2019-01-01/2020-07-31", date(2019, 1, 1), date(2020, 8, 1),
            "2019年1月至2020年7月", "January 2019 to July 2020",
        ),
    ],
)  # fmt: skip
def test_reads_a_period(text: str, starts_on: date, ends_on: date, zh: str, en: str) -> None:
    period = read_period(text)
    assert (period.code, period.starts_on, period.ends_on) == (text, starts_on, ends_on)
    assert (period.title("zh-hans"), period.title("en")) == (zh, en)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2019-Q5",
        "2019-13",
        "2019-1",
        "2019-02-30/2019-03-01",
        "2019-06-30/2019-01-01",
        "9999",
        "2019-02-30",
        "2019-3-05",
        "2019-03-05/2019-03",
        "２０１９",
    ],
)
def test_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError):
        read_period(text)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2019", "2018"),
        ("2019-H1", "2018-H2"),
        ("2019-Q1", "2018-Q4"),
        ("2019-Q3", "2019-Q2"),
        ("2019-01", "2018-12"),
        ("2020-03-01", "2020-02-29"),
    ],
)
def test_knows_the_period_before(text: str, before: str) -> None:
    found = read_period(text).before()
    assert found is not None
    assert found.code == before


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2019", "2018"), ("2019-H1", "2018-H1"), ("2019-Q3", "2018-Q3"), ("2020-02", "2019-02"), ("2021-02", "2020-02"),
        ("2019-03-05", "2018-03-05"), ("2020-02-29", "2019-02-28"), ("2020-02-28", "2019-02-28"),
        ("2019-01-01/2020-02-29", "2018-01-01/2019-02-28"), ("2021-02-01/2021-02-28", "2020-02-01/2020-02-29"),
        ("2020-02-28/2020-02-29", "2019-02-28"),
    ],
)  # fmt: skip
def test_the_same_period_a_year_before_is_a_period_itself(text: str, before: str) -> None:
    found = read_period(text).years_before(1)
    assert found == read_period(before)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(0, 800), st.integers(1, 5))
def test_a_span_years_before_never_vanishes(first: date, days: int, years: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    found = read_period(f"{first.isoformat()}/{last.isoformat()}").years_before(years)
    assert found.starts_on < found.ends_on
    assert read_period(found.code) == found


def test_a_span_of_days_has_none_before_it() -> None:
    assert read_period("2019-01-01/2019-06-30").before() is None


@pytest.mark.parametrize(("place", "length"), [(None, 6), (GUIZHOU, 8), (522300000000, 10), (CEHENG, 10)])
def test_a_code_is_short_and_leads_back(place: int | None, length: int) -> None:
    code = code_of(1, read_period("2019-Q3"), place)
    assert code is not None
    assert len(code) == length
    assert read_code(code) == Coded(1, "2019-Q3", place)
    assert read_code(f"{code[:3]}-{code[3:]}".lower()) == Coded(1, "2019-Q3", place)


def test_a_span_of_one_day_is_that_day() -> None:
    assert read_period("2020-05-17/2020-05-17") == read_period("2020-05-17")


def test_the_periods_of_the_programmes_figures_have_codes() -> None:
    given_ = ("2019", "2020", "2020-05-17", "2019-12-11/2019-12-20", "2019-01-01/2020-07-31")
    assert [code_of(40, read_period(text), None) for text in given_] == [
        "050K0P", "050M0V", "02G78J6", "050E7873X003", "050DHR7AX004",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("2020-05-17", (7, 9, 11, 11)),
        ("2019-12-11/2019-12-20", (12, 12, 14, 14)),
        ("2000-01-01/2179-06-05", (12, 12, 14, 14)),
    ],
)
def test_days_and_spans_have_codes_of_their_own_lengths(text: str, lengths: tuple[int, ...]) -> None:
    for place, length in zip((None, GUIZHOU, 522300000000, CEHENG), lengths, strict=True):
        code = code_of(8191, read_period(text), place)
        assert code is not None
        assert (len(code), read_code(code)) == (length, Coded(8191, text, place))


def test_towns_and_far_days_have_no_code() -> None:
    assert code_of(1, read_period("2019"), 522327101000) is None
    assert code_of(1, read_period("1999-12-31"), None) is None
    assert code_of(1, read_period("1999-12-31/2019-06-30"), None) is None


@given(
    number=st.integers(1, 8191),
    period=st.sampled_from(
        ["2000", "2019", "2019-H1", "2127-12", "2020-Q4", "2021-02", "2020-05-17", "2019-01-01/2020-07-31"]
    ),
    place=st.sampled_from([None, 110000000000, 659000000000, 522327000000, 542126000000]),
    data=st.data(),
)
def test_one_wrong_sign_is_noticed(number: int, period: str, place: int | None, data: st.DataObject) -> None:
    code = code_of(number, read_period(period), place)
    assert code is not None
    at = data.draw(st.integers(0, len(code) - 1))
    sign = data.draw(st.sampled_from([one for one in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if one != code[at]]))
    try:
        found = read_code(code[:at] + sign + code[at + 1 :])
    except ValueError:
        return
    assert found != Coded(number, period, place)


@pytest.mark.parametrize("text", ["", "ABC", "004K06", "004K0U", "ZZZZZZ", "00000000"])
def test_refuses_what_is_no_code(text: str) -> None:
    with pytest.raises(ValueError):
        read_code(text)
