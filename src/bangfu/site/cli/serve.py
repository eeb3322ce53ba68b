"""``bangfu serve``."""

from collections.abc import Callable
from typing import Any

import click

WORKERS = 2  # processes: one for each core of the machine bangfu is made for
THREADS = 4  # in each: enough to keep a core busy while others wait for the database


def address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where bangfu answers."""
    for option in (
        click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64)),
        click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64)),
        click.option(
            "--port", default=8000, show_default=True, envvar="BANGFU_PORT", type=click.IntRange(1, 65535)
        ),
        click.option("--host", default="127.0.0.1", show_default=True, envvar="BANGFU_HOST"),
    ):
        command = option(command)
    return command


@click.command()
@address_options
@click.option(
    "--worker/--no-worker",
    "has_worker",
    default=True,
    show_default=True,
    help="连同后台；另有 bangfu worker 时可不带 · The worker too; without it where bangfu worker runs by itself.",
)
def serve(host: str, port: int, workers: int, threads: int, has_worker: bool) -> None:
    """启动数据库、网站和后台 · Start the database, the site and the worker."""
    from bangfu.site.cli.serving import Address, serve_until_stopped

    address = Address(host=host, port=port, workers=workers, threads=threads)
    serve_until_stopped(
        address,
        steps=[("prepare", "--no-places")],
        when_ready=lambda: click.echo(f"帮扶 bangfu → {address.url}"),
        has_worker=has_worker,
    )
