"""Saved charts, the builder with the chart it asks, and a saved chart as it stands now or at its block."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.organisation.queries import home_unit, root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.reporting.access import own_corner
from bangfu.reporting.charts import operations, queries
from bangfu.reporting.charts.answers.asked import asked_in
from bangfu.reporting.charts.asking import FIELDS
from bangfu.reporting.charts.builder import form_of
from bangfu.reporting.charts.kinds import KIND_ASKS, KIND_WORDS, Kind
from bangfu.reporting.charts.models import Chart, Version
from bangfu.reporting.charts.shown import shown
from bangfu.reporting.saved_lists import saved_file
from bangfu.reporting.tables.asking import written

CHARTS_A_PAGE = 40
PREVIEW = "chart-preview"


def _reader(request: HttpRequest) -> Account:
    """Return who reads. Raises: NotPermitted: they see no figures anywhere."""
    account = reader_of(request)
    own_corner(account, timezone.localdate())
    return account


def _kinds(code: str = "") -> list[dict[str, Any]]:
    """Return the kinds of charts with what each answers and where it starts."""
    base = {"indicator": [code]} if code else {}
    return [
        {
            "kind": kind.value,
            "title": KIND_WORDS[kind],
            "asks": KIND_ASKS[kind],
            "address": f"{reverse('charts:new')}?{written({'kind': [kind.value], **({} if kind is Kind.FLOW else base)})}",
        }
        for kind in Kind
    ]


def _found(request: HttpRequest, account: Account) -> QuerySet[Version]:
    """Return the charts that the reader may read, narrowed as the address says."""
    found = queries.versions_read_by(account, timezone.localdate())
    for word in request.GET.get("q", "").split():
        found = found.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word))
    whose, kind = request.GET.get("whose", ""), request.GET.get("kind", "")
    if whose in ("own", "shared"):
        found = found.filter(chart__owner=account) if whose == "own" else found.exclude(chart__owner=account)
    if kind in tuple(Kind):
        found = found.filter(question__kind__contains=kind)
    return found


@require_safe
def charts_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of charts as a file."""
    account = _reader(request)
    found = _found(request, account)
    noun = both("保存的图表", "Saved charts")
    return saved_file(
        request, account, form, found=found, thing_of=lambda one: one.chart, room="charts", noun=noun
    )


@require_safe
def charts(request: HttpRequest) -> HttpResponse:
    """List the kinds of charts, the reader's own saved charts and those that are shared with them."""
    account = _reader(request)
    page = Paginator(_found(request, account), CHARTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, KIND_WORDS[Kind(one.question["kind"][0])]) for one in page],
        "q": request.GET.get("q", "").strip(),
        "whose": request.GET.get("whose", ""),
        "kind": request.GET.get("kind", ""),
        "kinds": _kinds(),
        "query": request.GET.urlencode(),
        "account": account,
    }
    return render(request, "charts/charts.html", context)


def _given(request: HttpRequest) -> dict[str, list[str]]:
    source = request.POST if request.method == "POST" else request.GET
    return {name: [str(one) for one in several] for name, several in source.lists()}


@require_safe
def build(request: HttpRequest) -> HttpResponse:
    """Show the builder with the chart it asks; to htmx the chart alone."""
    account, given = _reader(request), _given(request)
    is_preview = request.headers.get("HX-Target") == PREVIEW
    context: dict[str, Any] = {"refusal": None, "is_preview": is_preview}
    fields = given
    try:
        _, question = asked_in(request, given)
        fields = question.fields
        context |= shown(request, account, question)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context["refusal"] = refusal
        context["pairs"] = [(name, one) for name in FIELDS for one in given.get(name, ())]
    kept = {name: given[name] for name in ("chart",) if name in given}
    address = f"{reverse('charts:new')}?{written({**fields, **kept})}"
    if request.GET.get("add") and not is_preview and not context["refusal"]:
        return redirect(address)
    if is_preview:
        response = render(request, "charts/preview.html", context)
        if not context["refusal"]:
            response.headers["HX-Replace-Url"] = address
    else:
        context |= form_of(fields) | _saving(request, account, given)
        response = render(request, "charts/build.html", context, status=422 if context["refusal"] else 200)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _saving(request: HttpRequest, account: Account, given: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the form to save a chart starts from: the chart that is being revised, or nothing."""
    revised = None
    key = (given.get("chart") or [""])[-1]
    if key.isascii() and key.isdecimal() and len(key) < 10:
        revised = queries.saved_chart(account, int(key), timezone.localdate())
    newest = revised.newest if revised and revised.newest.chart.owner_id == account.pk else None
    return {
        "said": {
            "name_zh": newest.name_zh if newest else "",
            "name_en": newest.name_en if newest else "",
            "is_shared": newest.is_shared if newest else False,
        },
        "key": str(uuid.uuid4()),
        "revised": newest,
        "unit": home_unit(account, timezone.localdate()) or root_unit(),
    }


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the chart of the form, as a new one or as the next version of one's own."""
    account, given = _reader(request), _given(request)
    act = Act.now(account, key=request.POST.get("key") or None)
    said: dict[str, Any] = {
        "name_zh": request.POST.get("name_zh", ""),
        "name_en": request.POST.get("name_en", ""),
        "is_shared": request.POST.get("shared") == "1",
    }
    try:
        _, question = asked_in(request, given)
        said["question"] = question.fields
        chart = _chart_of(request.POST.get("chart", ""))
        if chart is None:
            unit = home_unit(account, timezone.localdate()) or root_unit()
            assert unit is not None
            version = operations.save_chart(unit=unit, **said, act=act)
        else:
            version = operations.revise_chart(chart=chart, **said, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {"refusal": refusal, **form_of(given), **_saving(request, account, given)}
        pairs = [(name, one) for name in FIELDS for one in given.get(name, ())]
        context |= {"said": said, "pairs": pairs, "was_refused": True}
        return render(request, "charts/build.html", context, status=409)
    messages.success(request, str(both("已保存。", "Saved.")))
    return redirect("charts:saved", key=version.chart_id)


def _chart_of(text: str) -> Chart | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return Chart.objects.filter(pk=int(text)).first()


@require_safe
def saved(request: HttpRequest, key: int) -> HttpResponse:
    """Show a saved chart, of its newest version or of an earlier one: as of its block, or as it stands now."""
    account = _reader(request)
    found = queries.saved_chart(account, key, timezone.localdate())
    if found is None:
        raise Http404(key)
    number = request.GET.get("version", "")
    version = next((one for one in found.versions if str(one.number) == number), found.newest)
    context: dict[str, Any] = {
        "version": version,
        "versions": found.versions,
        "is_newest": version == found.newest,
        "is_own": version.chart.owner_id == account.pk,
        "key": str(uuid.uuid4()),
        "edit": f"{reverse('charts:new')}?{written({**version.question, 'chart': [str(key)]})}",
        "is_pinned": "as_of" in version.question,
    }
    try:
        _, question = asked_in(request, version.question)
        context |= shown(request, account, question)
        pinned = question.asking(as_of=context["answer"].figure.latest_block)
        context["pin"] = f"{reverse('charts:new')}?{written({**pinned.fields, 'chart': [str(key)]})}"
    except NotPermitted:
        raise
    except Refusal as refusal:
        context["refusal"] = refusal
    return render(request, "charts/saved.html", context)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw one's own chart."""
    account = _reader(request)
    found = queries.saved_chart(account, key, timezone.localdate())
    if found is None:
        raise Http404(key)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        operations.withdraw_chart(chart=found.newest.chart, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("charts:saved", key=key)
    messages.success(request, str(both("已撤下。", "Withdrawn.")))
    return redirect("charts:charts")
