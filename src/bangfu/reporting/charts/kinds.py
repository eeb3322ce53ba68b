"""The kinds of charts and into what they divide, with their words."""

from __future__ import annotations

from enum import StrEnum

from bangfu.foundation.rooms import Words, both


class Kind(StrEnum):
    """What a chart answers."""

    TREND = "trend"
    COMPOSITION = "composition"
    RANKING = "ranking"
    DISTRIBUTION = "distribution"
    FLOW = "flow"


class By(StrEnum):
    """Into what a whole is divided."""

    PLACE = "place"
    PROVINCE = "province"
    """Of a flow: the provinces, before the places within them."""
    UNIT = "unit"
    LINE = "line"
    MEASURE = "measure"


KIND_WORDS: dict[Kind, Words] = {
    Kind.TREND: both("趋势与目标", "Trend against target"),
    Kind.COMPOSITION: both("构成", "Composition"),
    Kind.RANKING: both("排名", "Ranking"),
    Kind.DISTRIBUTION: both("分布", "Distribution"),
    Kind.FLOW: both("资金流向", "Flow of funds"),
}
KIND_ASKS: dict[Kind, Words] = {
    Kind.TREND: both(
        "到哪一步了，比去年如何，按这个进度能不能完成？",
        "How far, compared with last year, and will the target be met?",
    ),
    Kind.COMPOSITION: both(
        "由哪些部分组成，随时间怎样变？", "Of what is it made up, and how does that change?"
    ),
    Kind.RANKING: both("哪里多，哪里少，谁进步了？", "Where is most, where least, and who moved?"),
    Kind.DISTRIBUTION: both("一般在什么水平，谁特别高、特别低？", "What is usual, and who lies far outside?"),
    Kind.FLOW: both(
        "钱从哪来，经谁的手，到了哪里？", "Where does the money come from, through whom, and where to?"
    ),
}
BY_WORDS: dict[By, Words] = {
    By.PLACE: both("地区", "Places"),
    By.PROVINCE: both("省", "Provinces"),
    By.UNIT: both("单位", "Units"),
    By.LINE: both("专业线", "Lines"),
    By.MEASURE: both("计量", "Measures"),
}
BYS: dict[Kind, tuple[By, ...]] = {
    Kind.COMPOSITION: (By.PLACE, By.UNIT, By.LINE, By.MEASURE),
    Kind.RANKING: (By.PLACE, By.UNIT),
    Kind.DISTRIBUTION: (By.PLACE, By.UNIT),
    Kind.FLOW: (By.UNIT, By.PROVINCE, By.PLACE, By.LINE),
}
"""By kind, into what it may divide; of a flow, which stages there may be."""
USUAL_DRAWN = {Kind.TREND: 0, Kind.COMPOSITION: 7, Kind.RANKING: 20, Kind.DISTRIBUTION: 0, Kind.FLOW: 8}
"""By kind, how many parts have a mark of their own when nobody says it."""
