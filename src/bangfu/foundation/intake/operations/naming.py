"""A unit says under which headings of its own its sheets bear the columns of a layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangfu.foundation.intake.headings import known_headings, tidy
from bangfu.foundation.intake.layouts import Column, layout_with_code
from bangfu.foundation.intake.models import OwnHeadings
from bangfu.foundation.operations import Act, Refusal, operation, require, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both

LONGEST = 60


class UnableToName(Refusal):
    """Codes: ``unknown_column``, ``known_already``, ``needless``, ``said_twice``, ``too_long``."""

    sentences = {
        "unknown_column": both(
            "「{layout}」没有「{column}」这一列。请刷新后重填。", "{layout} has no column {column}. Reload and fill it in again."
        ),
        "known_already": both(
            "「{heading}」本来就读作「{column}」，不能改作「{other}」。请删去。",
            "{heading} is read as “{column}” already and cannot mean “{other}”. Take it out.",
        ),
        "needless": both(
            "「{heading}」本来就认得，不用登记。请删去。", "{heading} is known already, so it need not be said. Take it out."
        ),
        "said_twice": both(
            "「{heading}」填了两次。一个列名只能对应一列。", "{heading} stands twice. A heading means one column."
        ),
        "too_long": both("「{heading}」太长，最多 {longest} 个字。", "{heading} is too long: {longest} characters at most."),
    }  # fmt: skip


@operation("intake.name_headings", scope=scope_of("unit"))
def name_headings(*, layout: str, unit: Unit, headings: Mapping[str, Sequence[str]], act: Act) -> OwnHeadings:
    """Say which headings a unit's sheets of a layout bear beside those that the layout knows; what was said before holds no more.

    Args:
        layout: the layout's code.
        headings: by the column's name; of a column that is absent none is said.

    Raises: NotPermitted: also without the permission to import the layout. UnableToName: see its codes; UnknownLayout. Nothing
        was written.
    """
    taken = layout_with_code(layout)
    require(act, taken.permission, unit.scope)
    columns = {one.name: one for one in taken.columns}
    known = {heading: one for one in taken.columns for heading in known_headings(one)}
    said: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name, texts in headings.items():
        if name not in columns:
            raise UnableToName("unknown_column", layout=taken.title, column=name)
        for heading in filter(None, (text.strip() for text in texts)):
            _refuse(heading, columns[name], known, seen)
            seen.add(tidy(heading))
            said.setdefault(name, []).append(heading)
    return OwnHeadings.objects.create(
        layout=taken.code, unit=unit, headings=said, said_at=act.at, said_by=act.actor
    )


def _refuse(heading: str, column: Column, known: Mapping[str, Column], seen: set[str]) -> None:
    key = tidy(heading)
    if len(heading) > LONGEST:
        raise UnableToName("too_long", heading=f"{heading[:LONGEST]}…", longest=LONGEST)
    if known.get(key) == column:
        raise UnableToName("needless", heading=heading)
    if key in known:
        raise UnableToName("known_already", heading=heading, column=known[key].title, other=column.title)
    if key in seen:
        raise UnableToName("said_twice", heading=heading)
