"""What the review room declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

_READS = frozenset({"review.view"})

ROOM = RoomDeclaration(
    code="review",
    wing=Wing.FOUNDATION,
    title=both("核验", "Review"),
    icon="signature",
    about=both(
        "经办人提交，另一人核验，两个人签字。", "One person submits, another verifies: two signatures."
    ),
    address="review:inbox",
    view_permission="review.view",
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), _READS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), _READS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), _READS | {"review.decide"}),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
    ),
    permissions={
        "review.view": both("看报送单据", "read papers"),
        "review.decide": both("看待核验的单据", "see the papers that wait for review"),
    },
)
