"""``bangfu restore``."""

import os
from pathlib import Path

import click

from bangfu.site.cli.database import database, role_of


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """把备份恢复到空的数据库，并查验账册 · Restore a backup into an empty database, and verify the ledger.

    先把密钥文件夹（secrets）放回原处，再运行本命令；恢复后账册须与备份里的检查点相符。

    Put the folder of secrets back first. The restored ledger must fit the checkpoint in the backup.
    """
    with database(as_owner=True) as urls:
        from django.conf import settings

        from bangfu.foundation.ledger.verifying import verify_ledger
        from bangfu.site import backups
        from bangfu.site.cli.preparing import migrate_and_grant, progress_bar

        with progress_bar("佐证 · Evidence") as tell:
            files = backups.restore(
                folder, owner=urls.owner, evidence=Path(settings.EVIDENCE_FOLDER), progress=tell
            )
        migrate_and_grant(role=role_of(urls.app))
        note = backups.kept_checkpoint(folder)
        verdict = verify_ledger(
            urls.owner, processes=os.cpu_count() or 1, kept=[note] if note is not None else []
        )
        for fault in verdict.faults:
            click.echo(f"✗ {fault.words}")
        if verdict.faults:
            raise click.ClickException(f"账册不符 · The ledger does not fit: {len(verdict.faults):,}")
        click.echo(
            f"佐证 files {files:,} · 区块 blocks {verdict.blocks:,} · 条目 entries {verdict.entries:,}"
        )
        click.echo("账册全部相符 · The ledger fits.")
