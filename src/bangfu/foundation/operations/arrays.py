"""Long lists on their way to PostgreSQL: a hundred thousand keys as one array, without a look at each of them."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types.array import ListDumper

_LONG = 100
_MEANS_SOMETHING = ("\\", '"')


class LongListDumper(ListDumper):
    """Writes a long list of whole numbers, or of texts, in one go; any other as the driver does.

    The driver dumps and searches element by element, which took longer than the statements it was for.
    """

    def dump(self, obj: list[Any]) -> Buffer | None:
        """Return the list as PostgreSQL reads an array."""
        if len(obj) < _LONG:
            return super().dump(obj)
        kinds = set(map(type, obj))
        if kinds == {int}:
            return f"{{{','.join(map(str, obj))}}}".encode()
        if kinds == {str}:
            return self._texts(obj) or super().dump(obj)
        return super().dump(obj)

    def _texts(self, obj: list[str]) -> Buffer | None:
        """Return texts as an array, each in quotes; null when one of them holds what the driver must refuse."""
        joined = "\0".join(obj)
        if joined.count("\0") != len(obj) - 1:
            return None
        for sign in _MEANS_SOMETHING:
            joined = joined.replace(sign, f"\\{sign}")
        quoted = joined.replace("\0", '","')
        return f'{{"{quoted}"}}'.encode(self._tx.encoding)


def use_for_lists() -> None:
    """Let every connection that is opened from now on write its long lists this way."""
    psycopg.adapters.register_dumper(list, LongListDumper)
