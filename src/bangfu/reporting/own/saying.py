"""What a declaration says, field by field and in words, and how two versions differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import WHOLE_WORDS, Indicator, IndicatorKind, Term, TermKind
from bangfu.reporting.display import Rounding, Scale

ONE = "counted"
"""What the term of a figure of one term is called among the fields."""
NOTHING_SAID = both("—", "—")
KIND_TITLES = {
    IndicatorKind.FLOW: both("流量", "flow"),
    IndicatorKind.STOCK: both("存量", "stock"),
    IndicatorKind.DISTINCT: both("去重计数", "distinct count"),
    IndicatorKind.CUMULATIVE: both("累计", "cumulative"),
    IndicatorKind.RATIO: both("比率", "ratio"),
    IndicatorKind.TARGET: both("目标", "target"),
    IndicatorKind.GROWTH: both("同比增长", "growth on a year before"),
    IndicatorKind.SHARE: both("占比", "share"),
    IndicatorKind.PER_HEAD: both("人均（户均）", "per head"),
}
ROUNDING_TITLES = {
    Rounding.HALF_UP: both("四舍五入", "half up"),
    Rounding.DOWN: both("舍去", "down"),
}
SCALE_TITLES = {
    Scale.ONE: both("个（不换算）", "ones"),
    Scale.WAN: both("万", "ten thousands (万)"),
    Scale.YI: both("亿", "hundred millions (亿)"),
    Scale.PERCENT: both("%", "%"),
}


@dataclass(frozen=True)
class Said:
    """One field of a declaration in words."""

    field: str
    label: Words
    words: Words


@dataclass(frozen=True)
class Difference:
    """One field that two versions say differently; nothing said is a dash."""

    label: Words
    before: Words
    after: Words

    @property
    def is_new(self) -> bool:
        """Whether the first version does not say it."""
        return self.before == NOTHING_SAID


def said(one: Indicator) -> list[Said]:
    """Return what a declaration says, in reading order; what it does not say is absent."""
    return list(_said(one))


def differences(before: Indicator, after: Indicator) -> list[Difference]:
    """Return what two versions say differently, in reading order."""
    old, new = ({each.field: each for each in said(one)} for one in (before, after))
    found = []
    for field in dict.fromkeys([*new, *old]):
        first, second = old.get(field), new.get(field)
        words = [one.words if one else NOTHING_SAID for one in (first, second)]
        label = (second or first or _UNREACHABLE).label
        if words[0] != words[1]:
            found.append(Difference(label, words[0], words[1]))
    return found


_UNREACHABLE = Said("", NOTHING_SAID, NOTHING_SAID)


def _said(one: Indicator) -> Iterator[Said]:
    yield Said("title", both("名称", "Title"), one.title)
    yield Said("kind", both("类型", "Kind"), KIND_TITLES[one.kind])
    roles = one.roles or (None,)
    for term, role in zip(one.terms, roles, strict=True):
        if term.years_back or term.whole:
            continue
        name = role.value if role else ONE
        yield from _said_of_term(term, name, one.called(role) if role else both("计数", "Counted"))
    whole = one.against.whole if one.against else None
    if whole:
        yield Said("of", both("占谁的份额", "Share of"), WHOLE_WORDS[whole])
    if one.factor != 1:
        yield Said("factor", both("系数", "Factor"), _same(one.factor))
    yield Said("formula", both("算法", "Formula"), one.formula)
    if one.unit.zh:
        single = f" ({one.unit_one})" if one.unit_one else ""
        yield Said("unit", both("计量单位", "Unit of measure"), Words(one.unit.zh, f"{one.unit.en}{single}"))
    if one.kind is not IndicatorKind.TARGET:
        yield Said("display", both("显示", "Shown"), _display(one))
    yield Said("scope_note", both("口径", "Scope note"), one.scope_note)
    if any(one.also_called.values()):
        names = [" · ".join(one.also_called.get(language, ())) for language in ("zh", "en")]
        yield Said("also_called", both("又称", "Also called"), Words(*names))
    yield Said("valid_from", both("生效日期", "In force from"), _same(one.valid_from.isoformat()))
    if one.withdrawn_from:
        yield Said(
            "withdrawn_from", both("停用日期", "Withdrawn from"), _same(one.withdrawn_from.isoformat())
        )


def _said_of_term(term: Term, name: str, called: Words) -> Iterator[Said]:
    def of(field: str, zh: str, en: str, words: Words) -> Said:
        return Said(
            f"{name}.{field}", Words(f"{called.zh} · {zh}", f"{called.en.capitalize()} · {en}"), words
        )

    measures = (term.measure, *term.also)
    titles = Words(
        " + ".join(f"{one.title.zh}（{one.unit.zh}）" for one in measures),
        " + ".join(f"{one.title.en} ({one.unit.en})" for one in measures),
    )
    if term.kind is TermKind.REGISTERED:
        yield of("register", "登记的分母", "register", titles)
        return
    if name != ONE:
        yield of("kind", "类型", "kind", KIND_TITLES[IndicatorKind(term.kind.value)])
    yield of("measures", "计量项", "measures", titles)
    if term.of:
        yield of("indicator", "沿用指标", "taken over from", _same(term.of))
    if term.since:
        yield of("since", "起算日", "since", _same(term.since.isoformat()))
    for field, zh, en, value in (
        ("line", "专业线", "line", term.line),
        ("area", "片区或名单", "area", term.area),
        ("place", "地区", "place", term.place),
        ("owner", "单位及其下级", "unit and below", term.owner),
    ):
        if value:
            yield of(field, zh, en, _same(value))


def _display(one: Indicator) -> Words:
    shown = one.display
    scale, rounding = SCALE_TITLES[shown.scale], ROUNDING_TITLES[shown.rounding]
    return both(
        "{scale}，{decimals} 位小数，{rounding}", "in {scale}, {decimals} decimals, {rounding}"
    ).filled(scale=scale, decimals=shown.decimals, rounding=rounding)


def _same(value: object) -> Words:
    return Words(str(value), str(value))
