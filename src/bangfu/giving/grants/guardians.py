"""Whether the guardian who signs for a pupil may sign: of age on the day of signing, or an office that is no person.

The birth date is asked for this alone and kept nowhere. Where the signed paper comes later it is not asked again: such a
guardian was of age already on the first day on which a consent of the programme can have been signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bangfu.giving.grants.models import Relation

OF_AGE, OLDEST_GUARDIAN = 18, 110
"""Ages in years: of majority (Civil Code, article 17); beyond which a birth date is mistyped."""
SIGNED_AHEAD = timedelta(days=365)
"""How long before applications begin a consent may have been signed."""


def age_on(birth: date, day: date) -> int:
    """Return the age in years on a day.

    >>> age_on(date(2006, 9, 1), date(2020, 8, 31)), age_on(date(2006, 9, 1), date(2020, 9, 1))
    (13, 14)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def signed_from(opens_on: date) -> date:
    """Return the first day on which a consent of a programme can have been signed."""
    return opens_on - SIGNED_AHEAD


def faults_of_guardian(
    one: dict[str, Any], *, is_minor: bool, today: date
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return what is wrong with who signs: the column, the code of ``UnableToApply`` and its details.

    Args:
        one: a row of an application with ``relation``, ``guardian``, ``guardian_born_on``, ``consented_on``, ``opens_on``.
    """
    if one["relation"] == Relation.SELF:
        if is_minor:
            yield "relation", "not_of_age", {}
        return
    if not (one["guardian"] or "").strip():
        yield "guardian", "no_guardian" if is_minor else "nobody_applies", {}
    if one["relation"] == Relation.OFFICE:
        return
    born, signed = one["guardian_born_on"], one["consented_on"]
    if born is None:
        if is_minor:
            yield "guardian_born_on", "guardian_age_missing", {}
    elif age_on(born, today) > OLDEST_GUARDIAN:
        yield "guardian_born_on", "guardian_too_old", {"oldest": OLDEST_GUARDIAN}
    elif age_on(born, signed or today) < OF_AGE:
        yield "guardian_born_on", "guardian_under_age", {"day": signed or today}
    elif signed is None and age_on(born, first := signed_from(one["opens_on"])) < OF_AGE:
        yield "guardian_born_on", "guardian_lately_of_age", {"day": first}
