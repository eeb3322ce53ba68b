"""What the projects room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.projects import telling
from bangfu.livelihoods.projects.measures import (
    ALLOCATED,
    BROUGHT_IN,
    INVESTMENT_BROUGHT_IN,
    PAID,
    PUT_IN,
    RECEIVED,
    SPENT,
)
from bangfu.livelihoods.projects.register import (
    ACCEPTANCE_TYPE,
    CHECK_TYPE,
    MILESTONE_TYPE,
    MOVEMENT_TYPE,
    PROJECT_TYPE,
    VIEW,
)
from bangfu.livelihoods.projects.sheets import MOVEMENTS_SHEET, PROJECTS_SHEET
from bangfu.livelihoods.projects.subjects import PROJECTS
from bangfu.livelihoods.projects.waiting import WAITS

READS = frozenset({VIEW})
KEEPS = READS | {
    "projects.enter_project",
    "projects.revise_project",
    "projects.admit_project",
    "projects.begin_project",
    "projects.abandon_project",
    "projects.enter_movement",
    "projects.revise_movement",
    "projects.withdraw_movement",
    "projects.plan_milestone",
    "projects.revise_milestone",
    "projects.reach_milestone",
    "projects.register_asset",
    "projects.close_project",
    "projects.record_check",
    "projects.import_projects",
    "projects.import_movements",
}
REPORTS = frozenset({"projects.report"})
DECIDES = READS | {
    "projects.approve_project",
    "projects.change_budget",
    "projects.verify_movements",
    "projects.return_movements",
    "projects.withdraw_movement",
    "projects.accept_project",
    "projects.record_check",
}

ROOM = RoomDeclaration(
    code="projects",
    wing=Wing.LIVELIHOODS,
    title=both("项目与资金", "Projects"),
    icon="heart-handshake",
    api="bangfu.livelihoods.projects.api",
    about=both(
        "项目库、批复与资金：下达、拨付、到账、支出各是各；建成以后还在用吗。",
        "The project library and its money: allocated, paid, received, spent, each by itself; and whether it is still used.",
    ),
    address="projects:projects",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), KEEPS | REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), KEEPS | REPORTS),
        RoleDeclaration("projects_reporter", both("帮扶资金报送员", "Reporter of funds"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("看项目和资金", "read projects and their money"),
        "projects.report": both("报送帮扶资金的度量", "report the measures of projects"),
        "projects.enter_project": both("登记项目", "enter a project"),
        "projects.revise_project": both("修改未批复的项目", "change a project before its approval"),
        "projects.admit_project": both("登记项目入库", "note that a project is in the library"),
        "projects.approve_project": both("批复项目", "approve a project"),
        "projects.begin_project": both("登记项目开工", "note that the work of a project began"),
        "projects.abandon_project": both("终止项目", "abandon a project"),
        "projects.change_budget": both("调整已批复项目的预算", "change the budget of an approved project"),
        "projects.enter_movement": both("登记项目资金", "enter money of a project"),
        "projects.revise_movement": both("修改被退回的资金", "change money that was returned"),
        "projects.withdraw_movement": both("撤回项目资金", "withdraw money of a project"),
        "projects.verify_movements": both("核验项目资金", "verify money of projects"),
        "projects.return_movements": both("退回项目资金", "return money of projects"),
        "projects.plan_milestone": both("加项目节点", "plan a milestone"),
        "projects.revise_milestone": both("修改未完成的节点", "change a milestone that is not reached"),
        "projects.reach_milestone": both("登记节点完成", "note that a milestone is reached"),
        "projects.accept_project": both("登记项目验收", "note that a project is accepted"),
        "projects.register_asset": both("登记项目资产", "register what a project built"),
        "projects.close_project": both("办结项目", "close a project"),
        "projects.record_check": both("登记使用检查", "record whether it is still used"),
        "projects.import_projects": both("导入项目库台账", "import the project library"),
        "projects.import_movements": both("导入项目资金台账", "import money of projects"),
    },
    sheets=(PROJECTS_SHEET, MOVEMENTS_SHEET),
    measures=(PUT_IN, BROUGHT_IN, INVESTMENT_BROUGHT_IN, ALLOCATED, PAID, RECEIVED, SPENT),
    record_types=(
        RecordType(
            number=PROJECT_TYPE,
            code="projects.project",
            title=both("项目", "Project"),
            model="projects.Project",
            address=telling.project_address,
            summaries=telling.project_summaries,
            review_scope=telling.project_scope,
        ),
        RecordType(
            number=MOVEMENT_TYPE,
            code="projects.movement",
            title=both("项目资金", "Money of a project"),
            model="projects.Movement",
            address=telling.movement_address,
            summaries=telling.movement_summaries,
            review_scope=telling.movement_scope,
        ),
        RecordType(
            number=MILESTONE_TYPE,
            code="projects.milestone",
            title=both("项目节点", "Milestone"),
            model="projects.Milestone",
            address=telling.milestone_address,
            summaries=telling.milestone_summaries,
            review_scope=telling.milestone_scope,
        ),
        RecordType(
            number=ACCEPTANCE_TYPE,
            code="projects.acceptance",
            title=both("项目验收", "Acceptance of a project"),
            model="projects.Acceptance",
            address=telling.acceptance_address,
            summaries=telling.acceptance_summaries,
            review_scope=telling.acceptance_scope,
        ),
        RecordType(
            number=CHECK_TYPE,
            code="projects.check",
            title=both("使用检查", "Check of what was built"),
            model="projects.Check",
            address=telling.check_address,
            summaries=telling.check_summaries,
            review_scope=telling.check_scope,
        ),
    ),
    subjects=(PROJECTS,),
    waits=WAITS,
    indicators=Path(__file__).parent / "indicators",
)
