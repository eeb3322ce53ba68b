"""Writes of campaigns: planned with a charity, given to, taken back, matched to the bank, receipted, disclosed."""

from bangfu.giving.campaigns.operations.banking import line_of_gift, match_line, read_bank
from bangfu.giving.campaigns.operations.buying import (
    BOUGHT,
    BUYING,
    UnableToBookPurchase,
    book_purchase,
    pays_purchases,
    undo_purchase,
)
from bangfu.giving.campaigns.operations.costing import (
    ADMINISTRATION,
    UnableToBookCost,
    book_cost,
    undo_cost,
)
from bangfu.giving.campaigns.operations.disclosing import correct_disclosure, disclose, promise_match
from bangfu.giving.campaigns.operations.giving import bring_gifts, give_points, least_of
from bangfu.giving.campaigns.operations.giving_many import LONGEST_KEY, MANY_SCHEMA, give_many
from bangfu.giving.campaigns.operations.issuing import (
    enter_series,
    issue_receipt,
    issue_sponsors_receipt,
    void_receipt,
)
from bangfu.giving.campaigns.operations.paying import give_cash
from bangfu.giving.campaigns.operations.planning import (
    Plan,
    begin_granting,
    close_campaign,
    draft_campaign,
    enter_charity,
    file_campaign,
    open_campaign,
    report_campaign,
    revise_campaign,
    settle_surplus,
    sign_partner,
)
from bangfu.giving.campaigns.operations.pledging import ask_again, ask_pledges, end_pledge, make_pledge
from bangfu.giving.campaigns.operations.refusing import (
    UnableToDisclose,
    UnableToGive,
    UnableToIssue,
    UnableToKeepCharity,
    UnableToMatch,
    UnableToPlan,
    UnableToPledge,
    UnableToReadBank,
    UnableToTakeBack,
)
from bangfu.giving.campaigns.operations.taking import GIFT_SCHEMA
from bangfu.giving.campaigns.operations.taking_back import refund_gift, take_back_gift
from bangfu.giving.campaigns.operations.unmatching import unmatch_line

__all__ = [
    "ADMINISTRATION",
    "BOUGHT",
    "BUYING",
    "GIFT_SCHEMA",
    "LONGEST_KEY",
    "MANY_SCHEMA",
    "Plan",
    "UnableToBookCost",
    "UnableToBookPurchase",
    "UnableToDisclose",
    "UnableToGive",
    "UnableToIssue",
    "UnableToKeepCharity",
    "UnableToMatch",
    "UnableToPlan",
    "UnableToPledge",
    "UnableToReadBank",
    "UnableToTakeBack",
    "ask_again",
    "ask_pledges",
    "begin_granting",
    "book_cost",
    "book_purchase",
    "bring_gifts",
    "close_campaign",
    "correct_disclosure",
    "disclose",
    "draft_campaign",
    "end_pledge",
    "enter_charity",
    "enter_series",
    "file_campaign",
    "give_cash",
    "give_many",
    "give_points",
    "issue_receipt",
    "issue_sponsors_receipt",
    "least_of",
    "line_of_gift",
    "make_pledge",
    "match_line",
    "open_campaign",
    "pays_purchases",
    "promise_match",
    "read_bank",
    "refund_gift",
    "report_campaign",
    "revise_campaign",
    "settle_surplus",
    "sign_partner",
    "take_back_gift",
    "undo_cost",
    "undo_purchase",
    "unmatch_line",
    "void_receipt",
]
