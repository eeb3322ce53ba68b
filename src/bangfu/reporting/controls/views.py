"""Pages of control totals: they translate and call operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures
from bangfu.reporting import queries as figures
from bangfu.reporting.controls import forms, listing, operations, queries
from bangfu.reporting.controls.models import SOURCE_WORDS, ControlTotal, Difference, Ruling
from bangfu.reporting.controls.statements import STATES

TOTALS_A_PAGE = 30
DIFFERENCES_A_PAGE = 50
MOST_FILE_BYTES = 20 * 1024 * 1024


def _reader(request: HttpRequest) -> Account:
    account = reader_of(request)
    if not granted_units(account, queries.VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account


def _readable(request: HttpRequest, number: int) -> tuple[Account, queries.Standing]:
    account = _reader(request)
    try:
        standing = queries.standing_of(number)
    except ControlTotal.DoesNotExist:
        raise Http404(number) from None
    if not queries.may_read(account, standing.total, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, standing


def _may(account: Account, total: ControlTotal, operation: str) -> bool:
    return allows(account, f"controls.{operation}", total.scope, timezone.localdate())


def _status(form: Keyed, refusal: Refusal | None) -> int:
    if refusal is not None:
        return 403 if isinstance(refusal, NotPermitted) else 409
    return 422 if form.is_bound and not form.is_valid() else 200


@require_safe
def totals(request: HttpRequest) -> HttpResponse:
    """List the control totals that the reader may see, narrowed, sorted and paged."""
    account, on, asked = _reader(request), timezone.localdate(), listing.asked_in(request)
    page = Paginator(listing.listed(account, asked, on), TOTALS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "sources": SOURCE_WORDS.items(),
        "page": page,
        "rows": queries.standings(page),
        "columns": _columns(asked),
        "query": _query(asked),
        "may_enter": bool(granted_units(account, "controls.enter_total", on)),
        "opens_sampling": bool(granted_units(account, "sampling.view", on)),
    }
    return render(request, "controls/totals.html", context)


def _query(asked: listing.Asked, **changed: str) -> str:
    said = {"source": asked.source, "q": asked.text, "sort": asked.sort, **changed}
    return urlencode({name: value for name, value in said.items() if value})


def _columns(asked: listing.Asked) -> dict[str, dict[str, str]]:
    found = {}
    for name in ("number", "amount"):
        way = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
        found[name] = {"query": _query(asked, sort=f"-{name}" if asked.sort == name else name), "way": way}
    return found


def _origin(request: HttpRequest, account: Account, what: Words, address: str, narrowed: str = "") -> Origin:
    return Origin(
        what=what,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=narrowed,
        address=request.build_absolute_uri(address),
    )


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, asked = _reader(request), listing.asked_in(request)
    address = f"{reverse('controls:totals')}?{_query(asked)}"
    origin = _origin(request, account, not_figures(both("控制数", "Control totals")), address, asked.words)
    rows = listing.cells(listing.listed(account, asked, timezone.localdate()))
    return list_file("control-totals", form, listing.HEADINGS, rows, origin)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask what an outside book says of which figure, and enter it."""
    account = _reader(request)
    if not granted_units(account, "controls.enter_total", timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="controls.enter_total")
    initial = {name: request.GET[name] for name in (*forms.ASKED, "indicator") if request.GET.get(name)}
    form = forms.TotalForm(request.POST or None, initial=initial)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            entered = operations.enter_total(
                selection=form.selection(),
                **{
                    name: said[name]
                    for name in ("indicator", "source", "account", "amount", "taken_on", "remark")
                },
                act=Act.now(account, key=said["key"]),
            )
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已登记，可以对账。", "Entered; it can be reconciled.")))
            return redirect("controls:total", number=entered.number)
    context = {"form": form, "refusal": refusal}
    return render(request, "controls/enter.html", context, status=_status(form, refusal))


@require_safe
def total(request: HttpRequest, number: int) -> HttpResponse:
    """Show one control total: both balances, the statement between them, and every difference."""
    account, standing = _readable(request, number)
    return render(request, "controls/total.html", _context(request, account, standing))


def _context(request: HttpRequest, account: Account, standing: queries.Standing) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    one, text = standing.total, request.GET.get("q", "").strip()
    page = Paginator(queries.differences_of(standing, state, text), DIFFERENCES_A_PAGE).get_page(
        request.GET.get("page")
    )
    initial = {"account": one.account, "amount": listing.fen(one.amount), "remark": one.remark}
    return {
        "standing": standing,
        "total": one,
        "statement": standing.statement,
        "theirs_words": listing.theirs_words(standing),
        "ours_words": listing.OURS,
        "figure": figures.figure_in(one.indicator, standing.selection),
        "page": page,
        "lines": queries.lines_of(page),
        "states": [(code, words, standing.count(code)) for code, words in STATES.items()],
        "state": state,
        "q": text,
        "revisions": queries.revisions_of(one.number),
        "line_count": one.lines.count(),
        "may_reconcile": _may(account, one, "reconcile_total"),
        "may_revise": _may(account, one, "revise_total"),
        "may_import": _may(account, one, "import_lines"),
        "reconcile_form": forms.ReconcileForm(prefix="reconcile"),
        "revise_form": forms.RevisionForm(prefix="revise", initial=initial),
    }


def _pressed(
    request: HttpRequest, number: int, slot: str, make: Callable[..., Keyed], carry: Callable[..., object], done: Words
) -> HttpResponse:  # fmt: skip
    """Carry out what a form on a total's page asks, or show the page again with what is wrong."""
    account, standing = _readable(request, number)
    form, refusal = make(request.POST, prefix=slot), None
    if form.is_valid():
        try:
            carry(standing.total, form.cleaned_data, Act.now(account, key=form.cleaned_data["key"]))
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("controls:total", number=number)
    context = {
        **_context(request, account, standing),
        f"{slot}_form": form,
        "refusal": refusal,
        "shown": slot,
    }
    return render(request, "controls/total.html", context, status=_status(form, refusal))


@require_POST
def reconcile(request: HttpRequest, number: int) -> HttpResponse:
    """Hold the total against the figure."""

    def carry(one: ControlTotal, said: dict[str, Any], act: Act) -> object:
        return operations.reconcile_total(total=one, block=said["block"], act=act)

    return _pressed(request, number, "reconcile", forms.ReconcileForm, carry, both("已对账。", "Reconciled."))


@require_POST
def revise(request: HttpRequest, number: int) -> HttpResponse:
    """Enter what the outside book says now."""

    def carry(one: ControlTotal, said: dict[str, Any], act: Act) -> object:
        given = {name: said[name] for name in ("account", "amount", "taken_on", "remark")}
        return operations.revise_total(total=one, **given, act=act)

    done = both("已修订，请重新导入明细并对账。", "Revised; import its lines anew and reconcile.")
    return _pressed(request, number, "revise", forms.RevisionForm, carry, done)


@require_safe
def statement_file(request: HttpRequest, number: int, form: str) -> HttpResponseBase:
    """Send the statement of reconciliation as a file."""
    account, standing = _readable(request, number)
    if standing.statement is None:
        raise Http404(number)
    what = both("对账第 {number} 号调节表", "Statement of reconciliation no. {number}").filled(number=number)
    origin = _origin(request, account, what, reverse("controls:total", args=[number]))
    rows = listing.statement_cells(standing)
    return list_file(f"statement-{number}", form, listing.STATEMENT_HEADINGS, rows, origin)


@require_safe
def differences_file(request: HttpRequest, number: int, form: str) -> HttpResponseBase:
    """Send every difference with its explanation as a file."""
    account, standing = _readable(request, number)
    what = both("对账第 {number} 号差额", "Differences of control total no. {number}").filled(number=number)
    origin = _origin(request, account, what, reverse("controls:total", args=[number]))
    rows = listing.difference_cells(standing)
    return list_file(f"differences-{number}", form, listing.DIFFERENCE_HEADINGS, rows, origin)


def _difference(request: HttpRequest, key: int) -> tuple[Account, Difference]:
    account = _reader(request)
    found = get_object_or_404(Difference.objects.select_related("reconciliation__total"), pk=key)
    if not queries.may_read(account, found.reconciliation.total, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, found


@require_safe
def difference(request: HttpRequest, key: int) -> HttpResponse:
    """Show one difference, its explanations and their evidence, and the form for what is next."""
    account, found = _difference(request, key)
    return render(request, "controls/difference.html", _difference_context(account, found))


def _difference_context(account: Account, found: Difference) -> dict[str, Any]:
    line, one = queries.lines_of([found])[0], found.reconciliation.total
    root = Difference.objects.select_related("reconciliation").get(pk=found.root_id)
    is_own = line.explanation is not None and line.explanation.given_by_id == account.pk
    may_decide = line.state == queries.WAITING and _may(account, one, "decide_explanation")
    return {
        "line": line,
        "difference": found,
        "total": one,
        "root": root,
        "explanations": root.explanations.select_related(
            "given_by__person__key", "decision__decided_by__person__key"
        ).order_by("-revision"),
        "files": queries.evidence_of_difference(found),
        "explain_form": forms.ExplainForm()
        if line.state == queries.UNEXPLAINED and _may(account, one, "explain_difference")
        else None,
        "decide_form": forms.DecideForm() if may_decide and not is_own else None,
        "waits_for_another": line.state == queries.WAITING and is_own,
    }


def _answered(
    request: HttpRequest, key: int, slot: str, form: Keyed, carry: Callable[[Difference, Act], object], done: Words
) -> HttpResponse:  # fmt: skip
    account, found = _difference(request, key)
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            carry(found, Act.now(account, key=form.cleaned_data["key"]))
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("controls:difference", key=key)
    context = {**_difference_context(account, found), slot: form, "refusal": refusal}
    return render(request, "controls/difference.html", context, status=_status(form, refusal))


@require_POST
def explain(request: HttpRequest, key: int) -> HttpResponse:
    """Explain a difference."""
    form = forms.ExplainForm(request.POST, request.FILES)

    def carry(found: Difference, act: Act) -> object:
        said, file = form.cleaned_data, form.cleaned_data["file"]
        files = [(file.name, file.read(MOST_FILE_BYTES + 1))] if file else []
        return operations.explain_difference(
            difference=found, category=said["category"], words=said["words"], files=files, act=act
        )

    done = both("已说明，等另一个人认可。", "Explained; another person decides on it.")
    return _answered(request, key, "explain_form", form, carry, done)


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Approve or return an explanation, by the button that was pressed."""
    is_return = "return" in request.POST
    form = forms.DecideForm(request.POST)

    def carry(found: Difference, act: Act) -> object:
        ruling = Ruling.RETURNED if is_return else Ruling.APPROVED
        return operations.decide_explanation(
            difference=found, ruling=ruling, remark=form.cleaned_data["remark"], act=act
        )

    done = both("已退回。", "Returned.") if is_return else both("已认可。", "Approved.")
    return _answered(request, key, "decide_form", form, carry, done)
