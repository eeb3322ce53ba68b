"""A monthly return of the example: two rounds that are closed, with returns in time, late and nil, and one that is open.

Nothing is typed for it: the branches' records of the months are there from their sheets.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rounds.models import Return, ReturnState, Round, Schedule
from bangfu.foundation.rounds.operations import (
    ScheduleDetails,
    UnableToReturn,
    accept_returns,
    chase_round,
    lock_round,
    make_schedule,
    open_round,
    sign_nil,
    submit_return,
)
from example import house

TITLE = "示例：积分助学月报"
OFFICER, MEASURE = "zhoumin", "campaigns.participations"
BRANCHES = (13, 52, 53)
SIGNED_ON = {13: 2, 52: 3, 53: 14}
"""On which day of the next month each branch signs: the last one after the due day."""
NIL_ON = 4
"""A city company below 贵州 had nothing, and says so."""
CLOSED, OPEN = (date(2020, 5, 1), date(2020, 6, 1)), date(2020, 7, 1)
SIGN_IN_OPEN = (52,)
"""Who signed in the open round: the office has still to accept it."""


def keep_rounds() -> None:
    """Let the office ask and the branches return, as far as that was not done."""
    schedule = _schedule()
    for first in (*CLOSED, OPEN):
        if not schedule.rounds.filter(starts_on=first).exists():
            open_round(schedule=schedule, starts_on=first, act=_act(OFFICER, first, 1))
    for first in CLOSED:
        asked = schedule.rounds.get(starts_on=first)
        if asked.state == Round.State.OPEN:
            _close(asked)
    asked = schedule.rounds.get(starts_on=OPEN)
    for province in SIGN_IN_OPEN:
        _sign(asked, province)
    if not asked.chasings.exists():
        chase_round(round=asked, act=_act(OFFICER, OPEN, 6))


def _schedule() -> Schedule:
    known = Schedule.objects.filter(title=TITLE).first()
    if known is not None:
        return known
    root, officer = root_unit(), Account.objects.get(username=OFFICER)
    assert root is not None
    units = [Unit.objects.get(code=f"EX-{province}").pk for province in BRANCHES]
    details = ScheduleDetails(
        title=TITLE,
        measures=(MEASURE,),
        every="MONTH",
        due_days=5,
        grace_days=1,
        starts_on=CLOSED[0],
        ends_on=date(2020, 8, 1),
        chosen=(*units, _city().pk),
    )
    return make_schedule(details=details, unit=root, responsible=officer, act=_act(OFFICER, CLOSED[0], 1))


def _city() -> Unit:
    branch = Unit.objects.get(code="EX-52")
    found = Unit.objects.filter(path__startswith=branch.path, kind=Unit.Kind.PREFECTURE).order_by("code")
    city = found.first()
    assert city is not None
    return city


def _close(asked: Round) -> None:
    """Let every branch sign, the city company sign nil, the office accept and lock."""
    for province in BRANCHES:
        _sign(asked, province)
    nil = asked.returns.get(unit=_city())
    if nil.is_owed:
        act = _act(house.clerk_of(52), asked.starts_on, NIL_ON)
        sign_nil(unit_return=nil, is_confirmed=True, act=act)
    act = _act(OFFICER, asked.starts_on, 16)
    waiting = list(asked.returns.filter(state=ReturnState.RETURNED).values_list("pk", flat=True))
    if waiting:
        accept_returns(round=asked, returns=waiting, act=act)
    lock_round(round=asked, act=act)


def _sign(asked: Round, province: int) -> None:
    """Let a branch hand in what it has; a small example may have nothing of the month, which is then signed nil."""
    owed: Return = asked.returns.get(unit__code=f"EX-{province}")
    if not owed.is_owed:
        return
    act = _act(house.clerk_of(province), asked.starts_on, SIGNED_ON[province])
    try:
        submit_return(unit_return=owed, act=act)
    except UnableToReturn as refusal:
        if refusal.code != "nothing":
            raise
        sign_nil(unit_return=owed, is_confirmed=True, act=act)


def _act(username: str, first: date, day: int) -> Act:
    """Return an act of a day of the month after a period's first month."""
    after = first.month % 12 + 1
    at = datetime(first.year + first.month // 12, after, day, 2, 0, tzinfo=UTC)
    return Act(actor=Account.objects.get(username=username), at=at)
