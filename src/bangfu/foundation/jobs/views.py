"""Pages of jobs: the list, and one job with how far it is, what it said, and what may be done with it."""

from __future__ import annotations

import uuid
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.jobs import listing, operations, queries
from bangfu.foundation.jobs.expiry import FILES_KEPT, JOBS_KEPT
from bangfu.foundation.jobs.files import file_of
from bangfu.foundation.jobs.models import STATE_WORDS, TO_RETRY, Job, JobState
from bangfu.foundation.operations import Act, NotPermitted, Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import JobDeclaration, both, jobs
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of

JOBS_A_PAGE = 30
LINES_SHOWN = 200
EVERY_S = 1
"""How often the page of a job under way asks how far it is."""
STATE_CLASSES = {
    JobState.WAITING: "draft",
    JobState.RUNNING: "submitted",
    JobState.DONE: "verified",
    JobState.REFUSED: "returned",
    JobState.FAILED: "returned",
    JobState.CANCELLED: "",
}
COLUMNS = (
    (None, both("任务", "Job")),
    ("kind", both("类别", "Kind")),
    ("state", both("状态", "State")),
    (None, both("要求者", "Asked for by")),
    ("asked", both("要求时间", "Asked")),
    ("finished", both("结束", "Finished")),
)


@require_safe
def all_jobs(request: HttpRequest) -> HttpResponse:
    """List the reader's jobs, or everybody's to an administrator: narrowed, sorted and paged."""
    account, on = reader_of(request), timezone.localdate()
    asked = listing.asked_in(request, account, on)
    page = Paginator(listing.listed(account, asked), JOBS_A_PAGE).get_page(request.GET.get("page"))
    views = listing.VIEWS if queries.sees_all(account, on) else {}
    context = {
        "asked": asked,
        "views": [(code, words, listing.in_view(account, code).count()) for code, words in views.items()],
        "states": STATE_WORDS.items(),
        "kinds": sorted(
            (
                (code, str(one.title))
                for code, one in jobs().items()
                if views or isinstance(one, JobDeclaration)
            ),
            key=itemgetter(1),
        ),
        "columns": [
            {
                "title": title,
                "query": asked.other_way(sort).query if sort else "",
                "direction": ("descending" if asked.descending else "ascending")
                if sort == asked.sort
                else "",
            }
            for sort, title in COLUMNS
        ],
        "page": page,
        "rows": [
            {
                "job": one,
                "kind": queries.kind_words(one.kind),
                "class": STATE_CLASSES[JobState(one.state)],
            }
            for one in page
        ],
        "waits_alone": any(not one.is_finished for one in page) and not queries.has_worker(),
        "kept_days": JOBS_KEPT.days,
    }
    return render(request, "jobs/jobs.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of jobs as a file that says where it comes from."""
    account, on = reader_of(request), timezone.localdate()
    asked = listing.asked_in(request, account, on)
    kind = queries.kind_words(asked.kind) if asked.kind else ""
    origin = origin_of(
        request,
        reverse("jobs:jobs"),
        not_figures(both("后台任务", "Jobs")),
        taken_by=account.display_name,
        narrowed_to=[listing.VIEWS[asked.view], STATE_WORDS.get(asked.state, ""), kind, asked.text],
    )
    return list_file("jobs", form, listing.HEADINGS, listing.cells_of(listing.listed(account, asked)), origin)


def _readable(request: HttpRequest, key: int) -> tuple[Account, Job]:
    account = reader_of(request)
    found = get_object_or_404(
        Job.objects.select_related("asked_by__person__key", "cancel_asked_by__person__key"), pk=key
    )
    if not queries.may_read(account, found, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, found


@require_safe
def job(request: HttpRequest, key: int) -> HttpResponse:
    """Show one job; while it waits or runs the page asks by itself how far it is."""
    account, found = _readable(request, key)
    return render(request, "jobs/job.html", _context(account, found))


def _context(account: Account, found: Job) -> dict[str, Any]:
    lines = list(found.lines.order_by("-pk")[: LINES_SHOWN + 1])
    is_own = found.asked_by_id == account.pk
    return {
        "job": found,
        "kind": queries.kind_words(found.kind),
        "class": STATE_CLASSES[JobState(found.state)],
        "lines": lines[:LINES_SHOWN],
        "has_more_lines": len(lines) > LINES_SHOWN,
        "every": EVERY_S,
        "share": min(found.done or 0, found.of) if found.of else None,
        "may_cancel": not found.is_finished
        and found.cancel_asked_at is None
        and (is_own or _may(account, "jobs.cancel")),
        "may_retry": found.state in TO_RETRY and (is_own or _may(account, "jobs.retry")),
        "has_file": is_own and file_of(found) is not None,
        "file_days": FILES_KEPT.days,
        "waits_alone": not found.is_finished and not queries.has_worker(),
        "key": str(uuid.uuid4()),
    }


def _may(account: Account, permission: str) -> bool:
    return allows(account, permission, Scope(), timezone.localdate())


@require_POST
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Cancel a job."""
    account, found = _readable(request, key)
    act = Act.now(account, key=request.POST.get("key") or None)
    if found.asked_by_id == account.pk:
        changed = operations.cancel_own(job=found, account=account, act=act)
    else:
        changed = operations.cancel(job=found, act=act)
    if changed is not None and not changed.is_finished:
        said = both(
            "已要求取消，任务在下一步停下。", "Cancelling was asked for; the job stops at its next step."
        )
        messages.info(request, str(said))
    return redirect("jobs:job", key=key)


@require_POST
def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Begin a job again."""
    account, found = _readable(request, key)
    act = Act.now(account, key=request.POST.get("key") or None)
    if found.asked_by_id == account.pk:
        operations.retry_own(job=found, account=account, act=act)
    else:
        operations.retry(job=found, act=act)
    return redirect("jobs:job", key=key)


@require_POST
def take_file(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give a job's file to whoever asked for the job, and note it in the trail."""
    account, found = _readable(request, key)
    name = operations.take_file(job=found, account=account, act=Act.now(account))
    path = file_of(found)
    if path is None:
        raise operations.UnableToChangeJob("no_file")
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
