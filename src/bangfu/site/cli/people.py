"""``bangfu people``: what guards personal data."""

import os

import click

from bangfu.site.cli.database import database


@click.group()
def people() -> None:
    """个人信息的密钥 · The keys of personal data."""


@people.command("change-key")
def change_key() -> None:
    """更换个人信息的总密钥（先停止系统） · Change the house's key; stop the system first.

    中断后再运行一次即可。密钥由 BANGFU_PEOPLE_KEY 给出时，新密钥写在 BANGFU_PEOPLE_KEY_NEXT。

    Cut short, it is simply run again. With BANGFU_PEOPLE_KEY the new key is BANGFU_PEOPLE_KEY_NEXT.
    """
    with database():
        from bangfu.foundation.people.rekeying import change_house_key

        count = change_house_key()
        click.echo(f"已更换，重新加密的密钥 · Changed; keys wrapped anew: {count:,}")
        if os.environ.get("BANGFU_PEOPLE_KEY"):
            click.echo(
                "请把 BANGFU_PEOPLE_KEY 改为新密钥后再启动 · Set BANGFU_PEOPLE_KEY to the new key before you start again."
            )
        else:
            click.echo(
                "请重新备份 secrets，并销毁旧的备份；digests.key 要一直保留 · "
                "Back secrets up again and destroy older copies; keep digests.key for good."
            )
