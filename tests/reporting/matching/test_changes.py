"""Whatever is changed in a true text is noticed: any digit of a figure, and any word that claims something about it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.reporting.matching import Marked, Verdict
from bangfu.reporting.wording.qualifiers import Claim
from tests.reporting.matching.ledger import judged

TRUE = """截至2020年7月31日帮扶工作报告

2019年，公司在贫困地区完成网络建设投资22.45亿元，全年新建无线基站3.26万个，新增宽带接入总端口60.8万个。扶贫套餐减免通信费约1.2亿元。
2019年末，饶河县的网络覆盖率为100%。
2020年，结对帮扶村1900多个，覆盖的县917个，承担任务的单位500多个。集团定点扶贫县有4个。
截至2020年7月31日，为定点扶贫县培训基层干部379人、614人次，出台政策制度19项，抽调专职扶贫骨干3名。
2020年5月17日，31名省级分公司总经理走进直播间，当天下单金额超6500万元。
截至2020年7月31日，参与积分助学32.5万人次，筹得367万元。同期受助学生3349名，每人助学金1000元，共发放334.9万元。
As of 31 July 2020 grants went to 3,349 pupils. In 2019 the branches built 32,600 new base stations.
In 2020 more than 1,900 villages were paired. In 2019 the company invested 2,245 million yuan in the networks of poor areas.
"""
FALSE_WORDS = ("超过", "不足", "近", "逾", "不到", "至少超")
"""Before an exact number each of them is untrue, or says what no figure bears out."""


@cache
def _marked() -> tuple[Marked, ...]:
    return tuple(judged(TRUE))


def _positions() -> list[int]:
    """Return where the digits of the figures stand."""
    return [at for one in _marked() for at in range(one.number.start, one.number.end) if TRUE[at].isdigit()]


def test_the_text_is_true() -> None:
    assert {one.verdict for one in _marked()} == {Verdict.TRUE}
    assert len(_marked()) == 24


@settings(max_examples=150)
@given(st.data())
def test_any_other_digit_is_noticed(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(_positions()))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != TRUE[at]]))
    changed = judged(f"{TRUE[:at]}{digit}{TRUE[at + 1 :]}")
    touched = [one for one in changed if one.number.start <= at < one.number.end]
    assert all(one.verdict is not Verdict.TRUE or _is_true_as_well(one) for one in touched), touched


def _is_true_as_well(one: Marked) -> bool:
    """Whether a changed number is exact, or more than what its 超, 多 or “more than” now says, though by no more than half."""
    assert one.value is not None
    says_above = any(claim in {Claim.ABOVE, Claim.A_LITTLE_ABOVE} for claim, _ in one.number.claims)
    return one.number.said == one.value or (
        says_above and one.number.said < one.value <= one.number.said * Decimal("1.5")
    )


EXACT = {"917个", "379人", "614人次", "19项", "3349名", "1000元", "4个", "31名"}


@settings(max_examples=60)
@given(st.data())
def test_a_word_before_an_exact_number_is_noticed(data: st.DataObject) -> None:
    exact = [one for one in _marked() if one.number.text in EXACT]
    one = data.draw(st.sampled_from(exact))
    word = data.draw(st.sampled_from(FALSE_WORDS))
    start = one.number.start
    changed = judged(f"{TRUE[:start]}{word}{TRUE[start:]}")
    touched = next(mark for mark in changed if mark.number.start == start + len(word))
    assert touched.verdict in {Verdict.WRONG_WORD, Verdict.OFF}, touched


@settings(max_examples=60)
@given(st.text(alphabet="一二三1234567890.,%亿万千余多年月日人次个元超近约至—-第〔〕 \n①½٣ abc", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in judged(text):
        assert text[one.number.start : one.number.end] == one.number.text
