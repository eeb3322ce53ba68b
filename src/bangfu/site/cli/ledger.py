"""``bangfu ledger``: checkpoints, and whether the ledger is what it was."""

import base64
import os
from pathlib import Path

import click

from bangfu.site.cli.database import database

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """账册的检查点与查验 · Checkpoints of the ledger, and verifying it."""


@ledger.command()
@click.option(
    "--kept", multiple=True, type=FILE, help="外人保存的检查点 · A checkpoint that somebody outside has kept"
)
@click.option("--processes", type=click.IntRange(1, 64), help="几个进程 · How many processes")
def verify(kept: tuple[Path, ...], processes: int | None) -> None:
    """从头查验整本账册 · Recompute every entry, root and signature.

    逐条重算每个事实和资料版本的摘要、每个区块的根和签名；有不符的逐条列出，以状态 1 结束。

    Every fact and version is hashed anew, every block's root and signature checked. What does not fit is listed, and the
    command ends with status 1.
    """
    with database() as urls:
        from bangfu.foundation.ledger.verifying import verify_ledger
        from bangfu.site.cli.preparing import progress_bar

        with progress_bar("查验 · Verifying") as tell:
            verdict = verify_ledger(
                urls.app,
                processes=processes or os.cpu_count() or 1,
                kept=[file.read_text(encoding="utf-8") for file in kept],
                progress=tell,
            )
        click.echo(f"区块 blocks {verdict.blocks:,} · 条目 entries {verdict.entries:,}")
        click.echo(f"根 root {verdict.root.hex()}")
        for fault in verdict.faults:
            click.echo(f"✗ {fault.words}")
        if verdict.faults:
            raise click.ClickException(f"不符 · Does not fit: {len(verdict.faults):,}")
        click.echo("全部相符 · Everything fits.")


@ledger.command()
@click.argument("block", type=int, required=False)
def checkpoint(block: int | None) -> None:
    """打印检查点（签名的声明） · Print a checkpoint, a signed note; without a number the newest."""
    with database():
        from bangfu.foundation.ledger.checkpoints import note_of
        from bangfu.foundation.ledger.queries import latest_block

        newest = latest_block()
        note = note_of(block if block is not None else newest.number if newest else 0)
        if note is None:
            raise click.ClickException("没有这个区块 · There is no such block.")
        click.echo(note, nl=False)


@ledger.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
def consistency(old: int, new: int) -> None:
    """打印两个区块之间的一致性证明 · Print the proof that one block's ledger begins with an earlier one's.

    每行一个哈希（Base64），按 RFC 6962 2.1.2。One hash a line in base64, as RFC 6962 section 2.1.2 has them.
    """
    with database():
        from bangfu.foundation.ledger.checkpoints import consistency as proof_between

        try:
            proof = proof_between(old, new)
        except LookupError:
            raise click.ClickException("没有这样两个区块 · There are no such two blocks.") from None
        for one in proof:
            click.echo(base64.b64encode(one).decode())


@ledger.command()
@click.argument("file", type=FILE)
@click.option("--witness", required=True, help="见证方名称 · The witness's name")
@click.option("--key", required=True, help="见证方公钥（Base64） · The witness's public key in base64")
def cosign(file: Path, witness: str, key: str) -> None:
    """收下见证方在检查点上的签名 · Keep a witness's signature under a checkpoint."""
    with database():
        from bangfu.foundation.ledger.checkpoints import add_cosignature

        block = add_cosignature(file.read_text(encoding="utf-8"), witness=witness, public_key=key)
        click.echo(f"已收下，区块 · Kept, under block {block}")


@ledger.command()
@click.option("--lost", is_flag=True, help="原密钥已遗失 · The former key is lost")
def rotate(lost: bool) -> None:
    """更换签名密钥，由旧密钥签名交接 · Change the signing key; the former one signs the handing over."""
    with database():
        from bangfu.foundation.ledger.sealing import rotate_key

        block = rotate_key(is_lost=lost)
        click.echo(f"新密钥自区块 {block} 起签名 · The new key signs from block {block} on.")
        click.echo("请另行备份密钥文件夹 · Back the folder of secrets up, apart from the database.")


@ledger.command()
@click.option("--check", "checks", is_flag=True, help="只核对，不写 · Only hold the cells against the facts")
@click.option("--anew", is_flag=True, help="由事实全部重算 · Sum all facts again")
def rollup(checks: bool, anew: bool) -> None:
    """把新封存的事实汇入汇总单元（worker 随时在做） · Add what was sealed to the cells, as the worker does all the time."""
    with database():
        from bangfu.foundation.ledger.rollups import Step, different_cells, roll_up, roll_up_anew

        def tell(step: Step) -> None:
            waiting = f"，还有 {step.still:,} 条 · {step.still:,} to go" if step.still else ""
            click.echo(f"+{step.facts:,}{waiting}", err=True)

        if checks:
            different = different_cells()
            if different:
                raise click.ClickException(
                    f"{different:,} 处与事实不符，请运行 bangfu ledger rollup --anew · "
                    f"{different:,} differ from their facts; run bangfu ledger rollup --anew."
                )
            click.echo("全部相符 · Everything fits.")
            return
        blocks = roll_up_anew(tell) if anew else roll_up(tell)
        click.echo(f"汇入 {blocks:,} 个区块 · {blocks:,} blocks rolled up.")


@ledger.command()
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="写到哪里 · The folder"
)
@click.option("--anew", is_flag=True, help="全部重写 · Write everything again")
@click.option("--verify", "verifies", is_flag=True, help="只查验，不写 · Only verify what stands there")
def snapshot(folder: Path | None, anew: bool, verifies: bool) -> None:
    """把封存的账册写成 Parquet 快照，只写新区块 · Write the sealed ledger as Parquet, new blocks only.

    DuckDB 和 Spark 由此算数：bangfu figures --engine duckdb。随时可以中断，原有快照保持完整。

    DuckDB and Spark count from it: bangfu figures --engine duckdb. It may be stopped at any time: the former snapshot stays
    whole.
    """
    with database() as urls:
        from django.conf import settings

        from bangfu.foundation.ledger.snapshots.verifying import verify_snapshot
        from bangfu.foundation.ledger.snapshots.writing import write_snapshot
        from bangfu.site.cli.preparing import progress_bar

        folder = (folder or settings.SNAPSHOT_FOLDER).resolve()
        if verifies:
            manifest, faults = verify_snapshot(folder, urls.app)
        else:
            with progress_bar("快照 · Snapshot") as tell:
                written = write_snapshot(urls.app, folder, anew=anew, progress=tell)
            manifest, faults = written.manifest, []
            click.echo(
                f"新写 {written.rows:,} 条，合并 {written.merged} 个文件 ·"
                f" {written.rows:,} new entries, {written.merged} files merged"
            )
        click.echo(f"{folder}")
        click.echo(
            f"区块 block {manifest.block:,} · 条目 entries {manifest.rows:,} · 文件 files {len(manifest.files):,}"
        )
        click.echo(f"根 root {manifest.root}")
        for fault in faults:
            click.echo(f"✗ {fault}")
        if faults:
            raise click.ClickException(f"不符 · Does not fit: {len(faults):,}")
        if verifies:
            click.echo("全部相符 · Everything fits.")
