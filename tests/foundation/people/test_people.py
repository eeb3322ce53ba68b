"""Persons are sealed under keys of their own; destroying a key erases them everywhere."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people import operations as people
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, Person, PersonKey
from tests.cast import Cast


class TestSealing:
    def test_a_text_opens_for_its_person_and_column_only(self) -> None:
        person, other = uuid4(), uuid4()
        key = vault.new_wrapped_key(person)
        sealed = vault.seal_text(key, "韦兰", person=person, column="name")
        assert "韦兰".encode() not in sealed
        assert vault.open_text(key, sealed, person=person, column="name") == "韦兰"
        for where in ({"person": other, "column": "name"}, {"person": person, "column": "phone"}):
            with pytest.raises(vault.Unsealable):
                vault.open_text(key, sealed, **where)
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        with pytest.raises(vault.Unsealable):
            vault.open_text(key, changed, person=person, column="name")

    def test_the_same_text_never_looks_the_same(self) -> None:
        person = uuid4()
        key = vault.new_wrapped_key(person)
        first, second = (vault.seal_text(key, "韦兰", person=person, column="name") for _ in range(2))
        assert first != second


class TestOpenAccount:
    def test_keeps_the_name_sealed(self, cast: Cast) -> None:
        account = people.open_account(
            username="new", name="新来", password="a long password", act=cast.act(cast.administrator)
        )
        assert account.display_name == "新来"
        assert account.check_password("a long password")
        assert "新来".encode() not in bytes(Person.objects.get(account=account).name_sealed or b"")

    def test_refuses_a_name_that_is_taken_whatever_its_case(self, cast: Cast) -> None:
        with pytest.raises(people.UnableToOpenAccount) as refused:
            people.open_account(
                username="WeiLan", name="x", password="x" * 12, act=cast.act(cast.administrator)
            )
        assert refused.value.code == "username_taken"
        assert Account.objects.filter(username__iexact="weilan").count() == 1

    def test_is_the_administrators_alone(self, cast: Cast) -> None:
        for actor in (cast.officer, cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                people.open_account(username="x", name="x", password="x" * 12, act=cast.act(actor))


class TestErasePerson:
    def test_destroys_the_key_also_for_the_history(self, cast: Cast) -> None:
        person = cast.clerk.person
        people.erase_person(person=person, act=cast.act(cast.administrator))
        assert not PersonKey.objects.filter(person=person).exists()
        assert Person.objects.get(pk=person.pk).name is None
        assert Account.objects.get(pk=cast.clerk.pk).display_name == "已删除的人员"
        with connection.cursor() as cursor:
            cursor.execute("SELECT name_sealed FROM people_personevent WHERE id = %s", [person.pk])
            assert all(row[0] is None or "韦兰".encode() not in bytes(row[0]) for row in cursor.fetchall())

    def test_refuses_a_second_time(self, cast: Cast) -> None:
        people.erase_person(person=cast.clerk.person, act=cast.act(cast.administrator))
        with pytest.raises(people.UnableToErasePerson):
            people.erase_person(
                person=Person.objects.get(pk=cast.clerk.person_id), act=cast.act(cast.administrator)
            )


class TestCloseAccount:
    def test_the_account_signs_in_no_more(self, cast: Cast) -> None:
        people.close_account(account=cast.clerk, act=cast.act(cast.administrator))
        assert not Account.objects.get(pk=cast.clerk.pk).is_active
