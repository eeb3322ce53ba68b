"""What others may read of grants: programmes, applications with what was found beside them, lists, objections, awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from bangfu.foundation.organisation.queries import in_granted_units, in_whole_units, within_grants
from bangfu.foundation.people import vault
from bangfu.foundation.people.households.models import KIND_WORDS, MONITORED_WORDS
from bangfu.foundation.people.households.queries import households_of, standings_on
from bangfu.foundation.people.models import Account, PersonKey
from bangfu.giving.grants.models import (
    LIVING,
    Application,
    Award,
    HouseholdStatus,
    Meeting,
    Notice,
    Objection,
    Programme,
    School,
)
from bangfu.giving.grants.register import VIEW

_FACTS = """
SELECT fact.party, measure.code FROM ledger_fact fact JOIN ledger_cataloguemeasure measure ON measure.id = fact.measure_id
 WHERE fact.party = ANY(%s) AND measure.code NOT LIKE 'grants.%%'
 GROUP BY fact.party, measure.code HAVING sum(fact.quantity) > 0 ORDER BY measure.code
"""


def programmes_seen_by(account: Account, on: date) -> QuerySet[Programme]:
    """Return the programmes that an account may read."""
    rows = Programme.objects.filter(in_granted_units(account, VIEW, on))
    return rows.select_related("unit", "fund")


def whole_programmes_seen_by(account: Account, on: date) -> QuerySet[Programme]:
    """Return the programmes of which an account may read every county, and so their money."""
    return Programme.objects.filter(in_whole_units(account, VIEW, on)).select_related("unit", "fund")


def schools_seen_by(account: Account, on: date) -> QuerySet[School]:
    """Return the schools that an account may read."""
    return School.objects.filter(within_grants(account, VIEW, on)).select_related("unit")


def applications_seen_by(account: Account, on: date) -> QuerySet[Application]:
    """Return the applications that an account may read: by the programme's unit and the school's county."""
    rows = Application.objects.annotate(unit_id=F("programme__unit_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related("programme", "school", "notice")


def meetings_seen_by(account: Account, on: date) -> QuerySet[Meeting]:
    """Return the meetings that an account may read: they decide on every county's pupils, so that none is of one county."""
    rows = Meeting.objects.filter(in_whole_units(account, VIEW, on, "programme__unit_id"))
    return rows.select_related("programme")


def notices_seen_by(account: Account, on: date) -> QuerySet[Notice]:
    """Return the lists on display that an account may read."""
    rows = Notice.objects.annotate(unit_id=F("programme__unit_id"), place_id=F("school__place_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related("programme", "school")


def objections_seen_by(account: Account, on: date) -> QuerySet[Objection]:
    """Return the objections that an account may read."""
    rows = Objection.objects.annotate(
        unit_id=F("application__programme__unit_id"), place_id=F("application__place_id")
    )
    return rows.filter(within_grants(account, VIEW, on)).select_related(
        "application__programme", "application__school"
    )


def awards_seen_by(account: Account, on: date) -> QuerySet[Award]:
    """Return the awards that an account may read."""
    rows = Award.objects.annotate(unit_id=F("programme__unit_id"))
    return rows.filter(within_grants(account, VIEW, on)).select_related(
        "programme", "school", "application", "fund"
    )


def same_pupil(application: Application) -> list[Application]:
    """Return the other applications of a pupil, of whatever programme and term, the newest first."""
    rows = Application.objects.filter(person=application.person_id).exclude(pk=application.pk)
    return list(rows.select_related("programme", "school").order_by("-pk"))


def same_account(application: Application) -> list[Application]:
    """Return the living applications of other pupils with the same bank account, the newest first."""
    rows = Application.objects.filter(account_digest=application.account_digest, state__in=LIVING)
    return list(
        rows.exclude(person=application.person_id).select_related("programme", "school").order_by("-pk")[:20]
    )


def register_words(persons: Sequence[UUID], on: date) -> dict[UUID, str]:
    """Return what the household register says of persons on a day, in words; absent = it does not know them."""
    households = households_of(persons, on)
    standings = standings_on([one.pk for one in households.values()], on)
    found = {}
    for person, household in households.items():
        standing = standings.get(household.pk)
        if standing is not None:
            words = [str(KIND_WORDS[standing.kind])]
            if standing.monitored:
                words.append(str(MONITORED_WORDS[standing.monitored]))
            found[person] = "、".join(words)
    return found


REGISTERED_KINDS = ("REGISTERED_POOR", "FORMER_POOR")


def differing_from_register(applications: Sequence[Application], on: date) -> set[int]:
    """Return the applications whose household says another thing than the household register, which knows the pupil."""
    households = households_of([one.person_id for one in applications], on)
    standings = standings_on([one.pk for one in households.values()], on)
    found = set()
    for one in applications:
        household = households.get(one.person_id)
        standing = standings.get(household.pk) if household else None
        if standing is None:
            continue
        if (one.household == HouseholdStatus.REGISTERED and standing.kind not in REGISTERED_KINDS) or (
            one.household == HouseholdStatus.MONITORED and not standing.monitored
        ):
            found.add(one.pk)
    return found


def counted_elsewhere(persons: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the measures of other rooms by which persons are counted, from the ledger; absent = none."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(persons)])
        found: dict[UUID, list[str]] = {}
        for person, measure in cursor.fetchall():
            found.setdefault(person, []).append(measure)
    return found


@dataclass(frozen=True)
class Use:
    """How far a quota is used."""

    place: int
    school: School | None
    pupils: int
    applied: int
    taken: int
    """Shortlisted or beyond."""


def use_of_quotas(programme: Programme) -> list[Use]:
    """Return how far the quotas of a programme are used, by county and school."""
    counts: dict[tuple[int, int], tuple[int, int]] = {}
    taken = Q(state__in=("SHORTLISTED", "DISPLAYED", "OBJECTED", "DECIDED", "AWARDED"))
    rows = Application.objects.filter(programme=programme).values_list("place_id", "school_id")
    for place, school, applied, seats in rows.annotate(
        applied=Count("pk"), seats=Count("pk", filter=taken)
    ).order_by():
        counts[place, school] = (applied, seats)
    quotas = list(programme.quotas.select_related("school").order_by("place_id", "school__code"))
    own = {one.school_id for one in quotas if one.school_id is not None}
    found = []
    for one in quotas:
        of = [
            said
            for (place, school), said in counts.items()
            if (school == one.school_id if one.school_id else place == one.place_id and school not in own)
        ]
        found.append(
            Use(
                one.place_id,
                one.school,
                one.pupils,
                sum(applied for applied, _ in of),
                sum(seats for _, seats in of),
            )
        )
    return found


def counts_by_state(programme: Programme, account: Account, on: date) -> dict[str, int]:
    """Return how many applications of a programme that an account may read are in each state."""
    rows = applications_seen_by(account, on).filter(programme=programme).values_list("state")
    return dict(rows.annotate(count=Count("pk")).order_by())


def objection_text(objection: Objection) -> str | None:
    """Return what an objection says, for whoever may answer it; null: the pupil has been erased."""
    person = objection.application.person_id
    key = PersonKey.objects.filter(person=person).first()
    if key is None:
        return None
    return vault.open_text(
        bytes(key.wrapped), bytes(objection.text_sealed), person=person, column="grants.objection"
    )
