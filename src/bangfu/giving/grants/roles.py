"""Who may do what with programmes, applications and awards, and each permission in words."""

from __future__ import annotations

from bangfu.foundation.rooms import RoleDeclaration, Words, both
from bangfu.giving.grants.register import VIEW

REPORTS = frozenset({"grants.report"})
READS = frozenset({VIEW})
PLANS = READS | {
    "grants.draft_programme",
    "grants.revise_programme",
    "grants.enter_criterion",
    "grants.strike_criterion",
    "grants.enter_school",
    "grants.set_quota",
    "grants.import_quotas",
    "grants.appoint_member",
    "grants.end_membership",
    "grants.open_programme",
    "grants.begin_vetting",
    "grants.close_programme",
}
ENTERS = READS | {
    "grants.import_class",
    "grants.apply_for_pupil",
    "grants.give_consent",
    "grants.match_papers",
    "grants.correct_application",
    "grants.correct_account",
    "grants.withdraw_application",
}
AT_SCHOOLS = READS | {"grants.post_notices", "grants.take_objection"}
VETS = READS | {"grants.vet_applications", "grants.refuse_applications", "grants.answer_objection"}
DECIDES = READS | {
    "grants.hold_meeting",
    "grants.recuse_member",
    "grants.take_decisions",
    "grants.display_shortlist",
    "grants.print_notices",
}
AWARDS = READS | {"grants.award_grants"}
OPENS = frozenset({"grants.open_details"})
ROLES = (
    RoleDeclaration(
        "officer",
        both("帮扶办经办人", "Assistance officer"),
        REPORTS | PLANS | ENTERS | AT_SCHOOLS | VETS | DECIDES | AWARDS | OPENS,
    ),
    RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS | ENTERS | AT_SCHOOLS),
    RoleDeclaration("county_official", both("县方人员", "County official"), ENTERS | AT_SCHOOLS),
    RoleDeclaration("verifier", both("核验人", "Verifier"), VETS | AWARDS),
    RoleDeclaration("auditor", both("审计员", "Auditor"), READS | OPENS),
    RoleDeclaration("grants_reporter", both("助学金报送员", "Grant reporter"), REPORTS),
)
PERMISSIONS: dict[str, Words] = {
    VIEW: both("看助学项目和申请（个人信息遮盖）", "read programmes and applications, people masked"),
    "grants.report": both("报送助学金的度量", "report the measures of grants"),
    "grants.draft_programme": both("拟定助学项目", "draft a programme"),
    "grants.revise_programme": both("修改助学项目", "change a programme"),
    "grants.enter_criterion": both("写评分条件", "enter a criterion"),
    "grants.strike_criterion": both("删评分条件", "strike a criterion"),
    "grants.enter_school": both("登记学校", "enter a school"),
    "grants.set_quota": both("定名额", "set a quota"),
    "grants.import_quotas": both("导入名额表", "import quotas"),
    "grants.appoint_member": both("聘请评议组成员", "appoint a member of the committee"),
    "grants.end_membership": both("登记成员退出评议组", "let a member leave the committee"),
    "grants.open_programme": both("开放受理", "open a programme"),
    "grants.begin_vetting": both("停止受理、开始评议", "stop applications and begin vetting"),
    "grants.close_programme": both("结项", "close a programme"),
    "grants.import_class": both("导入班级申请表", "import a class's applications"),
    "grants.apply_for_pupil": both("录入监护人的申请", "enter a guardian's application"),
    "grants.give_consent": both("补同意书照片", "match a signed paper to applications"),
    "grants.match_papers": both("按编号批量补同意书", "match many signed papers by their numbers"),
    "grants.correct_application": both("改正待审核的申请", "correct an application"),
    "grants.correct_account": both("改正银行账号", "correct where the money goes"),
    "grants.withdraw_application": both("撤回申请", "withdraw an application"),
    "grants.vet_applications": both("审核通过申请", "pass applications"),
    "grants.refuse_applications": both("审核不通过", "refuse applications"),
    "grants.hold_meeting": both("登记评议会", "note a meeting of the committee"),
    "grants.recuse_member": both("登记回避", "let a member step aside"),
    "grants.take_decisions": both("登记评议决定", "take the committee's decisions"),
    "grants.display_shortlist": both("生成公示名单", "make lists for display"),
    "grants.print_notices": both("打印公示名单（含姓名）", "print lists with names"),
    "grants.post_notices": both("登记张贴公示", "note that lists are up"),
    "grants.take_objection": both("登记异议", "enter an objection"),
    "grants.answer_objection": both("看异议内容并答复", "read and answer an objection"),
    "grants.award_grants": both("核定助学金", "award grants"),
    "grants.open_details": both(
        "写明事由后看申请的账号和监护人原文", "see account and guardian of an application for a stated reason"
    ),
}
