"""``bangfu backup``."""

from pathlib import Path

import click

from bangfu.site.cli.database import database


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """备份数据库和佐证（不含密钥文件夹） · Back up the database and the evidence, not the secrets.

    可在运行中备份。同一文件夹可反复使用：数据整份重写，佐证只补新增的。

    May run while the house serves. One folder may be used again: the database is written anew, evidence is added to.
    """
    with database() as urls:
        from bangfu.site.backups import back_up
        from bangfu.site.cli.preparing import progress_bar

        with progress_bar("佐证 · Evidence") as tell:
            copied = back_up(folder, owner=urls.owner, progress=tell)
        click.echo(f"→ {folder}")
        click.echo(f"佐证新增 files added {copied.files:,} · 区块 block {copied.block or '—'}")
        click.echo(
            "密钥（var/secrets）请另行备份，不要放在一起 · Back var/secrets up apart, never beside this."
        )
