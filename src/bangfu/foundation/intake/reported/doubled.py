"""Figures that units report and the house counts by records of its own: a room asks for them by a statement of its own."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE


def first_reported(statement: str, **asked: Any) -> tuple[Any, ...] | None:
    """Return the first row of a room's statement over reported records and their reviews; null: there is none.

    Args: asked: what the statement is given, beside ``record_type``, the number of reported records.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"record_type": RECORD_TYPE, **asked})
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
