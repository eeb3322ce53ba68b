"""The register of printings: list, file, entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, Origin, in_batches, list_file, not_figures
from bangfu.reporting.corrections import forms, operations, queries
from bangfu.reporting.corrections.models import MEDIUM_WORDS, Medium, Printing
from bangfu.reporting.corrections.views.carrying import (
    carried_out,
    frozen,
    may,
    reader,
    require,
    status_of,
)

PRINTINGS_A_PAGE = 30
SORTS = {
    "day": ("printed_on", "id"),
    "medium": ("medium", "printed_on", "id"),
    "title": ("title", "printed_on", "id"),
    "publication": ("publication", "printed_on", "id"),
}
COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("title", both("名称", "Title")),
    ("medium", both("载体", "Medium")),
    ("day", both("日期", "Day")),
    ("publication", both("发布", "Publication")),
    (None, both("数字", "Figures")),
    (None, both("处理", "Settled")),
)


def _asked(request: HttpRequest) -> dict[str, str]:
    said = {name: request.GET.get(name, "").strip() for name in ("q", "medium", "number", "open", "sort")}
    if said["medium"] not in Medium.values:
        said["medium"] = ""
    if not (said["number"].isascii() and said["number"].isdecimal() and len(said["number"]) < 9):
        said["number"] = ""
    if said["sort"].lstrip("-") not in SORTS:
        said["sort"] = "-day"
    said["open"] = "1" if said["open"] else ""
    return said


def _listed(asked: dict[str, str]) -> QuerySet[Printing]:
    found = Printing.objects.select_related("publication")
    for word in asked["q"].split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(issue__icontains=word)
            | Q(place__icontains=word)
            | Q(wording__icontains=word)
        )
    if asked["medium"]:
        found = found.filter(medium=asked["medium"])
    if asked["number"]:
        found = found.filter(publication__steps__number=int(asked["number"]))
    if asked["open"]:
        found = found.filter(pk__in={one.printing.pk for one in queries.open_duties()})
    sort = asked["sort"]
    names = SORTS[sort.lstrip("-")]
    return found.order_by(*(f"-{name}" if sort.startswith("-") else name for name in names))


@require_safe
def printings(request: HttpRequest) -> HttpResponse:
    """List where figures were printed."""
    account, asked = reader(request), _asked(request)
    page = Paginator(_listed(asked), PRINTINGS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    numbers = queries.numbers_of([one.publication_id for one in shown])
    settled = _settled(shown)
    context = {
        "asked": asked,
        "is_narrowed": any(asked[name] for name in ("q", "medium", "number", "open")),
        "media": MEDIUM_WORDS.items(),
        "publications": queries.published_reports(),
        "columns": [_heading(asked, sort, title) for sort, title in COLUMNS],
        "page": page,
        "rows": [
            (one, numbers[one.publication_id], labels_of(one), settled.get(one.pk, ())) for one in shown
        ],
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "may_register": may(account, "register_printing"),
        "may_import": may(account, "import_printings"),
    }
    return render(request, "corrections/printings.html", context)


def _settled(shown: list[Printing]) -> dict[int, list[queries.Duty]]:
    """Return what each printing is asked for: ``dict[printing, duties]``, absent = nothing."""
    steps = list(queries.published_errata().filter(publication__in=[one.publication_id for one in shown]))
    found: dict[int, list[queries.Duty]] = {}
    for duty in queries.duties(steps, shown):
        found.setdefault(duty.printing.pk, []).append(duty)
    return found


def _heading(asked: dict[str, str], sort: str | None, title: Words) -> dict[str, Any]:
    if sort is None:
        return {"title": title, "query": "", "direction": None}
    is_sorted = asked["sort"].lstrip("-") == sort
    is_down = asked["sort"].startswith("-")
    turned = sort if not is_sorted or is_down else f"-{sort}"
    query = urlencode({name: value for name, value in {**asked, "sort": turned}.items() if value})
    return {
        "title": title,
        "query": query,
        "direction": ("descending" if is_down else "ascending") if is_sorted else None,
    }


def labels_of(one: Printing) -> str:
    """Return which figures stand there: their numbers from 1, or all."""
    if one.states_all:
        return str(both("全文", "whole"))
    return str(both("、", ", ")).join(str(position + 1) for position in one.positions)


HEADINGS: tuple[Words, ...] = (
    both("发布号", "Publication"),
    both("载体", "Medium"),
    both("名称", "Title"),
    both("期号、文号", "Issue"),
    both("日期", "Day"),
    both("版面或网址", "Page or address"),
    both("哪些数字", "Figures"),
    both("原文", "Wording"),
    both("已按更正第几号", "Takes erratum into account"),
    both("登记人", "Registered by"),
    both("撤回原因", "Withdrawn because"),
)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed register as a file that says where it comes from."""
    account, asked = reader(request), _asked(request)
    query = urlencode({name: value for name, value in asked.items() if value})
    origin = Origin(
        what=not_figures(both("刊登登记", "Printings")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(asked[name] for name in ("q", "medium", "number") if asked[name]),
        address=request.build_absolute_uri(f"{reverse('corrections:printings')}?{query}"),
    )
    return list_file("printings", form, HEADINGS, _cells(_listed(asked)), origin)


def _cells(found: QuerySet[Printing]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        numbers = queries.numbers_of([one.publication_id for one in batch])
        names = names_of(Account.objects.filter(pk__in={one.registered_by_id for one in batch}))
        for one in batch:
            yield [
                str(numbers[one.publication_id]),
                str(one.medium_words),
                one.title,
                one.issue,
                one.printed_on.isoformat(),
                one.place,
                labels_of(one),
                one.wording,
                str(one.errata_known),
                names[one.registered_by_id],
                one.withdrawal,
            ]


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Lead to the form of the publication that is meant; ask which when there are several."""
    account = reader(request)
    require(account, "register_printing")
    found = queries.published_reports()
    if len(found) == 1:
        return redirect("corrections:register", number=found[0].number)
    return render(request, "corrections/choose.html", {"publications": found})


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, number: int) -> HttpResponse:
    """Register a printing of a publication."""
    account, standing = reader(request), frozen(number)
    require(account, "register_printing")
    form = _form(standing.publication.pk, request, standing)

    def carry(said: dict[str, Any], act: Act) -> str:
        one = operations.register_printing(publication=standing.publication, details=form.details, act=act)
        return reverse("corrections:printing", args=[one.pk])

    context = {"form": form, "standing": standing}
    done = both("已登记。", "Registered.")
    return carried_out(request, account, form, carry, done, "corrections/printing_form.html", lambda: context)


def _form(
    publication: int, request: HttpRequest, standing: Any, one: Printing | None = None
) -> forms.PrintingForm:
    errata = [step.number or 0 for step in queries.errata_of(standing.publication)]
    return forms.PrintingForm(
        request.POST or None,
        labels=queries.labels_of(standing.publication),
        errata=errata,
        initial=forms.PrintingForm.first(one) if one else {},
    )


@require_safe
def printing(request: HttpRequest, key: int) -> HttpResponse:
    """Show one printing, what was asked of it, and its history."""
    account = reader(request)
    one = get_object_or_404(Printing.objects.select_related("publication"), pk=key)
    return render(request, "corrections/printing.html", _context(account, one))


def _context(account: Account, one: Printing) -> dict[str, Any]:
    titles = queries.titles_of(one.publication)
    kept = list(
        apps.get_model("corrections", "PrintingEvent").objects.filter(pgh_obj=one.pk).order_by("pgh_id")
    )
    names = names_of(Account.objects.filter(pk__in={event.changed_by_id for event in kept}))
    return {
        "printing": one,
        "number": queries.numbers_of([one.publication_id])[one.publication_id],
        "titles": [(position + 1, titles[position]) for position in one.positions],
        "duties": _settled([one]).get(one.pk, ()),
        "trail": [(event, names[event.changed_by_id]) for event in kept],
        "may_correct": not one.withdrawal and may(account, "correct_printing"),
        "may_settle": may(account, "settle_printing"),
        "withdraw_form": forms.ReasonForm()
        if not one.withdrawal and may(account, "withdraw_printing")
        else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Change the entry of a printing."""
    account = reader(request)
    require(account, "correct_printing")
    one = get_object_or_404(Printing.objects.select_related("publication"), pk=key)
    standing = frozen(queries.numbers_of([one.publication_id])[one.publication_id])
    form = _form(one.publication_id, request, standing, one)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.correct_printing(printing=one, details=form.details, act=act)
        return reverse("corrections:printing", args=[key])

    context = {"form": form, "standing": standing, "printing": one}
    done = both("已修改。", "Changed.")
    return carried_out(request, account, form, carry, done, "corrections/printing_form.html", lambda: context)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw the entry of a printing."""
    account = reader(request)
    one = get_object_or_404(Printing.objects.select_related("publication"), pk=key)
    form, refusal = forms.ReasonForm(request.POST), None
    if form.is_valid():
        act = Act.now(account, key=form.cleaned_data["key"])
        try:
            operations.withdraw_printing(printing=one, reason=form.cleaned_data["remark"], act=act)
            return redirect("corrections:printing", key=key)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
    context = {**_context(account, one), "withdraw_form": form, "refusal": refusal}
    return render(request, "corrections/printing.html", context, status=status_of(form, refusal))
