"""The sample before the signature: 韦兰 submits wells whose measure asks for a look, 陈立 looks and signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.review import queries
from bangfu.foundation.review.models import Batch, Look, Sample, SampledRecord
from bangfu.foundation.review.operations import UnableToLook, UnableToReview, draw_sample, look_at
from bangfu.foundation.review.register import demands
from bangfu.foundation.review.sampling import drawn, sample_size
from tests.cast import NOW, Cast
from tests.foundation.review import toys
from tests.foundation.review.looking import let_verify, looked_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(cast: Cast) -> Batch:
    """Twenty wells, of which three are to be looked at."""
    demands[toys.WELL.code] = lambda keys: "SAMPLED"
    return toys.submit_wells(
        unit=cast.guizhou, ids=toys.wells(cast.guizhou, 20), title="二十口井", act=cast.act(cast.clerk)
    )


def refused(kind: type[Refusal], code: str, call: Callable[[], Any]) -> None:
    """Check that a call is refused and writes neither a draw nor a look nor a decision."""

    def written() -> list[Any]:
        return [Sample.objects.count(), Look.objects.count(), list(Batch.objects.order_by("pk").values())]

    before = written()
    with pytest.raises(kind) as answer:
        call()
    assert answer.value.code == code
    assert written() == before


def sampled(paper: Batch) -> list[int]:
    return list(
        SampledRecord.objects.filter(sample__batch=paper)
        .order_by("position")
        .values_list("record_id", flat=True)
    )


class TestSampleSize:
    @pytest.mark.parametrize(
        ("lot", "size"),
        [
            (1, 1), (2, 2), (15, 2), (16, 3), (25, 3), (26, 5), (90, 5), (91, 8), (150, 8), (151, 13), (500, 13),
            (501, 20), (1200, 20), (1201, 32), (3900, 32), (10_000, 32), (10_001, 50), (35_001, 80), (500_001, 125),
        ],
    )  # fmt: skip
    def test_follows_the_table(self, lot: int, size: int) -> None:
        assert sample_size(lot) == size

    def test_another_nonce_draws_others(self) -> None:
        records = list(range(1000))
        assert drawn(records, paper=7, nonce="a") == drawn(records[::-1], paper=7, nonce="a")
        assert drawn(records, paper=7, nonce="a") != drawn(records, paper=7, nonce="b")
        assert drawn(records, paper=7, nonce="a") != drawn(records, paper=8, nonce="a")


class TestDrawSample:
    def test_draws_once_by_the_nonce_of_the_paper(self, cast: Cast, paper: Batch) -> None:
        sample = draw_sample(batch=paper, act=cast.act(cast.verifier))
        paper.refresh_from_db()
        assert (sample.rule, sample.population, sample.drawn_by) == (
            "GB/T 2828.1-2012 S-4", 20, cast.verifier,
        )  # fmt: skip
        assert sampled(paper) == drawn(toys.wells(cast.guizhou, 20), paper=paper.pk, nonce=str(paper.nonce))
        assert draw_sample(batch=paper, act=cast.act(cast.verifier, at=NOW + timedelta(days=1))) == sample
        assert len(sampled(paper)) == 3

    def test_refuses_the_submitter_and_a_decided_paper(self, cast: Cast, paper: Batch) -> None:
        let_verify(cast.clerk, cast.group)
        own, act = cast.act(cast.clerk), cast.act(cast.verifier)
        refused(UnableToLook, "same_person", lambda: draw_sample(batch=paper, act=own))
        toys.return_wells(batch=paper, remark="缺照片", act=act)
        refused(UnableToLook, "decided_already", lambda: draw_sample(batch=paper, act=act))

    def test_who_may(self, cast: Cast, paper: Batch) -> None:
        for account in (cast.clerk, cast.clerk_of_yunnan, cast.officer, cast.auditor, cast.outsider):
            act = cast.act(account)
            refused(NotPermitted, "out_of_scope", lambda act=act: draw_sample(batch=paper, act=act))

    def test_the_database_keeps_the_draw(self, cast: Cast, paper: Batch) -> None:
        draw_sample(batch=paper, act=cast.act(cast.verifier))
        with system_writes("an attack"), pytest.raises(DatabaseError), transaction.atomic():
            SampledRecord.objects.all().delete()


class TestLookAt:
    def test_the_signature_waits_for_the_whole_sample(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.verifier)
        refused(UnableToReview, "sample_open", lambda: toys.verify_wells(batch=paper, act=act))
        draw_sample(batch=paper, act=act)
        first, *rest = sampled(paper)
        assert look_at(batch=paper, records=[first], act=act) == [first]
        refused(UnableToReview, "sample_open", lambda: toys.verify_wells(batch=paper, act=act))
        look_at(batch=paper, records=rest, act=act)
        assert len(toys.verify_wells(batch=paper, act=act)) == 20

    def test_another_verifier_looks_too(self, cast: Cast, paper: Batch) -> None:
        let_verify(cast.officer, cast.group)
        looked_at(paper, cast.act(cast.verifier))
        act = cast.act(cast.officer)
        refused(UnableToReview, "sample_open", lambda: toys.verify_wells(batch=paper, act=act))
        toys.verify_wells(batch=looked_at(paper, act), act=act)

    def test_a_doubt_forces_a_return_or_a_word(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.verifier)
        first = sampled(looked_at(paper, act))[0]
        refused(
            UnableToLook,
            "doubt_unsaid",
            lambda: look_at(batch=paper, records=[first], verdict="DOUBTFUL", act=act),
        )
        look_at(batch=paper, records=[first], verdict="DOUBTFUL", remark="照片模糊", act=act)
        refused(UnableToReview, "doubt_open", lambda: toys.verify_wells(batch=paper, act=act))
        refused(UnableToLook, "doubt_unsaid", lambda: look_at(batch=paper, records=[first], act=act))
        look_at(batch=paper, records=[first], remark="县里补来原图，看清了", act=act)
        toys.verify_wells(batch=paper, act=act)
        assert list(Look.objects.filter(sampled__record_id=first).order_by("pk").values_list("verdict", "remark")) == [
            ("SEEN", ""), ("DOUBTFUL", "照片模糊"), ("SEEN", "县里补来原图，看清了"),
        ]  # fmt: skip

    def test_a_doubtful_paper_can_be_returned(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.verifier)
        first = sampled(looked_at(paper, act))[0]
        look_at(batch=paper, records=[first], verdict="DOUBTFUL", remark="照片模糊", act=act)
        assert len(toys.return_wells(batch=paper, remark="照片模糊", act=act)) == 20

    def test_refuses_what_was_not_drawn(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.verifier)
        refused(UnableToLook, "not_drawn", lambda: look_at(batch=paper, records=[1], act=act))
        draw_sample(batch=paper, act=act)
        refused(UnableToLook, "not_in_sample", lambda: look_at(batch=paper, records=[1], act=act))

    def test_a_measure_that_requires_evidence_wants_it_on_every_record(
        self, cast: Cast, paper: Batch
    ) -> None:
        demands[toys.WELL.code] = lambda keys: "REQUIRED"
        act = cast.act(cast.verifier)
        looked_at(paper, act)
        refused(UnableToReview, "evidence_missing", lambda: toys.verify_wells(batch=paper, act=act))

    def test_a_measure_that_asks_for_nothing_is_signed_at_once(self, cast: Cast, paper: Batch) -> None:
        demands[toys.WELL.code] = lambda keys: "NONE"
        assert len(toys.verify_wells(batch=paper, act=cast.act(cast.verifier))) == 20


class TestFromAbove:
    def grant(self, cast: Cast, unit: Any) -> Any:
        """Give the officer the verifier's role on a unit."""
        let_verify(cast.officer, unit)
        return cast.act(cast.officer)

    def test_refuses_a_grant_on_the_unit_itself(self, cast: Cast, paper: Batch) -> None:
        demands.clear()
        act = self.grant(cast, cast.guizhou)
        refused(UnableToReview, "not_above", lambda: toys.verify_wells(batch=paper, act=act))
        refused(UnableToReview, "not_above", lambda: toys.return_wells(batch=paper, remark="x", act=act))
        assert not queries.may_decide(cast.officer, paper, NOW.date())
        assert not queries.waiting_for(cast.officer, NOW.date()).exists()
        self.grant(cast, cast.group)
        assert queries.waiting_for(cast.officer, NOW.date()).get() == paper
        toys.verify_wells(batch=paper, act=act)

    def test_a_record_alone_is_decided_from_above_too(self, cast: Cast) -> None:
        toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk))
        act = self.grant(cast, cast.guizhou)
        refused(
            UnableToReview,
            "not_above",
            lambda: toys.decide_office(unit=cast.guizhou, state="VERIFIED", act=act),
        )
        toys.decide_office(unit=cast.guizhou, state="VERIFIED", act=cast.act(cast.verifier))

    def test_an_audit_unit_needs_nobody_above(self, cast: Cast) -> None:
        let_verify(cast.clerk, cast.audit, "clerk")
        toys.submit_office(unit=cast.audit, act=cast.act(cast.clerk))
        toys.decide_office(unit=cast.audit, state="VERIFIED", act=self.grant(cast, cast.audit))

    def test_in_the_groups_own_affairs_another_at_the_root_counts(self, cast: Cast) -> None:
        toys_paper = toys.submit_wells(unit=cast.group, ids=[1], title="x", act=self.grant(cast, cast.group))
        toys.verify_wells(batch=toys_paper, act=cast.act(cast.verifier))


class TestSamplePage:
    def test_from_the_draw_to_the_signature(self, cast: Cast, paper: Batch, client: Client) -> None:
        client.force_login(cast.verifier)
        address = f"/review/{paper.pk}/sample"
        asked = client.get(address)
        assert "从 20 条中抽 3 条" in asked.content.decode()
        key = str(asked.context["form"].initial["key"])
        drawn_page = client.post(address, {"key": key, "draw": "1"}, follow=True)
        assert drawn_page.content.decode().count("还没有看") == 3
        key = str(drawn_page.context["form"].initial["key"])
        doubt = client.post(address, {"key": key, "row": sampled(paper)[:1], "doubtful": "1"})
        assert doubt.status_code == 409
        assert "请写明理由" in doubt.content.decode()
        key = str(doubt.context["form"].initial["key"])
        seen = client.post(address, {"key": key, "row": sampled(paper), "seen": "1"}, follow=True)
        assert f'href="/review/{paper.pk}/verify"' in seen.content.decode()
        page = client.get(f"/review/{paper.pk}/").content.decode()
        assert "抽中 3 条，还有 0 条没有看" in page
        assert "陈立抽样 3/20 条" in page

    def test_a_decided_paper_keeps_its_sample(self, cast: Cast, paper: Batch, client: Client) -> None:
        toys.verify_wells(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        client.force_login(cast.auditor)
        assert [row.verdict for row in client.get(f"/review/{paper.pk}/sample").context["rows"]] == [
            "SEEN"
        ] * 3
        assert client.get(f"/review/{paper.pk}/?show=sample").context["page"].paginator.count == 3

    def test_the_submitter_sees_no_button(self, cast: Cast, paper: Batch, client: Client) -> None:
        client.force_login(cast.clerk)
        assert 'name="draw"' not in client.get(f"/review/{paper.pk}/sample").content.decode()
        client.force_login(cast.outsider)
        assert client.get(f"/review/{paper.pk}/sample").status_code == 403
