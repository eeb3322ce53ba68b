"""What is read: campaigns, one campaign with its counter and duties, gifts, lines of banks and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.money.models import Entry
from bangfu.foundation.money.queries import entries_of
from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import sort_asked, sort_columns
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns import operations, queries
from bangfu.giving.campaigns.models import (
    CAUSE_WORDS,
    DONOR_WORDS,
    DUTY_WORDS,
    GIFT_STATE_WORDS,
    STATE_WORDS,
    WAY_WORDS,
    Campaign,
    DonorKind,
    Gift,
    GiftState,
    Receipt,
    State,
    Way,
)
from bangfu.giving.campaigns.register import GIFT_TYPE, PURCHASES
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.gate import (
    GATE,
    LOOKS,
    ROWS_A_PAGE,
    may,
    may_read,
    open_books,
    readable,
    reader,
    sections,
)

CAMPAIGN_SORTS = {"title": "title_zh", "starts": "starts_on", "goal": "goal_fen", "state": "state"}
CAMPAIGN_COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("title", both("活动", "Campaign"), False), (None, both("慈善组织", "Charity"), False),
    ("starts", both("起止", "Dates"), False), ("goal", both("目标（元）", "Goal (yuan)"), True),
    (None, both("已筹（元）", "Raised (yuan)"), True), ("state", both("状态", "State"), False),
)  # fmt: skip
GIFT_SORTS = {"given": "pk", "amount": "amount_fen", "state": "state", "way": "way"}
GIFT_COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("given", both("日期", "Day"), False), (None, both("活动", "Campaign"), False), ("way", both("方式", "Way"), False),
    (None, both("捐赠人", "Giver"), False), (None, both("积分", "Points"), True),
    ("amount", both("金额（元）", "Sum (yuan)"), True), ("state", both("状态", "State"), False),
)  # fmt: skip


def _campaigns(request: HttpRequest, account: Account) -> tuple[QuerySet[Campaign], dict[str, Any]]:
    found = queries.campaigns_seen_by(account, timezone.localdate())
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    state = state if state in STATE_WORDS else ""
    if text:
        found = found.filter(
            Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(code__istartswith=text) | Q(filing__startswith=text)
        )  # fmt: skip
    if state:
        found = found.filter(state=state)
    sort, descending = sort_asked(request, CAMPAIGN_SORTS, "starts")
    asked = {
        "text": text,
        "state": state,
        "sort": sort,
        "descending": descending,
        "is_narrowed": bool(text or state),
    }
    return found.order_by(f"{'-' if descending else ''}{CAMPAIGN_SORTS[sort]}", "pk"), asked


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the campaigns that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    found, asked = _campaigns(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("campaigns"), "page": page, **asked, "states": STATE_WORDS.items(),
        "columns": sort_columns(CAMPAIGN_COLUMNS, asked["sort"], descending=asked["descending"]),
        "rows": [
            {"it": one, "look": LOOKS[one.state], "words": STATE_WORDS[one.state], "goal": yuan(one.goal_fen),
             "raised": yuan(queries.counter(one).raised_fen) if one.fund_id else ""}
            for one in page
        ],
        "may_draft": may(account, "draft_campaign"),
    }  # fmt: skip
    return render(request, "campaigns/campaigns.html", context)


def _file(
    request: HttpRequest, form: str, name: str, what: Words, columns: Any, rows: Any
) -> HttpResponseBase:
    origin = origin_of(
        request, reverse(f"campaigns:{name}"), not_figures(what), taken_by=reader(request).display_name,
        narrowed_to=[request.GET.get(one, "") for one in ("q", "state", "way")],
    )  # fmt: skip
    return list_file(name, form, tuple(title for _, title, _ in columns), rows, origin)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


@require_safe
def campaigns_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of campaigns as a file that says where it comes from."""
    found, _ = _campaigns(request, reader(request))

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                raised = queries.counter(one).raised_fen if one.fund_id else 0
                yield [
                    one.title, one.charity.name if one.charity else "", f"{one.starts_on} – {one.last_day}", _yuan(one.goal_fen),
                    _yuan(raised), str(STATE_WORDS[one.state]),
                ]  # fmt: skip

    return _file(request, form, "campaigns", both("募捐活动", "Campaigns"), CAMPAIGN_COLUMNS, cells())


@require_safe
def campaign(request: HttpRequest, key: int) -> HttpResponse:
    """Show one campaign: its counter, papers, duties, matching, and what may be done next."""
    found = Campaign.objects.select_related("unit", "charity", "fund", "sponsor", "merchant", "seat")
    account, one = readable(request, found, key)
    return render(request, "campaigns/campaign.html", campaign_context(account, one))


def campaign_context(account: Account, one: Campaign) -> dict[str, Any]:
    """Return what a campaign's page shows."""
    next_steps = {
        State.DRAFTED: ("sign_partner", "campaigns:sign"), State.SIGNED: ("file_campaign", "campaigns:file"),
        State.FILED: ("open_campaign", "campaigns:begin"), State.REPORTED: ("settle_surplus", "campaigns:settle"),
    }  # fmt: skip
    presses = {
        State.OPEN: ("close_campaign", "close", both("结束募捐", "Close")),
        State.CLOSED: ("begin_granting", "grant", both("转入发放", "Begin granting")),
        State.GRANTING: ("report_campaign", "report", both("登记已公开报告", "Mark as reported")),
    }
    step, press = next_steps.get(State(one.state)), presses.get(State(one.state))
    counter = queries.counter(one) if one.fund_id else None
    duties = [
        {"duty": duty, "words": DUTY_WORDS[duty.kind], "is_late": duty.done_on is None and duty.due_on < timezone.localdate(),
         "published": list(duty.disclosures.order_by("pk"))}
        for duty in one.duties.prefetch_related("disclosures").order_by("due_on", "kind")
    ]  # fmt: skip
    return {
        "campaign": one, "look": LOOKS[one.state], "words": STATE_WORDS[one.state], "cause": CAUSE_WORDS[one.cause],
        "goal": yuan(one.goal_fen), "least": yuan(one.least_fen), "counter": shown_counter(one, counter) if counter else None,
        "participations": queries.participations(one), "duties": duties,
        "steps": [{"step": step_, "words": STATE_WORDS[step_.state]} for step_ in one.steps.select_related("by").order_by("pk")],
        "matches": [
            {"match": match, "cap": yuan(match.cap_fen), "used": yuan(match.used_fen), "adds": yuan(match.adds_fen),
             "to": yuan(match.to_fen)}
            for match in one.matches.select_related("sponsor").order_by("starts_on")
        ],
        "states": [(GIFT_STATE_WORDS[state], count, state) for state, count in sorted(queries.gifts_by_state(one).items())],
        "next": reverse(step[1], args=[one.pk]) if step and may(account, step[0], one.scope) else "",
        "next_words": _NEXT.get(one.state), "press": press if press and may(account, press[0], one.scope) else None,
        "may_revise": one.state in (State.DRAFTED, State.SIGNED) and may(account, "revise_campaign", one.scope),
        "may_disclose": may(account, "disclose", one.scope),
        "may_match": one.state in (State.SIGNED, State.FILED, State.OPEN) and may(account, "promise_match", one.scope),
        "may_read_charity": one.charity is not None and may_read(account, one.charity.scope),
        "may_read_books": one.fund is not None and one.fund.unit_id in open_books(account),
        "has_page": one.opened_at and (not one.is_drive or queries.is_staff(account, timezone.localdate())),
        "handed_out": _handed_out(account, one),
        "purchases": _purchases(one), "may_undo": may(account, "undo_purchase", one.scope),
        "may_buy": one.state in operations.BUYING and operations.pays_purchases(one.fund)
        and may(account, "book_purchase", one.scope),
        "may_bring": one.state == State.OPEN and may(account, "bring_gifts", one.scope),
        "doors": doors_of(record_type("campaigns.campaign"), one.pk, account, timezone.localdate()), "keyed": Keyed(),
    }  # fmt: skip


def _handed_out(account: Account, one: Campaign) -> str:
    """Return where it stands who signed for the goods of a red-scarf drive since it began; empty: there is no such, or it does
    not open for the account."""
    today = timezone.localdate()
    has_begun = one.is_red_scarf and one.opened_at is not None and one.starts_on <= today
    if not has_begun or not granted_units(account, "reporting.view", today):
        return ""
    return f"/f/goods.children/?{urlencode({'period': f'{one.starts_on}/{today}'})}"


def _purchases(one: Campaign) -> list[dict[str, Any]]:
    found = Entry.objects.filter(source_system=PURCHASES, source_id__startswith=f"{one.pk}/", reverses=None)
    spent = found.filter(legs__account__code=operations.BOUGHT).annotate(fen=Sum("legs__amount_minor"))
    return [
        {
            "entry": entry, "document": entry.source_id.partition("/")[2], "amount": yuan(entry.fen),
            "is_back": entry.reversals.exists(),
        }
        for entry in spent.order_by("pk")
    ]  # fmt: skip


_NEXT = {
    State.DRAFTED.value: both("登记合作协议", "Note that a charity signed"),
    State.SIGNED.value: both("登记备案", "Enter the filing"),
    State.FILED.value: both("开放募捐", "Open for gifts"),
    State.REPORTED.value: both("处理结余", "Settle the surplus"),
}


def shown_counter(one: Campaign, counter: queries.Counter) -> dict[str, Any]:
    """Return what pages show of a campaign's counter."""
    ways = {"Points": Way.POINTS, "Cash": Way.CASH, "Transfer": Way.BANK, "Match": Way.MATCH}
    return {
        "raised": yuan(counter.raised_fen), "given": yuan(counter.given_fen), "refunded": yuan(counter.refunded_fen),
        "refunds": counter.refunds, "owed": yuan(counter.owed_fen), "held": yuan(counter.held_fen),
        "has_refunds": bool(counter.refunded_fen), "raised_fen": counter.raised_fen,
        "share_pct": counter.raised_fen * 100 // one.goal_fen,
        "ways": [(WAY_WORDS[ways[name]], yuan(fen)) for name, fen in sorted(counter.by_way.items()) if fen],
    }  # fmt: skip


def _gifts(request: HttpRequest, account: Account) -> tuple[QuerySet[Gift], dict[str, Any]]:
    found = queries.gifts_seen_by(account, timezone.localdate())
    said = {
        name: request.GET.get(name, "").strip()[:80]
        for name in ("q", "state", "way", "campaign", "file", "pledge")
    }
    if said["q"]:
        found = found.filter(Q(number=said["q"]) | Q(source_id=said["q"]))
    for name, known in (("state", GIFT_STATE_WORDS), ("way", WAY_WORDS)):
        said[name] = said[name] if said[name] in known else ""
        if said[name]:
            found = found.filter(**{name: said[name]})
    for name in ("campaign", "file", "pledge"):
        said[name] = said[name] if said[name].isascii() and said[name].isdigit() else ""
        if said[name]:
            found = found.filter(**{f"{name}_id": int(said[name])})
    sort, descending = sort_asked(request, GIFT_SORTS, "given")
    asked = {
        **said,
        "text": said["q"],
        "sort": sort,
        "descending": descending,
        "is_narrowed": any(said.values()),
    }
    return found.order_by(*dict.fromkeys([f"{'-' if descending else ''}{GIFT_SORTS[sort]}", "-pk"])), asked


@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """List gifts, narrowed, sorted and paged; nobody is named."""
    account = reader(request)
    found, asked = _gifts(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("gifts"), "page": page, **asked,
        "brought": queries.file_seen_by(account, asked["file"], timezone.localdate()),
        "states": GIFT_STATE_WORDS.items(), "ways": WAY_WORDS.items(),
        "campaigns": queries.campaigns_seen_by(account, timezone.localdate()).order_by("-starts_on"),
        "columns": sort_columns(GIFT_COLUMNS, asked["sort"], descending=asked["descending"]),
        "rows": [
            {"it": one, "look": LOOKS[one.state], "way": WAY_WORDS[one.way], "giver": DONOR_WORDS[one.kind],
             "amount": yuan(one.amount_fen)}
            for one in page
        ],
    }  # fmt: skip
    return render(request, "campaigns/gifts.html", context)


@require_safe
def gifts_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of gifts as a file that says where it comes from."""
    found, _ = _gifts(request, reader(request))

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                yield [
                    one.given_on.isoformat(), one.campaign.title, str(WAY_WORDS[one.way]), str(DONOR_WORDS[one.kind]),
                    Decimal(one.points) if one.points else "", _yuan(one.amount_fen), str(one.state_words),
                ]  # fmt: skip

    return _file(request, form, "gifts", both("捐赠", "Gifts"), GIFT_COLUMNS, cells())


@require_safe
def gift(request: HttpRequest, key: int) -> HttpResponse:
    """Show one gift: what it moved in both books, what was added to it, its receipts; for readers of its campaign or unit."""
    found = Gift.objects.select_related("campaign", "unit", "matched", "match__sponsor")
    account, one = reader(request), get_object_or_404(found, pk=key)
    if not may_read(account, one.campaign.scope):
        GATE.refuse_strangers(account, one.scope)
    return render(request, "campaigns/gift.html", gift_context(account, one))


def gift_context(account: Account, one: Gift) -> dict[str, Any]:
    """Return what a gift's page shows."""
    is_cash = one.way in (Way.CASH, Way.BANK)
    receipts = list(one.receipts.select_related("series").order_by("pk"))
    void = {r.voids_id for r in receipts}
    standing = [r for r in receipts if r.voids_id is None and r.pk not in void]
    return {
        "gift": one, "look": LOOKS[one.state], "way": WAY_WORDS[one.way], "giver": DONOR_WORDS[one.kind],
        "amount": yuan(one.amount_fen), "is_of_company": one.kind == DonorKind.COMPANY,
        "receipts": [{"it": r, "amount": yuan(r.amount_fen), "is_void": r.pk in void} for r in receipts],
        "matching": [{"it": m, "amount": yuan(m.amount_fen)} for m in one.matching.order_by("pk")],
        "entries": entries_of(GIFT_TYPE, one.pk).select_related("unit"), "open_books": open_books(account),
        "may_refund": one.state == GiftState.RECEIVED and one.way != Way.MATCH
        and may(account, "refund_gift", one.campaign.scope),
        "may_issue": is_cash and one.state == GiftState.RECEIVED and not standing
        and may(account, "issue_receipt", one.scope),
        "keyed": Keyed(),
        "doors": doors_of(record_type("campaigns.gift"), one.pk, account, timezone.localdate()),
    }  # fmt: skip


@require_safe
def receipt(request: HttpRequest, key: int) -> HttpResponse:
    """Show the data of one donation receipt; a person's name stays sealed."""
    found = Receipt.objects.select_related("series__charity", "gift__campaign", "voids__series", "payer")
    account, one = readable(request, found, key)
    by = Receipt.objects.filter(voids=one).first()
    context = {
        "receipt": one, "amount": yuan(one.amount_fen), "voided_by": by,
        "may_void": by is None and one.voids_id is None and may(account, "void_receipt", one.scope),
    }  # fmt: skip
    return render(request, "campaigns/receipt.html", context)
