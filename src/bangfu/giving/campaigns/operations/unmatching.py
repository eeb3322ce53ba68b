"""A line of the bank that was matched wrongly waits to be matched again; what it moved is mirrored, nothing is deleted."""

from __future__ import annotations

from bangfu.foundation.ledger.operations import reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.money.models import Entry
from bangfu.foundation.money.operations import reverse_entry
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.giving.campaigns.models import BankLine, Gift, GiftState, LineMeaning
from bangfu.giving.campaigns.operations.banking import BANK_SYSTEM, gift_source
from bangfu.giving.campaigns.operations.paying import held_gift
from bangfu.giving.campaigns.operations.refusing import UnableToReadBank
from bangfu.giving.campaigns.operations.taking_back import undo_gift
from bangfu.giving.campaigns.register import BANK_LINE_TYPE


@operation("campaigns.unmatch_line", scope=scope_of("line"))
def unmatch_line(*, line: BankLine, reason: str, act: Act) -> BankLine:
    """Take back what a credit of the bank was matched as, with the reason, so that it can be matched again.

    Raises: UnableToReadBank: ``not_matched``, ``no_reason``, ``has_receipt``, ``gift_went_back``; UnableToPostEntry:
        ``fund_short``. Nothing was written.
    Posts: reversals of its entries and facts; of a gift by transfer an entry of what goes back, as ``undo_gift``.
    Locks: the line, the gift, the fund.
    """
    held = BankLine.objects.select_for_update(of=("self",)).select_related("charity__unit").get(pk=line.pk)
    if held.meaning == LineMeaning.OPEN:
        raise UnableToReadBank("not_matched")
    if not reason.strip():
        raise UnableToReadBank("no_reason")
    if held.receipts.filter(voids=None, voided_by=None).exists():
        raise UnableToReadBank("has_receipt")
    if held.meaning == LineMeaning.GIFT:
        gift = held_gift(Gift.objects.get(source_system=BANK_SYSTEM, source_id=gift_source(held)).pk)
        if gift.state != GiftState.RECEIVED:
            raise UnableToReadBank("gift_went_back")
        undo_gift(gift, act=act)
    posted = Entry.objects.filter(subject_type=BANK_LINE_TYPE, subject_id=held.pk, reverses=None)
    for entry in posted.filter(reversals=None).order_by("pk"):
        reverse_entry(entry, reason="withdrawn", on=act.on, act=act)
    facts = standing_facts_of(BANK_LINE_TYPE, [held.pk])
    if facts:
        reverse_many(facts, reason="withdrawn", act=act)
    held.meaning, held.campaign, held.turn, held.remark = (
        LineMeaning.OPEN,
        None,
        held.turn + 1,
        reason.strip()[:200],
    )
    held.save(update_fields=["meaning", "campaign", "turn", "remark"])
    return held
