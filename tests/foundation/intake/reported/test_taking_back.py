"""An import is taken back as a whole, before it counts and after, once, and not over what was built on it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.foundation.intake import aside
from bangfu.foundation.intake.listing import opened_from
from bangfu.foundation.intake.models import ReportedRecord, Upload
from bangfu.foundation.intake.operations import (
    UnableToImport,
    UnableToTakeBack,
    receive_upload,
    take_back_import,
    taking_back,
)
from bangfu.foundation.intake.personal import content_of
from bangfu.foundation.intake.reported.operations import (
    correct_reported,
    import_reported,
    verify_reported_paper,
    withdraw_reported,
)
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch, Review
from bangfu.foundation.review.operations import UnableToReview
from tests.at_once import both, waiting
from tests.cast import CEHENG, NOW, Cast, enter_cast
from tests.foundation.intake.reported.reporting import Row, Sheet, counts, facts, imported, received, record
from tests.foundation.review.looking import looked_at

ROWS = [Row("GZ-1"), Row("GZ-2", "2000.00")]
WHY = "重复上报，见8月14日的通知"


def upload_of(batch: Batch) -> Upload:
    return Upload.objects.get(outcome__batch=batch.pk)


def brought(cast: Cast, folder: Path, rows: list[Row] = ROWS) -> Upload:
    """Return an upload that a clerk imported."""
    return upload_of(imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder))


def verified(cast: Cast, folder: Path, rows: list[Row] = ROWS) -> Upload:
    """Return an upload that was imported and verified."""
    upload = brought(cast, folder, rows)
    batch = Batch.objects.get(pk=upload.outcome["batch"])
    looked_at(batch, cast.act(cast.verifier))
    verify_reported_paper(batch=batch, act=cast.act(cast.verifier))
    return upload


def told(upload: Upload) -> list[tuple[Any, ...]]:
    found = ReportedRecord.objects.filter(upload=upload).order_by("reference")
    return list(found.values_list("reference", "withdrawal_reason", "withdrawal_remark"))


@pytest.mark.django_db
def test_what_was_imported_opens_to_those_who_read_its_paper(cast: Cast, tmp_path: Path) -> None:
    upload = brought(cast, tmp_path)
    paper = reverse("review:paper", args=[upload.outcome["batch"]])
    readers = (cast.clerk, cast.verifier, cast.clerk_of_yunnan, cast.outsider)
    assert [opened_from(upload, one, NOW.date()) for one in readers] == [paper, paper, None, None]


@pytest.mark.django_db
class TestTakeBackImport:
    def test_what_waits_is_withdrawn_and_leaves_its_reviewer(self, cast: Cast, tmp_path: Path) -> None:
        upload = brought(cast, tmp_path)
        taken = take_back_import(upload=upload, because=f" {WHY} ", act=cast.act(cast.clerk))
        assert (taken.state, taken.taken_back_by, taken.taken_back_because) == ("TAKEN_BACK", cast.clerk, WHY)
        assert told(upload) == [("GZ-1", "withdrawn", WHY), ("GZ-2", "withdrawn", WHY)]
        batch = Batch.objects.get(pk=upload.outcome["batch"])
        assert {batch.state, *Review.objects.filter(batch=batch).values_list("state", flat=True)} == {
            "TAKEN_BACK"
        }
        assert facts() == []
        with pytest.raises(UnableToReview) as refused:
            verify_reported_paper(batch=batch, act=cast.act(cast.verifier))
        assert refused.value.code == "decided_already"

    def test_what_counts_is_reversed_and_the_same_sheet_comes_in_again(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        upload = verified(cast, tmp_path)
        take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert [(fact[0], fact[3], fact[8]) for fact in facts()] == [
            (Decimal("1000.0000"), "GZ-1", None),
            (Decimal("2000.0000"), "GZ-2", None),
            (Decimal("-1000.0000"), "GZ-1", "withdrawn"),
            (Decimal("-2000.0000"), "GZ-2", "withdrawn"),
        ]
        again = received(Sheet(ROWS), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        import_reported(upload=again, act=cast.act(cast.clerk))
        assert record("GZ-1").revision == 2

    def test_once_for_one_request_and_never_twice(self, cast: Cast, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        for _ in range(2):
            take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk, key="once"))
        assert len(facts()) == 4
        with pytest.raises(UnableToTakeBack) as refused:
            take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert refused.value.code == "taken_back_already"

    def test_what_was_corrected_since_stands_in_the_way(self, cast: Cast, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        correct_reported(
            record=record("GZ-2"), quantity=Decimal("2100.00"), place=Place.objects.get(pk=CEHENG),
            happened_on=ROWS[1].happened_on, reason="wrong_quantity", remark="来函", act=cast.act(cast.clerk),
        )  # fmt: skip
        before = counts()
        with pytest.raises(UnableToTakeBack) as refused:
            take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert refused.value.sentence.zh == "这次导入不能整份收回：1 条记录计入后已经更正。"
        assert counts() == before
        assert record("GZ-2").withdrawn_at is None

    def test_rows_that_wrote_over_records_stand_in_the_way(self, cast: Cast, tmp_path: Path) -> None:
        first = brought(cast, tmp_path)
        take_back_import(upload=first, because=WHY, act=cast.act(cast.clerk))
        verified(cast, tmp_path)
        changes = Sheet([Row("GZ-1", "1500.00", remark="来函"), Row("GZ-3")], name="更正.xlsx")
        upload = upload_of(imported(changes, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path))
        with pytest.raises(UnableToTakeBack) as refused:
            take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert "表中 1 行改写了原有的记录" in refused.value.sentence.zh

    def test_what_was_withdrawn_by_hand_stays_as_it_is(self, cast: Cast, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        withdraw_reported(
            record=record("GZ-2"), reason="evidence_failed", remark="单据不符", act=cast.act(cast.clerk)
        )
        with pytest.raises(UnableToTakeBack):
            take_back_import(upload=upload, because=" ", act=cast.act(cast.clerk))
        take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert told(upload) == [("GZ-1", "withdrawn", WHY), ("GZ-2", "evidence_failed", "单据不符")]
        assert len(facts()) == 4

    def test_refuses_what_was_not_imported(self, cast: Cast, tmp_path: Path) -> None:
        upload = received(Sheet(ROWS), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        with pytest.raises(UnableToTakeBack) as refused:
            take_back_import(upload=upload, because=WHY, act=cast.act(cast.clerk))
        assert refused.value.code == "not_imported"

    def test_is_for_its_uploader_and_the_office_above(self, cast: Cast, tmp_path: Path) -> None:
        upload = brought(cast, tmp_path)
        for stranger in (cast.verifier, cast.outsider, cast.auditor):
            with pytest.raises(NotPermitted):
                take_back_import(upload=upload, because=WHY, act=cast.act(stranger))
        assert Upload.objects.get(pk=upload.pk).state == "CONFIRMED"
        take_back_import(upload=upload, because=WHY, act=cast.act(cast.officer))
        assert Upload.objects.get(pk=upload.pk).state == "TAKEN_BACK"


@pytest.mark.django_db
class TestPages:
    def test_from_the_upload_to_its_history(self, cast: Cast, client: Client, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("intake:take_back", args=[upload.pk])
        assert address in client.get(reverse("intake:upload", args=[upload.pk])).content.decode()
        page = client.get(address).content.decode()
        assert "将撤回的记录 <b>2</b>" in page
        assert "将冲正的事实 <b>2</b>" in page
        assert client.post(address, {"because": " ", "key": "a"}).status_code == 409
        done = client.post(address, {"because": WHY, "key": "b"}, follow=True).content.decode()
        assert WHY in done
        assert "整份收回：记录已撤回" in done
        assert "已收回" in client.get(reverse("intake:uploads")).content.decode()

    def test_what_stands_in_the_way_is_named(self, cast: Cast, client: Client, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        corrected = record("GZ-2")
        correct_reported(
            record=corrected, quantity=Decimal("2100.00"), place=Place.objects.get(pk=CEHENG),
            happened_on=ROWS[1].happened_on, reason="wrong_quantity", remark="来函", act=cast.act(cast.clerk),
        )  # fmt: skip
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("intake:take_back", args=[upload.pk])).content.decode()
        assert f'<a href="{reverse("intake:record", args=[corrected.pk])}">GZ-2</a>' in page
        assert "<textarea" not in page


def test_the_same_file_is_refused_while_it_counts(cast: Cast, tmp_path: Path, db: None) -> None:
    first = brought(cast, tmp_path)
    with pytest.raises(UnableToImport) as refused:
        receive_upload(
            layout=first.layout,
            unit=cast.guizhou,
            name="again.xlsx",
            content=content_of(first),
            act=cast.act(cast.clerk),
        )
    assert refused.value.code == "duplicate_file"


@pytest.mark.django_db
class TestTakeBackAside:
    """A large import is taken back by a job."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(aside, "MOST_ROWS_AT_ONCE", 1)

    def test_is_asked_for_once_and_done_by_the_job(self, cast: Cast, client: Client, tmp_path: Path) -> None:
        upload = verified(cast, tmp_path)
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = reverse("intake:take_back", args=[upload.pk])
        for key in ("a", "a", "b"):
            answer = client.post(page, {"because": WHY, "key": key})
            job = Job.objects.get()
            assert answer.headers["Location"] == f"/jobs/{job.pk}/"
        assert (facts()[-1][8], job.title_en) == (None, f"Take back {upload.name} (2 rows)")
        assert f'href="/jobs/{job.pk}/"' in client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert carry_out_here(job.pk) == JobState.DONE
        upload.refresh_from_db()
        assert (upload.state, upload.taken_back_by, upload.taken_back_because) == (
            "TAKEN_BACK",
            cast.clerk,
            WHY,
        )
        assert [fact[0] for fact in facts()] == [Decimal(1000), Decimal(2000), Decimal(-1000), Decimal(-2000)]
        job.refresh_from_db()
        assert (job.outcome_zh, job.address) == (f"已收回 {upload.name}。", f"/intake/uploads/{upload.pk}/")
        assert WHY not in "".join(job.lines.values_list("words_zh", flat=True))

    def test_what_came_in_the_way_meanwhile_refuses_the_job(
        self, cast: Cast, client: Client, tmp_path: Path
    ) -> None:
        upload = verified(cast, tmp_path)
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        client.post(reverse("intake:take_back", args=[upload.pk]), {"because": WHY, "key": "a"})
        correct_reported(
            record=record("GZ-2"), quantity=Decimal("2100.00"), place=Place.objects.get(pk=CEHENG),
            happened_on=ROWS[1].happened_on, reason="wrong_quantity", remark="来函", act=cast.act(cast.clerk),
        )  # fmt: skip
        before = counts()
        job = Job.objects.get()
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert (job.code, counts()) == ("in_the_way", before)
        upload.refresh_from_db()
        assert upload.state == "CONFIRMED"


@pytest.fixture
def house(own_database: str) -> Cast:
    """The cast in a database whose commits are real."""
    return enter_cast()


class TestTwoAtOnce:
    """Two people take the same import back."""

    def test_one_takes_it_back_and_the_other_hears_so(self, house: Cast, tmp_path: Path) -> None:
        upload = verified(house, tmp_path)

        def take(account: Account) -> None:
            take_back_import(upload=Upload.objects.get(pk=upload.pk), because=WHY, act=house.act(account))

        with patch.object(taking_back, "standing_of", waiting(taking_back.standing_of, 2)):
            answers = both((lambda: take(house.clerk), lambda: take(house.officer)))
        assert answers == ["done", "taken_back_already"]
        assert [fact[0] for fact in facts()] == [
            Decimal(1000), Decimal(2000), Decimal(-1000), Decimal(-2000)
        ]  # fmt: skip
