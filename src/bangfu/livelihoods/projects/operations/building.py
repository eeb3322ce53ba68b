"""What comes of a project: milestones, acceptance by others, whose the asset is, the end, and the checks of the years after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.evidence.queries import attachments_of, has_evidence
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.projects import checking
from bangfu.livelihoods.projects.models import (
    YEARS,
    Acceptance,
    Asset,
    Check,
    Milestone,
    Owner,
    Project,
    State,
    Used,
)
from bangfu.livelihoods.projects.operations import storing
from bangfu.livelihoods.projects.operations.entering import UnableToStep, begin_step
from bangfu.livelihoods.projects.operations.storing import Files
from bangfu.livelihoods.projects.register import ACCEPTANCE_TYPE, CHECK_TYPE, MILESTONE_TYPE
from bangfu.livelihoods.projects.rules import party_wrong


class UnableToBuild(Refusal):
    """Codes: ``not_described``, ``identity_number``, ``not_building``, ``reached_already``, ``photo_missing``, ``in_the_future``,
    ``milestones_open``, ``built_it``, ``evidence_missing``, ``not_accepted``, ``unknown_owner``, ``party_code``, ``value``,
    ``nothing_changed``, ``asset_missing``."""

    sentences = {
        "not_described": both("还有没填的。请补齐。", "Something is not filled in. Fill it in."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请写岗位或单位，不写个人。",
            "This holds an identity number and cannot be kept. Name posts and bodies, not persons.",
        ),
        "not_building": both(
            "项目不在批复以后、验收以前，不能这样做。",
            "This is done between a project's approval and its acceptance.",
        ),
        "reached_already": both(
            "这个节点已经完成，不能再改。", "This milestone is reached already and stays as it is."
        ),
        "photo_missing": both("请附上现场照片。", "Attach a photograph of the place."),
        "in_the_future": both(
            "日期在今天之后。请填实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
        "milestones_open": both(
            "还有 {count} 个节点没有完成，第一个是“{title}”。完成以后再验收。",
            "{count} milestones are not reached; the first is “{title}”. Accept the project after that.",
        ),
        "built_it": both(
            "项目由您登记、开工或办理节点，须由另一人登记验收。请转交核验员。",
            "You entered, began or worked on this project, so another person records its acceptance. Pass it to a verifier.",
        ),
        "evidence_missing": both("请附上验收文件的扫描件。", "Attach the scanned document of acceptance."),
        "not_accepted": both("项目还没有验收。", "The project is not accepted yet."),
        "unknown_owner": both("没有「{text}」这类所有者。", "There is no kind of owner called {text}."),
        "party_code": both(
            "「{text}」不是单位代码。请填统一社会信用代码或本单位给它的编号。",
            "{text} is no organisation's code. Enter its unified social credit code or your number for it.",
        ),
        "value": both("资产价值须大于零。", "The value must be above zero."),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "asset_missing": both(
            "项目还没有登记资产。请先登记所有者和管护岗位；没有形成资产的，请写明原因。",
            "No asset is registered. Register its owner and upkeep first; where nothing was built, say why.",
        ),
    }


class UnableToCheck(Refusal):
    """Codes: ``not_accepted``, ``unknown_year``, ``unknown_answer``, ``too_early``, ``in_the_future``, ``reason_missing``,
    ``photo_missing``, ``nothing_changed``, ``identity_number``."""

    sentences = {
        "not_accepted": both("项目还没有验收，不用检查。", "The project is not accepted, so nothing is due."),
        "unknown_year": both(
            "只在验收满一年、满两年时检查。", "Checks are made one and two years after acceptance."
        ),
        "unknown_answer": both("没有「{text}」这个结果。", "There is no answer called {text}."),
        "too_early": both(
            "这次检查 {due_on} 才到期。请核对日期。", "This check is due from {due_on} on. Check the day."
        ),
        "in_the_future": both("检查日期在今天之后。请核对。", "The day lies ahead of today. Check it."),
        "reason_missing": both(
            "没有在用或只有部分在用的，请写明原因。", "Say why it is not, or not wholly, used."
        ),
        "photo_missing": both("请附上当天的现场照片。", "Attach a photograph of that day."),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。", "This holds an identity number. Take it out."
        ),
    }


@dataclass(frozen=True)
class AssetDetails:
    """What is said of something that was built."""

    name: str
    owner_kind: str
    owner: str
    """The owner's code as an organisation."""
    document: str
    upkeep: str
    """A post, never a person's name."""
    value_fen: int


def _refuse_words(*required: str, optional: str = "") -> None:
    if not all(text.strip() for text in required):
        raise UnableToBuild("not_described")
    if any(has_identity_number(text) for text in (*required, optional)):
        raise UnableToBuild("identity_number")


def _has_photo(record_type: int, key: int) -> bool:
    return attachments_of(record_type, [key]).filter(kind=EvidenceKind.PHOTO).exists()


@operation("projects.plan_milestone", scope=scope_of("project"))
def plan_milestone(*, project: Project, title: str, due_on: date, act: Act) -> Milestone:
    """Plan something that a project is to reach by a day.

    Raises: UnableToBuild: see its codes; nothing was written.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    _refuse_words(title)
    if project.state not in (State.APPROVED, State.BUILDING):
        raise UnableToBuild("not_building")
    last = project.milestones.aggregate(last=Max("number"))["last"] or 0
    return Milestone.objects.create(
        project=project,
        number=last + 1,
        title=title.strip(),
        due_on=due_on,
        planned_at=act.at,
        planned_by=act.actor,
    )


def _open_milestone(milestone: Milestone) -> Milestone:
    project = storing.project_for_update(milestone.project)
    found = Milestone.objects.select_for_update(of=("self",)).select_related("project__unit")
    milestone = found.get(pk=milestone.pk)
    if project.state not in (State.APPROVED, State.BUILDING):
        raise UnableToBuild("not_building")
    if milestone.reached_on is not None:
        raise UnableToBuild("reached_already")
    return milestone


@operation("projects.revise_milestone", scope=scope_of("milestone"))
def revise_milestone(*, milestone: Milestone, title: str, due_on: date, act: Act) -> Milestone:
    """Change what is planned, until it is reached.

    Raises: UnableToBuild: see its codes; nothing was written.
    Locks: the project, then the milestone.
    """
    milestone = _open_milestone(milestone)
    _refuse_words(title)
    if (title.strip(), due_on) == (milestone.title, milestone.due_on):
        raise UnableToBuild("nothing_changed")
    milestone.title, milestone.due_on = title.strip(), due_on
    milestone.save(update_fields=["title", "due_on"])
    return milestone


@operation("projects.reach_milestone", scope=scope_of("milestone"))
def reach_milestone(*, milestone: Milestone, on: date, note: str = "", files: Files, act: Act) -> Milestone:
    """Note that a milestone was reached, with a photograph.

    Raises: UnableToBuild: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project, then the milestone.
    """
    milestone = _open_milestone(milestone)
    _refuse_words(milestone.title, optional=note)
    if on > act.on:
        raise UnableToBuild("in_the_future")
    hang([milestone.pk], files, record_type=record_type("projects.milestone"), act=act)
    if not _has_photo(MILESTONE_TYPE, milestone.pk):
        raise UnableToBuild("photo_missing")
    milestone.reached_on, milestone.reached_by, milestone.note = on, act.actor, note.strip()
    milestone.save(update_fields=["reached_on", "reached_by", "note"])
    return milestone


def builders_of(project: Project) -> set[int]:
    """Return the accounts, by key, that entered, began or worked on a project."""
    began = project.steps.filter(state=State.BUILDING).values_list("taken_by", flat=True)
    reached = project.milestones.filter(reached_by__isnull=False).values_list("reached_by", flat=True)
    return {project.entered_by_id, *began, *(key for key in reached if key is not None)}


@operation("projects.accept_project", scope=scope_of("project"))
def accept_project(
    *, project: Project, on: date, acceptors: str, document: str, note: str = "", files: Files, act: Act
) -> Acceptance:
    """Note that a project was accepted, by whom and by which document; whoever built it does not.

    Raises: UnableToBuild, UnableToStep: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = begin_step(project, (State.BUILDING,), on=on, act=act)
    if act.actor.pk in builders_of(project):
        raise UnableToBuild("built_it")
    _refuse_words(acceptors, document, optional=note)
    waiting = list(project.milestones.filter(reached_on__isnull=True).order_by("number"))
    if waiting:
        raise UnableToBuild("milestones_open", count=len(waiting), title=waiting[0].title)
    acceptance = Acceptance.objects.create(
        project=project,
        accepted_on=on,
        acceptors=acceptors.strip(),
        document=document.strip(),
        note=note.strip(),
        recorded_at=act.at,
        recorded_by=act.actor,
    )
    hang([acceptance.pk], files, record_type=record_type("projects.acceptance"), act=act)
    if not has_evidence(ACCEPTANCE_TYPE, [acceptance.pk]):
        raise UnableToBuild("evidence_missing")
    storing.take_step(project, State.ACCEPTED, on=on, document=document, act=act)
    return acceptance


@operation("projects.register_asset", scope=scope_of("project"))
def register_asset(*, project: Project, details: AssetDetails, files: Files = (), act: Act) -> Asset:
    """Keep whose something is that a project built, by which document, and who keeps it up; said anew it holds.

    Raises: UnableToBuild: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    if project.state not in (State.ACCEPTED, State.CLOSED):
        raise UnableToBuild("not_accepted")
    _refuse_words(details.name, details.document, details.upkeep)
    if details.owner_kind not in Owner.values:
        raise UnableToBuild("unknown_owner", text=details.owner_kind)
    wrong = party_wrong(details.owner, "owner")
    if wrong is not None:
        raise UnableToBuild(wrong[1], **wrong[2])
    if details.value_fen <= 0:
        raise UnableToBuild("value")
    name = details.name.strip()
    asset = project.assets.filter(name=name).first() or Asset(project=project, name=name)
    said = (
        details.owner_kind,
        details.owner,
        details.document.strip(),
        details.upkeep.strip(),
        details.value_fen,
    )
    known = (asset.owner_kind, asset.owner, asset.document, asset.upkeep, asset.value_fen)
    if said == known and not files:
        raise UnableToBuild("nothing_changed")
    asset.owner_kind, asset.owner, asset.document, asset.upkeep, asset.value_fen = said
    asset.registered_at, asset.registered_by = act.at, act.actor
    asset.save()
    hang([project.pk], files, record_type=record_type("projects.project"), act=act)
    return asset


@operation("projects.close_project", scope=scope_of("project"))
def close_project(*, project: Project, on: date, document: str = "", reason: str = "", act: Act) -> Project:
    """Note that an accepted project is settled: its assets have owners, and none of its money waits.

    Args: ``reason``: why nothing was built; needed where no asset is registered.

    Raises: UnableToBuild: ``asset_missing``; UnableToStep: see its codes. Nothing was written.
    Locks: the project.
    """
    project = begin_step(project, (State.ACCEPTED,), on=on, act=act)
    if not project.assets.exists() and not reason.strip():
        raise UnableToBuild("asset_missing")
    waiting = project.movements.filter(withdrawn_at__isnull=True, confirmed_at__isnull=True).count()
    if waiting:
        raise UnableToStep("money_waits", count=waiting)
    storing.take_step(project, State.CLOSED, on=on, document=document, reason=reason, act=act)
    return project


@operation("projects.record_check", scope=scope_of("project"))
def record_check(
    *, project: Project, year: int, on: date, used: str, reason: str = "", files: Files, act: Act
) -> Check:
    """Record whether what a project built is still used, one or two years after acceptance; said anew it holds.

    Raises: UnableToCheck: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    acceptance = Acceptance.objects.filter(project=project).first()
    if acceptance is None:
        raise UnableToCheck("not_accepted")
    if year not in YEARS:
        raise UnableToCheck("unknown_year")
    if used not in Used.values:
        raise UnableToCheck("unknown_answer", text=used)
    due = checking.due_on(acceptance.accepted_on, year)
    if on < due:
        raise UnableToCheck("too_early", due_on=due.isoformat())
    if on > act.on:
        raise UnableToCheck("in_the_future")
    if used != Used.YES and not reason.strip():
        raise UnableToCheck("reason_missing")
    if has_identity_number(reason):
        raise UnableToCheck("identity_number")
    last = project.checks.filter(year=year).order_by("-revision").first()
    if last and (last.checked_on, last.used, last.reason) == (on, used, reason.strip()) and not files:
        raise UnableToCheck("nothing_changed")
    check = Check.objects.create(
        project=project,
        year=year,
        revision=last.revision + 1 if last else 1,
        checked_on=on,
        used=used,
        reason=reason.strip(),
        recorded_at=act.at,
        recorded_by=act.actor,
    )
    hang([check.pk], files, record_type=record_type("projects.check"), act=act)
    if not _has_photo(CHECK_TYPE, check.pk):
        raise UnableToCheck("photo_missing")
    return check
