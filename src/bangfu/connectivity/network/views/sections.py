"""What the lists of the room share: the tabs above them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from bangfu.foundation.rooms import Words, both


@dataclass(frozen=True)
class Section:
    """One part of the room and its first page."""

    slug: str
    title: Words
    is_here: bool

    @property
    def address(self) -> str:
        """Its list."""
        return reverse(f"network:{self.slug}")


TITLES: dict[str, Words] = {
    "stations": both("基站", "Stations"),
    "boxes": both("端口", "Ports"),
    "bookings": both("投资", "Investment"),
    "projects": both("工程", "Projects"),
    "coverage": both("分县覆盖", "By county"),
    "baseline": both("基准名单", "Baseline"),
    "removals": both("名单调出", "Removals"),
    "verdicts": both("覆盖认定", "Verdicts"),
    "targets": both("覆盖目标", "Targets"),
}


def sections(here: str) -> list[Section]:
    """Return the parts of the room, of which one is shown."""
    return [Section(slug, title, slug == here) for slug, title in TITLES.items()]
