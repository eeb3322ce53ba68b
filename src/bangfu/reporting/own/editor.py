"""The editor as its page draws it: typed fields for the chosen kind, what each may be, and what is wrong where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.organisation.queries import lines_in_force
from bangfu.foundation.places.queries import areas
from bangfu.foundation.places.registers import REGISTERS
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.declarations import COUNTED, DECLARED, KINDS
from bangfu.reporting.definitions import WHOLE_WORDS, IndicatorKind
from bangfu.reporting.display import Scale
from bangfu.reporting.indicators import indicators
from bangfu.reporting.own.fields import ONE_TERM, SECOND, Given
from bangfu.reporting.own.naming import OWNER, PLACE, said
from bangfu.reporting.own.saying import KIND_TITLES, ROUNDING_TITLES, SCALE_TITLES

Choices = tuple[tuple[str, str], ...]
STOCK_WORDS = {MeasureKind.FLOW: both("流量", "flow"), MeasureKind.STOCK: both("存量", "stock")}

CODE_HINT = both(
    "以 own. 开头，小写字母、数字和下划线，例如 own.built_2026；定了不能改",
    "Begins with own., of small letters, digits and underscores, such as own.built_2026; it stays for ever",
)
DAY_HINT = both(
    "在这一天之后结束的期间按这一版算；写 2026-01-01，就管 2026 年的各个期间",
    "Periods that end after this day count by this version; 2026-01-01 holds for the periods of 2026",
)
MEASURES_HINT = both(
    "几项合计时，单位、类型和小数位必须相同；只列出合得上的",
    "Several count together when unit, kind and decimals are the same; only those that fit are offered",
)
PLACE_HINT = both(
    "输入名称，从提示里选；或填区划代码", "Type a name and choose what is offered, or enter the code"
)
UNIT_HINT = both(
    "输入名称，从提示里选；或填单位代码", "Type a name and choose what is offered, or enter the unit’s code"
)
OFFERS = {PLACE: "own:offered_places", OWNER: "own:offered_units"}
OTHER_HINT = both(
    "按生效那天的口径沿用，再加下面的限定；不能绕回自己",
    "As it is declared on the day this begins, narrowed further below; nothing may rest on itself",
)


@dataclass(frozen=True)
class Chosen:
    """One measure that is chosen."""

    code: str
    words: str


@dataclass(frozen=True)
class Field:
    """One field of the form."""

    name: str
    label: Words
    value: str
    form: str
    """``text``, ``date``, ``area``, ``select``, ``offered``, ``measures`` or ``fixed``."""
    choices: Choices = ()
    chosen: tuple[Chosen, ...] = ()
    hint: Words | None = None
    error: Words | None = None
    optional: bool = False
    reshapes: bool = False
    """Whether the form has other fields once it is changed."""
    offers: str = ""
    """The name of the address that offers what may be meant, of ``offered``."""

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"own-{self.name}"

    @property
    def add(self) -> str:
        """The name of the field by which a measure is added."""
        return f"{self.name.removesuffix('measures')}add"


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    title: Words
    rows: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class _Making:
    """What the fields hold, and what is wrong with which."""

    given: Given
    errors: Mapping[str, Words]

    def field(self, name: str, zh: str, en: str, form: str = "text", **more: object) -> Field:
        several = self.given.get(name, ())
        value = several[-1] if several else ""
        return Field(name, both(zh, en), value, form, error=self.errors.get(name), **more)  # type: ignore[arg-type]

    def named(self, name: str, kind: str, zh: str, en: str, **more: object) -> Field:
        one = self.field(name, zh, en, "offered", optional=True, offers=OFFERS[kind], **more)
        return replace(one, value=said(kind, one.value.strip()))

    def select(self, name: str, zh: str, en: str, choices: Choices, **more: object) -> Field:
        return self.field(name, zh, en, "select", choices=choices, **more)


def sections_of(given: Given, errors: Mapping[str, Words], *, code: str | None) -> list[Section]:
    """Return the form for what its fields hold.

    Args:
        errors: what is wrong, by field's name.
        code: of the indicator that is worded; null while a new one may choose its own.
    """
    make = _Making(given, errors)
    kind = (given.get("kind") or [""])[-1] or IndicatorKind.FLOW.value
    return [_head(make, code), *_counted(make, kind), _called(make, kind), _shown(make, kind)]


def _head(make: _Making, code: str | None) -> Section:
    if code is None:
        named = make.field("code", "代码", "Code", hint=CODE_HINT)
    else:
        named = Field("code", both("代码", "Code"), code, "fixed", error=make.errors.get("code"))
    day = make.field(
        "valid_from",
        "生效日期",
        "In force from",
        "date",
        hint=DAY_HINT,
    )
    kinds = tuple((kind.value, str(KIND_TITLES[kind])) for kind in KINDS)
    kind = make.select("kind", "类型", "Kind", kinds, reshapes=True)
    return Section(both("哪个指标", "Which indicator"), ((named, day), (kind,)))


def _counted(make: _Making, kind: str) -> list[Section]:
    if kind in ONE_TERM:
        return [Section(both("数什么", "What is counted"), _term(make, "", kind))]
    second = SECOND.get(IndicatorKind(kind)) if kind in list(IndicatorKind) else None
    first = both("分子", "Numerator")
    if kind == IndicatorKind.TARGET:
        first = both("实际值", "What was reached")
    elif kind == IndicatorKind.GROWTH:
        first = both("哪一项的增长", "Growth of what")
    elif kind == IndicatorKind.SHARE:
        first = both("哪一项的份额", "Share of what")
    found = [Section(first, _term(make, "numerator-", None))]
    if second is not None:
        title = both("目标值", "Target") if kind == IndicatorKind.TARGET else both("分母", "Denominator")
        found.append(Section(title, _term(make, "denominator-", None)))
    more: list[Field] = []
    if kind == IndicatorKind.SHARE:
        wholes = tuple((one.value, str(words)) for one, words in WHOLE_WORDS.items())
        more.append(make.select("of", "占谁的", "Of", wholes))
    if kind == IndicatorKind.PER_HEAD:
        registers = tuple((code, str(one.title)) for code, one in REGISTERS.items())
        more.append(make.select("register", "登记的分母", "Registered denominator", registers))
    if kind != IndicatorKind.TARGET:
        hint = both("1、10、100……；百分数用 100 或 1", "1, 10, 100 …; 100 or 1 for a percentage")
        more.append(make.field("factor", "系数", "Factor", hint=hint))
    return [*found, *([Section(both("怎么除", "How it is divided"), (tuple(more),))] if more else [])]


def _term(make: _Making, prefix: str, kind: str | None) -> tuple[tuple[Field, ...], ...]:
    """Return the rows of a term. Args: kind: of a figure of one term, which is the indicator's own; null chooses one."""
    several = list(dict.fromkeys(one for one in make.given.get(f"{prefix}measures", ()) if one.strip()))
    known = declared_measures()
    chosen = tuple(Chosen(code, _said(known[code]) if code in known else code) for code in several)
    term_kind = kind or (make.given.get(f"{prefix}kind") or [""])[-1] or "flow"
    offers = tuple(
        (one.code, _said(one))
        for one in _fitting(known.values(), several, known, term_kind)
        if one.code not in several
    )
    measures = make.field(
        f"{prefix}measures",
        "计量项",
        "Measures",
        "measures",
        choices=offers,
        chosen=chosen,
        hint=MEASURES_HINT,
    )
    others = tuple(
        (one.code, f"{one.title} · {one.code}")
        for one in indicators()
        if not one.roles and one.kind.value == term_kind
    )
    taken = make.select(
        f"{prefix}indicator",
        "或沿用指标",
        "Or take over an indicator",
        (("", str(both("不沿用", "None"))), *others),
        optional=True,
        reshapes=True,
        hint=OTHER_HINT,
    )
    narrowed = (
        make.named(f"{prefix}owner", OWNER, "限单位（含下级）", "Unit, with those below", hint=UNIT_HINT),
        make.named(f"{prefix}place", PLACE, "限地区（含下级）", "Place, with those in it", hint=PLACE_HINT),
        make.select(f"{prefix}area", "限片区或名单", "Area or list", _areas(), optional=True),
        make.select(f"{prefix}line", "限专业线", "Line", _lines(), optional=True),
    )
    rows: list[tuple[Field, ...]] = []
    if kind is None:
        kinds = tuple((one.value, str(KIND_TITLES[IndicatorKind(one.value)])) for one in COUNTED)
        rows.append((make.select(f"{prefix}kind", "怎么数", "How", kinds, reshapes=True),))
    rows.append((measures,) if not (make.given.get(f"{prefix}indicator") or [""])[-1] else ())
    rows.append((taken,))
    if term_kind == IndicatorKind.CUMULATIVE:
        rows.append((make.field(f"{prefix}since", "起算日", "Since", "date", optional=True),))
    return (*(row for row in rows if row), narrowed)


def _fitting(
    every: Iterable[Measure], chosen: list[str], known: Mapping[str, Measure], kind: str
) -> list[Measure]:
    """Return the measures that may count together with the chosen ones."""
    found = list(every)
    if kind == "stock":
        found = [one for one in found if one.kind is MeasureKind.STOCK]
    elif kind == "cumulative":
        found = [one for one in found if one.kind is MeasureKind.FLOW]
    first = next((known[code] for code in chosen if code in known), None)
    if first is not None:
        found = [
            one
            for one in found
            if (one.kind, one.unit, one.decimals) == (first.kind, first.unit, first.decimals)
        ]
    return found


def _said(measure: Measure) -> str:
    return f"{measure.title} · {measure.unit} · {STOCK_WORDS[measure.kind]}"


def _areas() -> Choices:
    return (("", str(both("不限", "Any"))), *((one.code, str(one.title)) for one in areas()))


def _lines() -> Choices:
    every = lines_in_force(timezone.localdate())
    return (
        ("", str(both("不限", "Any"))),
        *((one.code, str(both(one.name_zh, one.name_en))) for one in every),
    )


def _called(make: _Making, kind: str) -> Section:
    hint = both("写清数什么、不数什么、以哪一天为准", "What counts, what does not, and which day decides")
    once = both("文稿里还怎么叫它，一行一个", "What texts call it besides, one on a line")
    rows: list[tuple[Field, ...]] = [
        (
            make.field("title-zh", "名称（中文）", "Title in Chinese"),
            make.field("title-en", "名称（英文）", "Title in English"),
        ),
        (
            make.field("scope_note-zh", "口径（中文）", "Scope note in Chinese", "area", hint=hint),
            make.field("scope_note-en", "口径（英文）", "Scope note in English", "area"),
        ),
    ]
    if kind != IndicatorKind.TARGET:
        rows.append(
            (
                make.field("unit-zh", "计量单位（中文）", "Unit of measure in Chinese", optional=True),
                make.field("unit-en", "计量单位（英文）", "Unit of measure in English", optional=True),
                make.field("unit-one", "英文单数", "English for a single one", optional=True),
            )
        )
    rows.append(
        (
            make.field(
                "also_called-zh", "又称（中文）", "Also called, in Chinese", "area", hint=once, optional=True
            ),
            make.field("also_called-en", "又称（英文）", "Also called, in English", "area", optional=True),
        )
    )
    return Section(both("怎么称呼", "What it is called"), tuple(rows))


def _shown(make: _Making, kind: str) -> Section:
    scales = tuple((one.value, str(SCALE_TITLES[one])) for one in SCALE_TITLES if _may_show(one, kind))
    roundings = tuple((one.value, str(ROUNDING_TITLES[one])) for one in DECLARED)
    row = (
        make.select("display-scale", "以什么计", "Shown in", scales),
        make.field("display-decimals", "小数位", "Decimals"),
        make.select("display-rounding", "取舍", "Rounding", roundings),
    )
    return Section(both("怎么显示", "How it is shown"), (row,))


def _may_show(scale: Scale, kind: str) -> bool:
    return scale is not Scale.PERCENT or kind not in (*ONE_TERM, IndicatorKind.TARGET)
