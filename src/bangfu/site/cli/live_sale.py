"""``bangfu live-sale``: what a live sale is tried out with."""

import os
import time
from datetime import timedelta

import click

from bangfu.site.cli.database import database
from bangfu.site.embedded import join_or_start, make_log_ahead, tidy_up

LOG_BYTES_AN_ORDER = 3_500
"""What the database's log holds of one order with one line."""


@click.group("live-sale")
def live_sale() -> None:
    """直播准备与演练 · Make ready for a live sale, and rehearse one."""


@live_sale.command()
@click.option("--orders", default=100_000, show_default=True, type=click.IntRange(1, 300_000))
def ready(orders: int) -> None:
    """开播前预备数据库日志文件、整理各表，买家不必等待 · Make the database's log and tidy up ahead of a sale: no buyer waits.

    For the embedded server, which may be running; whoever has a server of their own asks its administrator.
    """
    if os.environ.get("DATABASE_URL"):
        raise click.ClickException(
            "您使用自己的数据库服务器，请由其管理员预留 WAL 文件 · "
            "You use a server of your own: its administrator keeps WAL ready."
        )
    with join_or_start() as urls:
        assert urls.superuser is not None
        made = make_log_ahead(urls.superuser, size_bytes=orders * LOG_BYTES_AN_ORDER)
        tidy_up(urls.owner)
    click.echo(
        f"已备好 {orders:,} 单的日志（新增 {made} 个文件） · Ready for {orders:,} orders ({made} files made)."
    )


@live_sale.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--buyers", default=500, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--orders", default=5_000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--connections", default=32, show_default=True, type=click.IntRange(1, 128))
@click.option("--packs", default=0, show_default="六成 · 60 %", type=click.IntRange(0, 10**6))
def rehearse(port: int, buyers: int, orders: int, connections: int, packs: int) -> None:
    """在示例单位里办一场直播，买家下单，然后从账册证明没有超卖也没有少卖 · Sell live in an example house, then prove it.

    The server must run on this machine. A third of the packs is asked for in vain, so that both ends are proved.
    """
    with database():
        from bangfu.foundation.organisation.queries import is_example

        if not is_example():
            raise click.ClickException(
                "演练会写入账册，只能在示例单位里做 · A rehearsal writes facts: only in an example house."
            )
        from bangfu.livelihoods.shop import rehearsing
        from example.rehearsal import clear_up, prepared, proved

        stage = prepared(
            buyers=buyers, packs=packs or max(3, orders * 2 * 6 // 10 // 3), lasts=timedelta(hours=2)
        )
        wanted = rehearsing.presses(stage.on_offer, buyers=buyers, count=orders, most=3, seed=stage.sale.code)
        click.echo(
            f"{stage.sale.name_zh}: {len(wanted):,} 次下单 presses, {stage.packs:,} 件 packs × {len(stage.on_offer)}"
        )
        time.sleep(1)
        try:
            found = rehearsing.rehearse(port, stage.tokens, wanted, connections=connections)
        except (OSError, TimeoutError) as error:
            clear_up(stage)
            raise click.ClickException(
                f"127.0.0.1:{port} 没有应答，请先启动 bangfu serve · No answer; start bangfu serve first. ({error})"
            ) from error
        clear_up(stage)
        rate = len(found.answers) / found.took_s
        click.echo(f"{rate:,.0f} 次/秒 a second; p50 {found.at(0.5):.0f} ms, p99 {found.at(0.99):.0f} ms")
        faults = 0
        for words, holds in proved(stage, found):
            faults += not holds
            click.echo(f"{'✓' if holds else '✗'} {words.zh} · {words.en}")
        if faults:
            raise click.ClickException("演练发现问题 · The rehearsal found faults.")
