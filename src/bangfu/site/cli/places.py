"""``bangfu places``: the administrative divisions."""

import click

from bangfu.site.cli.database import database


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
