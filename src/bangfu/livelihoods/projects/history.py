"""What the pages of projects and movements tell of a record's life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.records import Step as LifeStep
from bangfu.foundation.records import entered, life_of, withdrawn
from bangfu.foundation.rooms import Words, both, counted
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    USED_WORDS,
    Movement,
    Project,
    State,
    Used,
)
from bangfu.livelihoods.projects.telling import movement_address, yuan

BUDGET_CHANGED = both("调整预算", "Budget changed")
ENTERED = both("登记", "Entered")
REACHED = both("节点完成", "Milestone reached")


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a project, by the day it happened."""

    on: date
    words: Words
    about: str = ""
    who: str = ""
    address: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


def trail_of(movement: Movement) -> list[LifeStep]:
    """Return everything that happened to a movement, in order."""
    first = entered(
        movement.entered_at,
        movement.entered_by,
        sheet=movement.upload.name if movement.upload else None,
        by_hand=ENTERED,
    )
    return life_of(movement, first, *withdrawn(movement))


def timeline_of(project: Project, movements: Iterable[Any]) -> list[Moment]:
    """Return the steps of a project and the money that counts, by day; movements are those of ``queries.movements``."""
    steps = list(project.steps.order_by("pk"))
    names = names_of(Account.objects.filter(pk__in={one.taken_by_id for one in steps}))
    moments = [
        Moment(
            on=one.taken_on,
            words=BUDGET_CHANGED
            if one.is_budget
            else ENTERED
            if one.state == State.IDEA
            else STATE_WORDS[one.state],
            about=" ".join(part for part in (one.document, one.reason) if part),
            who=names[one.taken_by_id],
            look="back" if one.state == State.ABANDONED else "",
        )
        for one in steps
    ]
    words = both("{kind} {yuan} 元（{source}）", "{kind}: {yuan} yuan ({source})")
    moments += [
        Moment(
            on=one.happened_on,
            words=words.filled(
                kind=KIND_WORDS[one.kind], yuan=yuan(one.amount_fen), source=SOURCE_WORDS[one.source]
            ),
            about=one.receipt,
            address=movement_address(one.pk),
            look="verified",
        )
        for one in movements
        if one.confirmed_at is not None
    ]
    moments += [
        Moment(on=one.reached_on, words=REACHED, about=one.title, look="verified")
        for one in project.milestones.filter(reached_on__isnull=False)
        if one.reached_on is not None
    ]
    moments += [
        Moment(
            on=one.checked_on,
            words=counted(
                "满 {count} 年检查：{used}",
                "Check after {count} years: {used}",
                "Check after 1 year: {used}",
                count=one.year,
                used=USED_WORDS[one.used],
            ),
            about=one.reason,
            look="verified" if one.used == Used.YES else "back",
        )
        for one in project.checks.all()
    ]
    return sorted(moments, key=lambda one: one.on)
