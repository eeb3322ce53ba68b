"""The sheets a house is made from: what each column holds, and the templates to fill in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout
from bangfu.foundation.money.models import ASSET_WORDS
from bangfu.foundation.organisation.models import KIND_WORDS
from bangfu.foundation.places.models import AREA_KIND_WORDS, Area
from bangfu.foundation.rooms import Words, both, roles

RESTRICTED, UNRESTRICTED = "RESTRICTED", "UNRESTRICTED"
RESTRICTIONS = (
    (RESTRICTED, both("限定", "Restricted")),
    (UNRESTRICTED, both("非限定", "Unrestricted")),
)
SMALLEST = Decimal("0.01")
"""A side of a balance is above zero: one fen at least."""


def _only_by_init(**arguments: Any) -> NoReturn:
    raise RuntimeError("these sheets are taken in by bangfu init, before anybody can upload one")


def _layout(name: str, title: Words, about: Words, *columns: Column, key: str | None = None) -> Layout:
    return Layout(
        code=f"init.{name}",
        title=title,
        columns=columns,
        confirm=_only_by_init,
        permission="init",
        about=about,
        key=key,
    )


def _day(
    name: str,
    title: Words,
    *,
    required: bool = True,
    example: str = "2020-01-01",
    aliases: tuple[str, ...] = (),
) -> Column:
    return Column(name, title, ColumnKind.DATE, required=required, example=example, aliases=aliases)


def layouts() -> dict[str, Layout]:
    """Return the sheets by the names of their files, in the order in which they are read."""
    return {
        "units": _layout(
            "units",
            both("单位", "Units"),
            both(
                "第一行写集团（类别“集团”，上级空着），其余每个单位一行，先后不限。",
                "One row is the group (kind Group, no parent); one row for every other unit, in any order.",
            ),
            Column("code", both("单位代码", "Code"), ColumnKind.CODE, longest=40, example="GZ-QXN",
                   note=both("全公司唯一，以后不改。", "One of its kind in the house; it never changes.")),
            Column("name_zh", both("中文名称", "Name in Chinese"), longest=120, example="黔西南州分公司"),
            Column("name_en", both("英文名称", "Name in English"), longest=160, example="Qianxinan branch"),
            Column("kind", both("类别", "Kind"), ColumnKind.CHOICE, choices=tuple(KIND_WORDS.items()),
                   example="地市公司"),
            Column("parent", both("上级单位代码", "Parent's code"), ColumnKind.CODE, required=False, example="GZ",
                   note=both("只有集团空着。", "Empty for the group only.")),
            Column("place", both("所在地", "Place"), required=False, example="贵州省黔西南布依族苗族自治州",
                   note=both("名称或区划代码，可空。", "By name or code; may be empty.")),
            _day("starts_on", both("自何日起", "Open from")),
            key="code",
        ),
        "people": _layout(
            "people",
            both("人员", "People"),
            both(
                "一人一行；一人有几个岗位或角色就写几行，登录名和姓名照抄。至少一人是集团的系统管理员，另一人是安全管理员。",
                "A row for each person; who has several posts or roles has several rows with the same user name and "
                "name. One at least is system administrator of the group, and somebody else security administrator.",
            ),
            Column("username", both("登录名", "User name"), longest=80, example="weilan",
                   note=both("字母、数字和 . _ - @。", "Letters, digits and . _ - @.")),
            Column("name", both("姓名", "Name"), longest=120, example="韦兰",
                   note=both("逐人加密保存。", "Kept encrypted, under the person's own key.")),
            Column("unit", both("单位代码", "Unit's code"), ColumnKind.CODE, longest=40, example="GZ-QXN"),
            Column("title_zh", both("岗位（中文）", "Post in Chinese"), longest=80, required=False, example="帮扶专员"),
            Column("title_en", both("岗位（英文）", "Post in English"), longest=120, required=False,
                   example="Assistance officer",
                   note=both("写了岗位就要写中英文。", "A post needs both titles.")),
            Column("role", both("角色", "Role"), ColumnKind.CHOICE, required=False, example="填报人员",
                   choices=tuple((role.code, role.title) for role in roles().values()),
                   note=both("没有角色的人登录后什么也看不到。", "Whoever has no role signs in and sees nothing.")),
            Column("line", both("专业线代码", "Line's code"), required=False, longest=40, example="",
                   note=both("岗位和角色所属的专业线，可空。", "The line of post and role; may be empty.")),
            Column("place", both("地区", "Place"), ColumnKind.COUNTY, required=False, example="",
                   note=both("角色只限这个县，可空。", "The role holds in this county only; may be empty.")),
            _day("starts_on", both("自何日起", "From")),
        ),
        "lists": _layout(
            "lists",
            both("名单", "Lists"),
            both(
                "自有的县级名单，一县一行；同一名单的代码、名称、类别、依据每行照抄。832 县和十四片区已随产品提供。",
                "Lists of counties of your own, a row for each county; code, titles, kind and source of a list are the "
                "same in all its rows. The 832 counties and the fourteen areas come with the product.",
            ),
            Column("code", both("名单代码", "List's code"), longest=40, example="designated",
                   note=both("小写字母、数字和连字符。", "Lower-case letters, digits and hyphens.")),
            Column("kind", both("类别", "Kind"), ColumnKind.CHOICE, example="定点帮扶县",
                   choices=tuple((kind, AREA_KIND_WORDS[kind]) for kind in Area.Kind.values)),
            Column("title_zh", both("名单名称（中文）", "Title in Chinese"), longest=60, example="集团定点帮扶县"),
            Column("title_en", both("名单名称（英文）", "Title in English"), longest=80, example="Designated counties"),
            Column("source", both("依据", "Source"), longest=300, example="文号或出处"),
            Column("place", both("县", "County"), ColumnKind.COUNTY, example="贵州省册亨县"),
            _day("starts_on", both("自何日起", "From")),
            _day("ends_on", both("至何日止（不含）", "Until (not included)"), required=False, example="",
                 aliases=("至何日止", "until")),
        ),
        "lines": _layout(
            "lines",
            both("专业线", "Professional lines"),
            both(
                "不给这张表，就用通行的十六条专业线。",
                "Without this sheet the house takes the usual sixteen lines.",
            ),
            Column("code", both("专业线代码", "Line's code"), longest=40, example="network_build",
                   note=both("小写字母、数字和下划线。", "Lower-case letters, digits and underscores.")),
            Column("name_zh", both("中文名称", "Name in Chinese"), longest=60, example="网络建设"),
            Column("name_en", both("英文名称", "Name in English"), longest=80, example="Network build"),
            key="code",
        ),
        "balances": _layout(
            "balances",
            both("期初余额", "Opening balances"),
            both(
                "启用日各单位的科目余额，一行一个科目（同一科目分属几个基金就写几行）；每个单位、每种计价、每个基金借贷相等，"
                "差额写在净资产一行，如 Equity:Opening-CNY。没有账就不给这张表。",
                "What the accounts of each unit hold on the first day, a row for each account (and for each fund in it). Debits "
                "equal credits for each unit, currency and fund; what is left over stands in a row of equity, such as "
                "Equity:Opening-CNY. Leave the sheet out if no books are kept.",
            ),
            Column("unit", both("单位代码", "Unit's code"), ColumnKind.CODE, longest=40, example="GZ-QXN"),
            Column("account", both("科目代码", "Account"), longest=120, example="Assets:Bank",
                   note=both("首段是 Assets 资产、Liabilities 负债、Equity 净资产、Income 收入或 Expenses 支出。",
                             "Its first part is Assets, Liabilities, Equity, Income or Expenses.")),
            Column("title_zh", both("科目名称（中文）", "Account in Chinese"), longest=120, example="银行存款"),
            Column("title_en", both("科目名称（英文）", "Account in English"), longest=120, example="Bank"),
            Column("asset", both("计价", "Currency"), ColumnKind.CHOICE, choices=tuple(ASSET_WORDS.items()), example="元"),
            Column("fund", both("基金代码", "Fund's code"), ColumnKind.CODE, required=False, longest=40, example="HOPE",
                   note=both("不属于任何基金的空着。", "Empty for general money.")),
            Column("fund_zh", both("基金名称（中文）", "Fund in Chinese"), required=False, longest=120, example="助学基金"),
            Column("fund_en", both("基金名称（英文）", "Fund in English"), required=False, longest=160,
                   example="Pupils' fund"),
            Column("purpose", both("基金用途", "Fund's purpose"), required=False, longest=500, example="资助困难家庭学生",
                   note=both("名称和用途写在该基金的一行即可。", "Names and purpose stand in one row of the fund.")),
            Column("restriction", both("限定", "Restriction"), ColumnKind.CHOICE, required=False, example="限定",
                   choices=RESTRICTIONS,
                   note=both("空着即限定：只能用于其用途，不能透支。",
                             "Empty is restricted: spent on its purpose only, never overdrawn.")),
            Column("debit", both("借方余额", "Debit"), ColumnKind.DECIMAL, required=False, decimals=2,
                   lowest=SMALLEST, example="120000.00",
                   note=both("借方、贷方只填一个；积分为整数。", "Either debit or credit; points are whole.")),
            Column("credit", both("贷方余额", "Credit"), ColumnKind.DECIMAL, required=False, decimals=2,
                   lowest=SMALLEST, example=""),
            Column("on", both("启用日", "First day"), ColumnKind.DATE, past=True, example="2021-01-01",
                   note=both("同一单位同一天。", "The same day in all rows of a unit.")),
        ),
    }  # fmt: skip


NEEDED = ("units", "people")
ENDINGS = (".xlsx", ".csv")
