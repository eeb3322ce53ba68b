"""Numbers and names that stand for ever."""

HOLDER_TYPE, RATE_TYPE, CONFIRMATION_TYPE = 173, 174, 175
VIEW = "points.view"
