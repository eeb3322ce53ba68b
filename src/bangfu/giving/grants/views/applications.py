"""Applications: listed and vetted many at a time, shown one by one with why they have their points, entered and corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Access, Account
from bangfu.foundation.people.queries import ClearPerson, clear_person, masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of, evidence_of
from bangfu.foundation.records.gate import sort_columns
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.giving.grants import details, findings, lists, operations, queries
from bangfu.giving.grants.models import (
    AGE_WORDS,
    APPLICATION_STATE_WORDS,
    HOUSEHOLD_WORDS,
    LAPSE_WORDS,
    LIVING,
    OWNER_WORDS,
    RELATION_WORDS,
    VETTING_REASONS,
    WAY_WORDS,
    Application,
    AwardState,
    Lapse,
    Programme,
)
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.refusing import UnableToVet
from bangfu.giving.grants.register import VIEW
from bangfu.giving.grants.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    chosen,
    may,
    may_read,
    readable,
    reader,
    sections,
)

PAGES = ["GET", "HEAD", "POST"]
FULL = Application.objects.select_related(
    "programme__fund", "school", "notice", "upload", "entered_by", "vetted_by"
)
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("number", both("编号", "Number"), False), (None, both("学生", "Pupil"), False), ("school", both("学校", "School"), False),
    ("class", both("班级", "Class"), False), (None, both("家庭情况", "Household"), False),
    ("score", both("评分", "Score"), True), (None, both("提示", "Found"), False), ("state", both("状态", "State"), False),
)  # fmt: skip
PARTS = both("申请", "Applications")


def at(one: Application) -> str:
    """Return the page of an application."""
    return reverse("grants:application", args=[one.pk])


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the applications that the reader may see, people masked, narrowed, sorted and paged."""
    account = reader(request)
    return render(request, "grants/applications.html", _list_context(request, account, request.GET))


def _list_context(request: HttpRequest, account: Account, asked: Any) -> dict[str, Any]:
    today = timezone.localdate()
    found = lists.narrowed(account, asked, today)
    shown = Paginator(found, ROWS_A_PAGE).get_page(asked.get("page"))
    people = masked_persons([one.person_id for one in shown])
    labels = place_labels({one.place_id for one in shown}, short=True)
    differing = queries.differing_from_register(list(shown), today)
    beside = findings.findings_of([one.pk for one in shown])
    sort = asked.get("sort", "")
    programmes = queries.programmes_seen_by(account, today).order_by("-opens_on")
    may_vet, may_match = may(account, "vet_applications"), may(account, "give_consent")
    return {
        "sections": sections("applications"), "page": shown, "asked": {name: asked.get(name, "") for name in lists.FILTERS},
        "is_narrowed": any(asked.get(name) for name in lists.FILTERS if name != "sort"), "programmes": programmes,
        "states": APPLICATION_STATE_WORDS.items(), "finds": lists.FINDS.items(), "reasons": VETTING_REASONS.items(),
        "columns": sort_columns(COLUMNS, sort.lstrip("-"), descending=sort.startswith("-")),
        "rows": [
            {"it": one, "pupil": people[one.person_id].name, "place": labels[one.place_id], "look": LOOKS[one.state],
             "lacks": one.consented_on is None and one.state == "ENTERED",
             "found": _found(beside.get(one.pk, frozenset()), differs=one.pk in differing)}
            for one in shown
        ],
        "may_vet": may_vet, "may_match": may_match, "may_bring": may(account, "import_class"),
        "chip": _narrowed_words(account, asked), "keyed": Keyed(), "back": request.get_full_path(),
    }  # fmt: skip


def _found(codes: frozenset[str], *, differs: bool) -> list[Words]:
    """Return in words what was found beside an application."""
    found = findings.words_of(codes)
    return [*found, findings.DIFFERS] if differs else found


def _narrowed_words(account: Account, asked: Any) -> list[str]:
    """Return in words what the list is narrowed to by an address alone."""
    found = []
    key = asked.get("school", "")
    if key.isascii() and key.isdigit():
        one = queries.schools_seen_by(account, timezone.localdate()).filter(pk=int(key)).first()
        found.append(one.name if one else key)
    for name, words in (("upload", both("一份表格", "one sheet")), ("notice", both("一份名单", "one list"))):
        if asked.get(name):
            found.append(str(words))
    return found


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Vet or refuse the chosen applications of one programme."""
    account = reader_of(request)
    rows = chosen(request, queries.applications_seen_by(account, timezone.localdate()))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("grants:applications")
    try:
        if not rows:
            raise UnableToVet("nobody")
        for programme in {one.programme_id: one.programme for one in rows}.values():
            keys = [one.pk for one in rows if one.programme_id == programme.pk]
            messages.success(
                request, _carried(request, programme, keys, _act(request, account, programme.pk))
            )
    except NotPermitted:
        raise
    except Refusal as refusal:
        kept = {"ticked": {one.pk for one in rows}, "reason": request.POST.get("reason", "")}
        context = _list_context(request, account, request.GET) | kept | {"refusal": refusal, "back": back}
        return render(request, "grants/applications.html", context, status=409)
    return redirect(back)


def _act(request: HttpRequest, account: Account, programme: int) -> Act:
    """Return the act in one of several programmes, under a key of its own."""
    key = request.POST.get("key", "")
    return Act.now(account, key=f"{key}-{programme}" if key else None)


def _carried(request: HttpRequest, programme: Programme, keys: list[int], act: Act) -> str:
    if request.POST.get("step") == "refuse":
        reason, remark = request.POST.get("reason", ""), request.POST.get("remark", "")
        count = operations.refuse_applications(
            programme=programme, applications=keys, reason=reason, remark=remark, act=act
        )
        return str(
            both("{count} 份未通过，原因已记。", "{count} refused, with the reason.").filled(count=count)
        )
    outcome = operations.vet_applications(programme=programme, applications=keys, act=act)
    if not str(outcome.why):
        return str(both("{count} 份审核通过。", "{count} passed.").filled(count=outcome.passed))
    words = both("{count} 份审核通过；其余留在原处：{why}。", "{count} passed; the others stay: {why}.")
    return str(words.filled(count=outcome.passed, why=outcome.why))


@require_POST
def vet_all(request: HttpRequest) -> HttpResponse:
    """Vet every application that the list is narrowed to and that nothing was found about, programme by programme."""
    account = reader_of(request)
    found = lists.narrowed(account, {**request.GET.dict(), "find": "clean"}, timezone.localdate())
    pairs = found.exclude(entered_by=account).order_by("pk").values_list("programme_id", "pk")
    by_programme: dict[int, list[int]] = {}
    for programme, key in pairs:
        by_programme.setdefault(programme, []).append(key)
    try:
        if not by_programme:
            raise UnableToVet("nobody")
        for programme, keys in by_programme.items():
            outcome = operations.vet_applications(
                programme=Programme.objects.get(pk=programme),
                applications=keys,
                act=_act(request, account, programme),
            )
            words = both("{count} 份审核通过。", "{count} passed.").filled(count=outcome.passed)
            messages.success(request, str(words))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _list_context(request, account, request.GET) | {"refusal": refusal}
        return render(request, "grants/applications.html", context, status=409)
    return redirect(f"{reverse('grants:applications')}?state=VETTED")


@require_http_methods(PAGES)
def application(request: HttpRequest, key: int) -> HttpResponse:
    """Show one application; posting opens what is sealed of it for a stated reason."""
    account, one = readable(request, FULL, key)
    refusal: Refusal | None = None
    access: Access | None = None
    if request.method == "POST":
        act = Act.now(account, key=request.POST.get("key") or None)
        try:
            access = operations.open_details(application=one, reason=request.POST.get("reason", ""), act=act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
    context = application_context(account, one, access) | {"refusal": refusal}
    response = render(request, "grants/application.html", context, status=409 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def application_context(account: Account, one: Application, access: Access | None) -> dict[str, Any]:
    """Return what an application's page shows."""
    today = timezone.localdate()
    found = findings.findings_of([one.pk]).get(one.pk, frozenset())
    clear: ClearPerson | None = clear_person(access) if access else None
    said = details.opened([one.pk]).get(one.pk) if access else None
    may_answer = may(account, "answer_objection", one.scope)
    award = getattr(one, "award", None)
    lapse = Lapse.objects.select_related("by").filter(award=award).first() if award is not None else None
    return {
        "application": one, "look": LOOKS[one.state], "pupil": masked_persons([one.person_id])[one.person_id],
        "place": place_labels([one.place_id])[one.place_id], "amount": yuan(one.programme.amount_fen),
        "age": AGE_WORDS[one.age], "relation": RELATION_WORDS[one.relation], "owner": OWNER_WORDS[one.account_owner],
        "household": HOUSEHOLD_WORDS[one.household], "points": _points(one), "clear": clear, "details": said,
        "found": _found(found, differs=bool(queries.differing_from_register([one], today))),
        "register": queries.register_words([one.person_id], today).get(one.person_id),
        "elsewhere": queries.counted_elsewhere([one.person_id]).get(one.person_id, []),
        "same_pupil": queries.same_pupil(one), "same_account": queries.same_account(one),
        "may_read_meetings": may_read(account, VIEW, one.programme.scope),
        "decisions": one.decisions.select_related("meeting").order_by("pk"),
        "objections": [_objection(row, may_answer=may_answer) for row in one.objections.order_by("pk")],
        "evidence": evidence_of(one), "award": award, "lapse": lapse, "lapse_why": LAPSE_WORDS[lapse.reason] if lapse else "",
        "may_lapse": award is not None and award.state in (AwardState.AWARDED, AwardState.RETURNED)
        and may(account, "lapse_awards", one.programme.scope),
        "may_open": may(account, "open_details", one.scope) and access is None and one.state != "",
        "may_match": one.state == "ENTERED" and one.consented_on is None and may(account, "give_consent", one.scope),
        "may_correct": one.state == "ENTERED" and may(account, "correct_application", one.scope),
        "may_account": one.state in LIVING and may(account, "correct_account", one.scope),
        "may_withdraw": one.state in LIVING and one.state != "AWARDED" and may(account, "withdraw_application", one.scope),
        "may_object": one.state in ("DISPLAYED", "OBJECTED", "DECIDED") and may(account, "take_objection", one.scope),
        "may_answer": may_answer, "doors": doors_of(record_type("grants.application"), one.pk, account, today),
        "keyed": Keyed(),
    }  # fmt: skip


def _points(one: Application) -> list[dict[str, Any]]:
    """Return each criterion of the programme, whether it is met, and by what."""
    rows = []
    for criterion in one.programme.criteria.order_by("-points", "pk"):
        by_household = criterion.household != "" and criterion.household == one.household
        is_met = by_household or (criterion.household == "" and criterion.code in one.claims)
        by = (
            both("家庭情况", "household")
            if by_household
            else both("申请写明", "as applied")
            if is_met
            else None
        )
        rows.append({"criterion": criterion, "is_met": is_met, "by": by})
    return rows


def _objection(row: Any, *, may_answer: bool) -> dict[str, Any]:
    text = queries.objection_text(row) if may_answer else None
    return {"it": row, "way": WAY_WORDS[row.way], "text": text}
