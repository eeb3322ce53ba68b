"""Suspicions about projects that the nightly run raises: not used, not looked at, abandoned with money, counted twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import polars

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Parameter, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, measure_title, told
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE as REPORTED_TYPE
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.rooms import both, counted
from bangfu.livelihoods.projects import checking, queries
from bangfu.livelihoods.projects.models import SOURCE_WORDS, USED_WORDS, Check, Kind, Project, State, Used
from bangfu.livelihoods.projects.money_rules import PLEDGED
from bangfu.livelihoods.projects.register import CHECK_TYPE, MOVEMENT_TYPE, PROJECT_TYPE
from bangfu.livelihoods.projects.telling import yuan

DAYS = Parameter(
    "days",
    both("到期多少天没有检查就提出", "Days after which a missing check is raised"),
    both("天", "days"),
    Decimal(checking.DAYS_OVERDUE),
    Decimal(0),
    Decimal(730),
)


def _about(project: Project) -> tuple[About, ...]:
    return (About("RECORD", project.pk, PROJECT_TYPE), About("PLACE", project.place_id))


def _unused(readings: Readings, values: Values) -> Found:
    latest = (
        Check.objects.filter(checked_on__lte=readings.on)
        .order_by("project_id", "-year", "-revision")
        .distinct("project_id")
    )
    found = list(latest.select_related("project"))
    suspects = [
        Suspect(
            matter=f"project {one.project_id}",
            substance=f"{one.year} {one.used}",
            title=both("{title}：{used}", "{title}: {used}").filled(
                title=one.project.title, used=USED_WORDS[one.used]
            ),
            detail=both("{day} 检查：{reason}", "Looked at on {day}: {reason}").filled(
                day=one.checked_on.isoformat(), reason=one.reason
            ),
            unit=one.project.unit_id,
            place=one.project.place_id,
            about=(*_about(one.project), About("RECORD", one.pk, CHECK_TYPE)),
        )
        for one in found
        if one.used != Used.YES
    ]
    return told(suspects, examined=len(found))


enter_rule(
    Rule(
        code="projects.unused",
        title=both("建成以后没有在用", "Built, and not used"),
        looks_for=both(
            "验收满一年、满两年的检查说闲置或只有部分在用的项目，以最近一次检查为准。",
            "Projects of which the latest check, one or two years after acceptance, says that they are not or not wholly used.",
        ),
        wrong_when=both(
            "季节性的车间、学校假期、检查当天停电停工，都会看上去闲置；原因写在检查里。",
            "Seasonal workshops, school holidays and a day without power look unused; the check says the reason.",
        ),
        source=both(
            "国家审计署 2017、2018 年扶贫资金审计：189 个项目闲置或改变用途",
            "Audits of poverty-relief funds, National Audit Office 2017 and 2018: 189 projects abandoned or put to another use",
        ),
        severity=Severity.HIGH,
        evaluate=_unused,
    )
)


def _unchecked(readings: Readings, values: Values) -> Found:
    before = readings.on - timedelta(days=int(values["days"]))
    due = queries.due_checks(Project.objects.all(), readings.on)
    suspects = [
        Suspect(
            matter=f"project {one.acceptance.project_id} year {one.year}",
            substance="",
            title=counted(
                "{title}：满 {count} 年没有检查",
                "{title}: no check after {count} years",
                "{title}: no check after a year",
                count=one.year,
                title=one.acceptance.project.title,
            ),
            detail=both(
                "{due} 到期，至今没有人去看是否还在用。",
                "Due on {due}; nobody has looked whether it is used.",
            ).filled(due=one.due_on.isoformat()),
            unit=one.acceptance.project.unit_id,
            place=one.acceptance.project.place_id,
            about=_about(one.acceptance.project),
        )
        for one in due
        if one.due_on <= before
    ]
    return told(suspects, examined=len(due))


enter_rule(
    Rule(
        code="projects.unchecked",
        title=both("建成项目逾期没有检查", "A check of what was built is overdue"),
        looks_for=both(
            "验收满一年、满两年，又过了规定天数，还没有登记检查的项目。",
            "Projects accepted one or two years and some days ago whose check is not recorded.",
        ),
        wrong_when=both(
            "已经去看过、还没有登记；补登即可。", "Somebody did look and has not recorded it yet: record it."
        ),
        source=both(
            "天数由本单位自定；国家没有规定。",
            "The days are the house's own choice: no rule of the state's gives them.",
        ),
        severity=Severity.MEDIUM,
        evaluate=_unchecked,
        parameters=(DAYS,),
    )
)


def _left(readings: Readings, values: Values) -> Found:
    gone = {one.pk: one for one in Project.objects.filter(state=State.ABANDONED).order_by("pk")}
    suspects = []
    for key, sources in queries.stages_of(list(gone)).items():
        for source, stages in sorted(sources.items()):
            left = stages.counted[Kind.RECEIVED] - stages.counted[Kind.SPENT]
            if not left:
                continue
            suspects.append(
                Suspect(
                    matter=f"project {key} {source}",
                    substance=left,
                    title=both(
                        "{title}：已终止，还有 {yuan} 元到账未用",
                        "{title}: abandoned, {yuan} yuan received and not spent",
                    ).filled(title=gone[key].title, yuan=yuan(left)),
                    detail=both(
                        "来源：{source}。退回的请撤回那几笔到账，转用的请写明文件。",
                        "Source: {source}. Withdraw the arrivals that were paid back; where the money went elsewhere say by which"
                        " document.",
                    ).filled(source=SOURCE_WORDS[source]),
                    unit=gone[key].unit_id,
                    place=gone[key].place_id,
                    about=_about(gone[key]),
                )
            )
    return told(suspects, examined=len(gone))


enter_rule(
    Rule(
        code="projects.abandoned_with_money",
        title=both("终止的项目还有资金", "An abandoned project still has money"),
        looks_for=both(
            "已终止的项目，到账的资金多于支出的，按来源分开。",
            "Abandoned projects of which more was received than spent, source by source.",
        ),
        wrong_when=both(
            "资金已退回而到账还没有撤回；或经批准转到另一个项目。",
            "The money was paid back and its arrival is not withdrawn yet; or it was moved to another project with approval.",
        ),
        source=both(
            "国家审计署 2017、2018 年扶贫资金审计：28.1 亿元被骗取套取或挪用",
            "Audits of poverty-relief funds, National Audit Office 2017 and 2018: 2.81 bn yuan obtained by fraud or diverted",
        ),
        severity=Severity.HIGH,
        evaluate=_left,
    )
)


def _twice(readings: Readings, values: Values) -> Found:
    col, size = polars.col, SIZE_OF_LEVEL[COUNTY]
    codes = [one.code for one in PLEDGED.values()]
    arrivals = readings.facts.filter(col("measure").is_in(codes)).with_columns(county=col("place") // size)
    moved = arrivals.filter(col("record_type") == MOVEMENT_TYPE)
    reported = arrivals.filter(col("record_type") == REPORTED_TYPE)
    pairs = moved.join(reported, on=["measure", "county", "happened_on", "quantity"], suffix="_reported")
    described = _described(pairs["record"].unique().to_list())
    suspects = [
        Suspect(
            matter=f"{row['record']} {row['record_reported']}",
            substance="",
            title=both(
                "{measure}：项目到账与报送记录同县、同日、同额",
                "{measure}: an arrival of a project and a reported one are alike",
            ).filled(measure=measure_title(row["measure"])),
            detail=both("{day}，{yuan} 元。", "{day}, {yuan} yuan.").filled(
                day=row["happened_on"].isoformat(), yuan=f"{row['quantity']:,.2f}"
            ),
            unit=row["unit"],
            place=row["place"],
            about=(
                About("RECORD", row["record"], MOVEMENT_TYPE),
                About("RECORD", row["record_reported"], REPORTED_TYPE),
                About("FACT", row["fact"]),
                About("FACT", row["fact_reported"]),
            ),
        )
        for row in pairs.sort("record", "record_reported").iter_rows(named=True)
        if row["record"] not in described
    ]
    return told(suspects, examined=moved.height)


def _described(keys: list[int]) -> set[int]:
    """Return those movements of which somebody said why they are other money than what was reported."""
    said = queries.movements().filter(pk__in=keys).exclude(apart="")
    return set(said.values_list("pk", flat=True))


enter_rule(
    Rule(
        code="projects.reported_too",
        title=both("项目到账又被报送", "An arrival counted by a project and reported too"),
        looks_for=both(
            "项目的到账和手工报送的资金，同一度量、同县、同日、同额。",
            "An arrival of a project and money that was reported by hand, of the same measure, county, day and sum.",
        ),
        wrong_when=both(
            "确是两笔款；登记到账时在“另一笔的说明”写明了的不再报出。",
            "It is other money; what says so under “Why it is another” is not found.",
        ),
        source=both("同一笔到账只计一次：度量口径", "Each arrival counts once: the measures' scope"),
        severity=Severity.HIGH,
        evaluate=_twice,
    )
)
