"""A list that is narrowed and paged gives a file of the same rows, by the one mechanism, or says here why it gives none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

SOURCE = Path(__file__).parents[2] / "src" / "bangfu"
FILE_LINK = re.compile(r"csv|xlsx|worksheet|personal_files", re.IGNORECASE)
NOT_EXPORTED = {
    "reporting/handbook/templates/handbook/search.html": "what a search found, each of which is a page",
    "reporting/maps/templates/map/list.html": "part of the map, whose page links the file",
    "livelihoods/shop/templates/shop/catalogue.html": "goods for buyers, each of which is a page",
    "livelihoods/shop/templates/shop/mine.html": "a buyer's own orders, each of which is a page",
    "foundation/review/templates/review/paper.html": "records of one paper, whose room has the file",
}
"""Lists without a file, with the reason."""
BY_HAND = {
    "bangfu.reporting.views.lists": "figures: every row says what it was asked",
    "bangfu.reporting.views.matching": "a text that was matched, which is not kept",
    "bangfu.foundation.money.views": "entries as accountants' programs take them",
    "bangfu.foundation.places.views": "reference data that everybody has",
    "bangfu.foundation.places.registering": "registered numbers as they are loaded again",
    "bangfu.reporting.publications.papers.views": "figures as they were frozen with their publication",
}
"""Modules that write a CSV of their own, with the reason."""


def lists() -> list[Path]:
    """The templates of lists that are narrowed and paged."""
    found = []
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        text = path.read_text("utf-8")
        if "partials/pages.html" in text and 'class="filters"' in text:
            found.append(path)
    return found


@pytest.mark.parametrize("path", lists(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_list_gives_a_file_or_says_why_not(path: Path) -> None:
    name = str(path.relative_to(SOURCE))
    has_file = FILE_LINK.search(path.read_text("utf-8")) is not None
    assert has_file or name in NOT_EXPORTED, f"{name} gives no file of its rows"
    assert not (has_file and name in NOT_EXPORTED), f"{name} gives a file: strike it from the exemptions"


def test_every_exemption_is_still_a_list() -> None:
    names = {str(path.relative_to(SOURCE)) for path in lists()}
    assert not sorted(set(NOT_EXPORTED) - names)


def patterns(resolver: URLResolver) -> list[URLPattern]:
    """Every address of the product."""
    found = []
    for entry in resolver.url_patterns:
        found += patterns(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def test_what_sends_a_csv_says_where_it_comes_from() -> None:
    """A view whose address ends in .csv is of a module that writes by ``list_file``, which demands an origin."""
    careless = set()
    for one in patterns(get_resolver()):
        if str(one.pattern).endswith(".csv"):
            module = getattr(one.callback, "__module__", "")
            if not module.startswith("bangfu.") or module in BY_HAND:
                continue
            path = SOURCE.joinpath(*module.split(".")[1:]).with_suffix(".py")
            text = path.read_text("utf-8")
            if "list_file" not in text and "saved_file" not in text:
                careless.add(f"{one.pattern}: {module}")
    assert careless == set()


def test_days_are_asked_by_the_one_widget() -> None:
    """A browser's calendar takes no day but one in ISO form: Django's own widget writes it as the language does."""
    careless = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "forms.DateInput(" in path.read_text("utf-8") and path.parts[-2:] != ("rooms", "forms.py")
    ]
    assert careless == []
