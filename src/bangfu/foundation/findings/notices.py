"""What findings tell: who is to answer, and whose answer was returned."""

from __future__ import annotations

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import holders_at
from bangfu.foundation.rooms import NoticeKind, both

ASSIGNED = NoticeKind(
    code="findings.assigned",
    title=both("疑点请您答复", "A finding is yours to answer"),
    body=both("{number} 号疑点请在 {due_on} 前答复。", "Answer finding {number} by {due_on}."),
    values=("number", "due_on"),
    is_for_groups=True,
)
RETURNED = NoticeKind(
    code="findings.answer_returned",
    title=both("答复被退回", "An answer was returned"),
    body=both(
        "{number} 号疑点的答复还不够，请按意见补充。",
        "The answer to finding {number} does not do yet: see the remark.",
    ),
    values=("number",),
)


def tell_assigned(finding: Finding, *, act: Act) -> None:
    """Tell the person to whom a finding was assigned, else those of the unit itself who answer."""
    unit = finding.assigned_unit_id
    assert unit is not None
    to = (
        [finding.assigned_to_id]
        if finding.assigned_to_id is not None
        else holders_at("findings.answer_finding", unit, act.on)
    )
    values = {"number": finding.pk, "due_on": finding.due_on}
    notify(ASSIGNED, to=to, values=values, about=finding, occasion=act.at.isoformat(), unit=unit, act=act)


def tell_returned(finding: Finding, *, act: Act) -> None:
    """Tell whoever answered a finding that the answer was returned."""
    to = [finding.answered_by_id] if finding.answered_by_id is not None else []
    notify(
        RETURNED, to=to, values={"number": finding.pk}, about=finding, occasion=act.at.isoformat(), act=act
    )
