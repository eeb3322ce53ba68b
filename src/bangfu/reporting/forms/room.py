"""What forms declare: officers and clerks keep them, whoever sees figures fills them."""

from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.forms.records import (
    fill_address,
    fill_summaries,
    fill_units,
    version_address,
    version_summaries,
    version_units,
)
from bangfu.reporting.room import ROOM as REPORTING
from bangfu.reporting.room import VIEW

FILLS = frozenset({"forms.fill_form"})
KEEPS = FILLS | {
    "forms.upload_form",
    "forms.upload_version",
    "forms.point_cells",
    "forms.unpoint_cells",
    "forms.withdraw_version",
}

ROOM = RoomDeclaration(
    code="forms",
    wing=Wing.REPORTING,
    title=both("表样套打", "Official forms"),
    icon="file-spreadsheet",
    about=both(
        "上级的表样传一次、指一次，以后任何一期都能自动填好，每格都能打开。",
        "Upload a superior’s form once and point its cells at figures: any period fills it, and each cell opens.",
    ),
    api="bangfu.reporting.forms.api",
    address="forms:forms",
    view_permission=VIEW,
    roles=tuple(
        RoleDeclaration(role.code, role.title, KEEPS if role.code in ("officer", "clerk") else FILLS)
        for role in REPORTING.roles
        if VIEW in role.permissions
    ),
    permissions={
        "forms.upload_form": both("上传表样", "upload a superior’s form"),
        "forms.upload_version": both("上传表样的新版", "upload the next version of a form"),
        "forms.point_cells": both("指定表样的单元格", "point cells of a form at figures"),
        "forms.unpoint_cells": both("取消单元格的指定", "undo what cells are pointed at"),
        "forms.withdraw_version": both("撤下表样的一版", "withdraw a version of a form"),
        "forms.fill_form": both("填报并留存", "fill a form and keep it"),
    },
    record_types=(
        RecordType(
            number=155,
            code="forms.version",
            title=both("表样", "Form"),
            model="forms.Version",
            address=version_address,
            summaries=version_summaries,
            review_scope=version_units,
        ),
        RecordType(
            number=156,
            code="forms.fill",
            title=both("填报", "Filled form"),
            model="forms.Fill",
            address=fill_address,
            summaries=fill_summaries,
            review_scope=fill_units,
        ),
    ),
)
