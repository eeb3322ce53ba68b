"""A report's text held against the figures in it: every number bound, every word around it true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.reporting.display import Scale, Shown, exact_text
from bangfu.reporting.periods import day_title, read_period
from bangfu.reporting.wording.markup import Document, Paragraph, Problem, Tag, Text, sentence_span
from bangfu.reporting.wording.numerals import numbers_in
from bangfu.reporting.wording.praise import praise_in
from bangfu.reporting.wording.qualifiers import REASONS, Claim, Printed, claims_after, claims_before

_UNTIL = {
    "zh": re.compile(r"截至(?P<block>区块)?"),
    "en": re.compile(r"\bas of(?P<block> block)?\b", re.IGNORECASE),
}
MONTHS = "个月"
PERSONS = frozenset({"人", "名", "户"})
TIMES = re.compile(r"\b(?:attendances?|participations?|visits?|person-times|times)\b", re.IGNORECASE)
DIFFERENT = re.compile(r"\b(?:different|distinct|individual|people|persons)\b", re.IGNORECASE)
_CLAUSE = {"zh": re.compile(r"[，。；：！？、]"), "en": re.compile(r"[,.;:!?]")}


@dataclass(frozen=True)
class Bound:
    """What a figure of a text stands for; ``shown`` null means that it has no facts."""

    exact: Decimal | None
    shown: Shown | None
    unit_zh: str
    previous: Decimal | None = None
    """The exact value of the period before, where there is one."""
    kind: str = ""
    """What kind of indicator it is of; empty when that is not known."""


def check(document: Document, values: Mapping[Tag, Bound]) -> list[Problem]:
    """Return everything that is wrong with a text, in reading order.

    Args:
        values: by tag, what each figure stands for; a figure that is absent was not found.
    """
    found = list(document.problems)
    for paragraph in document.paragraphs:
        found += _unbound(document, paragraph)
        found += _until(document, paragraph)
        found += _periods(document, paragraph)
        found += _until_then(document, paragraph)
        found += _praise(document, paragraph)
        for at, piece in enumerate(paragraph.pieces):
            if isinstance(piece, Tag) and piece.name == "figure":
                found += _around(document, paragraph, at, piece, values.get(piece))
    return sorted(found, key=lambda problem: problem.line)


def agree(first: Document, second: Document) -> list[Problem]:
    """Return the figures and charts that stand in one language only: both must show the same ones."""
    found = []
    for one, other in ((first, second), (second, first)):
        known = {_meaning(tag) for tag in other.figures}
        drawn = {(tag.value, tag.fields) for tag in other.charts}
        for paragraph in one.paragraphs:
            missing = [tag for tag in paragraph.figures if _meaning(tag) not in known]
            missing += [tag for tag in paragraph.charts if (tag.value, tag.fields) not in drawn]
            found += [
                one.problem(
                    paragraph,
                    tag.offset,
                    f"{tag.source} 在 {other.file} 中没有",
                    f"{tag.source} does not stand in {other.file}",
                )
                for tag in missing
            ]
    return found


def _meaning(tag: Tag) -> tuple[str, ...]:
    given = tag.given
    return (tag.value, *(given.get(name, "") for name in ("period", "place", "area", "unit", "line")))


def _unbound(document: Document, paragraph: Paragraph) -> Iterator[Problem]:
    for piece in paragraph.pieces:
        if not isinstance(piece, Text):
            continue
        for at, number in numbers_in(piece.text, document.language):
            yield document.problem(
                paragraph,
                piece.offset + at,
                f"「{number}」没有绑定：数字只能由标签给出",
                f"“{number}” is not bound: a number can only come from a tag",
            )


def _until(document: Document, paragraph: Paragraph) -> Iterator[Problem]:
    """Yield uses of 截至 and “as of” that no bound day follows, and 截止 where 截至 is meant."""
    for at, piece in enumerate(paragraph.pieces):
        if not isinstance(piece, Text):
            continue
        after = paragraph.pieces[at + 1] if at + 1 < len(paragraph.pieces) else None
        for found in _UNTIL[document.language].finditer(piece.text):
            is_last = not piece.text[found.end() :].strip()
            wants_block = found["block"] is not None
            fits = isinstance(after, Tag) and (after.name == "block" if wants_block else after.is_date)
            if not (is_last and fits):
                yield document.problem(
                    paragraph,
                    piece.offset + found.start(),
                    f"「{found[0]}」后面须是绑定的日期，如 {{as_of}}",
                    f"“{found[0]}” must be followed by a bound date such as {{as_of}}",
                )
        if piece.text.rstrip().endswith("截止") and isinstance(after, Tag) and after.is_date:
            yield document.problem(
                paragraph,
                piece.offset + len(piece.text.rstrip()) - 2,
                "「截止」是结束；到某一时点用「截至」",
                "截止 means that something ends; for a point in time write 截至",
            )


def _until_then(document: Document, paragraph: Paragraph) -> Iterator[Problem]:
    """Yield figures after 截至 and a day, in its sentence, whose period ends on another day."""
    until: tuple[Tag, int] | None = None
    for at, piece in enumerate(paragraph.pieces):
        if not isinstance(piece, Tag):
            continue
        before, _ = _neighbours(paragraph, at)
        if piece.name == "date" and _UNTIL[document.language].search(before.rstrip()[-9:]):
            until = piece, sentence_span(paragraph.source, piece.offset, document.language)[1]
        elif piece.name == "figure" and until is not None and piece.offset < until[1]:
            last = read_period(piece.given["period"]).last_on
            said = day_title(date.fromisoformat(until[0].value), "zh")
            if last.isoformat() != until[0].value:
                yield document.problem(
                    paragraph,
                    piece.offset,
                    f"句中写截至{said}，{piece.source} 却算到{day_title(last, 'zh')}",
                    f"the sentence says as of {until[0].value}, but {piece.source} counts up to {last.isoformat()}",
                )


def _praise(document: Document, paragraph: Paragraph) -> Iterator[Problem]:
    """Yield words that claim a result in a sentence without a figure and without a named judge."""
    held = [
        one.offset for one in paragraph.pieces if isinstance(one, Tag) and one.name in {"figure", "judge"}
    ]
    for piece in paragraph.pieces:
        if not isinstance(piece, Text):
            continue
        for at, word in praise_in(piece.text, document.language):
            offset = piece.offset + at
            first, last = sentence_span(paragraph.source, offset, document.language)
            if not any(first <= one < last for one in held):
                yield document.problem(
                    paragraph,
                    offset,
                    f"「{word}」说的是结果：同一句里须有绑定的数字，或用 {{judge …}} 写明是谁的评价",
                    f"“{word}” claims a result: its sentence needs a bound figure, or {{judge …}} who says so",
                )


def _periods(document: Document, paragraph: Paragraph) -> Iterator[Problem]:
    """Yield figures whose period is not the one that was named last before them in the paragraph."""
    named: str | None = None
    for piece in paragraph.pieces:
        if not isinstance(piece, Tag):
            continue
        if piece.name == "period":
            named = piece.value
        elif piece.name == "figure" and named is not None and piece.given["period"] != named:
            yield document.problem(
                paragraph,
                piece.offset,
                f"前面写的是{read_period(named).title('zh')}，{piece.source} 却是另一个期间",
                f"the text says {read_period(named).title('en')}, but {piece.source} is of another period",
            )


def _around(
    document: Document, paragraph: Paragraph, at: int, tag: Tag, bound: Bound | None
) -> Iterator[Problem]:
    """Yield what is untrue, doubled or misplaced around one figure."""
    language = document.language

    def problem(zh: str, en: str) -> Problem:
        return document.problem(paragraph, tag.offset, zh, en)

    if bound is None:
        yield problem(f"{tag.source} 找不到", f"{tag.source} is not found")
        return
    if bound.exact is None or bound.shown is None:
        yield problem(
            f"{tag.source} 没有事实：没有数据不能写成数字", f"{tag.source} has no facts: no data is no number"
        )
        return
    if tag.given.get("scale") == Scale.YEAR and bound.unit_zh != MONTHS:
        yield problem(
            f"{tag.source} 数的不是月数，不能写成年", f"{tag.source} counts no months: it has no years"
        )
    before, after = _neighbours(paragraph, at)
    claims = claims_before(before, language) + claims_after(after, language)
    if word := tag.given.get("word"):
        claims.append((Claim.A_LITTLE_ABOVE, word))
    sizes = [word for claim, word in claims if claim.is_about_size]
    if len(sizes) > 1:
        both = "」和「".join(sizes), "” and “".join(sizes)
        yield problem(f"「{both[0]}」不能同时修饰一个数", f"“{both[1]}” cannot qualify one number together")
    printed = Printed(bound.exact, bound.shown.rounded, bound.shown.step, bound.previous)
    said = {
        "exact": exact_text(bound.exact, language),
        "shown": str(bound.shown),
        "previous": "—" if bound.previous is None else exact_text(bound.previous, language),
    }
    for claim, word in claims:
        if not claim.is_true(printed):
            zh, en = REASONS[claim]
            yield problem(zh.format(word=word, **said), en.format(word=word, **said))
    yield from (problem(zh, en) for zh, en in _units(before, after, bound, language))


def _neighbours(paragraph: Paragraph, at: int) -> tuple[str, str]:
    before = paragraph.pieces[at - 1] if at else None
    after = paragraph.pieces[at + 1] if at + 1 < len(paragraph.pieces) else None
    return (
        before.text if isinstance(before, Text) else "",
        after.text if isinstance(after, Text) else "",
    )


def _units(before: str, after: str, bound: Bound, language: str) -> Iterator[tuple[str, str]]:
    """Yield what the words around a figure say wrongly about its unit."""
    assert bound.shown is not None
    unit = bound.shown.unit
    clause = _CLAUSE[language].split(before)[-1]
    if unit and after.lstrip().startswith(unit):
        yield f"「{unit}」写了两遍：数字自带单位", f"“{unit}” stands twice: a figure brings its unit"
    yield from _persons(clause, _CLAUSE[language].split(after)[0], bound, language)
    if language == "en":
        return
    if re.match(r"[余多](?![方样边地次年])", after):
        yield (
            "「余、多」要在数字与单位之间：在标签里写 word=余",
            "余 and 多 stand between number and unit: word=余 in the tag",
        )
    if re.match(r"[万亿]", after):
        yield "「万、亿」由标签的 scale 给出，不写在数字后面", "万 and 亿 come from the tag’s scale"
    if bound.shown.scale == "%" and re.match(r"个?百分点", after):
        yield "比率是百分之几，不是百分点", "a ratio is per cent, not percentage points"


def _persons(clause: str, following: str, bound: Bound, language: str) -> Iterator[tuple[str, str]]:
    """Yield where persons are called attendances or the other way round: by the kind of the figure, else by its unit."""
    assert bound.shown is not None
    unit = bound.unit_zh
    is_distinct = bound.kind == "distinct" or (not bound.kind and unit == "人")
    is_visits = unit.endswith("次")
    if bound.kind == "distinct" and is_visits:
        yield "数的是不同的对象，单位不能是人次", "different parties were counted: the unit cannot be 人次"
    if bound.kind == "flow" and unit in PERSONS:
        yield (
            f"数的是次数的合计，单位不能是「{unit}」：不同的{unit}要用去重的指标",
            f"a sum of times was counted: {unit} needs a distinct indicator",
        )
    if language == "en":
        if is_distinct and TIMES.search(f"{clause} {following}"):
            yield (
                "数的是不同的人，不能写成「人次」",
                "different persons were counted: they are no attendances",
            )
        if is_visits and DIFFERENT.search(f"{clause} {following}"):
            yield "数的是人次，不能写成不同的人", "attendances were counted: they are not different persons"
        return
    if is_distinct and not is_visits and (following.startswith("次") or re.search(r"[人户]次", clause)):
        yield "数的是不同的人，不能写成「人次」", "different persons were counted: 人次 is untrue"
    if is_visits and re.search(r"[人户]数|不同的?[人户]", clause):
        yield "数的是人次，不能写成「人数」", "attendances were counted: 人数 is untrue"
