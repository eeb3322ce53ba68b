"""Professional lines are entered, renamed and ended."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Max, Q

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import Line, RoleGrant
from bangfu.foundation.organisation.operations.opening import lock_tree
from bangfu.foundation.rooms import both


class UnableToEnterLine(Refusal):
    """Codes: ``code_form``, ``empty``, ``unchanged``, ``too_many``."""

    sentences = {
        "code_form": both(
            "专业线代码「{code}」只能用小写字母、数字和下划线，不超过四十个字符。",
            "A line's code has lower-case letters, digits and underscores only, forty at most; {code} has not.",
        ),
        "empty": both("中英文名称都不能为空。", "Both names are needed."),
        "unchanged": both(
            "与现有的相同，没有可变更的。", "That is how it is now; there is nothing to change."
        ),
        "too_many": both("专业线太多，请先合并。", "There are too many lines; join some first."),
    }


class UnableToEndLine(Refusal):
    """Codes: ``ended_already``, ``before_start``, ``has_grants``."""

    sentences = {
        "ended_already": both("该专业线已于 {on} 停用。", "The line ended on {on} already."),
        "before_start": both(
            "专业线始于 {on}，须在其后停用。", "The line began on {on}; it ends after that."
        ),
        "has_grants": both(
            "还有 {count} 项授权限于该专业线，请先收回。",
            "{count} grants are limited to this line; withdraw them first.",
        ),
    }


@operation("organisation.enter_line", scope=lambda **_: Scope())
def enter_line(*, code: str, name_zh: str, name_en: str, starts_on: date, act: Act) -> Line:
    """Enter a professional line from a day on, or give the line of this code other names.

    Raises: UnableToEnterLine: see its codes; nothing was written.
    Locks: the tree.
    """
    lock_tree()
    if not LINE_CODE.fullmatch(code):
        raise UnableToEnterLine("code_form", code=code)
    if not (name_zh.strip() and name_en.strip()):
        raise UnableToEnterLine("empty")
    known = Line.objects.filter(code=code).first()
    if known is not None:
        if (known.name_zh, known.name_en) == (name_zh, name_en):
            raise UnableToEnterLine("unchanged")
        known.name_zh, known.name_en = name_zh, name_en
        known.save(update_fields=["name_zh", "name_en"])
        return known
    key = (Line.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    if key > HIGHEST_LINE:
        raise UnableToEnterLine("too_many")
    return Line.objects.create(id=key, code=code, name_zh=name_zh, name_en=name_en, starts_on=starts_on)


LINE_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


HIGHEST_LINE = 32_767


@operation("organisation.end_line", scope=lambda **_: Scope())
def end_line(*, line: Line, ends_on: date, act: Act) -> Line:
    """End a professional line on a day; what was done under it stays.

    Raises: UnableToEndLine: see its codes; nothing was written.
    Locks: the line.
    """
    found = Line.objects.select_for_update().get(pk=line.pk)
    if found.ends_on is not None:
        raise UnableToEndLine("ended_already", on=found.ends_on.isoformat())
    if found.starts_on is not None and ends_on <= found.starts_on:
        raise UnableToEndLine("before_start", on=found.starts_on.isoformat())
    grants = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on), line=found).count()
    if grants:
        raise UnableToEndLine("has_grants", count=grants)
    found.ends_on = ends_on
    found.save(update_fields=["ends_on"])
    return found
