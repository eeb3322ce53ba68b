"""``make room``: a room by the plan works at once, and what cannot be made is refused with nothing written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bangfu.site.scaffold.making import LAST_LINE, House, NewRoom, UnableToMakeRoom, make_room

HOME = Path(__file__).resolve().parents[3]
OF_ONE_ROOM = 60
"""No room has fewer rules and tests to pass."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", "var", ".git", ".venv", ".*_cache", ".hypothesis")


def room(name: str, wing: str = "livelihoods", zh: str = "养蜂", en: str = "Beekeeping") -> NewRoom:
    return NewRoom(name, wing, zh, en)


def written(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.settings.parent.mkdir(parents=True)
    found.settings.write_text(f"INSTALLED_APPS = [\n{LAST_LINE}]\n")
    return found


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            (room("Training"), "wrong_name"),
            (room("1beekeeping"), "wrong_name"),
            (room("../beekeeping"), "wrong_name"),
            (room("class"), "wrong_name"),
            (room("list"), "wrong_name"),
            (room("a" * 21), "wrong_name"),
            (room("network"), "name_taken"),
            (room("sessions"), "name_taken"),
            (room("work"), "address_taken"),
            (room("beekeeping", wing="foundation"), "unknown_wing"),
            (room("beekeeping", zh=" "), "wrong_title"),
            (room("beekeeping", en='a "quoted" title'), "wrong_title"),
        ],
        ids=lambda value: value if isinstance(value, str) else value.name[:12],
    )
    def test_names_what_is_wrong_and_writes_nothing(self, house: House, asked: NewRoom, code: str) -> None:
        before = written(house.root)
        with pytest.raises(UnableToMakeRoom) as refusal:
            make_room(asked, house)
        assert refusal.value.code == code
        assert refusal.value.sentence.zh != refusal.value.sentence.en
        assert written(house.root) == before

    @pytest.mark.parametrize("there", ["src/bangfu/livelihoods/beekeeping", "tests/livelihoods/beekeeping"])
    def test_never_writes_over_a_folder(self, house: House, there: str) -> None:
        (house.root / there).mkdir(parents=True)
        (house.root / there / "mine.txt").write_text("mine")
        before = written(house.root)
        with pytest.raises(UnableToMakeRoom) as refusal:
            make_room(room("beekeeping"), house)
        assert (refusal.value.code, str(refusal.value.details["path"])) == ("in_the_way", there)
        assert written(house.root) == before

    def test_takes_everything_back_when_the_migration_fails(self, house: House) -> None:
        # Django reads the real settings, in which there is no such room.
        before = written(house.root)
        with pytest.raises(UnableToMakeRoom) as refusal:
            make_room(room("beekeeping"), house)
        assert refusal.value.code == "migration_failed"
        assert {name: text for name, text in written(house.root).items() if text} == before


def test_a_new_room_passes_its_own_tests_and_those_of_the_house(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path, ignore=LEFT_OUT, dirs_exist_ok=True)
    # A database server of its own: the one of this run has no tables of the new room.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BANGFU_TEST_")}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment.pop(name, None)
    environment |= {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "src"), str(tmp_path)]),
        "BANGFU_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    settings = tmp_path / "src/bangfu/site/settings.py"
    lines = settings.read_text().splitlines()
    titles = ("--title-zh", "养蜂", "--title-en", "Beekeeping")
    run("-m", "bangfu.site.cli", "room", "beekeeping", "--wing", "livelihoods", *titles)

    added = [line for line in settings.read_text().splitlines() if line not in lines]
    assert added == ['    "bangfu.livelihoods.beekeeping.apps.BeekeepingConfig",']
    folders = ["src/bangfu/livelihoods/beekeeping", "tests/livelihoods/beekeeping"]
    run("-m", "ruff", "check", *folders)
    run("-m", "ruff", "format", "--check", *folders)
    run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    # Its own tests, the house's rules of this room, and those that look at everything at once: the rules of
    # other rooms, files and pages were held before the room came.
    said = run(
        *("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", "beekeeping or not ["),
        *("tests/architecture", folders[1]),
    )
    assert " passed" in said
    assert "failed" not in said
    assert int(re.search(r"(\d+) passed", said)[1]) > OF_ONE_ROOM
