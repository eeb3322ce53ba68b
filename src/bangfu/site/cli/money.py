"""``bangfu money``: the books as files."""

import sys
from datetime import datetime
from pathlib import Path

import click

from bangfu.site.cli.database import database


@click.group()
def money() -> None:
    """资金账 · The books of money."""


@money.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--unit", "unit_code", default="", help="单位代码 · Code of a unit")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="截至 · Up to this day")
def export(file: Path | None, unit_code: str, until: datetime | None) -> None:
    """导出为 Beancount 文件 · Export as a Beancount file."""
    with database():
        from bangfu.foundation.money.beancount import lines_of
        from bangfu.foundation.money.queries import book_entries
        from bangfu.foundation.organisation.queries import root_unit, unit_with_code
        from bangfu.foundation.rooms.marks import example_mark

        unit = unit_with_code(unit_code) if unit_code else None
        if unit_code and unit is None:
            raise click.ClickException(f"没有单位 · There is no unit {unit_code}")
        root = unit or root_unit()
        mark = example_mark()
        title = " · ".join(str(part) for part in (root.name if root else "bangfu", mark) if part)
        entries = book_entries(unit=unit, until=until.date() if until else None)
        lines = (f"{line}\n" for line in lines_of(entries, title=title))
        if file is None:
            sys.stdout.writelines(lines)
            return
        with file.open("w", encoding="utf-8") as target:
            target.writelines(lines)
        click.echo(f"→ {file}")
