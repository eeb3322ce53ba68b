"""Leaders are registered, and change post."""

from __future__ import annotations

from datetime import date

from bangfu.coordination.leadership.models import Leader, Rank
from bangfu.coordination.leadership.operations import storing
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.rooms import both


class UnableToRegisterLeader(Refusal):
    """Codes: ``code_taken``, ``incomplete``, ``unknown_rank``, ``nothing_changed``."""

    sentences = {
        "code_taken": both(
            "领导编号「{code}」已经有人使用。请换一个。", "The number {code} is taken. Choose another."
        ),
        "incomplete": both(
            "编号、姓名、职务都要填写。", "A leader needs a number, a name and a post; enter all three."
        ),
        "unknown_rank": both("没有「{rank}」这一类。", "There is no rank {rank}."),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("leadership.register_leader", scope=_scope_of_unit, unrecorded=("name",))
def register_leader(*, code: str, name: str, unit: Unit, post: str, rank: str, act: Act) -> Leader:
    """Register a leader of a unit; the name is kept under the person's own key.

    Raises: UnableToRegisterLeader: see its codes; nothing was written.
    Locks: the leader's number.
    """
    code, post = code.strip(), post.strip()
    if not (code and name.strip() and post):
        raise UnableToRegisterLeader("incomplete")
    if rank not in Rank.values:
        raise UnableToRegisterLeader("unknown_rank", rank=rank)
    storing.lock_references([code])
    if Leader.objects.filter(code=code).exists():
        raise UnableToRegisterLeader("code_taken", code=code)
    return Leader.objects.create(
        code=code,
        person=enter_person(name=name, unit=unit.pk),
        unit=unit,
        post=post,
        rank=rank,
        registered_at=act.at,
        registered_by=act.actor,
    )


@operation("leadership.revise_leader", scope=scope_of("leader"))
def revise_leader(*, leader: Leader, post: str, rank: str, ended_on: date | None, act: Act) -> Leader:
    """Change a leader's post or rank, or note that they lead no more; visits keep what the leader was then.

    Raises: UnableToRegisterLeader: ``incomplete``, ``unknown_rank``, ``nothing_changed``; nothing was written.
    Locks: the leader.
    """
    if not post.strip():
        raise UnableToRegisterLeader("incomplete")
    if rank not in Rank.values:
        raise UnableToRegisterLeader("unknown_rank", rank=rank)
    leader = Leader.objects.select_for_update().get(pk=leader.pk)
    if (post.strip(), rank, ended_on) == (leader.post, leader.rank, leader.ended_on):
        raise UnableToRegisterLeader("nothing_changed")
    leader.post, leader.rank, leader.ended_on = post.strip(), rank, ended_on
    leader.save(update_fields=["post", "rank", "ended_on"])
    return leader
