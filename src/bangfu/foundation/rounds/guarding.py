"""What rounds say about records of a period before they are submitted or taken back: a locked period is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import RecordType, both
from bangfu.foundation.rounds.models import ReturnState, Round
from bangfu.foundation.rounds.periods import period_words

_amended: ContextVar[int | None] = ContextVar("amended", default=None)
"""The return that the open operation amends, with its reason."""

_ASKED = """
SELECT asked.id, asked.state, schedule.title, schedule.every, asked.starts_on, owed.id, owed.state
  FROM rounds_return owed
  JOIN rounds_round asked ON asked.id = owed.round_id
  JOIN rounds_schedule schedule ON schedule.id = asked.schedule_id
 WHERE owed.unit_id = %(unit)s
   AND EXISTS (SELECT 1 FROM intake_reportedrecord record
                WHERE record.id = ANY(%(keys)s) AND record.measure = ANY(asked.measures)
                  AND (record.happened_on >= asked.starts_on AND record.happened_on < asked.ends_on
                       OR EXISTS (SELECT 1 FROM intake_reportedcorrection was
                                   WHERE was.record_id = record.id AND was.corrected_at = %(at)s
                                     AND was.happened_on >= asked.starts_on AND was.happened_on < asked.ends_on)))
 ORDER BY asked.id
   FOR SHARE OF asked, owed
"""


class UnableToEnterPeriod(Refusal):
    """Codes: ``period_locked``, ``nil_signed``."""

    sentences = {
        "period_locked": both(
            "「{title}」{period}已汇总锁定，这一期的记录不能直接提交或撤回。迟报的，请打开本单位这一期的报送，写明原因后作为补报提交；"
            "要改动已计入的，请由两人解锁这一期。",
            "{title} for {period} is consolidated and locked: its records can be neither submitted nor taken back directly. What"
            " comes late, submit from your unit's return of that period as an amendment with its reason; to change what"
            " counts, have two persons unlock the round.",
        ),
        "nil_signed": both(
            "本单位「{title}」{period}已签零报告，与这些记录矛盾。请先打开这一期的报送收回零报告，再提交。",
            "Your unit signed a nil return of {title} for {period}, which these records contradict. Open that return, take the"
            " nil return back, then submit.",
        ),
    }


@contextmanager
def amending(unit_return: int) -> Iterator[None]:
    """Let records of one return into its locked round for a while."""
    token = _amended.set(unit_return)
    try:
        yield
    finally:
        _amended.reset(token)


def refuse_closed_periods(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported records of a unit that are, or before a correction were, of a locked round or of a nil return.

    Raises: UnableToEnterPeriod: see its codes.
    Locks: the rounds and returns of the records' periods, against locking and nil returns at the same moment.
    """
    if kind.number != RECORD_TYPE:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"unit": unit, "keys": keys, "at": act.at})
        found = cursor.fetchall()
    for _, state, title, every, starts_on, owed, owed_state in found:
        said = {"title": title, "period": period_words(every, starts_on)}
        if state == Round.State.LOCKED and owed != _amended.get():
            raise UnableToEnterPeriod("period_locked", **said)
        if state == Round.State.OPEN and owed_state == ReturnState.NIL:
            raise UnableToEnterPeriod("nil_signed", **said)
