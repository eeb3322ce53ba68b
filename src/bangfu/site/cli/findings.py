"""``bangfu findings``: the rules that watch the figures."""

import click

from bangfu.site.cli.database import database


@click.group()
def findings() -> None:
    """疑点规则 · The rules that watch the figures."""


@findings.command()
@click.argument("rule", nargs=-1)
def run(rule: tuple[str, ...]) -> None:
    """运行规则，提出疑点 · Run all rules, or those named, and raise what they find; may be repeated."""
    with database():
        from django.utils import timezone

        from bangfu.foundation.findings.watching import run_rules, watch_account
        from bangfu.foundation.operations import Act
        from bangfu.foundation.organisation.queries import root_unit

        if root_unit() is None:
            raise click.ClickException("还没有单位，先建立单位 · No house is founded here yet: bangfu found")
        try:
            done = run_rules(act=Act.now(watch_account(on=timezone.localdate())), only=rule)
        except LookupError as unknown:
            raise click.ClickException(f"没有这条规则 · {unknown}") from None
        for one in done:
            if one.outcome is None:
                click.echo(f"{one.rule.title.zh} · {one.rule.title.en}: 停用 off")
                continue
            click.echo(
                f"{one.rule.title.zh} · {one.rule.title.en}: 查看 examined {one.examined:,}，新提出 raised "
                f"{one.outcome.raised:,}，"
                f"重新打开 re-opened {one.outcome.reopened:,}，已知 known {one.outcome.known:,}"
            )
