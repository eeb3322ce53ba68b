"""Couriers: what their waybill numbers look like, and the columns in which their pages take orders by the batch. Pure.

The patterns are those that couriers' own pages accept for a number that is looked up; a courier that changes its numbers is
changed here. Whoever ships with another chooses ``OTHER``. The columns of SF Express and of STO are those of their own batch
sheets as shippers' published programs fill them (seen 2026-11); the others' are what such sheets usually have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both

COURIER_WORDS: dict[str, Words] = {
    "SF": both("顺丰速运", "SF Express"),
    "EMS": both("邮政 EMS", "China Post EMS"),
    "ZTO": both("中通快递", "ZTO"),
    "YTO": both("圆通速递", "YTO"),
    "STO": both("申通快递", "STO"),
    "YUNDA": both("韵达快递", "Yunda"),
    "JT": both("极兔速递", "J&T"),
    "JD": both("京东物流", "JD Logistics"),
    "DEPPON": both("德邦快递", "Deppon"),
    "OTHER": both("其他", "Another"),
}
"""Who carries parcels."""
_PATTERNS = {
    "SF": r"SF\d{12,13}|\d{12}|\d{15}",
    "EMS": r"[A-Z]{2}\d{9}[A-Z]{2}|\d{13}",
    "ZTO": r"\d{12,15}",
    "YTO": r"YT\d{13}|[A-Z]?\d{9,12}|\d{18}",
    "STO": r"\d{12,15}",
    "YUNDA": r"\d{13}|\d{15}",
    "JT": r"JT\d{13}",
    "JD": r"JD[A-Z0-9]{10,16}(-\d+-\d+-?)?",
    "DEPPON": r"(DPK|DPL|DP)?\d{8,15}",
    "OTHER": r"[A-Z0-9-]{6,40}",
}
LONGEST_WAYBILL = 40


def written(number: str) -> str:
    """Return a waybill's number as it is kept.

    >>> written(" sf1234 5678 90123 ")
    'SF1234567890123'
    """
    return "".join(number.split()).upper()


def fits(courier: str, number: str) -> bool:
    """Return whether a number looks like one of a courier's.

    >>> fits("SF", "SF1234567890123"), fits("SF", "YT1234567890123"), fits("EMS", "EA123456789CN")
    (True, False, True)
    """
    return re.fullmatch(_PATTERNS[courier], number) is not None


def courier_of(number: str) -> str:
    """Return whose a number can only be, by its letters; empty where several couriers write such numbers.

    >>> courier_of("SF1234567890123"), courier_of("JT1234567890123"), courier_of("1234567890123")
    ('SF', 'JT', '')
    """
    lettered = {"SF": r"SF\d+", "YTO": r"YT\d+", "JT": r"JT\d+", "JD": r"JD\w+.*", "DEPPON": r"DP[KL]?\d+"}
    lettered["EMS"] = r"[A-Z]{2}\d{9}[A-Z]{2}"
    found = [name for name, pattern in lettered.items() if re.fullmatch(pattern, number)]
    return found[0] if len(found) == 1 and fits(found[0], number) else ""


@dataclass(frozen=True)
class Consignment:
    """One order's goods on their way to one recipient, as a courier's sheet says it."""

    order: str
    name: str
    phone: str
    province: str
    city: str
    county: str
    street: str
    goods: str
    """Products and packs in one line."""
    pieces: int
    kilograms: str
    sender: str
    """The supplier."""

    @property
    def whole_address(self) -> str:
        """Where it goes in one line."""
        return f"{self.province}{self.city}{self.county}{self.street}"


Column = tuple[str, Callable[[Consignment], str]]
_ORDER, _NAME, _PHONE, _GOODS, _WHOLE_ADDRESS, _PIECES, _KILOGRAMS = (
    lambda one: one.order, lambda one: one.name, lambda one: one.phone, lambda one: one.goods, lambda one: one.whole_address,
    lambda one: str(one.pieces), lambda one: one.kilograms,
)  # fmt: skip


def _apart(order: str, name: str, phone: str, street: str, goods: str, pieces: str) -> tuple[Column, ...]:
    """Return columns of a sheet in which province, city and county stand apart."""
    return (
        (order, _ORDER), (name, _NAME), (phone, _PHONE), ("收件人省", lambda one: one.province),
        ("收件人市", lambda one: one.city), ("收件人区县", lambda one: one.county), (street, lambda one: one.street),
        (goods, _GOODS), (pieces, _PIECES), ("重量", _KILOGRAMS),
        ("备注", lambda one: one.order),
    )  # fmt: skip


def _whole(order: str, name: str, phone: str, address: str, goods: str, pieces: str) -> tuple[Column, ...]:
    """Return columns of a sheet in which an address stands in one cell."""
    return (
        (order, _ORDER), (name, _NAME), (phone, _PHONE), (address, _WHOLE_ADDRESS), (goods, _GOODS),
        (pieces, _PIECES), ("重量", _KILOGRAMS), ("备注", _ORDER),
    )  # fmt: skip


def _nothing(_: Consignment) -> str:
    return ""


_SF_LEFT_EMPTY = (
    "代收金额", "保价金额", "个性化包装", "签回单", "自取件", "电子验收", "是否超长超重", "超长超重服务费", "保鲜服务",
    "保单配送", "拍照验证", "票据专送", "口令签收", "等通知派送", "温度追溯（离线）", "是否定时派送", "派送日期",
    "派送时段", "长（cm）", "宽（cm）", "高（cm）", "体积（cm3）", "扩展字段1", "扩展字段2", "扩展字段3", "扩展字段4",
    "扩展字段5",
)  # fmt: skip
_SF: tuple[Column, ...] = (
    ("用户订单号", _ORDER), ("寄件公司", lambda one: one.sender), ("寄件人", _nothing), ("寄件电话", _nothing),
    ("寄件详细地址", _nothing), ("收件公司", _nothing), ("收件人", _NAME), ("收件电话", _nothing), ("收件手机", _PHONE),
    ("收件详细地址", _WHOLE_ADDRESS), ("托寄物内容", _GOODS), ("托寄物数量", _PIECES), ("包裹重量", _KILOGRAMS),
    ("寄方备注", _ORDER), ("运费付款方式", lambda _: "寄付月结"), ("业务类型", _nothing), ("件数", lambda _: "1"),
    *((title, _nothing) for title in _SF_LEFT_EMPTY),
)  # fmt: skip
_STO: tuple[Column, ...] = (("备注", _ORDER), ("姓名", _NAME), ("详细地址", _WHOLE_ADDRESS), ("电话", _PHONE))
_EMS = _apart("商户订单号", "收件人姓名", "收件人手机", "收件人详细地址", "内件名称", "内件数量")
_USUAL = _whole("订单编号", "收件人姓名", "收件人电话", "收件人地址", "物品名称", "数量")


def sheet_columns(courier: str) -> tuple[Column, ...]:
    """Return heading and cell of each column of a courier's sheet, in order."""
    return {"SF": _SF, "EMS": _EMS, "STO": _STO}.get(courier, _USUAL)
