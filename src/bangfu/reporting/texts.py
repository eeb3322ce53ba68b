"""The texts of reports, one file for each language, read once until they change.

A report is ``programme.zh.md`` and ``programme.en.md``; a text that goes with it and says the same figures in another form has
the form in its name: ``programme.article.zh.md``. Its code is ``programme.article``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bangfu.reporting import wording
from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.wording import Document

FOLDER = Path(__file__).parent / "reports"
LANGUAGES = ("zh", "en")


def _text_codes(folder: Path | None) -> set[str]:
    return {path.name.removesuffix("".join(path.suffixes[-2:])) for path in (folder or FOLDER).glob("*.md")}


def report_codes(folder: Path | None = None) -> list[str]:
    """Return the codes of all reports."""
    return sorted(code for code in _text_codes(folder) if "." not in code)


def companion_forms(report: str, folder: Path | None = None) -> list[str]:
    """Return in which other forms a report's figures are told, as the names of the files have it."""
    own = f"{report}."
    return sorted(code.removeprefix(own) for code in _text_codes(folder) if code.startswith(own))


@lru_cache(maxsize=64)
def _read(path: Path, modified_ns: int) -> Document:
    language = path.suffixes[-2].lstrip(".")
    return wording.read(path.read_text(encoding="utf-8"), file=path.name, language=language)


def document(code: str, language: str, folder: Path | None = None) -> Document:
    """Return a text in a language: a report's, or that of a companion.

    Raises: LookupError: there is no such text, or not in this language.
    """
    path = (folder or FOLDER) / f"{code}.{'en' if language.startswith('en') else 'zh'}.md"
    if code not in _text_codes(folder) or not path.is_file():
        raise LookupError(f"there is no text {path.name}")
    return _read(path, path.stat().st_mtime_ns)


def cited_period(indicator: str | None = None) -> Period | None:
    """Return the newest period for which reports cite an indicator; of any, the one in a report's title, else the newest cited.

    Null when no report cites it.
    """
    texts = [document(code, LANGUAGES[0]) for code in report_codes()]
    named = (
        [read_period(period) for one in texts for period in one.title_periods] if indicator is None else []
    )
    cited = named or [
        read_period(tag.given["period"])
        for one in texts
        for tag in one.figures
        if indicator in {None, tag.value}
    ]
    return max(cited, key=lambda period: period.ends_on, default=None)
