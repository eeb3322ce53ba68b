"""A class applies by one sheet: good rows come in, refused ones go back with their reasons, and nothing comes twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake.examining import open_sheet
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, leave_out_refused
from bangfu.foundation.intake.queries import checked
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Person
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.details import opened as details_of
from bangfu.giving.grants.models import Application, Quota, School
from bangfu.giving.grants.rules import passes_luhn
from bangfu.giving.grants.sheets import CLASS_SHEET, QUOTA_SHEET
from tests.cast import CEHENG, GUYUAN, Cast
from tests.giving.grants.applied import (
    CODE,
    OTHER_SCHOOL,
    PAPER,
    Granting,
    Row,
    account_number,
    number,
    opened,
    received,
    row,
    school,
    sheet,
)


@pytest.fixture
def granted(cast: Cast) -> Granting:
    """An open programme."""
    return opened(cast)


@pytest.mark.django_db
class TestImportClass:
    def test_enters_every_pupil_sealed_with_the_signed_paper(self, granted: Granting, tmp_path: Path) -> None:
        cast = granted.cast
        rows = [
            row(1, claims="住校"),
            row(2, household="监测户", consented_on="", consent="", phone="139 0000-0002"),
        ]
        upload = received(rows, cast=cast, folder=tmp_path)
        done = granting.import_class(upload=upload, act=cast.act(cast.officer))
        assert done.outcome["new"] == 2
        first, second = Application.objects.order_by("number")
        assert (first.number, first.claims, first.age) == (f"{CODE}-00001", ["FAR"], "CHILD")
        assert (second.household, second.consented_on) == ("MONITORED", None)
        assert details_of([first.pk])[first.pk].account == account_number(1)
        assert details_of([second.pk])[second.pk].phone == "13900000002"
        hung = Attachment.objects.filter(record_type=184).values_list("record_id", "name")
        assert list(hung) == [(first.pk, PAPER[0])]

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            (row(2, programme_code="ZX-0"), "没有编号为「ZX-0」"), (row(2, school_code="2152000000"), "「2152000000」没有登记"),
            (row(2, identity_number=number(1)), "与第 2 行是同一名学生"), (row(2, guardian=""), "未满 18 周岁"),
            (row(2, guardian_born_on=""), "旧的空白表没有这一列"),
            (row(2, guardian_born_on="2003-01-01"), "未成年人不能作监护人"),
            (row(2, relation="本人（已成年）"), "不能由本人申请"), (row(2, account="12"), "12 至 23 位"),
            (row(2, account=account_number(1)), "账号与第 2 行相同"), (row(2, claims="没有的"), "不是这个项目的评分条件"),
            (row(2, consent=""), "两样都写或都不写"),
            (row(2, name="学生1", identity_number="52232720070315001X"), "身份证号码有误"),
        ],
    )  # fmt: skip
    def test_gives_a_row_back_with_its_reason(
        self, granted: Granting, tmp_path: Path, wrong: Row, says: str
    ) -> None:
        cast = granted.cast
        act = cast.act(cast.officer)
        upload = received([row(1), wrong], cast=cast, folder=tmp_path)
        with pytest.raises(UnableToImport) as refused:
            granting.import_class(upload=upload, act=act)
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert not Application.objects.exists()
        leave_out_refused(upload=upload, act=act)
        done = granting.import_class(upload=upload, act=act)
        assert Application.objects.count() == 1
        assert (done.outcome["new"], done.returned is not None) == (1, True)

    def test_a_sheet_without_the_column_is_told_of_it_and_pupils_of_age_need_none(
        self, granted: Granting, tmp_path: Path
    ) -> None:
        grown = row(
            2,
            identity_number=number(2, "20010101"),
            relation="本人（已成年）",
            guardian="",
            account_owner="学生本人",
        )
        upload = received([row(1), grown], cast=granted.cast, folder=tmp_path, without="guardian_born_on")
        found = checked(upload)
        assert [(one.row, one.column) for one in found.refusals] == [(2, "guardian_born_on")]
        assert "加一列“监护人出生日期”" in found.refusals[0].sentence.zh
        assert found.frame["row"].to_list() == [3]

    def test_what_is_kept_of_a_sheet_has_no_guardians_birth_date(
        self, granted: Granting, tmp_path: Path
    ) -> None:
        cast = granted.cast
        upload = received([row(1, guardian_born_on="1979-11-23")], cast=cast, folder=tmp_path)
        done = granting.import_class(upload=upload, act=cast.act(cast.officer))
        texts = open_sheet(CLASS_SHEET, path_of(done.redacted_id).read_bytes()).texts
        assert "1979" not in str(texts.to_dicts())
        assert texts["class_name"].to_list() == ["八年级（2）班"]

    def test_siblings_may_share_their_guardians_account(self, granted: Granting, tmp_path: Path) -> None:
        cast = granted.cast
        rows = [row(1), row(2, guardian="家长1", account=account_number(1))]
        granting.import_class(upload=received(rows, cast=cast, folder=tmp_path), act=cast.act(cast.officer))
        assert Application.objects.count() == 2

    def test_what_is_there_already_is_left_alone(self, granted: Granting, tmp_path: Path) -> None:
        cast = granted.cast
        act = cast.act(cast.officer)
        granting.import_class(upload=received([row(1)], cast=cast, folder=tmp_path), act=act)
        again = received([row(1), row(2)], cast=cast, folder=tmp_path, name="再来.xlsx")
        done = granting.import_class(upload=again, act=act)
        assert (done.outcome["new"], done.outcome["same"]) == (1, 1)
        moved = received([row(1, class_name="九年级")], cast=cast, folder=tmp_path, name="三.xlsx")
        with pytest.raises(UnableToImport) as refused:
            granting.import_class(upload=moved, act=act)
        assert f"{CODE}-00001" in refused.value.rows[0].sentence.zh

    def test_a_county_brings_its_own_schools_and_no_others(self, granted: Granting, tmp_path: Path) -> None:
        cast = granted.cast
        act = cast.act(cast.county_official)
        other = school(cast, OTHER_SCHOOL, GUYUAN)
        granting.set_quota(programme=granted.programme, place=other.place, pupils=5, act=granted.act())
        rows = [row(1), row(2, school_code=OTHER_SCHOOL)]
        upload = received(rows, cast=cast, folder=tmp_path, actor=cast.county_official, unit=cast.ceheng)
        with pytest.raises(UnableToImport) as refused:
            granting.import_class(upload=upload, act=act)
        assert [(one.row, "您的权限不包括" in one.sentence.zh) for one in refused.value.rows] == [(3, True)]
        leave_out_refused(upload=upload, act=act)
        granting.import_class(upload=upload, act=act)
        assert Application.objects.get().school == granted.school

    def test_a_county_uploads_for_no_unit_but_its_own(self, granted: Granting, tmp_path: Path) -> None:
        with pytest.raises(NotPermitted):
            received([row(1)], cast=granted.cast, folder=tmp_path, actor=granted.cast.county_official)
        assert not Upload.objects.exists()

    def test_only_within_the_grant(self, granted: Granting, tmp_path: Path) -> None:
        cast = granted.cast
        upload = received([row(1)], cast=cast, folder=tmp_path)
        with pytest.raises(NotPermitted):
            granting.import_class(upload=upload, act=cast.act(cast.clerk_of_yunnan))
        assert not Person.objects.filter(identity_number_sealed__isnull=False).exists()


@pytest.mark.django_db
class TestImportQuotas:
    def test_sets_quotas_and_enters_schools(self, granted: Granting) -> None:
        cast = granted.cast
        rows = [
            (CODE, "册亨县", "", "", "50"), (CODE, "册亨县", "2152003333", "民族中学", "20"),
            (CODE, "册亨县", "2152002345", "", "5"),
        ]  # fmt: skip
        upload = sheet(QUOTA_SHEET, rows, cast=cast)
        done = granting.import_quotas(upload=upload, act=cast.act(cast.officer))
        assert (done.outcome["new"], done.outcome["schools"]) == (3, 1)
        assert School.objects.get(code="2152003333").place_id == CEHENG
        found = Quota.objects.order_by("pupils").values_list("pupils", "school__code")
        assert list(found) == [(5, "2152002345"), (20, "2152003333"), (50, None)]

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ((CODE, "沽源县", "2152002345", "", "5"), "不是这个县"), ((CODE, "册亨县", "12", "甲", "5"), "十位数字"),
            ((CODE, "册亨县", "2152003333", "", "5"), "请写学校名称"), (("ZX-0", "册亨县", "", "", "5"), "没有编号为"),
        ],
    )  # fmt: skip
    def test_gives_a_row_back_with_its_reason(
        self, granted: Granting, wrong: tuple[Any, ...], says: str
    ) -> None:
        upload = sheet(QUOTA_SHEET, [wrong], cast=granted.cast)
        with pytest.raises(UnableToImport) as refused:
            granting.import_quotas(upload=upload, act=granted.act())
        assert says in refused.value.rows[0].sentence.zh


@given(st.text("0123456789", min_size=15, max_size=18), st.integers(0, 17), st.integers(1, 9))
@settings(max_examples=200)
def test_the_check_digit_of_a_card_finds_one_wrong_digit(body: str, at: int, by: int) -> None:
    card = next(f"{body}{last}" for last in range(10) if passes_luhn(f"{body}{last}"))
    place = at % len(card)
    wrong = card[:place] + str((int(card[place]) + by) % 10) + card[place + 1 :]
    assert not passes_luhn(wrong)
