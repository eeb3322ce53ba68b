"""A fresh install shows nothing that is not published to whoever has not signed in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bangfu.foundation.api.assembling import NAMESPACE, assembled
from bangfu.site.doors import OPEN_ADDRESSES
from tests.cast import PASSWORD, Cast

SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(resolver: URLResolver, prefix: str = "/", space: str = "") -> list[tuple[str, str]]:
    found = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found += addresses(entry, route, inner)
        elif isinstance(entry, URLPattern):
            for name, converter in entry.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                for form in (f"<{kind}:{name}>", f"<{name}>"):
                    route = route.replace(form, SAMPLES.get(kind, "x"))
            found.append((space + (entry.name or ""), route))
    return found


PAGES = [one for one in addresses(get_resolver()) if not one[0].startswith(f"{NAMESPACE}:")]
OPEN_TO_PROGRAMS = {
    "/api/v1/openapi.json": "what the product can be asked",
    "/api/v1/ledger/blocks": "digests",
    "/api/v1/ledger/checkpoint": "digests",
    "/api/v1/ledger/checkpoint/1": "digests",
    "/api/v1/ledger/consistency": "digests",
    "/api/v1/ledger/keys": "digests",
    "/api/v1/ledger/verify": "digests",
    "/api/v1/publications": "published figures",
    "/api/v1/publications/1": "published figures",
    "/api/v1/publications/1/bundle.zip": "redacted facts",
}
"""What programs read without a token, and what each shows: nothing but what the pages open to everybody show."""


@pytest.mark.django_db
def test_programs_show_a_token_at_every_address_but_a_few() -> None:
    found = {"/api/v1/openapi.json"}
    client = Client()
    for path, methods in assembled().get_openapi_schema(path_prefix="api/v1/")["paths"].items():
        address = re.sub(r"\{[^}]+\}", "1", path)
        for method in methods:
            answer = client.generic(method.upper(), address, "{}", content_type="application/json")
            if answer.status_code != 401:
                found.add(address)
    assert found == set(OPEN_TO_PROGRAMS)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), PAGES)
def test_whoever_has_not_signed_in_is_sent_to_the_door(name: str, address: str) -> None:
    if "<" in address:
        address = address.split("<")[0] + "x"
    response = Client().get(address)
    if name in OPEN_ADDRESSES:
        assert response.status_code in {200, 302, 404, 405, 410}
    else:
        assert response.status_code in {302, 404}, address
        if response.status_code == 302:
            assert response.headers["Location"].startswith("/sign-in")


@pytest.mark.django_db
class TestSignIn:
    def test_with_the_right_password(self, cast: Cast) -> None:
        client = Client()
        response = client.post("/sign-in", {"username": "zhoumin", "password": PASSWORD})
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert client.get("/").status_code == 200

    def test_with_a_wrong_one_says_so_in_both_languages(self, cast: Cast) -> None:
        client = Client()
        wrong = {"username": "zhoumin", "password": "wrong"}
        assert "登录名或密码不对" in client.post("/sign-in", wrong).content.decode()
        client.cookies["bangfu_language"] = "en"
        assert "password is wrong" in client.post("/sign-in", wrong).content.decode()

    def test_locks_after_five_wrong_passwords(self, cast: Cast) -> None:
        client = Client()
        for _ in range(5):
            client.post("/sign-in", {"username": "zhoumin", "password": "wrong"})
        response = client.post("/sign-in", {"username": "zhoumin", "password": PASSWORD})
        assert response.status_code in {403, 429}
        assert "锁定" in response.content.decode()

    def test_a_system_account_never_signs_in(self, cast: Cast) -> None:
        from bangfu.foundation.people.operations import open_system_account

        open_system_account(username="robot", title="机器", act=cast.act(cast.administrator))
        for password in ("", "!", PASSWORD):
            response = Client().post("/sign-in", {"username": "robot", "password": password})
            assert response.status_code == 200


@pytest.mark.django_db
def test_every_answer_forbids_what_comes_from_elsewhere(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/", "/work/", "/nowhere"):
        headers = client.get(address).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
class TestOutsider:
    def test_sees_an_empty_house(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
        text = client.get("/").content.decode()
        assert "您还没有可读的内容" in text
        assert client.get("/audit/").status_code == 403

    def test_a_door_that_would_not_open_is_not_shown(self, cast: Cast, client: Client) -> None:
        for account, shown in ((cast.outsider, False), (cast.clerk, False), (cast.auditor, True)):
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            assert ('href="/audit/"' in client.get("/work/").content.decode()) is shown

    def test_the_auditor_reads_the_trail(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get("/audit/")
        assert (answer.status_code, answer.context["rows"]) == (200, [])
        assert "尚无区块" in answer.content.decode()
