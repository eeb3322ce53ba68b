"""``bangfu prepare``: everything between a new version and serving it."""

import click

from bangfu.site.cli.database import database, role_of


@click.command()
@click.option("--places/--no-places", default=True, help="也载入行政区划 · Load the divisions too.")
def prepare(places: bool) -> None:
    """准备好数据表、行政区划和静态文件 · Bring tables, places and static files up to date."""
    with database(as_owner=True) as urls:
        from bangfu.site.cli.preparing import collect_static_files, migrate_and_grant, progress_bar

        migrate_and_grant(role=role_of(urls.app))
        if places:
            from bangfu.foundation.places.loading import load_places

            with progress_bar("行政区划 · Places") as tell:
                load_places(progress=tell)
        collect_static_files()
