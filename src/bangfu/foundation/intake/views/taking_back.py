"""An import is taken back: what it would do, what stands in its way, and doing it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bangfu.foundation.intake import operations
from bangfu.foundation.intake.aside import KIND_BACK, is_large
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import no_way_back
from bangfu.foundation.intake.undoing import Standing, lost_with, may_take_back, standing_of
from bangfu.foundation.intake.views.uploading import upload_seen
from bangfu.foundation.jobs.operations import ask
from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.rooms import both

LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, upload: int) -> HttpResponse:
    """Show what taking an import back would do and what stands in its way, or do it: at once, or a large one by a job."""
    found = upload_seen(request, upload)
    act = Act.now(request.user, key=request.POST.get("key") or None)  # type: ignore[arg-type]
    if request.method != "POST":
        return _taking_back(request, found, act)
    because = request.POST.get("because", "").strip()[:LONGEST_REASON]
    try:
        if is_large(found) and because and not _standing(found).obstacles:
            arguments = {"upload": found.pk, "because": because}
            asked = ask(kind=KIND_BACK, arguments=arguments, account=act.actor, act=act)
            return redirect("jobs:job", key=asked.pk)
        operations.take_back_import(upload=found, because=because, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _taking_back(request, found, act, refusal)
    messages.success(request, str(both("已收回。", "Taken back.")))
    return redirect("intake:upload", upload=found.pk)


def _standing(upload: Upload) -> Standing:
    way = layout_with_code(upload.layout).way_back
    return standing_of(upload, way) if way is not None else Standing([], [], [])


def _taking_back(
    request: HttpRequest, upload: Upload, act: Act, refusal: Refusal | None = None
) -> HttpResponse:
    layout = layout_with_code(upload.layout)
    upload.refresh_from_db(fields=["state"])
    standing = _standing(upload)
    context = {
        "upload": upload,
        "layout": layout,
        "standing": standing,
        "lost": lost_with(standing.facts),
        "has_way_back": layout.way_back is not None,
        "no_way_back": no_way_back(layout).sentence,
        "open": upload.state == Upload.State.CONFIRMED,
        "may": may_take_back(act, upload),
        "address": (upload.outcome or {}).get("address"),
        "because": request.POST.get("because", ""),
        "longest": LONGEST_REASON,
        "key": uuid.uuid4(),
        "refusal": refusal,
    }
    return render(request, "intake/take_back.html", context, status=409 if refusal else 200)
