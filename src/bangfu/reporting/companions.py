"""Texts that go with a report and say the same figures in another form: a signed article, a typical case, a press sheet.

A companion passes the checks of every text, and three of its own: it declares what its form needs, it is not longer than it says
it may be, and each of its figures stands in the report, written in the same way. So whatever an office hands out says the
same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.figures import Figure
from bangfu.reporting.reports import Bindings, Drawn, Report, bindings_of, drawn_of
from bangfu.reporting.selection import Selection
from bangfu.reporting.texts import LANGUAGES, companion_forms, document
from bangfu.reporting.wording import Document, Problem, Tag, length_of
from bangfu.reporting.wording.numerals import numbers_in


class Form(StrEnum):
    """What kind of text a companion is; the value stands in the names of its files."""

    ARTICLE = "article"
    CASE = "case"
    PRESS = "press"

    @property
    def words(self) -> Words:
        """What the form is called."""
        return FORM_TITLES[self]

    @property
    def must_declare(self) -> frozenset[str]:
        """What a text of this form must say of itself."""
        return _MUST_DECLARE[self]


FORM_TITLES: dict[str, Words] = {
    Form.ARTICLE: both("署名文章", "Signed article"),
    Form.CASE: both("典型案例", "Typical case"),
    Form.PRESS: both("新闻通稿", "Press sheet"),
}
_MUST_DECLARE = {
    Form.ARTICLE: frozenset({"author", "post"}),
    Form.CASE: frozenset({"limit"}),
    Form.PRESS: frozenset[str](),
}
_SIGNING = frozenset({"author", "post"})


@dataclass(frozen=True)
class Companion:
    """A companion in both languages as of a block or now; with problems it must not be shown."""

    form: Form
    reports: dict[str, Report]  # by language; empty while a language is missing
    declared: dict[str, dict[str, str]]  # by language, as the files declare it
    lengths: dict[str, int]  # by language; empty while a language is missing or fails its checks
    problems: tuple[Problem, ...]

    def limit(self, language: str) -> int | None:
        """Return how many 字 or words it may have; null without a limit."""
        written = self.declared.get(language, {}).get("limit", "")
        return int(written) if _is_limit(written) else None


@dataclass(frozen=True)
class Together:
    """A report with its companions, their figures asked once."""

    reports: dict[str, Report]  # by language
    companions: tuple[Companion, ...]
    strays: tuple[Problem, ...]
    """Files beside the report that are in no form there is, or in one language only."""

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong with the report and its companions."""
        told = [*self.reports["zh"].problems, *self.strays]
        return told + [problem for one in self.companions for problem in one.problems]


def together(
    code: str, *, as_of: int | None = None, use: Use = Use.WEB, folder: Path | None = None
) -> Together:
    """Return a report with its companions as of a block or now.

    Raises: LookupError: there is no such report.
    """
    documents = {code: [document(code, one, folder) for one in LANGUAGES]}
    strays: list[Problem] = []
    forms = []
    for name in companion_forms(code, folder):
        try:
            documents[name] = [document(f"{code}.{name}", one, folder) for one in LANGUAGES]
            forms.append(Form(name))
        except (LookupError, ValueError):
            strays.append(_stray(code, name))
    bound = bindings_of([one for pair in documents.values() for one in pair], as_of, use)
    reports = {one: drawn_of(code, documents[code], one, bound, as_of=as_of) for one in LANGUAGES}
    stated = _stated(bound, documents[code])
    companions = [_companion(code, form, documents[form], bound, stated, as_of) for form in forms]
    return Together(reports, tuple(companions), tuple(strays))


def companion_of(code: str, form: str) -> Companion:
    """Return one of the texts that go with a report as it stands now, without drawing the report and the others.

    Raises: LookupError: there is no such report, or no such text in both languages.
    """
    if form not in set(Form):
        raise LookupError(f"{code}/{form}")
    stating = [document(code, one) for one in LANGUAGES]
    documents = [document(f"{code}.{form}", one) for one in LANGUAGES]
    bound = bindings_of(documents, None, stating=stating)
    return _companion(code, Form(form), documents, bound, _stated(bound, stating), None)


def _stray(code: str, name: str) -> Problem:
    known = "、".join(Form)
    zh = f"随报告的文字须有中英文两份，文体只有 {known}"
    en = f"a text beside a report is in both languages and in one of the forms {', '.join(Form)}"
    return Problem(f"{code}.{name}.*.md", 1, "", zh, en)


Stated = dict[tuple[str, Selection], list[Figure]]
"""The figures of a report, by what they ask."""


def _stated(bound: Bindings, documents: Iterable[Document]) -> Stated:
    found: Stated = {}
    for tag in (tag for one in documents for tag in one.figures):
        if tag in bound.figures:
            figure = bound.figures[tag]
            found.setdefault((figure.indicator.code, figure.selection), []).append(figure)
    return found


def _companion(
    code: str, form: Form, documents: list[Document], bound: Bindings, stated: Stated, as_of: int | None
) -> Companion:
    reports = {one: drawn_of(f"{code}.{form}", documents, one, bound, as_of=as_of) for one in LANGUAGES}
    problems = list(reports["zh"].problems)
    lengths = {}
    for one in documents:
        problems += _undeclared(one, form)
        problems += _not_stated(one, bound, stated)
        problems += _charts(one)
        if not reports["zh"].problems:
            lengths[one.language] = _length(reports[one.language].paragraphs, one.language)
            problems += _too_long(one, lengths[one.language])
    declared = {one.language: dict(one.declared) for one in documents}
    return Companion(form, reports, declared, lengths, tuple(problems))


def _whole(one: Document, zh: str, en: str) -> Problem:
    """Return a problem of a text as a whole."""
    return Problem(one.file, 1, one.title, zh, en)


def _is_limit(written: str) -> bool:
    return written.isascii() and written.isdecimal() and 0 < len(written) <= 6 and int(written) > 0


def _undeclared(one: Document, form: Form) -> Iterable[Problem]:
    for name in sorted(form.must_declare - one.declared.keys()):
        title = form.words
        yield _whole(one, f"{title.zh}须写明 @{name}", f"a {title.en.lower()} needs @{name}")
    for name in sorted(_SIGNING & one.declared.keys() - form.must_declare):
        yield _whole(
            one, f"{form.words.zh}不署名，请去掉 @{name}", f"only an article is signed: no @{name} here"
        )
    if "limit" in one.declared and not _is_limit(one.declared["limit"]):
        yield _whole(one, "@limit 须是正整数", "@limit is a whole number above zero")
    for name in sorted(_SIGNING & one.declared.keys()):
        for _, number in numbers_in(one.declared[name], one.language):
            yield _whole(
                one,
                f"@{name} 里的「{number}」没有绑定：数字只能由标签给出",
                f"“{number}” in @{name} is not bound: a number can only come from a tag",
            )


def _not_stated(one: Document, bound: Bindings, stated: Stated) -> Iterable[Problem]:
    """Yield the figures that the report does not state, or writes in another way."""
    for paragraph in one.paragraphs:
        for tag in (tag for tag in paragraph.figures if tag in bound.figures):
            figure = bound.figures[tag]
            same = stated.get((figure.indicator.code, figure.selection), [])
            if any(figure.display == other.display for other in same):
                continue
            yield one.problem(paragraph, tag.offset, *_says(tag, figure, same, one.language))


def _charts(one: Document) -> Iterable[Problem]:
    """Yield charts: they stand in the report alone, which says what they show."""
    for paragraph in one.paragraphs:
        for tag in paragraph.charts:
            zh, en = f"{tag.source} 只能放在报告里", f"{tag.source} can only stand in the report"
            yield one.problem(paragraph, tag.offset, zh, en)


def _says(tag: Tag, figure: Figure, same: list[Figure], language: str) -> tuple[str, str]:
    if not same:
        return (
            f"{tag.source} 报告里没有：先写进报告",
            f"{tag.source} does not stand in the report: put it there first",
        )
    here, there = figure.shown_in(language), same[0].shown_in(language)
    return (
        f"{tag.source} 在这里写作「{here}」，报告写作「{there}」：同一个数只有一种写法",
        f"{tag.source} reads “{here}” here and “{there}” in the report: one figure is written in one way",
    )


def _length(paragraphs: Iterable[Drawn], language: str) -> int:
    """Return how long the text below the title is, its figures as they are printed."""
    return sum(length_of(spoken(one, language), language) for one in paragraphs if one.kind != "title")


def spoken(paragraph: Drawn, language: str) -> str:
    """Return a paragraph as it is read, its figures as they are printed."""
    return "".join(
        part.text if part.figure is None else printed(part.figure, language, part.inner)
        for part in paragraph.parts
    )


def printed(figure: Figure, language: str, inner: str) -> str:
    """Return what stands in a text for a figure: its value with 余 or 多 inside, or a dash without facts."""
    said = figure.shown_in(language)
    return "—" if said is None else str(replace(said, inner=inner))


def _too_long(one: Document, length: int) -> Iterable[Problem]:
    written = one.declared.get("limit", "")
    if _is_limit(written) and length > int(written):
        over = length - int(written)
        yield _whole(
            one,
            f"全文 {length} 字，超过上限 {written} 字，多 {over} 字：请删减",
            f"the text has {length} words, {over} more than its limit of {written}: shorten it",
        )
