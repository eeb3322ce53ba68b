"""What control totals declare."""

from bangfu.foundation.rooms import RecordSummary, RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.controls.sheets import LINES
from bangfu.reporting.controls.waiting import WAITS


def _address(key: int) -> str:
    return f"/controls/differences/{key}/"


def _summaries(keys: list[int]) -> dict[int, RecordSummary]:
    from bangfu.reporting.controls.queries import summaries

    return summaries(keys)


def _units(keys: list[int]) -> dict[int, int]:
    from bangfu.reporting.controls.queries import units_of

    return units_of(keys)


VIEW = "controls.view"
_READS = frozenset({VIEW})
_KEEPS = _READS | {
    "controls.enter_total",
    "controls.revise_total",
    "controls.import_lines",
    "controls.reconcile_total",
}
_EXPLAINS = frozenset({"controls.explain_difference"})
_DECIDES = frozenset({"controls.decide_explanation"})

ROOM = RoomDeclaration(
    code="controls",
    wing=Wing.REPORTING,
    title=both("对账", "Control totals"),
    icon="file-spreadsheet",
    api="bangfu.reporting.controls.api",
    about=both(
        "金额与总账、计费、银行核对，每处差额都要有人说明。",
        "Money is held against ledger, billing and bank; somebody explains every difference.",
    ),
    address="controls:totals",
    view_permission=VIEW,
    record_types=(
        RecordType(
            number=91,
            code="controls.difference",
            title=both("对账差额", "Difference of a reconciliation"),
            model="controls.Difference",
            address=_address,
            summaries=_summaries,
            review_scope=_units,
        ),
    ),
    sheets=(LINES,),
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), _KEEPS | _EXPLAINS),
        RoleDeclaration("clerk", both("填报员", "Clerk"), _READS | _EXPLAINS),
        RoleDeclaration("accountant", both("会计", "Accountant"), _KEEPS | _EXPLAINS),
        RoleDeclaration("verifier", both("核验人", "Verifier"), _READS | _DECIDES),
        RoleDeclaration("auditor", both("审计人员", "Auditor"), _KEEPS | _DECIDES),
    ),
    permissions={
        VIEW: both("看对账", "read control totals and reconciliations"),
        "controls.enter_total": both("登记控制数", "enter a control total"),
        "controls.revise_total": both("修订控制数", "revise a control total"),
        "controls.import_lines": both("导入控制数明细", "import the lines of a control total"),
        "controls.reconcile_total": both("对账", "reconcile a control total with its figure"),
        "controls.explain_difference": both("说明差额", "explain a difference"),
        "controls.decide_explanation": both(
            "认可或退回差额的说明", "approve or return an explanation of a difference"
        ),
    },
    waits=WAITS,
)
