"""Papers: what one unit reports of one thing, filled in, uploaded, imported by its clerk and verified by another.

Each paper is a spreadsheet and a zip of evidence, and goes through intake, its room's own operation and review as every
office's does. What became of a paper is read off the database by layout, unit and file name, so that a second start
takes up whatever the first left: nothing, an upload, or a paper that waits for review.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings

from bangfu.connectivity.network.operations import verify_records, verify_stations
from bangfu.connectivity.schooling.operations import verify_schools
from bangfu.coordination.leadership.operations import verify_visits
from bangfu.coordination.pairing.operations import verify_pairings
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.intake.reported.operations import verify_reported_paper
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.consumption.operations import verify_entries, verify_fairs
from bangfu.livelihoods.industries.operations import verify_records as verify_industries
from bangfu.livelihoods.projects.operations import verify_movements
from bangfu.livelihoods.suppliers.operations import verify_steps
from bangfu.livelihoods.training.operations import verify_completions, verify_expenses

VERIFIER = "chenli"
WRITTEN = datetime(2020, 7, 31, 9, 0)  # noqa: DTZ001 - a workbook's own note has no time zone
LABEL = "示例数据 EXAMPLE"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What a paper says: rows by the layout's column names, and the evidence they name."""

    rows: Sequence[Row]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """One spreadsheet of one unit."""

    layout: str
    unit: str
    """The unit's code."""
    clerk: str
    """The user name of whoever uploads and submits it."""
    name: str
    """The file's name without its ending; the only one of its layout and unit."""
    made: Callable[[], Sheet] | None = None
    """Fills it in; called only when the paper is still to be written."""
    written: Callable[[Path, Path], None] | None = None
    """Writes sheet and zip itself, for what needs its own hand."""
    weight: int = 40
    """About how many rows it has, for telling the progress."""

    @property
    def file_name(self) -> str:
        """The workbook's name; everything that the example writes begins with 示例."""
        return f"示例-{self.name}.xlsx"


def document(*lines: str) -> bytes:
    """Return a small text file as evidence that says it is an example."""
    return ("\n".join([LABEL, *lines]) + "\n").encode()


def left_of(papers: Iterable[Paper]) -> list[Paper]:
    """Return those papers that are not in and verified yet, in order."""
    there = Upload.objects.filter(state=Upload.State.CONFIRMED, name__startswith="示例-")
    confirmed = {
        (layout, unit, name): (outcome or {}).get("batch")
        for layout, unit, name, outcome in there.values_list("layout", "unit__code", "name", "outcome")
    }
    waiting = set(Batch.objects.filter(state="SUBMITTED").values_list("pk", flat=True))
    keys = {(paper.layout, paper.unit, paper.file_name): paper for paper in papers}
    return [paper for key, paper in keys.items() if key not in confirmed or confirmed[key] in waiting]


def bring_in(paper: Paper) -> None:
    """Take one paper as far as it has to go: written, uploaded, imported, verified, sealed."""
    unit = Unit.objects.get(code=paper.unit)
    clerk = Account.objects.get(username=paper.clerk)
    known = Upload.objects.filter(unit=unit, layout=paper.layout, name=paper.file_name)
    upload = known.exclude(state=Upload.State.CANCELLED).order_by("pk").last() or _uploaded(
        paper, unit, clerk
    )
    if upload.state == Upload.State.PREVIEWED:
        layout_with_code(paper.layout).confirm(upload=upload, act=Act.now(clerk))
        upload.refresh_from_db()
    batch = (upload.outcome or {}).get("batch")
    if batch is not None:
        verify_paper(Batch.objects.get(pk=batch))
    seal_pending()


def verify_paper(batch: Batch) -> None:
    """Let the verifier draw a paper's sample, look at it and sign; a verified paper is left alone."""
    if batch.state != "SUBMITTED":
        return
    verifier = Account.objects.get(username=VERIFIER)
    sample = draw_sample(batch=batch, act=Act.now(verifier))
    sampled = list(sample.records.values_list("record_id", flat=True))
    look_at(batch=batch, records=sampled, act=Act.now(verifier))
    of_industries = ("industry", "season", "contract", "payment", "lot")
    verify = {
        **{record_type(f"industries.{noun}").number: verify_industries for noun in of_industries},
        record_type("network.station").number: verify_stations,
        record_type("pairing.pairing").number: verify_pairings,
        record_type("intake.reported_record").number: verify_reported_paper,
        record_type("schooling.school").number: verify_schools,
        record_type("leadership.visit").number: verify_visits,
        record_type("training.enrolment").number: verify_completions,
        record_type("training.expense").number: verify_expenses,
        record_type("projects.movement").number: verify_movements,
        record_type("consumption.entry").number: verify_entries,
        record_type("consumption.fair").number: verify_fairs,
        record_type("suppliers.step").number: verify_steps,
    }.get(batch.record_type, verify_records)
    verify(batch=batch, act=Act.now(verifier))


def _uploaded(paper: Paper, unit: Unit, clerk: Account) -> Upload:
    folder = Path(settings.VAR) / "example"
    folder.mkdir(parents=True, exist_ok=True)
    sheet = folder / paper.file_name
    evidence = sheet.with_suffix(".zip")
    has_evidence = True
    if paper.written is not None:
        paper.written(sheet, evidence)
    else:
        assert paper.made is not None
        said = paper.made()
        write_table(sheet, paper.layout, said.rows)
        write_files(evidence, said.files)
        has_evidence = layout_with_code(paper.layout).takes_evidence
    upload = receive_upload(
        layout=paper.layout,
        unit=unit,
        name=sheet.name,
        content=sheet.read_bytes(),
        evidence=evidence if has_evidence else None,
        act=Act.now(clerk),
    )
    for file in (sheet, evidence):
        file.unlink(missing_ok=True)
    return upload


def write_table(path: Path, layout: str, rows: Sequence[Row]) -> None:
    """Write rows under a layout's own headings."""
    columns = layout_with_code(layout).columns
    with xlsxwriter.Workbook(
        str(path), {"default_date_format": "yyyy-mm-dd", "constant_memory": True}
    ) as book:
        book.set_properties({"title": LABEL, "created": WRITTEN})
        page = book.add_worksheet("示例")
        page.write_row(0, 0, [column.title.zh for column in columns])
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(columns):
                value = row.get(column.name)
                if value is None:
                    continue
                if isinstance(value, date):
                    page.write_datetime(number, position, datetime.combine(value, datetime.min.time()))
                elif isinstance(value, int):
                    page.write_number(number, position, value)
                elif isinstance(value, Decimal):
                    page.write_string(number, position, str(value))
                else:
                    page.write_string(number, position, value)


def write_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the zip of a paper's evidence."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
