"""The only place that writes control totals: entered, revised, given lines, reconciled, explained, decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars
from django.db import connection
from django.db.models import Max
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import Act, Refusal, Scope, operation, require, scope_of
from bangfu.foundation.rooms import both
from bangfu.reporting import queries as figures
from bangfu.reporting.controls.books import (
    KEY_TYPES,
    STEP,
    is_money,
    laid_side_by_side,
    question_of,
    selection_of,
)
from bangfu.reporting.controls.models import (
    Category,
    ControlLine,
    ControlTotal,
    Decision,
    Difference,
    Explanation,
    Reconciliation,
    Ruling,
    Source,
)
from bangfu.reporting.selection import Selection

LOCK = 0x6261_636F
AT_ONCE = 2_000
MOST = Decimal(10) ** 14


class UnableToEnter(Refusal):
    """Codes: ``not_money``, ``account_missing``, ``amount_out_of_bounds``, ``day_ahead``, ``superseded``."""

    sentences = {
        "not_money": both(
            "只有金额的合计可以对账。请选择以元计的数字；比率请打开它的分子。",
            "Only sums of money are reconciled. Choose a figure in yuan; of a ratio, open its numerator.",
        ),
        "account_missing": both(
            "请写明金额取自哪个科目、报表或对账单。", "Say which account, report or statement the amount is read off."
        ),
        "amount_out_of_bounds": both("金额以元计，最多两位小数。", "The amount is in yuan, with two decimals at most."),
        "day_ahead": both("取数日期不能在今天之后。", "The day on which it was read lies ahead."),
        "superseded": both(
            "这个控制数已有更新的修订。请刷新后再做。", "There is a later revision of this total. Load the page again."
        ),
    }  # fmt: skip


class UnableToReconcile(Refusal):
    """Codes: ``nothing_sealed``, ``unknown_block``, ``superseded``."""

    sentences = {
        "nothing_sealed": both("账册还没有区块。请等封存后再对账。", "No block is sealed yet. Reconcile once one is."),
        "unknown_block": both("账册没有区块 {block}。", "There is no block {block}."),
        "superseded": UnableToEnter.sentences["superseded"],
    }  # fmt: skip


class UnableToExplain(Refusal):
    """Codes: ``words_missing``, ``explained_already``, ``waits_for_decision``, ``not_explained``, ``same_person``,
    ``reason_missing``."""

    sentences = {
        "words_missing": both(
            "请写明差额是怎么来的，不超过 2000 字。",
            "Say where the difference comes from, in 2,000 characters at most."),
        "explained_already": both("这处差额的说明已获认可。", "The explanation of this difference was approved."),
        "waits_for_decision": both(
            "已有一份说明在等另一个人认可。退回后才能重写。",
            "An explanation waits for another person. It can be rewritten once returned."
        ),
        "not_explained": both("没有待认可的说明。", "No explanation waits for a decision."),
        "same_person": both("说明由您作出，须由另一个人认可或退回。", "You gave the explanation; another person decides on it."),
        "reason_missing": both("退回须写明缺什么。", "Say what is missing."),
    }  # fmt: skip


def lock() -> None:
    """Let only one transaction at a time give a number, a revision or a decision."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _of_figure(**arguments: object) -> Scope:
    selection = arguments["selection"]
    assert isinstance(selection, Selection)
    return Scope(
        unit=selection.unit.pk if selection.unit else None,
        place=selection.place,
        line=selection.line.pk if selection.line else None,
    )


@operation("controls.enter_total", scope=_of_figure)
def enter_total(
    *,
    indicator: str,
    selection: Selection,
    source: str,
    account: str,
    amount: Decimal,
    taken_on: date,
    remark: str = "",
    act: Act,
) -> ControlTotal:
    """Enter what an outside book says of a money figure.

    Args:
        indicator: the indicator's code.
        amount: in yuan.
        taken_on: the day on which it stood so in the other book.

    Raises: UnableToEnter: see its codes; UnableToOpen: ``unknown_indicator``. Nothing was written.
    Locks: one number at a time.
    """
    if source not in Source.values:
        raise ValueError(f"no book is called {source}")
    figures.require_declared(indicator)
    if not is_money(figures.indicator_of(indicator, selection)):
        raise UnableToEnter("not_money")
    _refuse_unfit(account, amount, taken_on, act)
    lock()
    number = (ControlTotal.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
    return ControlTotal.objects.create(
        number=number,
        revision=1,
        source=source,
        account=account.strip(),
        indicator=indicator,
        question=question_of(selection),
        place_id=selection.place,
        area=selection.area,
        unit=selection.unit,
        line=selection.line,
        amount=amount,
        taken_on=taken_on,
        remark=remark.strip(),
        entered_by=act.actor,
        entered_at=act.at,
    )


@operation("controls.revise_total", scope=scope_of("total"))
def revise_total(
    *, total: ControlTotal, account: str, amount: Decimal, taken_on: date, remark: str = "", act: Act
) -> ControlTotal:
    """Enter what the outside book says now, as the next revision; lines are imported anew.

    Raises: UnableToEnter: ``account_missing``, ``amount_out_of_bounds``, ``day_ahead``, ``superseded``; nothing was written.
    Locks: one revision at a time.
    """
    _refuse_unfit(account, amount, taken_on, act)
    _require_newest(total)
    return _next_revision(
        total, act, account=account.strip(), amount=amount, taken_on=taken_on, remark=remark.strip()
    )


def _refuse_unfit(account: str, amount: Decimal, taken_on: date, act: Act) -> None:
    if not account.strip() or len(account.strip()) > 120:
        raise UnableToEnter("account_missing")
    if abs(amount) >= MOST or amount != round(amount, 2):
        raise UnableToEnter("amount_out_of_bounds")
    if taken_on > act.on:
        raise UnableToEnter("day_ahead")


def _require_newest(total: ControlTotal) -> None:
    lock()
    if ControlTotal.objects.filter(number=total.number, revision__gt=total.revision).exists():
        raise UnableToEnter("superseded")


def _next_revision(total: ControlTotal, act: Act, **said: object) -> ControlTotal:
    kept = {
        name: getattr(total, name)
        for name in (
            "number", "source", "account", "indicator", "question", "place_id", "area_id", "unit_id", "line_id", "amount",
            "taken_on", "remark",
        )
    }  # fmt: skip
    return ControlTotal.objects.create(
        **{**kept, **said}, revision=total.revision + 1, entered_by=act.actor, entered_at=act.at
    )


@operation("controls.import_lines", scope=scope_of("upload"))
def import_lines(*, upload: Upload, act: Act) -> ControlTotal:
    """Give a control total the lines of a sheet, as its next revision; they add up to it. All of them or none.

    Raises: NotPermitted: without the permission where the figure lies. UnableToImport: rows are refused, nothing is new, or the
        sheet was imported before. UnableToEnter: ``superseded``. Nothing was written.
    Locks: one revision at a time, then the upload.
    """
    lock()
    rows = intake.rows_to_import(upload, act=act).frame
    total = ControlTotal.objects.filter(number=rows["total"][0]).order_by("-revision")[0]
    require(act, "controls.import_lines", total.scope)
    keys = keys_of(rows)
    revised = _next_revision(total, act, keys=" ".join(keys))
    ControlLine.objects.bulk_create(
        (
            ControlLine(
                total=revised, position=position, month=row["month_on"], unit_id=row["unit_key"],
                place_id=row["place"], document=row["document"] or "", amount=row["amount"],
            )
            for position, row in enumerate(rows.iter_rows(named=True), 1)
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    outcome = {"lines": rows.height, "address": reverse("controls:total", args=[total.number])}
    intake.mark_confirmed(upload, outcome, act=act)
    return revised


def keys_of(rows: polars.DataFrame) -> list[str]:
    """Return by what rows are kept: the key columns in which they have something."""
    named = {"month": "month_on", "unit": "unit_key", "place": "place", "document": "document"}
    return [key for key in KEY_TYPES if rows[named[key]].is_not_null().any()]


@operation("controls.reconcile_total", scope=scope_of("total"))
def reconcile_total(*, total: ControlTotal, block: int | None = None, act: Act) -> Reconciliation:
    """Hold a control total against its figure as of a block, and write down every difference.

    A difference that was there before with the same amounts keeps its explanation.

    Args: block: null is the newest.

    Raises: UnableToReconcile: see its codes; nothing was written.
    Locks: one reconciliation at a time.
    """
    newest = latest_block()
    if newest is None:
        raise UnableToReconcile("nothing_sealed")
    as_of = newest.number if block is None else block
    if not 1 <= as_of <= newest.number:
        raise UnableToReconcile("unknown_block", block=as_of)
    lock()
    if ControlTotal.objects.filter(number=total.number, revision__gt=total.revision).exists():
        raise UnableToReconcile("superseded")
    ours, found = laid_side_by_side(total, selection_of(total, as_of))
    made = Reconciliation.objects.create(
        total=total, block=as_of, ours=ours, matched=found.matched, made_by=act.actor, made_at=act.at
    )
    known = _known_differences(total.number)
    rows = []
    for position, row in enumerate(found.differences.iter_rows(named=True), 1):
        one = Difference(
            reconciliation=made,
            position=position,
            kind=row["kind"],
            month=row.get("month"),
            unit_id=row.get("unit"),
            place_id=row.get("place"),
            document=row.get("document") or "",
            ours=None if row["ours"] is None else row["ours"] * STEP,
            theirs=None if row["theirs"] is None else row["theirs"] * STEP,
        )
        one.first_id = known.get(_fingerprint(one))
        rows.append(one)
    Difference.objects.bulk_create(rows, batch_size=AT_ONCE)
    return made


def _fingerprint(one: Difference) -> tuple[object, ...]:
    return (one.kind, one.month, one.unit_id, one.place_id, one.document, one.ours, one.theirs)


def _known_differences(number: int) -> dict[tuple[object, ...], int]:
    """Return the first difference of each kind, key and amounts that reconciliations of a total have shown."""
    first = Difference.objects.filter(reconciliation__total__number=number, first__isnull=True)
    return {_fingerprint(one): one.pk for one in first}


def _of_difference(**arguments: object) -> Scope:
    difference = arguments["difference"]
    assert isinstance(difference, Difference)
    return difference.reconciliation.total.scope


@operation("controls.explain_difference", scope=_of_difference)
def explain_difference(
    *,
    difference: Difference,
    category: str,
    words: str,
    files: Sequence[tuple[str, bytes]] = (),
    act: Act,
) -> Explanation:
    """Explain where a difference comes from; another person decides on it.

    Args: files: evidence, name and content; it hangs on the difference.

    Raises: UnableToExplain: ``words_missing``, ``explained_already``, ``waits_for_decision``; UnableToKeep: see its codes.
        Nothing was written.
    Locks: one explanation or decision at a time.
    """
    if category not in Category.values:
        raise ValueError(f"no reason is called {category}")
    said = words.strip()
    if not said or len(said) > 2000:
        raise UnableToExplain("words_missing")
    root = Difference.objects.get(pk=difference.root_id)
    last = _last_explanation(root)
    if last is not None:
        decision = Decision.objects.filter(explanation=last).first()
        if decision is None:
            raise UnableToExplain("waits_for_decision")
        if decision.ruling == Ruling.APPROVED:
            raise UnableToExplain("explained_already")
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type in PICTURES else EvidenceKind.DOCUMENT
        attach(file, to=root, kind=kind, name=name, act=act)
    return Explanation.objects.create(
        difference=root,
        revision=last.revision + 1 if last else 1,
        category=category,
        words=said,
        given_by=act.actor,
        given_at=act.at,
    )


@operation("controls.decide_explanation", scope=_of_difference)
def decide_explanation(*, difference: Difference, ruling: str, remark: str = "", act: Act) -> Decision:
    """Approve or return the explanation of a difference; never one's own.

    Raises: UnableToExplain: ``not_explained``, ``same_person``, ``reason_missing``; nothing was written.
    Locks: one explanation or decision at a time.
    """
    if ruling not in Ruling.values:
        raise ValueError(f"no ruling is called {ruling}")
    last = _last_explanation(Difference.objects.get(pk=difference.root_id))
    if last is None or Decision.objects.filter(explanation=last).exists():
        raise UnableToExplain("not_explained")
    if last.given_by_id == act.actor.pk:
        raise UnableToExplain("same_person")
    if ruling == Ruling.RETURNED and not remark.strip():
        raise UnableToExplain("reason_missing")
    return Decision.objects.create(
        explanation=last, ruling=ruling, remark=remark.strip(), decided_by=act.actor, decided_at=act.at
    )


def _last_explanation(root: Difference) -> Explanation | None:
    lock()
    return Explanation.objects.filter(difference=root).order_by("-revision").first()
