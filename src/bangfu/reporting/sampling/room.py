"""What audit sampling declares."""

from bangfu.foundation.rooms import RecordSummary, RecordType, RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.sampling.sheets import WORKSHEET
from bangfu.reporting.sampling.waiting import WAITS


def _address(key: int) -> str:
    from bangfu.reporting.sampling.queries import address_of_item

    return address_of_item(key)


def _summaries(keys: list[int]) -> dict[int, RecordSummary]:
    from bangfu.reporting.sampling.queries import summaries

    return summaries(keys)


def _units(keys: list[int]) -> dict[int, int]:
    from bangfu.reporting.sampling.queries import units_of_items

    return units_of_items(keys)


VIEW = "sampling.view"
_READS = frozenset({VIEW})
_AUDITS = _READS | {
    "sampling.announce_audit",
    "sampling.draw_sample",
    "sampling.record_verdict",
    "sampling.import_worksheet",
    "sampling.close_audit",
    "sampling.abandon_audit",
}

ROOM = RoomDeclaration(
    code="sampling",
    wing=Wing.REPORTING,
    title=both("抽样审计", "Audit sampling"),
    icon="eye-check",
    api="bangfu.reporting.sampling.api",
    about=both(
        "按谁也选不了的种子抽查数字下的事实，数字带着估计差错和上限。",
        "Facts under a figure are drawn by a seed nobody chose; the figure carries the estimated error and its limit.",
    ),
    address="sampling:audits",
    view_permission=VIEW,
    record_types=(
        RecordType(
            number=90,
            code="sampling.item",
            title=both("抽样的事实", "Sampled fact"),
            model="sampling.SampledFact",
            address=_address,
            summaries=_summaries,
            review_scope=_units,
        ),
    ),
    sheets=(WORKSHEET,),
    roles=(
        RoleDeclaration("officer", both("帮扶办人员", "Assistance officer"), _READS),
        RoleDeclaration("verifier", both("核验人", "Verifier"), _READS),
        RoleDeclaration("auditor", both("审计人员", "Auditor"), _AUDITS),
        RoleDeclaration("reader", both("读者", "Reader"), _READS),
    ),
    permissions={
        VIEW: both("看抽样审计", "read audits by sample"),
        "sampling.announce_audit": both("公告抽样审计", "announce an audit by sample"),
        "sampling.draw_sample": both("抽取样本", "draw the sample of an audit"),
        "sampling.record_verdict": both("给出检查结论", "record a verdict on a sampled fact"),
        "sampling.import_worksheet": both("导入检查底稿", "import a worksheet with verdicts"),
        "sampling.close_audit": both("结束审计", "close an audit of which another gave the verdicts"),
        "sampling.abandon_audit": both("放弃审计", "abandon an audit with a reason"),
    },
    waits=WAITS,
)
