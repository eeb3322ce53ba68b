"""What the tests of this room have in common: companies, villages of 册亨, a sheet with its documents, and facts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.coordination.pairing.models import Pairing
from bangfu.coordination.pairing.operations import (
    PairingDetails,
    import_pairings,
    propose_pairing,
    submit_pairing,
    verify_pairing,
)
from bangfu.coordination.pairing.sheets import COLUMNS, REQUIRED_COLUMNS
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from tests.cast import FOUNDED, Cast

ZHELOU, PINGYANG, YANGCHANG = 522327001200, 522327003203, 522327003204
"""者楼村, 坪秧村 and 羊场村, three villages of 册亨县."""
WANGMO = 522326000000
START = date(2018, 3, 15)
DOCUMENT = ("册脱贫组2018-12.txt", "册脱贫组〔2018〕12号 结对安排".encode())


def city(cast: Cast, code: str = "C5223", name: str = "黔西南州分公司") -> Unit:
    """Enter a city company below 贵州."""
    with system_writes("a test's company"):
        return enter_unit(
            code=code, name_zh=name, name_en=f"{code} company", kind=Unit.Kind.PREFECTURE, parent=cast.guizhou,
            place=Place.objects.get(pk=522300000000), starts_on=FOUNDED,
        )  # fmt: skip


def details(place: int = ZHELOU, **changes: Any) -> PairingDetails:
    """Return what is said of one pairing by hand."""
    said: dict[str, Any] = {
        "kind": "VILLAGE",
        "role": "LEAD",
        "level": "COUNTY",
        "assigned_by": "册亨县脱贫攻坚领导小组",
        "document": "册脱贫组〔2018〕12号",
        "starts_on": START,
    }
    return PairingDetails(place=Place.objects.get(pk=place), **{**said, **changes})


def proposed(cast: Cast, unit: Unit | None = None, place: int = ZHELOU, **changes: Any) -> Pairing:
    """Propose a pairing with its document."""
    return propose_pairing(
        details=details(place, **changes),
        unit=unit or cast.guizhou,
        files=(DOCUMENT,),
        act=cast.act(cast.officer),
    )


def assigned(cast: Cast, unit: Unit | None = None, place: int = ZHELOU, **changes: Any) -> Pairing:
    """Propose and submit a pairing."""
    return submit_pairing(pairing=proposed(cast, unit, place, **changes), act=cast.act(cast.officer))


def active(cast: Cast, unit: Unit | None = None, place: int = ZHELOU, **changes: Any) -> Pairing:
    """Propose, submit and verify a pairing."""
    return verify_pairing(pairing=assigned(cast, unit, place, **changes), act=cast.act(cast.verifier))


@dataclass(frozen=True)
class Row:
    """One row of the register as a branch types it."""

    unit_code: str = "P52"
    place: str = "册亨县者楼街道者楼村"
    kind: str = "结对到村"
    role: str = "牵头"
    level: str = "县级"
    assigned_by: str = "册亨县脱贫攻坚领导小组"
    document: str = "册脱贫组〔2018〕12号"
    leader_post: str = "副总经理"
    starts_on: Any = START
    ends_on: Any = None
    agreed_until: Any = None
    evidence: str = DOCUMENT[0]

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


def workbook(rows: list[Any], columns: Any) -> bytes:
    """Return rows as a workbook under the titles of columns."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in columns])
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(columns):
                value = getattr(row, column.name, None)
                if isinstance(value, date):
                    page.write_datetime(number, position, value)
                elif value:
                    page.write_string(number, position, value)
    return buffer.getvalue()


def received(rows: list[Row], *, unit: Unit, act: Act, folder: Path, name: str = "结对台账.xlsx") -> Upload:
    """Upload a register with its document."""
    path = folder / "documents.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*DOCUMENT)
    content = workbook(rows, COLUMNS)
    return receive_upload(
        layout="pairing.pairings", unit=unit, name=name, content=content, evidence=path, act=act
    )


def imported(rows: list[Row], *, unit: Unit, act: Act, folder: Path, name: str = "结对台账.xlsx") -> Batch:
    """Upload a register and import it."""
    return import_pairings(upload=received(rows, unit=unit, act=act, folder=folder, name=name), act=act)


@dataclass(frozen=True)
class Required:
    """One row of the list of places that must have an owner."""

    place: str
    starts_on: Any = date(2018, 1, 1)
    ends_on: Any = None
    document: str = "黔扶领〔2017〕30号"


def listed(rows: list[Required], *, unit: Unit, act: Act) -> Upload:
    """Upload the office's list."""
    return receive_upload(
        layout="pairing.required",
        unit=unit,
        name="名单.xlsx",
        content=workbook(rows, REQUIRED_COLUMNS),
        act=act,
    )


def facts(measure: str | None = None) -> list[tuple[Any, ...]]:
    """Return the facts, of one measure or all: measure, quantity, unit, place, day, source, revision, reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity::int, unit_id, place_id, happened_on, source_id, revision, reason"
            " FROM ledger_fact JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE %s::text IS NULL OR measure.code = %s ORDER BY ledger_fact.id",
            [measure, measure],
        )
        return cursor.fetchall()


def standing(measure: str, before: date) -> int:
    """Return how many different parties of a measure have a net quantity above zero before a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT party FROM ledger_fact JOIN ledger_cataloguemeasure measure"
            " ON measure.id = measure_id WHERE measure.code = %s AND happened_on < %s"
            " GROUP BY party HAVING sum(quantity) > 0) AS standing",
            [measure, before],
        )
        return int(cursor.fetchone()[0])


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "pairing_pairing", "pairing_pairingevent", "pairing_correction", "pairing_requirement", "review_batch",
        "review_reviewevent", "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
