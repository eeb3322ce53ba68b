"""A chart as a picture that leaves the house: it says of itself what it is, as of when, and where it comes from."""

from __future__ import annotations

from datetime import datetime

from bangfu.foundation.printing import picture
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import marked_rows
from bangfu.reporting.charts.answers.answer import Answer, language
from bangfu.reporting.charts.disclosing import require_no_small_groups
from bangfu.reporting.charts.engines import svg
from bangfu.reporting.charts.engines.marks import WIDE, Drawing
from bangfu.reporting.charts.engines.plates import plate

PIXELS_A_POINT = 2
"""Of a PNG: sharp on paper at half a page's width, and below a megabyte."""


def plated(answer: Answer, *, address: str, taken_at: datetime) -> Drawing:
    """Return the picture of a chart.

    Raises: UnableToChart: ``small_groups``.
    """
    require_no_small_groups(answer)
    return plate(answer.draw(WIDE), WIDE, answer.title, subtitle(answer), foot(answer, address, taken_at))


def subtitle(answer: Answer) -> str:
    """Return where, whose and as of when, as it stands under the title."""
    selection, whole = answer.question.selection, answer.figure
    as_of = (
        both("截至区块 {block}", "as of block {block}").filled(block=selection.as_of)
        if selection.as_of is not None
        else both(
            "现有数据（最新区块 {block} 及尚未封存的）",
            "as it stands (newest block {block}, and what is not sealed yet)",
        ).filled(block=whole.latest_block)
    )
    scope = selection.scope_words
    return str(both("{scope}，{as_of}", "{scope}, {as_of}").filled(scope=scope, as_of=as_of))


def foot(answer: Answer, address: str, taken_at: datetime) -> list[str]:
    """Return what stands below a picture: notes, scope notes, source, code and address."""
    lines = list(answer.notes)
    lines += [answer.method] if answer.method else []
    for one in answer.indicators:
        note = both("口径：{note}", "Scope: {note}").filled(note=one.scope_note)
        lines.append(
            str(note)
            if len(answer.indicators) == 1
            else str(both("{title}——{note}", "{title} — {note}").filled(title=one.title, note=note))
        )
    code = answer.figure.code
    source = both(
        "来源：帮扶账册，{codes} v{version}，{at} 制图",
        "Source: the assistance ledger, {codes} v{version}, drawn {at}",
    ).filled(
        codes="、".join(one.code for one in answer.indicators),
        version=answer.indicators[0].version,
        at=f"{taken_at:%Y-%m-%d %H:%M}",
    )
    lines.append(str(source))
    if code and len(answer.indicators) == 1:
        lines.append(str(both("合计数短码：{code}", "Code of the whole figure: {code}").filled(code=code)))
    lines.append(str(both("查证：{address}", "Verify at: {address}").filled(address=address)))
    lines += [value for _, value in marked_rows()]
    return lines


def _file(answer: Answer, drawn: Drawing) -> str:
    return svg.document(drawn, answer.title, language())


def as_svg(answer: Answer, *, address: str, taken_at: datetime) -> bytes:
    """Return the picture as SVG.

    Raises: UnableToChart: ``small_groups``.
    """
    return _file(answer, plated(answer, address=address, taken_at=taken_at)).encode()


def as_png(answer: Answer, *, address: str, taken_at: datetime) -> bytes:
    """Return the picture as PNG, its texts set in the house's own typeface.

    Raises: UnableToChart: ``small_groups``.
    """
    drawn = plated(answer, address=address, taken_at=taken_at)
    return picture(_file(answer, drawn), drawn.width, drawn.height, pixels=PIXELS_A_POINT)
