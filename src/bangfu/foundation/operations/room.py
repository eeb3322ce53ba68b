"""What the operations room declares."""

from datetime import datetime, time

from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)


def _forget(now: datetime) -> Words:
    from bangfu.foundation.operations.expiry import forget_old_requests

    return both("已清除 {count} 个旧请求号。", "Forgot {count} old request keys.").filled(
        count=forget_old_requests(now)
    )


ROOM = RoomDeclaration(
    code="operations",
    wing=Wing.FOUNDATION,
    title=both("操作与留痕", "Operations and audit"),
    icon="history",
    about=both("谁在何时做了什么：每次写入都留下一行。", "Who did what and when: every write leaves a row."),
    roles=(
        RoleDeclaration(
            "auditor",
            both("审计员", "Auditor"),
            frozenset({"operations.view_audit", "operations.export_audit"}),
        ),
    ),
    permissions={
        "operations.view_audit": both(
            "看全部操作和登录的留痕", "read the trail of all operations and sign-ins"
        ),
        "operations.export_audit": both("导出留痕", "export the trail"),
    },
    in_menu=False,
    periodic=(
        PeriodicDeclaration(
            code="operations.forget_old_requests",
            title=both("清除旧的请求号", "Forget old request keys"),
            hours=Hours(after=time(3, 0)),
            run=_forget,
        ),
    ),
)
