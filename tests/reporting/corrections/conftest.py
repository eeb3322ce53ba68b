"""A published report of the story, after which a fact came late and another was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from bangfu.reporting.corrections.letterbox import letter_box, link_secret, new_receipt
from bangfu.reporting.corrections.models import Answer, Case, Erratum, ErratumStep, Printing
from bangfu.reporting.corrections.operations import (
    answer_case,
    approve_erratum,
    open_case,
    propose_erratum,
    register_printing,
)
from bangfu.reporting.corrections.printings import PrintingDetails
from bangfu.reporting.publications.models import Publication, Step
from tests.cast import CEHENG, NOW
from tests.reporting.publications.conftest import story, told, told_for_good, verify_all  # noqa: F401 - fixtures
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story

STATIONS, IN_CEHENG, STUDENTS, COVERAGE = range(4)
"""The figures of the report, by position: 33, 29, 8 and 66.7%."""


@dataclass(frozen=True)
class Published:
    """The story with its report published."""

    story: Story
    step: Step

    @property
    def publication(self) -> Publication:
        return self.step.publication

    def change(self) -> tuple[list[int], int]:
        """Let two stations of Ceheng come late and one be taken back; returns the late facts and the reversed one."""
        late = self.story.stations(2, on=date(2019, 6, 1))
        gone = self.publication.figures.get(position=IN_CEHENG).terms.get().facts[-3]
        self.story.reverse(gone)
        verify_all()
        self.story.seal()
        return late, gone

    def more(self, how_many: int = 1) -> list[int]:
        """Let more stations of Ceheng come late."""
        late = self.story.stations(how_many, place=CEHENG, on=date(2019, 6, 2))
        verify_all()
        self.story.seal()
        return late

    def erratum(
        self, *positions: int, zh: str = "两个基站补记，一个重复。", en: str = "Two came late, one twice."
    ) -> Erratum:
        """Let the officer propose an erratum of these figures."""
        cast = self.story.cast
        return propose_erratum(
            publication=self.publication, positions=list(positions), explanation_zh=zh, explanation_en=en,
            act=cast.act(cast.officer),
        )  # fmt: skip

    def corrected(self, *positions: int) -> ErratumStep:
        """Let an erratum of these figures be proposed and approved."""
        cast = self.story.cast
        return approve_erratum(erratum=self.erratum(*positions), act=cast.act(cast.verifier))

    def printed(self, title: str = "贵州日报", positions: tuple[int, ...] = (), **more: object) -> Printing:
        """Let the officer register a printing on the day of the story."""
        cast = self.story.cast
        details = PrintingDetails(
            **{
                "medium": "NEWSPAPER",
                "title": title,
                "printed_on": NOW.date(),
                "positions": positions,
                **more,
            }
        )
        return register_printing(publication=self.publication, details=details, act=cast.act(cast.officer))

    def letter(
        self, position: int | None = STATIONS, *, key: str | None = None, **said: str
    ) -> tuple[Case, str]:
        """Let a stranger write, and return the case with the secret of its link."""
        given = {
            "wrong": "我们村的基站没有建成",
            "knows": "我就住在这里",
            "contact": "赵六 13800001111",
            **said,
        }
        box = letter_box(on=NOW.date())
        secret = link_secret(key or str(position))
        case = open_case(
            publication=self.publication, position=position, **given, language="zh", receipt=new_receipt(),
            link_secret=secret, act=self.story.cast.act(box, key=key),
        )  # fmt: skip
        return case, secret

    def answer(self, case: Case, **said: object) -> Answer:
        """Let the officer write an answer."""
        cast = self.story.cast
        given = {
            "outcome": "STANDS", "question_zh": "有一个基站是否建成？", "question_en": "Was one station built?",
            "answer_zh": "已到现场核实，基站在用。", "answer_en": "We went there; the station works.", **said,
        }  # fmt: skip
        return answer_case(case=case, **given, act=cast.act(cast.officer))


@pytest.fixture
def published(told: Story) -> Published:  # noqa: F811
    """The report of the story, published with number 1."""
    return Published(told, frozen(told))


@pytest.fixture
def published_for_good(told_for_good: Story) -> Published:  # noqa: F811
    """The same in a database of its own, in which commits are real."""
    return Published(told_for_good, frozen(told_for_good))
