"""What the schooling room declares."""

from pathlib import Path

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.measures import SCHOOLS
from bangfu.connectivity.schooling.queries import RECORD_TYPE
from bangfu.connectivity.schooling.sheets import SCHOOLS_SHEET
from bangfu.connectivity.schooling.subjects import SCHOOLS as SUBJECT
from bangfu.connectivity.schooling.subjects import VIEW
from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both

READS = frozenset({VIEW})
REPORTS = READS | {
    "schooling.import_schools",
    "schooling.register_school",
    "schooling.revise_school",
    "schooling.submit_school",
    "schooling.stop_school",
    "schooling.resume_school",
    "schooling.count_pupils",
    "schooling.withdraw_school",
}
DECIDES = READS | {
    "schooling.verify_schools",
    "schooling.return_schools",
    "schooling.verify_school",
    "schooling.return_school",
    "schooling.withdraw_school",
}

ROOM = RoomDeclaration(
    code="schooling",
    wing=Wing.CONNECTIVITY,
    title=both("教育", "Schooling"),
    icon="users",
    about=both(
        "“互联网+教育”学校：登记、佐证、核验、计数，停用时减去。",
        "Schools with the education solution: registered, proved, verified, counted, and taken off when they stop.",
    ),
    address="schooling:schools",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("schooling_reporter", both("教育报送员", "Schooling reporter"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("查看学校", "read schools"),
        "schooling.import_schools": both("导入学校验收表", "take in sheets of schools"),
        "schooling.register_school": both("登记学校", "register a school"),
        "schooling.revise_school": both("修改未核验的学校", "change a school before review"),
        "schooling.submit_school": both("提交学校核验", "submit a school for review"),
        "schooling.stop_school": both("办理学校停用", "end the use of a school"),
        "schooling.resume_school": both("撤销被退回的停用", "take back a stop that was returned"),
        "schooling.count_pupils": both("更新学生数和班级数", "bring pupils and classes up to date"),
        "schooling.withdraw_school": both("撤回学校", "withdraw a school"),
        "schooling.verify_schools": both("核验学校单据", "verify papers of schools"),
        "schooling.return_schools": both("退回学校单据", "return papers of schools"),
        "schooling.verify_school": both("核验一所学校", "verify a school"),
        "schooling.return_school": both("退回一所学校", "return a school"),
    },
    measures=(SCHOOLS,),
    sheets=(SCHOOLS_SHEET,),
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="schooling.school",
            title=both("学校", "School"),
            model="schooling.School",
            address=queries.school_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
            points=queries.points,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
    subjects=(SUBJECT,),
)
