"""What was published of a campaign, and corrections with their note; matching gifts are promised."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.giving.campaigns.models import Campaign, Disclosure, Duty, Match, State
from bangfu.giving.campaigns.operations.books import open_sponsors_books
from bangfu.giving.campaigns.operations.planning import held_campaign
from bangfu.giving.campaigns.operations.refusing import UnableToDisclose, UnableToMatch
from bangfu.giving.campaigns.yearly import kept_table


@operation("campaigns.disclose", scope=scope_of("duty"))
def disclose(*, duty: Duty, published_on: date, address: str, act: Act) -> Disclosure:
    """Note where and when something was published that the law has disclosed.

    Raises: UnableToDisclose: ``nowhere``, ``in_future``, ``done_already``; nothing was written.
    Locks: the duty.
    """
    held = Duty.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=duty.pk)
    if held.done_on is not None:
        raise UnableToDisclose("done_already")
    found = _publish(held, published_on, address, act=act)
    held.done_on = published_on
    held.save(update_fields=["done_on"])
    return found


@operation("campaigns.correct_disclosure", scope=scope_of("duty"))
def correct_disclosure(*, duty: Duty, published_on: date, address: str, note: str, act: Act) -> Disclosure:
    """Note a correction of what was published, with the note that the law has published beside it.

    Raises: UnableToDisclose: see its codes; nothing was written.
    """
    if duty.done_on is None:
        raise UnableToDisclose("nothing_to_correct")
    if not note.strip():
        raise UnableToDisclose("no_note")
    return _publish(duty, published_on, address, note=note.strip(), act=act)


def _publish(duty: Duty, published_on: date, address: str, *, note: str = "", act: Act) -> Disclosure:
    if not address.strip():
        raise UnableToDisclose("nowhere")
    if published_on > act.on:
        raise UnableToDisclose("in_future")
    return Disclosure.objects.create(
        duty=duty,
        published_on=published_on,
        address=address.strip(),
        is_correction=bool(note),
        note=note,
        figures=kept_table(duty, on=act.on),
        entered_at=act.at,
        entered_by=act.actor,
    )


@operation("campaigns.promise_match", scope=scope_of("campaign"))
def promise_match(
    *,
    campaign: Campaign,
    sponsor: Unit,
    adds_fen: int,
    to_fen: int,
    cap_fen: int,
    document: str,
    starts_on: date,
    ends_on: date,
    act: Act,
) -> Match:
    """Let a company add to each gift, so many fen to so many, until the cap is used; in its own books it owes them at once.

    Args:
        ends_on: the day after the last one.

    Raises: UnableToMatch: see its codes; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    if held.state not in (State.SIGNED, State.FILED, State.OPEN):
        raise UnableToMatch("wrong_state")
    if adds_fen <= 0 or to_fen <= 0 or cap_fen <= 0:
        raise UnableToMatch("wrong_sums")
    if not document.strip():
        raise UnableToMatch("no_document")
    if not held.starts_on <= starts_on < ends_on <= held.ends_on:
        raise UnableToMatch("wrong_dates")
    if Match.objects.filter(campaign=held, starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise UnableToMatch("day_taken")
    open_sponsors_books(sponsor, starts_on=min(act.on, starts_on))
    return Match.objects.create(
        campaign=held,
        sponsor=sponsor,
        adds_fen=adds_fen,
        to_fen=to_fen,
        cap_fen=cap_fen,
        document=document.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        entered_at=act.at,
        entered_by=act.actor,
    )
