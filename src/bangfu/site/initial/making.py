"""The house is made from its sheets in one transaction; the initial passwords go to a file of its owner's alone."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

from bangfu.foundation.intake.writing import template
from bangfu.foundation.money.operations import enter_books
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.organisation.furnishing import Plan, furnish
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import UnableToOpenUnits
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.operations import UnableToImportArea
from bangfu.foundation.rooms import Words, both
from bangfu.site.house import refuse_founded
from bangfu.site.initial.layouts import layouts
from bangfu.site.initial.reading import SheetsRead, Trouble, UnableToInit, read_sheets

PASSWORDS = "initial-passwords.csv"


class UnableToWriteTemplate(Refusal):
    """Codes: ``there_already``."""

    sentences = {
        "there_already": both(
            "{file} 已经存在，没有覆盖。请换一个文件夹，或先移走它。",
            "{file} is there already and was left alone. Give another folder, or move it away.",
        )
    }


def write_templates(folder: Path) -> list[Path]:
    """Write the template of every sheet into a folder and return the files; nothing is overwritten.

    Raises: UnableToWriteTemplate: see its codes; nothing was written.
    """
    files = {folder / f"{name}.xlsx": layout for name, layout in layouts().items()}
    for file in files:
        if file.exists():
            raise UnableToWriteTemplate("there_already", file=file)
    folder.mkdir(parents=True, exist_ok=True)
    for file, layout in files.items():
        file.write_bytes(template(layout))
    return list(files)


def make_house(folder: Path, *, today: date, passwords: Path) -> tuple[Unit, SheetsRead]:
    """Found the house that the sheets of a folder describe, all or nothing, and return its root and what they say.

    The file of passwords is written before the commit, so that no account is left that nobody can open. Opening balances
    are entered in the name of the first system administrator, the first account that there is.

    Raises:
        UnableToFound: ``is_example``, ``founded_already``.
        UnableToInit: see its codes; nothing was written.
    """
    refuse_founded()
    read = read_sheets(folder, today=today)

    def finish() -> None:
        act = Act.now(Account.objects.get(username=read.plan.people[0].username))
        for books in read.books:
            enter_books(books, act=act)
        _write_private(passwords, read.plan)

    try:
        root = furnish(read.plan, before_commit=finish)
    except UnableToOpenUnits as answer:
        raise UnableToInit("sheets", troubles=_troubles_of_units(answer, read.numbers["units"])) from answer
    except UnableToImportArea as answer:
        raise UnableToInit("sheets", troubles=[_trouble_of_list(answer, read.numbers)]) from answer
    return root, read


def _troubles_of_units(answer: UnableToOpenUnits, numbers: list[int]) -> list[Trouble]:
    title = layouts()["units"].title
    return [Trouble(title, numbers[row - 1], why.sentence) for row, why in answer.refusals]


def _trouble_of_list(answer: UnableToImportArea, numbers: dict[str, list[int]]) -> Trouble:
    """Return what is wrong with a list, with the numbers of its rows in the sheet."""
    title = layouts()["lists"].title
    rows = numbers[f"lists {answer.details['area']}"]
    told: dict[str, object] = {
        name: rows[value - 1] if name in ("row", "other") else value for name, value in answer.details.items()
    }
    sentence: Words = answer.sentences[answer.code].filled(**told)
    row = told.get("row", rows[0])
    return Trouble(title, row if isinstance(row, int) else None, sentence)


def _write_private(path: Path, plan: Plan) -> None:
    """Write the initial passwords into a file that only its owner reads; one of an earlier attempt is replaced."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            str(both("登录名", "User name")),
            str(both("姓名", "Name")),
            str(both("初始密码", "Initial password")),
        ]
    )
    writer.writerows((person.username, person.name, person.password) for person in plan.people)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig"
    ) as file:
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
