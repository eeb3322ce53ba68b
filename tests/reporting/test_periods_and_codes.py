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
        (
            "2019-01-01/2019-06-30", date(2019, 1, 1), date(2019, 7, 1),
            "2019-01-01 至 2019-06-30", "2019-01-01 to 2019-06-30",
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
    ],
)
def test_knows_the_period_before(text: str, before: str) -> None:
    found = read_period(text).before()
    assert found is not None
    assert found.code == before


def test_a_span_of_days_has_none_before_it() -> None:
    assert read_period("2019-01-01/2019-06-30").before() is None


@pytest.mark.parametrize(("place", "length"), [(None, 6), (GUIZHOU, 8), (522300000000, 10), (CEHENG, 10)])
def test_a_code_is_short_and_leads_back(place: int | None, length: int) -> None:
    code = code_of(1, read_period("2019-Q3"), place)
    assert code is not None
    assert len(code) == length
    assert read_code(code) == Coded(1, "2019-Q3", place)
    assert read_code(f"{code[:3]}-{code[3:]}".lower()) == Coded(1, "2019-Q3", place)


def test_towns_and_odd_spans_have_no_code() -> None:
    assert code_of(1, read_period("2019"), 522327101000) is None
    assert code_of(1, read_period("2019-01-01/2019-06-30"), None) is None


@given(
    number=st.integers(1, 8191),
    period=st.sampled_from(["2000", "2019", "2019-H1", "2127-12", "2020-Q4", "2021-02"]),
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
