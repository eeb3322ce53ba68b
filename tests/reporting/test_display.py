"""How exact values are shown, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bangfu.reporting.display import (
    MINUS,
    Display,
    Rounding,
    Scale,
    exact_text,
    plain_text,
    rounded,
    share_text,
    shown,
)

WAN2, WAN1, WAN0 = Display(Scale.WAN, 2), Display(Scale.WAN, 1), Display(Scale.WAN, 0)
YI2, YI1 = Display(Scale.YI, 2), Display(Scale.YI, 1)
ONE, HUNDREDS = Display(), Display(Scale.ONE, -2)


@pytest.mark.parametrize(
    ("value", "display", "zh", "en"),
    [
        ("32604", WAN2, "3.26万个", "32,600 stations"),
        ("608000", WAN1, "60.8万个", "608,000 stations"),
        ("2245000000", YI2, "22.45亿个", "2,245 million stations"),
        ("119600000", YI1, "1.2亿个", "120 million stations"),
        ("64980000", WAN0, "6498万个", "64.98 million stations"),
        ("64980000", Display(Scale.WAN, -2), "6500万个", "65 million stations"),
        ("379", ONE, "379个", "379 stations"),
        ("537", HUNDREDS, "500个", "500 stations"),
        ("46", WAN2, "46个", "46 stations"),
        ("9999", WAN2, "9999个", "9,999 stations"),
        ("10000", WAN2, "1.00万个", "10,000 stations"),
        ("99999", WAN2, "10.00万个", "100,000 stations"),
        ("45000", YI2, "4.50万个", "45,000 stations"),
        ("0", WAN2, "0个", "0 stations"),
        ("-32604", WAN2, f"{MINUS}3.26万个", f"{MINUS}32,600 stations"),
    ],
)
def test_shows_the_same_rounded_number_in_both_languages(
    value: str, display: Display, zh: str, en: str
) -> None:
    in_chinese = shown(Decimal(value), display, "个", "zh")
    in_english = shown(Decimal(value), display, "stations", "en")
    assert (str(in_chinese), str(in_english)) == (zh, en)
    assert in_chinese.rounded == in_english.rounded
    assert in_chinese.step == in_english.step


@pytest.mark.parametrize(
    ("value", "display", "expected"),
    [
        ("32649.9999", WAN2, "32600"),
        ("32650", WAN2, "32700"),
        ("-32650", WAN2, "-32700"),
        ("2.5", ONE, "3"),
        ("3.5", ONE, "4"),
        ("0.4999", ONE, "0"),
        ("1.005", Display(Scale.ONE, 2), "1.01"),
        ("9999999999999999.5", ONE, "10000000000000000"),
    ],
)
def test_rounds_half_away_from_zero_and_exactly(value: str, display: Display, expected: str) -> None:
    assert rounded(Decimal(value), display) == Decimal(expected)


def test_shows_the_decimals_of_the_measure_below_every_scale() -> None:
    assert str(shown(Decimal("12.3400"), WAN2, "公里", "zh", unit_decimals=2)) == "12.34公里"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("32604.0000", "32\u202f604", "32,604"),
        ("1234567.5000", "1\u202f234\u202f567.5", "1,234,567.5"),
        ("-1", f"{MINUS}1", f"{MINUS}1"),
        ("0.0000", "0", "0"),
    ],
)
def test_writes_exact_values_in_groups(value: str, zh: str, en: str) -> None:
    assert exact_text(Decimal(value), "zh-hans") == zh
    assert exact_text(Decimal(value), "en") == en


PERCENT = Display(Scale.PERCENT, 1)


@pytest.mark.parametrize(
    ("value", "display", "zh", "rounded_to"),
    [
        ("1", PERCENT, "100.0%", "1"),
        ("0.98649", PERCENT, "98.6%", "0.986"),
        ("0.98650", PERCENT, "98.7%", "0.987"),
        ("0.9999", Display(Scale.PERCENT, 0, Rounding.DOWN), "99%", "0.99"),
        ("0", PERCENT, "0.0%", "0"),
        ("-0.05", PERCENT, f"{MINUS}5.0%", "-0.05"),
        ("98.65", Display(Scale.PERCENT, 1, is_in_hundreds=True), "98.7%", "98.7"),
    ],
)
def test_shows_percentages_alike_in_both_languages(
    value: str, display: Display, zh: str, rounded_to: str
) -> None:
    found = [shown(Decimal(value), display, "", language) for language in ("zh", "en")]
    assert [str(one) for one in found] == [zh, zh]
    assert [one.rounded for one in found] == [Decimal(rounded_to)] * 2


def test_writes_plain_values_for_programs() -> None:
    assert [plain_text(Decimal(text)) for text in ("32604.0000", "100", "0.5000", "-2")] == [
        "32604", "100", "0.5", "-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(32604, 32604, "100%"), (32603, 32604, "99.9%"), (0, 5, "0.0%"), (1, 3, "33.3%"), (0, 0, None)],
)
def test_a_share_never_claims_more_than_there_is(part: int, whole: int, expected: str | None) -> None:
    assert share_text(part, whole) == expected
