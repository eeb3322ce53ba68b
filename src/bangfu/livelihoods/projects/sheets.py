"""The spreadsheets of the county's project library 项目库台账 and of the money of projects 项目资金台账."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    REVITALISATION_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    Kind,
    Movement,
    Project,
    State,
)
from bangfu.livelihoods.projects.money_rules import (
    PLEDGED,
    MovementDetails,
    MovementFault,
    movement_faults,
)
from bangfu.livelihoods.projects.operations.entering import OPEN_STATES
from bangfu.livelihoods.projects.operations.importing import import_movements, import_projects
from bangfu.livelihoods.projects.operations.storing import MEASURE_OF
from bangfu.livelihoods.projects.rules import ProjectFault, project_faults
from bangfu.livelihoods.projects.said import details_of, fen, project_said

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

PARTY_NOTE = both(
    "统一社会信用代码，或本单位给它的编号；不写名称和个人。",
    "Its unified social credit code, or your number for it; neither a name nor a person.",
)


def _yuan(name: str, zh: str, en: str, example: str) -> Column:
    return Column(
        name, both(zh, en), ColumnKind.DECIMAL, required=False, decimals=2, lowest=0, example=example
    )


def _party(name: str, zh: str, en: str, example: str, *, required: bool = False) -> Column:
    return Column(
        name, both(zh, en), ColumnKind.CODE, required=required, longest=40, note=PARTY_NOTE, example=example
    )


PROJECT_COLUMNS = (
    Column(
        "code",
        both("项目编号", "Code"),
        ColumnKind.CODE,
        note=both("县项目库里的编号。", "That of the county's library."),
        example="CH-2020-01",
        longest=40,
        aliases=("编号",),
    ),
    Column(
        "title_zh",
        both("项目名称", "Title in Chinese"),
        longest=120,
        example="糯米蕉烘干车间",
        aliases=("项目",),
    ),
    Column("title_en", both("英文名称", "Title in English"), required=False, longest=160),
    Column(
        "place",
        both("县或村", "County or village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        example="册亨县",
        aliases=("地点", "所在地"),
    ),
    Column(
        "revitalisation",
        both("五大振兴", "Revitalisation"),
        ColumnKind.CHOICE,
        choices=tuple(REVITALISATION_WORDS.items()),
        example="产业振兴",
    ),
    Column(
        "plan_title",
        both("所依据的县里规划", "The county's plan"),
        longest=160,
        note=both("县里的规划或项目库文件，不是本单位的。", "The county's own document, not your unit's."),
        example="册亨县巩固拓展项目库",
    ),
    Column("plan_number", both("规划文号", "Number of the plan"), longest=60, example="册乡振〔2020〕3号"),
    Column("starts_on", both("计划开工", "Planned to begin"), ColumnKind.DATE, example="2020-03-01"),
    Column("last_day", both("计划完工", "Planned to end"), ColumnKind.DATE, example="2020-06-30"),
    _yuan("own_yuan", "自有无偿（元）", "Own grant (yuan)", "300000"),
    _yuan("gift_yuan", "引进无偿（元）", "Brought-in grant (yuan)", ""),
    _party("gift_party", "捐赠单位代码", "Code of who gives", ""),
    _yuan("investment_yuan", "引进有偿（元）", "Brought-in investment (yuan)", ""),
    _party("investment_party", "投资单位代码", "Code of who invests", ""),
    Column(
        "library_on",
        both("入库日期", "Library since"),
        ColumnKind.DATE,
        required=False,
        past=True,
        note=both(
            "已入县项目库的，日期和文号都填；都不填的登记为谋划。",
            "Where the county took it into its library give day and document; without both it is an idea.",
        ),
        example="2020-01-10",
    ),
    Column(
        "library_document",
        both("入库文号", "Document of the library"),
        required=False,
        longest=120,
        example="册库〔2020〕1号",
    ),
)


def check_projects(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by what is known of projects: new, the same, or a change of one that is not approved yet."""
    places = Place.objects.in_bulk(frame["place"].unique().to_list())
    said = {row["row"]: (details_of(row, places), row["library_on"]) for row in frame.iter_rows(named=True)}
    found = Project.objects.filter(code__in={one.code for one, _ in said.values()}, unit=upload.unit_id)
    known = {one.code: one for one in found.select_related("place").prefetch_related("budgets")}
    same, changed, faults = set(), set(), []
    for row, (one, library_on) in said.items():
        project = known.get(one.code)
        if project is None:
            continue
        is_admitted = project.state == State.IDEA and library_on is not None
        if project_said(project) == one and not is_admitted:
            same.add(row)
        elif project.state in OPEN_STATES:
            changed.add(row)
        else:
            faults.append(ProjectFault(row, "code", "not_open", {"state": STATE_WORDS[project.state]}))
    left = same | {fault.row for fault in faults}
    judged = [(row, one) for row, (one, _) in said.items() if row not in left]
    faults += project_faults(judged, unit=upload.unit, but=[one.pk for one in known.values()])
    half = frame.filter(
        polars.col("library_on").is_null() != (polars.col("library_document").fill_null("") == "")
    )
    faults += [ProjectFault(row, "library_document", "library_half", {}) for row in half["row"]]
    return _checked(frame, faults, same, changed)


def _checked(
    frame: polars.DataFrame, faults: list[Any], same: set[int], changed: Collection[int] = ()
) -> CheckedRows:
    refused = {fault.row for fault in faults}
    row = polars.col("row")
    rows = frame.filter(~row.is_in(sorted(refused))).with_columns(
        standing=polars.when(row.is_in(sorted(same)))
        .then(polars.lit("same"))
        .when(row.is_in(sorted(changed)))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("new"))
    )
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=[fault.of_row for fault in sorted(faults, key=lambda one: one.row)],
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


PROJECTS_SHEET = Layout(
    code="projects.library",
    title=both("项目库台账", "The project library"),
    about=both(
        "一个项目填一行；已登记而内容相同的跳过，还没有批复的按表修改，批复以后的请在项目页调整预算。",
        "A project a row. What is entered already and says the same is passed over, what is not approved yet is changed; of"
        " an approved project change the budget on its page.",
    ),
    columns=PROJECT_COLUMNS,
    confirm=import_projects,
    permission="projects.import_projects",
    check=check_projects,
    instead=both(
        "没有批准的项目请在项目页修改；不建的，在项目页终止并写明原因。",
        "Change projects that are not approved on their pages; abandon there, with the reason, those that will not be built.",
    ),
    key="code",
)

MOVEMENT_COLUMNS = (
    Column(
        "project_code",
        both("项目编号", "Project"),
        ColumnKind.CODE,
        note=both("本单位或下属单位已批复的项目。", "An approved project of your unit or one below it."),
        example="CH-2020-01",
        longest=40,
        aliases=("项目",),
    ),
    Column(
        "kind", both("环节", "Stage"), ColumnKind.CHOICE, choices=tuple(KIND_WORDS.items()), example="到账"
    ),
    Column(
        "source",
        both("来源", "Source"),
        ColumnKind.CHOICE,
        choices=tuple(SOURCE_WORDS.items()),
        example="自有无偿",
    ),
    Column(
        "amount_yuan",
        both("金额（元）", "Amount (yuan)"),
        ColumnKind.DECIMAL,
        decimals=2,
        lowest=0,
        example="200000",
    ),
    Column("happened_on", both("日期", "Day"), ColumnKind.DATE, past=True, example="2020-03-10"),
    _party("payer", "付款单位代码", "Code of the payer", "P52", required=True),
    _party("payee", "收款单位代码", "Code of the payee", "CH-TREASURY", required=True),
    Column(
        "receipt",
        both("银行回单号", "Bank receipt"),
        ColumnKind.CODE,
        note=both(
            "下达的填资金文件文号；一笔分给几个项目的加行号。",
            "Of an allocation that of its document; where one payment is split add the line.",
        ),
        example="ICBC20200310-0045",
        longest=60,
        aliases=("回单号",),
    ),
    Column("note", both("说明", "Note"), required=False, longest=200),
    Column(
        "apart",
        both("另一笔的说明", "Why it is another"),
        required=False,
        longest=300,
        note=both(
            "只在同县、同日、同额已有报送记录、而这确是另一笔时填写。",
            "Only where money of the same county, day and sum was reported, and this is other money.",
        ),
    ),
    Column(
        "evidence",
        both("回单文件", "Receipt's file"),
        ColumnKind.EVIDENCE,
        note=both("压缩包中的文件名；几行可用同一个文件。", "File name in the zip; rows may share one file."),
        example="回单0045.pdf",
    ),
)


def movement_of(row: dict[str, Any]) -> MovementDetails:
    """Return what a row of the sheet says of a movement."""
    return MovementDetails(
        kind=row["kind"],
        source=row["source"],
        amount_fen=fen(row["amount_yuan"]),
        happened_on=row["happened_on"],
        payer=row["payer"],
        payee=row["payee"],
        receipt=row["receipt"],
        note=row["note"] or "",
        apart=row["apart"] or "",
    )


def check_movements(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their projects, the stages of their money, and what is known of receipts."""
    units = unit_subtree(upload.unit_id).values("pk")
    codes = frame["project_code"].unique().to_list()
    projects = {one.code: one for one in Project.objects.filter(code__in=codes, unit__in=units)}
    faults, said, same = [], [], set()
    known = _known_movements(frame["receipt"].unique().to_list())
    for row in frame.iter_rows(named=True):
        project, one = projects.get(row["project_code"]), movement_of(row)
        if project is None:
            details = {"code": row["project_code"]}
            faults.append(MovementFault(row["row"], "project_code", "unknown_project", details))
        elif (project.pk, *_moved(one)) in known:
            same.add(row["row"])
        else:
            said.append((row["row"], project, one))
    faults += movement_faults(said, today=localdate(upload.uploaded_at))
    checked = _checked(frame, faults, same)
    found = checked.frame.with_columns(
        project=polars.col("project_code").replace_strict(
            {code: one.pk for code, one in projects.items()}, default=None, return_dtype=polars.Int64
        ),
        unit=polars.col("project_code").replace_strict(
            {code: one.unit_id for code, one in projects.items()}, default=None, return_dtype=polars.Int64
        ),
        place=polars.col("project_code").replace_strict(
            {code: one.place_id for code, one in projects.items()}, default=None, return_dtype=polars.Int64
        ),
    )
    return CheckedRows(frame=found, refusals=checked.refusals, new=checked.new, same=checked.same)


def _moved(one: MovementDetails) -> tuple[Any, ...]:
    return (one.kind, one.source, one.amount_fen, one.happened_on, one.payer, one.payee, one.receipt)


def _known_movements(receipts: list[str]) -> set[tuple[Any, ...]]:
    rows = Movement.objects.filter(receipt__in=receipts, withdrawn_at__isnull=True)
    return set(
        rows.values_list(
            "project_id", "kind", "source", "amount_fen", "happened_on", "payer", "payee", "receipt"
        )
    )


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return what each row counts once it is verified: its stage, and of an arrival what the pledge counts."""
    col, rows = polars.col, counting(frame)
    where: dict[str, Any] = {"on": "happened_on", "unit": "unit", "place": "place", "quantity": "amount_yuan"}
    found = [
        facts_to_come(rows.filter(col("kind") == kind), measure, **where)
        for kind, measure in MEASURE_OF.items()
    ]
    arrived = rows.filter(col("kind") == Kind.RECEIVED)
    found += [
        facts_to_come(arrived.filter(col("source") == source), measure, **where)
        for source, measure in PLEDGED.items()
    ]
    return polars.concat(found)


MOVEMENTS_SHEET = Layout(
    code="projects.money",
    title=both("项目资金台账", "Money of projects"),
    about=both(
        "一张回单在一个环节填一行：下达、拨付、到账、支出分开填，一张表可以把四个环节都写上。后一环节不能超过前一环节。",
        "A receipt at a stage is a row: allocated, paid, received, spent apart, all four in one sheet if need be."
        " No stage may exceed the one before.",
    ),
    columns=MOVEMENT_COLUMNS,
    confirm=import_movements,
    permission="projects.import_movements",
    check=check_movements,
    instead=both(
        "误录的资金请到各笔的页面撤回，改好后重新导入；仍在待核验的，请核验人退回单据。",
        "Withdraw movements entered wrongly on their pages and import them corrected; if the paper still waits, have it"
        " returned.",
    ),
    measures=tuple(one.code for one in (*MEASURE_OF.values(), *PLEDGED.values())),
    posts=posts,
)
