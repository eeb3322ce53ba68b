"""A report is prepared, approved by another person, frozen, and its bundle verifies."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.rooms import marks
from bangfu.reporting import texts
from bangfu.reporting.publications.bundle import bundle_of, bundle_path
from bangfu.reporting.publications.models import (
    Publication,
    PublishedCompanion,
    PublishedFact,
    PublishedFigure,
    PublishedTerm,
    Step,
    StepKind,
)
from bangfu.reporting.publications.operations import (
    UnableToDecide,
    UnableToPrepare,
    approve_publication,
    freeze_publication,
    prepare_publication,
    return_publication,
)
from tests.cast import CEHENG, GUYUAN
from tests.reporting.kinds import party
from tests.reporting.publications.conftest import verify_all
from tests.reporting.story import Story


def prepared(told: Story) -> Publication:
    return prepare_publication(report="programme", act=told.cast.act(told.cast.officer))


def frozen(told: Story) -> Step:
    publication = prepared(told)
    approve_publication(publication=publication, act=told.cast.act(told.cast.verifier))
    return freeze_publication(publication=publication, act=told.cast.act(told.cast.officer))


class TestPreparePublication:
    def test_fixes_figures_and_the_exact_facts_under_each(self, told: Story) -> None:
        publication = prepared(told)
        said = {
            (one.content["indicator"], one.content["place"]): (
                one.content["value"],
                [len(term.facts) for term in one.terms.order_by("position")],
            )
            for one in publication.figures.all()
        }
        assert said == {
            ("network.base_stations", None): ("33", [35]),
            ("network.base_stations", str(CEHENG)): ("29", [31]),
            ("grants.students", None): ("8", [11]),
            ("network.coverage", str(CEHENG)): ("0.6666666667", [2, 3]),
        }
        assert PublishedFact.objects.filter(publication=publication).count() == 35 + 11 + 5

    def test_keeps_what_it_said_whatever_is_posted_later(self, told: Story) -> None:
        publication = prepared(told)
        told.stations(5, on=date(2019, 7, 1))
        told.seal()
        step = freeze(told, publication)
        with zipfile.ZipFile(bundle_path(step.number or 0)) as archive:
            figures = json.loads(archive.read("figures.json"))["figures"]
        assert figures[0]["value"] == "33"

    def test_refuses_while_a_record_is_not_verified(self, told: Story) -> None:
        told.stations(50, on=date(2019, 8, 1))
        told.seal()
        with pytest.raises(UnableToPrepare) as refused:
            prepared(told)
        assert refused.value.code == "not_verified"
        assert not Publication.objects.exists()

    def test_refuses_an_unknown_report(self, told: Story) -> None:
        with pytest.raises(UnableToPrepare) as refused:
            prepare_publication(report="nothing", act=told.cast.act(told.cast.officer))
        assert refused.value.code == "unknown_report"
        assert not Publication.objects.exists()

    def test_refuses_a_block_that_is_not_there(self, told: Story) -> None:
        with pytest.raises(UnableToPrepare) as refused:
            prepare_publication(report="programme", block=999, act=told.cast.act(told.cast.officer))
        assert refused.value.code == "unknown_block"

    def test_is_for_the_office_of_the_group(self, told: Story) -> None:
        for account in (told.cast.clerk, told.cast.county_official, told.cast.verifier):
            with pytest.raises(NotPermitted):
                prepare_publication(report="programme", act=told.cast.act(account))


def freeze(told: Story, publication: Publication) -> Step:
    approve_publication(publication=publication, act=told.cast.act(told.cast.verifier))
    return freeze_publication(publication=publication, act=told.cast.act(told.cast.officer))


class TestDecide:
    def test_returning_needs_a_reason_and_leaves_it_as_it_was(self, told: Story) -> None:
        publication, act = prepared(told), told.cast.act(told.cast.verifier)
        with pytest.raises(UnableToDecide) as refused:
            return_publication(publication=publication, remark=" ", act=act)
        assert refused.value.code == "remark_missing"
        step = return_publication(publication=publication, remark="口径写错了", act=act)
        assert (step.kind, step.remark) == (StepKind.RETURNED, "口径写错了")
        with pytest.raises(UnableToDecide) as refused:
            approve_publication(publication=publication, act=act)
        assert refused.value.code == "decided_already"

    def test_is_not_for_whoever_prepared_it(self, told: Story) -> None:
        publication = prepared(told)
        with pytest.raises(NotPermitted):
            approve_publication(publication=publication, act=told.cast.act(told.cast.officer))

    def test_the_database_refuses_the_preparer_too(self, told: Story) -> None:
        publication = prepared(told)
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="does not decide on it"), transaction.atomic(), past:
            Step.objects.create(
                publication=publication,
                kind=StepKind.APPROVED,
                taken_by=told.cast.officer,
                taken_at=publication.prepared_at,
            )

    def test_the_database_takes_one_decision_and_one_number(self, told: Story) -> None:
        step = frozen(told)
        for kind, number in ((StepKind.APPROVED, None), (StepKind.FROZEN, 2)):
            digest = "" if number is None else "ab" * 32
            past = system_writes("somebody tries to decide at the same moment")
            with pytest.raises(IntegrityError), transaction.atomic(), past:
                Step.objects.create(
                    publication=step.publication, kind=kind, number=number, digest=digest,
                    taken_by=told.cast.verifier, taken_at=step.taken_at,
                )  # fmt: skip

    def test_nothing_is_frozen_before_it_is_approved(self, told: Story) -> None:
        with pytest.raises(UnableToDecide) as refused:
            freeze_publication(publication=prepared(told), act=told.cast.act(told.cast.officer))
        assert refused.value.code == "not_approved"
        assert not bundle_path(1).exists()


class TestFreezePublication:
    def test_numbers_it_and_writes_a_bundle_that_verifies(self, told: Story) -> None:
        step = frozen(told)
        content = bundle_path(1).read_bytes()
        assert (step.number, step.digest) == (1, hashlib.sha256(content).hexdigest())
        assert verify.verify_bundle(str(bundle_path(1))) == []
        assert verify.main([str(bundle_path(1))]) == 0

    def test_once(self, told: Story) -> None:
        step = frozen(told)
        with pytest.raises(UnableToDecide) as refused:
            freeze_publication(publication=step.publication, act=told.cast.act(told.cast.officer))
        assert refused.value.code == "frozen_already"

    def test_the_same_publication_gives_the_same_bytes(self, told: Story) -> None:
        frozen(told)
        again, faults = bundle_of(Publication.objects.get(), 1)
        assert (again, faults) == (bundle_path(1).read_bytes(), [])

    def test_a_report_without_companions_has_no_such_member(self, told: Story) -> None:
        for path in texts.FOLDER.glob("programme.*.*.md"):
            path.unlink()
        frozen(told)
        with zipfile.ZipFile(bundle_path(1)) as archive:
            assert sorted(archive.namelist()) == sorted(verify.MEMBERS)
        assert verify.verify_bundle(str(bundle_path(1))) == []

    @pytest.mark.parametrize(
        "model", [Publication, PublishedCompanion, PublishedFigure, PublishedTerm, PublishedFact, Step]
    )
    def test_nothing_of_it_changes(self, told: Story, model: type) -> None:
        frozen(told)
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("somebody tries to delete"):
            model.objects.all()._raw_delete("default")


class TestWhatIsShown:
    def test_no_party_subject_or_source_leaves_the_house(self, told: Story) -> None:
        frozen(told)
        with zipfile.ZipFile(bundle_path(1)) as archive:
            written = b"".join(archive.read(name) for name in archive.namelist()).decode()
        for fact in Fact.objects.filter(party__isnull=False):
            assert str(fact.party) not in written
            assert fact.source_id not in written
        for name in ("周敏", "陈立", "韦兰", "zhoumin", "weilan"):
            assert name not in written

    @pytest.mark.parametrize("is_example", [True, False])
    def test_a_bundle_of_the_example_says_so(
        self, told: Story, monkeypatch: pytest.MonkeyPatch, is_example: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_example])
        frozen(told)
        with zipfile.ZipFile(bundle_path(1)) as archive:
            for name in ("figures.json", "report.html", "companions.html"):
                assert ("示例数据" in archive.read(name).decode()) is is_example

    def test_places_with_fewer_than_five_are_merged_upward(self, told: Story) -> None:
        frozen(told)
        shown = {
            (one.place, one.values.get("unit") is not None, one.day)
            for one in facts()
            if one.party is not None
        }
        assert shown == {("522327000000", True, "2019-03"), ("13", False, "2019-03")}

    def test_a_thing_shows_place_unit_and_day(self, told: Story) -> None:
        frozen(told)
        assert ("522327000000", True, "2019-05-04") in {
            (one.place, one.values.get("unit") is not None, one.day) for one in facts() if one.party is None
        }

    def test_parties_that_everybody_may_know_hide_nothing(self, told: Story) -> None:
        measure = declared_measures()["pairing.counties"]
        for number, place in ((1, CEHENG), (2, GUYUAN)):
            told.post(measure, [1], unit=None, place=place, on=date(2019, 2, 3), parties=[party(number)])
        verify_all()
        told.seal()
        for language, more in (("zh", "结对县"), ("en", "Paired counties:")):
            path = texts.FOLDER / f"programme.{language}.md"
            said = path.read_text(encoding="utf-8")
            path.write_text(f"{said}\n{more}{{pairing.counties period=2019}}.\n", encoding="utf-8")
        frozen(told)
        shown = {
            (one.place, one.day, one.values.get("unit") is not None, one.values.get("party"))
            for one in facts()
        }
        assert {
            ("522327000000", "2019-02-03", True, None),
            ("130724000000", "2019-02-03", True, None),
        } <= shown


def facts() -> list[verify.Entry]:
    with zipfile.ZipFile(bundle_path(1)) as archive:
        return list(verify.read_entries(archive.read("facts.jsonl").decode(), is_fact=True))
