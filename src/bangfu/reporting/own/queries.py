"""What others may read of own indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting import standing
from bangfu.reporting.declarations import read_toml
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.own.checking import FILE, UnableToDeclare, checked
from bangfu.reporting.own.models import (
    STATE_LOOKS,
    STATE_WORDS,
    OwnIndicator,
    Step,
    StepKind,
    Version,
    Withdrawal,
    Wording,
)


def state_of(version: int) -> str:
    """Return how far a version is: a ``StepKind``, or nothing."""
    return Step.objects.filter(version=version).order_by("-id").values_list("kind", flat=True).first() or ""


def newest_version(indicator: int) -> Version:
    """Return the newest version of an indicator, whatever its state."""
    return Version.objects.select_related("indicator").filter(indicator=indicator).order_by("-number")[0]


def text_of(version: int) -> str:
    """Return how a version reads, as TOML text."""
    return Wording.objects.filter(version=version).order_by("-id").values_list("text", flat=True)[0]


def text_of_number(indicator: int, number: int) -> str:
    """Return how the version with a number reads."""
    return text_of(Version.objects.get(indicator=indicator, number=number).pk)


def declared(text: str) -> dict[str, Any]:
    """Return the table that a kept text is."""
    return read_toml(text, FILE)


def hands_in(version: Version) -> frozenset[int]:
    """Return everybody who had a hand in a version: who drafted, worded or submitted it."""
    worded = Wording.objects.filter(version=version).values_list("saved_by", flat=True)
    submitted = Step.objects.filter(version=version, kind=StepKind.SUBMITTED).values_list(
        "taken_by", flat=True
    )
    return frozenset({version.prepared_by_id, *worded, *submitted})


def waiting_withdrawal(indicator: int) -> Withdrawal | None:
    """Return the proposal to withdraw an indicator on which nobody decided yet; null for none."""
    waiting = Withdrawal.objects.filter(version__indicator=indicator, decision__isnull=True)
    return waiting.select_related("version__indicator__unit", "proposed_by__person__key").first()


def read_again(version: Version) -> Indicator:
    """Return what a version declares as it reads now.

    Raises: UnableToDeclare: what it refers to was changed since it was saved.
    """
    own = version.indicator
    return checked(text_of(version.pk), number=own.number, version=version.number, code=own.code)[0]


def drafted(code: str) -> Indicator | None:
    """Return the draft that is previewed under a code, ``draft.v12``; null when there is none or it was approved."""
    key = code.removeprefix(f"{standing.DRAFT}v")
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        return None
    version = Version.objects.select_related("indicator").filter(pk=int(key)).first()
    if version is None or state_of(version.pk) == StepKind.APPROVED:
        return None
    try:
        found = read_again(version)
    except UnableToDeclare:
        return None
    title = Words(f"{found.title.zh}（草案）", f"{found.title.en} (draft)")
    return replace(found, code=code, number=0, title=title)


@dataclass(frozen=True)
class Spoken:
    """A version with how far it is."""

    version: Version
    state: str
    indicator: Indicator | None
    """What it puts in force; null for a draft."""
    until: date | None
    """The day from which the next version counts, or none does; null while it holds."""

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return STATE_WORDS[self.state]

    @property
    def look(self) -> str:
        """How its state looks."""
        return STATE_LOOKS[self.state]

    @property
    def holds(self) -> Words | None:
        """For which periods it counts, in a sentence; null for a draft."""
        if self.indicator is None:
            return None
        start, is_first = self.indicator.valid_from, self.indicator.version == 1
        zh = "更早的期间，以及" if is_first else ""
        en = "earlier periods, and " if is_first else ""
        if self.until is None:
            return both(f"{zh}{start} 之后结束的期间", f"{en}periods that end after {start}")
        return both(
            f"{zh}{start} 之后、到 {self.until} 为止结束的期间",
            f"{en}periods that end after {start} and by {self.until}",
        )


def spoken_versions(indicator: OwnIndicator) -> list[Spoken]:
    """Return the versions of an indicator, oldest first."""
    return versions_together([indicator])[indicator.pk]


def versions_together(several: Sequence[OwnIndicator]) -> dict[int, list[Spoken]]:  # by indicator
    """Return the versions of several indicators, the oldest of each first."""
    found: dict[int, list[Spoken]] = {one.pk: [] for one in several}
    versions = (
        Version.objects.filter(indicator__in=several)
        .select_related("indicator__unit", "prepared_by__person__key")
        .prefetch_related("steps")
        .order_by("indicator", "number")
    )
    stood = standing.versions()
    for version in versions:
        steps = sorted(version.steps.all(), key=lambda one: one.pk)
        chain = stood.get(version.indicator.code, ())
        mine = next((one for one in chain if one.version == version.number), None)
        later = next((one.valid_from for one in chain if one.version > version.number), None)
        ends = [day for day in (later, mine.withdrawn_from if mine else None) if day is not None]
        state = steps[-1].kind if steps else ""
        found[version.indicator_id].append(Spoken(version, state, mine, min(ends, default=None)))
    return found


@dataclass(frozen=True)
class Listed:
    """An own indicator as the list shows it."""

    own: OwnIndicator
    title: Words
    newest: Spoken
    in_force: Indicator | None
    """The newest approved version."""


def listed(text: str = "", state: str = "") -> list[Listed]:
    """Return own indicators by code: those whose code or title has a text, and whose newest version is so far.

    Args: state: a ``StepKind``, ``DRAFT``, or ``WITHDRAWN``; empty for any.
    """
    rows = list(OwnIndicator.objects.select_related("unit").order_by("code"))
    together = versions_together(rows)
    texts = _texts([together[one.pk][-1].version.pk for one in rows])
    found = []
    for one in rows:
        newest = together[one.pk][-1]
        title = declared(texts[newest.version.pk]).get("title", {})
        in_force = next((each.indicator for each in reversed(together[one.pk]) if each.indicator), None)
        row = Listed(one, Words(str(title.get("zh", "")), str(title.get("en", ""))), newest, in_force)
        said = f"{one.code} {row.title.zh} {row.title.en}".casefold()
        if all(word in said for word in text.casefold().split()) and state in ("", _state(row)):
            found.append(row)
    return found


def _state(row: Listed) -> str:
    if row.in_force and row.in_force.withdrawn_from and row.newest.state == StepKind.APPROVED:
        return "WITHDRAWN"
    return "DRAFT" if row.newest.state in ("", StepKind.RESTORED) else row.newest.state


def _texts(versions: list[int]) -> dict[int, str]:  # by version
    rows = Wording.objects.filter(version__in=versions).order_by("version", "-id").distinct("version")
    return dict(rows.values_list("version", "text"))


@dataclass(frozen=True)
class Event:
    """One thing that was done with an indicator."""

    at: Any
    who: Account
    words: Words
    look: str


def history(indicator: OwnIndicator) -> list[Event]:
    """Return everything that was done with an indicator, the oldest first."""
    found = []
    of = Q(version__indicator=indicator)
    for wording in (
        Wording.objects.filter(of).select_related("version", "saved_by__person__key").order_by("id")
    ):
        version = wording.version
        reason = f"：{version.reason}" if version.reason else ""
        found.append(
            Event(
                wording.saved_at,
                wording.saved_by,
                Words(
                    f"写第 {version.number} 版{reason}",
                    f"worded version {version.number}{reason.replace('：', ': ')}",
                ),
                "",
            )
        )
    for step in Step.objects.filter(of).select_related("version", "taken_by__person__key").order_by("id"):
        number, remark = step.version.number, f"：{step.remark}" if step.remark else ""
        words = {
            StepKind.SUBMITTED: Words(f"提交第 {number} 版", f"submitted version {number}"),
            StepKind.RETURNED: Words(
                f"退回第 {number} 版{remark}", f"returned version {number}{remark.replace('：', ': ')}"
            ),
            StepKind.APPROVED: Words(f"批准第 {number} 版", f"approved version {number}"),
            StepKind.ABANDONED: Words(
                f"放弃第 {number} 版草案{remark}",
                f"abandoned the draft of version {number}{remark.replace('：', ': ')}",
            ),
            StepKind.RESTORED: Words(f"恢复第 {number} 版草案", f"restored the draft of version {number}"),
        }[StepKind(step.kind)]
        found.append(Event(step.taken_at, step.taken_by, words, _LOOKS.get(step.kind, "")))
    proposed = Withdrawal.objects.filter(of).select_related(
        "proposed_by__person__key", "decision__decided_by__person__key"
    )
    for one in proposed:
        found += _events_of(one)
    return sorted(found, key=lambda event: event.at)


_LOOKS: dict[str, str] = {
    StepKind.APPROVED: "verified",
    StepKind.RETURNED: "back",
    StepKind.ABANDONED: "back",
}


def _events_of(one: Withdrawal) -> list[Event]:
    """Return that a withdrawal was proposed and, where somebody did, decided on."""
    words = Words(
        f"提议从 {one.withdrawn_from} 起停用：{one.reason}",
        f"proposed to withdraw it from {one.withdrawn_from}: {one.reason}",
    )
    found = [Event(one.proposed_at, one.proposed_by, words, "")]
    decision = getattr(one, "decision", None)
    if decision is None:
        return found
    if decision.is_approved:
        words = Words(
            f"批准停用，从 {one.withdrawn_from} 起", f"approved its withdrawal from {one.withdrawn_from}"
        )
    elif decision.decided_by_id == one.proposed_by_id:
        words = Words(
            f"撤回停用的提议：{decision.remark}", f"took the proposal to withdraw it back: {decision.remark}"
        )
    else:
        words = Words(f"不同意停用：{decision.remark}", f"refused to withdraw it: {decision.remark}")
    return [*found, Event(decision.decided_at, decision.decided_by, words, "back")]
