"""What the grants room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.giving.grants.lists import APPLICATIONS
from bangfu.giving.grants.measures import FUND_LEFT, PAID, PAYMENTS, RECEIPTED, STUDENTS
from bangfu.giving.grants.paying_lists import FOLLOW_UP_SHEET, SIGNING_SHEET
from bangfu.giving.grants.paying_roles import PAYING_PERMISSIONS, PAYING_ROLES
from bangfu.giving.grants.paying_telling import PAYING_TYPES
from bangfu.giving.grants.paying_waiting import PAYING_WAITS
from bangfu.giving.grants.register import VIEW
from bangfu.giving.grants.roles import PERMISSIONS, ROLES
from bangfu.giving.grants.sheets import CLASS_SHEET, QUOTA_SHEET
from bangfu.giving.grants.telling import RECORD_TYPES
from bangfu.giving.grants.waiting import WAITS

ROOM = RoomDeclaration(
    code="grants",
    wing=Wing.GIVING,
    title=both("助学金", "Grants"),
    icon="user",
    about=both(
        "助学项目：申请、审核、评议、在校公示、核定和发放。",
        "Grants to pupils: applied for, vetted, decided, displayed in the school, awarded and paid.",
    ),
    address="grants:programmes",
    view_permission=VIEW,
    api="bangfu.giving.grants.api",
    roles=(*ROLES, *PAYING_ROLES),
    permissions={**PERMISSIONS, **PAYING_PERMISSIONS},
    measures=(
        STUDENTS,
        PAID,
        PAYMENTS,
        RECEIPTED,
        FUND_LEFT,
    ),
    sheets=(CLASS_SHEET, QUOTA_SHEET),
    record_types=(*RECORD_TYPES, *PAYING_TYPES),
    waits=(*WAITS, *PAYING_WAITS),
    personal_lists=(APPLICATIONS, SIGNING_SHEET, FOLLOW_UP_SHEET),
    indicators=Path(__file__).parent / "indicators",
)
