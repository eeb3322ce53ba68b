"""``bangfu report``: the texts of reports."""

import click

from bangfu.site.cli.database import database


@click.group()
def report() -> None:
    """报告文字 · The texts of reports."""


@report.command()
@click.argument("code")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
def check(code: str, as_of: str) -> None:
    """检查每个数字是否绑定、用词是否属实 · Check that every number is bound and every word around it true."""
    with database():
        from bangfu.reporting.reports import problems_of
        from bangfu.reporting.selection import read_block

        try:
            problems = problems_of(code, as_of=read_block(as_of) if as_of else None)
        except LookupError as error:
            raise click.ClickException(f"没有报告 {code} · There is no report {code}.") from error
        for problem in problems:
            click.echo(str(problem), err=True)
        if problems:
            raise click.ClickException(f"{len(problems)} 处须改正 · {len(problems)} to mend.")
        click.echo("通过 · Passed.")
