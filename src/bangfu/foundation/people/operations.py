"""Writes of people: accounts are opened and closed, passwords change, persons are erased."""

from __future__ import annotations

import re
import uuid

from bangfu.foundation.operations import OWN, Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, Person, PersonKey
from bangfu.foundation.rooms import both


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


class UnableToErasePerson(Refusal):
    """Codes: ``already_erased``."""

    sentences = {"already_erased": both("此人的信息已经删除。", "This person has been erased already.")}


def enter_person(*, name: str, phone: str | None = None) -> Person:
    """Keep a person under a key of their own and return them; called inside an operation or at the founding."""
    key = uuid.uuid4()
    wrapped = vault.new_wrapped_key(key)
    person = Person.objects.create(
        id=key,
        name_sealed=vault.seal_text(wrapped, name, person=key, column="name"),
        phone_sealed=vault.seal_text(wrapped, phone, person=key, column="phone") if phone else None,
    )
    PersonKey.objects.create(person=person, wrapped=wrapped)
    return person


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


@operation("people.erase_person", scope=_whole_house)
def erase_person(*, person: Person, act: Act) -> Person:
    """Erase a person by destroying their key; the opaque id stays, so counts stay right.

    Raises: UnableToErasePerson: see its codes; nothing was written.
    """
    if person.erased_at is not None:
        raise UnableToErasePerson("already_erased")
    PersonKey.objects.filter(person=person).delete()
    person.name_sealed = person.phone_sealed = None
    person.erased_at = act.at
    person.save(update_fields=["name_sealed", "phone_sealed", "erased_at"])
    return person
