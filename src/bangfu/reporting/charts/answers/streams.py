"""A flow as it is drawn: the largest stops of each stage by themselves, the others as one, and differences as ribbons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.breakdown import level_below
from bangfu.reporting.charts.answers.answer import exactly, said, short, total
from bangfu.reporting.charts.answers.passing import Passage, Stop, figure_of, stage_at
from bangfu.reporting.charts.asking import MOST_DRAWN, Question
from bangfu.reporting.charts.engines.flows import Balance, Flow, Node, Ribbon, balances_of
from bangfu.reporting.charts.kinds import BY_WORDS
from bangfu.reporting.figures import Figure

SOURCE, USE = both("来源", "Sources"), both("用途", "Uses")
SPARE, UNCOVERED = both("未见使用", "not seen spent"), both("来源未记", "without a source")
DIFFERENCE = both("差额", "Difference")
REST = "rest"
"""Begins the key of the node in which a stage's smaller stops are summed."""


def drawn(question: Question, figures: Sequence[Figure], passages: Sequence[Passage]) -> Flow:
    """Return the flow of passages between sources, stops and uses.

    Args:
        figures: of the sources and then of the uses, in their order.
    """
    return _Streams(question, figures, passages).flow()


class _Streams:
    def __init__(self, question: Question, figures: Sequence[Figure], passages: Sequence[Passage]) -> None:
        self._question, self._figures, self._passages = question, figures, passages
        self._sources = len(question.table.codes)
        self._goal = len(question.by) + 1
        self._names = {stop.key: stop for one in passages for stop in (one.begins, one.ends)}
        self._more = f"{reverse('charts:new')}?{question.having(most=MOST_DRAWN).query}"
        self._kept: dict[int, list[str]] = {}
        self._others: dict[int, int] = {}
        for stage, sizes in self._sizes().items():
            ordered = sorted(sizes, key=lambda key: (-sizes[key], key))
            is_whole = len(ordered) <= question.most + 1
            self._kept[stage] = ordered if is_whole else ordered[: question.most]
            self._others[stage] = 0 if is_whole else len(ordered) - question.most

    def _stage(self, stop: Stop) -> int:
        """Return at which stage something stops: sources first, uses last."""
        if not stop.key.startswith("s"):
            return stage_at(self._question, stop)
        return 0 if int(stop.key[1:]) < self._sources else self._goal

    def _sizes(self) -> dict[int, dict[str, Decimal]]:
        """Return what comes to each stop between sources and uses; to one that no source reaches, what goes out of it."""
        found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for one in self._passages:
            if one.source < self._sources:
                found[self._stage(one.ends)][one.ends.key] += one.value
            else:
                found[self._stage(one.begins)].setdefault(one.begins.key, one.value)
        return found

    def _node_key(self, stop: Stop) -> str:
        stage = self._stage(stop)
        is_kept = stage in (0, self._goal) or stop.key in self._kept[stage]
        return stop.key if is_kept else f"{REST}{stage}"

    def _called(self, key: str) -> str:
        if not key.startswith(REST):
            return self._names[key].name
        count = self._others[int(key.removeprefix(REST))]
        return str(both("其他 {count} 个", "{count} others").filled(count=count))

    def flow(self) -> Flow:
        """Return all of it."""
        ribbons = self._ribbons()
        uses = self._figures[self._sources :]
        if uses:
            ribbons += self._breaks(ribbons)
        titles = [SOURCE, *(BY_WORDS[by] for by in self._question.by), *([USE] if uses else [])]
        whole = self._figures[0]
        inward = short(whole, total([one.value for one in self._figures[: self._sources]]))
        outward = short(whole, total([one.value for one in uses]))
        totals = [inward] * (self._goal) + ([outward] if uses else [])
        return Flow(
            tuple(str(one) for one in titles),
            tuple(totals),
            tuple(self._nodes(balances_of(ribbons))),
            tuple(ribbons),
        )

    def _ribbons(self) -> list[Ribbon]:
        merged: dict[tuple[int, str, str], list[Passage]] = defaultdict(list)
        for one in self._passages:
            merged[one.source, self._node_key(one.begins), self._node_key(one.ends)].append(one)
        found = (self._ribbon(*keys, several) for keys, several in merged.items())
        return [one for one in found if one.value > 0]

    def _ribbon(self, source: int, begins: str, ends: str, several: Sequence[Passage]) -> Ribbon:
        value = sum((one.value for one in several), Decimal(0))
        figure = figure_of(self._figures, several[0]) if len(several) == 1 else None
        own = f"s{source}"
        title: Words | str = "" if own in (begins, ends) else self._figures[source].indicator.title
        spoken = said(
            f"{self._called(begins)} → {self._called(ends)}",
            title,
            value=exactly(self._figures[source], value),
        )
        if figure is not None:
            return Ribbon(begins, ends, source, value, spoken, figure.address)
        address = self._more if len(several) > 1 else ""
        return Ribbon(begins, ends, source, value, spoken, address, is_figure=False)

    def _breaks(self, ribbons: Sequence[Ribbon]) -> list[Ribbon]:
        """Return by how much what comes to the last stops and what goes on to uses differ, each difference a ribbon."""
        last = [*self._kept[self._goal - 1], f"{REST}{self._goal - 1}"]
        found = []
        for key, balance in balances_of(ribbons).items():
            if key not in last:
                continue
            difference = (balance.inward or Decimal(0)) - (balance.outward or Decimal(0))
            text = exactly(self._figures[0], abs(difference))
            if difference > 0:
                found.append(Ribbon(key, "spare", -1, difference, said(DIFFERENCE, SPARE, value=text)))
            elif difference < 0:
                found.append(
                    Ribbon("uncovered", key, -1, -difference, said(DIFFERENCE, UNCOVERED, value=text))
                )
        return found

    def _nodes(self, balances: dict[str, Balance]) -> list[Node]:
        """Return the nodes through which something passes, the largest of a stage first, others and differences last."""
        ordered = [(0, f"s{at}") for at in range(self._sources)]
        for stage, keys in sorted(self._kept.items()):
            ordered += [(stage, key) for key in (*keys, f"{REST}{stage}")]
        ordered += [(self._goal, f"s{at}") for at in range(self._sources, len(self._figures))]
        found = [self._node(stage, key, balances[key].size) for stage, key in ordered if key in balances]
        for key, stage, words in (("spare", self._goal, SPARE), ("uncovered", self._goal - 2, UNCOVERED)):
            if key in balances:
                size, whole = balances[key].size, self._figures[0]
                spoken = said(DIFFERENCE, words, value=exactly(whole, size))
                found.append(Node(stage, key, str(words), short(whole, size), spoken, is_break=True))
        return found

    def _node(self, stage: int, key: str, size: Decimal) -> Node:
        whole, name = self._figures[0], self._called(key)
        text, spoken = short(whole, size), said(name, value=exactly(whole, size))
        if key.startswith(REST):
            return Node(stage, key, name, text, spoken, self._more, is_rest=True)
        if key.startswith("s"):
            figure = self._figures[int(key[1:])]
            return Node(stage, key, name, str(figure), spoken, figure.address, is_figure=True)
        address, is_figure = self._opened(key, size)
        is_place = key[0] in "vp"
        return Node(stage, key, name, text, spoken, address, is_figure=is_figure, is_place=is_place)

    def _opened(self, key: str, size: Decimal) -> tuple[str, bool]:
        """Return where what passes through a stop opens, and whether that is one figure.

        What comes from one source is its figure, narrowed to the stop. What several sums come to is no figure: it opens as a
        flow of its own, narrowed to the stop, each part of which is one.
        """
        changes = self._names[key].changes
        if not changes:
            return "", False
        coming = [one for one in self._passages if one.ends.key == key]
        several = coming or [one for one in self._passages if one.begins.key == key]
        value = sum((one.value for one in several), Decimal(0))
        if len({one.source for one in several}) == 1 and value == size:
            facts = sum(one.facts for one in several)
            joined = Passage(several[0].source, several[0].begins, several[0].ends, value, facts, changes)
            figure = figure_of(self._figures, joined)
            assert figure is not None
            return figure.address, True
        return f"{reverse('charts:new')}?{self._narrowed(changes).query}", False

    def _narrowed(self, changes: dict[str, Any]) -> Question:
        """Return the question of the flow through one stop; a place is divided into those within it."""
        asked = self._question.asking(**changes)
        if "place" not in changes:
            return asked
        return asked.having(table=asked.table.having(level=str(level_below(asked.selection))))
