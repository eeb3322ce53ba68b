"""The whole way: published, a fact comes late and one is taken back, the erratum, the print, the stranger, the bundle."""

from __future__ import annotations

from bangfu.foundation.ledger.proofs import verify
from bangfu.reporting.corrections.models import Case
from bangfu.reporting.corrections.operations import (
    approve_answer,
    approve_erratum,
    settle_printing,
)
from bangfu.reporting.corrections.queries import duties, newest_block, open_duties
from bangfu.reporting.corrections.restating import Standing, restated
from bangfu.reporting.publications.bundle import bundle_of, bundle_path
from tests.cast import NOW
from tests.reporting.corrections.conftest import IN_CEHENG, STATIONS, Published
from tests.reporting.corrections.test_pages import asked, text
from tests.reporting.publications.test_pages import door


class TestStory:
    def test_a_figure_is_corrected_and_everybody_hears_of_it(self, published: Published) -> None:
        cast = published.story.cast
        officer, verifier = cast.act(cast.officer), cast.act(cast.verifier)
        before = bundle_path(1).read_bytes()
        published.printed("贵州日报", positions=(STATIONS,), wording="全年新建无线基站 33 个。")

        # A stranger writes that two stations were not counted, and so it is: they come late, and one is taken back.
        stranger = door()
        link = asked(stranger, wrong="六月建成的两个站没有算").headers["Location"]
        published.change()
        standing = {one.position: one.standing for one in restated(published.publication, newest_block())}
        assert [standing[one] for one in (STATIONS, IN_CEHENG)] == [Standing.WRONG_PRINT] * 2

        # One proposes, another approves; the paper is told; the stranger is answered by two as well.
        step = approve_erratum(erratum=published.erratum(STATIONS, IN_CEHENG), act=verifier)
        (duty,) = duties([step])
        settle_printing(
            erratum=step.erratum, printing=duty.printing, kind="NOTIFIED", settled_on=NOW.date(), told="贵州日报社",
            reference="帮函〔2020〕3 号", act=officer,
        )  # fmt: skip
        assert open_duties() == []
        answer = published.answer(
            Case.objects.get(), outcome="CORRECTED", erratum=step.erratum, answer_zh="属实，已更正。"
        )
        approve_answer(answer=answer, act=verifier)

        # Everybody reads old and new side by side; the stranger reads the answer; the bundle is what it was.
        page = text(door().get("/publications/published/1/"))
        assert [
            said in page for said in ("33个", "34个", "29个", "30个", "更正第 1 号", "属实，已更正。")
        ] == [True] * 6
        followed = text(stranger.get(link))
        assert [said in followed for said in ("属实，已更正。", "更正第 1 号")] == [True, True]
        assert bundle_path(1).read_bytes() == before
        assert bundle_of(published.publication, 1) == (before, [])
        assert verify.verify_bundle(str(bundle_path(1))) == []
