"""Writes of the organisation: units open, change and close, lines, posts filled and left, roles granted."""

from bangfu.foundation.organisation.operations.changing import (
    UnableToChangeUnit,
    UnableToCloseUnit,
    close_unit,
    move_unit,
    rename_unit,
)
from bangfu.foundation.organisation.operations.lines import (
    LINE_CODE,
    UnableToEndLine,
    UnableToEnterLine,
    end_line,
    enter_line,
)
from bangfu.foundation.organisation.operations.opening import (
    UnableToOpenUnit,
    UnableToOpenUnits,
    enter_unit,
    enter_units,
    lock_tree,
    open_unit,
    open_units,
)
from bangfu.foundation.organisation.operations.terms import (
    UnableToFillPost,
    UnableToGrantRole,
    UnableToLeavePost,
    UnableToWithdrawRole,
    fill_post,
    grant_role,
    leave_post,
    withdraw_role,
)

__all__ = [
    "LINE_CODE",
    "UnableToChangeUnit",
    "UnableToCloseUnit",
    "UnableToEndLine",
    "UnableToEnterLine",
    "UnableToFillPost",
    "UnableToGrantRole",
    "UnableToLeavePost",
    "UnableToOpenUnit",
    "UnableToOpenUnits",
    "UnableToWithdrawRole",
    "close_unit",
    "end_line",
    "enter_line",
    "enter_unit",
    "enter_units",
    "fill_post",
    "grant_role",
    "leave_post",
    "lock_tree",
    "move_unit",
    "open_unit",
    "open_units",
    "rename_unit",
    "withdraw_role",
]
