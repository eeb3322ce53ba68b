"""What a kind of reported record is: its table, what a row of it says, what is wrong with a row, what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.connectivity.network.models import Reported
from bangfu.connectivity.network.rules import Fault, UnableToRegister
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both

DTYPES: dict[str, polars.DataType] = {
    "bigint": polars.Int64(),
    "integer": polars.Int64(),
    "text": polars.String(),
    "date": polars.Date(),
}
"""PostgreSQL's types of columns as a frame has them."""


class UnableToReport(Refusal):
    """Codes: ``registered_elsewhere``, ``counted_elsewhere``, ``under_review``, ``verified_already``,
    ``registered_already``, ``outside_unit``, ``above_county``, ``too_early``, ``in_future``, ``unknown_project``,
    ``project_elsewhere``, ``retired_before_acceptance``, ``twice_here``, ``nothing_booked``, ``unknown_village``,
    ``two_documents``, ``baseline_frozen``, ``not_in_baseline``, ``before_freezing``, ``before_verdict``, ``removed``,
    ``wrong_branch``, ``not_after_last``, ``earlier_waits``, ``basis_missing``."""

    sentences = {
        **{
            code: UnableToRegister.sentences[code]
            for code in ("outside_unit", "above_county", "too_early", "in_future")
        },
        "registered_elsewhere": both(
            "{noun}「{code}」已由{unit}登记（{state}）。请核对编码；如对方误报，请其先撤回。",
            "{noun} {code} is registered by {unit} already ({state}). Check the code; if the other entry is wrong, have"
            " it withdrawn first.",
        ),
        "counted_elsewhere": both(
            "{noun}「{code}」已由{unit}计入数字，不能重复计数。请核对编码；如对方误报，请其先冲正。",
            "{noun} {code} is counted by {unit} already and cannot be counted twice. Check the code; if the other entry"
            " is wrong, have it reversed first.",
        ),
        "under_review": both(
            "{noun}「{code}」正在等待核验，内容与此处不同。请先请核验人退回，再重新上报。",
            "{noun} {code} waits for review and says something else. Have it returned first, then report it again.",
        ),
        "verified_already": both(
            "{noun}「{code}」已核验，内容与此处不同。请在它的页面更正或撤回。",
            "{noun} {code} is verified and says something else. Correct or withdraw it on its page.",
        ),
        "basis_missing": both(
            "{noun}「{code}」已计入。要更正它的数量、地点或日期，请在「更正依据」写明是哪份文件或谁的来函。",
            "{noun} {code} is counted. To correct its quantity, place or date say under “Correction rests on” which document or"
            " whose letter that rests on.",
        ),
        "registered_already": both(
            "{noun}「{code}」已由本单位登记（{state}）。请打开它修改。",
            "{noun} {code} is registered by your unit already ({state}). Open it and change it there.",
        ),
        "unknown_village": both(
            "没有代码为「{village}」的行政村。请核对十二位代码。",
            "No village has the code {village}. Check its twelve digits.",
        ),
        "two_documents": both(
            "同一县的名单只能有一个文号和一个冻结日期。请核对。",
            "A county's list has one document and one day of freezing. Check both.",
        ),
        "baseline_frozen": both(
            "{county}的名单已按{document}冻结，不能再添加。调出请凭文件逐村登记。",
            "The list of {county} is frozen by {document} and takes no more. Villages leave it by document.",
        ),
        "not_in_baseline": both(
            "「{village}」不在已核验的基准名单内。请先上报该县名单。",
            "{village} is on no verified baseline. Report the county's list first.",
        ),
        "before_freezing": both(
            "日期早于名单冻结日期 {on}。请核对。",
            "The list was frozen on {on}, after that day. Check the date.",
        ),
        "before_verdict": both(
            "该村最近一次认定是 {on}，在这一天之后。请核对日期。",
            "The village was last judged on {on}, after that day. Check the date.",
        ),
        "removed": both(
            "「{village}」已从基准名单调出，不再认定。",
            "{village} has left the baseline and is judged no more.",
        ),
        "wrong_branch": both(
            "认定情形与网络、认定不符：已覆盖须写明情形，未覆盖不填；光纤宽带只用“光纤通达村委会”。",
            "The branch does not fit: coverage names one, no coverage none; fibre has its own.",
        ),
        "not_after_last": both(
            "该村该网络在 {on} 已有认定。新的认定须晚于这一天。",
            "The village has a verdict of {on} for this service. A new one must be later.",
        ),
        "earlier_waits": both(
            "该村 {on} 的认定尚未核验。请先核验或撤回它。",
            "The village's verdict of {on} is not verified yet. Have it verified or withdraw it first.",
        ),
        "twice_here": both(
            "「{code}」在表中出现了不止一次（第 {first} 行已有）。请只保留一行。",
            "{code} appears more than once in this sheet (row {first} has it). Keep one row.",
        ),
        "nothing_booked": both("金额不能为零。", "The amount cannot be zero."),
        "unknown_project": both(
            "没有编码为「{project}」的工程。请核对编码，或先设立这个工程。",
            "There is no project {project}. Check the code, or open the project first.",
        ),
        "project_elsewhere": both(
            "工程「{project}」属于{unit}，不能挂本单位的记录。请核对工程编码。",
            "Project {project} is {unit}'s and takes no record of yours. Check the project's code.",
        ),
        "retired_before_acceptance": both(
            "退网日期 {retired_on} 早于验收日期 {accepted_on}。请核对两个日期。",
            "Retired on {retired_on}, before it was accepted on {accepted_on}. Check both dates.",
        ),
    }


@dataclass(frozen=True)
class Posting:
    """Facts of one measure that records prove."""

    measure: Measure
    facts: polars.DataFrame
    """As ``ledger.operations.post_many`` takes them."""


def as_it_is(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows of a kind that needs nothing looked up."""
    return rows


def _column_code(sheet: polars.DataFrame) -> polars.Series:
    return sheet["code"]


@dataclass(frozen=True)
class RecordKind:
    """One kind of record that units report under a code, by sheet or by hand, and another person verifies."""

    number: int
    """Of the record type: fixed for ever."""
    code: str
    """Of the record type, and the source of its facts."""
    noun: Words
    slug: str
    """In addresses, plural: ``boxes``."""
    model: type[Reported]
    columns: Mapping[str, str]
    """What a row says beside ``code`` and ``place``: the table's column and its type (a key of ``DTYPES``)."""
    dated_by: str
    """The column whose day decides when it counts."""
    postings: Callable[[list[int]], list[Posting]]
    """Returns what verifying the records with these keys posts."""
    identity_of: Measure | None
    """The measure in which ``code`` is the identity; null = the identity is another."""
    resolve: Callable[[polars.DataFrame], polars.DataFrame] = as_it_is
    """Looks up what a row names and adds it as columns."""
    faults: Callable[[polars.DataFrame, Unit, date], Iterator[Fault]] | None = None
    """Finds what is wrong with rows of this kind alone."""
    codes_of: Callable[[polars.DataFrame], polars.Series] = _column_code
    """Returns the code of each row of a sheet."""
    rests_on: Callable[[Any], str | None] | None = None
    """Returns the code of a later living record that rests on a record, which therefore stays; null = none."""
    reasons: tuple[str, ...] = ()
    """Why a counted record may be corrected; empty = it is withdrawn and reported again instead."""
    quantified_by: str = ""
    """The column that says how much it counts, for a kind that may be corrected."""

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.model._meta.db_table

    @property
    def corrected(self) -> tuple[str, ...]:
        """What a sheet may correct about a counted record: how much, where and when; nothing of a kind without reasons."""
        return (self.quantified_by, "place", self.dated_by) if self.reasons else ()

    @property
    def days(self) -> list[str]:
        """The columns that hold a day."""
        return [name for name, kind in self.columns.items() if kind == "date"]
