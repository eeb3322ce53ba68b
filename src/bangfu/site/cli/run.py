"""``bangfu run``: what ``make run`` does."""

from pathlib import Path

import click

from bangfu.site.cli.serve import address_options

ACCOUNTS = "example-accounts.txt"  # in var/: user name, password, person and part, between tabs
BRANCH_CLERKS = "clerk-"  # there is one in each province; the list on screen does without them


@click.command()
@address_options
def run(host: str, port: int, workers: int, threads: int) -> None:
    """载入区划和示例并启动全部 · Load places and example if need be, and serve."""
    from bangfu.site.cli.serving import Address, serve_until_stopped
    from bangfu.site.embedded import var_folder

    address = Address(host=host, port=port, workers=workers, threads=threads)
    accounts = var_folder() / ACCOUNTS
    serve_until_stopped(
        address,
        steps=[("prepare",), ("example", "load", "--unless-used")],
        when_ready=lambda: click.echo(where_to_look(address.url, accounts=accounts)),
    )


def where_to_look(url: str, *, accounts: Path) -> str:
    """Say where bangfu answers, and with which of the example's accounts to sign in."""
    lines = ["", f"帮扶 bangfu → {url}"]
    if accounts.is_file():
        lines += ["", "登录名 · 密码 · 是谁    user name · password · who"]
        for line in accounts.read_text(encoding="utf-8").splitlines():
            name, separator, rest = line.partition("\t")
            if separator and not name.startswith(BRANCH_CLERKS):
                password, *who = rest.split("\t")
                lines.append(f"  {name:<10} {password:<14} {' '.join(who)}")
        lines.append(f"各省经办见 · The clerks of the provinces: {accounts}")
    return "\n".join([*lines, "", "Ctrl-C 停止 · stops everything."])
