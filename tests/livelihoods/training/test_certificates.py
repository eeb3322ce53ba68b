"""A certificate's number is signed: genuine while the completion stands, and of no use to anybody else."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Access, Account
from bangfu.foundation.people.operations import erase_person
from bangfu.foundation.people.queries import clear_names, reasons_of
from bangfu.livelihoods.training.certificates import certificate_number, certified
from bangfu.livelihoods.training.models import Enrolment
from bangfu.livelihoods.training.operations import UnableToPrint, print_certificates, withdraw_enrolment
from tests.cast import Cast
from tests.livelihoods.training.test_pages import client_of
from tests.livelihoods.training.trained import enrolled, number, opened, submitted, verified


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Let no test count towards another's limit."""
    cache.clear()
    yield
    cache.clear()


@pytest.mark.django_db
def test_a_number_is_genuine_until_the_record_is_withdrawn(cast: Cast) -> None:
    course = opened(cast)
    enrolled(cast, course)
    enrolled(cast, course, 2, sessions="1", result="ATTENDED")
    with pytest.raises(ValueError, match="verified"):
        certificate_number(Enrolment.objects.get(result="COMPLETED"))
    verified(cast, submitted(cast, course))
    one, other = Enrolment.objects.order_by("pk")
    genuine = certificate_number(one)
    assert certified(f" {genuine.lower()} ") == one
    with pytest.raises(ValueError, match="verified"):
        certificate_number(other)
    code = genuine.split("-")[1]
    for made_up in (f"{other.pk}-{code}", f"{one.pk}-{'A' * 16}", "", "1", f"{one.pk}-{code}A"):
        assert certified(made_up) is None

    client = Client()
    reader = Account.objects.get(username="weilan")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/training/attendees/{one.pk}/certificate").content.decode()
    assert genuine in page
    assert f"****{number(1)[-4:]}" in page
    assert number(1) not in page
    assert client.get(f"/training/attendees/{other.pk}/certificate").status_code == 404
    assert "证书有效" in client.get("/training/certificates/", {"number": genuine}).content.decode()

    withdraw_enrolment(
        enrolment=one, reason="evidence_failed", remark="签到表不符", act=cast.act(cast.verifier)
    )
    assert certified(genuine) is None
    assert "没有这个证书" in client.get("/training/certificates/", {"number": genuine}).content.decode()


@pytest.mark.django_db
def test_anybody_may_check_a_number_and_learns_one_character_of_the_name(cast: Cast) -> None:
    course = opened(cast)
    one = enrolled(cast, course)
    verified(cast, submitted(cast, course))
    one.refresh_from_db()
    outside = Client()
    page = outside.get("/training/certificates/", {"number": certificate_number(one)}).content.decode()
    assert "证书有效" in page
    assert "学*" in page
    assert number(1)[-4:] not in page
    assert outside.get(f"/training/attendees/{one.pk}/certificate").status_code == 302
    answers = {outside.get("/training/certificates/", {"number": "1-A"}).status_code for _ in range(60)}
    assert answers == {200, 429}
    assert outside.get("/training/certificates/").status_code == 200


def text_of(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def links_of(content: bytes) -> set[str]:
    pages = PdfReader(io.BytesIO(content)).pages
    return {note["/A"]["/URI"] for page in pages for note in (n.get_object() for n in page["/Annots"])}


@pytest.mark.django_db
class TestPrintCertificates:
    def test_names_in_clear_and_keeps_who_printed_whose(self, cast: Cast) -> None:
        course = opened(cast)
        enrolled(cast, course)
        enrolled(cast, course, 2)
        enrolled(cast, course, 3, sessions="1", result="ATTENDED")
        verified(cast, submitted(cast, course))
        printed = print_certificates(course=course, act=cast.act(cast.officer))
        assert [one.result for one in printed.enrolments] == ["COMPLETED"] * 2
        assert sorted(clear_names(printed.accesses).values()) == ["学员1", "学员2"]
        assert Access.objects.count() == 2
        assert set(reasons_of(printed.accesses).values()) == {"打印结业证书 PX-2019-03"}

    def test_leaves_out_who_was_erased(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        enrolled(cast, course, 2)
        verified(cast, submitted(cast, course))
        erase_person(person=one.person, act=cast.act(cast.administrator))
        printed = print_certificates(course=course, act=cast.act(cast.officer))
        assert list(clear_names(printed.accesses).values()) == ["学员2"]
        one.refresh_from_db()
        with pytest.raises(UnableToPrint) as refused:
            print_certificates(course=course, enrolment=one, act=cast.act(cast.officer))
        assert refused.value.code == "nobody"

    def test_is_for_the_office_alone(self, cast: Cast) -> None:
        course = opened(cast)
        enrolled(cast, course)
        verified(cast, submitted(cast, course))
        for other in (cast.clerk, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                print_certificates(course=course, act=cast.act(other))
        assert not Access.objects.exists()

    def test_gives_a_sheet_each_with_the_square_that_checks_it(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        enrolled(cast, course, 2)
        verified(cast, submitted(cast, course))
        client = client_of("zhoumin")
        answer = client.post(f"/training/courses/{course.pk}/certificates.pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        sheets = text_of(answer.content)
        assert len(sheets) == 2
        one.refresh_from_db()
        for words in ("结业证书", "学员1", f"****{number(1)[-4:]}", certificate_number(one), "2019年9月10日"):
            assert words in sheets[0]
        assert f"http://testserver/training/certificates/?number={certificate_number(one)}" in links_of(
            answer.content
        )
        english = client.post(f"/training/attendees/{one.pk}/certificate.pdf", {"language": "en"}).content
        assert len(text_of(english)) == 1
        assert "CertificateofCompletion" in text_of(english)[0]
        assert "10September2019" in text_of(english)[0]

    def test_of_a_course_without_completions_is_refused_on_its_page(self, cast: Cast) -> None:
        course = opened(cast)
        answer = client_of("zhoumin").post(f"/training/courses/{course.pk}/certificates.pdf")
        assert (answer.status_code, "没有可以打印的证书" in answer.content.decode()) == (409, True)
