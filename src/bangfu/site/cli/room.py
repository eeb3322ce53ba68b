"""``bangfu room``: make a new room by the room plan."""

import os
import sys
from pathlib import Path

import click

WINGS = ("coordination", "connectivity", "livelihoods", "giving", "monitoring")


@click.command()
@click.argument("name", required=False)
@click.option("--wing", type=click.Choice(WINGS), help="属于哪一侧 · Which wing it belongs to.")
@click.option("--title-zh", help="中文名称 · Its title in Chinese.")
@click.option("--title-en", help="英文名称 · Its title in English.")
def room(name: str | None, wing: str | None, title_zh: str | None, title_en: str | None) -> None:
    """按房间样板新建一个房间 · Make a new room by the plan, with its tests."""
    if not name:
        raise click.ClickException("请给出房间名，例如 · Give the room a name: make room name=training")
    if wing is None:
        asks = sys.stdin.isatty()
        choice = click.Choice(WINGS)
        wing = (
            click.prompt("属于哪一侧 · Wing", type=choice, default="livelihoods") if asks else "livelihoods"
        )

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    import django
    from django.utils import translation

    from bangfu.site.cli.database import language_of_terminal

    django.setup()
    translation.activate(language_of_terminal())

    from bangfu.site.scaffold.making import House, NewRoom, make_room

    title = title_en or name.replace("_", " ").capitalize()
    root = Path(__file__).resolve().parents[4]
    made = make_room(NewRoom(name, wing, title_zh or title, title), House(root))
    for path in made:
        click.echo(path.relative_to(root))
    click.echo(f"\n已加入 settings.py · Added to settings.py.\n.venv/bin/pytest {made[1].relative_to(root)}")
