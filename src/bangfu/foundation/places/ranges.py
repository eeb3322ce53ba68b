"""SQL ranges for overlap constraints, which need no database extension."""

from django.db.models import Func


class NumberRange(Func):
    """The range that holds one number, so that a plain range index can compare for equality."""

    template = "int8range(%(expressions)s, %(expressions)s, '[]')"


class DateRange(Func):
    """The half-open range between two dates; null is open."""

    function = "daterange"
