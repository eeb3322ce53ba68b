"""``bangfu found``: found an empty house of one's own, with its first administrator."""

import os

import click

from bangfu.site.cli.database import addresses, database

PASSWORD = "BANGFU_FOUND_PASSWORD"


@click.command()
@click.option("--code", help="单位代码，如 HQ · Code of the root unit, such as HQ.")
@click.option("--name-zh", help="单位中文名称 · Its name in Chinese.")
@click.option("--name-en", help="单位英文名称 · Its name in English.")
@click.option("--administrator", help="首位管理员的登录名 · User name of the first administrator.")
@click.option("--administrator-name", help="首位管理员的姓名 · Name of the first administrator.")
@click.option("--places/--no-places", default=True, help="也载入行政区划 · Load the divisions too.")
def found(
    code: str | None,
    name_zh: str | None,
    name_en: str | None,
    administrator: str | None,
    administrator_name: str | None,
    places: bool,
) -> None:
    """建立自己的单位和首位管理员 · Found a house of your own and its first administrator.

    没有写在命令里的会逐项询问；密码输入两次，不显示；脚本可用 BANGFU_FOUND_PASSWORD。

    What the command does not say is asked for; the password twice, unseen; scripts give BANGFU_FOUND_PASSWORD.
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
                administrator=_said(administrator, "管理员登录名 · Administrator's user name"),
                administrator_name=_said(administrator_name, "管理员姓名 · Administrator's name"),
            )
            check_house(house)
            root, account = found_here(house, password=_password())
            click.echo(f"已建立 · Founded: {root.code} {root.name_zh} / {root.name_en}")
            click.echo(f"管理员 · Administrator: {account.username}")
        if places:
            take(("places", "load"))
    click.echo("启动 · Start it: bangfu serve")


def _said(given: str | None, question: str) -> str:
    answer: str = click.prompt(question) if given is None else given
    return answer.strip()


def _password() -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    answer: str = click.prompt(
        "密码（至少十个字符，不能全是数字）· Password (ten characters at least, not digits only)",
        hide_input=True,
        confirmation_prompt="再输入一次 · Again",
    )
    return answer
