"""What the training room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.training import telling
from bangfu.livelihoods.training.lists import ATTENDEES, FOLLOW_UPS, TRAINERS
from bangfu.livelihoods.training.measures import (
    ATTENDANCES,
    CADRES,
    COST,
    LEADERS,
    OBSERVATION_TRIPS,
    PERSONS,
    TECHNICIANS,
)
from bangfu.livelihoods.training.register import COURSE_TYPE, ENROLMENT_TYPE, EXPENSE_TYPE, MODULE_TYPE
from bangfu.livelihoods.training.sheets import ATTENDEES_SHEET, FOLLOW_UPS_SHEET
from bangfu.livelihoods.training.waiting import WAITS

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
    "training.open_desk",
    "training.check_in",
    "training.tick_attendance",
    "training.give_feedback",
    "training.record_follow_up",
    "training.import_follow_ups",
    "training.register_trainer",
    "training.revise_trainer",
    "training.assign_trainer",
    "training.release_trainer",
    "training.enter_expense",
    "training.revise_expense",
    "training.withdraw_expense",
}
DECIDES = READS | {
    "training.verify_completions",
    "training.return_completions",
    "training.verify_completion",
    "training.return_completion",
    "training.withdraw_enrolment",
    "training.verify_expenses",
    "training.return_expenses",
    "training.withdraw_expense",
}
LEADS = REPORTS | {"training.set_mode_rule", "training.print_certificates"}

ROOM = RoomDeclaration(
    code="training",
    wing=Wing.LIVELIHOODS,
    title=both("培训", "Training"),
    icon="users",
    api="bangfu.livelihoods.training.api",
    about=both(
        "课程、学员、出勤与结业：人数与人次各是各。",
        "Courses, attendees, attendance and completion: persons and attendances apart.",
    ),
    address="training:courses",
    view_permission="training.view",
    personal_lists=(ATTENDEES, FOLLOW_UPS, TRAINERS),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), LEADS),
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
        "training.open_desk": both("开放签到、收集反馈", "open check-in, and take feedback"),
        "training.check_in": both(
            "由学员凭学员码自助签到", "let attendees check in themselves, by their code"
        ),
        "training.tick_attendance": both("补签", "tick an attendance by hand"),
        "training.give_feedback": both(
            "由学员凭学员码提交反馈", "let attendees give feedback, by their code"
        ),
        "training.record_follow_up": both("登记回访", "record a follow-up"),
        "training.import_follow_ups": both("成批导入回访", "import follow-ups"),
        "training.register_trainer": both("登记师资", "register a trainer"),
        "training.revise_trainer": both("修改师资", "change a trainer"),
        "training.assign_trainer": both("安排授课", "let a trainer teach a module"),
        "training.release_trainer": both("取消授课安排", "take a trainer off a module"),
        "training.enter_expense": both("登记课程费用", "enter what a course cost"),
        "training.revise_expense": both("修改被退回的费用", "change an expense that was returned"),
        "training.withdraw_expense": both("撤回费用", "withdraw an expense"),
        "training.verify_expenses": both("核验费用", "verify expenses"),
        "training.return_expenses": both("退回费用", "return expenses"),
        "training.print_certificates": both("打印结业证书", "print certificates"),
    },
    measures=(CADRES, TECHNICIANS, LEADERS, PERSONS, ATTENDANCES, OBSERVATION_TRIPS, COST),
    sheets=(ATTENDEES_SHEET, FOLLOW_UPS_SHEET),
    record_types=(
        RecordType(
            number=COURSE_TYPE,
            code="training.course",
            title=both("课程", "Course"),
            model="training.Course",
            address=telling.course_address,
            summaries=telling.course_summaries,
            review_scope=telling.course_scope,
        ),
        RecordType(
            number=ENROLMENT_TYPE,
            code="training.enrolment",
            title=both("学员", "Attendee"),
            model="training.Enrolment",
            address=telling.enrolment_address,
            summaries=telling.enrolment_summaries,
            review_scope=telling.enrolment_scope,
        ),
        RecordType(
            number=MODULE_TYPE,
            code="training.module",
            title=both("课程模块", "Module of a course"),
            model="training.Module",
            address=telling.module_address,
            summaries=telling.module_summaries,
            review_scope=telling.module_scope,
            proved_by=telling.module_proof,
        ),
        RecordType(
            number=EXPENSE_TYPE,
            code="training.expense",
            title=both("课程费用", "Expense of a course"),
            model="training.Expense",
            address=telling.expense_address,
            summaries=telling.expense_summaries,
            review_scope=telling.expense_scope,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
    waits=WAITS,
)
