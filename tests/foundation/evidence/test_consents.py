"""People in pictures: who declares them, whose consent is recorded, and what withdrawing it does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from unittest.mock import patch

import polars
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from bangfu.foundation.evidence import queries
from bangfu.foundation.evidence.models import Consent, EvidenceFile, PictureDeclaration, Use
from bangfu.foundation.evidence.operations import (
    UnableToDeclarePicture,
    UnableToRecordConsent,
    UnableToWithdrawConsent,
    consenting,
    declare_picture,
    record_consent,
    withdraw_consent,
)
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.operations.guard import system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account, Person
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.evidence import files
from tests.foundation.review import toys

GIVEN = date(2020, 1, 8)
PAPER = ("同意书.txt", "同意展示（示例）".encode())


@pytest.fixture
def photo(cast: Cast) -> EvidenceFile:
    """A photograph on a well of 贵州."""
    return photographed(cast)


def photographed(cast: Cast) -> EvidenceFile:
    """Keep a photograph on a well of 贵州."""
    act = cast.act(cast.clerk)
    kept = toys.keep(unit=cast.guizhou, name="a.jpg", content=files.photograph(), act=act)
    (well,) = toys.wells(cast.guizhou, 1)
    frame = polars.DataFrame({"record": [well], "digest": [kept.pk], "kind": ["PHOTO"], "name": ["a.jpg"]})
    toys.attach_many(unit=cast.guizhou, frame=frame, act=act)
    return kept


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody who is known: the county's official."""
    found = cast.county_official.person
    assert found is not None
    return found


def declare(
    cast: Cast, file: EvidenceFile, recognisable: int, by: Account | None = None
) -> PictureDeclaration:
    return declare_picture(file=file, recognisable=recognisable, act=cast.act(by or cast.verifier))


def record(cast: Cast, file: EvidenceFile, **changes: object) -> Consent:
    given = {
        "person": None, "for_report": True, "for_web": True, "given_on": GIVEN, "paper": PAPER,
        "act": cast.act(cast.clerk),
    }  # fmt: skip
    return record_consent(file=file, **(given | changes))


def shown(file: EvidenceFile) -> set[Use]:
    return {use for use in Use if queries.showable(use).filter(file=file).exists()}


def code_of(refused: type[Refusal], call: Callable[[], object]) -> str:
    with pytest.raises(refused) as answer:
        call()
    return answer.value.code


@pytest.mark.django_db
class TestDeclarePicture:
    def test_the_newest_declaration_counts_and_each_leaves_a_trail(
        self, cast: Cast, photo: EvidenceFile
    ) -> None:
        assert (queries.recognisable_in(photo.pk), shown(photo)) == (None, set())
        declare(cast, photo, 0)
        assert (queries.recognisable_in(photo.pk), shown(photo)) == (0, {Use.REPORT, Use.WEB})
        declare(cast, photo, 2, by=cast.officer)
        assert (queries.recognisable_in(photo.pk), shown(photo)) == (2, set())
        entries = AuditEntry.objects.filter(operation="evidence.declare_picture").order_by("id")
        assert [entry.actor for entry in entries] == [cast.verifier, cast.officer]
        assert f"evidence.evidencefile:{photo.pk}" in entries[0].objects_named

    def test_refuses_what_is_no_picture_and_no_number_of_people(
        self, cast: Cast, photo: EvidenceFile
    ) -> None:
        log = toys.keep(unit=cast.guizhou, name="b.log", content=b"log", act=cast.act(cast.clerk))
        assert code_of(UnableToDeclarePicture, lambda: declare(cast, log, 0)) == "not_a_picture"
        assert code_of(UnableToDeclarePicture, lambda: declare(cast, photo, -1)) == "too_many"
        assert code_of(UnableToDeclarePicture, lambda: declare(cast, photo, 501)) == "too_many"
        assert not PictureDeclaration.objects.exists()

    def test_who_may(self, cast: Cast, photo: EvidenceFile) -> None:
        for account in (cast.clerk, cast.clerk_of_yunnan, cast.county_official, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                declare(cast, photo, 0, by=account)

    def test_the_same_key_declares_once(self, cast: Cast, photo: EvidenceFile) -> None:
        for _ in range(2):
            declare_picture(file=photo, recognisable=0, act=cast.act(cast.verifier, key="once"))
        assert PictureDeclaration.objects.count() == 1


@pytest.mark.django_db
class TestRecordConsent:
    def test_a_picture_is_shown_once_everybody_agreed_to_the_use(
        self, cast: Cast, photo: EvidenceFile, person: Person
    ) -> None:
        declare(cast, photo, 2)
        given = record(cast, photo, person=person)
        assert (given.giver, given.person, given.recorded_by) == (Consent.Giver.PERSON, person, cast.clerk)
        assert shown(photo) == set()
        other = record(cast, photo, for_report=False, paper=("b.txt", "第二份".encode()))
        assert (other.giver, other.person) == (Consent.Giver.GUARDIAN, None)
        assert shown(photo) == {Use.WEB}

    def test_the_paper_is_evidence_that_few_may_open(
        self, cast: Cast, photo: EvidenceFile, client: Client
    ) -> None:
        declare(cast, photo, 1)
        paper = record(cast, photo).paper
        for account, status in ((cast.clerk, 200), (cast.officer, 200), (cast.clerk_of_yunnan, 403)):
            client.force_login(account)
            assert client.get(reverse("evidence:file", args=[paper.pk])).status_code == status

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"for_report": False, "for_web": False}, "no_use"),
            ({"given_on": date(2999, 1, 1)}, "future"),
            ({"paper": ("a.jpg", files.photograph())}, "same_file"),
        ],
    )
    def test_refuses(self, cast: Cast, photo: EvidenceFile, changes: dict[str, object], code: str) -> None:
        declare(cast, photo, 1)
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo, **changes)) == code
        assert not Consent.objects.exists()

    def test_refuses_before_people_are_declared(self, cast: Cast, photo: EvidenceFile) -> None:
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo)) == "not_declared"
        declare(cast, photo, 0)
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo)) == "not_declared"

    def test_one_person_and_one_paper_count_once(
        self, cast: Cast, photo: EvidenceFile, person: Person
    ) -> None:
        declare(cast, photo, 2)
        record(cast, photo, person=person)
        again = {"person": person, "paper": ("b.txt", "另一份".encode())}
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo, **again)) == "known_already"
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo)) == "paper_used"
        assert shown(photo) == set()

    def test_an_erased_persons_consent_holds_no_more(
        self, cast: Cast, photo: EvidenceFile, person: Person
    ) -> None:
        declare(cast, photo, 1)
        record(cast, photo, person=person)
        assert shown(photo) == {Use.REPORT, Use.WEB}
        with system_writes("test: the person is erased"):
            Person.objects.filter(pk=person.pk).update(
                erased_at=NOW, name_sealed=None, phone_sealed=None, identity_number_sealed=None
            )
        person.refresh_from_db()
        assert shown(photo) == set()
        again = {"person": person, "paper": ("b.txt", "另一份".encode())}
        assert code_of(UnableToRecordConsent, lambda: record(cast, photo, **again)) == "erased"

    def test_who_may(self, cast: Cast, photo: EvidenceFile) -> None:
        declare(cast, photo, 1)
        for account in (cast.verifier, cast.clerk_of_yunnan, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                record(cast, photo, act=cast.act(account))


class TestTwoAtOnceOnOnePerson:
    """A clerk and the office record the same person's consent to the same picture at the same moment."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_one_consent_stands(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        photo = photographed(cast)
        declare(cast, photo, 2)
        together = threading.Barrier(2, timeout=20)
        outcomes: list[object] = [None, None]

        def looked_up(digest: str) -> QuerySet[Consent]:
            """Let both see that there is none before either writes."""
            together.wait()
            return queries.consents_in_force(digest).none()

        def carry_out(number: int) -> None:
            if locks:
                together.wait()
            act = cast.act((cast.clerk, cast.officer)[number])
            paper = (f"{number}.txt", f"同意书 {number}".encode())
            try:
                outcomes[number] = record(
                    cast, photo, person=cast.county_official.person, paper=paper, act=act
                )
            except (Refusal, IntegrityError) as refused:
                outcomes[number] = type(refused)
            finally:
                connection.close()

        with ExitStack() as patches:
            if not locks:
                patches.enter_context(patch.object(consenting, "_locked", lambda file: None))
                patches.enter_context(patch.object(consenting, "consents_in_force", looked_up))
            threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        assert Consent.objects.count() == 1
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, type)]
        assert refused is (UnableToRecordConsent if locks else IntegrityError)


@pytest.mark.django_db
class TestWithdrawConsent:
    def test_holds_at_once_and_a_new_one_may_follow(
        self, cast: Cast, photo: EvidenceFile, person: Person
    ) -> None:
        declare(cast, photo, 1)
        given = record(cast, photo, person=person)
        gone = withdraw_consent(consent=given, on=date(2020, 1, 9), act=cast.act(cast.verifier))
        assert (gone.withdrawn_on, gone.withdrawn_by) == (date(2020, 1, 9), cast.verifier)
        assert shown(photo) == set()
        assert AuditEntry.objects.filter(operation="evidence.withdraw_consent").count() == 1
        record(cast, photo, person=person)
        assert shown(photo) == {Use.REPORT, Use.WEB}

    def test_refuses(self, cast: Cast, photo: EvidenceFile) -> None:
        declare(cast, photo, 1)
        given = record(cast, photo)

        def withdraw(on: date) -> Consent:
            return withdraw_consent(consent=given, on=on, act=cast.act(cast.clerk))

        assert code_of(UnableToWithdrawConsent, lambda: withdraw(date(2019, 1, 1))) == "before_given"
        assert code_of(UnableToWithdrawConsent, lambda: withdraw(date(2999, 1, 1))) == "future"
        withdraw(GIVEN)
        assert code_of(UnableToWithdrawConsent, lambda: withdraw(GIVEN)) == "already_withdrawn"

    def test_the_database_lets_nothing_else_of_it_change(self, cast: Cast, photo: EvidenceFile) -> None:
        declare(cast, photo, 1)
        given = record(cast, photo)
        for statement in (
            "UPDATE evidence_consent SET for_web = NOT for_web WHERE id = %s",
            "DELETE FROM evidence_consent WHERE id = %s",
        ):
            with (
                pytest.raises(Error),
                transaction.atomic(),
                system_writes("test"),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, [given.pk])


@pytest.mark.django_db
class TestPages:
    def address(self, page: str, *keys: object) -> str:
        return reverse(f"evidence:{page}", args=keys)

    def test_story(self, cast: Cast, photo: EvidenceFile, client: Client) -> None:
        about = self.address("about", photo.pk)
        client.force_login(cast.verifier)
        assert "还没有人申明" in client.get(about).content.decode()
        declared = client.post(self.address("declare", photo.pk), {"key": "a", "recognisable": "1"})
        assert (declared.status_code, declared.headers["Location"]) == (302, about)
        page = client.get(about).content.decode()
        assert "能认出 1 人" in page
        assert "同意不齐" in page
        assert self.address("consent", photo.pk) not in page

        client.force_login(cast.clerk)
        assert self.address("declare", photo.pk) not in client.get(about).content.decode()
        given = {
            "key": "b", "giver": "GUARDIAN", "given_on": "2020-01-08", "uses": ["for_web"],
            "paper": SimpleUploadedFile(*PAPER),
        }  # fmt: skip
        assert client.post(self.address("consent", photo.pk), given).status_code == 302
        page = client.get(about).content.decode()
        assert "每个人同意用于网页" in page
        (consent,) = Consent.objects.all()
        withdrawal = self.address("withdraw", photo.pk, consent.pk)
        assert withdrawal in page
        assert client.post(withdrawal, {"key": "c", "on": "2020-01-09"}).status_code == 302
        assert "2020-01-09 撤回" in client.get(about).content.decode()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"giver": "PERSON"}, "须填身份证号码"),
            ({"giver": "PERSON", "number": "52232719800101123X"}, "没有登记过这个号码"),
            ({"giver": "GUARDIAN", "number": "52232719800101123X"}, "不填身份证号码"),
        ],
    )
    def test_a_wrong_giver_is_a_sentence(
        self, cast: Cast, photo: EvidenceFile, client: Client, changes: dict[str, str], said: str
    ) -> None:
        declare(cast, photo, 1)
        client.force_login(cast.clerk)
        given = {
            "key": "b",
            "given_on": "2020-01-08",
            "uses": ["for_web"],
            "paper": SimpleUploadedFile(*PAPER),
        }
        answer = client.post(self.address("consent", photo.pk), given | changes)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)

    def test_refusals_and_strangers(self, cast: Cast, photo: EvidenceFile, client: Client) -> None:
        client.force_login(cast.officer)
        given = {
            "key": "b", "giver": "GUARDIAN", "given_on": "2020-01-08", "uses": ["for_web"],
            "paper": SimpleUploadedFile(*PAPER),
        }  # fmt: skip
        refused = client.post(self.address("consent", photo.pk), given)
        assert (refused.status_code, "先申明人数" in refused.content.decode()) == (409, True)
        client.force_login(cast.outsider)
        assert client.get(self.address("declare", photo.pk)).status_code == 403
        client.force_login(cast.clerk)
        assert (
            client.post(self.address("declare", photo.pk), {"key": "x", "recognisable": "0"}).status_code
            == 403
        )
