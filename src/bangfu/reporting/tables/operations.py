"""The only place that writes tables: saving, revising, withdrawing."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both
from bangfu.reporting.queries import usual_period
from bangfu.reporting.saving import NAME_SENTENCES, Fields, require_name, require_own
from bangfu.reporting.tables.asking import Question, read_question
from bangfu.reporting.tables.models import LOCK, Table, Version, Withdrawal


class UnableToSaveTable(Refusal):
    """Codes: ``name_missing``, ``name_too_long``, ``not_yours``, ``withdrawn``."""

    sentences = {
        "name_missing": both("请给表格起个名称。", "Give the table a name."),
        **NAME_SENTENCES,
        "not_yours": both(
            "这张表是别人的。请点“另存”，存一张自己的。",
            "This table is another’s. Save one of your own from it.",
        ),
        "withdrawn": both("这张表已经撤下。请另存一张。", "This table was withdrawn. Save a new one."),
    }


def _asked(question: Fields) -> Question:
    return read_question(question, period=usual_period())


def _where(*, unit: Unit, question: Fields, **_: Any) -> list[Scope]:
    return [Scope(unit=unit.pk, place=_asked(question).selection.place)]


def _where_again(*, table: Table, question: Fields, **_: Any) -> list[Scope]:
    return [Scope(unit=table.unit_id, place=_asked(question).selection.place)]


def _where_saved(*, table: Table, **_: Any) -> list[Scope]:
    newest = table.versions.order_by("-number").first()
    place = _asked(newest.question).selection.place if newest else None
    return [Scope(unit=table.unit_id, place=place)]


@operation("tables.save_table", scope=_where)
def save_table(
    *, unit: Unit, name_zh: str, name_en: str, question: Fields, is_shared: bool, act: Act
) -> Version:
    """Save a table under a name, with its question and without its numbers.

    Args:
        question: values by field of the table's address.
        is_shared: with whoever may see figures in the unit; else it is the actor's own.

    Raises: UnableToSaveTable: ``name_missing``, ``name_too_long``. UnableToTabulate, UnableToOpen: the question asks nothing;
        nothing was written.
    """
    asked = _checked(name_zh, name_en, question)
    table = Table.objects.create(owner=act.actor, unit=unit)
    return _version(table, 1, name_zh, name_en, asked, is_shared=is_shared, act=act)


@operation("tables.revise_table", scope=_where_again)
def revise_table(
    *, table: Table, name_zh: str, name_en: str, question: Fields, is_shared: bool, act: Act
) -> Version:
    """Save what one's own table asks or is called from now on; the versions before stay.

    Raises: UnableToSaveTable: ``not_yours``, ``withdrawn``, ``name_missing``, ``name_too_long``. UnableToTabulate,
        UnableToOpen: the question asks nothing; nothing was written.
    Locks: the table.
    """
    asked = _checked(name_zh, name_en, question)
    require_own(table, LOCK, act, unable=UnableToSaveTable)
    number = table.versions.count() + 1
    return _version(table, number, name_zh, name_en, asked, is_shared=is_shared, act=act)


@operation("tables.withdraw_table", scope=_where_saved)
def withdraw_table(*, table: Table, act: Act) -> Withdrawal:
    """Withdraw one's own table: it is offered no longer, and its versions stay.

    Raises: UnableToSaveTable: ``not_yours``, ``withdrawn``; nothing was written.
    Locks: the table.
    """
    require_own(table, LOCK, act, unable=UnableToSaveTable)
    return Withdrawal.objects.create(table=table, withdrawn_by=act.actor, withdrawn_at=act.at)


def _checked(name_zh: str, name_en: str, question: Fields) -> Question:
    require_name(name_zh, name_en, unable=UnableToSaveTable)
    return _asked(question)


def _version(
    table: Table, number: int, name_zh: str, name_en: str, asked: Question, *, is_shared: bool, act: Act
) -> Version:
    return Version.objects.create(
        table=table,
        number=number,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        question=asked.fields,
        is_shared=is_shared,
        saved_by=act.actor,
        saved_at=act.at,
    )
