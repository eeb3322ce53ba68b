"""Numbers as somebody types them, times a power of ten: the point moves, nothing is rounded."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

SPACES = r"[\s\x{200b}\x{200c}\x{200d}\x{feff}]"
PLAIN_NUMBER = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
WRITTEN_NUMBER = f"^{PLAIN_NUMBER}$"


def times(texts: Sequence[str], factor: int) -> list[str]:
    """Return numbers as typed times a power of ten, exactly; what is no number stays as it is.

    >>> times(["３.２", "1,250", "约3"], 10_000)
    ['32000.0', '12500000.0', '约3']
    """
    typed = pl.Series("text", texts, dtype=pl.String)
    plain = pl.col("text").str.normalize("NFKC").str.replace_all(SPACES, "")
    moved = typed.to_frame().select(
        pl.when(plain.str.contains(WRITTEN_NUMBER)).then(times_of(plain, factor)).otherwise("text")
    )
    return moved.to_series().to_list()


def times_of(plain: pl.Expr, factor: int) -> pl.Expr:
    """Return numbers as written times a power of ten, exactly: the point moves; what is no number stays as it is."""
    zeros = len(str(factor)) - 1
    bare = plain.str.replace_all(",", "", literal=True)
    sign, whole = bare.str.extract(r"^([+-]?)", 1), bare.str.extract(r"^[+-]?(\d+)", 1)
    after = bare.str.extract(r"\.(\d+)$", 1).fill_null("").str.pad_end(zeros, "0")
    moved = pl.concat_str(
        sign, whole, after.str.slice(0, zeros), pl.lit("."), after.str.slice(zeros), pl.lit("0")
    ).str.replace(r"^([+-]?)0+(\d)", "${1}${2}")
    return pl.when(plain.str.contains(WRITTEN_NUMBER)).then(moved).otherwise(plain)
