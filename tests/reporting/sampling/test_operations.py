"""An audit from its announcement to its closing, and everything that stands in its way."""

from __future__ import annotations

import hashlib
import hmac
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.findings.models import Finding, FindingObject
from bangfu.foundation.ledger.models import Checkpoint, Fact
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.reporting.queries import figure_in
from bangfu.reporting.sampling import queries
from bangfu.reporting.sampling.evaluating import Result
from bangfu.reporting.sampling.models import (
    Announcement,
    Draw,
    End,
    EndKind,
    Method,
    SampledFact,
    Verdict,
    VerdictKind,
)
from bangfu.reporting.sampling.operations import (
    UnableToAnnounce,
    UnableToDraw,
    UnableToEnd,
    UnableToJudge,
    abandon_audit,
    announce_audit,
    close_audit,
    draw_sample,
    record_verdict,
)
from bangfu.reporting.selection import read_selection
from tests.cast import NOW
from tests.reporting.sampling.conftest import PAID, Audited


class TestAnnounceAudit:
    def test_says_what_is_audited_and_how_strictly(self, audited: Audited) -> None:
        announcement = audited.announced()
        assert (announcement.number, announcement.question, announcement.block) == (
            1,
            "period=2019",
            audited.block,
        )
        # 39 × 500 + 5 × 10,000 - 300; the one taken back and its reversal are two of the 47 facts.
        assert (announcement.value, announcement.facts) == (Decimal(69_200), 47)
        assert announcement.message.splitlines() == [
            "audit=1", "indicator=grants.paid", "question=period=2019", f"block={audited.block}", "method=MONETARY",
            "confidence=95", "tolerable=12000", "expected=0",
        ]  # fmt: skip
        assert audited.announced().number == 2

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"confidence": 97}, "unknown_confidence"),
            ({"tolerable": Decimal(0)}, "nothing_tolerable"),
            ({"method": Method.ATTRIBUTES, "tolerable": Decimal(100)}, "nothing_tolerable"),
            ({"expected": Decimal(9_000)}, "expected_too_near"),
            ({"tolerable": Decimal(69_500)}, "all_tolerable"),
            ({"tolerable": Decimal("0.01")}, None),
        ],
    )
    def test_refuses_what_does_not_fit(
        self, audited: Audited, said: dict[str, object], code: str | None
    ) -> None:
        if code is None:  # forty-four facts are never too many, however small the interval
            assert audited.announced(**said).number == 1
            return
        with pytest.raises(UnableToAnnounce) as refused:
            audited.announced(**said)
        assert refused.value.code == code
        assert not Announcement.objects.exists()

    @pytest.mark.parametrize(
        ("indicator", "asked", "method", "code"),
        [
            (PAID, {"as_of": "999"}, Method.MONETARY, "unknown_block"),
            (PAID, {"period": "2018"}, Method.MONETARY, "without_facts"),
            ("grants.amount_each", {}, Method.MONETARY, "two_terms"),
            ("grants.students", {}, Method.MONETARY, "method_does_not_fit"),
        ],
    )
    def test_refuses_a_figure_that_is_no_population(
        self, audited: Audited, indicator: str, asked: dict[str, str], method: str, code: str
    ) -> None:
        selection = audited.selection()
        if "period" in asked:
            selection = audited.selection(**asked)
        if "as_of" in asked:
            selection = selection.having(as_of=int(asked["as_of"]))
        with pytest.raises(UnableToAnnounce) as refused:
            audited.announced(indicator=indicator, selection=selection, method=method)
        assert refused.value.code == code
        assert not Announcement.objects.exists()

    def test_refuses_a_publication_that_does_not_have_the_figure(self, audited: Audited) -> None:
        with pytest.raises(UnableToAnnounce) as refused:
            audited.announced(publication=1)
        assert refused.value.code == "not_of_publication"

    def test_is_for_auditors_where_the_figure_lies(self, audited: Audited) -> None:
        cast = audited.story.cast
        for account in (cast.officer, cast.verifier, cast.clerk, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                audited.announced(act=audited.act(account))

    def test_the_same_key_announces_once(self, audited: Audited) -> None:
        first, second = (audited.announced(act=audited.act(key="a")) for _ in range(2))
        assert first == second
        assert Announcement.objects.count() == 1

    def test_is_sealed_by_the_ledger_and_never_changed(self, audited: Audited) -> None:
        announcement = audited.announced()
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            system_writes("a test"),
        ):
            Announcement.objects.filter(pk=announcement.pk).update(tolerable=1)
        assert queries.standing_of(1).state == queries.ANNOUNCED


class TestDrawSample:
    def test_waits_for_the_seal(self, audited: Audited) -> None:
        announcement = audited.announced()
        with pytest.raises(UnableToDraw) as refused:
            draw_sample(announcement=announcement, act=audited.act())
        assert refused.value.code == "not_sealed"
        assert not Draw.objects.exists()

    def test_anybody_can_repeat_it_from_the_checkpoint(self, audited: Audited) -> None:
        draw = audited.drawn()
        assert draw.seed_block == audited.block + 1
        root = bytes(Checkpoint.objects.get(pk=draw.seed_block).root)
        message = f"bangfu audit sample v1\n{draw.announcement.message}"
        seed = hmac.new(root, message.encode(), hashlib.sha256).digest()
        assert draw.seed == seed.hex()
        # The tolerable 12,000 over the factor 2.9958, in ten-thousandths of a yuan.
        interval = int(Decimal(120_000_000) / Decimal("2.9958"))
        assert draw.interval == Decimal(interval) / 10_000 == Decimal("4005.6078")
        chance = hmac.new(seed, b"start", hashlib.sha256).digest()
        start = 1 + (int.from_bytes(chance) * interval >> 256)
        assert draw.start == Decimal(start) / 10_000
        passed, following, chosen = 0, start, []
        for fact in audited.facts:
            book = int(Fact.objects.get(pk=fact).quantity * 10_000)
            passed += book
            if passed >= following:
                chosen.append(fact)
                while following <= passed:
                    following += interval
        assert list(draw.sample.order_by("position").values_list("fact_id", flat=True)) == chosen
        assert queries.is_repeated(queries.standing_of(1))

    def test_keeps_apart_what_no_sample_speaks_for(self, audited: Audited) -> None:
        draw = audited.drawn()
        assert (draw.population, draw.total) == (44, Decimal(69_500))
        assert (draw.apart, draw.apart_total) == (1, Decimal(-300))
        assert draw.sample.filter(is_certain=True).count() == 5

    def test_by_fact_draws_the_smallest_digests(self, audited: Audited) -> None:
        draw = audited.drawn(method=Method.ATTRIBUTES, tolerable=Decimal(10))
        seed = bytes.fromhex(draw.seed)
        ranked = sorted(
            audited.facts, key=lambda fact: hmac.new(seed, f"fact {fact}".encode(), hashlib.sha256).digest()
        )
        kept = list(draw.sample.order_by("position").values_list("fact_id", flat=True))
        assert kept == sorted(ranked[: len(kept)])
        assert (len(kept), draw.interval, draw.start) == (19, None, None)

    def test_is_of_the_facts_as_they_stood_then(self, audited: Audited) -> None:
        announcement = audited.announced()
        audited.story.reverse(audited.facts[-1])
        audited.story.seal()
        draw = draw_sample(announcement=announcement, act=audited.act())
        assert (draw.population, draw.total) == (44, Decimal(69_500))

    def test_draws_once_and_not_after_the_end(self, audited: Audited) -> None:
        draw = audited.drawn()
        with pytest.raises(UnableToDraw) as refused:
            draw_sample(announcement=draw.announcement, act=audited.act())
        assert refused.value.code == "drawn_already"
        second = audited.announced()
        abandon_audit(announcement=second, remark="区块选错了", act=audited.act())
        with pytest.raises(UnableToDraw) as refused:
            draw_sample(announcement=second, act=audited.act())
        assert refused.value.code == "ended"

    def test_the_database_takes_no_other_seed_block(self, audited: Audited) -> None:
        announcement = audited.announced()
        audited.story.seal()
        past = system_writes("somebody prefers another block")
        with pytest.raises(DatabaseError, match="sealed the announcement"), transaction.atomic(), past:
            Draw.objects.create(
                announcement=announcement, seed_block=audited.block, seed="ab" * 32, population=1, total=1, apart=0,
                apart_total=0, drawn_by=audited.story.cast.auditor, drawn_at=NOW,
            )  # fmt: skip

    def test_is_for_auditors(self, audited: Audited) -> None:
        announcement = audited.announced()
        audited.story.seal()
        with pytest.raises(NotPermitted):
            draw_sample(announcement=announcement, act=audited.act(audited.story.cast.officer))


class TestRecordVerdict:
    def test_what_agrees_takes_the_quantity_of_the_ledger(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.get(position=1)
        verdict = audited.agree(sampled)
        assert (verdict.revision, verdict.audited, verdict.given_by) == (
            1,
            sampled.book,
            audited.story.cast.auditor,
        )
        assert not Finding.objects.exists()

    def test_a_wrong_one_becomes_a_finding_that_somebody_answers(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.filter(is_certain=True)[0]
        record_verdict(
            sampled=sampled, kind=VerdictKind.MISSTATED, audited=Decimal(5_000), remark="回单只有五千",
            files=[("slip.txt", b"EXAMPLE bank slip 5000")], act=audited.act(),
        )  # fmt: skip
        finding = Finding.objects.get()
        assert finding.title_zh == f"抽样审计第 1 号：事实 {sampled.fact_id} 有差错"
        assert finding.unit_id == audited.story.cast.guizhou.pk
        assert "账面 10000，审定 5000" in finding.detail_zh
        assert set(FindingObject.objects.values_list("kind", flat=True)) == {"FACT", "RECORD"}
        attached = Attachment.objects.get(record_type=record_type("sampling.item").number)
        assert attached.record_id == sampled.pk
        # The figure itself stays as it is: only the room takes the fact back.
        assert figure_in(PAID, audited.selection()).value == Decimal(69_200)

    def test_a_later_verdict_takes_over_and_the_earlier_stays(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.get(position=1)
        record_verdict(sampled=sampled, kind=VerdictKind.NOT_SUPPORTED, remark="没有回单", act=audited.act())
        audited.agree(sampled)
        assert list(sampled.verdicts.order_by("revision").values_list("kind", "audited")) == [
            ("NOT_SUPPORTED", Decimal(0)), ("AGREES", sampled.book),
        ]  # fmt: skip
        assert [one.kind for one in queries.verdicts_in_force(sampled.draw)] == ["AGREES"]

    @pytest.mark.parametrize(
        ("kind", "quantity", "remark", "code"),
        [
            ("AGREES", Decimal(1), "", "quantity_differs"),
            ("MISSTATED", None, "少记", "quantity_missing"),
            ("MISSTATED", Decimal(500), "少记", "quantity_agrees"),
            ("MISSTATED", Decimal(-1), "少记", "quantity_out_of_bounds"),
            ("MISSTATED", Decimal("0.00001"), "少记", "quantity_out_of_bounds"),
            ("NOT_SUPPORTED", None, " ", "remark_missing"),
            ("NOT_APPLICABLE", None, "", "remark_missing"),
            ("AGREES", None, "字" * 1_001, "remark_too_long"),
        ],
    )
    def test_refuses_what_contradicts_itself(
        self, audited: Audited, kind: str, quantity: Decimal | None, remark: str, code: str
    ) -> None:
        sampled = audited.drawn().sample.filter(is_certain=False)[0]
        with pytest.raises(UnableToJudge) as refused:
            record_verdict(sampled=sampled, kind=kind, audited=quantity, remark=remark, act=audited.act())
        assert refused.value.code == code
        assert not Verdict.objects.exists()

    def test_nobody_audits_a_record_of_their_own(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.get(position=1)
        fact = Fact.objects.get(pk=sampled.fact_id)
        with system_writes("the auditor verified this record in an earlier post"):
            Review.objects.filter(record_type=fact.subject_type, record_id=fact.subject_id).update(
                decided_by=audited.story.cast.auditor
            )
        with pytest.raises(UnableToJudge) as refused:
            audited.agree(sampled)
        assert refused.value.code == "own_record"
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="record of their own"), transaction.atomic(), past:
            Verdict.objects.create(
                sampled=sampled, revision=1, kind="AGREES", audited=sampled.book,
                given_by=audited.story.cast.auditor, given_at=NOW,
            )  # fmt: skip
        assert audited.agree(sampled, audited.other_auditor).revision == 1

    def test_two_at_once_cannot_both_be_the_first(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.get(position=1)
        audited.agree(sampled)
        past = system_writes("the lock is off")
        with pytest.raises(IntegrityError), transaction.atomic(), past:
            Verdict.objects.create(
                sampled=sampled, revision=1, kind="AGREES", audited=sampled.book,
                given_by=audited.other_auditor, given_at=NOW,
            )  # fmt: skip

    def test_is_for_auditors(self, audited: Audited) -> None:
        sampled = audited.drawn().sample.get(position=1)
        for account in (audited.story.cast.officer, audited.story.cast.verifier):
            with pytest.raises(NotPermitted):
                audited.agree(sampled, account)


def examined(audited: Audited, **wrong: Decimal) -> Draw:
    """Draw and examine everything; of the first certain fact nothing is left, of the first other one half."""
    draw = audited.drawn()
    certain, other = draw.sample.filter(is_certain=True)[0], draw.sample.filter(is_certain=False)[0]
    for sampled in draw.sample.all():
        if sampled in (certain, other) and wrong.get("halved"):
            record_verdict(
                sampled=sampled,
                kind=VerdictKind.MISSTATED,
                audited=sampled.book / 2,
                remark="多记一倍",
                act=audited.act(),
            )
        else:
            audited.agree(sampled)
    return draw


class TestCloseAudit:
    def test_fixes_what_the_figure_carries(self, audited: Audited) -> None:
        draw = examined(audited)
        end = close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        result = Result.from_json(end.result)
        # Nothing was found below the interval, so 4,005.6078 × 2.9958 may be there, and no more.
        assert result.overstated is not None
        assert (result.estimate, result.upper_limit, result.is_within) == (0, Decimal("12000.00"), True)
        carried = queries.audit_of_figure(figure_in(PAID, audited.selection()))
        assert carried is not None
        assert (carried.number, carried.block, carried.has_moved) == (1, audited.block, False)
        assert "抽样支持这个数字" in str(queries.standing_of(1).sentence)

    def test_projects_what_was_found_and_adds_what_is_certain(self, audited: Audited) -> None:
        draw = examined(audited, halved=Decimal(1))
        end = close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        over = Result.from_json(end.result).overstated
        assert over is not None
        # Known 5,000 of the certain one; half of 4,005.6078 projected; (4.7439 - 2.9958 - 1) × that besides.
        assert (over.known, over.projected) == (Decimal(5_000), Decimal("2002.80"))
        assert over.incremental == Decimal("1498.30")
        assert over.estimate == Decimal("7002.80")
        # 5,000 + 2,002.8039 + 12,000.0000 (rounded up) + 1,498.2975
        assert over.upper_limit == Decimal("20501.11")
        assert not Result.from_json(end.result).is_within

    def test_facts_that_moved_since_are_said(self, audited: Audited) -> None:
        draw = examined(audited)
        close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        audited.story.reverse(audited.facts[-1])
        audited.story.seal()
        now = queries.audit_of_figure(figure_in(PAID, audited.selection().having(as_of=None)))
        assert now is not None
        assert (now.block, now.has_moved) == (audited.block, True)
        earlier = audited.selection().having(as_of=audited.block - 1) if audited.block > 1 else None
        if earlier is not None:
            assert queries.audit_of_figure(figure_in(PAID, earlier)) is None
        elsewhere = read_selection({"period": "2019", "place": "522327"})
        assert queries.audit_of_figure(figure_in(PAID, elsewhere)) is None

    def test_refuses_before_everything_was_examined(self, audited: Audited) -> None:
        announcement = audited.announced()
        with pytest.raises(UnableToEnd) as refused:
            close_audit(announcement=announcement, act=audited.act())
        assert refused.value.code == "not_drawn"
        audited.story.seal()
        draw_sample(announcement=announcement, act=audited.act())
        with pytest.raises(UnableToEnd) as refused:
            close_audit(announcement=announcement, act=audited.act())
        assert refused.value.code == "verdicts_missing"
        assert not End.objects.exists()

    def test_is_not_for_whoever_gave_a_verdict(self, audited: Audited) -> None:
        draw = examined(audited)
        with pytest.raises(UnableToEnd) as refused:
            close_audit(announcement=draw.announcement, act=audited.act())
        assert refused.value.code == "same_person"
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="does not close"), transaction.atomic(), past:
            End.objects.create(
                announcement=draw.announcement, kind=EndKind.CLOSED, result={}, ended_by=audited.story.cast.auditor,
                ended_at=NOW,
            )  # fmt: skip

    def test_is_for_auditors(self, audited: Audited) -> None:
        draw = examined(audited)
        with pytest.raises(NotPermitted):
            close_audit(announcement=draw.announcement, act=audited.act(audited.story.cast.verifier))

    def test_after_the_end_nothing_changes(self, audited: Audited) -> None:
        draw = examined(audited)
        close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        sampled = draw.sample.get(position=1)
        with pytest.raises(UnableToJudge) as refused:
            audited.agree(sampled)
        assert refused.value.code == "ended"
        with pytest.raises(UnableToEnd) as ended:
            abandon_audit(announcement=draw.announcement, remark="不想要", act=audited.act())
        assert ended.value.code == "ended"
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="has ended"), transaction.atomic(), past:
            Verdict.objects.create(
                sampled=sampled, revision=9, kind="AGREES", audited=sampled.book, given_by=audited.other_auditor,
                given_at=NOW,
            )  # fmt: skip

    def test_by_fact_carries_a_share(self, audited: Audited) -> None:
        draw = audited.drawn(method=Method.ATTRIBUTES, tolerable=Decimal(10))
        first, *rest = draw.sample.order_by("position")
        record_verdict(sampled=first, kind=VerdictKind.NOT_SUPPORTED, remark="没有回单", act=audited.act())
        for sampled in rest:
            audited.agree(sampled)
        end = close_audit(announcement=draw.announcement, act=audited.act(audited.other_auditor))
        result = Result.from_json(end.result)
        # One of 19 is wrong; with 8 wrong of 44, one or none of 19 has a probability of 0.0576, with 9 of 0.0319.
        assert (result.rate, result.upper_rate) == (Decimal("5.26"), Decimal("18.19"))
        assert (result.wrong, result.agreeing, result.is_within) == (1, 18, False)


class TestAbandonAudit:
    def test_stays_in_the_list_with_its_reason(self, audited: Audited) -> None:
        announcement = audited.announced()
        end = abandon_audit(announcement=announcement, remark="区块选错了", act=audited.act())
        assert (end.kind, end.remark) == (EndKind.ABANDONED, "区块选错了")
        second = audited.announced()
        assert (second.number, queries.announcements_before(second)) == (2, 1)
        assert queries.standing_of(1).state == queries.ABANDONED

    def test_needs_a_reason_and_an_auditor(self, audited: Audited) -> None:
        announcement = audited.announced()
        with pytest.raises(UnableToEnd) as refused:
            abandon_audit(announcement=announcement, remark=" ", act=audited.act())
        assert refused.value.code == "reason_missing"
        with pytest.raises(NotPermitted):
            abandon_audit(announcement=announcement, remark="x", act=audited.act(audited.story.cast.officer))
        assert not End.objects.exists()


def test_a_term_of_a_ratio_is_audited_by_itself(audited: Audited) -> None:
    selection = audited.selection().having(term="numerator")
    announcement = announce_audit(
        indicator="grants.amount_each", selection=selection, method=Method.MONETARY, confidence=90,
        tolerable=Decimal(20_000), act=audited.act(),
    )  # fmt: skip
    assert announcement.question == "period=2019&term=numerator"
    audited.story.seal()
    draw = draw_sample(announcement=announcement, act=audited.act())
    assert draw.population == 44
    assert SampledFact.objects.filter(draw=draw).exists()
