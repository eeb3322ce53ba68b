"""Reporting on a phone, with or without signal: the page, its worker, what it asks, and where its drafts arrive."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.intake.reported.operations import register_reported, submit_reported
from bangfu.foundation.intake.reported.phones import PhoneForm, choices_for, drafts_key
from bangfu.foundation.intake.reported.reportable import reportable_measure
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.positions.datums import WGS_84
from bangfu.foundation.places.positions.locating import located
from bangfu.foundation.places.queries import code_text, place_label
from bangfu.foundation.rooms import Words, both

STYLES = (
    "vendor/noto-serif-sc/index.css",
    "bangfu/tokens.css",
    "bangfu/base.css",
    "bangfu/components.css",
    "intake/phone/phone.css",
)
SCRIPTS = ("vendor/htmx/htmx.min.js", "bangfu/bangfu.js", "intake/leaving.js")
PARTS = (
    "intake/phone/store.js",
    "intake/phone/photographs.js",
    "intake/phone/sending.js",
    "intake/phone/page.js",
)
OTHERS = ("bangfu/icon.svg", "bangfu/chevron.svg", "vendor/tabler-icons/sprite.svg")
SHARED = PARTS[0], PARTS[2]
"""What the page and its worker both run."""
_WORKER = "intake/phone/worker.js"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the page; it names no account, since a phone keeps it."""
    reader_of(request)
    return render(request, "intake/phone/page.html", {"parts": PARTS})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Send the worker that keeps the page on the phone, with the names of what it keeps."""
    reader_of(request)
    kept = [static(name) for name in (*STYLES, *SCRIPTS, *PARTS, *OTHERS)]
    shown = {
        "page": reverse("intake:phone"),
        "kept": kept,
        "shared": [static(name) for name in SHARED],
        "version": _version(kept),
    }
    body = f"const HOUSE = {json.dumps(shown)};\n{_source(_WORKER)}"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


def _source(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise LookupError(f"{name} is missing")
    return Path(found).read_text(encoding="utf-8")


def _version(kept: list[str]) -> str:
    """Return what changes whenever something that a phone keeps did."""
    said = hashlib.sha256("\n".join(kept).encode())
    for name in (*STYLES[1:], *SCRIPTS, *PARTS, _WORKER):
        said.update(_source(name).encode())
    return said.hexdigest()[:16]


@require_safe
@never_cache
def choices(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, what may be reported, and under which key the phone keeps drafts."""
    account = reader_of(request)
    said = {
        "account": account.pk,
        "name": account.display_name,
        "key": drafts_key(account),
        "token": get_token(request),
        "language": get_language(),
        **choices_for(account),
    }
    return JsonResponse(said)


NOWHERE = both(
    "这个位置不在任何区县的边界内。请按名称填写地点。",
    "This position lies in no county's outline. Enter the place by name.",
)


@require_safe
@never_cache
def where(request: HttpRequest) -> JsonResponse:
    """Say in which county a phone stands, and which village is near; positions are WGS-84, and none is kept."""
    reader_of(request)
    try:
        longitude, latitude = (Decimal(request.GET.get(name, "")) for name in ("longitude", "latitude"))
    except InvalidOperation:
        return _refused("nowhere", NOWHERE, 422)
    found = located(WGS_84, float(longitude), float(latitude)) if _is_on_earth(longitude, latitude) else None
    if found is None:
        return _refused("nowhere", NOWHERE, 422)
    return JsonResponse(
        {
            "written": f"{place_label(found.place)} {code_text(found.place)}",
            "county": place_label(found.county),
            "village": place_label(found.village, short=True) if found.village else None,
            "km": round(found.km, 1) if found.km is not None else None,
        }
    )


def _is_on_earth(longitude: Decimal, latitude: Decimal) -> bool:
    return longitude.is_finite() and latitude.is_finite() and abs(longitude) <= 180 and abs(latitude) <= 90


@require_POST
@never_cache
def send(request: HttpRequest) -> JsonResponse:
    """Register what a phone drafted, once however often it is sent, and submit it where the draft says so."""
    account = reader_of(request)
    if request.POST.get("account") != str(account.pk):
        return _refused("another_account", ANOTHER, 409)
    try:
        measure = reportable_measure(request.POST.get("measure", ""))
        form = PhoneForm(request.POST, request.FILES, measure=measure, account=account)
        if not form.is_valid():
            code, status = ("cut_off", 400) if form.is_cut_off else ("not_read", 422)
            return JsonResponse({"code": code, "title": form.sentence()}, status=status)
        key = form.cleaned_data["key"]
        record = register_reported(
            measure=measure.code,
            details=form.details(),
            unit=form.cleaned_data["unit"],
            files=form.cleaned_data["evidence"],
            act=Act.now(account, key=key),
        )
    except Refusal as refusal:
        return _refused(refusal.code, refusal.sentence, 409)
    answer: dict[str, Any] = {
        "record": record.pk,
        "reference": record.reference,
        "address": reverse("intake:record", args=[record.pk]),
        "submitted": False,
    }
    if form.cleaned_data["submits"]:
        try:
            submit_reported(record=record, act=Act.now(account, key=f"{key}:submit"))
        except Refusal as refusal:
            answer["title"] = str(refusal)
        else:
            answer["submitted"] = True
    return JsonResponse(answer)


ANOTHER = both(
    "这条草稿属于另一个账号，请用那个账号登录后再发送。",
    "This draft belongs to another account. Sign in with that one to send it.",
)


def _refused(code: str, sentence: Words, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "title": str(sentence)}, status=status)
