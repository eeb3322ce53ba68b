"""What is read: industries with their seasons, money and households, operators, lots; and the files of lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY, TOWN, VILLAGE
from bangfu.foundation.places.queries import place_labels, search
from bangfu.foundation.records import (
    doors_of,
    entered,
    life_of,
    life_shown,
    reason_words,
    review_of,
    withdrawn,
)
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures
from bangfu.livelihoods import amounts
from bangfu.livelihoods.industries import exports, queries
from bangfu.livelihoods.industries.models import (
    CERTIFICATE_WORDS,
    MECHANISM_WORDS,
    OPERATOR_WORDS,
    PART_WORDS,
    STATE_WORDS,
    Operator,
    Season,
    State,
)
from bangfu.livelihoods.industries.register import OPERATOR_TYPE
from bangfu.livelihoods.industries.rules import is_in_force
from bangfu.livelihoods.industries.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    may,
    readable,
    readable_operator,
    reader,
    sections,
)
from bangfu.livelihoods.industries.views.narrowing import (
    INDUSTRY_STATES,
    asked_of_industries,
    industries_as_asked,
    lots_as_asked,
    operators_as_asked,
    typed,
)
from bangfu.livelihoods.projects.neighbours import SOURCE_WORDS
from bangfu.livelihoods.projects.neighbours import STATE_WORDS as PROJECT_STATE_WORDS

MOST_OFFERED = 12
LOTS_SHOWN = 10
ENTERED = both("登记", "Entered")


def shown_state(found: Any) -> dict[str, Any]:
    """Return how a record's state is shown."""
    return {"state": STATE_WORDS.get(found.state, ""), "look": LOOKS.get(found.state, "draft")}


def life(found: Any, noun: str, account: Account) -> dict[str, Any]:
    """Return what every reviewed record's page shows: its state, its life, and whether it may be withdrawn."""
    sheet = getattr(found, "upload", None)
    first = entered(found.entered_at, found.entered_by, sheet=sheet.name if sheet else None, by_hand=ENTERED)
    return {
        **shown_state(found),
        **life_shown(
            found, life_of(found, first, *withdrawn(found)), reader=account, on=timezone.localdate()
        ),
        "noun": noun,
        "record": found,
        "review": review_of(found),
        "is_returned": found.state == State.RETURNED,
        "is_withdrawn": found.state == State.WITHDRAWN,
        "reason": reason_words(found.withdrawal_reason),
        "may_revise": found.state == State.RETURNED and may(account, f"revise_{noun}", found),
        "may_withdraw": found.state not in (State.SUBMITTED, State.WITHDRAWN)
        and may(account, "withdraw_record", found),
    }


@require_safe
def industries(request: HttpRequest) -> HttpResponse:
    """List the industries that the reader may see, with what their latest season came to."""
    account, asked = reader(request), asked_of_industries(request)
    page = Paginator(industries_as_asked(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    labels = place_labels({one.place_id for one in listed}, short=True)
    seasons: dict[int, Season] = {}
    for season in Season.objects.filter(industry__in=listed, confirmed_at__isnull=False).order_by(
        "starts_on"
    ):
        seasons[season.industry_id] = season
    households = queries.households_of_industries([one.pk for one in listed])
    context = {
        "sections": sections("industries"),
        "page": page,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "states": INDUSTRY_STATES.items(),
        "rows": [
            {
                "industry": one,
                "place": labels[one.place_id],
                "season": season_row(seasons[one.pk]) if one.pk in seasons else None,
                "households": households.get(one.pk, 0),
                **shown_state(one),
            }
            for one in listed
        ],
        "may_enter": may(account, "enter_industry"),
        "may_import_contracts": may(account, "import_contracts"),
        "may_import_payments": may(account, "import_payments"),
    }
    return render(request, "industries/industries.html", context)


def season_row(one: Season) -> dict[str, Any]:
    """Return what a list shows of a season."""
    return {
        "season": one,
        "name": one.name,
        "mu": amounts.plain(one.base_mu),
        "capacity": amounts.plain(one.capacity_tonnes),
        "output": amounts.plain(one.output_tonnes),
        "sales": amounts.yuan(one.sales_fen),
        "sales_wan": amounts.ten_thousands(one.sales_fen),
    }


def against_base(season: Season, base: Season | None) -> str:
    """Return by how much sales of a season stand above or below those of the base year's same part: +12.5%; empty: unknown."""
    if base is None or base.pk == season.pk or not base.sales_fen:
        return ""
    change = Decimal(season.sales_fen - base.sales_fen) * 100 / base.sales_fen
    return f"{change:+.1f}%"


@require_safe
def industry(request: HttpRequest, key: int) -> HttpResponse:
    """Show one industry: seasons against the base year, projects and their money, operators, how households share, lots."""
    account, found = readable(request, "industry", key)
    kept = list(queries.seasons().filter(industry=found, withdrawn_at__isnull=True).order_by("-starts_on"))
    base = {one.part: one for one in kept if one.year == found.base_year}
    verified = [one for one in kept if one.confirmed_at is not None]
    incomes = {one.season.pk: one for one in queries.incomes_of(verified)}
    operator_keys = {
        *found.contracts.filter(withdrawn_at__isnull=True).values_list("operator_id", flat=True),
        *found.lots.filter(withdrawn_at__isnull=True).values_list("operator_id", flat=True),
    }
    in_force = is_in_force(found)
    lots_ = list(queries.lots().filter(industry=found).order_by("-harvested_on", "-pk")[:LOTS_SHOWN])
    context = {
        **life(found, "industry", account),
        "industry": found,
        "place": place_labels([found.place_id])[found.place_id],
        "seasons": [
            {
                **season_row(one),
                **shown_state(one),
                "against": against_base(one, base.get(one.part)),
                "income": income_row(incomes.get(one.pk)),
            }
            for one in kept
        ],
        "shares": [share_row(one) for one in queries.shares_of(found.pk)],
        "households": queries.households_of_industries([found.pk]).get(found.pk, 0),
        "projects": [
            {"project": one, "state": PROJECT_STATE_WORDS[one.state]} for one in queries.cited_by(found.pk)
        ],
        "funds": [
            {
                "source": SOURCE_WORDS[source],
                "budget": amounts.yuan(one.budget),
                "received": amounts.yuan(one.counted["RECEIVED"]),
                "spent": amounts.yuan(one.counted["SPENT"]),
            }
            for source, one in queries.funds_of(found.pk).items()
        ],
        "operators": list(Operator.objects.filter(pk__in=operator_keys).order_by("code")),
        "lots": lot_rows(lots_),
        "may_end": in_force and may(account, "end_industry", found),
        "may_enter_season": in_force and may(account, "enter_season", found),
        "may_cite": in_force and may(account, "cite_project", found),
        "may_enter_contract": in_force and may(account, "enter_contract", found),
        "may_enter_lot": in_force and may(account, "enter_lot", found),
    }
    return render(request, "industries/industry.html", context)


def income_row(income: queries.Income | None) -> dict[str, Any] | None:
    """Return what a season brought households, as shown; null: nobody was paid in it."""
    if income is None or income.fen_each is None:
        return None
    return {
        "households": income.households,
        "yuan": amounts.yuan(income.fen),
        "each": amounts.yuan(income.fen_each),
    }


def share_row(one: queries.Shared) -> dict[str, Any]:
    """Return what one way of sharing came to, as shown."""
    return {
        "shared": one,
        "mechanism": MECHANISM_WORDS[one.mechanism],
        "promised": amounts.yuan(one.promised_fen) if one.promised_fen else "",
        "paid": amounts.yuan(one.paid_fen),
        "is_unpaid": one.promised_fen > 0 and one.paid_fen == 0,
    }


@require_safe
def season(request: HttpRequest, key: int) -> HttpResponse:
    """Show one season of an industry."""
    account, found = readable(request, "season", key)
    base = Season.objects.filter(
        industry=found.industry, year=found.industry.base_year, part=found.part, confirmed_at__isnull=False
    ).first()
    context = {
        **life(found, "season", account),
        **season_row(found),
        "industry": found.industry,
        "against": against_base(found, base),
        "income": income_row(queries.incomes_of([found])[0]),
    }
    return render(request, "industries/season.html", context)


@require_safe
def operators(request: HttpRequest) -> HttpResponse:
    """List the operators that the reader may see."""
    account = reader(request)
    text = typed(request)
    page = Paginator(operators_as_asked(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.place_id for one in page}, short=True)
    context = {
        "sections": sections("operators"),
        "page": page,
        "text": text,
        "rows": [
            {"operator": one, "kind": OPERATOR_WORDS[one.kind], "place": labels[one.place_id]} for one in page
        ],
        "may_register": may(account, "register_operator"),
    }
    return render(request, "industries/operators.html", context)


@require_safe
def operator(request: HttpRequest, key: int) -> HttpResponse:
    """Show one operator: its certificates, contracts and lots."""
    account, found = readable_operator(request, key)
    today = timezone.localdate()
    contracts = queries.contracts().filter(operator=found, withdrawn_at__isnull=True)
    context = {
        "operator": found,
        "kind": OPERATOR_WORDS[found.kind],
        "place": place_labels([found.place_id])[found.place_id],
        "certificates": [
            {
                "certificate": one,
                "kind": CERTIFICATE_WORDS[one.kind],
                "is_over": one.ends_on is not None and one.ends_on <= today,
            }
            for one in found.certificates.order_by("kind", "number")
        ],
        "contract_count": contracts.count(),
        "lots": lot_rows(queries.lots().filter(operator=found).order_by("-harvested_on", "-pk")[:LOTS_SHOWN]),
        "evidence": list(attachments_of(OPERATOR_TYPE, [found.pk])),
        "doors": doors_of(record_type("industries.operator"), found.pk, account, today),
        "may_revise": may(account, "revise_operator", found),
        "may_add_certificate": may(account, "add_certificate", found),
    }
    return render(request, "industries/operator.html", context)


def lot_rows(found: Any) -> list[dict[str, Any]]:
    """Return what a list shows of lots."""
    listed = list(found)
    labels = place_labels({one.village_id for one in listed}, short=True)
    balances = queries.balances_of([one.pk for one in listed])
    return [
        {
            "lot": one,
            "season": f"{one.year} {PART_WORDS[one.part]}",
            "place": labels[one.village_id],
            "harvest": amounts.plain(one.harvest_kg),
            "sellable": amounts.plain(balances[one.pk].sellable_kg),
            "sold": amounts.plain(balances[one.pk].sold_kg),
            "left": amounts.plain(balances[one.pk].left_kg),
            "is_short": balances[one.pk].left_kg < 0,
            **shown_state(one),
        }
        for one in listed
    ]


@require_safe
def lots(request: HttpRequest) -> HttpResponse:
    """List the lots that the reader may see, the latest harvest first."""
    account, text = reader(request), typed(request)
    page = Paginator(lots_as_asked(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("lots"),
        "page": page,
        "text": text,
        "rows": lot_rows(page),
        "is_list": True,
    }
    return render(request, "industries/lots.html", context)


@require_safe
def lot(request: HttpRequest, key: int) -> HttpResponse:
    """Show one lot: its origin, what left it, and its label."""
    account, found = readable(request, "lot", key)
    context = {
        **life(found, "lot", account),
        **lot_rows([found])[0],
        "industry": found.industry,
        "place": place_labels([found.village_id])[found.village_id],
        "draws": list(found.draws.order_by("drawn_on", "pk")),
        "counts_nothing": True,
        "is_public": found.confirmed_at is not None,
        "may_record_sale": found.confirmed_at is not None and may(account, "record_sale", found),
    }
    return render(request, "industries/lot.html", context)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties, towns and villages for what was typed, as options of a list."""
    text = request.GET.get("place", "").strip()
    found = search(text, levels=(COUNTY, TOWN, VILLAGE), limit=MOST_OFFERED) if text else []
    return render(request, "industries/places.html", {"found": found})


def origin(request: HttpRequest, account: Account, noun: Any) -> Origin:
    """Return where a file of the room's comes from."""
    return Origin(
        what=not_figures(noun),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
    )


@require_safe
def export_industries(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of industries as a file."""
    account = reader(request)
    rows = exports.industry_rows(industries_as_asked(account, request))
    source = origin(request, account, both("产业", "Industries"))
    return list_file("industries", form, exports.INDUSTRY_HEADINGS, rows, source)


@require_safe
def export_operators(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of operators as a file."""
    account = reader(request)
    rows = exports.operator_rows(operators_as_asked(account, request))
    source = origin(request, account, both("经营主体", "Operators"))
    return list_file("operators", form, exports.OPERATOR_HEADINGS, rows, source)


@require_safe
def export_lots(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of lots as a file."""
    account = reader(request)
    rows = exports.lot_rows(lots_as_asked(account, request))
    return list_file("lots", form, exports.LOT_HEADINGS, rows, origin(request, account, both("批次", "Lots")))
