"""Meetings of the committee, lists on display, objections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import clear_names, masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.grants import forms, operations, queries
from bangfu.giving.grants.models import (
    NAMESAKE,
    NAMESAKE_WORDS,
    OBJECTION_STATE_WORDS,
    RECUSAL_WORDS,
    WAY_WORDS,
    Application,
    Meeting,
    Member,
    Notice,
    Objection,
)
from bangfu.giving.grants.operations.deciding import names_alike
from bangfu.giving.grants.papers import notices_pdf
from bangfu.giving.grants.ranking import proposals
from bangfu.giving.grants.refusing import UnableToDecide
from bangfu.giving.grants.views import applications as of_applications
from bangfu.giving.grants.views import programmes as of_programmes
from bangfu.giving.grants.views.gate import (
    ROWS_A_PAGE,
    carried_out,
    chosen,
    may,
    own,
    page,
    readable,
    reader,
    sections,
)

PAGES = ["GET", "HEAD", "POST"]
MEETINGS = Meeting.objects.select_related("programme__unit", "programme__fund")
SHOWN = {"made": both("未张贴", "Not up yet"), "up": both("公示中", "Up"), "over": both("期满", "Over")}
NOTICE_HEADS = (
    both("名单", "List"), both("项目", "Programme"), both("学校", "School"), both("人数", "Pupils"), both("张贴", "Up since"),
    both("公示至", "Until"), both("状态", "State"),
)  # fmt: skip
NOTICE_SORTS = {
    "number": "number", "programme": "programme__name_zh", "school": "school__name", "pupils": "pupils", "posted": "posted_on",
    "until": "until_on",
}  # fmt: skip
OBJECTION_SORTS = {
    "application": "application__number", "programme": "application__programme__name_zh",
    "school": "application__school__name", "received": "received_on", "way": "way", "state": "state", "answered": "answered_on",
}  # fmt: skip
OBJECTION_HEADS = (
    both("申请", "Application"), both("项目", "Programme"), both("学校", "School"), both("收到", "Received"),
    both("方式", "How"), both("状态", "State"), both("答复", "Answered"),
)  # fmt: skip


def _named(members: QuerySet[Member]) -> dict[int, str]:
    found = list(members)
    people = masked_persons([one.person_id for one in found])
    return {one.pk: f"{people[one.person_id].name} {one.post}" for one in found}


@require_http_methods(PAGES)
def meet(request: HttpRequest, key: int) -> HttpResponse:
    """Note a meeting."""
    _, one = own(request, of_programmes.FULL, key, "hold_meeting")
    members = one.members.filter(left_on=None).order_by("pk")
    form = forms.MeetingForm(request.POST or None, members=members, names=_named(members))

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.hold_meeting(
            programme=one, held_on=said["held_on"], present=list(said["present"]), act=act
        )
        return reverse("grants:meeting", args=[made.pk])

    return carried_out(
        request, form, carry,
        both("会议已登记。接着登记回避，再登记决定。", "The meeting is noted. Recusals come next, then decisions."),
        page(both("登记评议会", "Note a meeting"), of_programmes.at(one), one.name),
    )  # fmt: skip


@require_safe
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """Show a meeting: who is present, who steps aside, and what is before it or was decided."""
    account, one = readable(request, MEETINGS, key)
    return render(request, "grants/meeting.html", _meeting_context(request, account, one))


def _meeting_context(request: HttpRequest, account: Account, one: Meeting) -> dict[str, Any]:
    present = one.present.order_by("pk")
    names = _named(present)
    is_open = one.closed_at is None
    before = proposals(one.programme) if is_open else []
    within = [row for row in before if row.is_within]
    alike = names_alike(one, [row.key for row in within]) if is_open else []
    numbers = dict(Application.objects.filter(pk__in=[key for key, _ in alike]).values_list("pk", "number"))
    decided = one.decisions.select_related("application__school").order_by("-is_approved", "-score", "pk")
    rows = Paginator(within if is_open else decided, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "meeting": one, "programme": one.programme, "is_open": is_open, "present": names.values(), "page": rows,
        "proposals": _shown(rows) if is_open else [], "decisions": [] if is_open else rows, "within": len(within),
        "beyond": len(before) - len(within),
        "approved": one.decisions.filter(is_approved=True).count(), "declined": one.decisions.filter(is_approved=False).count(),
        "alike": [{"number": numbers[key], "member": names[member], "key": key, "member_key": member} for key, member in alike],
        "recusals": [
            {"number": row.application.number, "member": names.get(row.member_id, ""),
             "why": NAMESAKE_WORDS if row.why == NAMESAKE else RECUSAL_WORDS[row.why]}
            for row in one.recusals.select_related("application").order_by("pk")
        ],
        "may_recuse": is_open and may(account, "recuse_member", one.scope),
        "may_decide": is_open and may(account, "take_decisions", one.scope), "votes": forms.VotesForm(), "keyed": Keyed(),
    }  # fmt: skip


def _shown(rows: Any) -> list[dict[str, Any]]:
    found = Application.objects.select_related("school").in_bulk([row.key for row in rows])
    return [{"it": row, "application": found[row.key]} for row in rows]


@require_http_methods(PAGES)
def recuse(request: HttpRequest, key: int) -> HttpResponse:
    """Let a member step aside."""
    _, one = own(request, MEETINGS, key, "recuse_member")
    present = one.present.order_by("pk")
    asked = {"number": request.GET.get("number", ""), "member": request.GET.get("member", "")}
    form = forms.RecusalForm(request.POST or None, members=present, names=_named(present), initial=asked)

    def carry(said: dict[str, Any], act: Act) -> str:
        number = said["number"].strip().upper()
        found = Application.objects.filter(number=number, programme=one.programme).first()
        if found is None:
            raise UnableToDecide("unknown_number", number=number)
        operations.recuse_member(
            meeting=one, member=said["member"], application=found, why=said["why"], act=act
        )
        return reverse("grants:meeting", args=[one.pk])

    context = page(
        both("登记回避", "Let a member step aside"),
        reverse("grants:meeting", args=[key]),
        str(one.programme.name),
    )
    return carried_out(request, form, carry, both("已登记。", "Noted."), context)


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Take a meeting's decisions."""
    account, one = readable(request, MEETINGS, key)
    form = forms.VotesForm(request.POST)
    refusal: Refusal | None = None
    if form.is_valid():
        act = Act.now(account, key=form.cleaned_data["key"])
        try:
            operations.take_decisions(meeting=one, against=form.cleaned_data["against"], act=act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("决定已登记。", "The decisions are taken.")))
            return redirect("grants:meeting", key=key)
    context = _meeting_context(request, account, one) | {"refusal": refusal, "votes": form}
    return render(request, "grants/meeting.html", context, status=409 if refusal else 422)


def _notices(request: HttpRequest, account: Account) -> tuple[QuerySet[Notice], dict[str, Any]]:
    today = timezone.localdate()
    shows = {"made": Q(posted_on=None), "up": Q(until_on__gte=today), "over": Q(until_on__lt=today)}
    text, show = request.GET.get("q", "").strip()[:60], request.GET.get("show", "")
    programme = request.GET.get("programme", "")
    found = queries.notices_seen_by(account, today).annotate(pupils=Count("applications"))
    if text:
        found = found.filter(Q(number__istartswith=text) | Q(school__name__icontains=text))
    if show in shows:
        found = found.filter(shows[show])
    if programme.isascii() and programme.isdigit():
        found = found.filter(programme=int(programme))
    asked = {
        "text": text,
        "show": show,
        "programme": programme,
        "is_narrowed": bool(text or show or programme),
    }
    return in_order(request, found, NOTICE_SORTS, "-pk"), asked


def _standing(one: Notice) -> tuple[str, Words]:
    if one.until_on is None:
        return "draft", SHOWN["made"]
    return ("submitted", SHOWN["up"]) if one.until_on >= timezone.localdate() else ("verified", SHOWN["over"])


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List the lists on display."""
    return render(request, "grants/notices.html", _notices_context(request, reader(request)))


def _notices_context(request: HttpRequest, account: Account) -> dict[str, Any]:
    found, asked = _notices(request, account)
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"it": one, "standing": _standing(one)} for one in shown]
    return {
        "sections": sections("notices"), "page": shown, **asked, "shows": SHOWN.items(), "rows": rows,
        "programmes": queries.programmes_seen_by(account, timezone.localdate()).order_by("-opens_on"),
        "may_print": may(account, "print_notices"), "may_post": may(account, "post_notices"), "keyed": Keyed(),
        "posted_on": f"{timezone.localdate():%Y-%m-%d}",
    }  # fmt: skip


@require_safe
def notices_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of lists as a file; nobody is named."""
    account = reader(request)
    found, _ = _notices(request, account)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                yield [
                    one.number, one.programme.name, one.school.name, str(one.pupils),  # type: ignore[attr-defined]
                    str(one.posted_on or ""), str(one.until_on or ""), str(_standing(one)[1]),
                ]  # fmt: skip

    origin = origin_of(
        request, reverse("grants:notices"), not_figures(both("公示名单", "Lists on display")),
        taken_by=account.display_name, narrowed_to=[request.GET.get(one, "") for one in ("q", "show", "programme")],
    )  # fmt: skip
    return list_file("grants-notices", form, NOTICE_HEADS, cells(), origin)


@require_POST
def notices_many(request: HttpRequest) -> HttpResponse:
    """Print the chosen lists, or note that they are up."""
    account = reader_of(request)
    rows = chosen(request, queries.notices_seen_by(account, timezone.localdate()))
    try:
        if request.POST.get("step") == "post":
            return _posted(request, account, rows)
        return _printed(account, rows)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _notices_context(request, account) | _asked_of_many(request, rows) | {"refusal": refusal}
        return render(request, "grants/notices.html", context, status=409)


def _asked_of_many(request: HttpRequest, rows: list[Notice]) -> dict[str, Any]:
    """Return what was chosen and written below the list, so that it stands there again."""
    return {"ticked": {one.pk for one in rows}, "posted_on": request.POST.get("posted_on", "")}


def _posted(request: HttpRequest, account: Account, rows: list[Notice]) -> HttpResponse:
    form = forms.PostingForm(request.POST, request.FILES)
    if not form.is_valid():
        context = _notices_context(request, account) | _asked_of_many(request, rows) | {"form": form}
        return render(request, "grants/notices.html", context, status=422)
    act = Act.now(account, key=form.cleaned_data["key"])
    posted_on, files = form.cleaned_data["posted_on"], form.cleaned_data["papers"]
    made = operations.post_notices(notices=rows, posted_on=posted_on, files=files, act=act)
    words = both("{count} 份名单已登记张贴，公示至 {day}。", "{count} lists are up until {day}.")
    messages.success(
        request, str(words.filled(count=len(made), day=max(one.until_on for one in made if one.until_on)))
    )
    return redirect("grants:notices")


def _printed(account: Account, rows: list[Notice]) -> HttpResponse:
    printed = operations.print_notices(notices=rows, act=Act.now(account))
    names = clear_names([access for one in printed for access in one.accesses])
    language = "en" if (get_language() or "").startswith("en") else "zh"
    response = HttpResponse(notices_pdf(printed, names, language=language), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="notices.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _objections(request: HttpRequest, account: Account) -> tuple[QuerySet[Objection], dict[str, Any]]:
    found = queries.objections_seen_by(account, timezone.localdate())
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    if text:
        found = found.filter(
            Q(application__number__istartswith=text) | Q(application__school__name__icontains=text)
        )
    if state in OBJECTION_STATE_WORDS:
        found = found.filter(state=state)
    return in_order(request, found, OBJECTION_SORTS, "-pk"), {
        "text": text,
        "state": state,
        "is_narrowed": bool(text or state),
    }


@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """List the objections, without what they say."""
    account = reader(request)
    found, asked = _objections(request, account)
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    looks = {"OPEN": "submitted", "UPHELD": "returned", "DISMISSED": "verified"}
    context = {
        "sections": sections("objections"), "page": shown, **asked, "states": OBJECTION_STATE_WORDS.items(),
        "rows": [{"it": one, "way": WAY_WORDS[one.way], "look": looks[one.state]} for one in shown],
    }  # fmt: skip
    return render(request, "grants/objections.html", context)


@require_safe
def objections_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of objections as a file, without what they say."""
    account = reader(request)
    found, _ = _objections(request, account)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                yield [
                    one.application.number, one.application.programme.name, one.application.school.name,
                    one.received_on.isoformat(), str(WAY_WORDS[one.way]), str(one.state_words), str(one.answered_on or ""),
                ]  # fmt: skip

    origin = origin_of(
        request, reverse("grants:objections"), not_figures(both("公示异议", "Objections")),
        taken_by=account.display_name, narrowed_to=[request.GET.get(one, "") for one in ("q", "state")],
    )  # fmt: skip
    return list_file("grants-objections", form, OBJECTION_HEADS, cells(), origin)


@require_http_methods(PAGES)
def object_to(request: HttpRequest, key: int) -> HttpResponse:
    """Enter an objection."""
    _, one = own(request, of_applications.FULL, key, "take_objection")
    form = forms.ObjectionForm(request.POST or None, initial={"received_on": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.take_objection(application=one, **said, act=act)
        return of_applications.at(one)

    note = both("答复之前，这名学生不会被核定。", "Until it is answered the pupil is not awarded.")
    context = page(both("登记异议", "Enter an objection"), of_applications.at(one), one.number, note)
    return carried_out(request, form, carry, both("异议已登记。", "The objection is entered."), context)


@require_http_methods(PAGES)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer an objection."""
    rows = Objection.objects.select_related("application__programme")
    _, one = own(request, rows, key, "answer_objection")
    form = forms.AnswerForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.answer_objection(
            objection=one, is_upheld=said["is_upheld"] == "yes", answer=said["answer"], act=act
        )
        return of_applications.at(one.application)

    text = queries.objection_text(one) or ""
    note = both("异议内容：{text}", "What is said: {text}").filled(text=text)
    context = page(
        both("答复异议", "Answer the objection"),
        of_applications.at(one.application),
        one.application.number,
        note,
    )
    return carried_out(request, form, carry, both("已答复。", "Answered."), context)
