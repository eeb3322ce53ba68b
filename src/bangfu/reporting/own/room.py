"""What own indicators declare."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.own.waiting import WAITS
from bangfu.reporting.room import VIEW

DRAFTS = frozenset(
    {
        "own.declare_indicator",
        "own.revise_indicator",
        "own.word_version",
        "own.submit_version",
        "own.abandon_version",
        "own.restore_version",
        "own.propose_withdrawal",
        "own.refuse_withdrawal",
    }
)
DECIDES = frozenset(
    {
        "own.approve_version",
        "own.return_version",
        "own.propose_withdrawal",
        "own.approve_withdrawal",
        "own.refuse_withdrawal",
    }
)

ROOM = RoomDeclaration(
    code="own",
    wing=Wing.REPORTING,
    title=both("自定指标", "Own indicators"),
    icon="list",
    about=both(
        "帮扶办自己声明的指标：先预览，另一个人批准，从某天起生效，各版都留着。",
        "Indicators that the office declares itself: previewed, approved by another, in force from a day, every version kept.",
    ),
    address="own:indicators",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), DRAFTS),
        RoleDeclaration("verifier", both("核验人", "Verifier"), DECIDES),
    ),
    permissions={
        "own.declare_indicator": both("拟定自定指标", "draft an own indicator"),
        "own.revise_indicator": both("拟定自定指标的修订", "draft a revision of an own indicator"),
        "own.word_version": both("修改自定指标的草案", "word a draft of an own indicator anew"),
        "own.submit_version": both("提交自定指标", "submit an own indicator"),
        "own.approve_version": both("批准自定指标", "approve an own indicator"),
        "own.return_version": both("退回自定指标", "return an own indicator"),
        "own.abandon_version": both("放弃自定指标的草案", "abandon a draft of an own indicator"),
        "own.restore_version": both("恢复放弃了的草案", "restore an abandoned draft of an own indicator"),
        "own.propose_withdrawal": both(
            "提议停用自定指标", "propose to withdraw an own indicator from a day on"
        ),
        "own.approve_withdrawal": both(
            "批准别人提议的停用", "approve the withdrawal of an own indicator that another proposed"
        ),
        "own.refuse_withdrawal": both(
            "不同意停用，或撤回自己的提议",
            "refuse to withdraw an own indicator, or take one's own proposal back",
        ),
    },
    waits=WAITS,
)
