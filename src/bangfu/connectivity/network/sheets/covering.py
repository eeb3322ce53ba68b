"""The spreadsheets “villages of the baseline” and “coverage verdicts”."""

from __future__ import annotations

from datetime import date

import polars
from django.db.models import Exists, OuterRef

from bangfu.connectivity.network.kinds import BASELINES, VERDICTS, verdict_code
from bangfu.connectivity.network.measures import BASELINE, COVERED
from bangfu.connectivity.network.models import (
    BRANCH_WORDS,
    SERVICE_WORDS,
    VERDICT_WORDS,
    BaselineRemoval,
    BaselineVillage,
    CoverageVerdict,
    Verdict,
)
from bangfu.connectivity.network.operations.covering import import_baseline, import_verdicts
from bangfu.connectivity.network.sheets.checking import checked_by, document
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import both

VILLAGE = Column(
    "village",
    both("村代码", "Village code"),
    ColumnKind.CODE,
    note=both("行政村的十二位统计用区划代码。", "The village's twelve-digit division code."),
    example="522327100001",
    longest=12,
    pattern=r"[0-9]{12}",
)


def _baseline(frame: polars.DataFrame) -> polars.DataFrame:
    return frame.with_columns(code="village")


def _verdicts(frame: polars.DataFrame) -> polars.DataFrame:
    col = polars.col
    return frame.with_columns(
        col("branch").fill_null(""), code=verdict_code(col("village"), col("service"), col("judged_on"))
    )


def _listed(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    return facts_to_come(counting(frame), BASELINE, unit=upload.unit_id, place="place", on="frozen_on")


def _turned(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """A verdict counts when it turns: one village more, or one less."""
    rows = counting(frame)
    keys = rows["supersedes_id"].drop_nulls().unique().to_list()
    before = CoverageVerdict.objects.filter(pk__in=keys).values_list("pk", "verdict")
    said = polars.DataFrame(
        list(before), schema={"supersedes_id": polars.Int64, "earlier": polars.String}, orient="row"
    )
    covered = polars.col("verdict") == Verdict.COVERED
    was = (polars.col("earlier") == Verdict.COVERED).fill_null(value=False)
    turned = rows.join(said, on="supersedes_id", how="left", maintain_order="left").filter(covered != was)
    return polars.concat(
        facts_to_come(
            turned.filter(polars.col("service") == service), measure, unit=upload.unit_id, place="place", on="judged_on",
            quantity=polars.when(covered).then(1).otherwise(-1),
        )
        for service, measure in COVERED.items()
    )  # fmt: skip


def _villages_to_judge(unit: Unit, starts_on: date, ends_on: date) -> polars.DataFrame:
    """Return the villages on a unit's verified lists that nobody took out, each with every service, whatever the period."""
    reviewed = Review.objects.filter(record_type=BASELINES.number, record_id=OuterRef("pk"), state="VERIFIED")
    left = BaselineRemoval.objects.filter(baseline=OuterRef("pk"), withdrawn_at__isnull=True)
    villages = BaselineVillage.objects.filter(
        Exists(reviewed), ~Exists(left), unit=unit, withdrawn_at__isnull=True
    ).order_by("code")
    rows = [
        (code, str(words))
        for code in villages.values_list("code", flat=True)
        for words in SERVICE_WORDS.values()
    ]
    return polars.DataFrame(rows, schema=dict.fromkeys(("village", "service"), polars.String), orient="row")


BASELINE_SHEET = Layout(
    code="network.baseline",
    title=both("网络覆盖基准名单", "Villages of the coverage baseline"),
    about=both(
        "填报一县正式公布的行政村名单，一行一村；核验后即冻结，以后只能凭文件逐村调出。",
        "A county's published list of villages, one a row; once verified it is frozen, and villages leave it by document"
        " only.",
    ),
    columns=(
        VILLAGE,
        Column(
            "document_number", both("文号", "Document number"), example="工信厅通信〔2019〕32号", longest=80
        ),
        Column("frozen_on", both("冻结日期", "Frozen on"), ColumnKind.DATE, example="2019-03-01", past=True),
        document(
            both("名单文件", "List"),
            both(
                "压缩包中的文件名；同县各行用同一份。", "File name in the zip; the same for a whole county."
            ),
            "baseline-522327.pdf",
        ),
    ),
    confirm=import_baseline,
    permission="network.import_baseline",
    check=checked_by(BASELINES, _baseline, {"code": "village", "county": "village"}),
    instead=both(
        "还在待核验的，请核验人退回单据；已冻结的名单，请在名单页逐村移出，各附文件。",
        "If the paper still waits, have it returned. From a frozen list remove the villages on its page, each with a document.",
    ),
    key="village",
    measures=(BASELINE.code,),
    posts=_listed,
)

VERDICTS_SHEET = Layout(
    code="network.verdicts",
    title=both("行政村网络覆盖认定表", "Coverage verdicts on villages"),
    about=both(
        "填报基准名单内行政村的覆盖认定，一行一村一种网络；已覆盖的须写明由定义的哪一种情形证明。",
        "Verdicts on villages of the baseline, one village and service a row; coverage names the branch of the definition"
        " that proves it.",
    ),
    columns=(
        VILLAGE,
        Column(
            "service",
            both("网络", "Service"),
            ColumnKind.CHOICE,
            choices=tuple((str(value), words) for value, words in SERVICE_WORDS.items()),
            example="无线（4G）",
        ),
        Column(
            "verdict",
            both("认定", "Verdict"),
            ColumnKind.CHOICE,
            choices=tuple((str(value), words) for value, words in VERDICT_WORDS.items()),
            example="已覆盖",
        ),
        Column(
            "branch",
            both("认定情形", "Branch"),
            ColumnKind.CHOICE,
            required=False,
            choices=tuple((str(value), words) for value, words in BRANCH_WORDS.items()),
            example="村委会5公里内有基站",
        ),
        Column("judged_on", both("认定日期", "Judged on"), ColumnKind.DATE, example="2019-12-01", past=True),
        document(
            both("测试记录", "Test record"),
            both("压缩包中的文件名。", "File name in the zip."),
            "522327100001.txt",
        ),
    ),
    confirm=import_verdicts,
    permission="network.import_verdicts",
    check=checked_by(VERDICTS, _verdicts, {"code": "village", "county": "village"}),
    measures=tuple(measure.code for measure in COVERED.values()),
    posts=_turned,
    known=_villages_to_judge,
    known_columns=("village", "service"),
)
