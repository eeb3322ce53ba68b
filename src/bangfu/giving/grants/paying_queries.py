"""What others may read of payments: batches, what stands where, receipts with their share, call-backs, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from bangfu.foundation.organisation.queries import in_whole_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.giving.grants.models import (
    Award,
    AwardState,
    Batch,
    CallBack,
    FollowUp,
    Payment,
    PaymentState,
    Programme,
    Receipt,
    ReceiptSheet,
    ResultFile,
)
from bangfu.giving.grants.register import VIEW


def batches_seen_by(account: Account, on: date) -> QuerySet[Batch]:
    """Return the batches that an account may read: they hold every county's pupils, so that none is of one county."""
    rows = Batch.objects.filter(in_whole_units(account, VIEW, on, "programme__unit_id"))
    return rows.select_related("programme__fund", "made_by", "approved_by")


def payments_seen_by(account: Account, on: date) -> QuerySet[Payment]:
    """Return the payments that an account may read: by the programme's unit and the school's county."""
    rows = Payment.objects.annotate(unit_id=F("award__programme__unit_id"), place_id=F("award__place_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related(
        "batch", "award__application", "award__school", "award__programme"
    )


def results_seen_by(account: Account, on: date) -> QuerySet[ResultFile]:
    """Return the bank's answers that an account may read."""
    rows = ResultFile.objects.filter(in_whole_units(account, VIEW, on, "batch__programme__unit_id"))
    return rows.select_related("batch__programme", "read_by")


def sheets_seen_by(account: Account, on: date) -> QuerySet[ReceiptSheet]:
    """Return the sheets of receipts that an account may read, each with how many lines ``wanted`` and ``signed``."""
    rows = ReceiptSheet.objects.annotate(unit_id=F("programme__unit_id")).filter(
        within_grants(account, VIEW, on)
    )
    wanted = Q(receipts__payment__state=PaymentState.PAID)
    return rows.select_related("programme", "school").annotate(
        wanted=Count("receipts", filter=wanted),
        signed=Count("receipts", filter=wanted & ~Q(receipts__signer="")),
    )


def receipts_seen_by(account: Account, on: date) -> QuerySet[Receipt]:
    """Return the receipts that an account may read."""
    rows = Receipt.objects.annotate(unit_id=F("sheet__programme__unit_id"), place_id=F("sheet__place_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related("sheet__programme", "payment")


def calls_seen_by(account: Account, on: date) -> QuerySet[CallBack]:
    """Return the call-backs that an account may read."""
    rows = CallBack.objects.annotate(unit_id=F("programme__unit_id"), place_id=F("payment__award__place_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related(
        "programme", "payment__award__school", "payment__award__application"
    )


def follow_ups_seen_by(account: Account, on: date) -> QuerySet[FollowUp]:
    """Return the follow-ups that an account may read, each with how many pupils it ``asked`` after and who ``stayed``."""
    rows = FollowUp.objects.annotate(unit_id=F("programme__unit_id")).filter(within_grants(account, VIEW, on))
    return rows.select_related("programme", "school").annotate(
        asked=Count("pupils"), stayed=Count("pupils", filter=Q(pupils__answer="STAYS"))
    )


def awards_seen_by(account: Account, on: date) -> QuerySet[Award]:
    """Return the awards that an account may read."""
    rows = Award.objects.annotate(unit_id=F("programme__unit_id")).filter(within_grants(account, VIEW, on))
    return rows.select_related("application", "school", "programme__fund")


def to_settle(account: Account, on: date) -> QuerySet[Award]:
    """Return the awards that came back and wait for an account, a second try or their end."""
    return awards_seen_by(account, on).filter(state=AwardState.RETURNED)


@dataclass(frozen=True)
class Progress:
    """How far a programme is with its money: counts of pupils, and fen."""

    awarded: int
    """Standing awards."""
    paid: int
    paid_fen: int
    paying: int
    returned: int
    lapsed: int
    receipted: int
    called: int
    """Call-backs that reached somebody."""
    arrived: int
    """Of them, who had it whole."""
    drawn: int

    @property
    def receipted_pct(self) -> int | None:
        """Share of the paid whose side signed, in whole per cent, rounded down; null: nobody is paid."""
        return self.receipted * 100 // self.paid if self.paid else None


def progress_of(programme: Programme) -> Progress:
    """Return how far a programme is with its money."""
    states = {
        state: (count, int(fen))
        for state, count, fen in Award.objects.filter(programme=programme)
        .values_list("state")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
        .order_by()
    }
    paid = Payment.objects.filter(award__programme=programme, state=PaymentState.PAID)
    calls = CallBack.objects.filter(programme=programme).aggregate(
        drawn=Count("pk"), arrived=Count("pk", filter=Q(heard="ARRIVED")),
        called=Count("pk", filter=Q(heard__in=("ARRIVED", "LESS", "NOTHING"))),
    )  # fmt: skip
    return Progress(
        awarded=sum(count for state, (count, _) in states.items() if state != AwardState.LAPSED),
        paid=states.get(AwardState.PAID, (0, 0))[0],
        paid_fen=states.get(AwardState.PAID, (0, 0))[1],
        paying=states.get(AwardState.PAYING, (0, 0))[0],
        returned=states.get(AwardState.RETURNED, (0, 0))[0],
        lapsed=states.get(AwardState.LAPSED, (0, 0))[0],
        receipted=paid.exclude(receipt=None).exclude(receipt__signer="").count(),
        called=calls["called"],
        arrived=calls["arrived"],
        drawn=calls["drawn"],
    )
