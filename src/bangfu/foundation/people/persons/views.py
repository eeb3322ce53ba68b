"""Pages of persons: one person, masked until a reason is given, and who saw whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.people.households.queries import households_of
from bangfu.foundation.people.models import Access, Person
from bangfu.foundation.people.persons import operations, queries
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, origin_of

ACCESSES_A_PAGE = 50
HEADINGS = (
    both("时间", "When"), both("查看人", "Who"), both("人员编号", "Opaque number of the person"),
    both("被查看人（遮盖）", "Whom, masked"), both("导出编号", "Export"),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a person masked; sent with a reason, once in clear, and the access is recorded."""
    account, on = reader_of(request), timezone.localdate()
    found = get_object_or_404(Person, pk=key)
    may_unmask = queries.is_within_reach(account, "people.unmask_person", found, on)
    if not queries.may_open(account, found, on):
        raise NotPermitted("out_of_scope", permission="people.view")
    refusal: Refusal | None = None
    clear = None
    if request.method == "POST":
        act = Act.now(account, key=request.POST.get("key") or None)
        try:
            access = operations.unmask_person(person=found, reason=request.POST.get("reason", ""), act=act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            clear = queries.clear_person(access)
    context = {
        "person": found,
        "masked": queries.masked_persons([key])[key],
        "clear": clear,
        "household": households_of([key], on).get(key),
        "may_unmask": may_unmask,
        "keyed": Keyed(),
        "refusal": refusal,
        "shortest": operations.SHORTEST_REASON,
        "longest": operations.LONGEST_REASON,
    }
    response = render(request, "people/person.html", context, status=409 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """Show who saw whose data in clear, when and why, newest first; for auditors of the whole house."""
    if not allows(reader_of(request), "people.view_accesses", Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="people.view_accesses")
    asked = {name: request.GET.get(name, "").strip() for name in ("person", "account", "from", "until")}
    page = Paginator(_asked_for(asked), ACCESSES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    masked = queries.masked_persons({access.person_id for access in shown})
    reasons = queries.reasons_of(shown)
    context = {
        "asked": asked,
        "from_day": asked["from"],
        "is_narrowed": any(asked.values()),
        "page": page,
        "rows": [(access, masked[access.person_id], reasons[access.pk]) for access in shown],
    }
    return render(request, "people/accesses.html", context)


@require_safe
def accesses_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send who saw whose data as a file: persons masked and by their opaque number, reasons left out."""
    account = reader_of(request)
    if not allows(account, "people.view_accesses", Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="people.view_accesses")
    asked = {name: request.GET.get(name, "").strip() for name in ("person", "account", "from", "until")}
    origin = origin_of(
        request,
        reverse("people:accesses"),
        both("个人信息查看记录", "Who saw personal data"),
        taken_by=account.display_name,
        narrowed_to=asked.values(),
    )
    return list_file("accesses", form, HEADINGS, _cells(_asked_for(asked)), origin)


def _cells(found: QuerySet[Access]) -> Iterator[list[Cell]]:
    for batch in in_batches(found.select_related("account", "export")):
        masked = queries.masked_persons({one.person_id for one in batch})
        for one in batch:
            yield [
                f"{timezone.localtime(one.accessed_at):%Y-%m-%d %H:%M:%S}", one.account.username,
                str(one.person_id), masked[one.person_id].name, one.export.number if one.export else "",
            ]  # fmt: skip


def _asked_for(asked: dict[str, str]) -> QuerySet[Access]:
    """Return the accesses that fit; a person or day that cannot be read fits none, so that nothing is taken for all."""
    found = Access.objects.select_related("account", "export").order_by("-accessed_at", "-id")
    try:
        if asked["person"]:
            found = found.filter(person=UUID(asked["person"]))
        if asked["account"]:
            found = found.filter(account__username__iexact=asked["account"])
        if asked["from"]:
            found = found.filter(accessed_at__gte=_midnight(asked["from"]))
        if asked["until"]:
            found = found.filter(accessed_at__lt=_midnight(asked["until"]))
    except ValueError:
        return Access.objects.none()
    return found


def _midnight(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time.min))
