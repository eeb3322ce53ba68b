"""Announcing an audit, and drawing its sample once the ledger has sealed the announcement."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.db.models import Max

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.reporting import queries as figures
from bangfu.reporting.publications.models import PublishedFigure
from bangfu.reporting.sampling.drawing import MOST_FACTS, Planned, planned, seed_block_of, selection_drawn
from bangfu.reporting.sampling.models import CONFIDENCES, Announcement, Draw, End, Method, SampledFact, plain
from bangfu.reporting.sampling.population import methods_for, population_of, question_of
from bangfu.reporting.sampling.queries import asked_of
from bangfu.reporting.selection import Selection

LOCK = 0x6261_7361
"""One number, draw or end at a time."""
AT_ONCE = 2_000


class UnableToAnnounce(Refusal):
    """Codes: ``unknown_block``, ``two_terms``, ``method_does_not_fit``, ``unknown_confidence``, ``nothing_tolerable``,
    ``all_tolerable``, ``expected_too_near``, ``without_facts``, ``too_many``, ``not_of_publication``."""

    sentences = {
        "unknown_block": both(
            "审计须针对一个已封存的区块。请写已有的区块号。", "An audit is of a sealed block. Give a block that is there."
        ),
        "two_terms": both(
            "这个数字由两项算出，不能整体抽样。请打开它的分子、分母或目标值，分别审计。",
            "This figure is worked out from two terms. Open its numerator, denominator or target and audit each by itself.",
        ),
        "method_does_not_fit": both(
            "这种方法不适用于这个数字：去重计数只能按事实抽样。", "This method does not fit: a distinct count is audited by fact."
        ),
        "unknown_confidence": both(
            "置信度只有 80、90、95、99（%）。", "The confidence is 80, 90, 95 or 99 per cent."
        ),
        "nothing_tolerable": both(
            "请写可容忍的差错：一个大于零的数；按事实抽样时是小于 100 的百分比。",
            "Say what is tolerable: a number above zero; by fact, a percentage below 100.",
        ),
        "all_tolerable": both(
            "可容忍的 {tolerable} 不小于全部可抽事实的合计 {total}，什么差错都会被容忍。请写小一些。",
            "The tolerable {tolerable} is no less than the {total} of all facts to draw from, so any error would do. Give less.",
        ),
        "expected_too_near": both(
            "预计差错离可容忍差错太近，抽样说明不了什么。请减小预计差错、放宽可容忍差错，或全部检查。",
            "The expected error lies too near to the tolerable one for a sample to say anything. Expect less, tolerate more, or"
            " examine everything.",
        ),
        "without_facts": both(
            "截至这个区块，这个数字下没有可抽的事实。", "As of this block there is no fact under the figure to draw from."
        ),
        "too_many": both(
            "这样要检查 {size} 条事实，超过 {most} 条。请放宽可容忍差错或降低置信度。",
            "This would examine {size} facts, more than {most}. Tolerate more, or ask for less confidence.",
        ),
        "not_of_publication": both(
            "第 {number} 号发布没有这个数字，或不是截至这个区块。请从发布页打开数字再审计。",
            "Publication no. {number} has no such figure as of this block. Open the figure from the publication.",
        ),
    }  # fmt: skip


class UnableToDraw(Refusal):
    """Codes: ``ended``, ``drawn_already``, ``not_sealed``."""

    sentences = {
        "ended": both("这项审计已经结束。", "This audit has ended."),
        "drawn_already": both("样本已经抽出，只能抽一次。", "The sample was drawn; there is one draw."),
        "not_sealed": both(
            "账册还没有封存这项审计的公告，种子还不存在。请稍候再抽。",
            "The ledger has not sealed the announcement yet, so there is no seed. Draw in a moment.",
        ),
    }  # fmt: skip


def lock() -> None:
    """Let only one transaction at a time give a number, draw or end an audit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _of_figure(**arguments: object) -> Scope:
    selection = arguments["selection"]
    assert isinstance(selection, Selection)
    return Scope(
        unit=selection.unit.pk if selection.unit else None,
        place=selection.place,
        line=selection.line.pk if selection.line else None,
    )


@operation("sampling.announce_audit", scope=_of_figure)
def announce_audit(
    *,
    indicator: str,
    selection: Selection,
    method: str,
    confidence: int,
    tolerable: Decimal,
    expected: Decimal = Decimal(0),
    publication: int | None = None,
    act: Act,
) -> Announcement:
    """Say which figure is going to be audited, as of which block and how strictly; the ledger seals it.

    Args:
        indicator: the indicator's code.
        selection: the figure's question, as of a block.
        confidence: in per cent.
        tolerable: a quantity in the measure's unit, or by fact a share in per cent; so is ``expected``.
        publication: the number of the publication whose figure it is.

    Raises: UnableToAnnounce: see its codes; UnableToOpen: ``unknown_indicator``, ``unknown_term``. Nothing was written.
    Locks: one number at a time.
    """
    figure, _ = planned_audit(
        indicator=indicator,
        selection=selection,
        method=method,
        confidence=confidence,
        tolerable=tolerable,
        expected=expected,
    )
    if publication is not None and not _is_of_publication(publication, figure):
        raise UnableToAnnounce("not_of_publication", number=publication)
    lock()
    number = (Announcement.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
    return Announcement.objects.create(
        number=number,
        indicator=indicator,
        question=question_of(selection),
        block=figure.block,
        place_id=selection.place,
        area=selection.area,
        unit=selection.unit,
        line=selection.line,
        publication=publication,
        method=method,
        confidence=confidence,
        tolerable=tolerable,
        expected=expected,
        value=figure.value or Decimal(0),
        facts=figure.sum.facts,
        announced_by=act.actor,
        announced_at=act.at,
    )


def planned_audit(
    *,
    indicator: str,
    selection: Selection,
    method: str,
    confidence: int,
    tolerable: Decimal,
    expected: Decimal,
) -> tuple[figures.Figure, Planned]:
    """Return the figure that would be audited, and how large its sample would be; writes nothing.

    Args: as of ``announce_audit``.

    Raises: UnableToAnnounce: all codes but ``not_of_publication``; UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    newest = latest_block()
    if selection.as_of is None or newest is None or not 1 <= selection.as_of <= newest.number:
        raise UnableToAnnounce("unknown_block")
    figures.require_declared(indicator)
    figure = figures.figure_in(indicator, selection)
    methods = methods_for(figure.indicator)
    if not methods:
        raise UnableToAnnounce("two_terms")
    if method not in methods:
        raise UnableToAnnounce("method_does_not_fit")
    if confidence not in CONFIDENCES:
        raise UnableToAnnounce("unknown_confidence")
    by_fact = method == Method.ATTRIBUTES
    if tolerable <= 0 or expected < 0 or (by_fact and tolerable >= 100):
        raise UnableToAnnounce("nothing_tolerable")
    population = population_of(figure.indicator, figure.selection)
    if not population.count:
        raise UnableToAnnounce("without_facts")
    if not by_fact and tolerable >= population.total:
        raise UnableToAnnounce("all_tolerable", tolerable=plain(tolerable), total=plain(population.total))
    try:
        plan = planned(
            population,
            method=method,
            confidence=Decimal(confidence) / 100,
            tolerable=tolerable,
            expected=expected,
        )
    except ValueError:
        raise UnableToAnnounce("expected_too_near") from None
    if plan.size > MOST_FACTS:
        raise UnableToAnnounce("too_many", size=plan.size, most=MOST_FACTS)
    return figure, plan


def _is_of_publication(number: int, figure: figures.Figure) -> bool:
    assert figure.selection.as_of is not None
    asked = {f"content__{name}": value for name, value in asked_of(figure.selection).items()}
    return PublishedFigure.objects.filter(
        publication__steps__number=number,
        publication__block=figure.selection.as_of,
        content__indicator=figure.indicator.code,
        **asked,
    ).exists()


@operation("sampling.draw_sample", scope=scope_of("announcement"))
def draw_sample(*, announcement: Announcement, act: Act) -> Draw:
    """Draw the sample that the checkpoint of the announcement's own block gives; it is the same whoever draws, and when.

    Raises: UnableToDraw: see its codes; nothing was written.
    Locks: one draw at a time.
    """
    lock()
    if End.objects.filter(announcement=announcement).exists():
        raise UnableToDraw("ended")
    if Draw.objects.filter(announcement=announcement).exists():
        raise UnableToDraw("drawn_already")
    block = seed_block_of(announcement)
    if block is None:
        raise UnableToDraw("not_sealed")
    chosen = selection_drawn(announcement, block)
    population = chosen.planned.population
    draw = Draw.objects.create(
        announcement=announcement,
        seed_block=block,
        seed=chosen.seed.hex(),
        population=population.count,
        total=population.total,
        apart=population.apart,
        apart_total=population.apart_total,
        interval=chosen.planned.interval,
        start=chosen.start,
        drawn_by=act.actor,
        drawn_at=act.at,
    )
    SampledFact.objects.bulk_create(
        (
            SampledFact(
                draw=draw, position=position, fact_id=one.fact, book=one.book, is_certain=one.is_certain
            )
            for position, one in enumerate(chosen.facts, 1)
        ),
        batch_size=AT_ONCE,
    )
    return draw
