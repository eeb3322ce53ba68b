"""What kind of house this is: a real office's or the example's; the two never share a database."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.founding import found_house
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import EXAMPLE_ROOT
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import USERNAME
from bangfu.foundation.rooms import both


class UnableToFound(Refusal):
    """Codes: ``is_example``, ``founded_already``, ``code_reserved``, ``empty``, ``username_form``, ``weak_password``,
    ``one_person``.
    """

    sentences = {
        "is_example": both(
            "这个数据库里是示例，不能再建自己的单位。请用 BANGFU_VAR 或 DATABASE_URL 另指定一个空的。",
            "This database holds the example. Give a house of your own an empty one, with BANGFU_VAR or DATABASE_URL.",
        ),
        "founded_already": both(
            "这里已经建立了「{name}」（{code}）。用 bangfu serve 启动，由管理员登录后设立下级单位。",
            "{name} ({code}) is founded here already. Start it with bangfu serve; its administrator opens further units.",
        ),
        "code_reserved": both(
            "单位代码 EXAMPLE 留给示例，请换一个。",
            "The code EXAMPLE is the example's; choose another.",
        ),
        "empty": both(
            "代码、名称和管理员姓名都不能为空。", "Code, names and the administrator's name are needed."
        ),
        "username_form": both(
            "登录名只能用字母、数字和 . _ - @，不超过八十个字符。",
            "A user name has letters, digits and . _ - @ only, eighty of them at most.",
        ),
        "one_person": both(
            "系统管理员和安全管理员须是两个人，请用不同的登录名。",
            "Who runs the system and who grants are two people: give two user names.",
        ),
        "weak_password": both("密码不合要求：{why}", "The password does not do: {why}"),
    }


@dataclass(frozen=True)
class NewHouse:
    """What a house is founded with: its root unit, who runs the system and, somebody else, who grants."""

    code: str
    name_zh: str
    name_en: str
    administrator: str
    """The user name."""
    administrator_name: str
    security_administrator: str
    """The user name."""
    security_administrator_name: str


def refuse_founded() -> None:
    """Refuse where a house stands.

    Raises: UnableToFound: ``is_example``, ``founded_already``.
    """
    root = Unit.objects.filter(parent=None).first()
    if root is None:
        return
    if root.code == EXAMPLE_ROOT:
        raise UnableToFound("is_example")
    raise UnableToFound("founded_already", name=both(root.name_zh, root.name_en), code=root.code)


def check_password(username: str, password: str) -> None:
    """Refuse a password that is too weak for one of the first administrators.

    Raises: UnableToFound: ``weak_password``.
    """
    try:
        validate_password(password, Account(username=username))
    except ValidationError as weak:
        raise UnableToFound("weak_password", why=" ".join(weak.messages)) from weak


def check_house(house: NewHouse) -> None:
    """Refuse what no house can be founded with.

    Raises: UnableToFound: ``empty``, ``code_reserved``, ``username_form``, ``one_person``.
    """
    names = (house.administrator_name, house.security_administrator_name)
    if not all((house.code, house.name_zh, house.name_en, *names)):
        raise UnableToFound("empty")
    if house.code.upper() == EXAMPLE_ROOT:
        raise UnableToFound("code_reserved")
    usernames = (house.administrator, house.security_administrator)
    if not all(USERNAME.fullmatch(username) for username in usernames):
        raise UnableToFound("username_form")
    if usernames[0].lower() == usernames[1].lower():
        raise UnableToFound("one_person")


def found(house: NewHouse, *, password: str, security_password: str) -> tuple[Unit, Account]:
    """Found an empty house that is not the example's, from today on.

    Raises: UnableToFound: see its codes; nothing was written.
    """
    refuse_founded()
    check_house(house)
    check_password(house.administrator, password)
    check_password(house.security_administrator, security_password)
    return found_house(
        code=house.code,
        name_zh=house.name_zh,
        name_en=house.name_en,
        administrator=house.administrator,
        administrator_name=house.administrator_name,
        security_administrator=house.security_administrator,
        security_administrator_name=house.security_administrator_name,
        password=password,
        security_password=security_password,
        on=timezone.localdate(),
    )
