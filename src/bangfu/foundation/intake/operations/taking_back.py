"""An import is taken back as a whole, as long as nothing was built on what it brought."""

from __future__ import annotations

from typing import ClassVar

from bangfu.foundation.intake.layouts import Layout, layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.undoing import OF_OTHERS, Standing, standing_of
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.operations import Act, Refusal, operation, progress, require, scope_of
from bangfu.foundation.review.operations import take_back
from bangfu.foundation.review.register import ask_guards
from bangfu.foundation.rooms import Words, both, record_type

WITHDRAWING = both("撤回 {count} 条记录", "withdrawing {count} records")
ONE_BY_ONE = both(
    "请到各条记录的页面逐条更正或撤回；仍在待核验的，请核验人退回单据。",
    "Correct or withdraw the records one by one on their pages; if the paper still waits, have it returned.",
)


class UnableToTakeBack(Refusal):
    """Codes: ``not_imported``, ``taken_back_already``, ``no_way_back``, ``in_the_way``, ``reason_missing``."""

    sentences: ClassVar[dict[str, Words]] = {
        "not_imported": both(
            "这份表格没有导入，没有什么可收回。还没确认的请直接取消。",
            "This sheet was not imported, so there is nothing to take back. If it still waits, cancel it.",
        ),
        "taken_back_already": both("这次导入已经收回。", "This import was taken back already."),
        "no_way_back": both(
            "「{layout}」带来的内容不能整份收回。{instead}",
            "What “{layout}” brings cannot be taken back as a whole. {instead}",
        ),
        "in_the_way": both(
            "这次导入不能整份收回：{obstacles}。", "This import cannot be taken back as a whole: {obstacles}."
        ),
        "reason_missing": both(
            "请写明为什么收回；它会留在每条记录上。不要写个人信息。",
            "Say why it is taken back; the words stay on each record. No personal details.",
        ),
    }


def no_way_back(layout: Layout) -> UnableToTakeBack:
    """Return why what a layout brings is not taken back as a whole, and what to do instead."""
    return UnableToTakeBack("no_way_back", layout=layout.title, instead=layout.instead or ONE_BY_ONE)


@operation("intake.take_back_import", scope=scope_of("upload"))
def take_back_import(*, upload: Upload, because: str, act: Act) -> Upload:
    """Withdraw every record that an import brought, take their facts back, and take their paper out of review.

    All or nothing: what somebody corrected, answered or wrote over since stands in the way. The sheet may be imported again.

    Raises:
        NotPermitted: the sheet is somebody else's and the actor may not take back what others imported, or the actor may
            not import the layout.
        UnableToTakeBack: see its codes; what a guard of review's register refuses. Nothing was written.
    Posts: the reversals of the facts of the records.
    Locks: what registering the records locks, then the upload, then the papers.
    """
    layout = layout_with_code(upload.layout)
    require(act, layout.permission, upload.scope)
    if act.actor.pk not in (upload.uploaded_by_id, upload.confirmed_by_id):
        require(act, OF_OTHERS, upload.scope)
    if not because.strip():
        raise UnableToTakeBack("reason_missing")
    way = layout.way_back
    if way is None:
        raise no_way_back(layout)
    way.lock(upload)
    locked = Upload.objects.select_for_update(of=("self",)).select_related("unit").get(pk=upload.pk)
    if locked.state == Upload.State.TAKEN_BACK:
        raise UnableToTakeBack("taken_back_already")
    if locked.state != Upload.State.CONFIRMED:
        raise UnableToTakeBack("not_imported")
    kind = record_type(way.record_type)
    standing = standing_of(locked, way)
    take_back(standing.records, record_type=kind, act=act)
    standing = standing_of(locked, way)  # whoever decided a moment ago is seen now
    _refuse_obstacles(standing)
    if standing.facts:
        ask_guards(kind, locked.unit_id, standing.records, act)
    progress(WITHDRAWING.filled(count=len(standing.records)))
    way.withdraw(standing.records, ReversalReason.WITHDRAWN.value, because.strip(), act)
    if way.beside is not None:
        way.beside(locked, act)
    if standing.facts:
        reverse_many(standing.facts, reason=ReversalReason.WITHDRAWN, act=act)
    locked.state = Upload.State.TAKEN_BACK
    locked.taken_back_by, locked.taken_back_at, locked.taken_back_because = act.actor, act.at, because.strip()
    locked.save(update_fields=["state", "taken_back_by", "taken_back_at", "taken_back_because"])
    return locked


def _refuse_obstacles(standing: Standing) -> None:
    if standing.obstacles:
        words = [one.words for one in standing.obstacles]
        joined = Words("；".join(one.zh for one in words), "; ".join(one.en for one in words))
        raise UnableToTakeBack("in_the_way", obstacles=joined)
