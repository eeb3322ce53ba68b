"""What the training room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.measures import (
    ATTENDANCES,
    CADRES,
    LEADERS,
    OBSERVATION_TRIPS,
    TECHNICIANS,
)
from bangfu.livelihoods.training.register import COURSE_TYPE, ENROLMENT_TYPE, MODULE_TYPE
from bangfu.livelihoods.training.sheets import ATTENDEES_SHEET

READS = frozenset({"training.view"})
REPORTS = READS | {
    "training.open_course",
    "training.revise_course",
    "training.import_attendees",
    "training.enrol_attendee",
    "training.record_attendance",
    "training.attach_evidence",
    "training.submit_completions",
    "training.correct_completion",
    "training.withdraw_enrolment",
}
DECIDES = READS | {
    "training.verify_completions",
    "training.return_completions",
    "training.verify_completion",
    "training.return_completion",
    "training.withdraw_enrolment",
}

ROOM = RoomDeclaration(
    code="training",
    wing=Wing.LIVELIHOODS,
    title=both("培训", "Training"),
    icon="users",
    about=both(
        "课程、学员、出勤与结业：人数与人次各是各。",
        "Courses, attendees, attendance and completion: persons and attendances apart.",
    ),
    address="training:courses",
    view_permission="training.view",
    roles=(
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), REPORTS | {"training.set_mode_rule"}
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
    ),
    permissions={
        "training.view": both("看课程和学员", "read courses and attendees"),
        "training.open_course": both("开课", "open a course"),
        "training.revise_course": both("修改课程", "change a course"),
        "training.import_attendees": both("成批导入学员", "import attendees"),
        "training.enrol_attendee": both("登记学员", "enrol an attendee"),
        "training.record_attendance": both("登记出勤", "record attendance"),
        "training.attach_evidence": both("上传签到表", "attach the sign-in sheet"),
        "training.submit_completions": both("提交结业核验", "submit completions for review"),
        "training.correct_completion": both("更正已计入的结业", "correct a completion that counts"),
        "training.withdraw_enrolment": both("撤回学员记录", "withdraw an attendee"),
        "training.verify_completions": both("核验整份单据", "verify a paper of completions"),
        "training.return_completions": both("退回整份单据", "return a paper of completions"),
        "training.verify_completion": both("核验单个学员", "verify one completion"),
        "training.return_completion": both("退回单个学员", "return one completion"),
        "training.set_mode_rule": both("规定哪些形式算培训", "lay down which modes make trained"),
    },
    measures=(CADRES, TECHNICIANS, LEADERS, ATTENDANCES, OBSERVATION_TRIPS),
    sheets=(ATTENDEES_SHEET,),
    record_types=(
        RecordType(
            number=COURSE_TYPE,
            code="training.course",
            title=both("课程", "Course"),
            model="training.Course",
            address=queries.course_address,
            summaries=queries.course_summaries,
            review_scope=queries.course_scope,
        ),
        RecordType(
            number=ENROLMENT_TYPE,
            code="training.enrolment",
            title=both("学员", "Attendee"),
            model="training.Enrolment",
            address=queries.enrolment_address,
            summaries=queries.enrolment_summaries,
            review_scope=queries.enrolment_scope,
        ),
        RecordType(
            number=MODULE_TYPE,
            code="training.module",
            title=both("课程模块", "Module of a course"),
            model="training.Module",
            address=queries.module_address,
            summaries=queries.module_summaries,
            review_scope=queries.module_scope,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
)
