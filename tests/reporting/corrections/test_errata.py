"""Errata: proposed by one, decided by another, numbered, signed; the publication and its bundle stay as they were."""

from __future__ import annotations

import base64

import pytest
from django.db import DatabaseError, transaction

from bangfu.foundation.ledger.models import SigningKey
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.reporting.corrections.models import (
    Correction,
    Erratum,
    ErratumCause,
    ErratumFigure,
    ErratumStep,
)
from bangfu.reporting.corrections.notes import content_in
from bangfu.reporting.corrections.operations import (
    UnableToCorrect,
    UnableToDecideErratum,
    approve_erratum,
    propose_erratum,
    return_erratum,
)
from bangfu.reporting.corrections.queries import newest_block
from bangfu.reporting.publications.bundle import bundle_of, bundle_path
from tests.reporting.corrections.conftest import IN_CEHENG, STATIONS, STUDENTS, Published
from tests.reporting.publications.test_publishing import prepared


def refused(call: object, kind: type[Exception], code: str) -> None:
    with pytest.raises(kind) as refusal:
        call()
    assert refusal.value.code == code


class TestProposeErratum:
    def test_fixes_old_new_and_the_exact_facts(self, published: Published) -> None:
        late, _ = published.change()
        erratum = published.erratum(STATIONS, IN_CEHENG)
        assert erratum.block == newest_block()
        assert [
            (
                one.position,
                one.ordinal,
                one.old_value,
                one.old_shown["zh"],
                one.new_value,
                one.new_shown["en"],
            )
            for one in erratum.figures.order_by("position")
        ] == [(0, 1, "33", "33个", "34", "34 stations"), (1, 1, "29", "29个", "30", "30 stations")]
        causes = ErratumCause.objects.filter(figure__position=IN_CEHENG).order_by("kind")
        assert [(one.kind, one.reason, str(one.quantity), one.shows_unit) for one in causes] == [
            ("BACK", "duplicate_report", "-1.0000", True),
            ("LATE", "", "2.0000", True),
        ]
        assert list(causes[1].facts) == late
        assert not Correction.objects.exists()

    def test_the_same_key_twice_is_one_erratum(self, published: Published) -> None:
        published.change()
        cast = published.story.cast
        said = {
            "publication": published.publication,
            "positions": [STATIONS],
            "explanation_zh": "一",
            "explanation_en": "a",
        }
        first, again = (propose_erratum(**said, act=cast.act(cast.officer, key="k")) for _ in range(2))
        assert (first.pk, Erratum.objects.count()) == (again.pk, 1)
        steps = [approve_erratum(erratum=first, act=cast.act(cast.verifier, key="l")) for _ in range(2)]
        assert (steps[0].pk, ErratumStep.objects.count()) == (steps[1].pk, 1)

    def test_refuses_what_says_what_it_said(self, published: Published) -> None:
        published.change()
        refused(lambda: published.erratum(STATIONS, STUDENTS), UnableToCorrect, "nothing_changed")
        assert not Erratum.objects.exists()

    def test_refuses_what_is_not_whole(self, published: Published) -> None:
        published.change()
        for positions, en, code in (
            ((), "why", "nothing_chosen"),
            ((7,), "why", "unknown_figure"),
            ((0,), " ", "explanation_missing"),
        ):
            refused(lambda: published.erratum(*positions, en=en), UnableToCorrect, code)  # noqa: B023
        assert not Erratum.objects.exists()

    def test_refuses_before_it_is_published(self, published: Published) -> None:
        cast, waiting = published.story.cast, prepared(published.story)
        refused(
            lambda: propose_erratum(
                publication=waiting, positions=[0], explanation_zh="一", explanation_en="a",
                act=cast.act(cast.officer),
            ),
            UnableToCorrect,
            "not_published",
        )  # fmt: skip

    def test_refuses_facts_that_nobody_verified(self, published: Published) -> None:
        published.story.stations(50)
        published.story.seal()
        refused(lambda: published.erratum(STATIONS), UnableToCorrect, "not_verified")
        assert not Erratum.objects.exists()

    def test_is_for_the_office_of_the_group(self, published: Published) -> None:
        published.change()
        cast = published.story.cast
        for account in (cast.clerk, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                propose_erratum(
                    publication=published.publication, positions=[0], explanation_zh="一", explanation_en="a",
                    act=cast.act(account),
                )  # fmt: skip


class TestDecide:
    def test_approving_numbers_signs_and_corrects(self, published: Published) -> None:
        published.change()
        step = published.corrected(STATIONS, IN_CEHENG)
        assert (step.kind, step.number) == ("APPROVED", 1)
        assert list(Correction.objects.order_by("position").values_list("position", "ordinal")) == [
            (0, 1), (1, 1),
        ]  # fmt: skip
        said = content_in(step.note)
        assert (said["publication"], said["erratum"], said["block"]) == (1, 1, newest_block())
        assert said["figures"][0]["old"]["shown"] == {"zh": "33个", "en": "33 stations"}
        assert said["figures"][0]["causes"][0]["reason"] == "duplicate_report"

    def test_the_note_verifies_under_the_ledgers_key_and_no_other(self, published: Published) -> None:
        published.change()
        note = verify.parse_note(published.corrected(STATIONS).note)
        key = SigningKey.objects.get()
        public = base64.b64decode(key.public_key)
        signature = note.signatures[0]
        assert (signature.name, signature.key_id) == (key.name, verify.key_id(key.name, public))
        assert verify.is_signed(public, note.text.encode(), signature.content)
        assert not verify.is_signed(public, note.text.replace("34", "35").encode(), signature.content)

    def test_a_later_one_follows_the_earlier_and_never_edits_it(self, published: Published) -> None:
        published.change()
        first = published.corrected(STATIONS)
        published.more(3)
        second = published.corrected(STATIONS)
        assert [first.number, second.number] == [1, 2]
        figures = ErratumFigure.objects.order_by("erratum_id").values_list(
            "ordinal", "old_value", "new_value"
        )
        assert list(figures) == [(1, "33", "34"), (2, "34", "37")]
        first.refresh_from_db()
        assert content_in(first.note)["figures"][0]["new"]["value"] == "34"

    def test_refuses_one_that_another_overtook(self, published: Published) -> None:
        published.change()
        cast, behind = published.story.cast, published.erratum(STATIONS)
        published.corrected(STATIONS)
        refused(
            lambda: approve_erratum(erratum=behind, act=cast.act(cast.verifier)),
            UnableToDecideErratum,
            "overtaken",
        )
        assert ErratumStep.objects.count() == 1

    def test_is_not_for_whoever_proposed_it(self, published: Published) -> None:
        published.change()
        erratum, cast = published.erratum(STATIONS), published.story.cast
        with pytest.raises(NotPermitted):
            approve_erratum(erratum=erratum, act=cast.act(cast.officer))
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="does not decide on it"), transaction.atomic(), past:
            ErratumStep.objects.create(
                erratum=erratum, kind="APPROVED", publication=published.publication, number=1, note="x",
                taken_by=cast.officer, taken_at=erratum.proposed_at,
            )  # fmt: skip

    def test_the_database_takes_no_correction_without_approval(self, published: Published) -> None:
        published.change()
        figure = published.erratum(STATIONS).figures.get()
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="by an approved erratum alone"), transaction.atomic(), past:
            Correction.objects.create(
                publication=published.publication, position=STATIONS, ordinal=1, figure=figure
            )

    def test_returning_needs_a_reason_and_is_decided_once(self, published: Published) -> None:
        published.change()
        erratum, cast = published.erratum(STATIONS), published.story.cast
        act = cast.act(cast.verifier)
        refused(
            lambda: return_erratum(erratum=erratum, remark=" ", act=act),
            UnableToDecideErratum,
            "remark_missing",
        )
        step = return_erratum(erratum=erratum, remark="原因没写清", act=act)
        assert (step.kind, step.number, step.note) == ("RETURNED", None, "")
        refused(lambda: approve_erratum(erratum=erratum, act=act), UnableToDecideErratum, "decided_already")
        assert not Correction.objects.exists()

    def test_nothing_of_it_changes(self, published: Published) -> None:
        published.change()
        published.corrected(STATIONS)
        for model in (Erratum, ErratumFigure, ErratumCause, ErratumStep, Correction):
            past = system_writes("somebody tries to delete")
            with pytest.raises(DatabaseError), transaction.atomic(), past:
                model.objects.all()._raw_delete("default")


class TestTheBundle:
    def test_stays_and_is_made_again_byte_for_byte(self, published: Published) -> None:
        before = bundle_path(1).read_bytes()
        published.change()
        published.corrected(STATIONS, IN_CEHENG)
        published.more()
        published.corrected(STATIONS)
        assert bundle_path(1).read_bytes() == before
        again, faults = bundle_of(published.publication, 1)
        assert (again == before, faults) == (True, [])
        assert verify.verify_bundle(str(bundle_path(1))) == []
