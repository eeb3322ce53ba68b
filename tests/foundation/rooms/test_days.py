"""Days and moments of years that nobody means are refused by the form, before anything counts on from them."""

from __future__ import annotations

import pytest
from django import forms

from bangfu.foundation.rooms.forms import Keyed


class Dated(Keyed):
    """A day and a moment."""

    last_day = forms.DateField()
    begins = forms.DateTimeField(required=False)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"last_day": "2020-02-29"}, []),
        ({"last_day": "2999-12-31", "begins": "1900-01-01T00:00"}, []),
        ({"last_day": "9999-12-31"}, ["last_day"]),
        ({"last_day": "0001-01-01", "begins": "3000-01-01T00:00"}, ["begins", "last_day"]),
    ],
)
def test_years_that_nobody_means_are_refused(said: dict[str, str], wrong: list[str]) -> None:
    form = Dated({"key": "one", **said})
    assert (form.is_valid(), sorted(form.errors)) == (not wrong, wrong)
    assert all("请核对年份" in str(form.errors[name]) for name in wrong)
