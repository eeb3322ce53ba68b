"""What the review room declares."""

from bangfu.foundation.review.notices import RETURNED, VERIFIED
from bangfu.foundation.review.waiting import CHANGES, WAITS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

_ENTERS = frozenset({"review.enter"})
_READS = _ENTERS | {"review.view"}

ROOM = RoomDeclaration(
    code="review",
    wing=Wing.FOUNDATION,
    title=both("核验", "Review"),
    icon="signature",
    about=both(
        "经办人提交，另一人核验，两个人签字。", "One person submits, another verifies: two signatures."
    ),
    address="review:inbox",
    view_permission="review.enter",
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), _READS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), _READS),
        RoleDeclaration(
            "verifier",
            both("核验员", "Verifier"),
            _READS | {"review.decide", "review.draw_sample", "review.look_at"},
        ),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
        RoleDeclaration(
            "county_official",
            both("县方人员", "County official"),
            _ENTERS
            | frozenset(
                {
                    "review.view_county",
                    "review.confirm_records",
                    "review.correct_record",
                    "review.dispute_record",
                }
            ),
        ),
    ),
    permissions={
        "review.enter": both("进入核验", "enter the review room"),
        "review.view": both("看报送单据", "read papers"),
        "review.decide": both("看待核验的单据", "see the papers that wait for review"),
        "review.draw_sample": both("抽样", "draw the sample of a paper"),
        "review.look_at": both("查看样本", "look at the sample of a paper"),
        "review.view_county": both("看本县的记录", "read what was put before the county"),
        "review.confirm_records": both("代表县方确认", "confirm records for the county"),
        "review.correct_record": both("代表县方更正", "correct a record for the county"),
        "review.dispute_record": both("代表县方提出异议", "dispute a record for the county"),
    },
    notices=(RETURNED, VERIFIED),
    waits=WAITS,
    changes=CHANGES,
)
