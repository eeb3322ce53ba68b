"""Whether a text declares an own indicator: the parser's answer, and what only the house knows: codes, loops, versions before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Line
from bangfu.foundation.organisation.queries import unit_with_code
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.places.queries import members_of
from bangfu.foundation.rooms import both
from bangfu.reporting import declarations, standing
from bangfu.reporting.declarations import Looping, WrongIndicator, read_table, read_toml
from bangfu.reporting.definitions import Indicator, Role, Term
from bangfu.reporting.indicators import holding_on, versions_of
from bangfu.reporting.own.writing import line_of, written

FILE = "declaration"
LONGEST = 20_000
"""So many characters of text at most."""


class UnableToDeclare(Refusal):
    """Codes: ``wrong_field``, ``wrong_line``, ``wrong_text``, ``too_long``, ``code_taken``, ``reason_missing``, ``not_a_draft``,
    ``open_version``, ``abandoned_version``, ``numbers_gone``, ``text_too_long``."""

    sentences = {
        "wrong_field": both(
            "「{field}」{said}。请改正后再保存。", "{field}: {said}. Correct it and save again."
        ),
        "wrong_line": both(
            "第 {line} 行「{field}」{said}。请改正后再保存。",
            "Line {line}, {field}: {said}. Correct it and save again.",
        ),
        "wrong_text": both("{said}。请改正后再保存。", "{said}. Correct it and save again."),
        "too_long": both(
            "声明最多 {most} 个字符。请写短一些。", "A declaration has {most} characters at most. Shorten it."
        ),
        "text_too_long": both(
            "理由最多 {most} 个字。请写短一些。", "A reason has {most} characters at most. Shorten it."
        ),
        "code_taken": both(
            "代码 {code} 已经有了。请换一个，或打开它拟定修订。",
            "The code {code} is taken. Choose another, or open it and draft a revision.",
        ),
        "reason_missing": both("请写明为什么修订。", "Say why it is revised."),
        "not_a_draft": both(
            "这一版已提交、已批准或已放弃，不能再改。请退回或恢复后再改，或拟定新的一版。",
            "This version was submitted, approved or abandoned. Have it returned, restore it, or draft a new one.",
        ),
        "abandoned_version": both(
            "第 {number} 版草案已放弃。请先恢复它，再改定。",
            "The draft of version {number} was abandoned. Restore it, and word it anew.",
        ),
        "open_version": both(
            "第 {number} 版还没有批准。请先改好这一版。",
            "Version {number} is not approved yet. Finish that one first.",
        ),
        "numbers_gone": both("自定指标的编号用完了。", "There is no number left for another own indicator."),
    }

    @property
    def field(self) -> str:
        """The path of the field that is wrong; empty for none."""
        return str(self.details.get("field", ""))


def wrong(error: WrongIndicator, text: str | None) -> UnableToDeclare:
    """Return a refusal of the parser's as one of operations, with the line where a text has one."""
    line = error.line or (None if text is None or not error.field else line_of(text, error.field))
    if not error.field:
        return UnableToDeclare("wrong_text", said=error.said)
    if line is None:
        return UnableToDeclare("wrong_field", field=error.field, said=error.said)
    return UnableToDeclare("wrong_line", field=error.field, line=line, said=error.said)


def table_in(text: str) -> dict[str, Any]:
    """Return the table that a text is.

    Raises: UnableToDeclare: ``too_long``, ``wrong_text``.
    """
    if len(text) > LONGEST:
        raise UnableToDeclare("too_long", most=LONGEST)
    try:
        return read_toml(text, FILE)
    except WrongIndicator as error:
        raise wrong(error, text) from None


def checked(text: str, *, number: int, version: int, code: str | None) -> tuple[Indicator, str]:
    """Return the indicator that a text declares, and the text as it is kept.

    Args:
        number, version: what the house gives it; the text may leave them out, and must not say others.
        code: whose version it is; null for a new one.

    Raises: UnableToDeclare: ``too_long``, ``wrong_text``, ``wrong_field``, ``wrong_line``.
    """
    table = table_in(text)
    try:
        indicator = _checked(table, number=number, version=version, code=code)
        kept = written({**table, "number": number, "version": version})
        if read_toml(kept, FILE) != {**table, "number": number, "version": version}:
            raise WrongIndicator(
                FILE, "", both("声明里有不能保存的字符", "the text has characters that cannot be kept")
            )
    except WrongIndicator as error:
        raise wrong(error, text) from None
    return indicator, kept


def _checked(table: Mapping[str, Any], *, number: int, version: int, code: str | None) -> Indicator:
    given = {"number": number, "version": version}
    for name, wanted in given.items():
        if table.get(name, wanted) != wanted:
            raise _wrong(
                name, f"由系统给定，这里应是 {wanted}", f"is given by the house: it is {wanted} here"
            )
    named = table.get("code")
    if code is None and isinstance(named, str) and not named.startswith(standing.OWN):
        raise _wrong("code", "自定指标的代码以 own. 开头", "codes of own indicators begin with own.")
    if code is not None and named != code:
        raise _wrong("code", f"修订不能改代码 {code}", f"a revision keeps the code {code}")
    indicator = read_table({**table, **given}, FILE, declared_measures(), _refers_from(str(named)))
    if len(indicator.code) > 60:
        raise _wrong("code", "最多 60 个字符", "has 60 characters at most")
    _require_later(indicator, code)
    for path, term in _terms_of(indicator):
        _require_known(path, term)
    return replace(indicator, file="")


def _wrong(field: str, zh: str, en: str) -> WrongIndicator:
    return WrongIndicator(FILE, field, both(zh, en))


def _require_later(indicator: Indicator, code: str | None) -> None:
    """Refuse a version that does not begin after those before it, and after they were withdrawn."""
    earlier = standing.versions().get(code, ()) if code is not None else ()
    if not earlier:
        return
    last = earlier[-1]
    if last.version < indicator.version and indicator.valid_from <= last.valid_from:
        day = last.valid_from.isoformat()
        raise _wrong(
            "valid_from",
            f"必须晚于第 {last.version} 版的生效日期 {day}",
            f"must lie after version {last.version}’s, {day}",
        )
    if last.withdrawn_from and indicator.valid_from < last.withdrawn_from:
        day = last.withdrawn_from.isoformat()
        raise _wrong(
            "valid_from",
            f"第 {last.version} 版到 {day} 停用，不能早于这一天",
            f"version {last.version} is withdrawn from {day}: it cannot begin before",
        )


def _refers_from(code: str) -> declarations.Refers:
    """Return what gives a declaration the indicators that it may take over: those in force, none of which rests on it."""

    def refers(other: str, on: date) -> Indicator:
        way = way_to(other, code)
        if way is not None:
            raise Looping((code, *way))
        chain = versions_of(other)
        held = holding_on(chain, on)
        if held.withdrawn_from is not None and held.withdrawn_from <= on:
            raise LookupError(other)
        return held

    return refers


def way_to(start: str, end: str) -> tuple[str, ...] | None:
    """Return the codes by which an indicator rests on another, itself first; null when it does not."""
    if start == end:
        return (start,)
    seen = {start}
    waiting: list[tuple[str, ...]] = [(start,)]
    while waiting:
        way = waiting.pop(0)
        for one in standing.versions().get(way[-1], ()):
            for code in _rests_on(one):
                if code == end:
                    return (*way, code)
                if code not in seen:
                    seen.add(code)
                    waiting.append((*way, code))
    return None


def _rests_on(one: Indicator) -> list[str]:
    return [term.of.rpartition(" v")[0] for term in one.terms if term.of]


def _terms_of(indicator: Indicator) -> Iterator[tuple[str, Term]]:
    """Yield the terms that are declared by themselves, each with the path of its table."""
    for term, role in zip(indicator.terms, indicator.roles or (None,), strict=True):
        if not (term.register or term.years_back or term.whole):
            yield ("" if role is None else f"{role}."), term


def _require_known(path: str, term: Term) -> None:
    """Refuse codes that the house does not know, and a second term that could never be more than nothing."""
    if term.line and not Line.objects.filter(code=term.line).exists():
        raise _wrong(f"{path}line", f"没有专业线 {term.line}", f"there is no line {term.line}")
    if term.area and not Area.objects.filter(code=term.area).exists():
        raise _wrong(f"{path}area", f"没有片区或名单 {term.area}", f"there is no area {term.area}")
    if term.place is not None and not Place.objects.filter(pk=term.place).exists():
        raise _wrong(f"{path}place", f"没有地区 {term.place}", f"there is no place {term.place}")
    if term.owner and unit_with_code(term.owner) is None:
        raise _wrong(f"{path}owner", f"没有单位 {term.owner}", f"there is no unit {term.owner}")
    is_divisor = path.startswith((Role.DENOMINATOR, Role.TARGET))
    if is_divisor and term.area and term.place is not None and not _meet(term.area, term.place):
        raise _wrong(
            f"{path}place",
            f"不在片区 {term.area} 内：这一项永远为空，除下去就是除以零",
            f"lies outside the area {term.area}: there would never be anything to divide by",
        )


def _meet(area: str, place: int) -> bool:
    """Return whether a member of an area lies in a place today, or the place in one."""
    first, end = subtree_range(place)
    spans = [subtree_range(one) for one in members_of(area, on=timezone.localdate())]
    return any(first < stop and start < end for start, stop in spans)
