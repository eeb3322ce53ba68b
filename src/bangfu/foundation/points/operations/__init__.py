"""Writes of points: lots come in, points are spent, given back and lapse, rates are entered, files are confirmed."""

from bangfu.foundation.points.operations.confirming import acknowledge_confirmation, make_confirmation
from bangfu.foundation.points.operations.giving_back import GivenBack, expire_lots, give_back_points
from bangfu.foundation.points.operations.loading import LoadedLots, import_lots, load_lots
from bangfu.foundation.points.operations.rating import enter_rate
from bangfu.foundation.points.operations.refusing import (
    UnableToConfirm,
    UnableToEnterRate,
    UnableToGiveBack,
    UnableToLoad,
    UnableToSpend,
)
from bangfu.foundation.points.operations.spending import (
    SPEND_SCHEMA,
    Spent,
    lock_holders,
    spend_points,
    spend_points_many,
)

__all__ = [
    "SPEND_SCHEMA",
    "GivenBack",
    "LoadedLots",
    "Spent",
    "UnableToConfirm",
    "UnableToEnterRate",
    "UnableToGiveBack",
    "UnableToLoad",
    "UnableToSpend",
    "acknowledge_confirmation",
    "enter_rate",
    "expire_lots",
    "give_back_points",
    "import_lots",
    "load_lots",
    "lock_holders",
    "make_confirmation",
    "spend_points",
    "spend_points_many",
]
