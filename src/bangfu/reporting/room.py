"""What reporting declares."""

from typing import Any

from bangfu.foundation.rooms import FiguresAfter, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.waiting import CHANGES

VIEW = "reporting.view"
"""To see figures and reports."""
VIEW_FACTS = "reporting.view_facts"
"""To see the facts under a figure, those of the units in which the permission was granted."""


def _foresight(**asked: Any) -> FiguresAfter:
    # Who may see a figure is asked by the permission that is declared here.
    from bangfu.reporting.foresight import figures_after

    return figures_after(**asked)


ROOM = RoomDeclaration(
    code="reporting",
    wing=Wing.REPORTING,
    title=both("数字与报告", "Figures and reports"),
    icon="chart-bar",
    about=both(
        "每个数字都有口径、有出处，能一直打开到凭证。",
        "Every figure has a definition and an origin, and opens down to its evidence.",
    ),
    api="bangfu.reporting.api",
    address="reporting:figures",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), frozenset({VIEW, VIEW_FACTS})),
        RoleDeclaration("clerk", both("填报员", "Clerk"), frozenset({VIEW, VIEW_FACTS})),
        RoleDeclaration("verifier", both("核验人", "Verifier"), frozenset({VIEW, VIEW_FACTS})),
        RoleDeclaration("auditor", both("审计人员", "Auditor"), frozenset({VIEW, VIEW_FACTS})),
        RoleDeclaration(
            "county_official", both("县级干部", "County official"), frozenset({VIEW, VIEW_FACTS})
        ),
        RoleDeclaration("reader", both("读者", "Reader"), frozenset({VIEW})),
    ),
    permissions={
        VIEW: both("看数字与报告", "read figures and reports"),
        VIEW_FACTS: both("看数字下的逐条事实", "read the facts under figures"),
    },
    changes=CHANGES,
    foresight=_foresight,
)
