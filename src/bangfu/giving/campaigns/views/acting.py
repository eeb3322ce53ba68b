"""Doors that act on campaigns: drafted, signed, filed, opened, moved on, disclosed, matched, given to by files."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import polars
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows
from bangfu.foundation.payments.listing import in_yuan
from bangfu.foundation.payments.queries import open_merchants
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns import forms, operations
from bangfu.giving.campaigns.models import Campaign, Charity, Duty
from bangfu.giving.campaigns.views.gate import carried_out, readable, require, units_for
from bangfu.giving.campaigns.views.reading import campaign_context

PAGES = ["GET", "HEAD", "POST"]
MATCHING = both("登记企业配捐", "Enter matching")
FULL = Campaign.objects.select_related("unit", "charity__unit", "fund", "sponsor", "merchant", "seat")
COLUMNS = {"member": "会员号", "points": "积分", "given_on": "捐赠日期", "source_id": "流水号"}
"""How the points system heads a file of gifts, beside the names in English."""


class UnableToReadGifts(Refusal):
    """Codes: ``unreadable``."""

    sentences = {
        "unreadable": both(
            "文件读不懂。须是 UTF-8 的 CSV，列名为 会员号、积分、捐赠日期、流水号。",
            "The file cannot be read. It has to be CSV in UTF-8 with the heads member, points, given_on, source_id.",
        )
    }


def _at(one: Campaign) -> str:
    return reverse("campaigns:campaign", args=[one.pk])


def _page(title: Any, back: str, above: str, note: Any = None) -> dict[str, Any]:
    return {"title": title, "back": back, "above": above, "note": note}


def _own(request: HttpRequest, key: int, operation: str) -> tuple[Any, Campaign]:
    account, one = readable(request, FULL, key)
    require(account, operation, one.scope)
    return account, one


@require_http_methods(PAGES)
def enter_charity(request: HttpRequest) -> HttpResponse:
    """Enter a charity."""
    form = forms.CharityForm(request.POST or None, units=units_for(request, "enter_charity"))

    def carry(said: dict[str, Any], act: Act) -> str:
        last = said.pop("last_day")
        said.pop("key")
        until = last + timedelta(days=1) if last else None
        made = operations.enter_charity(**said, qualified_until=until, act=act)
        return reverse("campaigns:charity", args=[made.pk])

    back = reverse("campaigns:charities")
    context = _page(
        both("登记慈善组织", "Enter a charity"), back, str(both("慈善组织", "Charities")),
        both("企业、工会、团委不能公开募捐，也不能开捐赠票据：由有资格的慈善组织负责。",
             "A company, union or youth league may neither raise from the public nor issue receipts: a qualified charity does."),
    )  # fmt: skip
    return carried_out(request, form, carry, both("慈善组织已登记。", "The charity is entered."), context)


@require_http_methods(PAGES)
def open_fund(request: HttpRequest, key: int) -> HttpResponse:
    """Open a fund in a charity's books."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    if not allows(account, "money.open_fund", one.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="money.open_fund")
    form = forms.FundForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    back = reverse("campaigns:charity", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        money.open_fund(unit=one.unit, **said, act=act)
        return back

    note = both(
        "每个活动一个限定基金；管理费和其他用途另设基金。科目在第一次入账时自动开设。",
        "A restricted fund for each campaign; others for administration and whatever else. Accounts open by themselves with the"
        " first entry.",
    )
    context = _page(both("设立基金", "Open a fund"), back, one.name, note)
    return carried_out(request, form, carry, both("基金已设立。", "The fund is open."), context)


@require_http_methods(PAGES)
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a campaign."""
    form = forms.PlanForm(request.POST or None, units=units_for(request, "draft_campaign"))

    def carry(said: dict[str, Any], act: Act) -> str:
        plan = forms.PlanForm.plan_of(said)
        return _at(operations.draft_campaign(unit=said["unit"], code=said["code"], plan=plan, act=act))

    context = _page(
        both("拟定活动", "Draft a campaign"), reverse("campaigns:campaigns"), str(both("活动", "Campaigns"))
    )
    return carried_out(request, form, carry, both("活动已拟定。", "The campaign is drafted."), context)


@require_http_methods(PAGES)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is said of a campaign that is not filed."""
    _, one = _own(request, key, "revise_campaign")
    initial = {name: getattr(one, name) for name in (
        "title_zh", "title_en", "cause", "about_zh", "about_en", "does_zh", "does_en", "cooling_hours", "is_drive",
        "is_elsewhere", "starts_on", "last_day",
    )}  # fmt: skip
    initial |= {
        "sponsor": one.sponsor_id, "seat": place_written(one.seat_id), "goal_yuan": in_yuan(one.goal_fen),
        "least_yuan": in_yuan(one.least_fen),
    }  # fmt: skip
    units = units_for(request, "revise_campaign")
    form = forms.PlanForm(request.POST or None, units=units, is_new=False, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        return _at(operations.revise_campaign(campaign=one, plan=forms.PlanForm.plan_of(said), act=act))

    return carried_out(
        request, form, carry, both("已修改。", "Changed."), _page(both("修改", "Change"), _at(one), one.title)
    )


@require_http_methods(PAGES)
def sign(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a charity signed."""
    _, one = _own(request, key, "sign_partner")
    used = Campaign.objects.filter(fund__isnull=False).values("fund")
    form = forms.SignForm(
        request.POST or None,
        charities=Charity.objects.order_by("name_zh"),
        funds=Fund.objects.filter(is_restricted=True).exclude(pk__in=used).order_by("code"),
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        return _at(operations.sign_partner(campaign=one, **said, act=act))

    context = _page(both("登记合作协议", "Note that a charity signed"), _at(one), one.title)
    return carried_out(request, form, carry, both("已登记。", "Entered."), context)


@require_http_methods(PAGES)
def file(request: HttpRequest, key: int) -> HttpResponse:
    """Enter the filing."""
    _, one = _own(request, key, "file_campaign")
    form = forms.FilingForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        return _at(operations.file_campaign(campaign=one, **said, act=act))

    note = both("开始前至少十天备案。", "At least ten days before it begins.")
    return carried_out(
        request, form, carry, both("备案已登记。", "The filing is entered."),
        _page(both("登记备案", "Enter the filing"), _at(one), one.title, note),
    )  # fmt: skip


@require_http_methods(PAGES)
def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Open a campaign for gifts."""
    _, one = _own(request, key, "open_campaign")
    merchants = open_merchants("CHARITY")
    form = forms.OpenForm(
        request.POST or None, merchants=merchants.filter(owner_code=one.charity.code if one.charity else "")
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        return _at(operations.open_campaign(campaign=one, merchant=said["merchant"], act=act))

    note = both("现金只进慈善组织自己的账户。", "Cash enters the charity's own account alone.")
    return carried_out(
        request, form, carry, both("已开放募捐。", "It is open for gifts."),
        _page(both("开放募捐", "Open for gifts"), _at(one), one.title, note),
    )  # fmt: skip


MOVES = {
    "close": (operations.close_campaign, both("募捐已结束。", "It is closed.")),
    "grant": (operations.begin_granting, both("已转入发放。", "Granting began.")),
    "report": (operations.report_campaign, both("已登记。", "Entered.")),
}


@require_POST
def move(request: HttpRequest, key: int, to: str) -> HttpResponse:
    """Move a campaign on where nothing more is to be said."""
    if to not in MOVES:
        raise Http404(to)
    account, one = readable(request, FULL, key)
    operation, done = MOVES[to]
    return pressed(
        request, account, lambda act: operation(campaign=one, act=act), done, back=("campaigns:campaign", key),
        template="campaigns/campaign.html", context=lambda: campaign_context(account, FULL.get(pk=key)),
    )  # fmt: skip


@require_http_methods(PAGES)
def settle(request: HttpRequest, key: int) -> HttpResponse:
    """Say what was done with a surplus."""
    _, one = _own(request, key, "settle_surplus")
    form = forms.SurplusForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        return _at(operations.settle_surplus(campaign=one, surplus=said["surplus"], act=act))

    return carried_out(
        request, form, carry, both("已登记。", "Entered."), _page(both("处理结余", "Settle the surplus"), _at(one), one.title)
    )  # fmt: skip


@require_http_methods(PAGES)
def match(request: HttpRequest, key: int) -> HttpResponse:
    """Enter what a company matches."""
    _, one = _own(request, key, "promise_match")
    form = forms.MatchForm(
        request.POST or None, units=units_for(request, "promise_match"),
        initial={"starts_on": max(one.starts_on, timezone.localdate()), "last_day": one.last_day},
    )  # fmt: skip

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.promise_match(
            campaign=one, sponsor=said["sponsor"], adds_fen=int(said["adds_yuan"] * 100), to_fen=int(said["to_yuan"] * 100),
            cap_fen=int(said["cap_yuan"] * 100), document=said["document"], starts_on=said["starts_on"],
            ends_on=said["last_day"] + timedelta(days=1), act=act,
        )  # fmt: skip
        return _at(one)

    return carried_out(
        request, form, carry, both("配捐已登记。", "The matching is entered."), _page(MATCHING, _at(one), one.title)
    )  # fmt: skip


@require_http_methods(PAGES)
def disclose(request: HttpRequest, key: int) -> HttpResponse:
    """Enter where something was published, or a correction of it."""
    account, duty = readable(request, Duty.objects.select_related("campaign"), key)
    require(account, "disclose", duty.scope)
    form = forms.DisclosureForm(request.POST or None, initial={"published_on": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        on, address = said["published_on"], said["address"]
        if duty.done_on is None:
            operations.disclose(duty=duty, published_on=on, address=address, act=act)
        else:
            operations.correct_disclosure(
                duty=duty, published_on=on, address=address, note=said["note"], act=act
            )
        return _at(duty.campaign)

    title = (
        both("登记信息公开", "Enter a disclosure")
        if duty.done_on is None
        else both("登记更正", "Enter a correction")
    )
    return carried_out(
        request,
        form,
        carry,
        both("已登记。", "Entered."),
        _page(title, _at(duty.campaign), duty.campaign.title),
    )


@require_http_methods(PAGES)
def bring(request: HttpRequest, key: int) -> HttpResponse:
    """Bring a file of gifts of points."""
    _, one = _own(request, key, "bring_gifts")
    form = forms.FileForm(request.POST or None, request.FILES or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        content = said["file"].read()
        made = operations.bring_gifts(
            campaign=one,
            frame=gifts_in(content),
            name=said["file"].name,
            digest=hashlib.sha256(content).hexdigest(),
            act=act,
        )
        return f"{reverse('campaigns:gifts')}?file={made.pk}"

    note = both(
        "积分系统导出的 CSV：会员号、积分、捐赠日期、流水号。积分不够的行不收，其余照收；同一文件、同一流水号不重复计。",
        "The points system's CSV: member, points, given_on, source_id. Rows of too few points are left out, the others taken; the"
        " same file and the same id count once.",
    )
    return carried_out(
        request, form, carry, both("捐赠文件已导入。", "The file of gifts is in."),
        _page(both("导入捐赠文件", "Bring a file of gifts"), _at(one), one.title, note),
    )  # fmt: skip


def gifts_in(content: bytes) -> polars.DataFrame:
    """Return the gifts of a file of the points system, as ``bring_gifts`` takes them.

    Raises: UnableToReadGifts: ``unreadable``.
    """
    try:
        read = polars.read_csv(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), infer_schema=False)
        read = read.rename({zh: name for name, zh in COLUMNS.items() if zh in read.columns})
        return read.select(
            "member",
            polars.col("points").cast(polars.Int64),
            polars.col("given_on").str.to_date("%Y-%m-%d"),
            "source_id",
            is_anonymous=polars.lit(value=False),
        )
    except polars.exceptions.PolarsError as wrong:
        raise UnableToReadGifts("unreadable") from wrong
