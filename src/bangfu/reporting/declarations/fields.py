"""The fields of a declaration, taken one by one, and the refusal that names the wrong one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from bangfu.foundation.rooms import Words, both

Member = TypeVar("Member")
TYPES: dict[type, str] = {str: "文字", int: "整数", date: "日期", dict: "一组值", list: "列表"}


class WrongIndicator(ValueError):  # noqa: N818 - an answer about a declaration, named for what is wrong
    """A declaration that cannot be used; the sentence names the file, the field and, where it is known, the line."""

    def __init__(self, file: str, field: str, said: Words, line: int | None = None) -> None:
        """Keep where it is wrong and what is, in both languages.

        Args: field: as a path, ``denominator.measure``; empty when the text is no TOML.
        """
        self.file, self.field, self.said, self.line = file, field, said, line
        super().__init__(f"{file}: {field}: {said.en}" if field else f"{file}: {said.en}")


class Looping(LookupError):  # noqa: N818 - what an indicator does, not an error of the program
    """An indicator that refers to itself; ``chain`` has the codes on the way, the first once more at the end."""

    def __init__(self, chain: Iterable[str]) -> None:
        """Keep the way."""
        self.chain = tuple(chain)
        super().__init__(" → ".join(self.chain))


@dataclass(frozen=True)
class Fields:
    """One table of a declaration, whose fields are taken one by one; what is left over is an error."""

    file: str
    table: dict[str, Any]
    above: str = ""

    def wrong(self, field: str, zh: str, en: str) -> WrongIndicator:
        """Return the refusal of a field."""
        return WrongIndicator(self.file, f"{self.above}{field}", both(zh, en))

    def take(self, field: str, kind: type[Member]) -> Member:
        """Return the value of a field, which is of a kind, and take it out.

        Raises: WrongIndicator: it is missing, unknown or of another kind.
        """
        if field not in self.table:
            raise self.wrong(field, "没有填", "is missing")
        value = self.table.pop(field)
        if type(value) is not kind:
            raise self.wrong(
                field, f"必须是{TYPES[kind]}，不能是 {value!r}", f"must be a {kind.__name__}, not {value!r}"
            )
        return value

    def choose(self, field: str, kind: Callable[[str], Member], choices: Iterable[Any]) -> Member:
        """Return the value of a field that is one of a few.

        Raises: WrongIndicator: it is missing, unknown or of another kind.
        """
        value = self.take(field, str)
        try:
            return kind(value)
        except ValueError:
            raise self.not_among(field, value, choices) from None

    def not_among(self, field: str, value: str, choices: Iterable[Any]) -> WrongIndicator:
        """Return the refusal of a value that is none of a few."""
        among = [str(one) for one in choices]
        return self.wrong(
            field,
            f"只能是 {'、'.join(among)}，不能是 {value!r}",
            f"must be one of {', '.join(among)}, not {value!r}",
        )

    def words(self, field: str) -> Words:
        """Return a field that holds a text in both languages.

        Raises: WrongIndicator: it is missing, unknown or of another kind.
        """
        inner = self.inner(field)
        zh, en = inner.take("zh", str).strip(), inner.take("en", str).strip()
        inner.finish()
        for language, text in (("zh", zh), ("en", en)):
            if not text:
                raise self.wrong(f"{field}.{language}", "不能为空", "is empty")
        return both(zh, en)

    def inner(self, field: str) -> Fields:
        """Return a field that is a table itself.

        Raises: WrongIndicator: it is missing, unknown or of another kind.
        """
        return Fields(self.file, dict(self.take(field, dict)), f"{self.above}{field}.")

    def finish(self) -> None:
        """Refuse what is left over.

        Raises: WrongIndicator: it is missing, unknown or of another kind.
        """
        for field in self.table:
            raise self.wrong(field, "指标没有这一项", "is not a field of an indicator")
