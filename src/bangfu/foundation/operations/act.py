"""Who acts, when, and under which request key: one value that travels through an operation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from bangfu.foundation.people.models import Account

LONGEST_KEY = 200


@dataclass(frozen=True)
class Act:
    """One person or system acting once."""

    actor: Account
    at: datetime
    """Aware; the clock of everything the operation does."""
    key: str | None = None
    """The caller's request key: the same key with the same arguments is done once."""
    dry_run: bool = False
    """Do everything, then roll back: for previews."""
    through: str | None = None
    """What it came in through, when that is a token of the API: its prefix, which the trail keeps."""
    through_until: datetime | None = None
    """Until when that token is in force; null for none."""

    def __post_init__(self) -> None:
        if timezone.is_naive(self.at):
            raise ValueError("an act needs an aware time")

    @property
    def on(self) -> date:
        """The day of the act in the house's time zone."""
        return timezone.localdate(self.at)

    def tried(self) -> Act:
        """Return the same act as a dry run, without its request key."""
        return replace(self, dry_run=True, key=None)

    @classmethod
    def now(
        cls,
        actor: Account,
        *,
        key: str | None = None,
        dry_run: bool = False,
        through: str | None = None,
        through_until: datetime | None = None,
    ) -> Act:
        """Return an act of this moment; for doors, never for operations.

        Args:
            key: whatever a caller sent; one too long to be kept, or with unprintable characters, is kept by its digest.
        """
        if key is not None and (len(key) > LONGEST_KEY or not key.isprintable()):
            key = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
        return cls(
            actor=actor,
            at=timezone.now(),
            key=key,
            dry_run=dry_run,
            through=through,
            through_until=through_until,
        )
