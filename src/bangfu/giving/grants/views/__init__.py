"""Doors of the grants room: translate, call operations, no rules."""
