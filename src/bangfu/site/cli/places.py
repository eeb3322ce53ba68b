"""``bangfu places``: the administrative divisions."""

import uuid
from pathlib import Path

import click

from bangfu.site.cli.database import database

SHOWN = 50


@click.group()
def places() -> None:
    """行政区划 · Administrative divisions."""


@places.command()
def load() -> None:
    """载入 66 万个行政区划（可重复执行） · Load the 665,276 divisions; may be repeated."""
    # As the owner: reference data come with the version, and only the owner may renew the statistics.
    with database(as_owner=True):
        from bangfu.foundation.places.loading import load_places
        from bangfu.site.cli.preparing import progress_bar

        with progress_bar("行政区划 · Places") as tell:
            count = load_places(progress=tell)
        click.echo(f"{count:,}")


@places.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", required=True, help="名单代码，如 guizhou-2020 · Code of the list.")
@click.option("--kind", default="PROVINCIAL", help="PROVINCIAL, DESIGNATED, LIST, REGION")
@click.option("--title-zh", required=True, help="名称 · Its title in Chinese.")
@click.option("--title-en", required=True, help="英文名称 · Its title in English.")
@click.option("--source", required=True, help="依据：文号或出处 · Where the list comes from.")
@click.option("--as", "username", required=True, help="以谁的账号 · The account that acts.")
def area(file: Path, code: str, kind: str, title_zh: str, title_en: str, source: str, username: str) -> None:
    """导入自有名单：县、起日、止日（.xlsx 或 .csv） · Take in a list: county, from, until."""
    with database():
        from django.utils import timezone

        from bangfu.foundation.operations import Act
        from bangfu.foundation.people.models import Account
        from bangfu.foundation.places.operations import import_area
        from bangfu.site.initial.lists import read_members

        account = Account.objects.filter(username__iexact=username).first()
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        members, troubles = read_members(file.read_bytes(), today=timezone.localdate())
        for trouble in troubles[:SHOWN]:
            click.echo(f"  {trouble.row}: {trouble.sentence}", err=True)
        if troubles:
            raise click.ClickException(
                f"{len(troubles)} 处不对，什么也没有写入 · {len(troubles)} things are wrong; nothing was written."
            )
        taken = import_area(
            code=code,
            kind=kind,
            title_zh=title_zh,
            title_en=title_en,
            source=source,
            members=members,
            act=Act.now(account, key=str(uuid.uuid4())),
        )
        click.echo(f"已导入 · Taken in: {taken.code} {members.height:,}")


@places.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--register", default="population", show_default=True, help="登记簿 · Which register.")
@click.option("--source", required=True, help="依据：文件和文号 · The document that says so.")
@click.option("--as", "username", required=True, help="以谁的账号 · The account that acts.")
def denominators(file: Path, register: str, source: str, username: str) -> None:
    """登记人口、户数等分母：地区、年度、数（.xlsx 或 .csv） · Register denominators: place, year, number."""
    with database():
        from django.utils import timezone

        from bangfu.foundation.operations import Act
        from bangfu.foundation.people.models import Account
        from bangfu.foundation.places.operations import register_denominators
        from bangfu.site.initial.lists import read_denominators

        account = Account.objects.filter(username__iexact=username).first()
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        rows, troubles = read_denominators(file.read_bytes(), today=timezone.localdate())
        for trouble in troubles[:SHOWN]:
            click.echo(f"  {trouble.row}: {trouble.sentence}", err=True)
        if troubles:
            raise click.ClickException(
                f"{len(troubles)} 处不对，什么也没有写入 · {len(troubles)} things are wrong; nothing was written."
            )
        changed = register_denominators(
            register=register, source=source, rows=rows, act=Act.now(account, key=str(uuid.uuid4()))
        )
        click.echo(
            f"已登记 {rows.height:,} 行，新增或更正 {changed:,} · {rows.height:,} rows, {changed:,} new or changed"
        )


@places.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", required=True, help="坐标系 · The datum: WGS-84, GCJ-02, BD-09, CGCS2000.")
@click.option("--source", required=True, help="来源：单位、版本、日期 · Where the points come from.")
@click.option("--as", "username", required=True, help="以谁的账号 · The account that acts.")
def positions(file: Path, datum: str, source: str, username: str) -> None:
    """载入村和乡镇的位置：代码、经度、纬度（.csv 或 .gpkg） · Load positions of villages: code, longitude, latitude."""
    with database():
        from bangfu.foundation.operations import Act, Refusal
        from bangfu.foundation.people.models import Account
        from bangfu.foundation.places.positions.files import positions_in_file
        from bangfu.foundation.places.positions.operations import load_positions

        account = Account.objects.filter(username__iexact=username).first()
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        try:
            rows = positions_in_file(file.read_bytes())
            act = Act.now(account, key=str(uuid.uuid4()))
            changed = load_positions(rows=rows, datum=datum, source=source, act=act)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.sentence.zh} {refusal.sentence.en}") from None
        click.echo(
            f"已载入 {rows.height:,} 行，新增或更正 {changed:,} · {rows.height:,} rows, {changed:,} new or changed"
        )
