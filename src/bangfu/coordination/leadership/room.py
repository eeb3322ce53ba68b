"""What the leadership room declares."""

from pathlib import Path

from bangfu.coordination.leadership import queries
from bangfu.coordination.leadership.lists import LEADERS_LIST
from bangfu.coordination.leadership.measures import LINES, LINES_BEFORE, PROVINCIAL_GROUPS, TRIPS, VISITS
from bangfu.coordination.leadership.queries import RECORD_TYPE, VIEW
from bangfu.coordination.leadership.sheets import VISITS_SHEET
from bangfu.coordination.leadership.subjects import LEADERS
from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both

READS = frozenset({VIEW})
REPORTS = READS | {
    "leadership.report",
    "leadership.register_leader",
    "leadership.revise_leader",
    "leadership.import_visits",
    "leadership.register_visit",
    "leadership.revise_visit",
    "leadership.submit_visit",
    "leadership.settle_point",
    "leadership.withdraw_visit",
}
DECIDES = READS | {
    "leadership.verify_visits",
    "leadership.return_visits",
    "leadership.verify_visit",
    "leadership.return_visit",
    "leadership.settle_point",
    "leadership.withdraw_visit",
}

ROOM = RoomDeclaration(
    code="leadership",
    wing=Wing.COORDINATION,
    title=both("组织领导", "Leadership"),
    icon="hierarchy",
    about=both(
        "领导小组与统筹的专业线；领导到访，发现的问题和承诺跟踪到销号。",
        "Leading groups and the lines they coordinate; leaders' visits, with what they found and promised until it is settled.",
    ),
    address="leadership:visits",
    view_permission=VIEW,
    personal_lists=(LEADERS_LIST,),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("leadership_reporter", both("组织领导报送员", "Leadership reporter"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("查看领导到访", "read leaders' visits"),
        "leadership.report": both("报送组织领导的度量", "report the measures of leadership"),
        "leadership.register_leader": both("登记领导", "register a leader"),
        "leadership.revise_leader": both("更改领导职务", "change a leader's post"),
        "leadership.import_visits": both("导入到访台账", "take in sheets of visits"),
        "leadership.register_visit": both("登记到访", "register a visit"),
        "leadership.revise_visit": both("修改未核验的到访", "change a visit before review"),
        "leadership.submit_visit": both("提交到访核验", "submit a visit for review"),
        "leadership.settle_point": both("问题和承诺销号", "settle what was found and promised"),
        "leadership.withdraw_visit": both("撤回到访", "withdraw a visit"),
        "leadership.verify_visits": both("核验到访单据", "verify papers of visits"),
        "leadership.return_visits": both("退回到访单据", "return papers of visits"),
        "leadership.verify_visit": both("核验一次到访", "verify a visit"),
        "leadership.return_visit": both("退回一次到访", "return a visit"),
    },
    measures=(
        LINES_BEFORE,
        LINES,
        PROVINCIAL_GROUPS,
        VISITS,
        TRIPS,
    ),
    sheets=(VISITS_SHEET,),
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="leadership.visit",
            title=both("领导到访", "Leader's visit"),
            model="leadership.Visit",
            address=queries.visit_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
        ),
    ),
    subjects=(LEADERS,),
    indicators=Path(__file__).parent / "indicators",
)
