"""The committee meets, members step aside, and it decides whom it shortlists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection
from django.db.models import Count

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.giving.grants.models import (
    NAMESAKE,
    PROGRAMME_STATE_WORDS,
    Application,
    ApplicationState,
    Decision,
    Meeting,
    Member,
    Programme,
    ProgrammeState,
    Recusal,
)
from bangfu.giving.grants.operations.planning import held_programme
from bangfu.giving.grants.ranking import Proposal, proposals
from bangfu.giving.grants.refusing import UnableToDecide

DECIDING = (ProgrammeState.VETTING, ProgrammeState.DISPLAYED, ProgrammeState.AWARDED)
"""States in which the committee decides: more than once, where pupils were struck or came late."""
_CARRY = """
UPDATE grants_application application SET state = decided.state, reason = decided.reason
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS decided (key, state, reason)
 WHERE application.id = decided.key AND application.state = 'VETTED'
"""


@operation("grants.hold_meeting", scope=scope_of("programme"))
def hold_meeting(*, programme: Programme, held_on: date, present: Sequence[Member], act: Act) -> Meeting:
    """Note a meeting of the committee and who is present; its decisions come after the recusals.

    Raises: UnableToDecide: ``wrong_state``, ``held_later``, ``other_meeting_open``, ``not_a_member``, ``too_few``; nothing was
        written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    if held.state not in DECIDING:
        raise UnableToDecide("wrong_state", state=PROGRAMME_STATE_WORDS[held.state])
    if held_on > act.on:
        raise UnableToDecide("held_later")
    unfinished = held.meetings.filter(closed_at=None).first()
    if unfinished is not None:
        raise UnableToDecide("other_meeting_open", number=unfinished.number)
    if any(one.programme_id != held.pk or one.left_on is not None for one in present):
        raise UnableToDecide("not_a_member")
    people = {one.pk for one in present}
    if len(people) < held.quorum:
        raise UnableToDecide("too_few", count=len(people), quorum=held.quorum)
    meeting = Meeting.objects.create(
        programme=held,
        number=held.meetings.count() + 1,
        held_on=held_on,
        entered_at=act.at,
        entered_by=act.actor,
    )
    meeting.present.set(people)
    return meeting


def _held_meeting(meeting: Meeting) -> Meeting:
    held = Meeting.objects.select_for_update(of=("self",)).select_related("programme").get(pk=meeting.pk)
    if held.closed_at is not None:
        raise UnableToDecide("closed_already")
    return held


@operation("grants.recuse_member", scope=scope_of("meeting"))
def recuse_member(
    *, meeting: Meeting, member: Member, application: Application, why: str, act: Act
) -> Recusal:
    """Let a member step aside from one application, or note that they only share the guardian's name.

    Raises: UnableToDecide: ``closed_already``, ``not_present``, ``not_vetted``, ``recused_already``; nothing was written.
    Locks: the meeting.
    """
    held = _held_meeting(meeting)
    if not held.present.filter(pk=member.pk).exists():
        raise UnableToDecide("not_present")
    if application.programme_id != held.programme_id or application.state != ApplicationState.VETTED:
        raise UnableToDecide("not_vetted")
    if held.recusals.filter(member=member, application=application).exists():
        raise UnableToDecide("recused_already")
    return Recusal.objects.create(
        meeting=held, member=member, application=application, why=why, entered_at=act.at, entered_by=act.actor
    )


@operation("grants.take_decisions", scope=scope_of("meeting"))
def take_decisions(*, meeting: Meeting, against: Mapping[str, int], act: Act) -> Meeting:
    """Take the committee's decision on every application that lies within a quota by its score, and close the meeting.

    Whoever is present and did not step aside votes; more than half shortlists, otherwise the application is refused. What lies
    beyond the quotas stays vetted, for a later meeting.

    Args:
        against: votes against, with abstentions, by the application's number; absent = none.

    Raises: UnableToDecide: ``closed_already``, ``nothing_proposed``, ``unknown_number``, ``name_alike``, ``too_few_left``,
        ``wrong_votes``; nothing was written.
    Locks: the programme, then the meeting, then the applications.
    """
    programme = held_programme(meeting.programme_id)
    held = _held_meeting(meeting)
    before = [one for one in proposals(programme) if one.is_within]
    if not before:
        raise UnableToDecide("nothing_proposed")
    numbers = {one.number for one in before}
    strange = sorted(against.keys() - numbers)
    if strange:
        raise UnableToDecide("unknown_number", number=strange[0])
    keys = [one.key for one in before]
    list(Application.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    _refuse_names_alike(held, before)
    decisions = _decisions(held, programme, before, against)
    Decision.objects.bulk_create(decisions, batch_size=2_000)
    states = ["SHORTLISTED" if one.is_approved else "REFUSED" for one in decisions]
    reasons = ["" if one.is_approved else "COMMITTEE" for one in decisions]
    with connection.cursor() as cursor:
        cursor.execute(_CARRY, [[one.application_id for one in decisions], states, reasons])
    held.closed_at = act.at
    held.save(update_fields=["closed_at"])
    return held


def names_alike(meeting: Meeting, keys: Sequence[int]) -> list[tuple[int, int]]:
    """Return application and member where a guardian has the name of somebody present, who was not asked about it yet."""
    members = dict(meeting.present.values_list("name_digest", "pk"))
    found = Application.objects.filter(pk__in=keys, guardian_digest__in=members).order_by("pk")
    asked = set(meeting.recusals.values_list("application_id", "member_id"))
    pairs = [(key, members[mark]) for key, mark in found.values_list("pk", "guardian_digest")]
    return [pair for pair in pairs if pair not in asked]


def _refuse_names_alike(held: Meeting, before: Sequence[Proposal]) -> None:
    alike = names_alike(held, [one.key for one in before])
    if alike:
        number = Application.objects.get(pk=alike[0][0]).number
        raise UnableToDecide("name_alike", number=number, others=len(alike) - 1)


def _decisions(
    held: Meeting, programme: Programme, before: Sequence[Proposal], against: Mapping[str, int]
) -> list[Decision]:
    present = held.present.count()
    aside = held.recusals.exclude(why=NAMESAKE).values_list("application_id").annotate(count=Count("pk"))
    recused = dict(aside.order_by())
    short = [one for one in before if present - recused.get(one.key, 0) < programme.quorum]
    if short:
        raise UnableToDecide(
            "too_few_left", number=short[0].number, count=present - recused.get(short[0].key, 0),
            quorum=programme.quorum, others=len(short) - 1,
        )  # fmt: skip
    made = []
    for one in before:
        voters, no = present - recused.get(one.key, 0), against.get(one.number, 0)
        if not 0 <= no <= voters:
            raise UnableToDecide("wrong_votes", number=one.number, voters=voters)
        made.append(
            Decision(
                meeting=held, application_id=one.key, is_approved=voters - no > no, in_favour=voters - no, against=no,
                recused=recused.get(one.key, 0), score=one.score,
            )
        )  # fmt: skip
    return made
