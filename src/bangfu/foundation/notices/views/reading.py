"""The inbox."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.notices import listing, operations, queries
from bangfu.foundation.notices.models import Notice
from bangfu.foundation.notices.sending import VIEW
from bangfu.foundation.operations import Act, Scope, allows
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both, notice_kinds
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of

ROWS_A_PAGE = 30


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List one's own notices, narrowed and paged; right after some were marked, offer to take that back."""
    account, asked = reader_of(request), listing.asked_in(request)
    page = Paginator(listing.listed(account, asked, timezone.localdate()), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    marked_at = parse_datetime(request.GET.get("marked", "")) if request.GET.get("marked") else None
    kinds, named = notice_kinds(), listing.telling_rooms()
    context = {
        "asked": asked,
        "page": page,
        "rows": [(one, named.get(one.kind.partition(".")[0])) for one in page],
        "unread_here": queries.unread_count(account),
        "rooms": named.items(),
        "kinds": [(code, one.title) for code, one in kinds.items()],
        "periods": [(code, words) for code, (words, _) in listing.PERIODS.items()],
        "newest": max((one.pk for one in page), default=0),
        "marked_at": marked_at.isoformat() if marked_at else "",
        "back": request.get_full_path(),
        "may_settle": allows(account, VIEW, Scope(), timezone.localdate()),
    }
    return render(request, "notices/inbox.html", context)


@require_safe
def inbox_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send one's own notices, narrowed as the page is, as a file that says where it comes from."""
    account, asked = reader_of(request), listing.asked_in(request)
    origin = origin_of(
        request,
        reverse("notices:inbox"),
        not_figures(both("通知", "Notices")),
        taken_by=account.display_name,
        narrowed_to=asked.words,
    )
    found = listing.listed(account, asked, timezone.localdate())
    return list_file("notices", form, listing.NOTICES, listing.notice_cells(found), origin)


@require_POST
def open_notice(request: HttpRequest, key: int) -> HttpResponse:
    """Mark a notice of one's own as read and go to its page."""
    account = reader_of(request)
    notice = get_object_or_404(Notice, pk=key, account=account)
    if notice.read_at is None:
        operations.mark_read(account=account, notices=[notice.pk], act=Act.now(account))
    return HttpResponseRedirect(notice.address or reverse("notices:inbox"))


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark the chosen notices as read."""
    account, act = reader_of(request), Act.now(reader_of(request))
    chosen = [int(one) for one in request.POST.getlist("notice") if one.isascii() and one.isdigit()]
    operations.mark_read(account=account, notices=chosen, act=act)
    return _back(request, act)


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read up to the newest that the page showed."""
    account, act = reader_of(request), Act.now(reader_of(request))
    up_to = request.POST.get("up_to", "")
    newest = int(up_to) if up_to.isascii() and up_to.isdigit() else 0
    operations.mark_all_read(account=account, up_to=newest, act=act)
    return _back(request, act)


@require_POST
def unread(request: HttpRequest) -> HttpResponse:
    """Take back what was marked as read at a moment."""
    account = reader_of(request)
    marked_at = parse_datetime(request.POST.get("marked_at", ""))
    if marked_at is not None and timezone.is_aware(marked_at):
        operations.mark_unread(account=account, marked_at=marked_at, act=Act.now(account))
    return redirect("notices:inbox")


def _back(request: HttpRequest, act: Act) -> HttpResponse:
    """Go back to the list as it was narrowed, which offers to take back what was marked by this act."""
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("notices:inbox")
    path, _, query = back.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith(("marked=", "page=")))
    marked = urlencode({"marked": act.at.isoformat()})
    return HttpResponseRedirect(f"{path}?{kept}&{marked}" if kept else f"{path}?{marked}")
