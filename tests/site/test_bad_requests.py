"""What no honest browser sends is answered with a page that says so."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestNoNulCharacters:
    @pytest.mark.parametrize(
        "address",
        [
            "/places/?q=%00",
            "/network/stations/?q=a%00",
            "/intake/?q=%00",
            "/audit/?actor=%00",
            "/figures/?unit=%00",
        ],
    )
    def test_a_nul_in_an_address_is_a_bad_request(self, door: Client, address: str) -> None:
        answer = door.get(address)
        assert answer.status_code == 400
        assert "请求有误" in answer.content.decode()

    def test_a_nul_in_a_field_is_a_bad_request(self, door: Client) -> None:
        assert door.post("/language", {"language": "en", "next": "/\x00"}).status_code == 400


class TestExpiredForm:
    def test_says_what_happened_and_what_to_do(self, cast: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post("/intake/uploads/1/confirm", {"key": "1"})
        assert answer.status_code == 403
        assert "这一页已经过期" in answer.content.decode()
