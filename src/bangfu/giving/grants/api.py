"""What grants say to programs: programmes, applications and awards, without anybody's name."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.rooms import both
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
    },
    hidden=frozenset(
        {
            "grants.application.account_digest", "grants.application.phone_digest", "grants.application.guardian_digest",
            "grants.application.sealed", "grants.objection.text_sealed", "grants.objection.answer_sealed",
        }
    ),
    not_offered={
        "grants.apply_for_pupil": _ON_PAPER,
        "grants.give_consent": _ON_PAPER,
        "grants.print_notices": _ON_PAPER,
        "grants.open_details": _ON_PAPER,
        "grants.take_decisions": both("评议会的决定在会议页登记", "Decisions are taken at the meeting's page"),
    },
)  # fmt: skip
