"""``bangfu publish``: a report is prepared, approved by another account, and frozen."""

import uuid
from pathlib import Path

import click

from bangfu.site.cli.database import database


@click.command()
@click.argument("report")
@click.option("--as", "username", required=True, help="以谁的账号 · The account that acts.")
@click.option("--approve", is_flag=True, help="批准最近准备的一份 · Approve what was prepared last.")
@click.option("--freeze", is_flag=True, help="定稿最近批准的一份 · Freeze what was approved last.")
@click.option(
    "--block",
    type=click.IntRange(1),
    help="准备时截至哪个区块 · Prepare as of this block; the newest without it.",
)
@click.option(
    "--papers",
    type=click.Path(file_okay=False, path_type=Path),
    help="把 PDF、Word 和数字表写到文件夹 · Write PDF, Word and the table of figures to this folder.",
)
@click.option(
    "--origin", default="http://localhost:8000", help="数字在哪里打开 · Where figures open, as a web address"
)
def publish(
    report: str,
    username: str,
    approve: bool,
    freeze: bool,
    block: int | None,
    papers: Path | None,
    origin: str,
) -> None:
    """发布报告：准备、批准、定稿 · Publish a report: prepare it, approve it, freeze it.

    不带选项是准备；批准须由另一个账号（--approve）；定稿（--freeze）后编号，写出发布包。--papers 写出文件，定稿前是送审稿。

    Without an option it is prepared; another account approves it; freezing gives it a number and writes the bundle.
    --papers writes its papers, which are drafts until it is frozen.
    """
    if approve and freeze:
        raise click.UsageError("--approve 与 --freeze 只能选一个 · Choose one of --approve and --freeze.")
    with database():
        from bangfu.foundation.operations import Act
        from bangfu.foundation.people.models import Account
        from bangfu.reporting.publications import operations, queries
        from bangfu.reporting.publications.bundle import bundle_path
        from bangfu.reporting.publications.papers.files import write_papers

        account = Account.objects.filter(username__iexact=username).first()
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        act = Act.now(account, key=str(uuid.uuid4()))
        if not (approve or freeze):
            found = operations.prepare_publication(report=report, block=block, act=act)
            click.echo(f"已准备，待另一个人批准 · Prepared, waits for another person: {found}")
        else:
            waiting = queries.waiting_publication(report, is_approved=freeze)
            if waiting is None:
                raise click.ClickException(
                    f"{report} 没有待处理的发布，请先准备 · Nothing of {report} waits for this; prepare it first."
                )
            found = waiting
        if approve:
            operations.approve_publication(publication=found, act=act)
            click.echo(f"已批准，待定稿 · Approved, to be frozen: {found}")
        if freeze:
            step = operations.freeze_publication(publication=found, act=act)
            click.echo(
                f"已发布第 {step.number} 号 · Published as no. {step.number}: {bundle_path(step.number or 0)}"
            )
        if papers is not None:
            for path in write_papers(queries.standing_of(found.pk), papers, origin=origin.rstrip("/")):
                click.echo(f"  → {path}")
