"""What publications declare."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.publications.aside import FREEZE, PREPARE
from bangfu.reporting.publications.notices import APPROVED, READY, RETURNED
from bangfu.reporting.publications.waiting import CHANGES, WAITS

VIEW = "publications.view"
READS = frozenset({VIEW})
PREPARES = READS | {"publications.prepare_publication", "publications.freeze_publication"}
APPROVES = READS | {
    "publications.approve_publication",
    "publications.return_publication",
    "publications.freeze_publication",
}

ROOM = RoomDeclaration(
    code="publications",
    wing=Wing.REPORTING,
    title=both("发布", "Publications"),
    icon="shield-check",
    about=both(
        "报告的数字连同底下的事实一起定稿，谁都可以自己验证。",
        "A report is frozen with the facts under its figures, and anybody can verify it.",
    ),
    api="bangfu.reporting.publications.api",
    address="publications:publications",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), PREPARES),
        RoleDeclaration("verifier", both("核验人", "Verifier"), APPROVES),
        RoleDeclaration("auditor", both("审计人员", "Auditor"), READS),
        RoleDeclaration("reader", both("读者", "Reader"), READS),
    ),
    permissions={
        VIEW: both("看报告的发布", "read publications of reports"),
        "publications.prepare_publication": both("准备发布报告", "prepare the publication of a report"),
        "publications.approve_publication": both("批准发布", "approve a publication"),
        "publications.return_publication": both("退回发布", "return a publication"),
        "publications.freeze_publication": both("定稿并发布", "freeze and publish a publication"),
    },
    jobs=(PREPARE, FREEZE),
    notices=(READY, APPROVED, RETURNED),
    waits=WAITS,
    changes=CHANGES,
)
