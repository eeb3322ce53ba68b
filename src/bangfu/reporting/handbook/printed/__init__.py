"""The page of a place on paper: two sides of A4 at most, however much there is to say."""

from bangfu.reporting.handbook.printed.typesetting import two_sides

__all__ = ["two_sides"]
