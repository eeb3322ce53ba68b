"""The end of an audit: closed by another person, which fixes what the figure carries, or abandoned with a reason."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.reporting.sampling.evaluating import result_of
from bangfu.reporting.sampling.models import Announcement, Draw, End, EndKind, Verdict
from bangfu.reporting.sampling.operations.announcing import lock
from bangfu.reporting.sampling.queries import verdicts_in_force


class UnableToEnd(Refusal):
    """Codes: ``ended``, ``not_drawn``, ``verdicts_missing``, ``same_person``, ``reason_missing``."""

    sentences = {
        "ended": both("这项审计已经结束。", "This audit has ended."),
        "not_drawn": both("还没有抽样，不能结束；可以放弃。", "Nothing was drawn yet; it can only be abandoned."),
        "verdicts_missing": both(
            "还有 {count} 条事实没有结论，例如事实 {fact}。请全部检查后再结束。",
            "{count} facts have no verdict yet, such as fact {fact}. Examine all of them first.",
        ),
        "same_person": both(
            "您给过这项审计的结论，须由另一位审计人员结束。", "You gave verdicts of this audit; another auditor closes it."
        ),
        "reason_missing": both("放弃审计须写明理由，理由人人可见。", "Say why the audit is abandoned; everybody reads it."),
    }  # fmt: skip


@operation("sampling.close_audit", scope=scope_of("announcement"))
def close_audit(*, announcement: Announcement, remark: str = "", act: Act) -> End:
    """Close an audit whose facts all have a verdict: estimate and limit are fixed, and the figure carries them.

    Raises: UnableToEnd: ``ended``, ``not_drawn``, ``verdicts_missing``, ``same_person``; nothing was written.
    Locks: one end at a time.
    """
    _held(announcement)
    draw = Draw.objects.filter(announcement=announcement).first()
    if draw is None:
        raise UnableToEnd("not_drawn")
    given = Verdict.objects.filter(sampled__draw=draw)
    missing = draw.sample.exclude(pk__in=given.values("sampled")).order_by("position")
    if missing:
        raise UnableToEnd("verdicts_missing", count=len(missing), fact=missing[0].fact_id)
    if given.filter(given_by=act.actor).exists():
        raise UnableToEnd("same_person")
    result = result_of(announcement, draw, verdicts_in_force(draw))
    return End.objects.create(
        announcement=announcement,
        kind=EndKind.CLOSED,
        remark=remark.strip(),
        result=result.to_json(),
        ended_by=act.actor,
        ended_at=act.at,
    )


@operation("sampling.abandon_audit", scope=scope_of("announcement"))
def abandon_audit(*, announcement: Announcement, remark: str, act: Act) -> End:
    """Abandon an audit with a reason; announcement, sample and verdicts stay in the list.

    Raises: UnableToEnd: ``ended``, ``reason_missing``; nothing was written.
    Locks: one end at a time.
    """
    if not remark.strip():
        raise UnableToEnd("reason_missing")
    _held(announcement)
    return End.objects.create(
        announcement=announcement,
        kind=EndKind.ABANDONED,
        remark=remark.strip(),
        ended_by=act.actor,
        ended_at=act.at,
    )


def _held(announcement: Announcement) -> None:
    lock()
    if End.objects.filter(announcement=announcement).exists():
        raise UnableToEnd("ended")
