"""What the intake room declares."""

from datetime import datetime, time

from bangfu.foundation.intake.aside import IMPORT, TAKE_BACK
from bangfu.foundation.intake.reported import queries
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.intake.waiting import WAITS
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


def _forget(now: datetime) -> Words:
    from bangfu.foundation.intake.expiry import forget_old_sheets

    return both(
        "已销毁 {count} 份无人确认的表格。", "Destroyed {count} sheets that nobody confirmed."
    ).filled(count=forget_old_sheets(now))


_READS = frozenset({"intake.view_reported"})
_REPORTS = _READS | {
    "intake.import_reported",
    "intake.register_reported",
    "intake.revise_reported",
    "intake.submit_reported",
    "intake.correct_reported",
    "intake.withdraw_reported",
}
_DECIDES = _READS | {
    "intake.verify_reported_paper",
    "intake.return_reported_paper",
    "intake.verify_reported",
    "intake.return_reported",
    "intake.withdraw_reported",
}
_IMPORTS = _REPORTS | {
    "intake.receive_upload",
    "intake.cancel_upload",
    "intake.leave_out_refused",
    "intake.take_back_import",
    "intake.name_headings",
    "intake.view",
}
_UPLOADS = frozenset({"intake.view", "intake.receive_upload"})
"""Of sheets that count nothing by themselves: worksheets of audits, lines of control totals; each asks for its own permission."""
_OWN_UPLOADS = frozenset({"intake.receive_upload", "intake.cancel_upload", "intake.leave_out_refused"})
"""Of somebody from outside, who sees what they uploaded themselves and nothing else."""

ROOM = RoomDeclaration(
    code="intake",
    wing=Wing.FOUNDATION,
    title=both("报表导入", "Spreadsheets in"),
    icon="upload",
    api="bangfu.foundation.intake.api",
    about=both(
        "下载模板、上传表格、逐行预览、确认导入：要么全部，要么全不。",
        "Template, upload, preview row by row, confirm: all or nothing.",
    ),
    address="intake:uploads",
    view_permission="intake.view",
    roles=(
        RoleDeclaration(
            "officer", both("帮扶办", "Assistance office"), _IMPORTS | {"intake.take_back_of_others"}
        ),
        RoleDeclaration("clerk", both("填报员", "Reporter"), _IMPORTS),
        RoleDeclaration(
            "reporter", both("报送员（另授各室报送权）", "Reporter (with a room's own role)"), _IMPORTS
        ),
        RoleDeclaration("verifier", both("核验员", "Verifier"), _DECIDES),
        RoleDeclaration("auditor", both("审计", "Auditor"), _READS | _UPLOADS),
        RoleDeclaration("accountant", both("会计", "Accountant"), _UPLOADS),
        RoleDeclaration("county_official", both("县方人员", "County official"), _READS | _OWN_UPLOADS),
        RoleDeclaration("supplier", both("供应商", "Supplier"), _OWN_UPLOADS),
    ),
    permissions={
        "intake.receive_upload": both("上传表格和佐证", "upload sheets and evidence"),
        "intake.leave_out_refused": both("只导入能导入的行", "import the good rows only"),
        "intake.cancel_upload": both("取消上传", "cancel an upload"),
        "intake.take_back_import": both("把自己的导入整份收回", "take back a whole import of one's own"),
        "intake.take_back_of_others": both(
            "把别人的导入整份收回", "take back a whole import of somebody else"
        ),
        "intake.name_headings": both("登记自己表格的列名", "say which headings one’s sheets bear"),
        "intake.view": both("看上传记录", "see uploads"),
        "intake.view_reported": both("看报送的记录", "read reported records"),
        "intake.import_reported": both("成批导入报送的记录", "import reported records"),
        "intake.register_reported": both("逐条报送", "report one record"),
        "intake.revise_reported": both("修改草稿或退回的记录", "change a draft or returned record"),
        "intake.submit_reported": both("提交报送的记录核验", "submit a reported record for review"),
        "intake.correct_reported": both("更正已计入的记录", "correct a reported record that counts"),
        "intake.withdraw_reported": both("撤回报送的记录", "withdraw a reported record"),
        "intake.verify_reported_paper": both("核验整份报送单据", "verify a paper of reported records"),
        "intake.return_reported_paper": both("退回整份报送单据", "return a paper of reported records"),
        "intake.verify_reported": both("核验单条报送的记录", "verify one reported record"),
        "intake.return_reported": both("退回单条报送的记录", "return one reported record"),
    },
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="intake.reported_record",
            title=both("报送记录", "Reported record"),
            model="intake.ReportedRecord",
            address=queries.record_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
            view_permission="intake.view_reported",
        ),
    ),
    jobs=(IMPORT, TAKE_BACK),
    periodic=(
        PeriodicDeclaration(
            code="intake.forget_old_sheets",
            title=both(
                "销毁无人确认的个人信息表格", "Destroy sheets with personal data that nobody confirmed"
            ),
            hours=Hours(after=time(3, 20)),
            run=_forget,
        ),
    ),
    waits=WAITS,
)
