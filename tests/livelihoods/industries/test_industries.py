"""Industries, their seasons, operators and projects: what is entered, what counts, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview, draw_sample, look_at
from bangfu.foundation.rooms import mentions_of
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import Industry, Season
from bangfu.livelihoods.industries.operations import (
    CertificateDetails,
    OperatorDetails,
    UnableToEnterIndustry,
    UnableToEnterSeason,
    UnableToRegisterOperator,
    UnableToWithdraw,
    add_certificate,
    cite_project,
    end_industry,
    enter_industry,
    enter_season,
    register_operator,
    return_records,
    revise_operator,
    verify_records,
    withdraw_record,
)
from tests.cast import CEHENG, GUYUAN, Cast
from tests.livelihoods.industries.farmed import (
    FILES,
    OPERATOR,
    counted,
    entered,
    facts,
    industry_details,
    operator,
    place,
    refuses,
    season,
    season_details,
    verified,
)
from tests.livelihoods.projects.projected import approved
from tests.livelihoods.projects.projected import counted as money_counted
from tests.livelihoods.projects.test_pages import client_of

PRODUCT = ("industries.products", Decimal(1), CEHENG, date(2019, 6, 12), None)


@pytest.mark.django_db
class TestEnterIndustry:
    def test_counts_once_a_second_person_verified_it(self, cast: Cast) -> None:
        industry = entered(cast)
        assert (industry.product_zh, industry.scope.place, industry.confirmed_at) == ("糯米蕉", CEHENG, None)
        assert facts() == []
        verified(cast)
        assert facts() == [PRODUCT]

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("not_described", {"document": " "}),
            ("identity_number", {"product_zh": "52232719900307001X 的香蕉"}),
            ("code_form", {"code": "产业1"}),
            ("in_the_future", {"recognised_on": date(2020, 8, 2)}),
            ("too_early", {"base_year": 1900}),
            ("too_early", {"recognised_on": date(1970, 1, 1)}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        refuses(UnableToEnterIndustry, code, lambda: entered(cast, **changes))

    def test_refuses_places(self, cast: Cast) -> None:
        refuses(UnableToEnterIndustry, "not_a_county", lambda: entered(cast, county=place(520000000000)))
        act = cast.act(cast.officer)
        details = industry_details(county=place(GUYUAN))
        refuses(
            UnableToEnterIndustry,
            "outside_unit",
            lambda: enter_industry(details=details, unit=cast.guizhou, files=FILES, act=act),
        )

    def test_refuses_without_the_document(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        refuses(
            UnableToEnterIndustry,
            "evidence_missing",
            lambda: enter_industry(details=industry_details(), unit=cast.guizhou, files=(), act=act),
        )

    def test_refuses_the_same_code_or_product_again(self, cast: Cast) -> None:
        entered(cast)
        refuses(UnableToEnterIndustry, "code_taken", lambda: entered(cast, product_zh="茶"))
        refuses(UnableToEnterIndustry, "product_taken", lambda: entered(cast, code="CY-2"))

    def test_once_a_key_and_not_by_outsiders(self, cast: Cast) -> None:
        details, unit = industry_details(), cast.guizhou
        for actor in (cast.outsider, cast.clerk_of_yunnan, cast.auditor):
            with pytest.raises(NotPermitted):
                enter_industry(details=details, unit=unit, files=FILES, act=cast.act(actor))
        act = cast.act(cast.clerk, key="k")
        first = enter_industry(details=details, unit=unit, files=FILES, act=act)
        assert enter_industry(details=details, unit=unit, files=FILES, act=act) == first
        assert Industry.objects.count() == 1


@pytest.mark.django_db
class TestReview:
    def test_never_by_who_entered_it(self, cast: Cast) -> None:
        entered(cast)
        paper = Batch.objects.latest("pk")
        with pytest.raises(NotPermitted):
            verify_records(batch=paper, act=cast.act(cast.clerk))
        returned = return_records(batch=paper, remark="文号不清", act=cast.act(cast.verifier))
        assert returned.state == "RETURNED"
        with pytest.raises(UnableToReview):
            verify_records(batch=paper, act=cast.act(cast.verifier))

    def test_what_is_returned_is_withdrawn_and_entered_anew(self, cast: Cast) -> None:
        industry = entered(cast)
        act = cast.act(cast.clerk)
        said = {"reason": "withdrawn", "remark": "重报"}
        refuses(UnableToWithdraw, "under_review", lambda: withdraw_record(record=industry, act=act, **said))
        return_records(batch=Batch.objects.latest("pk"), remark="文号不清", act=cast.act(cast.verifier))
        withdraw_record(record=industry, act=act, **said)
        refuses(
            UnableToWithdraw, "withdrawn_already", lambda: withdraw_record(record=industry, act=act, **said)
        )
        assert counted(cast).code == industry.code


@pytest.mark.django_db
class TestSeasons:
    def test_count_area_by_difference_and_output_and_sales_whole(self, cast: Cast) -> None:
        industry = counted(cast)
        season(cast, industry, year=2018, mu="1000", sales_fen=60_000_000)
        season(cast, industry, mu="1200.50")
        assert facts()[1:] == [
            ("industries.base_area", Decimal(1000), CEHENG, date(2018, 1, 1), None),
            ("industries.output", Decimal("640.5"), CEHENG, date(2018, 12, 31), None),
            ("industries.sales", Decimal(600_000), CEHENG, date(2018, 12, 31), None),
            ("industries.base_area", Decimal("200.5"), CEHENG, date(2019, 1, 1), None),
            ("industries.output", Decimal("640.5"), CEHENG, date(2019, 12, 31), None),
            ("industries.sales", Decimal(900_000), CEHENG, date(2019, 12, 31), None),
        ]

    def test_refuses_one_before_what_is_counted_and_gives_the_later_back_first(self, cast: Cast) -> None:
        industry = counted(cast)
        waiting = season(cast, industry, year=2018, is_verified=False)
        paper = Batch.objects.latest("pk")
        later = season(cast, industry)
        act = cast.act(cast.verifier)
        sample = draw_sample(batch=paper, act=act)
        look_at(batch=paper, records=[one.record_id for one in sample.records.all()], act=act)
        refuses(UnableToEnterSeason, "earlier_than_counted", lambda: verify_records(batch=paper, act=act))
        refuses(UnableToEnterSeason, "earlier_than_counted", lambda: season(cast, industry, year=2017))
        clerk = cast.act(cast.clerk)
        withdraw_record(record=later, reason="wrong_date", remark="年份写错", act=clerk)
        verify_records(batch=paper, act=act)
        waiting.refresh_from_db()
        assert waiting.confirmed_at is not None
        area = [row[1] for row in facts() if row[0] == "industries.base_area"]
        assert area == [Decimal(1200), Decimal(-1200), Decimal(1200)]

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("unknown_part", {"part": "NEVER"}),
            ("not_described", {"source": ""}),
            ("identity_number", {"source": "52232719900307001X"}),
            ("backwards", {"ends_on": date(2019, 1, 1)}),
            ("year", {"starts_on": date(2010, 1, 1)}),
            ("in_the_future", {"ends_on": date(2020, 8, 2)}),
            ("negative", {"mu": "-1"}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        industry = counted(cast)
        refuses(UnableToEnterSeason, code, lambda: season(cast, industry, **changes))

    def test_refuses_again_and_without_file_or_industry(self, cast: Cast) -> None:
        industry, act = entered(cast), cast.act(cast.clerk)

        def enter(files: Any = FILES) -> Callable[[], object]:
            return lambda: enter_season(industry=industry, details=season_details(), files=files, act=act)

        refuses(UnableToEnterSeason, "not_in_force", enter())
        verified(cast)
        refuses(UnableToEnterSeason, "evidence_missing", enter(()))
        enter()()
        refuses(UnableToEnterSeason, "season_taken", enter())
        assert Season.objects.count() == 1


@pytest.mark.django_db
class TestEndIndustry:
    def test_takes_product_and_area_off_from_a_day_on(self, cast: Cast) -> None:
        industry = counted(cast)
        last = season(cast, industry)
        said = {"on": date(2020, 6, 1), "document": "册农〔2020〕9号", "reason": "改种茶"}
        end_industry(industry=industry, act=cast.act(cast.clerk), **said)
        assert facts()[-2:] == [
            ("industries.products", Decimal(-1), CEHENG, date(2020, 6, 1), None),
            ("industries.base_area", Decimal(-1200), CEHENG, date(2020, 6, 1), None),
        ]
        act = cast.act(cast.clerk)
        refuses(
            UnableToEnterIndustry, "not_in_force", lambda: end_industry(industry=industry, act=act, **said)
        )
        why = {"reason": "withdrawn", "remark": "撤"}
        industry.refresh_from_db()
        refuses(UnableToWithdraw, "ended", lambda: withdraw_record(record=last, act=act, **why))
        refuses(UnableToWithdraw, "ended", lambda: withdraw_record(record=industry, act=act, **why))

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("in_the_future", {"on": date(2020, 8, 2)}),
            ("ends_before", {"on": date(2019, 6, 12)}),
            ("not_described", {"reason": " "}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        industry = counted(cast)
        said = {"on": date(2020, 6, 1), "document": "册农〔2020〕9号", "reason": "改种茶", **changes}
        refuses(
            UnableToEnterIndustry,
            code,
            lambda: end_industry(industry=industry, act=cast.act(cast.clerk), **said),
        )


@pytest.mark.django_db
class TestOperators:
    def test_are_organisations_with_certificates(self, cast: Cast) -> None:
        one, act = operator(cast), cast.act(cast.clerk)
        green = CertificateDetails("GREEN", "LB-1", date(2019, 1, 1), date(2020, 1, 1))
        add_certificate(operator=one, details=green, files=FILES, act=act)
        assert [x.number for x in queries.certificates_on(one.pk, date(2019, 12, 31))] == ["LB-1"]
        assert not queries.certificates_on(one.pk, date(2020, 1, 1)).exists()

        def add(details: CertificateDetails, files: Any = FILES) -> Callable[[], object]:
            return lambda: add_certificate(operator=one, details=details, files=files, act=act)

        refuses(UnableToRegisterOperator, "certificate_taken", add(green))
        fresh = replace(green, number="LB-2")
        refuses(UnableToRegisterOperator, "evidence_missing", add(fresh, ()))
        refuses(UnableToRegisterOperator, "unknown_certificate", add(replace(fresh, kind="X")))
        refuses(UnableToRegisterOperator, "backwards", add(replace(fresh, ends_on=date(2018, 1, 1))))

    def test_refuses(self, cast: Cast) -> None:
        operator(cast)
        good = OperatorDetails("91-2", "FIRM", "公司", place(), 0)

        def register(details: OperatorDetails, files: Any = FILES) -> Callable[[], object]:
            act = cast.act(cast.officer)
            return lambda: register_operator(details=details, unit=cast.guizhou, files=files, act=act)

        refuses(UnableToRegisterOperator, "code_taken", register(replace(good, code=OPERATOR)))
        refuses(UnableToRegisterOperator, "code_form", register(replace(good, code="执照")))
        refuses(UnableToRegisterOperator, "not_described", register(replace(good, name_zh="")))
        refuses(
            UnableToRegisterOperator, "identity_number", register(replace(good, name_zh="52232719900307001X"))
        )
        refuses(UnableToRegisterOperator, "unknown_kind", register(replace(good, kind="X")))
        refuses(UnableToRegisterOperator, "outside_unit", register(replace(good, place=place(GUYUAN))))
        refuses(UnableToRegisterOperator, "evidence_missing", register(good, ()))

    def test_change(self, cast: Cast) -> None:
        one, act = operator(cast), cast.act(cast.clerk)
        same = OperatorDetails(one.code, one.kind, one.name_zh, place(), one.member_count, one.name_en)
        refuses(
            UnableToRegisterOperator,
            "nothing_changed",
            lambda: revise_operator(operator=one, details=same, act=act),
        )
        assert (
            revise_operator(operator=one, details=replace(same, member_count=50), act=act).member_count == 50
        )


@pytest.mark.django_db
class TestCiteProject:
    def test_shows_money_with_the_industry_source_by_source(self, cast: Cast) -> None:
        industry, project = counted(cast), approved(cast)
        money_counted(cast, project, "ALLOCATED", "PAID", "RECEIVED")
        cite_project(industry=industry, project=project, act=cast.act(cast.clerk))
        funds = queries.funds_of(industry.pk)
        assert {source: (one.budget, one.counted["RECEIVED"]) for source, one in funds.items()} == {
            "OWN": (30_000_000, 20_000_000), "GIFT": (10_000_000, 0),
        }  # fmt: skip
        assert list(queries.cited_by(industry.pk)) == [project]
        kind, today = "projects.project", date(2020, 7, 31)
        (said,) = mentions_of(kind, project.pk, cast.clerk, today)
        assert (str(said[0]), said[1]) == ("产业：糯米蕉", f"/industries/{industry.pk}/")
        shown = client_of("weilan").get(f"/projects/{project.pk}/").content.decode()
        assert f'href="/industries/{industry.pk}/"' in shown
        assert mentions_of(kind, project.pk, cast.outsider, today) == []
        act = cast.act(cast.clerk)
        refuses(
            UnableToEnterIndustry,
            "cited_already",
            lambda: cite_project(industry=industry, project=project, act=act),
        )

    def test_refuses_other_counties_and_what_is_not_in_force(self, cast: Cast) -> None:
        industry, project = entered(cast), approved(cast)
        act = cast.act(cast.officer)
        refuses(
            UnableToEnterIndustry,
            "not_in_force",
            lambda: cite_project(industry=industry, project=project, act=act),
        )
        verified(cast)
        project.place_id = GUYUAN
        refuses(
            UnableToEnterIndustry,
            "other_county",
            lambda: cite_project(industry=industry, project=project, act=act),
        )
