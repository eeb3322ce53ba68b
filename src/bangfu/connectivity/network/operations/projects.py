"""Build projects: opened with a budget, carried from stage to stage, given the stations that belong to them."""

from __future__ import annotations

from datetime import date

from bangfu.connectivity.network.models import STAGE_WORDS, Project, ProjectStage, Stage, Station
from bangfu.connectivity.network.operations.registering import Files, attach_files
from bangfu.connectivity.network.operations.storing import lock_names, station_for_update
from bangfu.connectivity.network.register import home_place
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import both


class UnableToRunProject(Refusal):
    """Codes: ``code_taken``, ``incomplete``, ``outside_unit``, ``unknown_stage``, ``backwards``, ``before_earlier``,
    ``in_future``, ``other_unit``, ``withdrawn``, ``assigned_already``, ``no_days``, ``none_found``."""

    sentences = {
        "code_taken": both(
            "工程编码「{code}」已被{unit}使用。请核对编码。",
            "Project {code} is {unit}'s already. Check the code.",
        ),
        "incomplete": both(
            "请填写工程编码、名称和大于零的预算。",
            "Enter the project's code, its name and a budget above zero.",
        ),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点。", "{place} lies outside {unit}. Correct the place."
        ),
        "unknown_stage": both("没有「{stage}」这个阶段。", "There is no stage called {stage}."),
        "backwards": both(
            "工程「{code}」已到“{stage}”，不能回到更早的阶段，也不能重复登记。",
            "Project {code} has reached “{stage}” and goes neither back nor there twice.",
        ),
        "before_earlier": both(
            "日期早于“{stage}”的 {on}。请核对日期。", "That day lies before “{stage}”, {on}. Check the date."
        ),
        "in_future": both(
            "日期在今天之后。请填实际发生的日期。", "That day lies in the future. Enter the day it happened."
        ),
        "other_unit": both(
            "基站「{code}」由{unit}上报，不能归入别的单位的工程。",
            "Station {code} is {unit}'s and belongs to no other unit's project.",
        ),
        "withdrawn": both("基站「{code}」已撤回。", "Station {code} is withdrawn."),
        "assigned_already": both(
            "基站「{code}」已在这个工程中。", "Station {code} belongs to this project already."
        ),
        "no_days": both(
            "截止日期早于起始日期。请核对验收日期的范围。",
            "The last day lies before the first. Check the days of acceptance.",
        ),
        "none_found": both(
            "{unit}在{place}没有这期间验收、尚未归入工程的基站。请核对日期，或逐个归入。",
            "{unit} has no station in {place} that was accepted in these days and belongs to no project. Check the days, or"
            " assign stations one by one.",
        ),
    }


def _scope_of_new(*, unit: Unit, place: Place, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=place.pk)


@operation("network.open_project", scope=_scope_of_new)
def open_project(*, code: str, name: str, unit: Unit, place: Place, budget_fen: int, act: Act) -> Project:
    """Open a build project of a unit.

    Raises: UnableToRunProject: ``code_taken``, ``incomplete``, ``outside_unit``; nothing was written.
    Locks: the project's code.
    """
    code, name = code.strip().upper(), name.strip()
    if not code or not name or budget_fen <= 0:
        raise UnableToRunProject("incomplete")
    home = home_place(unit)
    if home is not None:
        first, end = subtree_range(home)
        if not first <= place.pk < end:
            raise UnableToRunProject(
                "outside_unit",
                place=place_labels([place.pk])[place.pk],
                unit=both(unit.name_zh, unit.name_en),
            )
    lock_names([f"project {code}"])
    known = Project.objects.filter(code=code).select_related("unit").first()
    if known is not None:
        raise UnableToRunProject("code_taken", code=code, unit=both(known.unit.name_zh, known.unit.name_en))
    return Project.objects.create(
        code=code,
        name=name,
        unit=unit,
        place=place,
        budget_fen=budget_fen,
        opened_at=act.at,
        opened_by=act.actor,
    )


@operation("network.reach_stage", scope=scope_of("project"))
def reach_stage(
    *, project: Project, stage: str, reached_on: date, files: Files = (), act: Act
) -> ProjectStage:
    """Note the day on which a project reached a stage; stages may be passed over, never gone back to.

    Raises: UnableToRunProject: ``unknown_stage``, ``backwards``, ``before_earlier``, ``in_future``; UnableToKeep: a
        file is refused. Nothing was written.
    Locks: the project.
    """
    if stage not in Stage.values:
        raise UnableToRunProject("unknown_stage", stage=stage)
    if reached_on > act.on:
        raise UnableToRunProject("in_future")
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    number = Stage.values.index(stage) + 1
    last = project.stages.order_by("-number").first()
    if last is not None and last.number >= number:
        raise UnableToRunProject("backwards", code=project.code, stage=STAGE_WORDS[last.stage])
    if last is not None and last.reached_on > reached_on:
        on = last.reached_on.isoformat()
        raise UnableToRunProject("before_earlier", stage=STAGE_WORDS[last.stage], on=on)
    reached = ProjectStage.objects.create(
        project=project,
        number=number,
        stage=stage,
        reached_on=reached_on,
        entered_at=act.at,
        entered_by=act.actor,
    )
    attach_files(project, files, act=act)
    return reached


@operation("network.assign_station", scope=scope_of("station"))
def assign_station(*, station: Station, project: Project, act: Act) -> Station:
    """Let a station belong to a project of its unit.

    Raises: UnableToRunProject: ``withdrawn``, ``other_unit``, ``assigned_already``; nothing was written.
    Locks: the station.
    """
    station = station_for_update(station)
    if station.withdrawn_at is not None:
        raise UnableToRunProject("withdrawn", code=station.code)
    if station.unit_id != project.unit_id:
        owner = both(station.unit.name_zh, station.unit.name_en)
        raise UnableToRunProject("other_unit", code=station.code, unit=owner)
    if station.project_id == project.pk:
        raise UnableToRunProject("assigned_already", code=station.code)
    station.project = project
    station.save(update_fields=["project"])
    return station


@operation("network.assign_stations", scope=scope_of("project"))
def assign_stations(*, project: Project, first_on: date, last_on: date, act: Act) -> int:
    """Let every station belong to a project that its unit built in its place, accepted in these days, and no project names.

    Raises: UnableToRunProject: ``no_days``, ``none_found``; nothing was written.
    Returns: how many stations were assigned.
    """
    if last_on < first_on:
        raise UnableToRunProject("no_days")
    first, end = subtree_range(project.place_id)
    assigned = Station.objects.filter(
        unit=project.unit_id, place_id__gte=first, place_id__lt=end, accepted_on__range=(first_on, last_on),
        project__isnull=True, withdrawn_at__isnull=True,
    ).update(project=project)  # fmt: skip
    if not assigned:
        place = place_labels([project.place_id])[project.place_id]
        unit = both(project.unit.name_zh, project.unit.name_en)
        raise UnableToRunProject("none_found", unit=unit, place=place)
    return assigned
