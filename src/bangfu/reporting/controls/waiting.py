"""What control totals say to Today: differences to explain, and explanations of others to decide on."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both, counted
from bangfu.reporting.controls.queries import waiting_for

EXPLAIN = (
    "{count} 处差额待说明",
    "{count} differences to be explained",
    "{count} difference to be explained",
)
DECIDE = ("{count} 处说明待认可", "{count} explanations to be decided", "{count} explanation to be decided")


def differences(account: Account, on: date) -> list[Waiting]:
    """Return in which control totals differences wait for an account, a line for explaining and one for deciding."""
    lines = []
    for one in waiting_for(account, on):
        about = both("对账第 {number} 号：{title}", "Control total no. {number}: {title}").filled(
            number=one.total.number, title=one.title
        )
        for words, count in ((EXPLAIN, one.explain), (DECIDE, one.decide)):
            if count:
                lines.append(
                    Waiting(
                        what=counted(*words, count=count),
                        count=count,
                        address=reverse("controls:total", args=[one.total.number]),
                        about=about,
                    )
                )
    return lines


WAITS = (
    Wait(
        "controls.difference",
        "list",
        frozenset({"controls.explain_difference", "controls.decide_explanation"}),
        differences,
    ),
)
