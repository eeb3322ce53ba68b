"""Make a room: look whether it can be made, fill in the plan, write it, and have Django write its migration."""

from __future__ import annotations

import builtins
import keyword
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

from django.apps import apps
from django.urls import get_resolver

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Wing, both, record_types
from bangfu.reporting.indicators import shipped_indicators

PLAN = Path(__file__).parent / "plan"
LONGEST_NAME = 20
"""Names of indexes end in it, and Django allows those thirty characters."""
WINGS = tuple(wing for wing in Wing if wing not in (Wing.FOUNDATION, Wing.REPORTING))
LAST_LINE = '    "bangfu.reporting.apps.ReportingConfig",\n'
_IMPORTS = re.compile(r"(?:^ *from (?:bangfu|tests)\.\S+ import .*\n)+", re.MULTILINE)


class UnableToMakeRoom(Refusal):
    """Codes: ``wrong_name``, ``wrong_title``, ``name_taken``, ``address_taken``, ``in_the_way``, ``unknown_wing``,
    ``settings_unknown``, ``migration_failed``."""

    sentences = {
        "wrong_name": both(
            "「{name}」不能作为房间名。请用小写英文单词，只含字母、数字和下划线，以字母开头，至多 {longest} 个字符。",
            "{name!r} cannot be a room's name. Use a lower-case English word: letters, digits and underscores, beginning"
            " with a letter, at most {longest} characters.",
        ),
        "wrong_title": both(
            "标题「{title}」不能含引号、反斜杠、花括号、美元符号或换行，也不能为空。",
            "The title {title!r} must not be empty nor hold quotes, backslashes, braces, dollar signs or line breaks.",
        ),
        "name_taken": both(
            "「{name}」已被使用（{by}）。请换一个名字。", "{name} is taken ({by}). Choose another."
        ),
        "address_taken": both(
            "网址 /{name} 已被使用。请换一个名字。", "The address /{name} is taken. Choose another name."
        ),
        "in_the_way": both(
            "{path} 已经存在，不会覆盖。请移走它，或换一个名字。",
            "{path} is there already and is not overwritten. Move it away or choose another name.",
        ),
        "unknown_wing": both(
            "没有「{wing}」这一侧。可选：{wings}。", "There is no wing {wing}; there are: {wings}."
        ),
        "settings_unknown": both(
            "settings.py 中找不到 {line} 这一行，不知道该加在哪里。",
            "settings.py has no line {line}: it is not clear where the room goes.",
        ),
        "migration_failed": both(
            "没能生成数据表迁移，新建的文件已全部撤回：{said}",
            "The migration could not be made, and everything was taken back: {said}",
        ),
    }


@dataclass(frozen=True)
class NewRoom:
    """What is asked of a new room."""

    name: str
    wing: str
    title_zh: str
    title_en: str


@dataclass(frozen=True)
class House:
    """The checkout in which a room is made."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings, which get one line."""
        return self.root / "src" / "bangfu" / "site" / "settings.py"

    def folders(self, room: NewRoom) -> dict[str, Path]:
        """Return where each part of the plan goes: ``dict[folder of the plan, folder of the checkout]``."""
        return {
            "room": self.root / "src" / "bangfu" / room.wing / room.name,
            "tests": self.root / "tests" / room.wing / room.name,
            "docs": self.root / "docs" / "rooms",
        }


def make_room(room: NewRoom, house: House) -> list[Path]:
    """Write a room, its tests, its documentation and its line of settings; return the folders and files to look at.

    Nothing that exists is overwritten, and if the migration fails everything is taken back.

    Raises: UnableToMakeRoom: see its codes; nothing was written.
    """
    folders = house.folders(room)
    _look(room, house, folders)
    settings = house.settings.read_text(encoding="utf-8")
    page = folders["docs"] / f"{room.name}.md"
    made = [folders["room"], folders["tests"], page]
    words = _words(room)
    try:
        for part, folder in folders.items():
            _write(PLAN / part, folder, room.name, words)
        (folders["tests"].parent / "__init__.py").touch()
        line = f'    "bangfu.{room.wing}.{room.name}.apps.{words["class"]}Config",\n'
        house.settings.write_text(settings.replace(LAST_LINE, line + LAST_LINE), encoding="utf-8")
        _migrate(room.name, house)
    except BaseException:
        house.settings.write_text(settings, encoding="utf-8")
        shutil.rmtree(folders["room"], ignore_errors=True)
        shutil.rmtree(folders["tests"], ignore_errors=True)
        page.unlink(missing_ok=True)
        raise
    return made


def _look(room: NewRoom, house: House, folders: dict[str, Path]) -> None:
    name = room.name
    is_word = re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None
    if not is_word or len(name) > LONGEST_NAME or keyword.iskeyword(name) or hasattr(builtins, name):
        raise UnableToMakeRoom("wrong_name", name=name, longest=LONGEST_NAME)
    for title in (room.title_zh, room.title_en):
        if not title.strip() or re.search(r"[\"'\\{}$\n\r%]", title):
            raise UnableToMakeRoom("wrong_title", title=title)
    if room.wing not in WINGS:
        raise UnableToMakeRoom("unknown_wing", wing=room.wing, wings="、".join(WINGS))
    for app in apps.get_app_configs():
        if name == app.label:
            raise UnableToMakeRoom("name_taken", name=name, by=app.name)
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern).split("/")[0] == name:
            raise UnableToMakeRoom("address_taken", name=name)
    for path in (folders["room"], folders["tests"], folders["docs"] / f"{name}.md"):
        if path.exists():
            raise UnableToMakeRoom("in_the_way", path=path.relative_to(house.root))
    if LAST_LINE not in house.settings.read_text(encoding="utf-8"):
        raise UnableToMakeRoom("settings_unknown", line=LAST_LINE.strip())


def _words(room: NewRoom) -> dict[str, str]:
    return {
        "name": room.name,
        "class": "".join(part.capitalize() for part in room.name.split("_")),
        "wing": room.wing,
        "wing_member": room.wing.upper(),
        "zh": room.title_zh.strip(),
        "en": room.title_en.strip(),
        "record_type": str(max((kind.number for kind in record_types()), default=0) + 1),
        "indicator": str(max((one.number for one in shipped_indicators()), default=0) + 1),
    }


def _write(plan: Path, folder: Path, name: str, words: dict[str, str]) -> None:
    for source in sorted(plan.rglob("*.tmpl")):
        place = str(source.relative_to(plan)).removesuffix(".tmpl").replace("__name__", name)
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = Template(source.read_text(encoding="utf-8")).substitute(words)
        if target.suffix == ".py":
            text = _IMPORTS.sub(_sorted_imports, text)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)


def _sorted_imports(found: re.Match[str]) -> str:
    # Where a room's own modules stand among the imports depends on its wing.
    return "".join(sorted(found[0].splitlines(keepends=True), key=lambda line: line.split()[1]))


def _migrate(name: str, house: House) -> None:
    """Let Django write the migration, in a process that has read the new settings; it needs no database."""
    search = os.pathsep.join([str(house.root / "src"), str(house.root)])
    nowhere = "postgresql://nobody@%2Fnowhere/nothing"
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "django",
            "makemigrations",
            name,
            "--name",
            "initial",
            "--verbosity",
            "0",
        ],
        cwd=house.root,
        env={
            **os.environ,
            "PYTHONPATH": search,
            "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
            "DATABASE_URL": nowhere,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise UnableToMakeRoom("migration_failed", said=said[-1] if said else "makemigrations")
