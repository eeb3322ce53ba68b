"""What the room of collection rounds declares."""

from datetime import datetime, time

from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)
from bangfu.foundation.rounds import queries
from bangfu.foundation.rounds.noticing import NOTICES
from bangfu.foundation.rounds.waiting import WAITS


def _founded(now: datetime) -> bool:
    from bangfu.foundation.organisation.queries import root_unit

    return root_unit() is not None


def _run(now: datetime) -> Words | None:
    from bangfu.foundation.rounds.calendar import run_daily

    opened, reminded = run_daily(now)
    return both(
        "开启 {opened} 期报送，提醒 {reminded} 期。", "Opened {opened} rounds and reminded in {reminded}."
    ).filled(opened=opened, reminded=reminded)


_ASKS = frozenset(
    {
        "rounds.make_schedule",
        "rounds.stop_schedule",
        "rounds.open_round",
        "rounds.chase_round",
        "rounds.accept_returns",
        "rounds.send_back_return",
        "rounds.extend_return",
        "rounds.lock_round",
        "rounds.ask_unlock",
        "rounds.unlock_round",
    }
)
_RETURNS = frozenset(
    {
        "rounds.save_rows",
        "rounds.add_file",
        "rounds.take_sheet",
        "rounds.leave_sheet_out",
        "rounds.submit_return",
        "rounds.sign_nil",
        "rounds.take_back_return",
        "rounds.amend_return",
    }
)
_READS = frozenset({"rounds.view"})

ROOM = RoomDeclaration(
    code="rounds",
    wing=Wing.FOUNDATION,
    title=both("定期报送", "Collection rounds"),
    icon="calendar",
    api="bangfu.foundation.rounds.api",
    about=both(
        "向谁要什么、哪一期、何时截止；报送、催报、零报告、接收、汇总、锁定。",
        "What is asked of whom, for which period, by when; returned, chased, nil, accepted, consolidated, locked.",
    ),
    address="rounds:rounds",
    view_permission="rounds.view",
    roles=(
        RoleDeclaration("officer", both("帮扶办", "Assistance office"), _READS | _ASKS | _RETURNS),
        RoleDeclaration("clerk", both("填报员", "Reporter"), _READS | _RETURNS),
        RoleDeclaration(
            "reporter",
            both("报送员（另授各室报送权）", "Reporter (with a room's own role)"),
            _READS | _RETURNS,
        ),
        RoleDeclaration("verifier", both("核验员", "Verifier"), _READS | {"rounds.unlock_round"}),
        RoleDeclaration("auditor", both("审计", "Auditor"), _READS),
        RoleDeclaration(
            "calendar",
            both("报送日历（系统）", "Calendar of rounds (system)"),
            frozenset({"rounds.open_round", "rounds.remind_round"}),
        ),
    ),
    permissions={
        "rounds.view": both("看定期报送", "read collection rounds"),
        "rounds.make_schedule": both("规定报送", "say what is asked of whom"),
        "rounds.stop_schedule": both("停止一项报送", "stop a schedule"),
        "rounds.open_round": both("开启一期报送", "open a round"),
        "rounds.chase_round": both("催报", "chase whoever has not returned"),
        "rounds.remind_round": both("按日历提醒", "remind by the calendar"),
        "rounds.accept_returns": both("接收报送", "accept returns"),
        "rounds.send_back_return": both("退回报送", "send a return back"),
        "rounds.extend_return": both("准予延期", "give more time"),
        "rounds.lock_round": both("汇总锁定", "lock a round"),
        "rounds.ask_unlock": both("申请解锁", "ask for a round to be unlocked"),
        "rounds.unlock_round": both("同意解锁", "unlock a round as the second person"),
        "rounds.save_rows": both("填写报送", "fill in a return"),
        "rounds.add_file": both("上传报送的佐证", "upload evidence for a return"),
        "rounds.take_sheet": both("把导入的表格计入报送", "count an imported sheet into a return"),
        "rounds.leave_sheet_out": both("把表格移出报送", "take a sheet out of a return"),
        "rounds.submit_return": both("报出", "hand in a return"),
        "rounds.sign_nil": both("签零报告", "sign a nil return"),
        "rounds.take_back_return": both("收回报送", "take back a return"),
        "rounds.amend_return": both("补报", "amend a locked round"),
    },
    record_types=(
        RecordType(
            number=150,
            code="rounds.return",
            title=both("报送", "Return"),
            model="rounds.Return",
            address=queries.return_address,
            summaries=queries.return_summaries,
        ),
        RecordType(
            number=151,
            code="rounds.round",
            title=both("报送期次", "Round"),
            model="rounds.Round",
            address=queries.round_address,
            summaries=queries.round_summaries,
        ),
    ),
    periodic=(
        PeriodicDeclaration(
            code="rounds.calendar",
            title=both("开启报送并提醒", "Open rounds and remind"),
            hours=Hours(after=time(6, 10)),
            run=_run,
            when=_founded,
        ),
    ),
    waits=WAITS,
    notices=NOTICES,
)
