"""Posts are filled and left, roles granted and withdrawn."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import DUTIES_APART, Holding, Line, Post, RoleGrant, Unit
from bangfu.foundation.organisation.queries import in_force, lines_in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both, role_permissions, roles


class UnableToGrantRole(Refusal):
    """Codes: ``unknown_role``, ``granted_already``, ``unit_closed``, ``line_ended``, ``duties_apart``, ``own_account``."""

    sentences = {
        "unknown_role": both("没有名为「{role}」的角色。", "There is no role called {role}."),
        "granted_already": both(
            "此人在此范围已有这个角色。", "This account already has the role in this scope."
        ),
        "unit_closed": both(
            "该单位在 {on} 尚未设立或已撤销，请另选单位或日期。",
            "The unit is not open on {on}; choose another unit or day.",
        ),
        "line_ended": both(
            "该专业线在 {on} 不在用，请另选。", "The line is not in use on {on}; choose another."
        ),
        "duties_apart": both(
            "此人已是{held}。系统、安全、审计三员须由三人分任；请另授一人，或先收回原角色。",
            "This account is {held} already. System, security and audit are three people's duties: "
            "choose somebody else, or withdraw that role first.",
        ),
        "own_account": both(
            "不能给自己授权，请由另一位安全管理员办理。",
            "You cannot grant a role to yourself; another security administrator does it.",
        ),
    }


class UnableToFillPost(Refusal):
    """Codes: ``post_taken``, ``unit_closed``."""

    sentences = {
        "post_taken": both(
            "该岗位在此期间已有人任职，请先结束其任期。",
            "Somebody holds this post then; end their term first.",
        ),
        "unit_closed": both(
            "该单位在 {on} 尚未设立或已撤销，请另选单位或日期。",
            "The unit is not open on {on}; choose another unit or day.",
        ),
    }


class UnableToLeavePost(Refusal):
    """Codes: ``before_start``, ``ended_already``."""

    sentences = {
        "before_start": both("任期始于 {on}，须在其后结束。", "The term began on {on}; it ends after that."),
        "ended_already": both("任期已于 {on} 结束。", "The term ended on {on} already."),
    }


class UnableToWithdrawRole(Refusal):
    """Codes: ``before_start``, ``ended_already``, ``own_administration``."""

    sentences = {
        "before_start": both("授权始于 {on}，须在其后收回。", "The grant began on {on}; it ends after that."),
        "ended_already": both("授权已于 {on} 收回。", "The grant ended on {on} already."),
        "own_administration": both(
            "不能收回自己的授权管理，请由另一位安全管理员办理。",
            "You cannot withdraw your own right to grant; another security administrator does it.",
        ),
    }


@operation("organisation.fill_post", scope=lambda *, unit, **_: Scope(unit=unit.pk))
def fill_post(
    *,
    unit: Unit,
    title_zh: str,
    title_en: str,
    account: Account,
    starts_on: date,
    line: Line | None = None,
    act: Act,
) -> Holding:
    """Give an account the post of this title in a unit, from a day on; a post may belong to a professional line.

    Raises: UnableToFillPost: see its codes; nothing was written.
    Locks: the post.
    """
    if not Unit.objects.filter(in_force(starts_on), pk=unit.pk).exists():
        raise UnableToFillPost("unit_closed", on=starts_on.isoformat())
    post, _ = Post.objects.get_or_create(
        unit=unit, title_zh=title_zh, line=line, defaults={"title_en": title_en}
    )
    Post.objects.select_for_update().get(pk=post.pk)
    if Holding.objects.filter(post=post).exclude(ends_on__lte=starts_on).exists():
        raise UnableToFillPost("post_taken")
    return Holding.objects.create(post=post, account=account, starts_on=starts_on)


@operation("organisation.leave_post", scope=lambda *, holding, **_: Scope(unit=holding.post.unit_id))
def leave_post(*, holding: Holding, ends_on: date, act: Act) -> Holding:
    """End the holding of a post on a day, from which on it is free.

    Raises: UnableToLeavePost: see its codes; nothing was written.
    Locks: the holding.
    """
    held = Holding.objects.select_for_update().get(pk=holding.pk)
    if held.ends_on is not None:
        raise UnableToLeavePost("ended_already", on=held.ends_on.isoformat())
    if ends_on <= held.starts_on:
        raise UnableToLeavePost("before_start", on=held.starts_on.isoformat())
    held.ends_on = ends_on
    held.save(update_fields=["ends_on"])
    return held


@operation("organisation.grant_role", scope=lambda *, unit, **_: Scope(unit=unit.pk))
def grant_role(
    *,
    account: Account,
    role: str,
    unit: Unit,
    line: Line | None = None,
    place: Place | None = None,
    starts_on: date,
    act: Act,
) -> RoleGrant:
    """Grant an account a role over a unit's subtree, from a day on; null line or place means all.

    Raises: UnableToGrantRole: see its codes; nothing was written.
    Locks: the account, for one of the three duties that nobody holds together.
    """
    if role not in roles():
        raise UnableToGrantRole("unknown_role", role=role)
    if not Unit.objects.filter(in_force(starts_on), pk=unit.pk).exists():
        raise UnableToGrantRole("unit_closed", on=starts_on.isoformat())
    if line is not None and not lines_in_force(starts_on).filter(pk=line.pk).exists():
        raise UnableToGrantRole("line_ended", on=starts_on.isoformat())
    if account.pk == act.actor.pk:
        raise UnableToGrantRole("own_account")
    if role in DUTIES_APART:
        _refuse_second_duty(account, role, starts_on)
    same = RoleGrant.objects.filter(account=account, role=role, unit=unit, line=line, place=place)
    if same.exclude(ends_on__lte=starts_on).exists():
        raise UnableToGrantRole("granted_already")
    return RoleGrant.objects.create(
        account=account, role=role, unit=unit, line=line, place=place, starts_on=starts_on
    )


def _refuse_second_duty(account: Account, role: str, starts_on: date) -> None:
    Account.objects.select_for_update().get(pk=account.pk)
    others = [duty for duty in DUTIES_APART if duty != role]
    held = (
        RoleGrant.objects.filter(account=account, role__in=others)
        .exclude(ends_on__lte=starts_on)
        .values_list("role", flat=True)
        .first()
    )
    if held is not None:
        raise UnableToGrantRole("duties_apart", held=roles()[held].title)


@operation("organisation.withdraw_role", scope=lambda *, grant, **_: Scope(unit=grant.unit_id))
def withdraw_role(*, grant: RoleGrant, ends_on: date, act: Act) -> RoleGrant:
    """End a grant on a day; what was done under it stays.

    Raises: UnableToWithdrawRole: see its codes; nothing was written.
    Locks: the grant.
    """
    held = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if held.ends_on is not None:
        raise UnableToWithdrawRole("ended_already", on=held.ends_on.isoformat())
    if ends_on <= held.starts_on:
        raise UnableToWithdrawRole("before_start", on=held.starts_on.isoformat())
    if held.account_id == act.actor.pk and "organisation.grant_role" in role_permissions(held.role):
        raise UnableToWithdrawRole("own_administration")
    held.ends_on = ends_on
    held.save(update_fields=["ends_on"])
    return held
