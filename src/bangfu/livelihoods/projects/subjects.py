"""Projects in the handbook: the page of one project, and the projects of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet, Window

from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_label, place_labels, subtree_range
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.subjects import (
    HandbookSubject,
    Subject,
    SubjectLine,
    SubjectPage,
    SubjectSection,
)
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    OWNER_WORDS,
    REVITALISATION_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    USED_WORDS,
    Kind,
    Project,
    State,
)
from bangfu.livelihoods.projects.register import (
    ACCEPTANCE_TYPE,
    CHECK_TYPE,
    MILESTONE_TYPE,
    PROJECT_TYPE,
    VIEW,
)
from bangfu.livelihoods.projects.telling import project_address, yuan

FOUND, SHOWN = 20, 8


def _visible(account: Account, on: date) -> QuerySet[Project]:
    """Return the projects that an account may read, approved by a day: what is only thought of is told to nobody."""
    approved = Q(steps__state=State.APPROVED, steps__taken_on__lte=on)
    return Project.objects.filter(within_grants(account, VIEW, on)).filter(approved).distinct()


def _subjects(rows: Sequence[Project]) -> list[Subject]:
    labels = place_labels({one.place_id for one in rows}, short=True)
    return [
        Subject(
            one.pk,
            one.title,
            f"{REVITALISATION_WORDS[one.revitalisation]} · {labels[one.place_id]} · {STATE_WORDS[one.state]}",
            one.place_id,
        )
        for one in rows
    ]


def found(account: Account, text: str, on: date) -> list[Subject]:
    """Return the projects that a text names, or the first ones, by place."""
    rows = _visible(account, on)
    if text:
        rows = rows.filter(
            Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(code__icontains=text)
        )
    return _subjects(list(rows.order_by("place_id", "code")[:FOUND]))


def page(account: Account, key: int, on: date) -> SubjectPage | None:
    """Return the page of a project; null when there is none that the reader may see."""
    one = _visible(account, on).filter(pk=key).select_related("unit").first()
    if one is None:
        return None
    rows = [
        (both("项目编号", "Code"), one.code),
        (both("五大振兴", "Revitalisation"), str(REVITALISATION_WORDS[one.revitalisation])),
        (both("地点", "Place"), place_label(one.place_id)),
        (both("状态", "State"), str(STATE_WORDS[one.state])),
        (both("登记单位", "Unit"), one.unit.name),
        (both("县里规划", "County's plan"), f"{one.plan_title} {one.plan_number}"),
        (both("计划工期", "Planned"), f"{one.starts_on} – {one.last_day}"),
    ]
    milestones = [
        SubjectLine(
            milestone.title,
            str(milestone.reached_on or milestone.due_on),
            is_late=milestone.reached_on is None and milestone.due_on < on,
        )
        for milestone in one.milestones.order_by("number")
    ]
    assets = [
        SubjectLine(asset.name, f"{OWNER_WORDS[asset.owner_kind]} · {asset.upkeep} · {yuan(asset.value_fen)}")
        for asset in one.assets.order_by("pk")
    ]
    sections = [
        SubjectSection(both("资金（元）", "Money (yuan)"), _money(one), both("还没有预算。", "No budget yet.")),
        SubjectSection(both("节点", "Milestones"), tuple(milestones), both("没有节点。", "No milestones.")),
        SubjectSection(both("资产与管护", "Assets and upkeep"), tuple(assets), both("还没有资产。", "No assets.")),
        SubjectSection(both("使用检查", "Checks"), _checks(one, on), both("还没有到期。", "Nothing is due."), is_sensitive=True),
    ]  # fmt: skip
    checks = [(CHECK_TYPE, check) for check in one.checks.order_by("-pk").values_list("pk", flat=True)]
    reached = [
        (MILESTONE_TYPE, key) for key in one.milestones.order_by("-number").values_list("pk", flat=True)
    ]
    accepted = [(ACCEPTANCE_TYPE, one.acceptance.pk)] if hasattr(one, "acceptance") else []
    return SubjectPage(
        subject=_subjects([one])[0],
        rows=tuple(rows),
        sections=tuple(sections),
        records=(*checks, *accepted, *reached, (PROJECT_TYPE, one.pk)),
        home=project_address(one.pk),
    )


def _money(one: Project) -> tuple[SubjectLine, ...]:
    lines = []
    for source, stages in sorted(queries.stages_of([one.pk]).get(one.pk, {}).items()):
        if stages.is_empty:
            continue
        said = [f"{KIND_WORDS[kind]} {yuan(stages.counted[kind])}" for kind in Kind.values]
        budget = both("预算 {yuan}", "budget {yuan}").filled(yuan=yuan(stages.budget))
        lines.append(SubjectLine(str(SOURCE_WORDS[source]), " · ".join([str(budget), *said])))
    return tuple(lines)


def _checks(one: Project, on: date) -> tuple[SubjectLine, ...]:
    title = both("满 {year} 年", "After {year} years")
    lines = []
    for due in queries.checks_of(Project.objects.filter(pk=one.pk), on):
        about = (
            f"{due.check.checked_on} {USED_WORDS[due.check.used]} {due.check.reason}"
            if due.check
            else str(both("{day} 到期", "due on {day}").filled(day=due.due_on.isoformat()))
        )
        is_late = due.days_late(on) > 0 or (due.check is not None and due.check.used != "YES")
        lines.append(SubjectLine(str(title.filled(year=due.year)), about.strip(), is_late=is_late))
    return tuple(lines)


def in_place(account: Account, place: int, on: date) -> list[SubjectSection]:
    """Return the projects in a place on a day, those that began last first; late ones are whose check is overdue."""
    first, end = subtree_range(place)
    keys = _visible(account, on).filter(place_id__gte=first, place_id__lt=end).values("pk")
    rows = Project.objects.filter(pk__in=keys).annotate(of_all=Window(Count("pk")))
    shown = list(rows.order_by("-starts_on", "code")[:SHOWN])
    if not shown:
        return []
    late = {
        one.acceptance.project_id
        for one in queries.due_checks(Project.objects.filter(pk__in=[one.pk for one in shown]), on)
        if one.days_late(on)
    }
    lines = [
        SubjectLine(subject.title, subject.about, f"projects/{subject.key}/", is_late=subject.key in late)
        for subject in _subjects(shown)
    ]
    title = both("帮扶项目", "Projects")
    nothing = both("没有批复的项目。", "No project is approved.")
    return [SubjectSection(title, tuple(lines), nothing, shown[0].of_all)]


PROJECTS = HandbookSubject("projects", both("项目", "Projects"), found, page, in_place, order=12)
