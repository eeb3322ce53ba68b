"""The one write of likeness: a rule is laid down from a day on."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.evidence.models import FARTHEST_THAT_IS_FOUND, LikenessRule
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.rooms import both


class UnableToSetLikeness(Refusal):
    """Codes: ``too_far``, ``source_missing``, ``dates``, ``unchanged``."""

    sentences = {
        "too_far": both(
            "距离须在 0 到 {farthest} 位之间：再大就找不全了。",
            "The distance lies between 0 and {farthest} bits: beyond that not every likeness would be found.",
        ),
        "source_missing": both("请写明依据：谁在何处规定的。", "Say who laid it down, and where."),
        "dates": both(
            "新规则须从现行规则的起始日 {starts_on} 之后开始。",
            "A new rule starts after {starts_on}, the first day of the present one.",
        ),
        "unchanged": both("与现行规则相同，没有变化。", "The present rule says the same; nothing changes."),
    }


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("evidence.set_likeness", scope=_whole_house)
def set_likeness(*, largest_distance: int, source: str, starts_on: date, act: Act) -> LikenessRule:
    """Lay down from how near on two pictures count as the same, from a day on; the rule before ends that day.

    Args:
        largest_distance: bits of 64 in which their fingerprints may differ; 0 is the very same fingerprint.

    Raises: UnableToSetLikeness: see its codes; nothing was written.
    Locks: the rule in force.
    """
    if not 0 <= largest_distance <= FARTHEST_THAT_IS_FOUND:
        raise UnableToSetLikeness("too_far", farthest=FARTHEST_THAT_IS_FOUND)
    if not source.strip():
        raise UnableToSetLikeness("source_missing")
    last = LikenessRule.objects.select_for_update().filter(ends_on__isnull=True).first()
    if last is not None:
        if starts_on <= last.starts_on:
            raise UnableToSetLikeness("dates", starts_on=last.starts_on)
        if last.largest_distance == largest_distance:
            raise UnableToSetLikeness("unchanged")
        last.ends_on = starts_on
        last.save(update_fields=["ends_on"])
    return LikenessRule.objects.create(
        largest_distance=largest_distance, source=source.strip(), starts_on=starts_on
    )
