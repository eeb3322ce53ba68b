"""Declarations of indicators: TOML that is strictly checked, a file of the product or a text of the office. Pure.

One text is one version of one indicator::

    code = "network.base_stations"
    number = 1                          # in printed codes: fixed for ever, unique
    version = 1
    valid_from = 2019-01-01             # periods that end after this day use this version
    kind = "flow"
    measure = "network.base_stations"

    title = { zh = "新建无线基站", en = "New radio base stations" }
    unit = { zh = "个", en = "stations" }
    display = { scale = "万", decimals = 2, rounding = "half_up" }
    scope_note = { zh = "以验收日期计入……", en = "Counted at acceptance …" }

=============  =======================================================================================================
``flow``       the sum of what happened in the period; ``measure``
``stock``      what stands at the period's end; ``measure``, which must be a stock
``distinct``   how many different parties have a net quantity above zero: within the period for a flow, up to its end
               for a stock; ``measure``. Facts without a party are left out, and said to be
``ratio``      ``[numerator]`` ÷ ``[denominator]`` × ``factor``; each table has ``kind`` (flow, stock, distinct) and
               ``measure``; ``factor`` is 1, 10, 100 …. Null without a denominator
``target``     met when ``[numerator]`` is no less than ``[target]``; null without facts of the target
``cumulative``  the sum since ``since`` (a day; the beginning without it) up to the period's end; ``measure``
``growth``     year on year: ``[numerator]`` against itself in the same period a year before, × ``factor``; null when that
               is nothing, zero or less
``share``      ``[numerator]`` ÷ the same count ``of`` a wider scope, × ``factor``: ``all``, ``places`` (every place, the
               same unit), ``units`` (every unit, the same place) or ``province``
``per_head``   ``[numerator]`` ÷ a registered ``denominator`` (``population``, ``households`` …) × ``factor``; null where
               none is registered. It is that of the newest year up to the one in which the period ends
=============  =======================================================================================================

Wherever ``measure`` stands, ``measures`` may list several of one unit, which count together, and ``line``, ``area``, ``place``
and ``owner`` (codes; the unit that owns the facts, with those below it) narrow what counts, whatever is asked::

    numerator = { kind = "flow", measures = ["grants.paid", "goods.value"], area = "poor-832", owner = "P52" }

In place of measures ``indicator`` may name another indicator of one term, whose count is taken over as it is declared on
``valid_from``, and may be narrowed further. What refers to itself through others is refused::

    numerator = { kind = "flow", indicator = "own.lamps", area = "poor-832" }

``also_called``, which may be left out, lists what drafts call it besides its title, so that their numbers are matched to it::

    also_called = { zh = ["每人助学金"], en = ["grant of each pupil"] }

``unit`` may have ``one``, the English word for a single one: ``{ zh = "个", en = "counties", one = "county" }``.
``display``: ``scale`` is ``1``, ``万``, ``亿`` or, for quotients with factor 1 or 100, ``%``; ``decimals`` behind the point in
that scale; ``rounding`` is ``half_up`` or ``down``, which never claims more than there is. A target needs neither ``unit`` nor
``display``, a percentage needs no ``unit``::

    kind = "ratio"
    factor = 1
    numerator = { kind = "stock", measure = "network.covered_villages" }
    denominator = { kind = "stock", measure = "network.villages" }
    display = { scale = "%", decimals = 1, rounding = "down" }
"""

from bangfu.reporting.declarations.fields import Looping, WrongIndicator
from bangfu.reporting.declarations.reading import (
    CODE,
    DECLARED,
    KINDS,
    SHOWN_WHOLE,
    read_indicator,
    read_table,
    read_toml,
)
from bangfu.reporting.declarations.terms import COUNTED, Refers, registered_term

__all__ = [
    "CODE",
    "COUNTED",
    "DECLARED",
    "KINDS",
    "SHOWN_WHOLE",
    "Looping",
    "Refers",
    "WrongIndicator",
    "read_indicator",
    "read_table",
    "read_toml",
    "registered_term",
]
