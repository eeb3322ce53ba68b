"""The ways from a figure to its neighbours: back to the wider ones it is part of, and on to narrower ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import LEVELS, VILLAGE, ancestor_id, code_text, level_of, parent_id
from bangfu.foundation.places.queries import children
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.access import may_see, may_see_terms
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import month_period, read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.versions import chain_of


@dataclass(frozen=True)
class Wider:
    """One figure on the way, by what it is called."""

    name: Words | str
    address: str | None
    """Null for what is selected now, and for what its reader may not see."""


def lead_of(figure: Figure, step: str, *, reader: Account, on: date) -> list[Wider]:
    """Return the way from wider figures to this one: from a term to its figure, by period, place, and area and unit if any.

    Those that the reader may not see on that day are named, and lead nowhere.
    """
    selection = figure.selection

    def wider(name: Words | str, narrowed: Selection) -> Wider:
        is_open = may_see(reader, narrowed, on) and may_see_terms(reader, figure.indicator, narrowed, on)
        return Wider(name, f"/f/{figure.indicator.code}/{step}?{narrowed.query()}" if is_open else None)

    found = []
    if selection.term:
        present = chain_of(figure.indicator.code, selection.as_of)[-1]
        later = present.years_back_of(selection.term)
        whole = selection.having(term="", period=selection.period.years_before(-later))
        found.append(wider(present.title, whole))
    year = str(selection.period.starts_on.year)
    if selection.period.code != year:
        whole = selection.having(period=read_period(year))
        found.append(wider(whole.period_words, whole))
    found.append(Wider(selection.period_words, None))

    places = [wider(both("全部地区", "everywhere"), selection.having(place=None))]
    if selection.place is not None:
        chain = [ancestor_id(selection.place, level) for level in LEVELS[: level_of(selection.place)]]
        keys = [key for key in dict.fromkeys(chain) if key is not None]
        names = selection.place_labels(keys, short=True)
        places += [wider(names.get(key, str(key)), selection.having(place=key)) for key in keys]
    found += [*places[:-1], Wider(places[-1].name, None)]

    if selection.area is not None:
        found.append(wider(both("不限片区", "any area"), selection.having(area=None)))
        found.append(Wider(selection.area_words, None))
    if selection.unit is not None:
        found.append(wider(both("所有单位", "all units"), selection.having(unit=None)))
        found.append(Wider(selection.unit_words, None))
    return found


@dataclass(frozen=True)
class Choice:
    """One option of a filter."""

    value: str
    label: Words | str
    chosen: bool


def place_choices(selection: Selection) -> list[Choice]:
    """Return the places to filter by: everywhere, the one above, this one, and those in it."""
    place = selection.place
    found = [Choice("", both("全部地区", "Everywhere"), place is None)]
    if place is not None:
        chain = [key for key in (parent_id(place), place) if key is not None]
        names = selection.place_labels(chain, short=True)
        found += [Choice(code_text(key), names.get(key, str(key)), key == place) for key in chain]
    if place is None or level_of(place) < VILLAGE:
        below = [one.pk for one in children(place)]
        names = selection.place_labels(below, short=True)
        found += [Choice(code_text(key), names[key], chosen=False) for key in below]
    return found


def period_choices(selection: Selection) -> list[Choice]:
    """Return the periods to filter by: this one, its year, and the months of the year."""
    year = read_period(str(selection.period.starts_on.year))
    periods = [selection.period, year, *(month_period(first) for first in year.months())]
    return [
        Choice(one.code, both(one.title("zh"), one.title("en")), one.code == selection.period.code)
        for one in {period.code: period for period in periods}.values()
    ]
