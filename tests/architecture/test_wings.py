"""Rooms of one wing speak through what each offers in ``neighbours.py`` or ``api.py``; what several need is the wing's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "bangfu"
WINGS = ("coordination", "connectivity", "livelihoods", "giving", "monitoring")
OFFERED = "neighbours"
TAKEN_FROM = (OFFERED, "api")
"""``api.py`` says what programs are told; what it offers besides may be taken from there."""


def rooms_of(wing: str) -> set[str]:
    return {path.parent.name for path in (SOURCE / wing).glob("*/apps.py")}


def imported(path: Path) -> list[str]:
    """Return the modules that a file imports from, wherever in it, each as the whole name of what is taken."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [f"{node.module}.{one.name}" for one in node.names]
    return found


def reaches(wing: str, source: Path = SOURCE) -> list[str]:
    """Return where a room of a wing takes from another room what that does not offer."""
    rooms, found = rooms_of(wing), []
    for room in sorted(rooms):
        for path in sorted((source / wing / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for name in imported(path):
                parts = name.split(".")
                if parts[:2] != ["bangfu", wing] or len(parts) < 3 or parts[2] not in rooms - {room}:
                    continue
                if len(parts) < 5 or parts[3] not in TAKEN_FROM:
                    found.append(f"{path.relative_to(source)}: {name}")
    return found


@pytest.mark.parametrize("wing", WINGS)
def test_a_room_takes_from_another_only_what_it_offers(wing: str) -> None:
    assert reaches(wing) == []


@pytest.mark.parametrize("wing", WINGS)
def test_what_a_room_offers_is_taken(wing: str) -> None:
    for room in rooms_of(wing):
        offered = SOURCE / wing / room / f"{OFFERED}.py"
        if not offered.exists():
            continue
        tree = ast.parse(offered.read_text())
        assert all(isinstance(node, ast.Expr | ast.ImportFrom | ast.Assign) for node in tree.body), (
            "a room offers what it has elsewhere"
        )
        names = {one.name for node in tree.body if isinstance(node, ast.ImportFrom) for one in node.names}
        prefix = f"bangfu.{wing}.{room}.{OFFERED}."
        taken = {
            name.removeprefix(prefix)
            for path in (SOURCE / wing).rglob("*.py")
            for name in imported(path)
            if name.startswith(prefix)
        }
        assert names == taken, room


def test_the_wings_have_rooms() -> None:
    assert {"shop", "suppliers", "consumption", "industries", "projects"} <= rooms_of("livelihoods")
    assert sum(len(rooms_of(wing)) for wing in WINGS) > 10


def test_the_rule_sees_who_reaches_past(tmp_path: Path) -> None:
    file = tmp_path / "livelihoods" / "shop" / "views.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "from bangfu.livelihoods.industries.neighbours import Lot\n"
        "from bangfu.livelihoods.industries import queries\n"
        "import bangfu.livelihoods.projects.models\n"
        "from bangfu.livelihoods.amounts import yuan\n"
        "from bangfu.livelihoods.shop.models import Order\n"
    )
    assert [one.split(": ")[1] for one in reaches("livelihoods", tmp_path)] == [
        "bangfu.livelihoods.industries.queries",
        "bangfu.livelihoods.projects.models",
    ]
