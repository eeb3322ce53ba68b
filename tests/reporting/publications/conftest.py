"""A report of three figures that may be published: stations, trained people in a village, and a share."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bangfu.foundation.evidence.models import Attachment, EvidenceFile, EvidenceKind
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.reporting import texts
from tests.cast import CEHENG, GUYUAN, NOW, enter_cast
from tests.reporting.conftest import furnished, story  # noqa: F401 - a fixture
from tests.reporting.kinds import party
from tests.reporting.story import Story

ZH = """# {period 2019}帮扶工作报告

## 第一章　聚焦优势

{period 2019}新建无线基站{network.base_stations period=2019}，册亨{network.base_stations period=2019 place=522327}。

{period 2019}资助{grants.students period=2019}；覆盖率{network.coverage period=2019 place=522327}。
"""
EN = """# Report on assistance in {period 2019}

## Focus

In {period 2019} we built {network.base_stations period=2019}, of them in Ceheng {network.base_stations period=2019 place=522327}.

In {period 2019} {grants.students period=2019} were helped; coverage there is {network.coverage period=2019 place=522327}.
"""
COMPANIONS = {
    "article.zh": """# 山里的信号

@author 林远山
@post 帮扶办公室主任

{period 2019}我们新建无线基站{network.base_stations period=2019}，站站有验收。
""",
    "article.en": """# A signal in the hills

@author Lin Yuanshan
@post Director of the Assistance Office

In {period 2019} we built {network.base_stations period=2019}, each of them accepted.
""",
    "case.zh": """# 册亨的做法

@limit 60

## 做法

{period 2019}册亨新建无线基站{network.base_stations period=2019 place=522327}，全部新建的有{network.base_stations period=2019}。
""",
    "case.en": """# How Ceheng did it

@limit 40

## What was done

In {period 2019} Ceheng got {network.base_stations period=2019 place=522327} of the {network.base_stations period=2019} built.
""",
    "press.zh": """# {period 2019}帮扶数据

{period 2019}新建无线基站{network.base_stations period=2019}，资助{grants.students period=2019}。
""",
    "press.en": """# Figures on assistance in {period 2019}

In {period 2019} we built {network.base_stations period=2019}, and {grants.students period=2019} were helped.
""",
}
"""What goes with the report, by form and language."""

DIGEST = "ab" * 32


def verify_all() -> None:
    """Let another person have verified the record of every fact."""
    submitter, decider = Account.objects.get(username="weilan"), Account.objects.get(username="chenli")
    with system_writes("the records of the test were verified"):
        for kind, record, unit in Fact.objects.values_list(
            "subject_type", "subject_id", "unit_id"
        ).distinct():
            if not Review.objects.filter(record_type=kind, record_id=record).exists():
                Review.objects.create(
                    record_type=kind, record_id=record, unit=Unit.objects.get(pk=unit), state="VERIFIED",
                    submitted_by=submitter, submitted_at=NOW, decided_by=decider, decided_at=NOW,
                )  # fmt: skip


def prove(fact: int) -> None:
    """Hang a file on the record of a fact."""
    officer, found = Account.objects.get(username="zhoumin"), Fact.objects.get(pk=fact)
    with system_writes("the test has evidence"):
        kept = EvidenceFile.objects.create(
            digest=DIGEST, size=1, media_type="application/pdf", kept_at=NOW, kept_by=officer
        )
        Attachment.objects.create(
            record_type=found.subject_type, record_id=found.subject_id, file=kept, kind=EvidenceKind.DOCUMENT,
            name="acceptance.pdf", attached_at=NOW, attached_by=officer,
        )  # fmt: skip


@pytest.fixture
def told(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> Story:  # noqa: F811
    """The story with what the report tells, verified and sealed."""
    return tell(story, tmp_path, monkeypatch, settings)


@pytest.fixture
def told_for_good(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> Story:
    """The same in a database of its own, in which commits are real."""
    return tell(furnished(enter_cast(), monkeypatch, tmp_path), tmp_path, monkeypatch, settings)


def tell(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> Story:  # noqa: F811
    """Write the report's texts, and post, verify and seal what they tell."""
    monkeypatch.setattr(texts, "FOLDER", write_texts(tmp_path / "texts"))
    settings.PUBLICATIONS_FOLDER = tmp_path / "publications"
    fill(story)
    return story


def write_texts(folder: Path) -> Path:
    """Write the report into a new folder, and return it."""
    folder.mkdir()
    for language, written in (("zh", ZH), ("en", EN)):
        (folder / f"programme.{language}.md").write_text(written, encoding="utf-8")
    for name, written in COMPANIONS.items():
        (folder / f"programme.{name}.md").write_text(written, encoding="utf-8")
    return folder


def fill(story: Story) -> None:  # noqa: F811
    """Post what the report tells, verified and sealed."""
    built = story.stations(30, on=date(2019, 5, 4))
    story.stations(4, place=GUYUAN, on=date(2019, 12, 31))
    story.reverse(built[0])
    measures = declared_measures()
    helped, covered, baseline = (
        measures[code]
        for code in ("grants.students", "network.covered_villages", "network.baseline_villages")
    )
    here = [party(number) for number in (1, 2, 3, 4, 5, 6, 7, 7, 7)]
    story.post(helped, [1] * 9, unit=None, place=CEHENG, on=date(2019, 3, 3), parties=here)
    there = [party(8), party(1)]
    story.post(helped, [1] * 2, unit=story.cast.yunnan.pk, place=GUYUAN, on=date(2019, 3, 4), parties=there)
    story.post(covered, [1] * 2, unit=None, place=CEHENG, on=date(2018, 3, 4))
    story.post(baseline, [1] * 3, unit=None, place=CEHENG, on=date(2018, 3, 4))
    verify_all()
    prove(built[1])
    story.seal()
