"""``bangfu worker``: what happens beside the pages."""

import signal
import threading
import time

import click

from bangfu.site.cli.database import database

EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0
FORGET_EVERY_S = 3600.0


@click.command()
def worker() -> None:
    """封存账册，处理后台工作 · Seal the ledger's blocks and do what waits."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with database():
        from django.db import OperationalError, close_old_connections, connections
        from django.utils import timezone

        from bangfu.foundation.findings.watching import run_daily
        from bangfu.foundation.intake.expiry import forget_old_sheets
        from bangfu.foundation.ledger.rollups import roll_up
        from bangfu.foundation.ledger.sealing import seal_pending
        from bangfu.foundation.operations import Refusal
        from bangfu.foundation.operations.expiry import forget_old_requests
        from bangfu.foundation.webhooks.sending import begin_delivering

        def watch() -> None:
            """Run the rules beside the sealer, on a connection of its own."""
            try:
                run_daily(timezone.now())
            finally:
                connections.close_all()

        pause, forgotten_at = EVERY_S, float("-inf")
        watching: threading.Thread | None = None
        while not stopped.wait(pause):
            close_old_connections()
            began = time.monotonic()
            try:
                seal_pending()
                roll_up()
                begin_delivering()
                if time.monotonic() - forgotten_at > FORGET_EVERY_S:
                    forget_old_requests(timezone.now())
                    forget_old_sheets(timezone.now())
                    forgotten_at = time.monotonic()
                    if watching is None or not watching.is_alive():
                        watching = threading.Thread(target=watch, name="findings", daemon=True)
                        watching.start()
                # While much comes in, the sealer takes half of a processor's time at most.
                pause = max(EVERY_S, time.monotonic() - began)
            except Refusal as refusal:
                pause = LONGEST_PAUSE_S
                click.echo(f"{refusal.sentence.zh} · {refusal.sentence.en}", err=True)
            except OperationalError as gone:
                pause = min(pause * 2, LONGEST_PAUSE_S)
                words = " ".join(str(gone).split())
                click.echo(
                    f"数据库没有应答，稍后再试 · The database does not answer, trying again: {words}",
                    err=True,
                )
