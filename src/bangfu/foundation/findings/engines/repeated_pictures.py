"""Pictures that hang on more than one record, the same or nearly the same."""

from __future__ import annotations

import polars

BANDS = 4
"""Of sixteen bits: two fingerprints that differ in three bits or fewer agree in one of four (pigeonhole principle)."""
_LOW_16 = 0xFFFF


def clusters(attached: polars.DataFrame, *, distance: int) -> polars.DataFrame:
    """Return pictures in groups that look the same and hang on two records or more.

    Args:
        attached: ``record_type``, ``record``, ``file`` (digest), ``fingerprint`` (Int64, null = none), ``attachment``
            (ascending in time). One row an attachment of a picture.
        distance: bits of 64 in which two fingerprints may differ, 0 to 3.

    Returns: ``cluster`` (digest of the picture that was attached first: it stays as the group grows), ``record_type``,
        ``record``, ``file``, ``attachment``, ``is_exact`` (all of the cluster are the very same file).
    """
    parent = {file: file for file in attached.sort("attachment")["file"].unique(maintain_order=True)}
    rank = {file: at for at, file in enumerate(parent)}

    def root(file: str) -> str:
        while parent[file] != file:
            parent[file] = parent[parent[file]]
            file = parent[file]
        return file

    known = (
        attached.sort("attachment")
        .unique("file", keep="first", maintain_order=True)
        .drop_nulls("fingerprint")
    )
    alike = known.group_by("fingerprint", maintain_order=True).agg("file")
    for files in alike["file"].to_list():
        for file in files[1:]:
            parent[file] = files[0]
    for one, other in near_pairs(known.unique("fingerprint", keep="first"), distance=distance).iter_rows():
        first, second = sorted((root(one), root(other)), key=rank.__getitem__)
        parent[second] = first
    named = attached.with_columns(
        cluster=polars.col("file").replace_strict(
            {file: root(file) for file in parent}, return_dtype=polars.String
        )
    )
    record = polars.struct("record_type", "record")
    repeated = named.filter(record.n_unique().over("cluster") > 1)
    return repeated.with_columns(is_exact=polars.col("file").n_unique().over("cluster") == 1).select(
        "cluster", "record_type", "record", "file", "attachment", "is_exact"
    )


def near_pairs(pictures: polars.DataFrame, *, distance: int) -> polars.DataFrame:
    """Return pairs of files whose fingerprints differ in no more bits than the distance: ``file``, ``other``.

    Args:
        pictures: ``file`` and ``fingerprint``, each fingerprint once.
    """
    known = pictures.select("file", "fingerprint")
    prints = known["fingerprint"].to_list()
    banded = polars.concat(
        [
            known.with_columns(
                band=polars.lit(band),
                part=polars.Series([one >> (16 * band) & _LOW_16 for one in prints], dtype=polars.Int64),
            )
            for band in range(BANDS)
        ]
    )
    pairs = banded.join(banded, on=["band", "part"], suffix="_other").filter(
        polars.col("file") < polars.col("file_other")
    )
    differing = (polars.col("fingerprint") ^ polars.col("fingerprint_other")).bitwise_count_ones()
    return (
        pairs.filter(differing <= distance).select("file", other="file_other").unique().sort("file", "other")
    )
