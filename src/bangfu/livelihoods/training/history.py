"""What the pages of attendees and expenses tell of a record's life."""

from __future__ import annotations

from bangfu.foundation.records import Step, corrected, entered, life_of, withdrawn
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.models import Enrolment, Expense


def trail_of(enrolment: Enrolment) -> list[Step]:
    """Return everything that happened to an enrolment, in order."""
    first = entered(
        enrolment.enrolled_at,
        enrolment.enrolled_by,
        sheet=enrolment.upload.name if enrolment.upload else None,
        by_hand=both("逐人登记", "Entered by hand"),
    )
    let_in = [
        Step(
            one.checked_in_at,
            "" if one.desk_id else one.checked_in_by.display_name,
            (
                both("自助签到第 {number} 课次", "Checked in at session {number}")
                if one.desk_id
                else both("补签第 {number} 课次", "Ticked at session {number}")
            ).filled(number=one.session.number),
            one.reason,
        )
        for one in enrolment.checkins.select_related("session", "checked_in_by__person__key")
    ]
    corrections = enrolment.corrections.select_related("corrected_by__person__key")
    return life_of(enrolment, first, *let_in, *corrected(corrections), *withdrawn(enrolment))


def trail_of_expense(expense: Expense) -> list[Step]:
    """Return everything that happened to an expense, in order."""
    first = entered(
        expense.entered_at,
        expense.entered_by,
        sheet=None,
        by_hand=both("登记", "Entered"),
    )
    return life_of(expense, first, *withdrawn(expense))
