"""Words that claim a result: 效果良好, 极大提升, remarkable; in their sentence they need a figure or somebody who says so."""

from __future__ import annotations

import re

_ZH = re.compile(
    r"(?:效果|成效|成果|成绩|效益|作用|影响)(?:十分|非常|更加|较为|比较)?(?:良好|显著|明显|突出|斐然|喜人|卓著|巨大|优异)"
    r"|(?:显著|明显|大幅|大幅度|极大|大大|有力|有效|全面|持续|不断|稳步)地?(?:提升|提高|增强|改善|改变|促进|推动|带动|增长|增加|降低|减少|缓解)"
    r"|(?:取得|见到|收到)了?(?:良好|显著|明显|积极|丰硕|可喜|实实在在)的?(?:效果|成效|成果|成绩|进展)"
    r"|圆满(?:完成|收官|成功)|深受(?:欢迎|好评|喜爱)|广受(?:欢迎|好评|赞誉)|一致好评|反响(?:热烈|强烈|良好)|翻天覆地|焕然一新"
)
_EN = re.compile(
    r"\b(?:remarkabl[ey]|significant(?:ly)?|considerabl[ey]|substantial(?:ly)?|dramatic(?:ally)?|drastic(?:ally)?|greatly|vastly"
    r"|hugely|markedly|strikingly|tremendous(?:ly)?|outstanding|excellent|impressive(?:ly)?|fruitful"
    r"|highly (?:effective|successful)"
    r"|(?:good|great|notable|visible|tangible|positive) (?:results?|effects?|progress|outcomes?)"
    r"|(?:wide(?:ly)?|warm(?:ly)?|well) (?:acclaim(?:ed)?|praised?|received))\b",
    re.IGNORECASE,
)


def praise_in(text: str, language: str) -> list[tuple[int, str]]:
    """Return the words of a text that claim a result, with their offsets.

    >>> praise_in("当地面貌明显改善，效果良好。", "zh")
    [(4, '明显改善'), (9, '效果良好')]
    """
    found = (_EN if language == "en" else _ZH).finditer(text)
    return [(match.start(), match[0]) for match in found]
