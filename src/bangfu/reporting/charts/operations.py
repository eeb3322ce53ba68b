"""The only place that writes charts: saving, revising, withdrawing."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both
from bangfu.reporting.charts.asking import Question, read_question
from bangfu.reporting.charts.models import LOCK, Chart, Version, Withdrawal
from bangfu.reporting.queries import usual_period
from bangfu.reporting.saving import NAME_SENTENCES, Fields, require_name, require_own


class UnableToSaveChart(Refusal):
    """Codes: ``name_missing``, ``name_too_long``, ``not_yours``, ``withdrawn``."""

    sentences = {
        "name_missing": both("请给图表起个名称。", "Give the chart a name."),
        **NAME_SENTENCES,
        "not_yours": both(
            "这张图是别人的。请点“另存”，存一张自己的。",
            "This chart is another’s. Save one of your own from it.",
        ),
        "withdrawn": both("这张图已经撤下。请另存一张。", "This chart was withdrawn. Save a new one."),
    }


def _asked(question: Fields) -> Question:
    return read_question(question, period=usual_period())


def _where(*, unit: Unit, question: Fields, **_: Any) -> list[Scope]:
    return [Scope(unit=unit.pk, place=_asked(question).selection.place)]


def _where_again(*, chart: Chart, question: Fields, **_: Any) -> list[Scope]:
    return [Scope(unit=chart.unit_id, place=_asked(question).selection.place)]


def _where_saved(*, chart: Chart, **_: Any) -> list[Scope]:
    newest = chart.versions.order_by("-number").first()
    place = _asked(newest.question).selection.place if newest else None
    return [Scope(unit=chart.unit_id, place=place)]


@operation("charts.save_chart", scope=_where)
def save_chart(
    *, unit: Unit, name_zh: str, name_en: str, question: Fields, is_shared: bool, act: Act
) -> Version:
    """Save a chart under a name, with its question and without its numbers.

    Args:
        question: values by field of the chart's address.
        is_shared: with whoever may see figures in the unit; else it is the actor's own.

    Raises: UnableToSaveChart: ``name_missing``, ``name_too_long``. UnableToChart, UnableToTabulate, UnableToOpen: the question
        asks nothing; nothing was written.
    """
    asked = _checked(name_zh, name_en, question)
    chart = Chart.objects.create(owner=act.actor, unit=unit)
    return _version(chart, 1, name_zh, name_en, asked, is_shared=is_shared, act=act)


@operation("charts.revise_chart", scope=_where_again)
def revise_chart(
    *, chart: Chart, name_zh: str, name_en: str, question: Fields, is_shared: bool, act: Act
) -> Version:
    """Save what one's own chart asks or is called from now on; the versions before stay.

    Raises: UnableToSaveChart: ``not_yours``, ``withdrawn``, ``name_missing``, ``name_too_long``. UnableToChart, UnableToTabulate,
        UnableToOpen: the question asks nothing; nothing was written.
    Locks: the chart.
    """
    asked = _checked(name_zh, name_en, question)
    require_own(chart, LOCK, act, unable=UnableToSaveChart)
    number = chart.versions.count() + 1
    return _version(chart, number, name_zh, name_en, asked, is_shared=is_shared, act=act)


@operation("charts.withdraw_chart", scope=_where_saved)
def withdraw_chart(*, chart: Chart, act: Act) -> Withdrawal:
    """Withdraw one's own chart: it is offered no longer, and its versions stay.

    Raises: UnableToSaveChart: ``not_yours``, ``withdrawn``; nothing was written.
    Locks: the chart.
    """
    require_own(chart, LOCK, act, unable=UnableToSaveChart)
    return Withdrawal.objects.create(chart=chart, withdrawn_by=act.actor, withdrawn_at=act.at)


def _checked(name_zh: str, name_en: str, question: Fields) -> Question:
    require_name(name_zh, name_en, unable=UnableToSaveChart)
    return _asked(question)


def _version(
    chart: Chart, number: int, name_zh: str, name_en: str, asked: Question, *, is_shared: bool, act: Act
) -> Version:
    return Version.objects.create(
        chart=chart,
        number=number,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        question=asked.fields,
        is_shared=is_shared,
        saved_by=act.actor,
        saved_at=act.at,
    )
