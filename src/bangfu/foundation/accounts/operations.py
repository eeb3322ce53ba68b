"""Writes of accounts: links are issued and used, second factors enrolled, used and removed, locks taken off."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from axes.models import AccessAttempt

from bangfu.foundation.accounts import codes
from bangfu.foundation.accounts.models import OneTimeLink, RecoveryCode, SecondFactor
from bangfu.foundation.accounts.notices import JOINED
from bangfu.foundation.accounts.queries import locks_of
from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import OWN, Act, Refusal, Scope, operation
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, PersonKey
from bangfu.foundation.people.operations import enter_account
from bangfu.foundation.rooms import both

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=24)
SECRET_COLUMN = "second_factor"


class UnableToIssueLink(Refusal):
    """Codes: ``own_account``, ``no_password``."""

    sentences = {
        "own_account": both(
            "自己的密码请在“修改密码”里更改。", "Change your own password under “Change my password”."
        ),
        "no_password": both(
            "系统账号和已停用的账号没有密码。", "Accounts of systems and closed accounts have no password."
        ),
    }


class UnableToUseLink(Refusal):
    """Codes: ``unknown``, ``used``, ``expired``, ``void``."""

    sentences = {
        "unknown": both(
            "没有这个链接。请核对是否复制完整，或请系统管理员重新发一个。",
            "There is no such link. Check that it was copied whole, or ask your administrator for a new one.",
        ),
        "used": both(
            "这个链接已经用过。请直接登录；忘记密码请联系系统管理员。",
            "This link was used already. Sign in; if the password is forgotten, ask your administrator.",
        ),
        "expired": both(
            "这个链接已经过期。请系统管理员重新发一个。",
            "This link has expired. Ask your administrator for a new one.",
        ),
        "void": both(
            "这个链接已被后来的链接取代，请使用最新的一个。",
            "A later link took the place of this one; use the latest.",
        ),
    }


class UnableToEnrol(Refusal):
    """Codes: ``enrolled_already``, ``not_begun``, ``wrong_code``, ``no_person``."""

    sentences = {
        "enrolled_already": both(
            "已经启用第二因素；要换手机，请先停用再重新启用。",
            "A second factor is in use already; to change phones, stop it and enrol again.",
        ),
        "not_begun": both("请先扫描二维码。", "Scan the code first."),
        "wrong_code": both(
            "验证码不对。请确认手机时间准确，输入此刻显示的六位数字。",
            "The code is wrong. Check the phone's clock and enter the six digits it shows now.",
        ),
        "no_person": both(
            "此账号没有个人密钥，不能启用第二因素。",
            "This account has no personal key and cannot have a second factor.",
        ),
    }


class UnableToUseCode(Refusal):
    """Codes: ``wrong_code``, ``not_enrolled``."""

    sentences = {
        "wrong_code": both(
            "验证码不对或已用过。请等下一个六位数字，或用一个恢复码。",
            "The code is wrong or was used. Wait for the next six digits, or use a recovery code.",
        ),
        "not_enrolled": both("此账号没有启用第二因素。", "This account has no second factor."),
    }


class UnableToRemoveSecondFactor(Refusal):
    """Codes: ``own_account``, ``not_enrolled``."""

    sentences = {
        "own_account": both(
            "自己的第二因素请在“第二因素”页凭验证码停用。",
            "Stop your own on the page “Second factor”, with a code.",
        ),
        "not_enrolled": both("此账号没有启用第二因素。", "This account has no second factor."),
    }


class UnableToUnlock(Refusal):
    """Codes: ``not_locked``."""

    sentences = {
        "not_locked": both(
            "此账号没有被锁定，或锁定已到时解除。",
            "This account is not locked, or its lock has run out.",
        )
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("accounts.invite_account", scope=_whole_house, unrecorded=("name", "email", "token"))
def invite_account(*, username: str, name: str, token: str, email: str = "", act: Act) -> Account:
    """Open an account without a password, and a link by which its person sets one within seven days.

    Raises: UnableToOpenAccount: see its codes; nothing was written.
    """
    account = enter_account(username=username, name=name, password=None, email=email)
    _issue(account, OneTimeLink.Purpose.INVITATION, token, INVITATION_LASTS, act)
    return account


@operation("accounts.issue_reset_link", scope=_whole_house, unrecorded=("token",))
def issue_reset_link(*, account: Account, token: str, act: Act) -> Account:
    """Void an account's password and open a link by which its person sets another within a day; its sessions end.

    A second factor stays: whoever holds the link alone does not come in.

    Raises: UnableToIssueLink: see its codes; nothing was written.
    Locks: the account.
    """
    if account.pk == act.actor.pk:
        raise UnableToIssueLink("own_account")
    held = Account.objects.select_for_update().get(pk=account.pk)
    if held.kind == Account.Kind.SYSTEM or not held.is_active:
        raise UnableToIssueLink("no_password")
    held.set_unusable_password()
    held.save(update_fields=["password"])
    _issue(held, OneTimeLink.Purpose.RESET, token, RESET_LASTS, act)
    return held


def _issue(account: Account, purpose: str, token: str, lasts: timedelta, act: Act) -> OneTimeLink:
    open_links = OneTimeLink.objects.filter(account=account, used_at=None, void_at=None)
    open_links.update(void_at=act.at)
    return OneTimeLink.objects.create(
        account=account,
        purpose=purpose,
        digest=codes.token_digest(token),
        made_by=act.actor,
        made_at=act.at,
        expires_at=act.at + lasts,
    )


@operation("accounts.use_link", scope=OWN, unrecorded=("token", "password"))
def use_link(*, account: Account, token: str, password: str, act: Act) -> Account:
    """Set the password of the account to which a one-time link belongs; the link is used up.

    Raises: UnableToUseLink: see its codes; nothing was written.
    Locks: the link.
    """
    link = (
        OneTimeLink.objects.select_for_update()
        .filter(digest=codes.token_digest(token), account=account)
        .first()
    )
    if link is None:
        raise UnableToUseLink("unknown")
    refuse_spent(link, act)
    link.used_at = act.at
    link.save(update_fields=["used_at"])
    account.set_password(password)
    account.save(update_fields=["password"])
    if link.purpose == OneTimeLink.Purpose.INVITATION:
        notify(JOINED, to=[link.made_by_id], about=f"/organisation/accounts/{account.pk}/", act=act)
    return account


def refuse_spent(link: OneTimeLink, act: Act) -> None:
    """Refuse a link that no longer opens.

    Raises: UnableToUseLink: ``used``, ``void``, ``expired``.
    """
    if link.used_at is not None:
        raise UnableToUseLink("used")
    if link.void_at is not None:
        raise UnableToUseLink("void")
    if act.at >= link.expires_at:
        raise UnableToUseLink("expired")


@operation("accounts.begin_second_factor", scope=OWN)
def begin_second_factor(*, account: Account, act: Act) -> SecondFactor:
    """Give one's own account a new secret for an authenticator app; it counts once confirmed.

    Raises: UnableToEnrol: ``enrolled_already``, ``no_person``; nothing was written.
    Locks: the account.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    factor = SecondFactor.objects.filter(account=account).first()
    if factor is not None and factor.confirmed_at is not None:
        raise UnableToEnrol("enrolled_already")
    key = PersonKey.objects.filter(person=account.person_id).first()
    if key is None:
        raise UnableToEnrol("no_person")
    sealed = vault.seal_text(
        bytes(key.wrapped), codes.new_secret().hex(), person=key.person_id, column=SECRET_COLUMN
    )
    factor = factor or SecondFactor(account=account)
    factor.secret_sealed, factor.begun_at, factor.last_step = sealed, act.at, 0
    factor.save()
    return factor


def secret_of(factor: SecondFactor) -> bytes | None:
    """Return the secret of an authenticator app; null once its person was erased."""
    key = PersonKey.objects.filter(person=factor.account.person_id).first()
    if key is None:
        return None
    text = vault.open_text(
        bytes(key.wrapped), bytes(factor.secret_sealed), person=key.person_id, column=SECRET_COLUMN
    )
    return bytes.fromhex(text)


@operation("accounts.confirm_second_factor", scope=OWN, unrecorded=("code", "recovery_codes"))
def confirm_second_factor(
    *, account: Account, code: str, recovery_codes: list[str], act: Act
) -> SecondFactor:
    """Enrol one's own authenticator app by its first code, and keep the digests of the recovery codes.

    Raises: UnableToEnrol: see its codes; nothing was written.
    Locks: the second factor.
    """
    factor = SecondFactor.objects.select_for_update().filter(account=account).first()
    if factor is None:
        raise UnableToEnrol("not_begun")
    if factor.confirmed_at is not None:
        raise UnableToEnrol("enrolled_already")
    if not _take_app_code(factor, code, act):
        raise UnableToEnrol("wrong_code")
    factor.confirmed_at = act.at
    factor.save(update_fields=["confirmed_at"])
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_recovery_digest(account, one)) for one in recovery_codes
    )
    return factor


def _take_app_code(factor: SecondFactor, code: str, act: Act) -> bool:
    """Use a code of the app up, and return whether it was right."""
    secret = secret_of(factor)
    if secret is None:
        return False
    step = codes.matching_step(secret, codes.plain(code), at_s=act.at.timestamp(), after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


def _recovery_digest(account: Account, code: str) -> str:
    """Return the digest under the key of digests: fifty bits alone could be tried out by whoever reads the table."""
    content = f"recovery:{account.pk}:{codes.plain(code)}".encode()
    return hmac.new(vault.digest_key(), content, hashlib.sha256).hexdigest()


@operation("accounts.use_code", scope=OWN, unrecorded=("code",))
def use_code(*, account: Account, code: str, act: Act) -> Account:
    """Use up a code of one's own app, or one of the recovery codes: the second half of a sign-in.

    Raises: UnableToUseCode: see its codes; nothing was written.
    Locks: the second factor.
    """
    _use_code(account, code, act)
    return account


def _use_code(account: Account, code: str, act: Act) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().filter(account=account).first()
    if factor is None or factor.confirmed_at is None:
        raise UnableToUseCode("not_enrolled")
    if _take_app_code(factor, code, act):
        return factor
    unused = RecoveryCode.objects.filter(
        account=account, digest=_recovery_digest(account, code), used_at=None
    )
    if unused.update(used_at=act.at) == 0:
        raise UnableToUseCode("wrong_code")
    return factor


@operation("accounts.stop_second_factor", scope=OWN, unrecorded=("code",))
def stop_second_factor(*, account: Account, code: str, act: Act) -> Account:
    """Stop the second factor of one's own account, by a code: to change phones or to get new recovery codes.

    Raises: UnableToUseCode: see its codes; nothing was written.
    Locks: the second factor.
    """
    _use_code(account, code, act)
    _forget(account)
    return account


@operation("accounts.remove_second_factor", scope=_whole_house)
def remove_second_factor(*, account: Account, act: Act) -> Account:
    """Remove a second factor that somebody else has lost; the password alone lets them in until they enrol again.

    Raises: UnableToRemoveSecondFactor: see its codes; nothing was written.
    Locks: the second factor.
    """
    if account.pk == act.actor.pk:
        raise UnableToRemoveSecondFactor("own_account")
    if not SecondFactor.objects.select_for_update().filter(account=account).exists():
        raise UnableToRemoveSecondFactor("not_enrolled")
    _forget(account)
    return account


def _forget(account: Account) -> None:
    RecoveryCode.objects.filter(account=account).delete()
    SecondFactor.objects.filter(account=account).delete()


@operation("accounts.unlock_account", scope=_whole_house)
def unlock_account(*, account: Account, act: Act) -> Account:
    """Take off the locks that wrong passwords or codes have put on a name, whatever the address they came from.

    Raises: UnableToUnlock: see its codes; nothing was written.
    """
    if not locks_of(account, act.at):
        raise UnableToUnlock("not_locked")
    AccessAttempt.objects.filter(username__iexact=account.username).delete()
    return account
