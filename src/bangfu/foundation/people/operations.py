"""Writes of people: accounts are opened and closed, passwords change, persons are erased."""

from __future__ import annotations

import re

from bangfu.foundation.operations import OWN, Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.people.exports.operations import UnableToExportList, export_list
from bangfu.foundation.people.households.operations import (
    Member,
    Newcomer,
    UnableToChangeStanding,
    UnableToMoveMember,
    UnableToRegisterHousehold,
    change_standing,
    join_household,
    leave_household,
    register_household,
)
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.operations import (
    UnableToEnterPerson,
    UnableToErasePerson,
    UnableToUnmask,
    enter_person,
    enter_persons,
    erase_person,
    keep_about,
    unmask_many,
    unmask_person,
)
from bangfu.foundation.rooms import both

__all__ = [
    "Member",
    "Newcomer",
    "UnableToChangePassword",
    "UnableToChangeStanding",
    "UnableToCloseAccount",
    "UnableToEnterPerson",
    "UnableToErasePerson",
    "UnableToExportList",
    "UnableToMoveMember",
    "UnableToOpenAccount",
    "UnableToRegisterHousehold",
    "UnableToUnmask",
    "change_password",
    "change_standing",
    "close_account",
    "enter_person",
    "enter_persons",
    "erase_person",
    "export_list",
    "join_household",
    "keep_about",
    "leave_household",
    "open_account",
    "open_system_account",
    "register_household",
    "unmask_many",
    "unmask_person",
]


class UnableToOpenAccount(Refusal):
    """Codes: ``username_taken``, ``username_form``."""

    sentences = {
        "username_taken": both(
            "登录名「{username}」已被使用，请换一个。", "The name {username} is taken; choose another."
        ),
        "username_form": both(
            "登录名只能用字母、数字和 . _ - @，不超过八十个字符。",
            "A user name has letters, digits and . _ - @ only, eighty of them at most.",
        ),
    }


class UnableToCloseAccount(Refusal):
    """Codes: ``own_account``, ``closed_already``."""

    sentences = {
        "own_account": both(
            "不能停用自己的账号，请由另一位管理员办理。",
            "You cannot close your own account; another administrator does it.",
        ),
        "closed_already": both("此账号已经停用。", "This account is closed already."),
    }


class UnableToChangePassword(Refusal):
    """Codes: ``wrong_password``."""

    sentences = {
        "wrong_password": both("原密码不对，请重新输入。", "The old password is wrong; enter it again."),
    }


USERNAME = re.compile(r"[\w.@-]{1,80}")
"""What an account may be called."""


def _whole_house(**arguments: object) -> Scope:
    return Scope()


def _check_username(username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise UnableToOpenAccount("username_form")
    if Account.objects.filter(username__iexact=username).exists():
        raise UnableToOpenAccount("username_taken", username=username)


@operation("people.open_account", scope=_whole_house, unrecorded=("name", "password"))
def open_account(*, username: str, name: str, password: str, act: Act) -> Account:
    """Open an account for a person who signs in with a password.

    Raises: UnableToOpenAccount: see its codes; nothing was written.
    """
    return enter_account(username=username, name=name, password=password)


def enter_account(*, username: str, name: str, password: str | None, email: str = "") -> Account:
    """Write a person and the account they sign in with, and return it; called inside an operation.

    Args:
        password: null for none yet: nobody signs in until one is set.

    Raises: UnableToOpenAccount: see its codes.
    """
    inside_operation()
    _check_username(username)
    account = Account(username=username, person=enter_person(name=name), email=email)
    account.set_password(password)
    account.save()
    return account


@operation("people.open_system_account", scope=_whole_house)
def open_system_account(*, username: str, title: str, act: Act) -> Account:
    """Open an account for a system: a job, a payment door or a tool; it cannot sign in.

    Raises: UnableToOpenAccount: see its codes; nothing was written.
    """
    _check_username(username)
    account = Account(username=username, title=title, kind=Account.Kind.SYSTEM)
    account.set_unusable_password()
    account.save()
    return account


@operation("people.change_password", scope=OWN, unrecorded=("old", "new"))
def change_password(*, account: Account, old: str, new: str, act: Act) -> Account:
    """Change the password of the actor's own account; other sessions of it end.

    Raises: UnableToChangePassword: see its codes; nothing was written.
    """
    if not account.check_password(old):
        raise UnableToChangePassword("wrong_password")
    account.set_password(new)
    account.save(update_fields=["password"])
    return account


@operation("people.close_account", scope=_whole_house)
def close_account(*, account: Account, act: Act) -> Account:
    """Close an account: it can no longer sign in or act; what it did stays.

    Raises: UnableToCloseAccount: see its codes; nothing was written.
    """
    if account.pk == act.actor.pk:
        raise UnableToCloseAccount("own_account")
    if not Account.objects.filter(pk=account.pk, is_active=True).exists():
        raise UnableToCloseAccount("closed_already")
    account.is_active = False
    account.save(update_fields=["is_active"])
    return account
