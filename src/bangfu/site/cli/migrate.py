"""``bangfu migrate``."""

import click

from bangfu.site.cli.database import database, role_of


@click.command()
def migrate() -> None:
    """升级数据表并授权 · Bring the tables up to date, and grant the application its rights."""
    with database(as_owner=True) as urls:
        from bangfu.site.cli.preparing import migrate_and_grant

        migrate_and_grant(role=role_of(urls.app))
