"""Large sheets are imported beside the pages, by a job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import OperationalError
from django.urls import reverse

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, failed_midway, take_back_import
from bangfu.foundation.jobs.models import UNFINISHED, Job
from bangfu.foundation.jobs.queries import unfinished_about
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import JobAsked, JobDeclaration, JobResult, Words, both
from bangfu.foundation.rooms.jobs import Arguments

KIND = "intake.import"
KIND_BACK = "intake.take_back"
MOST_ROWS_AT_ONCE = 2_000
"""More rows than these are imported by a job; fewer take a second or two."""


class UnableToImportAside(Refusal):
    """Codes: as ``UnableToImport``. Jobs keep what they were told, so that neither names nor cells are in it."""

    sentences: ClassVar[dict[str, Words]] = {
        "rows_refused": both(
            "有 {count} 行不能导入，整份表格未导入。请回到上传页看原因，下载被拒的行，改正后重新上传。",
            "{count} rows cannot be imported, so nothing was. The sheet's page shows why: download the refused rows, correct "
            "them and upload the sheet again.",
        ),
        "disc_full": UnableToImport.sentences["disc_full"],
        "nothing_new": UnableToImport.sentences["nothing_new"],
        "cancelled_already": UnableToImport.sentences["cancelled_already"],
        "confirmed_already": both("这份表格已经导入。", "This sheet was imported already."),
        "duplicate_file": both(
            "同一份文件已经导入过，不能重复导入。如有更正，请改好后上传新的文件。",
            "This very file was imported before and is not imported twice. To correct something, upload the corrected file.",
        ),
    }


def is_large(upload: Upload) -> bool:
    """Return whether an upload is imported by a job."""
    return upload.row_count > MOST_ROWS_AT_ONCE


def job_importing(upload: Upload) -> Job | None:
    """Return the job that imports an upload, or is going to; null for none."""
    return unfinished_about(KIND, _subject(upload))


def jobs_importing(uploads: Iterable[Upload]) -> dict[int, int]:
    """Return the keys of the jobs that import uploads, or are going to, by upload, with one query; absent = none."""
    keys = {_subject(one): one.pk for one in uploads}
    found = Job.objects.filter(kind=KIND, subject__in=keys, state__in=UNFINISHED)
    return {keys[one.subject]: one.pk for one in found}


def job_taking_back(upload: Upload) -> Job | None:
    """Return the job that takes an import back, or is going to; null for none."""
    return unfinished_about(KIND_BACK, _subject(upload))


def _subject(upload: Upload) -> str:
    return f"upload:{upload.pk}"


def _upload(arguments: Arguments) -> Upload:
    found = Upload.objects.select_related("unit").filter(pk=arguments.get("upload") or 0).first()
    if found is None:
        raise LookupError("no such upload")
    return found


def _asked(arguments: Arguments) -> JobAsked:
    upload = _upload(arguments)
    return JobAsked(
        both("导入 {name}（{count} 行）", "Import {name} ({count} rows)").filled(
            name=upload.name, count=upload.row_count
        ),
        layout_with_code(upload.layout).permission,
        upload.scope,
        subject=_subject(upload),
        address=reverse("intake:upload", args=[upload.pk]),
    )


def _run(arguments: Arguments, act: Act) -> JobResult:
    upload = _upload(arguments)
    try:
        layout_with_code(upload.layout).confirm(upload=upload, act=act)
    except OperationalError as error:
        if (told := failed_midway(error)).code != "disc_full":
            raise  # the job begins again
        raise UnableToImportAside(told.code) from error
    except UnableToImport as refusal:
        if refusal.code in UnableToImportAside.sentences:
            raise UnableToImportAside(refusal.code, count=refusal.details.get("count")) from None
        raise
    return JobResult(both("已导入 {count} 行。", "Imported {count} rows.").filled(count=upload.row_count))


def _asked_back(arguments: Arguments) -> JobAsked:
    upload = _upload(arguments)
    return JobAsked(
        both("收回 {name}（{count} 行）", "Take back {name} ({count} rows)").filled(
            name=upload.name, count=upload.row_count
        ),
        "intake.take_back_import",
        upload.scope,
        subject=_subject(upload),
        address=reverse("intake:upload", args=[upload.pk]),
    )


def _run_back(arguments: Arguments, act: Act) -> JobResult:
    taken = take_back_import(upload=_upload(arguments), because=str(arguments.get("because") or ""), act=act)
    return JobResult(both("已收回 {name}。", "Took back {name}.").filled(name=taken.name))


TAKE_BACK = JobDeclaration(KIND_BACK, both("收回导入", "Take an import back"), _asked_back, _run_back)
IMPORT = JobDeclaration(KIND, both("导入表格", "Import a sheet"), _asked, _run)
