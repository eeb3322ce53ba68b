"""The accounts as a list, and what its files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.accounts.queries import locked_usernames, with_second_factor
from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.organisation.tree import accounts_in, readable_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both, roles

VIEW = "organisation.view"
STATES = {
    "open": both("在用", "Open"),
    "closed": both("已停用", "Closed"),
    "locked": both("锁定中", "Locked"),
}


def accounts(reader: Account, readable: list[Unit], on: date, *, text: str, state: str) -> list[Account]:
    """Return the accounts of the units that a reader sees, narrowed by name and state."""
    found = Account.objects.all() if allows(reader, VIEW, Scope(), on) else accounts_in(readable)
    locked = locked_usernames(timezone.now())
    if state in ("open", "closed"):
        found = found.filter(is_active=state == "open")
    rows = [one for one in found.order_by("username") if state != "locked" or one.username.lower() in locked]
    if text:
        names = names_of(rows)
        rows = [one for one in rows if text.lower() in f"{one.username} {names[one.pk]}".lower()]
    return rows


def posts_of(shown: Sequence[Account], on: date) -> dict[int, list[Holding]]:
    """Return the posts that accounts hold on a day, by account; absent = none."""
    posts: dict[int, list[Holding]] = {}
    for holding in Holding.objects.filter(in_force(on), account__in=shown).select_related("post__unit"):
        posts.setdefault(holding.account_id, []).append(holding)
    return posts


def roles_of(shown: Sequence[Account], on: date) -> dict[int, list[str]]:
    """Return the roles that accounts are granted on a day, each once, by account; absent = none."""
    granted: dict[int, dict[str, None]] = {}
    titles = roles()
    for grant in RoleGrant.objects.filter(in_force(on), account__in=shown).order_by("role"):
        title = str(titles[grant.role].title) if grant.role in titles else grant.role
        granted.setdefault(grant.account_id, {})[title] = None
    return {key: list(found) for key, found in granted.items()}


def _rows(account: Account, asked: Mapping[str, str], on: date) -> Iterator[list[PersonalCell]]:
    readable = readable_units(account, VIEW, on)
    if not readable:
        raise NotPermitted("out_of_scope", permission=VIEW)
    return _cells(
        accounts(account, readable, on, text=asked.get("q", ""), state=asked.get("state", "open")), on
    )


def _cells(found: list[Account], on: date) -> Iterator[list[PersonalCell]]:
    posts, granted = posts_of(found, on), roles_of(found, on)
    enrolled, locked = with_second_factor(found), locked_usernames(timezone.now())
    for one in found:
        is_locked = one.username.lower() in locked
        held = (f"{holding.post.unit.name} {holding.post.title}" for holding in posts.get(one.pk, []))
        yield [
            one.username, one.person_id, one.title, "；".join(held), "；".join(granted.get(one.pk, [])),
            str(both("已启用", "in use")) if one.pk in enrolled else "",
            str(STATES["locked" if is_locked else "open" if one.is_active else "closed"]),
        ]  # fmt: skip


ACCOUNTS = PersonalList(
    code="organisation.accounts",
    title=both("账号", "Accounts"),
    columns=(
        both("登录名", "User name"), Personal(both("姓名", "Name"), "name"), both("系统账号", "System account"),
        both("岗位", "Post"), both("角色", "Roles"), both("第二因素", "Second factor"), both("状态", "State"),
    ),
    rows=_rows,
    page=lambda asked: reverse("organisation:accounts"),
    filters={"q": both("姓名或登录名", "name or user name"), "state": both("状态", "state")},
    searches_people=frozenset({"q"}),
)  # fmt: skip
