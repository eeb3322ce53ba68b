"""Everybody who hung long enough without an open objection is awarded, and the fund's money committed, in one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.giving.grants import books
from bangfu.giving.grants.models import STANDING, Application, Award, Programme, ProgrammeState
from bangfu.giving.grants.operations.planning import held_programme, move_on
from bangfu.giving.grants.refusing import UnableToAward

READY = """
SELECT application.id FROM grants_application application JOIN grants_notice notice ON notice.id = application.notice_id
 WHERE application.programme_id = %(programme)s AND application.state IN ('DISPLAYED', 'DECIDED')
   AND notice.until_on < %(today)s
   AND NOT EXISTS (SELECT FROM grants_objection objection
                    WHERE objection.application_id = application.id AND objection.state = 'OPEN')
"""
_AWARD = """
INSERT INTO grants_award (application_id, programme_id, fund_id, person_id, school_id, place_id, term, amount_fen,
                          awarded_on, state, awarded_at, awarded_by_id)
SELECT application.id, application.programme_id, %(fund)s, application.person_id, application.school_id,
       application.place_id, %(term)s, %(amount)s, %(today)s, 'AWARDED', %(at)s, %(actor)s
  FROM grants_application application WHERE application.id = ANY(%(keys)s) ORDER BY application.person_id
    ON CONFLICT (person_id, term) WHERE state IN ('AWARDED', 'PAYING', 'PAID', 'RETURNED') DO NOTHING
RETURNING id, application_id
"""
_CARRY = """
UPDATE grants_application SET state = CASE WHEN id = ANY(%(awarded)s) THEN 'AWARDED' ELSE 'REFUSED' END,
       reason = CASE WHEN id = ANY(%(awarded)s) THEN '' ELSE 'GRANTED_ALREADY' END
 WHERE id = ANY(%(keys)s)
"""
_END = """
UPDATE grants_notice notice SET ended_on = %(today)s
 WHERE notice.programme_id = %(programme)s AND notice.ended_on IS NULL AND notice.until_on < %(today)s
   AND NOT EXISTS (SELECT FROM grants_application application
                    WHERE application.notice_id = notice.id AND application.state IN ('DISPLAYED', 'OBJECTED', 'DECIDED'))
"""


@dataclass(frozen=True)
class Awarded:
    """What became of the pupils on a programme's lists."""

    awarded: int
    granted_already: int
    """Refused, since another programme granted them this term."""
    waiting: int
    """Not displayed long enough, or their list is not up."""
    objected: int
    """An objection waits for an answer."""


@operation("grants.award_grants", scope=scope_of("programme"))
def award_grants(*, programme: Programme, act: Act) -> Awarded:
    """Award the programme's sum to every pupil whose list hung for its days and to whom no objection is open.

    Whoever another programme granted this term meanwhile is refused with that reason; all others stay as they are.

    Raises: UnableToAward: ``nobody_ready``, ``own_vetting``; UnableToPostEntry: ``fund_short``: the fund has less left than all
        of them come to. Nothing was written.
    Posts: money of the fund, committed award by award.
    Locks: the programme, then the applications; of a pupil and term the first award stands; then the fund.
    """
    held = held_programme(programme.pk)
    with connection.cursor() as cursor:
        cursor.execute(READY + " ORDER BY application.id FOR UPDATE OF application", _said(held, act))
        keys = [key for (key,) in cursor.fetchall()]
    counts = _others(held, keys)
    if not keys:
        raise UnableToAward("nobody_ready", waiting=counts[0], objected=counts[1])
    own = Application.objects.filter(pk__in=keys, vetted_by=act.actor).count()
    if own:
        raise UnableToAward("own_vetting", count=own)
    awards = _award(held, keys, act)
    if awards:
        books.commit(awards, act)
    if held.state == ProgrammeState.DISPLAYED and awards:
        move_on(held, ProgrammeState.AWARDED, act, str(len(awards)))
    return Awarded(len(awards), len(keys) - len(awards), *counts)


def _said(held: Programme, act: Act) -> dict[str, Any]:
    return {"programme": held.pk, "today": act.on}


def _others(held: Programme, keys: list[int]) -> tuple[int, int]:
    """Return how many others wait for their days, and how many for an answer."""
    rows = Application.objects.filter(programme=held)
    waiting = rows.filter(state__in=("DISPLAYED", "DECIDED")).count() - len(keys)
    return waiting, rows.filter(state="OBJECTED").count()


def _award(held: Programme, keys: list[int], act: Act) -> list[Award]:
    said = {
        **_said(held, act), "keys": keys, "fund": held.fund_id, "term": held.term, "amount": held.amount_fen, "at": act.at,
        "actor": act.actor.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_AWARD, said)
        made = cursor.fetchall()
        cursor.execute(_CARRY, {"keys": keys, "awarded": [application for _, application in made]})
        cursor.execute(_END, said)
    return list(Award.objects.filter(pk__in=[key for key, _ in made]).select_related("fund").order_by("pk"))


assert set(STANDING) == {"AWARDED", "PAYING", "PAID", "RETURNED"}  # what ON CONFLICT above names
