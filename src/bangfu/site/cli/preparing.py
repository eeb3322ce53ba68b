"""Bring the database up to what this version expects. Django must be ready, as the owner."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click


def migrate_and_grant(*, role: str) -> None:
    """Migrate the tables and give the application's role its privileges on them.

    Raises: click.ClickException: another version made the tables.
    """
    from django.db import connection

    from bangfu.foundation.operations import system_writes
    from bangfu.foundation.operations.migrating import migrate_tables
    from bangfu.foundation.operations.privileges import grant_privileges

    refuse_others_tables()
    with system_writes("migrations"):
        migrate_tables()
    grant_privileges(connection, role)


def refuse_others_tables() -> None:
    """Refuse a database that went through migrations which this version does not know.

    Raises: click.ClickException: with one of them.
    """
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("bangfu.")}
    loader = MigrationLoader(connection)
    unknown = sorted(
        f"{label}.{name}"
        for label, name in loader.applied_migrations
        if label in ours and (label, name) not in loader.disk_migrations
    )
    if unknown:
        raise click.ClickException(
            f"这个数据库由另一个版本建立（{unknown[0]}），本版本不能升级它：请用那个版本打开，或用 BANGFU_VAR 另设文件夹建新库 · "
            f"Another version made this database ({unknown[0]}), and this one cannot bring it up to date: open it with that"
            " version, or name another folder by BANGFU_VAR for a new one."
        )


def refuse_unapplied() -> None:
    """Refuse a database whose tables are older than the code.

    Raises: click.ClickException: with how many migrations are missing.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise click.ClickException(
            f"数据库还有 {len(missing)} 步升级未做，请运行 bangfu migrate · "
            f"The database lacks {len(missing)} migrations; run bangfu migrate."
        )


def collect_static_files() -> None:
    """Put style sheets, scripts and pictures where they are served from, under names that never change."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (done, of all), and show how far it is.

    On a terminal a bar, elsewhere a line for each tenth.
    """
    began = time.monotonic()
    shown = -1

    def tell(done: int, all_: int) -> None:
        nonlocal shown
        share = min(done / all_, 1.0) if all_ else 1.0
        terminal = sys.stderr.isatty()
        step = int(share * (100 if terminal else 10))
        if step == shown:
            return
        shown = step
        if terminal:
            bar = "█" * int(share * 30)
            click.echo(f"\r{title} {bar:<30} {share:4.0%}", err=True, nl=False)
        else:
            click.echo(f"{title} {share:.0%}", err=True)

    yield tell
    if shown >= 0:
        if sys.stderr.isatty():
            click.echo(err=True)
        click.echo(f"{title} {time.monotonic() - began:.1f} s", err=True)
