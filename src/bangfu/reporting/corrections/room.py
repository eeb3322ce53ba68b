"""What corrections declare."""

from bangfu.foundation.rooms import RecordSummary, RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.corrections.sheets import PRINTINGS_SHEET
from bangfu.reporting.corrections.waiting import CHANGES, WAITS

VIEW = "corrections.view"
_READS = frozenset({VIEW})
_WORKS = _READS | {
    "corrections.propose_erratum",
    "corrections.register_printing",
    "corrections.correct_printing",
    "corrections.withdraw_printing",
    "corrections.import_printings",
    "corrections.settle_printing",
    "corrections.answer_case",
    "corrections.refer_case",
    "corrections.forget_asker",
    "corrections.set_answering_rule",
}
_DECIDES = _READS | {
    "corrections.approve_erratum",
    "corrections.return_erratum",
    "corrections.approve_answer",
    "corrections.return_answer",
}


def _address(key: int) -> str:
    from bangfu.reporting.corrections.queries import case_address

    return case_address(key)


def _summaries(keys: list[int]) -> dict[int, RecordSummary]:
    from bangfu.reporting.corrections.queries import summaries

    return summaries(keys)


ROOM = RoomDeclaration(
    code="corrections",
    wing=Wing.REPORTING,
    title=both("更正", "Corrections"),
    icon="history",
    api="bangfu.reporting.corrections.api",
    about=both(
        "发布以后：哪些数变了、为什么、更正、登在哪里、公众的疑问。",
        "After a publication: what changed and why, errata, where it was printed, and what strangers ask.",
    ),
    address="corrections:home",
    view_permission=VIEW,
    record_types=(
        RecordType(
            number=141,
            code="corrections.case",
            title=both("公众来信", "Letter of a stranger"),
            model="corrections.Case",
            address=_address,
            summaries=_summaries,
        ),
    ),
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), _WORKS),
        RoleDeclaration("verifier", both("核验人", "Verifier"), _DECIDES),
        RoleDeclaration("auditor", both("审计人员", "Auditor"), _READS),
        RoleDeclaration(
            "letter_box",
            both("公众来信箱（系统）", "Letter box of the public (system)"),
            frozenset({"corrections.open_case", "corrections.reopen_case"}),
        ),
    ),
    permissions={
        VIEW: both("看更正、刊登登记和来信", "read errata, printings and letters"),
        "corrections.propose_erratum": both("提出更正", "propose an erratum"),
        "corrections.approve_erratum": both("批准并公布更正", "approve and publish an erratum"),
        "corrections.return_erratum": both("退回更正", "return an erratum"),
        "corrections.register_printing": both("登记刊登", "register a printing"),
        "corrections.correct_printing": both("修改刊登登记", "change the entry of a printing"),
        "corrections.withdraw_printing": both("撤回刊登登记", "withdraw the entry of a printing"),
        "corrections.import_printings": both("按表格登记刊登", "register printings from a sheet"),
        "corrections.settle_printing": both("记下刊登处的处理", "note what became of a printing"),
        "corrections.open_case": both("代公众提出来信", "open a case for a stranger"),
        "corrections.reopen_case": both("代公众重新提出", "open a case again for a stranger"),
        "corrections.answer_case": both("看来信并写答复", "read letters of strangers and write answers"),
        "corrections.approve_answer": both("看来信并签发答复", "read letters of strangers and send answers"),
        "corrections.return_answer": both("退回答复", "return an answer to a stranger"),
        "corrections.refer_case": both("就来信提出疑点", "raise a finding about a letter"),
        "corrections.forget_asker": both("销毁来信原文和联系方式", "destroy a stranger's words and contact"),
        "corrections.set_answering_rule": both("规定答复期限", "lay down the time for answers"),
    },
    sheets=(PRINTINGS_SHEET,),
    waits=WAITS,
    changes=CHANGES,
)
