"""``bangfu example``: the programme that bangfu ships with, to look around in."""

import click

from bangfu.site.cli.database import database


@click.group()
def example() -> None:
    """示例帮扶计划 · The example programme."""


@example.command()
@click.option("--scale", default=1.0, show_default=True, type=click.FloatRange(0, 1, min_open=True))
@click.option(
    "--full", is_flag=True, help="直播当天 650,000 个订单全部载入 · All 650,000 orders of the live sale."
)
@click.option("--unless-used", is_flag=True, help="已有自己的数据时不算错误 · Data of your own are no error.")
def load(scale: float, full: bool, unless_used: bool) -> None:
    """载入示例（可重复执行） · Load the example programme; may be repeated."""
    with database():
        from bangfu.foundation.places.models import Place
        from bangfu.site.cli.preparing import progress_bar, refuse_unapplied
        from example.loading import NotTheExample, load_example

        refuse_unapplied()
        if not Place.objects.exists():
            raise click.ClickException(
                "还没有行政区划，请先运行 bangfu prepare · There are no places yet; run bangfu prepare first."
            )
        try:
            with progress_bar("示例 · Example") as tell:
                loaded = load_example(scale=scale, progress=tell, full=full)
        except NotTheExample as refusal:
            if not unless_used:
                raise click.ClickException(str(refusal)) from refusal
            click.echo(str(refusal), err=True)
        else:
            if loaded.papers:
                click.echo(f"示例 · Example: {loaded.stations:,} 基站 stations → {loaded.accounts}", err=True)
