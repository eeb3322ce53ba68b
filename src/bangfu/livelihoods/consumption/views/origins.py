"""From which county products come: the list, one more by hand, those of an export at once, and one put right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import uploads_seen_by
from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import place_labels, search
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.consumption import exports, forms, operations, queries
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS, Good
from bangfu.livelihoods.consumption.suggesting import PLATFORM_OF, labelled, unknown_goods
from bangfu.livelihoods.consumption.views.gate import (
    ROWS_A_PAGE,
    carried_out,
    may,
    reader,
    sections,
    units_for,
)

READ_AND_WRITE = ["GET", "HEAD", "POST"]
GOOD_SORTS = {
    "title": "title",
    "platform": "platform",
    "key": "key",
    "place": "place_id",
    "sales": "sale_count",
}
MOST_OFFERED = 12
MOST_AT_ONCE = 60
"""Products of an export on one page: those with most lines first, the others when these are noted."""


def _asked(request: HttpRequest) -> Any:
    text, platform = request.GET.get("q", "").strip()[:60], request.GET.get("platform", "")
    found = in_order(request, queries.goods(), GOOD_SORTS, "platform", "title", "pk")
    if platform in PLATFORM_WORDS:
        found = found.filter(platform=platform)
    if text:
        found = found.filter(
            Q(title__icontains=text) | Q(key__startswith=text.upper()) | Q(place__name__contains=text)
        )
    return text, platform if platform in PLATFORM_WORDS else "", found


def open_exports(account: Account) -> list[Upload]:
    """Return the exports of platforms that somebody uploaded and nobody imported yet."""
    waiting = uploads_seen_by(Act.now(account)).filter(layout__in=PLATFORM_OF, state=Upload.State.PREVIEWED)
    return list(waiting.select_related("unit").order_by("-pk")[:10])


@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """List products with their counties, and the exports that wait for more of them."""
    account = reader(request)
    text, platform, found = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    labels = place_labels({one.place_id for one in listed})
    may_note = may(account, "note_origins")
    context = {
        "sections": sections("goods"),
        "page": page,
        "rows": [
            {"good": one, "platform": PLATFORM_WORDS[one.platform], "place": labels[one.place_id]}
            for one in listed
        ],
        "text": text,
        "platform": platform,
        "platforms": PLATFORM_WORDS.items(),
        "is_narrowed": bool(text or platform),
        "waiting": open_exports(account) if may_note else [],
        "may_note": may_note,
        "may_revise": may(account, "revise_origin"),
    }
    return render(request, "consumption/goods.html", context)


@require_http_methods(READ_AND_WRITE)
def note(request: HttpRequest) -> HttpResponse:
    """Note from which county one product comes."""
    units = units_for(request, "note_origins")
    first = {**forms.unit_alone(units), "platform": request.GET.get("platform", "")}
    form = forms.GoodForm(
        request.POST or None, units=units, offers=reverse("consumption:places"), initial=first
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.note_origins(goods=[form.details()], unit=said["unit"], act=act)
        return reverse("consumption:goods")

    context = {"title": both("登记商品产地", "Note an origin"), "back": reverse("consumption:goods")}
    return carried_out(request, form, carry_out, both("已登记。", "Noted."), context)


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Put right from which county a product comes."""
    reader(request)
    good = get_object_or_404(Good, pk=key)
    units = units_for(request, "revise_origin")
    first = {**forms.unit_alone(units), **forms.origin_said(good)}
    form = forms.OriginForm(
        request.POST or None, units=units, offers=reverse("consumption:places"), initial=first
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_origin(
            good=good, county=said["county"], proof=said["proof"], unit=said["unit"], act=act
        )
        return reverse("consumption:goods")

    warning = both(
        "只对以后导入的销售有效；已导入的仍按原来的产地计数，有误的请撤回后重新导入。",
        "It holds for what is brought from now on. What was brought keeps its county: withdraw it and bring it anew.",
    )
    context = {
        "title": both("修改产地", "Change the origin"),
        "back": reverse("consumption:goods"),
        "warning": warning,
    }
    return carried_out(
        request, form, carry_out, both("已修改。", "Changed."), {**context, "about": good.title}
    )


@require_http_methods(READ_AND_WRITE)
def of_export(request: HttpRequest, key: int) -> HttpResponse:
    """Note from which counties the products of an export come, with suggestions."""
    account = reader_of(request)
    upload = (
        uploads_seen_by(Act.now(account))
        .filter(pk=key, layout__in=PLATFORM_OF)
        .select_related("unit")
        .first()
    )
    if upload is None or upload.state != Upload.State.PREVIEWED:
        raise Http404
    if not may(account, "note_origins", upload.scope):
        raise NotPermitted("out_of_scope", permission="consumption.note_origins")
    left = unknown_goods(upload)
    unknown = left[:MOST_AT_ONCE]
    labels = labelled(unknown)
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(unknown):
        county = forms.origin_field(
            request, f"county_{number}", labels.get(one.county, "") if one.county else ""
        )
        rows.append({"one": one, "county": county, "proof": request.POST.get(f"proof_{number}", "")})
    refusal: Refusal | None = None
    if request.method == "POST" and not any(row["county"].error for row in rows):
        said = [
            operations.GoodDetails(
                PLATFORM_OF[upload.layout],
                row["one"].title,
                row["county"].place,
                row["proof"],
                row["one"].number,
            )
            for row in rows
            if row["county"].place is not None
        ]
        try:
            operations.note_origins(
                goods=said, unit=upload.unit, act=Act.now(account, key=request.POST.get("key"))
            )
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(
                request,
                str(both("已登记 {count} 个商品的产地。", "{count} origins noted.").filled(count=len(said))),
            )
            return redirect(request.path if len(left) > len(said) else f"/intake/uploads/{upload.pk}/")
    status = 409 if refusal else 422 if request.method == "POST" else 200
    context = {
        "upload": upload,
        "rows": rows,
        "refusal": refusal,
        "more": len(left) - len(unknown),
        "keyed": Keyed(),
    }
    return render(request, "consumption/origins.html", context, status=status)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties for what was typed, as options of a list."""
    named = [name for name in request.GET if name.startswith("county")]
    text = request.GET.get(named[0], "").strip() if named else ""
    found = search(text, levels=(COUNTY,), limit=MOST_OFFERED) if text else []
    return render(request, "consumption/places.html", {"found": found})


@require_safe
def export_goods(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of products as a file, narrowed as the page is."""
    account = reader(request)
    text, platform, found = _asked(request)
    origin = origin_of(
        request, reverse("consumption:goods"), not_figures(both("商品产地", "Origins of products")),
        taken_by=account.display_name, narrowed_to=(text, PLATFORM_WORDS.get(platform, "")),
    )  # fmt: skip
    return list_file(
        str(both("商品产地", "origins")), form, exports.GOOD_HEADINGS, exports.good_rows(found), origin
    )
