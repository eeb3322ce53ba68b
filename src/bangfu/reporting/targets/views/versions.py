"""The page of a version: its document, its cascade, its steps, and what may be done next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import evidence_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.engines.cascade import Split
from bangfu.reporting.targets.models import Target, Version
from bangfu.reporting.targets.rules import indicator_called, splits_in, title_of, why_not_added
from bangfu.reporting.targets.sheets import TARGETS_COLUMNS, TARGETS_SHEET, draft_cells
from bangfu.reporting.targets.views.reading import ROWS_A_PAGE, may, readable_pledge


def readable_version(request: HttpRequest, key: int) -> tuple[Account, Version]:
    """Return the reader and a version of a pledge that the reader may see.

    Raises: NotPermitted: it lies outside the reader's grants.
    """
    found = get_object_or_404(Version.objects.select_related("pledge__unit"), pk=key)
    account, _ = readable_pledge(request, found.pledge_id)
    return account, found


@require_safe
def version(request: HttpRequest, key: int) -> HttpResponse:
    """Show a version: its document, its targets with their cascade, its steps, and what may be done next."""
    account, found = readable_version(request, key)
    return render(request, "targets/version.html", version_context(request, account, found))


@require_safe
def sheet(request: HttpRequest, key: int) -> HttpResponseBase:
    """Send a version's targets as the sheet that takes them in: filled in, to be changed and imported again."""
    account, found = readable_version(request, key)
    seen = queries.seen_by(account, list(queries.targets_of(key)), timezone.localdate())
    origin = Origin(
        what=both("{title}：第 {number} 版的目标", "{title}: targets of version {number}").filled(
            title=found.pledge.title, number=found.number
        ),
        sheet=TARGETS_SHEET.title,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse("targets:version", args=[key])),
    )
    headings = [column.title for column in TARGETS_COLUMNS]
    return list_file(f"targets-{found.pledge.year}", "xlsx", headings, draft_cells(found, seen), origin)


@dataclass(frozen=True)
class VersionRow:
    """One target of a version, with how its parts agree."""

    target: Target
    title: Words
    unit_words: Words
    place: str
    split: Split | None
    why_not_added: Words | None
    was: tuple[queries.Was, ...]

    @property
    def disagrees(self) -> bool:
        """Whether its parts do not come to it."""
        return self.split is not None and not self.split.agrees


def version_context(request: HttpRequest, account: Account, found: Version) -> dict[str, Any]:
    """Return what a version's page shows to an account, with what it may do next."""
    standings = queries.versions_of(found.pledge_id)
    standing = next(one for one in standings if one.version.pk == found.pk)
    every = list(queries.targets_of(found.pk))
    splits = splits_in(every)
    seen = queries.seen_by(account, every, timezone.localdate())
    earlier = queries.earlier_quantities(standings, found)
    labels = place_labels({one.place_id for one in seen if one.place_id})
    unit = found.pledge.unit_id
    rows = [
        VersionRow(
            target=one,
            title=title_of(one.indicator),
            unit_words=_unit_of(one.indicator),
            place=labels[one.place_id] if one.place_id else "",
            split=splits.get(one.pk),
            why_not_added=why_not_added(indicator_called(one.indicator)) if one.pk in splits else None,
            was=tuple(earlier.get(one.matter, ())),
        )
        for one in seen
    ]
    is_open_to = account.pk not in queries.hands_in(found)
    is_draft, waits = standing.is_draft, standing.state == "SUBMITTED"
    may_edit = is_draft and may(account, "set_target", unit)
    county = found.pledge.county_id
    agreement = standing.agreement
    county_waits = county is not None and waits and agreement is None
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "version": found,
        "pledge": found.pledge,
        "standing": standing,
        "standings": standings,
        "page": page,
        "rows": list(page),
        "wrong": [one for one in rows if one.disagrees],
        "evidence": evidence_of(found),
        "dropped": [
            (one, title_of(one.indicator))
            for one in queries.dropped_targets(standings, found, account, timezone.localdate())
        ],
        "county": place_labels([county])[county] if county else "",
        "agreement": agreement,
        "agreed_evidence": evidence_of(agreement) if agreement else [],
        "county_waits": county_waits,
        "may_agree": county_waits and may(account, "record_agreement", unit),
        "may_edit": may_edit,
        "may_submit": may_edit and may(account, "submit_pledge", unit) and bool(every),
        "may_decide": waits and is_open_to and may(account, "approve_pledge", unit),
        "waits_for_another": waits and not is_open_to,
        "key": str(uuid.uuid4()),
    }


def _unit_of(code: str) -> Words:
    found = indicator_called(code)
    return found.unit if found else Words("", "")
