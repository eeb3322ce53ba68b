"""What makes a record worth a second look: pure, frames in and frames out.

A score is a hint about the order in which to read, never a judgement; each point of it is named. The weights are the
house's own, set so that missing or shared evidence alone outranks any two hints about dates.
"""

from __future__ import annotations

import polars

from bangfu.foundation.rooms import Words, both

WEIGHTS = {
    "no_evidence": 40,
    "evidence_shared": 35,
    "outlier": 30,
    "returned_before": 15,
    "same_place": 15,
    "period_end": 10,
    "weekend": 10,
    "late": 10,
}
REASON_WORDS: dict[str, Words] = {
    "no_evidence": both("没有佐证", "no evidence"),
    "evidence_shared": both("佐证文件也用在别的记录上", "its evidence is used on other records too"),
    "outlier": both("数值与本单位其他记录相差悬殊", "its value is far from the unit's others"),
    "returned_before": both("曾被退回后改过", "changed after it was returned"),
    "same_place": both("同一地点出现多次", "the same place many times"),
    "period_end": both("发生在季末最后三天", "in the last three days of a quarter"),
    "weekend": both("发生在周末", "on a weekend"),
    "late": both("发生后九十天以上才提交", "submitted more than ninety days afterwards"),
}

HIGHEST = 100
LATE_DAYS = 90
LAST_DAYS_OF_A_QUARTER = 3
MANY_AT_ONE_PLACE = 5
FEWEST_TO_COMPARE = 8
"""Below this many values nothing is an outlier."""
FAR_OUT = 3.5
"""Modified z-score beyond which a value is an outlier: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993."""
_TO_SIGMA = 0.6745
_COUNTY = 10**6
"""Places whose number is a multiple of this are counties or above: many records there say nothing."""

ROWS = {
    "record": polars.Int64,
    "happened_on": polars.Date,
    "place": polars.Int64,
    "quantity": polars.Float64,
    "submitted_on": polars.Date,
    "has_evidence": polars.Boolean,
    "evidence_shared": polars.Boolean,
    "returned_before": polars.Boolean,
}


def weighed(rows: polars.DataFrame, *, others: polars.Series, asks_evidence: bool = True) -> polars.DataFrame:
    """Return one row a reason: ``record``, ``score``, ``reason``.

    Args:
        rows: columns as ``ROWS``; a null date, place or quantity gives no reason.
        others: quantities of the unit's other records; with the paper's own they say what is usual.
        asks_evidence: false where the measure asks for none: then its absence is no hint.
    """
    quarter_end = polars.col("happened_on").dt.truncate("1q").dt.offset_by("1q")
    days_left = (quarter_end - polars.col("happened_on")).dt.total_days()
    waited = (polars.col("submitted_on") - polars.col("happened_on")).dt.total_days()
    is_below_county = polars.col("place") % _COUNTY != 0
    tests = {
        "no_evidence": ~polars.col("has_evidence") & asks_evidence,
        "evidence_shared": polars.col("evidence_shared"),
        "outlier": _far_out(rows["quantity"], others),
        "returned_before": polars.col("returned_before"),
        "same_place": is_below_county & (polars.len().over("place") >= MANY_AT_ONE_PLACE),
        "period_end": days_left <= LAST_DAYS_OF_A_QUARTER,
        "weekend": polars.col("happened_on").dt.weekday() > 5,
        "late": waited > LATE_DAYS,
    }
    marked = rows.select("record", **tests)
    reasons = marked.unpivot(index="record", variable_name="reason", value_name="holds").filter("holds")
    score = polars.col("reason").replace_strict(WEIGHTS, return_dtype=polars.Int64)
    return reasons.select("record", "reason", score=score).select("record", "score", "reason")


def _far_out(quantities: polars.Series, others: polars.Series) -> polars.Series:
    known = polars.concat([quantities.drop_nulls(), others.drop_nulls().cast(polars.Float64)])
    nothing = polars.repeat(False, len(quantities), dtype=polars.Boolean, eager=True)
    middle = known.median()
    if len(known) < FEWEST_TO_COMPARE or not isinstance(middle, float):
        return nothing
    spread = (known - middle).abs().median()
    if not isinstance(spread, float) or spread == 0:
        return nothing
    return ((quantities - middle).abs() * _TO_SIGMA / spread > FAR_OUT).fill_null(value=False)


def scored(records: list[int], reasons: polars.DataFrame) -> polars.DataFrame:
    """Return ``record``, ``score`` (0 to 100) and ``reasons`` (codes, weightiest first), the riskiest record first."""
    every = polars.DataFrame({"record": records}, schema={"record": polars.Int64})
    by_record = (
        reasons.sort("score", "reason", descending=[True, False])
        .group_by("record", maintain_order=True)
        .agg(score=polars.col("score").sum().clip(0, HIGHEST), reasons=polars.col("reason"))
    )
    joined = every.join(by_record, on="record", how="left")
    filled = joined.with_columns(polars.col("score").fill_null(0), polars.col("reasons").fill_null([]))
    return filled.sort("score", "record", descending=[True, False])
