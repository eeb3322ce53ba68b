"""What the columns of a snapshot's files are, as DuckDB reads them, and in which order rows lie."""

from __future__ import annotations

FACT_COLUMNS = {
    "id": "BIGINT", "block_id": "BIGINT", "position": "BIGINT", "measure_id": "SMALLINT", "quantity": "DECIMAL(20, 4)",
    "unit_id": "BIGINT", "place_id": "BIGINT", "line_id": "SMALLINT", "party": "BLOB", "subject_type": "SMALLINT",
    "subject_id": "BIGINT", "happened_on": "DATE", "reverses_id": "BIGINT",
}  # fmt: skip
"""As DuckDB reads them; a party is its sixteen bytes, since Spark knows no UUID."""
ANCESTORS = {10**10: ("province", "SMALLINT"), 10**8: ("city", "SMALLINT"), 10**6: ("county", "INTEGER"),
             10**3: ("town", "INTEGER")}  # fmt: skip
"""By the size of a level: the column with the whole part of the place's number over it, as questions group by it."""
WORKED_OUT = {
    **{name: (kind, f"(place_id // {size})::{kind}") for size, (name, kind) in ANCESTORS.items()},
    "month": ("DATE", "date_trunc('month', happened_on)::DATE"),
}
"""Columns that follow from others, kept since working them out for millions of rows costs more than reading them."""
CELL_COLUMNS = {
    "measure_id": "SMALLINT", "place_id": "BIGINT", "month": "DATE", "quantity": "DECIMAL(38, 4)", "facts": "BIGINT",
    "reversed": "BIGINT", "latest": "BIGINT", "province": "SMALLINT", "city": "SMALLINT", "county": "INTEGER",
}  # fmt: skip
"""Of cells; a place is a county, or what stands higher and has facts of its own."""
VERSION_COLUMNS = {
    "id": "BIGINT", "block_id": "BIGINT", "position": "BIGINT", "kind": "SMALLINT", "key": "VARCHAR", "about": "BIGINT",
    "content": "VARCHAR", "is_removed": "BOOLEAN",
}  # fmt: skip
FACT_ORDER = "measure_id, place_id, happened_on, id"
CELL_ORDER = "measure_id, place_id, month"
VERSION_ORDER = "kind, id"
