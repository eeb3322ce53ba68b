"""Writes of the API: tokens are made and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bangfu.foundation.api.models import LONGEST, ApiToken
from bangfu.foundation.operations import OWN, Act, Refusal, Scope, operation
from bangfu.foundation.organisation.queries import permissions_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.webhooks.operations import end_with_token

LONGEST_NAME = 80


class UnableToMakeToken(Refusal):
    """Codes: ``no_name``, ``over_already``, ``lasts_too_long``, ``not_held``, ``no_permission``, ``no_system``, ``by_token``."""

    sentences = {
        "no_name": both(
            "请写明令牌的用途（最多 80 个字）。", "Say what the token is for, in 80 characters at most."
        ),
        "over_already": both("到期日应在今天之后。", "The last day must lie after today."),
        "lasts_too_long": both(
            "令牌最长一年有效。请选更早的到期日。",
            "A token lasts a year at most. Choose an earlier last day.",
        ),
        "not_held": both(
            "账号没有这些权限：{names}。请去掉。", "The account does not hold {names}. Leave them out."
        ),
        "no_permission": both("请至少选一项权限。", "Choose at least one permission."),
        "no_system": both(
            "只能为在用的系统账号申请；人员自己申请自己的。",
            "This is for system accounts in use; people make their own.",
        ),
        "by_token": both(
            "令牌不能再生令牌。请登录后在页面上申请。",
            "A token makes no tokens. Sign in and make it on the page.",
        ),
    }


class UnableToRevokeToken(Refusal):
    """Codes: ``not_own``, ``revoked_already``."""

    sentences = {
        "not_own": both("这不是您的令牌。", "This is no token of yours."),
        "revoked_already": both("这个令牌已经撤销。", "This token was revoked already."),
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("api.make_token", scope=OWN, unrecorded=("digest",))
def make_token(
    *,
    account: Account,
    name: str,
    prefix: str,
    digest: str,
    permissions: Sequence[str] | None,
    is_read_only: bool,
    expires_at: datetime,
    act: Act,
) -> ApiToken:
    """Make a token by which programs act as one's own account; the token itself is shown by the page and not kept.

    Args:
        prefix: the token's first signs.
        digest: of the token.
        permissions: the only ones it carries; null = all that the account holds at the time.

    Raises: UnableToMakeToken: see its codes; nothing was written.
    """
    return _made(account, name, prefix, digest, permissions, is_read_only, expires_at, act)


@operation("api.make_system_token", scope=_whole_house, unrecorded=("digest",))
def make_system_token(
    *,
    account: Account,
    name: str,
    prefix: str,
    digest: str,
    permissions: Sequence[str] | None,
    is_read_only: bool,
    expires_at: datetime,
    act: Act,
) -> ApiToken:
    """Make a token for the account of a system, which cannot sign in to make one; the arguments are those of ``make_token``.

    Raises: UnableToMakeToken: see its codes; nothing was written.
    """
    if account.kind != Account.Kind.SYSTEM or not account.is_active:
        raise UnableToMakeToken("no_system")
    return _made(account, name, prefix, digest, permissions, is_read_only, expires_at, act)


def _made(
    account: Account,
    name: str,
    prefix: str,
    digest: str,
    permissions: Sequence[str] | None,
    is_read_only: bool,
    expires_at: datetime,
    act: Act,
) -> ApiToken:
    name = " ".join(name.split())
    if act.through is not None:
        raise UnableToMakeToken("by_token")
    if not 0 < len(name) <= LONGEST_NAME:
        raise UnableToMakeToken("no_name")
    if expires_at <= act.at:
        raise UnableToMakeToken("over_already")
    if expires_at > act.at + LONGEST:
        raise UnableToMakeToken("lasts_too_long")
    if permissions is not None:
        if not permissions:
            raise UnableToMakeToken("no_permission")
        missing = sorted(set(permissions) - permissions_of(account, act.on))
        if missing:
            raise UnableToMakeToken("not_held", names=", ".join(missing))
    return ApiToken.objects.create(
        account=account,
        name=name,
        prefix=prefix,
        digest=digest,
        permissions=None if permissions is None else sorted(set(permissions)),
        is_read_only=is_read_only,
        made_by=act.actor,
        made_at=act.at,
        expires_at=expires_at,
    )


@operation("api.revoke_token", scope=OWN)
def revoke_token(*, account: Account, token: ApiToken, act: Act) -> ApiToken:
    """Revoke a token of one's own account; from then on nobody gets in by it, and what it subscribed to is told nothing.

    Raises: UnableToRevokeToken: see its codes; nothing was written.
    Locks: the token.
    """
    if token.account_id != account.pk:
        raise UnableToRevokeToken("not_own")
    return _revoked(token, act)


@operation("api.revoke_any_token", scope=_whole_house)
def revoke_any_token(*, token: ApiToken, act: Act) -> ApiToken:
    """Revoke a token of whatever account, and end what it subscribed to.

    Raises: UnableToRevokeToken: ``revoked_already``; nothing was written.
    Locks: the token.
    """
    return _revoked(token, act)


def _revoked(token: ApiToken, act: Act) -> ApiToken:
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at is not None:
        raise UnableToRevokeToken("revoked_already")
    held.revoked_at, held.revoked_by = act.at, act.actor
    held.save(update_fields=["revoked_at", "revoked_by"])
    end_with_token(held.prefix, act=act)
    return held
