"""The texts of reports, one file for each language, read once until they change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bangfu.reporting import wording
from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.wording import Document

FOLDER = Path(__file__).parent / "reports"
LANGUAGES = ("zh", "en")


def report_codes(folder: Path | None = None) -> list[str]:
    """Return the codes of all reports."""
    return sorted({path.name.split(".")[0] for path in (folder or FOLDER).glob("*.md")})


@lru_cache(maxsize=64)
def _read(path: Path, modified_ns: int) -> Document:
    language = path.suffixes[0].lstrip(".")
    return wording.read(path.read_text(encoding="utf-8"), file=path.name, language=language)


def document(code: str, language: str, folder: Path | None = None) -> Document:
    """Return a report's text in a language.

    Raises: LookupError: there is no such report, or not in this language.
    """
    path = (folder or FOLDER) / f"{code}.{'en' if language.startswith('en') else 'zh'}.md"
    if code not in report_codes(folder) or not path.is_file():
        raise LookupError(f"there is no report {path.name}")
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
