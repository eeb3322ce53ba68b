"""What audits by sample say to Today: those to draw, to examine and to close."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.reporting.sampling.queries import ANNOUNCED, EXAMINING, waiting_for


def audits(account: Account, on: date) -> list[Waiting]:
    """Return the audits that wait for an account, each in a line."""
    lines = []
    for one in waiting_for(account, on):
        standing = one.standing
        about = standing.indicator.title
        if standing.state != ANNOUNCED:
            about = both(
                "{title}，已检查 {examined} / {sampled}", "{title}, {examined} of {sampled} examined"
            ).filled(title=about, examined=standing.examined, sampled=standing.sampled)
        left = standing.sampled - standing.examined
        lines.append(
            Waiting(
                what=both("抽样审计：{what}", "Audit sampling: {what}").filled(what=one.what),
                count=left if standing.state == EXAMINING else 1,
                address=reverse("sampling:audit", args=[standing.announcement.number]),
                about=about,
                since=timezone.localdate(standing.announcement.announced_at),
            )
        )
    return lines


WAITS = (Wait("sampling.audit", "eye-check", frozenset({"sampling.record_verdict"}), audits),)
