"""Industries in the handbook: the page of one industry, and the industries of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet, Window

from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_label, place_labels, subtree_range
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.subjects import (
    HandbookSubject,
    Subject,
    SubjectLine,
    SubjectPage,
    SubjectSection,
)
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import MECHANISM_WORDS, Industry, Season
from bangfu.livelihoods.industries.register import INDUSTRY_TYPE, SEASON_TYPE, VIEW
from bangfu.livelihoods.industries.telling import address
from bangfu.livelihoods.projects.neighbours import SOURCE_WORDS

FOUND, SHOWN = 20, 8


def _visible(account: Account, on: date) -> QuerySet[Industry]:
    """Return the verified industries that an account may read, recognised by a day."""
    within = Industry.objects.filter(within_grants(account, VIEW, on))
    return within.filter(confirmed_at__isnull=False, recognised_on__lte=on)


def _subjects(rows: Sequence[Industry]) -> list[Subject]:
    labels = place_labels({one.place_id for one in rows}, short=True)
    return [Subject(one.pk, one.product, labels[one.place_id], one.place_id) for one in rows]


def found(account: Account, text: str, on: date) -> list[Subject]:
    """Return the industries that a text names, or the first ones, by county."""
    rows = _visible(account, on)
    if text:
        rows = rows.filter(
            Q(product_zh__icontains=text) | Q(product_en__icontains=text) | Q(code__icontains=text)
        )
    return _subjects(list(rows.order_by("place_id", "code")[:FOUND]))


def page(account: Account, key: int, on: date) -> SubjectPage | None:
    """Return the page of an industry; null when there is none that the reader may see."""
    one = _visible(account, on).filter(pk=key).select_related("unit").first()
    if one is None:
        return None
    rows = (
        (both("产业编号", "Code"), one.code),
        (both("县", "County"), place_label(one.place_id)),
        (both("认定", "Recognised"), f"{one.recognised_on} {one.document}"),
        (both("基准年", "Base year"), str(one.base_year)),
        (both("登记单位", "Unit"), one.unit.name),
    )
    kept = list(
        Season.objects.filter(industry=one, confirmed_at__isnull=False, starts_on__lte=on).order_by(
            "-starts_on"
        )
    )
    said = both("{mu} 亩，产量 {tonnes} 吨，销售 {yuan} 元", "{mu} mu, {tonnes} tonnes, sold for {yuan} yuan")
    seasons = tuple(
        SubjectLine(
            season.name,
            str(
                said.filled(
                    mu=plain(season.base_mu), tonnes=plain(season.output_tonnes), yuan=yuan(season.sales_fen)
                )
            ),
        )
        for season in kept
    )
    sections = (
        SubjectSection(both("各季", "Seasons"), seasons, both("还没有各季数字。", "No season is kept yet.")),
        SubjectSection(both("农户怎么分享", "How households share"), _shared(one), both("还没有合同。", "No contract yet.")),
        SubjectSection(both("项目资金（元）", "Money of projects (yuan)"), _funds(one), both("没有项目。", "No project.")),
    )  # fmt: skip
    return SubjectPage(
        subject=_subjects([one])[0],
        rows=rows,
        sections=sections,
        records=(*((SEASON_TYPE, season.pk) for season in kept), (INDUSTRY_TYPE, one.pk)),
        home=address("industry")(one.pk),
    )


def _shared(one: Industry) -> tuple[SubjectLine, ...]:
    words = both(
        "{count} 份合同，{households} 户；已付 {yuan} 元，{paid} 户收到",
        "{count} contracts, {households} households; {yuan} yuan paid to {paid} of them",
    )
    return tuple(
        SubjectLine(
            str(MECHANISM_WORDS[shared.mechanism]),
            str(
                words.filled(
                    count=shared.contracts,
                    households=shared.households,
                    yuan=yuan(shared.paid_fen),
                    paid=shared.paid_households,
                )
            ),
            is_late=shared.promised_fen > 0 and shared.paid_fen == 0,
        )
        for shared in queries.shares_of(one.pk)
    )


def _funds(one: Industry) -> tuple[SubjectLine, ...]:
    words = both("到账 {received}，支出 {spent}", "received {received}, spent {spent}")
    return tuple(
        SubjectLine(
            str(SOURCE_WORDS[source]),
            str(words.filled(received=yuan(money.counted["RECEIVED"]), spent=yuan(money.counted["SPENT"]))),
        )
        for source, money in queries.funds_of(one.pk).items()
    )


def in_place(account: Account, place: int, on: date) -> list[SubjectSection]:
    """Return the industries in a place on a day."""
    first, end = subtree_range(place)
    rows = _visible(account, on).filter(place_id__gte=first, place_id__lt=end)
    shown = list(rows.annotate(of_all=Window(Count("pk"))).order_by("place_id", "code")[:SHOWN])
    if not shown:
        return []
    lines = [
        SubjectLine(subject.title, subject.about, f"industries/{subject.key}/")
        for subject in _subjects(shown)
    ]
    nothing = both("没有认定的产业。", "No industry is recognised.")
    return [
        SubjectSection(both("一县一品", "One county, one product"), tuple(lines), nothing, shown[0].of_all)
    ]


INDUSTRIES = HandbookSubject("industries", both("产业", "Industries"), found, page, in_place, order=13)
