"""What grants say to Today: applications to be vetted, lists to be put up, objections to be answered, awards that are due."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, Min
from django.urls import reverse

from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.giving.grants.models import Application, Notice, Objection

VET, POST, ANSWER, AWARD = (
    "grants.vet_applications",
    "grants.post_notices",
    "grants.answer_objection",
    "grants.award_grants",
)


def to_vet(account: Account, on: date) -> list[Waiting]:
    """Return how many applications with consent wait to be vetted by somebody other than who entered them."""
    rows = Application.objects.annotate(unit_id=F("programme__unit_id")).filter(
        within_grants(account, VET, on)
    )
    found = (
        rows.filter(state="ENTERED", consented_on__isnull=False)
        .exclude(entered_by=account)
        .aggregate(count=Count("pk"), first=Min("entered_at"))
    )
    return _said(
        found, both("审核助学申请", "Vet applications"), "grants:applications", "?state=ENTERED&find=clean"
    )


def to_post(account: Account, on: date) -> list[Waiting]:
    """Return how many lists are made and not up yet."""
    rows = Notice.objects.annotate(unit_id=F("programme__unit_id"), place_id=F("school__place_id"))
    found = rows.filter(within_grants(account, POST, on), posted_on=None).aggregate(
        count=Count("pk"), first=Min("made_at")
    )
    return _said(found, both("张贴公示名单", "Put lists up"), "grants:notices", "?show=made")


def to_answer(account: Account, on: date) -> list[Waiting]:
    """Return how many objections wait for an answer that the account may give."""
    rows = Objection.objects.annotate(
        unit_id=F("application__programme__unit_id"), place_id=F("application__place_id")
    )
    found = (
        rows.filter(within_grants(account, ANSWER, on), state="OPEN")
        .exclude(application__vetted_by=account)
        .exclude(application__entered_by=account)
        .aggregate(count=Count("pk"), first=Min("entered_at"))
    )
    return _said(found, both("答复公示异议", "Answer objections"), "grants:objections", "?state=OPEN")


def to_award(account: Account, on: date) -> list[Waiting]:
    """Return the programmes whose lists hung for their days."""
    mine = in_granted_units(account, AWARD, on, "programme__unit_id")
    rows = Application.objects.filter(mine, state__in=("DISPLAYED", "DECIDED"), notice__until_on__lt=on)
    counted = rows.values_list("programme_id", "programme__name_zh", "programme__name_en").annotate(
        count=Count("pk"), since=Min("notice__until_on")
    )
    return [
        Waiting(
            what=both("核定助学金", "Award grants"), count=count, address=reverse("grants:programme", args=[key]),
            about=both(zh, en or zh), since=since,
        )
        for key, zh, en, count, since in counted.order_by("programme_id")
    ]  # fmt: skip


def _said(found: dict[str, object], what: Words, name: str, query: str) -> list[Waiting]:
    count, first = found["count"], found["first"]
    if not isinstance(count, int) or not count:
        return []
    since = getattr(first, "date", lambda: None)()
    return [Waiting(what=what, count=count, address=f"{reverse(name)}{query}", since=since)]


WAITS = (
    Wait("grants.to_vet", "eye-check", frozenset({VET}), to_vet),
    Wait("grants.to_post", "printer", frozenset({POST}), to_post),
    Wait("grants.to_answer", "alert-triangle", frozenset({ANSWER}), to_answer),
    Wait("grants.to_award", "heart-handshake", frozenset({AWARD}), to_award),
)
