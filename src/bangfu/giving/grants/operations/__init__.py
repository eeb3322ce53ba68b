"""The only place where the room's programmes, applications and awards are written."""

from bangfu.giving.grants.books import UnableToPay
from bangfu.giving.grants.operations.answering import read_results, return_payment
from bangfu.giving.grants.operations.awarding import Awarded, award_grants
from bangfu.giving.grants.operations.batching import approve_batch, drop_batch, make_batch, take_bank_file
from bangfu.giving.grants.operations.correcting import (
    Matched,
    correct_account,
    correct_application,
    give_consent,
    match_papers,
    withdraw_application,
)
from bangfu.giving.grants.operations.deciding import hold_meeting, recuse_member, take_decisions
from bangfu.giving.grants.operations.displaying import (
    PrintedNotice,
    answer_objection,
    display_shortlist,
    post_notices,
    print_notices,
    take_objection,
)
from bangfu.giving.grants.operations.entering import Pupil, apply_for_pupil, import_class
from bangfu.giving.grants.operations.following import answer_follow_up, open_follow_up
from bangfu.giving.grants.operations.opening import open_details
from bangfu.giving.grants.operations.planning import (
    Plan,
    appoint_member,
    begin_vetting,
    close_programme,
    draft_programme,
    end_membership,
    enter_criterion,
    enter_school,
    open_programme,
    revise_programme,
    set_quota,
    strike_criterion,
)
from bangfu.giving.grants.operations.quotas import import_quotas
from bangfu.giving.grants.operations.receipting import (
    draw_call_backs,
    enter_receipts,
    make_receipt_sheets,
    note_call_back,
)
from bangfu.giving.grants.operations.settling import lapse_awards, retry_awards
from bangfu.giving.grants.operations.vetting import Vetted, refuse_applications, vet_applications
from bangfu.giving.grants.paying_refusals import (
    UnableToBatch,
    UnableToCallBack,
    UnableToFollowUp,
    UnableToReadResult,
    UnableToReceipt,
    UnableToReturn,
    UnableToSettle,
)
from bangfu.giving.grants.refusing import (
    UnableToApply,
    UnableToAward,
    UnableToDecide,
    UnableToDisplay,
    UnableToObject,
    UnableToPlanGrants,
    UnableToVet,
)

__all__ = [
    "Awarded",
    "Matched",
    "Plan",
    "PrintedNotice",
    "Pupil",
    "UnableToApply",
    "UnableToAward",
    "UnableToBatch",
    "UnableToCallBack",
    "UnableToDecide",
    "UnableToDisplay",
    "UnableToFollowUp",
    "UnableToObject",
    "UnableToPay",
    "UnableToPlanGrants",
    "UnableToReadResult",
    "UnableToReceipt",
    "UnableToReturn",
    "UnableToSettle",
    "UnableToVet",
    "Vetted",
    "answer_follow_up",
    "answer_objection",
    "apply_for_pupil",
    "appoint_member",
    "approve_batch",
    "award_grants",
    "begin_vetting",
    "close_programme",
    "correct_account",
    "correct_application",
    "display_shortlist",
    "draft_programme",
    "draw_call_backs",
    "drop_batch",
    "end_membership",
    "enter_criterion",
    "enter_receipts",
    "enter_school",
    "give_consent",
    "hold_meeting",
    "import_class",
    "import_quotas",
    "lapse_awards",
    "make_batch",
    "make_receipt_sheets",
    "match_papers",
    "note_call_back",
    "open_details",
    "open_follow_up",
    "open_programme",
    "post_notices",
    "print_notices",
    "read_results",
    "recuse_member",
    "refuse_applications",
    "retry_awards",
    "return_payment",
    "revise_programme",
    "set_quota",
    "strike_criterion",
    "take_bank_file",
    "take_decisions",
    "take_objection",
    "vet_applications",
    "withdraw_application",
]
