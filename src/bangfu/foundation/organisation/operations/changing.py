"""Units change from a day on: their name, their parent, and that they close."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Max, Q

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation import branching
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit, UnitVersion
from bangfu.foundation.organisation.operations.opening import lock_tree
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.rooms import both


class UnableToChangeUnit(Refusal):
    """Codes: ``root``, ``closed``, ``unchanged``, ``empty``, ``future``, ``too_early``, ``into_itself``,
    ``parent_closed``, ``too_deep``.
    """

    sentences = {
        "root": both("集团是树根，没有上级。", "The group is the root of the tree and has no parent."),
        "closed": both("该单位已于 {on} 撤销，不能再变更。", "The unit closed on {on} and changes no more."),
        "unchanged": both("与现在相同，没有可变更的。", "That is how it is now; there is nothing to change."),
        "empty": both("中英文名称都不能为空。", "Both names are needed."),
        "future": both(
            "变更立即生效，请到当日再办理，或填今天以前的日期。",
            "A change holds at once: make it on that day, or give a day that has come.",
        ),
        "too_early": both(
            "现在的名称和上级自 {on} 起有效，请填其后的日期。",
            "The present name and parent hold from {on}; give a later day.",
        ),
        "into_itself": both(
            "不能移到自己或自己的下级之下，请另选上级。",
            "A unit cannot stand below itself or a unit of its own; choose another parent.",
        ),
        "parent_closed": both(
            "新的上级在 {on} 尚未设立或已撤销，请另选。",
            "The new parent is not open on {on}; choose another.",
        ),
        "too_deep": both(
            "单位层级太深，请挂在更上级的单位下。", "The tree is too deep there; choose a higher parent."
        ),
    }


class UnableToCloseUnit(Refusal):
    """Codes: ``root``, ``closed_already``, ``before_start``, ``has_units``, ``has_posts``, ``has_grants``."""

    sentences = {
        "root": both("集团不能撤销。", "The group cannot be closed."),
        "closed_already": both("该单位已于 {on} 撤销。", "The unit closed on {on} already."),
        "before_start": both(
            "单位设立于 {on}，须在其后撤销。", "The unit opened on {on}; it closes after that."
        ),
        "has_units": both(
            "还有 {count} 个下级单位（如「{first}」），请先撤销或移走。",
            "{count} units below it are open, such as {first}; close or move them first.",
        ),
        "has_posts": both(
            "还有 {count} 人在岗（如「{first}」），请先结束其任职。",
            "{count} posts are held, such as {first}; end those terms first.",
        ),
        "has_grants": both(
            "还有 {count} 项授权（如「{first}」），请先收回。",
            "{count} grants stand here, such as {first}'s; withdraw them first.",
        ),
    }


def _changeable(unit: Unit, on: date, act: Act) -> tuple[Unit, date]:
    """Return the unit as it stands now, under the tree's lock, and since when it is called and placed as it is.

    Raises: UnableToChangeUnit: ``closed``, ``future``, ``too_early``.
    """
    lock_tree()
    found = Unit.objects.get(pk=unit.pk)
    if found.ends_on is not None:
        raise UnableToChangeUnit("closed", on=found.ends_on.isoformat())
    if on > act.on:
        raise UnableToChangeUnit("future")
    since = UnitVersion.objects.filter(unit=found).aggregate(last=Max("starts_on"))["last"] or found.starts_on
    if on <= since:
        raise UnableToChangeUnit("too_early", on=since.isoformat())
    return found, since


def _enter_version(unit: Unit, before: Unit, *, since: date, on: date) -> None:
    """Write that the unit was as ``before`` until the day, and is as it says from then on."""
    ended = UnitVersion.objects.filter(unit=unit, ends_on__isnull=True).update(ends_on=on)
    if not ended:
        UnitVersion.objects.create(
            unit=unit, name_zh=before.name_zh, name_en=before.name_en, parent_id=before.parent_id,
            starts_on=since, ends_on=on,
        )  # fmt: skip
    UnitVersion.objects.create(
        unit=unit, name_zh=unit.name_zh, name_en=unit.name_en, parent_id=unit.parent_id, starts_on=on
    )


@operation("organisation.rename_unit", scope=scope_of("unit"))
def rename_unit(*, unit: Unit, name_zh: str, name_en: str, on: date, act: Act) -> Unit:
    """Give a unit another name from a day on; what is printed for earlier days keeps the old one.

    Raises: UnableToChangeUnit: see its codes; nothing was written.
    Locks: the tree.
    """
    found, since = _changeable(unit, on, act)
    if not (name_zh.strip() and name_en.strip()):
        raise UnableToChangeUnit("empty")
    if (name_zh, name_en) == (found.name_zh, found.name_en):
        raise UnableToChangeUnit("unchanged")
    before = Unit.objects.get(pk=found.pk)
    found.name_zh, found.name_en = name_zh, name_en
    _enter_version(found, before, since=since, on=on)
    found.save(update_fields=["name_zh", "name_en"])
    return found


@operation(
    "organisation.move_unit",
    scope=lambda *, unit, parent, **_: [Scope(unit=unit.pk, place=unit.place_id), parent.scope],
)
def move_unit(*, unit: Unit, parent: Unit, on: date, act: Act) -> Unit:
    """Put a unit, with all below it, under another parent from a day on; earlier days keep the tree that was.

    Raises: UnableToChangeUnit: see its codes; nothing was written.
    Locks: the tree.
    """
    if unit.parent_id is None:
        raise UnableToChangeUnit("root")
    found, since = _changeable(unit, on, act)
    above = Unit.objects.get(pk=parent.pk)
    if found.parent_id == above.pk:
        raise UnableToChangeUnit("unchanged")
    if above.path.startswith(found.path):
        raise UnableToChangeUnit("into_itself")
    if not Unit.objects.filter(in_force(on), pk=above.pk, ends_on__isnull=True).exists():
        raise UnableToChangeUnit("parent_closed", on=on.isoformat())
    path = f"{above.path}{found.pk}."
    below = Unit.objects.filter(path__startswith=found.path)
    deepest = max(len(one) for one in below.values_list("path", flat=True))
    if deepest - len(found.path) + len(path) > branching.LONGEST_PATH:
        raise UnableToChangeUnit("too_deep")
    before = Unit.objects.get(pk=found.pk)
    found.parent = above
    _enter_version(found, before, since=since, on=on)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organisation_unit SET path = %s || substr(path, %s),"
            " parent_id = CASE id WHEN %s THEN %s ELSE parent_id END WHERE path LIKE %s",
            [path, len(before.path) + 1, found.pk, above.pk, f"{before.path}%"],
        )
    found.refresh_from_db()
    return found


@operation("organisation.close_unit", scope=scope_of("unit"))
def close_unit(*, unit: Unit, ends_on: date, act: Act) -> Unit:
    """Close a unit on a day, once nothing of it is open any more; what it did stays.

    Raises: UnableToCloseUnit: see its codes; nothing was written.
    Locks: the tree.
    """
    lock_tree()
    found = Unit.objects.get(pk=unit.pk)
    if found.parent_id is None:
        raise UnableToCloseUnit("root")
    if found.ends_on is not None:
        raise UnableToCloseUnit("closed_already", on=found.ends_on.isoformat())
    if ends_on <= found.starts_on:
        raise UnableToCloseUnit("before_start", on=found.starts_on.isoformat())
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on)
    below = Unit.objects.filter(still, parent=found).order_by("id")
    if below:
        raise UnableToCloseUnit("has_units", count=len(below), first=both(below[0].name_zh, below[0].name_en))
    held = Holding.objects.filter(still, post__unit=found).select_related("post").order_by("id")
    if held:
        post = held[0].post
        raise UnableToCloseUnit("has_posts", count=len(held), first=both(post.title_zh, post.title_en))
    grants = RoleGrant.objects.filter(still, unit=found).select_related("account").order_by("id")
    if grants:
        raise UnableToCloseUnit("has_grants", count=len(grants), first=grants[0].account.username)
    found.ends_on = ends_on
    found.save(update_fields=["ends_on"])
    return found
