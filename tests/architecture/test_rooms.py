"""Every room is laid out by the plan, speaks both languages and points only where it may."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.db.models import ForeignKey

from bangfu.foundation.operations import OWN, operations
from bangfu.foundation.rooms import RoomConfig, rooms
from bangfu.foundation.rooms.notices import ABOUT_PEOPLE, named_in
from bangfu.foundation.rooms.tiers import COORDINATE_WORDS

HOME = Path(__file__).parents[2]
SOURCE = HOME / "src" / "bangfu"
LONGEST_MODULE = 400
ONE_FILE = {"foundation/ledger/proofs/verify.py"}
"""Modules that are one file for a reason: strangers run it as it is, from a bundle."""
NAMES_LANGUAGES = {"site/templates/partials/language.html"}
"""Each language is named in itself, whatever the page is shown in."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOTH = re.compile(r"\{%\s*(?:both|heading)\s.*?%\}|\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
ROOM_APPS = [app for app in apps.get_app_configs() if isinstance(app, RoomConfig)]


def python_files() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def wing_of(app: AppConfig) -> str:
    return app.name.split(".")[1]


@pytest.mark.parametrize("app", ROOM_APPS, ids=lambda app: app.label)
class TestRoom:
    def test_says_what_it_is_for_in_a_few_lines(self, app: RoomConfig) -> None:
        text = (import_module(app.name).__doc__ or "").strip()
        assert 1 <= len(text.splitlines()) <= 9

    def test_is_declared_under_its_own_name(self, app: RoomConfig) -> None:
        declaration = import_module(f"{app.name}.room").ROOM
        assert declaration.code == app.label
        assert declaration.wing == wing_of(app)
        assert declaration in rooms()

    def test_points_only_to_itself_its_wing_and_the_foundation(self, app: RoomConfig) -> None:
        for model in app.get_models():
            for field in model._meta.get_fields():
                if not isinstance(field, ForeignKey):
                    continue
                target = apps.get_app_config(field.related_model._meta.app_label)
                ours = target.name.startswith("bangfu.")
                assert not ours or wing_of(target) in (wing_of(app), "foundation"), (
                    f"{model.__name__}.{field.name}"
                )

    def test_keeps_writes_in_operations(self, app: RoomConfig) -> None:
        package = Path(app.path)
        if (package / "models.py").exists():
            has_operations = (package / "operations.py").exists() or (package / "operations").is_dir()
            assert has_operations or app.label in {"operations"}


def test_a_module_is_short_enough_to_read() -> None:
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text().splitlines()) for path in python_files()}
    assert len(lengths) > 500
    assert {name for name, length in lengths.items() if length > LONGEST_MODULE} <= ONE_FILE


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_speaks_both_languages(path: Path) -> None:
    if str(path.relative_to(SOURCE)) in NAMES_LANGUAGES:
        return
    rest = BOTH.sub("", path.read_text())
    lines = [line.strip() for line in rest.splitlines() if CHINESE.search(line)]
    assert not lines, f"Chinese outside {{% both %}}: {lines[:3]}"


def load_operations() -> None:
    for app in ROOM_APPS:
        for name in ("operations", "sheets", "views"):
            if (Path(app.path) / f"{name}.py").exists() or (Path(app.path) / name).is_dir():
                import_module(f"{app.name}.{name}")


def test_every_operation_is_named_for_its_room_and_granted_to_somebody() -> None:
    load_operations()
    granted = {permission for room in rooms() for role in room.roles for permission in role.permissions}
    for name, declared in operations().items():
        room = name.split(".")[0]
        if not declared.function.__module__.startswith("bangfu."):
            continue
        assert room in {app.label for app in ROOM_APPS}, name
        assert name in granted or declared.scope is OWN, f"no role carries {name}"


def test_every_permission_is_said_in_words() -> None:
    load_operations()
    own = {name for name, declared in operations().items() if declared.scope is OWN}
    for room in rooms():
        carried = {name for role in room.roles for name in role.permissions}
        assert not sorted(name for name in carried if name not in room.permissions), room.code
        granted = {name for other in rooms() for role in other.roles for name in role.permissions}
        assert not sorted(set(room.permissions) - granted - own), room.code


def test_every_operation_says_what_it_does() -> None:
    load_operations()
    for name, declared in operations().items():
        if declared.function.__module__.startswith("bangfu."):
            assert (declared.function.__doc__ or "").strip(), name


def test_public_names_have_docstrings() -> None:
    missing = []
    for path in python_files():
        name, text = str(path.relative_to(SOURCE)), path.read_text()
        tree = ast.parse(text)
        if not ast.get_docstring(tree) and text.strip():
            missing.append(name)
        missing += [
            f"{name}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert missing == []


SHOWS_COORDINATES = {"foundation/evidence/templates/evidence/opened.html"}
"""Pages that may name a coordinate: what they are given went through ``tiers.known_fields``."""


def test_no_other_page_names_a_coordinate() -> None:
    words = "|".join(sorted(COORDINATE_WORDS))
    named = re.compile(rf"\{{[{{%][^}}]*\.(?:\w+_)?(?:{words})(?:_\w+)?\b")
    found = {str(path.relative_to(SOURCE)) for path in templates() if named.search(path.read_text("utf-8"))}
    assert found == SHOWS_COORDINATES


def test_every_kind_of_notice_is_its_rooms_and_tells_of_no_person() -> None:
    for room in rooms():
        for kind in room.notices:
            assert kind.code.split(".")[0] == room.code, kind.code
            assert CHINESE.search(kind.title.zh), kind.code
            assert not CHINESE.search(kind.title.en + kind.body.en), kind.code
            for body in (kind.body.zh, kind.body.en):
                assert named_in(body) == frozenset(kind.values), kind.code
            assert not ABOUT_PEOPLE & set(kind.values), kind.code
