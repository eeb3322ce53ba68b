"""What the points room declares."""

from datetime import datetime, time

from bangfu.foundation.operations import Act
from bangfu.foundation.points.register import VIEW
from bangfu.foundation.points.sheets import LOTS_SHEET
from bangfu.foundation.points.telling import RECORD_TYPES
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)

_READS = frozenset({VIEW})
_KEEPS = _READS | {
    "points.import_lots",
    "points.load_lots",
    "points.make_confirmation",
    "points.acknowledge_confirmation",
}

_LAPSES = frozenset({"points.expire_lots"})


def _some_expire(now: datetime) -> bool:
    from bangfu.foundation.points.queries import some_expire

    return some_expire(now)


def _expire(now: datetime) -> Words | None:
    from bangfu.foundation.points.operations import expire_lots
    from bangfu.foundation.points.queries import clock_account

    count = expire_lots(act=Act(actor=clock_account(), at=now))
    return both("{count} 个批次到期。", "{count} lots expired.").filled(count=count)


ROOM = RoomDeclaration(
    code="points",
    wing=Wing.FOUNDATION,
    title=both("积分", "Points"),
    icon="briefcase",
    about=both(
        "积分批次、到期、使用与折现：先到期的先用，余额不会变负。",
        "Points by lots: what expires first is spent first, and never below nothing.",
    ),
    address="points:holders",
    view_permission=VIEW,
    api="bangfu.foundation.points.api",
    roles=(
        RoleDeclaration("accountant", both("会计", "Accountant"), _READS | {"points.enter_rate"}),
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), _KEEPS | {"points.enter_rate"}),
        RoleDeclaration("points_keeper", both("积分管理员", "Keeper of points"), _KEEPS),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
        RoleDeclaration("points_clock", both("积分到期（系统）", "Expiry of points (a system)"), _LAPSES),
    ),
    permissions={
        VIEW: both("看积分、批次和比率", "read points, lots and rates"),
        "points.import_lots": both("导入积分批次", "import lots of points"),
        "points.load_lots": both("由程序传入积分批次", "send lots of points by a program"),
        "points.make_confirmation": both("生成积分回传文件", "make a file of confirmation"),
        "points.acknowledge_confirmation": both("登记积分系统的回执", "note that the points system took a file"),
        "points.enter_rate": both("登记积分折现比率", "enter what points are worth"),
        "points.expire_lots": both("让到期积分失效", "let points lapse"),
    },
    sheets=(LOTS_SHEET,),
    record_types=RECORD_TYPES,
    periodic=(
        PeriodicDeclaration(
            code="points.expiry",
            title=both("让到期积分失效", "Let points lapse whose time is over"),
            hours=Hours(after=time(0, 30)),
            run=_expire,
            when=_some_expire,
        ),
    ),
)  # fmt: skip
