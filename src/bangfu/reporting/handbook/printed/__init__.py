"""The page of a place, a school or a leader on paper: two sides of A4 at most, however much there is to say."""

from bangfu.reporting.handbook.printed.typesetting import subject_on_two_sides, two_sides

__all__ = ["subject_on_two_sides", "two_sides"]
