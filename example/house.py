"""The example's house: the group, its branches and offices, and the people who work there; all of them invented."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.founding import appoint_security_administrator, found_house
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.operations import fill_post, grant_role, open_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_account
from bangfu.foundation.places.models import Place
from example.distribution import PROVINCE_CODES
from example.tree import open_tree

ROOT_CODE = "EXAMPLE"
OTHER_AUDITOR = "qinshu"
FOUNDED_ON = date(2015, 1, 1)
CEHENG = 522327000000
COUNTIES = (230524000000, 130724000000, 130723000000, CEHENG)
"""The four designated counties: 饶河, 沽源, 康保, 册亨."""

ENGLISH_PROVINCES = {
    11: "Beijing", 12: "Tianjin", 13: "Hebei", 14: "Shanxi", 15: "Inner Mongolia", 21: "Liaoning", 22: "Jilin",
    23: "Heilongjiang", 31: "Shanghai", 32: "Jiangsu", 33: "Zhejiang", 34: "Anhui", 35: "Fujian", 36: "Jiangxi",
    37: "Shandong", 41: "Henan", 42: "Hubei", 43: "Hunan", 44: "Guangdong", 45: "Guangxi", 46: "Hainan",
    50: "Chongqing", 51: "Sichuan", 52: "Guizhou", 53: "Yunnan", 54: "Tibet", 61: "Shaanxi", 62: "Gansu",
    63: "Qinghai", 64: "Ningxia", 65: "Xinjiang",
}  # fmt: skip
ENGLISH_COUNTIES = {230524000000: "Raohe", 130724000000: "Guyuan", 130723000000: "Kangbao", CEHENG: "Ceheng"}

CLERKS = {
    11: "方晴", 12: "孟川", 13: "高远", 14: "郝静", 15: "白桦", 21: "于航", 22: "金叶", 23: "宋佳", 31: "顾言",
    32: "沈禾", 33: "叶舟", 34: "程岚", 35: "林帆", 36: "万青", 37: "孔明月", 41: "常安", 42: "江枫", 43: "易南",
    44: "梁秋", 45: "覃露", 46: "符海", 50: "秦岭", 51: "邓竹", 52: "韦兰", 53: "段青", 54: "尼玛", 61: "雷鸣",
    62: "马骏", 63: "祁连", 64: "丁宁", 65: "艾山",
}  # fmt: skip
"""The clerk of each branch; invented names."""

OTHER_OFFICIALS = {
    230524000000: ("songhe", "宋禾"),
    130724000000: ("baiyu", "白玉"),
    130723000000: ("kangning", "康宁"),
}
"""Who stands for the other designated counties; invented names."""

SUPPLIERS = {
    230524000000: ("raomi", "饶米"),
    130724000000: ("guli", "谷黎"),
    130723000000: ("kangma", "康麻"),
    CEHENG: ("cenjiao", "岑蕉"),
}
"""Who acts for each county's supplier; invented names."""

Grant = tuple[str, str, int | None]


@dataclass(frozen=True)
class Character:
    """Somebody who appears in the example."""

    username: str
    name: str
    part: str
    """What they do, for the list of accounts."""
    grants: tuple[Grant, ...] = ()
    """Role, unit code and place."""
    post: tuple[str, str, str] | None = None
    """Unit code and the post's title in both languages; null = works nowhere."""


def clerk_of(province: int) -> str:
    """Return the user name of a branch's clerk, by the province's two digits."""
    return "weilan" if province == 52 else f"clerk-{PROVINCE_CODES[province].lower()}"


ADMINISTRATOR = Character("admin", "方圆", "系统管理员 administrator")
SECURITY = Character("fangwei", "方维", "安全管理员 security administrator")
CHARACTERS = (
    Character(
        "zhoumin",
        "周敏",
        "集团帮扶办，经办 officer",
        (("officer", ROOT_CODE, None), ("reader", ROOT_CODE, None)),
        ("OFFICE", "经办", "Officer"),
    ),
    Character(
        "chenli",
        "陈立",
        "集团帮扶办，核验 verifier",
        (("verifier", ROOT_CODE, None), ("reader", ROOT_CODE, None)),
        ("OFFICE", "核验", "Verifier"),
    ),
    Character(
        "luowen",
        "罗文",
        "册亨县帮扶办 county official",
        (("county_official", ROOT_CODE, CEHENG),),
        ("EX-522327", "联络员", "Liaison"),
    ),
    *(
        Character(
            username,
            name,
            f"{ENGLISH_COUNTIES[county]} county official",
            (("county_official", ROOT_CODE, county),),
            (f"EX-{county // 10**6}", "联络员", "Liaison"),
        )
        for county, (username, name) in OTHER_OFFICIALS.items()
    ),
    Character(
        "hejing", "何静", "审计 auditor", (("auditor", ROOT_CODE, None),), ("AUDIT", "审计员", "Auditor")
    ),
    Character(
        OTHER_AUDITOR,
        "秦书",
        "审计，结束别人做的审计 auditor, closes what another audited",
        (("auditor", ROOT_CODE, None),),
        ("AUDIT", "审计组长", "Head of audit"),
    ),
    Character(
        "xunuo",
        "许诺",
        "集团帮扶办，会计 accountant",
        (("accountant", "OFFICE", None),),
        ("OFFICE", "会计", "Accountant"),
    ),
    Character("linyi", "林一", "没有授权的人 outsider"),
    *(
        Character(
            username,
            name,
            f"{ENGLISH_COUNTIES[county]} 供应商 supplier",
            (("supplier", "OFFICE", None),),
        )
        for county, (username, name) in SUPPLIERS.items()
    ),
    *(
        Character(
            clerk_of(province),
            CLERKS[province],
            f"{ENGLISH_PROVINCES[province]} 填报 clerk",
            (("clerk", f"EX-{province}", None), ("reader", f"EX-{province}", None)),
            (f"EX-{province}", "填报员", "Reporting clerk"),
        )
        for province in PROVINCE_CODES
    ),
)


class NotTheExample(Exception):  # noqa: N818 - says what was found
    """This database holds somebody's own house, or no longer the whole example; nothing was touched."""


def accounts_file() -> Path:
    """Return where the example's names and passwords lie."""
    return Path(settings.VAR) / "example-accounts.txt"


def passwords() -> dict[str, str]:
    """Return the password of every example account by user name, made at random on the first call."""
    path = accounts_file()
    known = _kept_passwords(path)
    if any(one.username not in known for one in (ADMINISTRATOR, SECURITY, *CHARACTERS)):
        _write_accounts(path, known)
    return _kept_passwords(path)


def _kept_passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return {username: password for username, password, *_ in rows}


def _write_accounts(path: Path, known: dict[str, str]) -> None:
    lines = [
        "# 示例账号：公司和人物均为虚构。登录名、密码、姓名、角色",
        "# Example accounts; the company and the people are invented. Name, password, person, part",
        *(
            f"{one.username}\t{known.get(one.username) or secrets.token_urlsafe(9)}\t{one.name}\t{one.part}"
            for one in (ADMINISTRATOR, SECURITY, *CHARACTERS)
        ),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def is_somebody_elses() -> bool:
    """Return whether the database holds a house that is not the example's."""
    root = Unit.objects.filter(parent=None).first()
    return root is not None and root.code != ROOT_CODE


def build_house() -> Account:
    """Found the example's house, open what is missing of its units and accounts, and return its administrator.

    Raises: NotTheExample: another house stands here.
    """
    if is_somebody_elses():
        raise NotTheExample(
            "这个数据库里是您自己的数据，不是示例；示例没有载入。请为示例使用另一个空数据库。 · "
            "This database holds a house of your own; the example was not loaded. Give the example an empty database."
        )
    secret = passwords()
    if not Unit.objects.exists():
        found_house(
            code=ROOT_CODE,
            name_zh="示例通信集团",
            name_en="Example Communications Group",
            administrator=ADMINISTRATOR.username,
            administrator_name=ADMINISTRATOR.name,
            security_administrator=SECURITY.username,
            security_administrator_name=SECURITY.name,
            password=secret[ADMINISTRATOR.username],
            security_password=secret[SECURITY.username],
            on=FOUNDED_ON,
        )
    if not Account.objects.filter(username=SECURITY.username).exists():
        appoint_security_administrator(
            username=SECURITY.username, name=SECURITY.name, password=secret[SECURITY.username], on=FOUNDED_ON
        )
    administrator = Account.objects.get(username=ADMINISTRATOR.username)
    _open_units(administrator)
    open_tree(administrator, founded=FOUNDED_ON)
    _open_accounts(administrator, secret)
    return administrator


def _open_units(administrator: Account) -> None:
    root = Unit.objects.get(code=ROOT_CODE)
    known = set(Unit.objects.values_list("code", flat=True))
    names = dict(Place.objects.filter(level__in=(1, 3)).values_list("id", "name"))
    wanted = [
        ("OFFICE", "集团帮扶办", "Assistance office", Unit.Kind.OFFICE, None),
        ("AUDIT", "审计部", "Audit", Unit.Kind.AUDIT, None),
        *(
            (
                f"EX-{province}",
                f"{names[province * 10**10]}分公司（示例）",
                f"{english} branch (example)",
                Unit.Kind.PROVINCE,
                province * 10**10,
            )
            for province, english in ENGLISH_PROVINCES.items()
        ),
        *(
            (
                f"EX-{place // 10**6}",
                f"{names[place]}帮扶办（示例）",
                f"{ENGLISH_COUNTIES[place]} county office (example)",
                Unit.Kind.SUPPORTED,
                place,
            )
            for place in COUNTIES
        ),
    ]
    for code, zh, en, kind, place in wanted:
        if code not in known:
            open_unit(
                code=code,
                name_zh=zh,
                name_en=en,
                kind=kind,
                parent=root,
                place=Place.objects.get(pk=place) if place else None,
                starts_on=FOUNDED_ON,
                act=Act.now(administrator),
            )


def _open_accounts(administrator: Account, secret: dict[str, str]) -> None:
    accounts = {account.username: account for account in Account.objects.all()}
    security = accounts[SECURITY.username]
    units = {unit.code: unit for unit in Unit.objects.all()}
    posted = set(Holding.objects.values_list("account__username", flat=True))
    granted = set(RoleGrant.objects.values_list("account__username", "role", "unit__code", "place_id"))
    for one in CHARACTERS:
        account = accounts.get(one.username) or open_account(
            username=one.username, name=one.name, password=secret[one.username], act=Act.now(administrator)
        )
        for role, unit, place in one.grants:
            if (one.username, role, unit, place) not in granted:
                grant_role(
                    account=account,
                    role=role,
                    unit=units[unit],
                    place=Place.objects.get(pk=place) if place else None,
                    starts_on=FOUNDED_ON,
                    act=Act.now(security),
                )
        if one.post is not None and one.username not in posted:
            unit, zh, en = one.post
            fill_post(
                unit=units[unit],
                title_zh=zh,
                title_en=en,
                account=account,
                starts_on=FOUNDED_ON,
                act=Act.now(administrator),
            )
