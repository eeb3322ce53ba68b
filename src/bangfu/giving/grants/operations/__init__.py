"""The only place where the room's programmes, applications and awards are written."""

from bangfu.giving.grants.operations.awarding import Awarded, award_grants
from bangfu.giving.grants.operations.deciding import hold_meeting, recuse_member, take_decisions
from bangfu.giving.grants.operations.displaying import (
    PrintedNotice,
    answer_objection,
    display_shortlist,
    post_notices,
    print_notices,
    take_objection,
)
from bangfu.giving.grants.operations.entering import (
    Pupil,
    apply_for_pupil,
    correct_account,
    correct_application,
    give_consent,
    import_class,
    withdraw_application,
)
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
from bangfu.giving.grants.operations.vetting import Vetted, refuse_applications, vet_applications
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
    "Plan",
    "PrintedNotice",
    "Pupil",
    "UnableToApply",
    "UnableToAward",
    "UnableToDecide",
    "UnableToDisplay",
    "UnableToObject",
    "UnableToPlanGrants",
    "UnableToVet",
    "Vetted",
    "answer_objection",
    "apply_for_pupil",
    "appoint_member",
    "award_grants",
    "begin_vetting",
    "close_programme",
    "correct_account",
    "correct_application",
    "display_shortlist",
    "draft_programme",
    "end_membership",
    "enter_criterion",
    "enter_school",
    "give_consent",
    "hold_meeting",
    "import_class",
    "import_quotas",
    "open_details",
    "open_programme",
    "post_notices",
    "print_notices",
    "recuse_member",
    "refuse_applications",
    "revise_programme",
    "set_quota",
    "strike_criterion",
    "take_decisions",
    "take_objection",
    "vet_applications",
    "withdraw_application",
]
