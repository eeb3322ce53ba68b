"""``bangfu init``: make a house of one's own from sheets."""

from pathlib import Path

import click

from bangfu.site.cli.database import addresses, database

SHOWN = 50


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--templates", is_flag=True, help="只写出空白模板 · Only write the templates to fill in.")
@click.option(
    "--passwords",
    type=click.Path(dir_okay=False, path_type=Path),
    help="初始密码写到哪里 · Where the initial passwords are written.",
)
@click.option("--places/--no-places", default=True, help="先载入行政区划 · Load the divisions first.")
def init(folder: Path, templates: bool, passwords: Path | None, places: bool) -> None:
    """用表格建立自己的单位：单位、人员、名单、专业线、期初余额 · Make a house of your own from sheets.

    FOLDER 里放 units、people，可另放 lists、lines、balances（.xlsx 或 .csv）。全部写入，或什么也不写。

    FOLDER holds units and people, and lists, lines and balances if you like (.xlsx or .csv). All is written, or nothing.
    """
    from bangfu.site.cli.serving import take

    with addresses():
        if templates:
            with database():
                from bangfu.site.initial.making import write_templates

                for file in write_templates(folder):
                    click.echo(file)
            return
        take(("prepare",) if places else ("prepare", "--no-places"))
        with database():
            _make(folder, passwords)
    click.echo("启动 · Start it: bangfu serve")


def _make(folder: Path, passwords: Path | None) -> None:
    from django.utils import timezone

    from bangfu.site.initial.making import PASSWORDS, make_house
    from bangfu.site.initial.reading import UnableToInit

    file = passwords or folder / PASSWORDS
    try:
        root, read = make_house(folder, today=timezone.localdate(), passwords=file)
    except UnableToInit as answer:
        for trouble in answer.troubles[:SHOWN]:
            row = "" if trouble.row is None else f" {trouble.row}"
            click.echo(f"  {trouble.sheet}{row}: {trouble.sentence}", err=True)
        if len(answer.troubles) > SHOWN:
            click.echo(f"  … {len(answer.troubles) - SHOWN:,}", err=True)
        raise
    click.echo(f"已建立 · Founded: {root.code} {root.name_zh} / {root.name_en}")
    plan = read.plan
    balances = sum(len(books.balances) for books in read.books)
    click.echo(
        f"单位 units {plan.units.height + 1:,} · 人员 people {len(plan.people):,} · "
        f"专业线 lines {len(plan.lines)} · 名单 lists {len(plan.areas)} · "
        f"期初余额 balances {balances:,}"
    )
    click.echo(
        f"初始密码（只有您能读，发完请删除）· Initial passwords (yours alone; delete them once handed out): {file}"
    )
