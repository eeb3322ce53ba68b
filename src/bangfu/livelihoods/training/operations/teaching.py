"""Trainers: registered, described anew, assigned to modules and released from them."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.models import Assignment, Module, Trainer


class UnableToKeepTrainer(Refusal):
    """Codes: ``not_described``, ``nothing_changed``, ``assigned_already``, ``not_assigned``."""

    sentences = {
        "not_described": both(
            "师资要有姓名、来自哪个单位和能讲的题目。请补齐。",
            "A trainer needs a name, a provider and topics. Fill them in.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "assigned_already": both("这位老师已经安排在这个模块。", "This trainer teaches the module already."),
        "not_assigned": both(
            "这位老师没有安排在这个模块。请刷新页面。",
            "This trainer does not teach the module. Reload the page.",
        ),
    }


@dataclass(frozen=True)
class TrainerDetails:
    """What is said of a trainer, the name apart."""

    provider: str
    topics: str

    @property
    def said(self) -> tuple[str, str]:
        """Provider and topics, trimmed.

        Raises: UnableToKeepTrainer: ``not_described``.
        """
        found = (self.provider.strip(), self.topics.strip())
        if not all(found):
            raise UnableToKeepTrainer("not_described")
        return found


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("training.register_trainer", scope=_scope_of_unit, unrecorded=("name", "phone"))
def register_trainer(*, unit: Unit, name: str, phone: str = "", details: TrainerDetails, act: Act) -> Trainer:
    """Register a trainer; name and telephone number are sealed in the household of persons.

    Raises: UnableToKeepTrainer: ``not_described``; UnableToEnterPerson: see its codes. Nothing was written.
    """
    provider, topics = details.said
    if not name.strip():
        raise UnableToKeepTrainer("not_described")
    person = enter_person(name=name.strip(), phone=phone.strip() or None, unit=unit.pk)
    return Trainer.objects.create(
        person=person,
        unit=unit,
        provider=provider,
        topics=topics,
        registered_at=act.at,
        registered_by=act.actor,
    )


@operation("training.revise_trainer", scope=scope_of("trainer"))
def revise_trainer(*, trainer: Trainer, details: TrainerDetails, act: Act) -> Trainer:
    """Change whom a trainer comes from and what they teach.

    Raises: UnableToKeepTrainer: see its codes; nothing was written.
    Locks: the trainer.
    """
    trainer = Trainer.objects.select_for_update(of=("self",)).get(pk=trainer.pk)
    said = details.said
    if said == (trainer.provider, trainer.topics):
        raise UnableToKeepTrainer("nothing_changed")
    trainer.provider, trainer.topics = said
    trainer.save(update_fields=["provider", "topics"])
    return trainer


def _scope_of_module(*, module: Module, **arguments: object) -> Scope:
    return Scope(unit=module.course.unit_id)


@operation("training.assign_trainer", scope=_scope_of_module)
def assign_trainer(*, module: Module, trainer: Trainer, act: Act) -> Assignment:
    """Let a trainer teach a module.

    Raises: UnableToKeepTrainer: ``assigned_already``; nothing was written.
    Locks: the trainer.
    """
    trainer = Trainer.objects.select_for_update(of=("self",)).get(pk=trainer.pk)
    assignment, is_new = Assignment.objects.get_or_create(
        module=module, trainer=trainer, defaults={"assigned_at": act.at, "assigned_by": act.actor}
    )
    if not is_new:
        raise UnableToKeepTrainer("assigned_already")
    return assignment


@operation("training.release_trainer", scope=_scope_of_module)
def release_trainer(*, module: Module, trainer: Trainer, act: Act) -> Module:
    """Take a trainer off a module.

    Raises: UnableToKeepTrainer: ``not_assigned``; nothing was written.
    """
    if not Assignment.objects.filter(module=module, trainer=trainer).delete()[0]:
        raise UnableToKeepTrainer("not_assigned")
    return module
