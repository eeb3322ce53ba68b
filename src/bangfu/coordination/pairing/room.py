"""What the pairing room declares."""

from pathlib import Path

from bangfu.coordination.pairing import queries
from bangfu.coordination.pairing.measures import AIDED, COUNTIES, DESIGNATED, UNITS, VILLAGES
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.coordination.pairing.sheets import PAIRINGS_SHEET, REQUIRED_SHEET
from bangfu.coordination.pairing.waiting import WAITS
from bangfu.foundation.rooms import RecordType, RoleDeclaration, RoomDeclaration, Wing, both

READS = frozenset({"pairing.view"})
REPORTS = READS | {
    "pairing.import_pairings",
    "pairing.propose_pairing",
    "pairing.revise_pairing",
    "pairing.submit_pairing",
    "pairing.end_pairing",
    "pairing.hand_over",
    "pairing.resume_pairing",
    "pairing.correct_pairing",
    "pairing.withdraw_pairing",
}
DECIDES = READS | {
    "pairing.verify_pairings",
    "pairing.return_pairings",
    "pairing.verify_pairing",
    "pairing.return_pairing",
    "pairing.withdraw_pairing",
}

ROOM = RoomDeclaration(
    code="pairing",
    wing=Wing.COORDINATION,
    title=both("结对", "Pairing"),
    icon="heart-handshake",
    about=both(
        "哪个单位负责哪个县、哪个村，从何时到何时。",
        "Which unit is responsible for which county or village, and when.",
    ),
    address="pairing:pairings",
    view_permission="pairing.view",
    roles=(
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), REPORTS | {"pairing.require_owners"}
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        "pairing.view": both("看结对", "read pairings"),
        "pairing.import_pairings": both("成批导入结对", "import pairings"),
        "pairing.propose_pairing": both("拟定结对", "propose a pairing"),
        "pairing.revise_pairing": both("修改拟定或退回的结对", "change a proposed or returned pairing"),
        "pairing.submit_pairing": both("提交结对核验", "submit a pairing for review"),
        "pairing.end_pairing": both("结束结对", "end a pairing"),
        "pairing.hand_over": both("交接结对", "hand a pairing over"),
        "pairing.resume_pairing": both("恢复结束被退回的结对", "resume a pairing whose end was returned"),
        "pairing.correct_pairing": both("更正已计入的结对", "correct a pairing that counts"),
        "pairing.withdraw_pairing": both("撤回结对", "withdraw a pairing"),
        "pairing.verify_pairings": both("核验整份单据", "verify a paper of pairings"),
        "pairing.return_pairings": both("退回整份单据", "return a paper of pairings"),
        "pairing.verify_pairing": both("核验单条结对", "verify one pairing"),
        "pairing.return_pairing": both("退回单条结对", "return one pairing"),
        "pairing.require_owners": both("列出须有人负责的县和村", "list the places that must have an owner"),
    },
    measures=(UNITS, VILLAGES, COUNTIES, DESIGNATED, AIDED),
    sheets=(PAIRINGS_SHEET, REQUIRED_SHEET),
    record_types=(
        RecordType(
            number=RECORD_TYPE,
            code="pairing.pairing",
            title=both("结对", "Pairing"),
            model="pairing.Pairing",
            address=queries.pairing_address,
            summaries=queries.summaries,
            review_scope=queries.review_scope,
        ),
    ),
    indicators=Path(__file__).parent / "indicators",
    waits=WAITS,
)
