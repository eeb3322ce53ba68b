"""Applications are checked by a second person, many at a time: passed with their score, or refused for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from bangfu.foundation.intake.layouts import listed
from bangfu.foundation.operations import BY_ROWS, Act, operation
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models import STANDING, VETTING_REASONS, Application, Programme
from bangfu.giving.grants.operations.correcting import require_reach
from bangfu.giving.grants.refusing import UnableToVet

LEFT_WORDS: dict[str, Words] = {
    "no_consent": both("缺签字同意书 {count} 份", "{count} without the signed consent"),
    "own_entry": both("由您本人录入、须另一人审核 {count} 份", "{count} that you entered yourself"),
    "granted_already": both("本学期已受资助 {count} 份", "{count} granted this term already"),
    "not_waiting": both("已不是待审核 {count} 份", "{count} not waiting any more"),
}
_PASS = """
WITH asked AS (
    SELECT application.id,
           CASE WHEN application.state <> 'ENTERED' THEN 'not_waiting'
                WHEN application.consented_on IS NULL THEN 'no_consent'
                WHEN application.entered_by_id = %(actor)s THEN 'own_entry'
                WHEN EXISTS (SELECT FROM grants_award award
                              WHERE award.person_id = application.person_id AND award.term = programme.term
                                AND award.state = ANY(%(standing)s)) THEN 'granted_already'
                ELSE '' END AS why,
           coalesce((SELECT sum(criterion.points) FROM grants_criterion criterion
                      WHERE criterion.programme_id = application.programme_id
                        AND (criterion.household = application.household
                             OR criterion.household = '' AND criterion.code = ANY(application.claims))), 0) AS score
      FROM grants_application application
      JOIN grants_programme programme ON programme.id = application.programme_id
     WHERE application.id = ANY(%(keys)s) AND application.programme_id = %(programme)s),
passed AS (
    UPDATE grants_application application
       SET state = 'VETTED', score = asked.score, vetted_at = %(at)s, vetted_by_id = %(actor)s
      FROM asked WHERE asked.id = application.id AND asked.why = '' RETURNING application.id)
SELECT why, count(*) FROM asked GROUP BY why
"""


@dataclass(frozen=True)
class Vetted:
    """What became of the applications that were chosen: how many passed, and how many stay for which reason."""

    passed: int
    no_consent: int = 0
    own_entry: int = 0
    granted_already: int = 0
    not_waiting: int = 0

    @property
    def why(self) -> Words:
        """Why some were left as they are; empty: none was."""
        counts = [(words, getattr(self, code)) for code, words in LEFT_WORDS.items()]
        return listed([words.filled(count=count) for words, count in counts if count])


@operation("grants.vet_applications", scope=BY_ROWS)
def vet_applications(*, programme: Programme, applications: Sequence[int], act: Act) -> Vetted:
    """Pass the chosen applications that can be passed, with the points of the criteria that they meet; the others stay.

    Left as they are: those without consent, those that the actor entered, and pupils who are granted this term already.

    Args:
        applications: their keys; those of another programme are passed over.

    Raises: UnableToVet: ``nobody``, ``none_fit``; NotPermitted: one lies outside the grant. Nothing was written.
    Locks: the programme, then the applications.
    """
    keys = _asked(programme, applications, "grants.vet_applications", act)
    with connection.cursor() as cursor:
        cursor.execute(
            _PASS,
            {
                "keys": keys, "programme": programme.pk, "actor": act.actor.pk, "at": act.at, "standing": list(STANDING),
            },
        )  # fmt: skip
        found = dict(cursor.fetchall())
    outcome = Vetted(found.pop("", 0), **found)
    if not outcome.passed:
        raise UnableToVet("none_fit", count=len(keys), why=outcome.why)
    return outcome


def _asked(programme: Programme, applications: Sequence[int], permission: str, act: Act) -> list[int]:
    if not applications:
        raise UnableToVet("nobody")
    require_reach(applications, permission, act)
    Programme.objects.select_for_update().get(pk=programme.pk)
    found = Application.objects.select_for_update().filter(pk__in=applications, programme=programme)
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise UnableToVet("nobody")
    return keys


@operation("grants.refuse_applications", scope=BY_ROWS)
def refuse_applications(
    *, programme: Programme, applications: Sequence[int], reason: str, remark: str = "", act: Act
) -> int:
    """Refuse applications that are to be vetted or were, for one reason, and return how many.

    Args:
        reason: a code of ``VETTING_REASONS``.
        remark: to the school, without anybody's name.

    Raises: UnableToVet: ``nobody``, ``no_reason``, ``wrong_state``; NotPermitted: one lies outside the grant. Nothing
        was written.
    Locks: the programme, then the applications.
    """
    if reason not in VETTING_REASONS:
        raise UnableToVet("no_reason")
    keys = _asked(programme, applications, "grants.refuse_applications", act)
    found = Application.objects.filter(pk__in=keys, state__in=("ENTERED", "VETTED"))
    others = len(keys) - found.count()
    if others:
        raise UnableToVet("wrong_state", count=others)
    return found.update(state="REFUSED", reason=reason, remark=remark.strip()[:200])
