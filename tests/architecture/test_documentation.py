"""What a user can type, set or read has a page: the documentation is complete, true and in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from django.apps import apps

from bangfu.foundation.intake.layouts import layouts
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import operations
from bangfu.foundation.rooms import RoomConfig, record_types, rooms
from bangfu.reporting.indicators import shipped_indicators
from bangfu.site.cli._group import read_table
from bangfu.site.cli.bench import names as benchmarks
from tests.architecture.test_rooms import load_operations

HOME = Path(__file__).parents[2]
DOCS = HOME / "docs"
GUIDE = DOCS / "guide"
DECISIONS = DOCS / "decisions"
SETTING = re.compile(r"\b(?:BANGFU(?:_[A-Z]+)+|DATABASE(?:_OWNER)?_URL)\b")
NAME = re.compile(r"`([a-z][a-z_]*\.[a-z][a-z_]*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
FILE_ENDINGS = {"py", "md", "toml", "key", "txt", "xlsx", "zip", "csv", "dump", "html"}
ROOM_CODES = {app.label for app in apps.get_app_configs() if isinstance(app, RoomConfig)}


def pages() -> list[Path]:
    """The pages that name things for users and developers; decisions tell of the past."""
    told = [path for path in DOCS.rglob("*.md") if DECISIONS not in path.parents]
    return sorted([*told, HOME / "README.md", HOME / "README.en.md", HOME / "CHANGELOG.md"])


TEXT = "\n".join(path.read_text(encoding="utf-8") for path in pages())
CODE = set(re.findall(r"`([^`\n]+)`", TEXT))


def named(name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", TEXT) is not None


def commands() -> list[str]:
    found = []
    for name, entry in read_table().items():
        command = entry.load()
        subcommands = sorted(command.commands) if isinstance(command, click.Group) else []
        found += [f"bangfu {name} {sub}" for sub in subcommands] or [f"bangfu {name}"]
    return found


def settings() -> list[str]:
    read: set[str] = set()
    sources = [
        *(HOME / "src" / "bangfu").rglob("*.py"),
        *(HOME / "tests").rglob("*.py"),
        *(HOME / "tools").glob("*"),
    ]
    for path in [*sources, HOME / "Makefile"]:
        if path.is_file():
            read |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    return sorted(read)


def operation_names() -> list[str]:
    load_operations()
    return sorted(name for name in operations() if name.split(".")[0] in ROOM_CODES)


class TestEverythingIsNamed:
    @pytest.mark.parametrize("command", commands())
    def test_commands(self, command: str) -> None:
        assert any(code == command or code.startswith(f"{command} ") for code in CODE), (
            f"no page names {command}"
        )

    @pytest.mark.parametrize("setting", settings())
    def test_settings_on_both_pages(self, setting: str) -> None:
        for language in ("zh", "en"):
            page = GUIDE / language / "settings.md"
            assert f"`{setting}`" in page.read_text(encoding="utf-8"), (
                f"{page.name} ({language}) lacks {setting}"
            )

    @pytest.mark.parametrize("name", operation_names())
    def test_operations(self, name: str) -> None:
        assert named(name), f"no page names the operation {name}"

    def test_measures_indicators_layouts_and_record_types(self) -> None:
        found = {
            *declared_measures(),
            *(one.code for one in shipped_indicators()),
            *(one.code for one in layouts()),
        }
        found |= {kind.code for kind in record_types()}
        assert not [name for name in sorted(found) if not named(name)]

    @pytest.mark.parametrize("benchmark", benchmarks())
    def test_benchmarks(self, benchmark: str) -> None:
        assert named(f"bangfu bench {benchmark}"), f"no page names the benchmark {benchmark}"


def test_the_reference_names_nothing_that_is_not_there() -> None:
    known = {*operation_names(), *declared_measures()}
    known |= {one.code for one in shipped_indicators()} | {one.code for one in layouts()}
    known |= {kind.code for kind in record_types()}
    known |= {permission for room in rooms() for role in room.roles for permission in role.permissions}
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    said = {name for name in NAME.findall(text) if name.split(".")[1] not in FILE_ENDINGS}
    assert not sorted(said - known)


def test_the_reference_gives_operations_to_the_roles_that_have_them() -> None:
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        name = cells[0].strip("`")
        if len(cells) == 3 and name in operation_names():
            holders = {role.code for room in rooms() for role in room.roles if name in role.permissions}
            assert set(re.findall(r"`(\w+)`", cells[2])) == holders, name


def test_the_guide_has_the_same_pages_in_both_languages() -> None:
    chinese = {path.name for path in (GUIDE / "zh").glob("*.md")}
    english = {path.name for path in (GUIDE / "en").glob("*.md")}
    assert chinese == english
    for language in ("zh", "en"):
        contents = (GUIDE / language / "README.md").read_text(encoding="utf-8")
        assert not [name for name in sorted(chinese) if name != "README.md" and f"({name})" not in contents]


@pytest.mark.parametrize(
    "path", [*pages(), *DECISIONS.glob("*.md")], ids=lambda path: str(path.relative_to(HOME))
)
def test_links_lead_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


class TestDecisions:
    def test_are_numbered_without_gaps_and_listed(self) -> None:
        found = sorted(DECISIONS.glob("[0-9]*.md"))
        assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
        contents = (DECISIONS / "README.md").read_text(encoding="utf-8")
        assert not [path.name for path in found if f"({path.name})" not in contents]

    @pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.name[:4])
    def test_say_what_would_change_our_mind_within_a_page(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences", "## What would change our mind"]
        assert len(lines) <= 60
