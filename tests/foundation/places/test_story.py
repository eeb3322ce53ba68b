"""A worked example: 黔西县 becomes 黔西市 in 2021, and a report on 2019 still prints 2019's words.

The ministry's list of codes of 31 December 2020 has ``520522 黔西县``, that of 31 December 2021 has
``520581 黔西市``: the same county under another name and code, in the same prefecture 毕节市.
"""

from datetime import date

import polars as pl
import pytest

from bangfu.foundation.places import queries

pytestmark = pytest.mark.django_db

QIANXI = 520581000000
END_OF_2019, END_OF_2020, END_OF_2021 = date(2019, 12, 31), date(2020, 12, 31), date(2021, 12, 31)


def test_a_county_that_became_a_city_keeps_its_number_and_prints_the_name_of_the_day() -> None:
    # A spreadsheet of 2019 says 黔西县 or 520522. Both are the place that is called 黔西市 today.
    matched = queries.match_places(pl.Series(["黔西县", "520522", "黔西市", "520581"]))
    assert matched["place_id"].to_list() == [QIANXI] * 4

    # A report on 2019 prints the name and code of 2019; one on 2022 those of 2022.
    assert queries.place_label(QIANXI, on=END_OF_2019) == "贵州省毕节市黔西县"
    assert queries.code_on(QIANXI, END_OF_2019) == "520522"
    assert queries.place_label(QIANXI, on=date(2022, 1, 1)) == "贵州省毕节市黔西市"
    assert queries.code_on(QIANXI, date(2022, 1, 1)) == "520581"

    # The last list before the change is printed until the next one was published.
    assert queries.place_label(QIANXI, short=True, on=END_OF_2020) == "黔西县"
    assert queries.place_label(QIANXI, short=True, on=END_OF_2021) == "黔西市"

    # The page of the place shows both, and says how exact the dates are.
    versions = list(queries.names_of(QIANXI).values_list("name", "code", "starts_on", "ends_on"))
    assert versions == [
        ("黔西县", 520522000000, None, END_OF_2021),
        ("黔西市", 520581000000, END_OF_2021, None),
    ]
    assert all("年末表" in version.source for version in queries.names_of(QIANXI))


def test_a_place_that_changed_twice() -> None:
    ping_an = 630203000000
    names = {
        day.year: queries.code_on(ping_an, day)
        for day in (date(2012, 6, 1), date(2014, 6, 1), date(2019, 6, 1))
    }
    assert names == {2012: "632121", 2014: "630221", 2019: "630203"}
    assert queries.place_label(ping_an, short=True, on=date(2014, 6, 1)) == "平安县"


def test_a_place_without_history_bears_its_name_on_every_day() -> None:
    assert queries.place_label(522327000000, on=date(1990, 1, 1)) == "贵州省黔西南布依族苗族自治州册亨县"
    assert queries.code_on(522327000000, date(1990, 1, 1)) == "522327"
