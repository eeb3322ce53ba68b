"""``bangfu check``."""

import click

from bangfu.site.cli.database import database


@click.command()
def check() -> None:
    """检查程序和数据库能否提供服务 · Check that code and database are fit to serve."""
    with database() as urls:
        from django.core.management import call_command

        from bangfu.site.cli.preparing import refuse_unapplied
        from bangfu.site.cli.startup import check_role

        call_command("check", databases=["default"])
        refuse_unapplied()
        check_role(urls.app)
        click.echo("可以提供服务 · Fit to serve.")
