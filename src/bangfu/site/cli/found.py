"""``bangfu found``: found an empty house of one's own, with its first two administrators."""

import os

import click

from bangfu.site.cli.database import addresses, database

PASSWORD = "BANGFU_FOUND_PASSWORD"
SECURITY_PASSWORD = "BANGFU_FOUND_SECURITY_PASSWORD"


@click.command()
@click.option("--code", help="单位代码，如 HQ · Code of the root unit, such as HQ.")
@click.option("--name-zh", help="单位中文名称 · Its name in Chinese.")
@click.option("--name-en", help="单位英文名称 · Its name in English.")
@click.option("--administrator", help="系统管理员的登录名 · User name of the first system administrator.")
@click.option("--administrator-name", help="系统管理员的姓名 · Name of the first system administrator.")
@click.option(
    "--security-administrator",
    help="安全管理员（授权）的登录名，须是另一人 · User name of the security administrator, who grants: somebody else.",
)
@click.option(
    "--security-administrator-name", help="安全管理员的姓名 · Name of the first security administrator."
)
@click.option("--places/--no-places", default=True, help="也载入行政区划 · Load the divisions too.")
def found(
    code: str | None,
    name_zh: str | None,
    name_en: str | None,
    administrator: str | None,
    administrator_name: str | None,
    security_administrator: str | None,
    security_administrator_name: str | None,
    places: bool,
) -> None:
    """建立自己的单位和两位管理员 · Found a house of your own and its first two administrators.

    没有写在命令里的会逐项询问；密码各输入两次，不显示；脚本可用 BANGFU_FOUND_PASSWORD 和 BANGFU_FOUND_SECURITY_PASSWORD。

    What the command does not say is asked for; passwords twice, unseen; scripts give BANGFU_FOUND_PASSWORD and
    BANGFU_FOUND_SECURITY_PASSWORD.
    """
    from bangfu.site.cli.serving import take

    with addresses():
        take(("prepare", "--no-places"))
        with database():
            from bangfu.site.house import NewHouse, check_house, refuse_founded
            from bangfu.site.house import found as found_here

            refuse_founded()
            house = NewHouse(
                code=_said(code, "单位代码 · Code"),
                name_zh=_said(name_zh, "中文名称 · Name in Chinese"),
                name_en=_said(name_en, "英文名称 · Name in English"),
                administrator=_said(administrator, "系统管理员登录名 · System administrator's user name"),
                administrator_name=_said(administrator_name, "系统管理员姓名 · System administrator's name"),
                security_administrator=_said(
                    security_administrator, "安全管理员登录名 · Security administrator's user name"
                ),
                security_administrator_name=_said(
                    security_administrator_name, "安全管理员姓名 · Security administrator's name"
                ),
            )
            check_house(house)
            root, account = found_here(
                house,
                password=_password(PASSWORD, house.administrator),
                security_password=_password(SECURITY_PASSWORD, house.security_administrator),
            )
            click.echo(f"已建立 · Founded: {root.code} {root.name_zh} / {root.name_en}")
            click.echo(f"系统管理员 · System administrator: {account.username}")
            click.echo(f"安全管理员 · Security administrator: {house.security_administrator}")
        if places:
            take(("places", "load"))
    click.echo("启动 · Start it: bangfu serve")


def _said(given: str | None, question: str) -> str:
    answer: str = click.prompt(question) if given is None else given
    return answer.strip()


def _password(setting: str, username: str) -> str:
    given = os.environ.get(setting)
    if given is not None:
        return given
    answer: str = click.prompt(
        f"{username} 的密码（至少十个字符，不能全是数字）· Password of {username} (ten characters at least, not digits only)",
        hide_input=True,
        confirmation_prompt="再输入一次 · Again",
    )
    return answer
