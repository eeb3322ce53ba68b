"""What grants say to programs: programmes, applications and awards, without anybody's name."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.rooms import both
from bangfu.giving.grants.paying_queries import (
    batches_seen_by,
    calls_seen_by,
    follow_ups_seen_by,
    payments_seen_by,
    receipts_seen_by,
    results_seen_by,
    sheets_seen_by,
)
from bangfu.giving.grants.queries import (
    applications_seen_by,
    awards_seen_by,
    meetings_seen_by,
    notices_seen_by,
    objections_seen_by,
    programmes_seen_by,
    schools_seen_by,
)

_ON_PAPER = both("随纸质材料在页面办理", "It is done at the page, with the paper at hand")

API = RoomApi(
    seen={
        "grants.programme": programmes_seen_by,
        "grants.school": schools_seen_by,
        "grants.application": applications_seen_by,
        "grants.meeting": meetings_seen_by,
        "grants.notice": notices_seen_by,
        "grants.objection": objections_seen_by,
        "grants.award": awards_seen_by,
        "grants.batch": batches_seen_by,
        "grants.payment": payments_seen_by,
        "grants.result_file": results_seen_by,
        "grants.receipt_sheet": sheets_seen_by,
        "grants.receipt": receipts_seen_by,
        "grants.call_back": calls_seen_by,
        "grants.follow_up": follow_ups_seen_by,
    },
    hidden=frozenset(
        {
            "grants.application.account_digest", "grants.application.phone_digest", "grants.application.guardian_digest",
            "grants.application.sealed", "grants.objection.text_sealed", "grants.objection.answer_sealed",
            "grants.payment.account_digest",
        }
    ),
    not_offered={
        "grants.take_bank_file": both("银行文件含姓名和账号，在页面取", "The bank's file names people: it is taken at the page"),
        "grants.read_results": both("银行结果在页面上传", "The bank's answer is sent at the page"),
        "grants.enter_receipts": _ON_PAPER,
        "grants.answer_follow_up": _ON_PAPER,
        "grants.apply_for_pupil": _ON_PAPER,
        "grants.give_consent": _ON_PAPER,
        "grants.match_papers": _ON_PAPER,
        "grants.print_notices": _ON_PAPER,
        "grants.open_details": _ON_PAPER,
        "grants.take_decisions": both("评议会的决定在会议页登记", "Decisions are taken at the meeting's page"),
    },
)  # fmt: skip
