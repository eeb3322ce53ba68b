"""What a course costs: vouchers entered with their scan, verified by a second person, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError
from django.db.models import Min

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import ReversalReason, post, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.records import review_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.training import measures
from bangfu.livelihoods.training.models import CATEGORY_WORDS, Course, Expense
from bangfu.livelihoods.training.operations.enrolling import Files
from bangfu.livelihoods.training.register import EXPENSE_TYPE

FEN = Decimal(100)
"""Fen in a yuan."""


class UnableToSpend(Refusal):
    """Codes: ``amount``, ``voucher_missing``, ``voucher_taken``, ``voucher_meanwhile``, ``unknown_category``, ``in_the_future``,
    ``evidence_missing``, ``not_returned``, ``withdrawn_already``, ``under_review``, ``remark_missing``,
    ``unknown_reason``."""

    sentences = {
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "voucher_missing": both("请填写发票或凭证号。", "Enter the number of the invoice or voucher."),
        "voucher_taken": both(
            "凭证「{voucher}」已记在课程 {course}。一张凭证只计一次；分摊的请在凭证号后加行号。",
            "The voucher {voucher} is on the course {course} already. A voucher counts once; add the line to its number"
            " where it is split.",
        ),
        "voucher_meanwhile": both(
            "刚刚有人登记了凭证「{voucher}」。请刷新后核对。",
            "Somebody has just entered the voucher {voucher}. Reload and compare.",
        ),
        "unknown_category": both("没有「{category}」这类费用。", "There is no category called {category}."),
        "in_the_future": both("支出日期在今天之后。请核对。", "The day lies ahead of today. Check it."),
        "evidence_missing": both("请附上发票或凭证的扫描件。", "Attach the scanned invoice or voucher."),
        "not_returned": both(
            "只有被退回的费用才能修改；已核验的请撤回后重新登记。",
            "Only an expense that was returned may change; withdraw a verified one and enter it anew.",
        ),
        "withdrawn_already": both("这笔费用已经撤回。", "This expense is withdrawn already."),
        "under_review": both(
            "这笔费用正在等待核验。请先请核验人退回，再撤回。",
            "This expense waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both("请写明撤回的原因和依据。", "Say why it is withdrawn."),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@dataclass(frozen=True)
class ExpenseDetails:
    """What is said of one voucher."""

    category: str
    amount_fen: int
    spent_on: date
    voucher: str
    note: str = ""


def _refuse(details: ExpenseDetails, act: Act, *, but: int | None = None) -> None:
    if details.category not in CATEGORY_WORDS:
        raise UnableToSpend("unknown_category", category=details.category)
    if details.amount_fen <= 0:
        raise UnableToSpend("amount")
    if not details.voucher.strip():
        raise UnableToSpend("voucher_missing")
    if details.spent_on > act.on:
        raise UnableToSpend("in_the_future")
    known = Expense.objects.filter(voucher=details.voucher.strip(), withdrawn_at__isnull=True)
    taken = known.exclude(pk=but or 0).select_related("course").first()
    if taken is not None:
        raise UnableToSpend("voucher_taken", voucher=taken.voucher, course=taken.course.code)


def _write(expense: Expense, details: ExpenseDetails) -> None:
    """Write what is said over an expense, new or known.

    Raises: UnableToSpend: ``voucher_meanwhile``, when another course got the voucher since it was looked for.
    """
    expense.category, expense.amount_fen = details.category, details.amount_fen
    expense.spent_on, expense.voucher = details.spent_on, details.voucher.strip()
    expense.note = details.note.strip()
    try:
        expense.save()
    except IntegrityError as clash:
        if "training_one_expense_a_voucher" in str(clash):
            raise UnableToSpend("voucher_meanwhile", voucher=expense.voucher) from clash
        raise


def _submitted(expense: Expense, act: Act) -> Batch:
    if not has_evidence(EXPENSE_TYPE, [expense.pk]):
        raise UnableToSpend("evidence_missing")
    title = f"{expense.course.code} {CATEGORY_WORDS[expense.category].zh} {expense.voucher}"
    kind = record_type("training.expense")
    return submit_many([expense.pk], record_type=kind, unit=expense.course.unit, title=title, act=act)


@operation("training.enter_expense", scope=scope_of("course"))
def enter_expense(*, course: Course, details: ExpenseDetails, files: Files, act: Act) -> Expense:
    """Enter one voucher that a course cost, with its scan, and submit it for review.

    Raises: UnableToSpend: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the course.
    """
    course = Course.objects.select_for_update(of=("self",)).select_related("unit").get(pk=course.pk)
    _refuse(details, act)
    expense = Expense(course=course, entered_at=act.at, entered_by=act.actor)
    _write(expense, details)
    hang([expense.pk], files, record_type=record_type("training.expense"), act=act)
    _submitted(expense, act)
    return expense


def _locked(expense: Expense) -> Expense:
    found = Expense.objects.select_for_update(of=("self",)).select_related("course__unit")
    return found.get(pk=expense.pk)


@operation("training.revise_expense", scope=scope_of("expense"))
def revise_expense(*, expense: Expense, details: ExpenseDetails, files: Files = (), act: Act) -> Expense:
    """Change an expense that was returned, and submit it again.

    Raises: UnableToSpend: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the expense.
    """
    expense = _locked(expense)
    review = review_of(expense)
    if expense.withdrawn_at is not None or review is None or review.state != ReviewState.RETURNED:
        raise UnableToSpend("not_returned")
    _refuse(details, act, but=expense.pk)
    _write(expense, details)
    hang([expense.pk], files, record_type=record_type("training.expense"), act=act)
    _submitted(expense, act)
    return expense


@operation("training.verify_expenses", scope=scope_of("batch"))
def verify_expenses(*, batch: Batch, act: Act) -> Batch:
    """Verify the expenses that wait on a paper, and count each once.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``training.cost``, yuan, on the day it was spent, owned by the course's unit, at the county of its first module.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    found = Expense.objects.select_related("course").annotate(module=Min("course__modules"))
    for expense in found.filter(pk__in=keys).order_by("pk"):
        venue = expense.course.modules.get(pk=expense.module)
        post(
            measures.COST,
            expense.amount_fen / FEN,
            of=expense,
            unit=expense.course.unit_id,
            place=venue.place_id,
            on=expense.spent_on,
            source=Source(measures.EXPENSE_SYSTEM, str(expense.pk)),
            identity=expense.voucher,
            act=act,
        )
    Expense.objects.filter(pk__in=keys).update(confirmed_at=act.at)
    return batch


@operation("training.return_expenses", scope=scope_of("batch"))
def return_expenses(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the expenses that wait on a paper back to the course's unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("training.withdraw_expense", scope=scope_of("expense"))
def withdraw_expense(*, expense: Expense, reason: str, remark: str, act: Act) -> Expense:
    """Withdraw an expense: it counts no more, the record stays with the reason.

    Raises: UnableToSpend: see its codes; nothing was written.
    Posts: the reversal of its fact, if it was counted.
    Locks: the expense.
    """
    expense = _locked(expense)
    review = review_of(expense)
    if expense.withdrawn_at is not None:
        raise UnableToSpend("withdrawn_already")
    if review is not None and review.state == ReviewState.SUBMITTED:
        raise UnableToSpend("under_review")
    if reason not in ReversalReason.values:
        raise UnableToSpend("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToSpend("remark_missing")
    expense.withdrawn_at, expense.withdrawn_by = act.at, act.actor
    expense.withdrawal_reason, expense.withdrawal_remark = reason, remark.strip()
    expense.confirmed_at = None
    expense.save(
        update_fields=[
            "withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark", "confirmed_at",
        ]
    )  # fmt: skip
    facts = standing_facts_of(EXPENSE_TYPE, [expense.pk])
    if facts:
        reverse_many(facts, reason=reason, act=act)
    return expense
