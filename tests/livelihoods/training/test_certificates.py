"""A certificate's number is signed: genuine while the completion stands, and of no use to anybody else."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.foundation.people.models import Account
from bangfu.livelihoods.training.certificates import certificate_number, certified
from bangfu.livelihoods.training.models import Enrolment
from bangfu.livelihoods.training.operations import withdraw_enrolment
from tests.cast import Cast
from tests.livelihoods.training.trained import enrolled, number, opened, submitted, verified


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
