"""Statements are issued, answered by the supplier, corrected by later ones, and paid with proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars
from django.db import connection

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.review.models import ReviewState
from bangfu.foundation.review.operations import decide, submit
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.shop.neighbours import locked_orders, order_number
from bangfu.livelihoods.suppliers import settlement
from bangfu.livelihoods.suppliers.measures import PAID_BY_BUYERS, PAID_TO_GROWERS
from bangfu.livelihoods.suppliers.models import (
    Adjustment,
    LineKind,
    Side,
    Statement,
    StatementLine,
    StatementState,
    Supplier,
    Terms,
)
from bangfu.livelihoods.suppliers.operations.entering import Files, supplier_for_update
from bangfu.livelihoods.suppliers.queries import promised_by_place
from bangfu.livelihoods.suppliers.reckoning import shared_by
from bangfu.livelihoods.suppliers.register import SHARE_SYSTEM
from bangfu.livelihoods.suppliers.settlement import Closed, Reckoned
from bangfu.livelihoods.suppliers.sides import require_side


class UnableToIssue(Refusal):
    """Codes: ``ends_before_start``, ``in_the_future``, ``nothing``, ``no_terms``, ``open_returns``, ``open_returns_later``,
    ``wrong_state``, ``words_missing``, ``identity_number``, ``evidence_missing``, ``own_statement``, ``less_than_promised``,
    ``more_than_paid``, ``nothing_promised``, ``not_goods``, ``amount``, ``receipt_missing``, ``before_issue``."""

    sentences = {
        "ends_before_start": both("结束早于开始。请核对日期。", "It ends before it starts. Check the days."),
        "in_the_future": both(
            "结算期还没有过完。请等最后一天过后再出。", "The period is not over. Issue it after its last day."
        ),
        "nothing": both(
            "这段时间没有完成而未结算的订单，也没有要更正的。",
            "No order was closed in the period that is not settled, and nothing is to be corrected.",
        ),
        "no_terms": both(
            "{day} 下的订单没有合同条款。请先登记从那天或更早起的条款。",
            "No terms held on {day}, when an order was placed. Enter terms from that day on or earlier.",
        ),
        "open_returns": both(
            "订单 {orders} 的退货退款还没有了结（共 {count} 个），不能结算。请先办完：不同意，或退款并等到账。",
            "Returns are open of orders {orders} ({count}), so they cannot be settled. See them through first: decline them, or"
            " refund them and wait until the money has arrived.",
        ),
        "open_returns_later": both(
            "订单 {orders} 的退货退款还没有了结（共 {count} 个），不能结算。请先办完：不同意，或退款并等到账；"
            "也可以把最后一天改为 {day}，先结算那天以前完成的订单。",
            "Returns are open of orders {orders} ({count}), so they cannot be settled. See them through first: decline them, or"
            " refund them and wait until the money has arrived. Or choose {day} as the last day, and settle what was closed"
            " until then.",
        ),
        "wrong_state": both(
            "结算单目前是另一个状态。请刷新后查看。", "The statement is at another stage. Reload to see what happened."
        ),
        "words_missing": both("请写明原因。", "Say why."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "evidence_missing": both(
            "请附上收购凭证、签字的结算单或付款回单。", "Attach purchase slips, the signed statement or the bank's proof."
        ),
        "own_statement": both(
            "同一个人不能既出单、又代供应商确认或付款。请另一人办理。",
            "Who issued a statement neither confirms it for the supplier nor pays it. Ask somebody else.",
        ),
        "less_than_promised": both(
            "农户收到 {said} 元，少于保底 {promised} 元。请写明原因。",
            "Growers were paid {said} yuan, less than the promised {promised} yuan. Say why.",
        ),
        "more_than_paid": both(
            "农户收到 {said} 元，多于货款 {kept} 元。请核对。",
            "Growers would have been paid {said} yuan, more than the goods came to ({kept} yuan). Check it.",
        ),
        "nothing_promised": both(
            "这张结算单没有定保底价的商品，农户收到请填 0。",
            "Nothing in this statement has a promised floor. Enter 0 for the growers.",
        ),
        "not_goods": both("只能更正货款行。", "Only lines of goods are corrected."),
        "amount": both("更正金额不能为零。", "A correction is not of zero."),
        "receipt_missing": both("请填写付款回单号。", "Enter the number of the bank's proof."),
        "before_issue": both("付款早于出单或在今天之后。请核对日期。", "It was paid before it was issued, or ahead of today."),
    }  # fmt: skip


ORDERS_NAMED = 5


@operation("suppliers.issue_statement", scope=scope_of("supplier"))
def issue_statement(*, supplier: Supplier, starts_on: date, ends_on: date, act: Act) -> Statement:
    """Issue a statement for the orders that were closed in a period, with all corrections that wait.

    Args:
        ends_on: the day after the last one.

    Raises: UnableToIssue: see its codes; nothing was written.
    Locks: the supplier, then the orders.
    """
    now = supplier_for_update(supplier.pk)
    if ends_on <= starts_on:
        raise UnableToIssue("ends_before_start")
    if ends_on > act.on:
        raise UnableToIssue("in_the_future")
    closed = settlement.closed_lines(now.pk, starts_on=starts_on, ends_on=ends_on)
    locked_orders(
        sorted({one.order for one in closed} | {row[5] for row in settlement.refunds_since(now.pk)})
    )
    closed = settlement.closed_lines(
        now.pk, starts_on=starts_on, ends_on=ends_on
    )  # as they are under the lock
    versions = list(Terms.objects.filter(supplier=now).order_by("starts_on"))
    goods, bare = settlement.of_goods(closed, versions)
    if bare:
        raise UnableToIssue("no_terms", day=min(one.placed_on for one in bare).isoformat())
    rows = [*goods, *settlement.of_refunds(now.pk), *settlement.of_adjustments(now.pk)]
    if not rows:
        raise UnableToIssue("nothing")
    _refuse_open_returns(closed, starts_on)
    count = Statement.objects.filter(supplier=now).count()
    statement = Statement.objects.create(
        supplier=now, number=f"JS{now.pk:04d}-{count + 1:03d}", starts_on=starts_on, ends_on=ends_on,
        kept_fen=sum(one.parts.kept_fen for one in rows), coupon_fen=sum(one.parts.coupon_fen for one in rows),
        commission_fen=sum(one.parts.commission_fen for one in rows),
        platform_fen=sum(one.parts.platform_fen for one in rows), freight_fen=sum(one.parts.freight_fen for one in rows),
        adjusted_fen=sum(one.adjusted_fen for one in rows), due_fen=sum(one.due_fen for one in rows),
        floor_fen=sum(one.floor_fen for one in rows), issued_at=act.at, issued_by=act.actor,
    )  # fmt: skip
    _write_lines(statement, rows)
    return statement


def _refuse_open_returns(closed: Sequence[Closed], starts_on: date) -> None:
    """Refuse what is settled for the first time while it may still go back; corrections of earlier statements do not wait."""
    waiting = settlement.open_returns([one.line for one in closed])
    if not waiting:
        return
    orders = sorted(set(waiting.values()))
    named = "、".join(order_number(key) for key in orders[:ORDERS_NAMED])
    last = min(one.closed_on for one in closed if one.line in waiting) - timedelta(days=1)
    is_later = any(one.closed_on <= last for one in closed) and last >= starts_on
    code = "open_returns_later" if is_later else "open_returns"
    raise UnableToIssue(code, orders=named, count=len(orders), day=last.isoformat())


_COLUMNS: tuple[tuple[str, str], ...] = (
    ("kind", "text"), ("line_id", "bigint"), ("refund_id", "bigint"), ("adjustment_id", "bigint"), ("terms_id", "bigint"),
    ("upto_refund", "bigint"), ("quantity", "int"), ("paid_fen", "bigint"), ("refunded_fen", "bigint"),
    ("kept_fen", "bigint"), ("coupon_fen", "bigint"),
    ("commission_fen", "bigint"), ("platform_fen", "bigint"), ("freight_fen", "bigint"),
    ("adjusted_fen", "bigint"), ("due_fen", "bigint"), ("floor_fen", "bigint"),
)  # fmt: skip


def _write_lines(statement: Statement, rows: Sequence[Reckoned]) -> None:
    """Write all lines of a statement by one statement of SQL, at whose end the database compares the sums."""
    values = [
        (
            str(one.kind), one.line, one.refund, one.adjustment, one.terms, one.upto_refund, one.quantity, one.paid_fen,
            one.refunded_fen, one.parts.kept_fen, one.parts.coupon_fen,
            one.parts.commission_fen, one.parts.platform_fen, one.parts.freight_fen,
            one.adjusted_fen, one.due_fen, one.floor_fen,
        )
        for one in rows
    ]  # fmt: skip
    names = ", ".join(name for name, _ in _COLUMNS)
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO suppliers_statementline (statement_id, {names})"
            f" SELECT %s, {', '.join(f'one.{name}' for name, _ in _COLUMNS)} FROM unnest({arrays}) AS one ({names})",
            [statement.pk, *(list(column) for column in zip(*values, strict=True))],
        )


def _locked(statement: Statement, *states: str) -> Statement:
    found = (
        Statement.objects.select_for_update(of=("self",))
        .select_related("supplier__unit")
        .get(pk=statement.pk)
    )
    if found.state not in states:
        raise UnableToIssue("wrong_state")
    return found


def _words(text: str) -> str:
    if not text.strip():
        raise UnableToIssue("words_missing")
    if has_identity_number(text):
        raise UnableToIssue("identity_number")
    return text.strip()


@operation("suppliers.confirm_statement", scope=scope_of("statement"))
def confirm_statement(
    *, statement: Statement, grower_fen: int, words: str = "", files: Files, act: Act
) -> Statement:
    """Confirm a statement for the supplier, and say what growers were paid for its goods, with purchase slips: for review.

    Args:
        grower_fen: for the goods with a promised floor.
        words: why it is less than was promised.

    Raises: UnableToIssue: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the statement.
    """
    now = _locked(statement, StatementState.ISSUED)
    side = require_side(now.supplier, act=act)
    if side == Side.HOUSE and now.issued_by_id == act.actor.pk:
        raise UnableToIssue("own_statement")
    promised = promised_by_place(now)
    kept = sum(one.kept_fen + one.coupon_fen for one in promised.values())
    if not promised and grower_fen:
        raise UnableToIssue("nothing_promised")
    if grower_fen < 0 or grower_fen > max(kept, 0):
        raise UnableToIssue("more_than_paid", said=yuan(abs(grower_fen)), kept=yuan(max(kept, 0)))
    if grower_fen < now.floor_fen and not words.strip():
        raise UnableToIssue("less_than_promised", said=yuan(grower_fen), promised=yuan(now.floor_fen))
    if not files:
        raise UnableToIssue("evidence_missing")
    now.state, now.grower_fen, now.answered_at, now.answered_by = (
        StatementState.CONFIRMED, grower_fen, act.at, act.actor,
    )  # fmt: skip
    now.grower_words = _words(words) if words.strip() else ""
    now.save(update_fields=["state", "grower_fen", "grower_words", "answered_at", "answered_by"])
    hang([now.pk], files, record_type=record_type("suppliers.statement"), act=act)
    submit(now, unit=now.supplier.unit, act=act)
    return now


@operation("suppliers.object_to_statement", scope=scope_of("statement"))
def object_to_statement(*, statement: Statement, words: str, act: Act) -> Statement:
    """Object to a statement, saying what is wrong; the office answers, and what was wrong is corrected by the next.

    Raises: UnableToIssue: ``wrong_state``, ``words_missing``, ``identity_number``; nothing was written.
    Locks: the statement.
    """
    now = _locked(statement, StatementState.ISSUED)
    require_side(now.supplier, act=act)
    now.state, now.objection, now.reply = StatementState.OBJECTED, _words(words), ""
    now.answered_at, now.answered_by = act.at, act.actor
    now.save(update_fields=["state", "objection", "reply", "answered_at", "answered_by"])
    return now


@operation("suppliers.reply_to_objection", scope=scope_of("statement"))
def reply_to_objection(*, statement: Statement, words: str, act: Act) -> Statement:
    """Answer an objection: the statement waits for the supplier again, with what was answered.

    Raises: UnableToIssue: ``wrong_state``, ``words_missing``, ``identity_number``; nothing was written.
    Locks: the statement.
    """
    now = _locked(statement, StatementState.OBJECTED)
    now.state, now.reply = StatementState.ISSUED, _words(words)
    now.save(update_fields=["state", "reply"])
    return now


def _scope_of_line(*, line: StatementLine, **arguments: object) -> Scope:
    return line.statement.scope


@operation("suppliers.correct_line", scope=_scope_of_line)
def correct_line(*, line: StatementLine, amount_fen: int, reason: str, act: Act) -> Adjustment:
    """Correct a line of a statement: the supplier's next statement takes it up; what was issued stays as it is.

    Args:
        amount_fen: more than the line said, or below zero less.

    Raises: UnableToIssue: ``not_goods``, ``amount``, ``words_missing``, ``identity_number``; nothing was written.
    """
    if line.kind != LineKind.GOODS:
        raise UnableToIssue("not_goods")
    if not amount_fen:
        raise UnableToIssue("amount")
    return Adjustment.objects.create(
        corrects=line, amount_fen=amount_fen, reason=_words(reason), entered_at=act.at, entered_by=act.actor
    )


@operation("suppliers.pay_statement", scope=scope_of("statement"))
def pay_statement(*, statement: Statement, paid_on: date, receipt: str, files: Files, act: Act) -> Statement:
    """Note that a confirmed statement was paid, with the bank's proof, and verify what it says growers were paid.

    Another person than who issued or confirmed it does so, from above.

    Raises: UnableToIssue: see its codes; UnableToReview: ``not_above``; UnableToKeep: a file is refused. Nothing was written.
    Posts: ``suppliers.paid_by_buyers`` and ``suppliers.paid_to_growers`` for goods with a promised floor, by county of origin.
    Locks: the statement.
    """
    now = _locked(statement, StatementState.CONFIRMED)
    if act.actor.pk in (now.issued_by_id, now.answered_by_id):
        raise UnableToIssue("own_statement")
    if not receipt.strip():
        raise UnableToIssue("receipt_missing")
    if paid_on > act.on or paid_on < now.ends_on:
        raise UnableToIssue("before_issue")
    if not files:
        raise UnableToIssue("evidence_missing")
    now.state, now.paid_on, now.receipt, now.paid_at, now.paid_by = (
        StatementState.PAID, paid_on, receipt.strip(), act.at, act.actor,
    )  # fmt: skip
    now.save(update_fields=["state", "paid_on", "receipt", "paid_at", "paid_by"])
    hang([now.pk], files, record_type=record_type("suppliers.statement"), act=act)
    decide(now, ReviewState.VERIFIED, act=act)
    _count_share(now, act)
    return now


def _count_share(statement: Statement, act: Act) -> None:
    """Post what buyers paid and what growers were paid for goods with a promise, by county of origin."""
    promised = promised_by_place(statement)
    weights = {place: one.floor_fen for place, one in promised.items()}
    growers = shared_by(statement.grower_fen or 0, weights) if sum(weights.values()) > 0 else {}
    buyers = {place: one.kept_fen for place, one in promised.items()}
    for measure, parts in ((PAID_BY_BUYERS, buyers), (PAID_TO_GROWERS, growers)):
        rows = [
            (
                fen,
                statement.supplier.unit_id,
                place,
                statement.paid_on,
                statement.pk,
                f"{statement.number}-{place}",
            )
            for place, fen in sorted(parts.items())
            if fen
        ]
        if rows:
            columns = ("quantity", "unit", "place", "on", "subject", "source_id")
            frame = polars.DataFrame(rows, schema=columns, orient="row").with_columns(
                quantity=polars.col("quantity").cast(polars.Decimal(20, 4)) / 100
            )
            kind = record_type("suppliers.statement")
            post_many(measure, frame, record_type=kind, system=SHARE_SYSTEM, act=act)
