"""Everything that writes rounds: schedules, rounds, what is typed, returns, decisions, locks."""

from bangfu.foundation.rounds.operations.deciding import accept_returns, extend_return, send_back_return
from bangfu.foundation.rounds.operations.filling import add_file, save_rows
from bangfu.foundation.rounds.operations.locking import ask_unlock, lock_round, unlock_round
from bangfu.foundation.rounds.operations.opening import chase_round, open_round, remind_round
from bangfu.foundation.rounds.operations.refusing import (
    UnableToChase,
    UnableToDecideReturn,
    UnableToFill,
    UnableToLock,
    UnableToOpenRound,
    UnableToReturn,
    UnableToSchedule,
    UnableToTakeSheet,
)
from bangfu.foundation.rounds.operations.returning import (
    amend_return,
    sign_nil,
    submit_return,
    take_back_return,
)
from bangfu.foundation.rounds.operations.scheduling import ScheduleDetails, make_schedule, stop_schedule
from bangfu.foundation.rounds.operations.sheets import leave_sheet_out, take_sheet

__all__ = [
    "ScheduleDetails",
    "UnableToChase",
    "UnableToDecideReturn",
    "UnableToFill",
    "UnableToLock",
    "UnableToOpenRound",
    "UnableToReturn",
    "UnableToSchedule",
    "UnableToTakeSheet",
    "accept_returns",
    "add_file",
    "amend_return",
    "ask_unlock",
    "chase_round",
    "extend_return",
    "leave_sheet_out",
    "lock_round",
    "make_schedule",
    "open_round",
    "remind_round",
    "save_rows",
    "send_back_return",
    "sign_nil",
    "stop_schedule",
    "submit_return",
    "take_back_return",
    "take_sheet",
    "unlock_round",
]
