"""What targets declare."""

from datetime import datetime, time

from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)
from bangfu.reporting.targets import grades, queries
from bangfu.reporting.targets.noticing import OVERDUE, tell_overdue
from bangfu.reporting.targets.sheets import TARGETS_SHEET
from bangfu.reporting.targets.waiting import CHANGES, WAITS

VERSION_TYPE = 95
AGREEMENT_TYPE = 96

READS = frozenset({queries.VIEW})
ANSWERS = READS | {"targets.declare_nil"}
DRAFTS = ANSWERS | {
    "targets.draft_pledge",
    "targets.revise_pledge",
    "targets.attach_document",
    "targets.set_target",
    "targets.drop_target",
    "targets.split_target",
    "targets.import_targets",
    "targets.submit_pledge",
    "targets.lay_down_rule",
    "targets.record_agreement",
    "targets.assess_self",
    "targets.record_grade",
}
DECIDES = READS | {"targets.approve_pledge", "targets.return_pledge"}


def _tell_overdue(now: datetime) -> Words:
    return both("写了 {count} 条通知。", "Wrote {count} notices.").filled(count=tell_overdue(now))


ROOM = RoomDeclaration(
    code="targets",
    wing=Wing.REPORTING,
    title=both("责任书", "Pledges"),
    icon="signature",
    api="bangfu.reporting.targets.api",
    about=both(
        "年度责任书分解到各单位，完成多少、照此进度年底到哪里。",
        "Annual pledges cascaded to units, how far each is, and where the year ends at this pace.",
    ),
    address="targets:pledges",
    view_permission=queries.VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), DRAFTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), ANSWERS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("reader", both("读者", "Reader"), READS),
    ),
    permissions={
        queries.VIEW: both("看责任书和完成情况", "read pledges and how far they are"),
        "targets.draft_pledge": both("拟定责任书", "draft a pledge"),
        "targets.revise_pledge": both("拟定责任书的修订", "draft a revision of a pledge"),
        "targets.attach_document": both("附上责任书文件", "attach the document of a pledge"),
        "targets.set_target": both("录入、修改草案中的目标", "enter or change a target of a draft"),
        "targets.drop_target": both("删去草案中的目标", "take a target out of a draft"),
        "targets.split_target": both("把目标分解到下级单位", "split a target to the units below"),
        "targets.import_targets": both("成批导入目标", "import targets"),
        "targets.submit_pledge": both("提交责任书", "submit a pledge"),
        "targets.approve_pledge": both("批准责任书", "approve a pledge"),
        "targets.return_pledge": both("退回责任书", "return a pledge"),
        "targets.declare_nil": both("零报告", "declare that there is nothing"),
        "targets.record_agreement": both("登记县方会签", "record that a county agreed to a pledge"),
        "targets.assess_self": both("年度自评", "grade a unit's own year"),
        "targets.record_grade": both("登记考核评价的等次", "record the grade that the evaluation returned"),
        "targets.lay_down_rule": both("规定红黄绿灯的规则", "lay down the rule of the lights"),
    },
    sheets=(TARGETS_SHEET,),
    record_types=(
        RecordType(
            number=VERSION_TYPE,
            code="targets.version",
            title=both("责任书", "Pledge"),
            model="targets.Version",
            address=queries.version_address,
            summaries=queries.version_summaries,
            review_scope=queries.units_of_versions,
        ),
        RecordType(
            number=AGREEMENT_TYPE,
            code="targets.agreement",
            title=both("县方会签", "County's agreement"),
            model="targets.Agreement",
            address=queries.agreement_address,
            summaries=queries.agreement_summaries,
            review_scope=queries.units_of_agreements,
        ),
        RecordType(
            number=grades.GRADE_TYPE,
            code="targets.grade",
            title=both("考核等次", "Grade"),
            model="targets.Grade",
            address=grades.grade_address,
            summaries=grades.grade_summaries,
            review_scope=grades.units_of_grades,
        ),
    ),
    notices=(OVERDUE,),
    periodic=(
        PeriodicDeclaration(
            code="targets.tell_overdue",
            title=both("通知过期未完成的目标", "Tell of targets that are overdue"),
            hours=Hours(after=time(5, 20)),
            run=_tell_overdue,
        ),
    ),
    waits=WAITS,
    changes=CHANGES,
)
