"""How a sheet of reported records is compared with what is registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import polars
from django.utils.timezone import localdate

from bangfu.connectivity.network.judging import judged
from bangfu.connectivity.network.kinds import RecordKind, UnableToReport
from bangfu.connectivity.network.operations import entering, storing
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, RowRefusal, WayBack
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.rooms import Words, both

COUNTY = Column(
    "county",
    both("所在县（市、区）", "County"),
    ColumnKind.COUNTY,
    note=both(
        "县名或六位区划代码；重名的县请写上省、市。",
        "Its name or six-digit code; name the province too where counties share a name.",
    ),
    example="册亨县",
    aliases=("县", "所在县", "区县"),
)


def document(title: Words, note: Words, example: str) -> Column:
    """Return the column that names a row's document in the evidence zip."""
    return Column("document", title, ColumnKind.EVIDENCE, note=note, example=example)


def project_column(*, required: bool) -> Column:
    """Return the column that names a row's build project."""
    return Column(
        "project",
        both("工程编码", "Project code"),
        ColumnKind.CODE,
        required=required,
        note=both("已设立的建设工程的编码。", "The code of a build project that was opened."),
        example="GZ-2019-07",
        longest=60,
    )


def way_back_of(kind: RecordKind) -> WayBack:
    """Return how an import of records of a kind is taken back."""

    def lock(upload: Upload) -> None:
        codes = kind.model._default_manager.filter(upload=upload).values_list("code", flat=True)
        storing.lock_names(entering.lock_names_of(kind, list(codes)))

    return WayBack(kind.code, lock, partial(entering.withdraw_records, kind))


def checked_by(
    kind: RecordKind,
    prepared: Callable[[polars.DataFrame], polars.DataFrame],
    column_of: Mapping[str, str],
) -> Callable[[polars.DataFrame, Upload], CheckedRows]:
    """Return the check of a layout whose rows ``prepared`` turns into what the kind judges.

    Args:
        column_of: the sheet's column for a judged column of another name, for the preview to mark.
    """

    def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
        """Compare readable rows with what is registered."""
        found = judged(
            kind,
            prepared(frame),
            unit=upload.unit,
            today=localdate(upload.uploaded_at),
            correcting="basis" in frame.columns,
        )
        refusals = [
            RowRefusal(
                fault.row,
                column_of.get(fault.column or "", fault.column),
                UnableToReport.sentences[fault.code].filled(**fault.details),
            )
            for fault in found.faults
        ]
        rows = found.rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
        # What was said so far stands under the sheet's own columns as well, for the preview to show beside what is said now.
        named = {f"was_{column_of.get(name, name)}": f"was_{name}" for name in kind.corrected}
        rows = rows.with_columns(**{now: polars.col(then) for now, then in named.items() if now != then})
        standing = rows["standing"]
        return CheckedRows(
            frame=rows,
            refusals=refusals,
            new=int((standing == "new").sum()),
            same=int((standing == "same").sum()),
            changed=int((standing == "changed").sum()),
        )

    return check
