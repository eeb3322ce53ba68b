"""Grants that came back: sent again to the same account, or given up, so that their money is free."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.giving.grants import books
from bangfu.giving.grants.models import LAPSE_WORDS, Award, AwardState, Lapse, Programme
from bangfu.giving.grants.paying_refusals import UnableToSettle


def _held(programme: Programme, awards: Sequence[int], *states: AwardState) -> list[Award]:
    if not awards:
        raise UnableToSettle("nobody")
    rows = Award.objects.select_for_update(of=("self",)).filter(programme=programme, pk__in=awards)
    found = list(rows.select_related("fund__unit").order_by("pk"))
    fit = [one for one in found if one.state in states]
    if len(fit) != len(set(awards)):
        raise UnableToSettle("wrong_state", count=len(set(awards)) - len(fit))
    return fit


@operation("grants.retry_awards", scope=scope_of("programme"))
def retry_awards(*, programme: Programme, awards: Sequence[int], act: Act) -> int:
    """Let grants that came back go into the next batch with the account that they have, and return how many.

    Raises: UnableToSettle: ``nobody``, ``wrong_state``; nothing was written.
    Locks: the awards.
    """
    held = _held(programme, awards, AwardState.RETURNED)
    return Award.objects.filter(pk__in=[one.pk for one in held]).update(state=AwardState.AWARDED)


@operation("grants.lapse_awards", scope=scope_of("programme"))
def lapse_awards(
    *, programme: Programme, awards: Sequence[int], reason: str, remark: str = "", act: Act
) -> int:
    """Give grants up that cannot be paid, and return how many; what was committed to them is left in the fund again.

    Raises: UnableToSettle: see its codes; nothing was written.
    Posts: an entry a grant, which releases what was committed. Locks: the awards.
    """
    if reason not in LAPSE_WORDS:
        raise UnableToSettle("unknown_reason")
    held = _held(programme, awards, AwardState.AWARDED, AwardState.RETURNED)
    Award.objects.filter(pk__in=[one.pk for one in held]).update(state=AwardState.LAPSED)
    Lapse.objects.bulk_create(
        Lapse(award=one, reason=reason, remark=remark.strip()[:200], at=act.at, by=act.actor) for one in held
    )
    books.release(held, act)
    return len(held)
