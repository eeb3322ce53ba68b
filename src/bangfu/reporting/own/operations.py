"""The only place that writes own indicators: declaring, wording, submitting, deciding, revising, abandoning, withdrawing."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Max

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both
from bangfu.reporting import standing
from bangfu.reporting.codes import FIRST_OWN_NUMBER, HIGHEST_NUMBER
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.own import queries
from bangfu.reporting.own.checking import UnableToDeclare, checked
from bangfu.reporting.own.models import (
    DRAFTS,
    LOCK,
    OwnIndicator,
    Standing,
    Step,
    StepKind,
    Version,
    Withdrawal,
    WithdrawalDecision,
    Wording,
)
from bangfu.reporting.versions import whole_content_of

LONGEST_REMARK = 500


class UnableToDecide(Refusal):
    """Codes: ``submitted_already``, ``not_submitted``, ``same_person``, ``remark_missing``, ``text_too_long``, ``unchanged``,
    ``no_draft``, ``not_abandoned``."""

    sentences = {
        "submitted_already": both(
            "这一版已经提交或批准。请等另一个人决定。",
            "This version was submitted or approved already. Wait for another person’s decision.",
        ),
        "not_submitted": both(
            "这一版还没有提交。请由拟定人先提交。",
            "This version is not submitted. Whoever drafted it submits it.",
        ),
        "same_person": both(
            "拟定、修改或提交过这一版的人不能决定它。请由另一个人批准或退回。",
            "Whoever drafted, worded or submitted this version does not decide on it. Let another person do so.",
        ),
        "remark_missing": both("请写明原因。", "Say why."),
        "no_draft": both(
            "只有草案可以放弃。已提交的请先由批准人退回，已批准的请提议停用。",
            "Only a draft is abandoned. Have a submitted one returned first; propose to withdraw an approved one.",
        ),
        "not_abandoned": both(
            "这一版没有放弃，不用恢复。", "This version is not abandoned: there is nothing to restore."
        ),
        "text_too_long": both(
            "最多 {most} 个字。请写短一些。", "There are {most} characters at most. Shorten it."
        ),
        "unchanged": both(
            "这一版和第 {number} 版说的完全一样。请先改出不同，再提交。",
            "This version says what version {number} says. Change something before you submit it.",
        ),
    }


class UnableToWithdraw(Refusal):
    """Codes: ``not_in_force``, ``withdrawn``, ``open_version``, ``too_early``, ``reason_missing``, ``text_too_long``,
    ``proposed_already``, ``decided_already``, ``same_person``."""

    sentences = {
        "not_in_force": both(
            "没有批准过的版本，不用停用。", "No version was approved: there is nothing to withdraw."
        ),
        "withdrawn": both("已经从 {day} 起停用。", "It is withdrawn from {day} already."),
        "open_version": both(
            "第 {number} 版还没有批准。请先批准它，或放弃它的草案。",
            "Version {number} is not approved yet. Have it decided on, or abandon its draft, first.",
        ),
        "proposed_already": both(
            "已有人提议从 {day} 起停用，等另一个人决定。",
            "To withdraw it from {day} is proposed already, and waits for another person.",
        ),
        "decided_already": both(
            "这个停用提议已经有了决定。", "This proposal to withdraw was decided on already."
        ),
        "same_person": both(
            "提议停用的人不能批准它。请由另一个人批准；您可以撤回提议。",
            "Whoever proposed to withdraw it does not approve that. Let another person do so; you may take it back.",
        ),
        "too_early": both(
            "停用日期必须晚于第 {number} 版的生效日期 {day}。请改日期。",
            "The day must lie after version {number}’s, {day}. Choose a later one.",
        ),
        "reason_missing": both("请写明为什么停用。", "Say why it is withdrawn."),
        "text_too_long": both(
            "理由最多 {most} 个字。请写短一些。", "A reason has {most} characters at most. Shorten it."
        ),
    }


def _lock() -> None:
    """Let one step with any declaration be taken at a time, and see what was approved until now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    standing.look_again()


@operation("own.declare_indicator", scope=scope_of("unit"))
def declare_indicator(*, unit: Unit, text: str, act: Act) -> Version:
    """Draft a new indicator that a unit answers for, and return its first version.

    Args:
        text: the declaration as TOML; number and version are the house's to give, and may be left out.

    Raises: UnableToDeclare: ``too_long``, ``wrong_text``, ``wrong_field``, ``wrong_line``, ``code_taken``, ``numbers_gone``;
        nothing was written.
    Locks: every declaration, for the number.
    """
    _lock()
    last = OwnIndicator.objects.aggregate(last=Max("number"))["last"] or FIRST_OWN_NUMBER - 1
    if last >= HIGHEST_NUMBER:
        raise UnableToDeclare("numbers_gone")
    indicator, kept = checked(text, number=last + 1, version=1, code=None)
    if OwnIndicator.objects.filter(code=indicator.code).exists():
        raise UnableToDeclare("code_taken", code=indicator.code)
    own = OwnIndicator.objects.create(
        code=indicator.code,
        number=indicator.number,
        unit=unit,
        declared_by=act.actor,
        declared_at=act.at,
    )
    version = Version.objects.create(indicator=own, number=1, prepared_by=act.actor, prepared_at=act.at)
    _word(version, kept, act)
    return version


@operation("own.revise_indicator", scope=scope_of("indicator"))
def revise_indicator(*, indicator: OwnIndicator, text: str, reason: str, act: Act) -> Version:
    """Draft the next version of an approved indicator; the ones before stay as they are.

    Raises: UnableToDeclare: ``reason_missing``, ``text_too_long``, ``open_version``, ``abandoned_version``, and what
        ``declare_indicator`` raises; nothing was written.
    Locks: every declaration.
    """
    reason = _said(reason, UnableToDeclare, "reason_missing")
    _lock()
    last = queries.newest_version(indicator.pk)
    if (state := queries.state_of(last.pk)) != StepKind.APPROVED:
        code = "abandoned_version" if state == StepKind.ABANDONED else "open_version"
        raise UnableToDeclare(code, number=last.number)
    number = last.number + 1
    _, kept = checked(text, number=indicator.number, version=number, code=indicator.code)
    version = Version.objects.create(
        indicator=indicator, number=number, reason=reason, prepared_by=act.actor, prepared_at=act.at
    )
    _word(version, kept, act)
    return version


@operation("own.word_version", scope=scope_of("version"))
def word_version(*, version: Version, text: str, act: Act) -> Wording:
    """Word a draft anew; how it read before stays readable.

    Raises: UnableToDeclare: ``not_a_draft``, and what ``declare_indicator`` raises; nothing was written.
    Locks: every declaration.
    """
    _lock()
    if queries.state_of(version.pk) not in DRAFTS:
        raise UnableToDeclare("not_a_draft")
    own = version.indicator
    _, kept = checked(text, number=own.number, version=version.number, code=own.code)
    return _word(version, kept, act)


def _word(version: Version, text: str, act: Act) -> Wording:
    return Wording.objects.create(version=version, text=text, saved_by=act.actor, saved_at=act.at)


@operation("own.submit_version", scope=scope_of("version"))
def submit_version(*, version: Version, act: Act) -> Step:
    """Submit a version for another person's approval; from then on it is not worded anew.

    Raises: UnableToDecide: ``submitted_already``, ``unchanged``. UnableToDeclare: it no longer declares an indicator, for
        what it refers to was changed since; nothing was written.
    Locks: every declaration.
    """
    _lock()
    if queries.state_of(version.pk) not in DRAFTS:
        raise UnableToDecide("submitted_already")
    _checked_again(version)
    _require_changed(version)
    return Step.objects.create(version=version, kind=StepKind.SUBMITTED, taken_by=act.actor, taken_at=act.at)


@operation("own.approve_version", scope=scope_of("version"))
def approve_version(*, version: Version, act: Act) -> Standing:
    """Approve a version that other people drafted: it counts the periods that end after its day, on every page.

    Raises: UnableToDecide: ``not_submitted``, ``same_person``. UnableToDeclare: as ``submit_version``; nothing was written.
    Locks: every declaration.
    """
    _lock()
    _require_another(version, act)
    indicator = _checked_again(version)
    Step.objects.create(version=version, kind=StepKind.APPROVED, taken_by=act.actor, taken_at=act.at)
    found = Standing.objects.create(
        version=version,
        key=indicator.key,
        content=whole_content_of(indicator),
        entered_by=act.actor,
        entered_at=act.at,
    )
    standing.look_again()
    return found


@operation("own.return_version", scope=scope_of("version"))
def return_version(*, version: Version, remark: str, act: Act) -> Step:
    """Return a version with what is wrong; it may be worded anew.

    Raises: UnableToDecide: ``remark_missing``, ``text_too_long``, ``not_submitted``, ``same_person``; nothing was written.
    Locks: every declaration.
    """
    remark = _said(remark, UnableToDecide, "remark_missing")
    _lock()
    _require_another(version, act)
    return Step.objects.create(
        version=version, kind=StepKind.RETURNED, remark=remark, taken_by=act.actor, taken_at=act.at
    )


@operation("own.abandon_version", scope=scope_of("version"))
def abandon_version(*, version: Version, remark: str, act: Act) -> Step:
    """Abandon a draft: it waits for nobody and is not submitted; what it said stays, and it may be restored.

    Raises: UnableToDecide: ``remark_missing``, ``text_too_long``, ``no_draft``; nothing was written.
    Locks: every declaration.
    """
    remark = _said(remark, UnableToDecide, "remark_missing")
    _lock()
    if queries.state_of(version.pk) not in DRAFTS:
        raise UnableToDecide("no_draft")
    return Step.objects.create(
        version=version, kind=StepKind.ABANDONED, remark=remark, taken_by=act.actor, taken_at=act.at
    )


@operation("own.restore_version", scope=scope_of("version"))
def restore_version(*, version: Version, act: Act) -> Step:
    """Restore an abandoned draft; it may be worded anew and submitted.

    Raises: UnableToDecide: ``not_abandoned``; nothing was written.
    Locks: every declaration.
    """
    _lock()
    if queries.state_of(version.pk) != StepKind.ABANDONED:
        raise UnableToDecide("not_abandoned")
    return Step.objects.create(version=version, kind=StepKind.RESTORED, taken_by=act.actor, taken_at=act.at)


@operation("own.propose_withdrawal", scope=scope_of("indicator"))
def propose_withdrawal(*, indicator: OwnIndicator, withdrawn_from: date, reason: str, act: Act) -> Withdrawal:
    """Propose to withdraw an indicator from a day on; nothing changes before another person approved it.

    Raises: UnableToWithdraw: ``reason_missing``, ``text_too_long``, ``not_in_force``, ``withdrawn``, ``open_version``,
        ``too_early``, ``proposed_already``; nothing was written.
    Locks: every declaration.
    """
    reason = _said(reason, UnableToWithdraw, "reason_missing")
    _lock()
    version = _withdrawable(indicator, withdrawn_from)
    waiting = queries.waiting_withdrawal(indicator.pk)
    if waiting is not None:
        raise UnableToWithdraw("proposed_already", day=waiting.withdrawn_from.isoformat())
    return Withdrawal.objects.create(
        version=version,
        withdrawn_from=withdrawn_from,
        reason=reason,
        proposed_by=act.actor,
        proposed_at=act.at,
    )


@operation("own.approve_withdrawal", scope=scope_of("withdrawal"))
def approve_withdrawal(*, withdrawal: Withdrawal, act: Act) -> Standing:
    """Approve a withdrawal that another proposed: periods that end after its day have no value; what was published stays.

    A later version may be approved from that day on, and counts what comes after.

    Raises: UnableToWithdraw: ``decided_already``, ``same_person``, and what ``propose_withdrawal`` raises of the indicator
        and the day; nothing was written.
    Locks: every declaration.
    """
    _lock()
    _require_undecided(withdrawal)
    if act.actor.pk == withdrawal.proposed_by_id:
        raise UnableToWithdraw("same_person")
    version = _withdrawable(withdrawal.version.indicator, withdrawal.withdrawn_from)
    WithdrawalDecision.objects.create(
        withdrawal=withdrawal, is_approved=True, decided_by=act.actor, decided_at=act.at
    )
    stood = Standing.objects.get(version=version, withdrawn_from=None)
    found = Standing.objects.create(
        version=version,
        key=stood.key,
        content={**stood.content, "withdrawn_from": withdrawal.withdrawn_from.isoformat()},
        withdrawn_from=withdrawal.withdrawn_from,
        reason=withdrawal.reason,
        entered_by=act.actor,
        entered_at=act.at,
    )
    standing.look_again()
    return found


@operation("own.refuse_withdrawal", scope=scope_of("withdrawal"))
def refuse_withdrawal(*, withdrawal: Withdrawal, remark: str, act: Act) -> WithdrawalDecision:
    """Refuse a proposed withdrawal with why, or take back one's own; the indicator stays in force.

    Raises: UnableToWithdraw: ``reason_missing``, ``text_too_long``, ``decided_already``; nothing was written.
    Locks: every declaration.
    """
    remark = _said(remark, UnableToWithdraw, "reason_missing")
    _lock()
    _require_undecided(withdrawal)
    return WithdrawalDecision.objects.create(
        withdrawal=withdrawal, is_approved=False, remark=remark, decided_by=act.actor, decided_at=act.at
    )


def _said(text: str, refusal: type[Refusal], missing: str) -> str:
    """Return a reason on one line.

    Raises: Refusal: the code for a missing one, or ``text_too_long``.
    """
    text = " ".join(text.split())
    if not text:
        raise refusal(missing)
    if len(text) > LONGEST_REMARK:
        raise refusal("text_too_long", most=LONGEST_REMARK)
    return text


def _withdrawable(indicator: OwnIndicator, withdrawn_from: date) -> Version:
    """Return the version that a withdrawal from a day on ends.

    Raises: UnableToWithdraw: ``not_in_force``, ``withdrawn``, ``open_version``, ``too_early``.
    """
    chain = standing.versions().get(indicator.code, ())
    if not chain:
        raise UnableToWithdraw("not_in_force")
    last, newest = chain[-1], queries.newest_version(indicator.pk)
    if last.withdrawn_from is not None:
        raise UnableToWithdraw("withdrawn", day=last.withdrawn_from.isoformat())
    if newest.number != last.version and queries.state_of(newest.pk) != StepKind.ABANDONED:
        raise UnableToWithdraw("open_version", number=newest.number)
    if withdrawn_from <= last.valid_from:
        raise UnableToWithdraw("too_early", number=last.version, day=last.valid_from.isoformat())
    return Version.objects.select_related("indicator").get(indicator=indicator, number=last.version)


def _require_undecided(withdrawal: Withdrawal) -> None:
    if WithdrawalDecision.objects.filter(withdrawal=withdrawal).exists():
        raise UnableToWithdraw("decided_already")


def _checked_again(version: Version) -> Indicator:
    own = version.indicator
    text = queries.text_of(version.pk)
    indicator, _ = checked(text, number=own.number, version=version.number, code=own.code)
    return indicator


def _require_changed(version: Version) -> None:
    stood = standing.versions().get(version.indicator.code, ())
    if not stood or stood[-1].withdrawn_from is not None:
        return
    now = queries.declared(queries.text_of(version.pk))
    before = queries.text_of_number(version.indicator_id, version.number - 1)
    same = {name: value for name, value in queries.declared(before).items() if name not in _GIVEN}
    if same == {name: value for name, value in now.items() if name not in _GIVEN}:
        raise UnableToDecide("unchanged", number=version.number - 1)


_GIVEN = ("version", "valid_from")
"""What differs between versions that count alike."""


def _require_another(version: Version, act: Act) -> None:
    if queries.state_of(version.pk) != StepKind.SUBMITTED:
        raise UnableToDecide("not_submitted")
    if act.actor.pk in queries.hands_in(version):
        raise UnableToDecide("same_person")
