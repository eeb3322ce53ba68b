"""Persons are entered, matched by a blind index, shown masked, unmasked for a reason and erased without a trace."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import polars
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from bangfu.foundation.operations import NotPermitted, decorator, system_writes
from bangfu.foundation.operations.models import RequestKey
from bangfu.foundation.people import operations as people
from bangfu.foundation.people import queries, vault
from bangfu.foundation.people.identity_numbers import check_character
from bangfu.foundation.people.models import Access, Keeping, Person, PersonKey
from tests.cast import Cast, enter_cast
from tests.conftest import pointing_at

STANDARD = "11010519491231002X"


def number(order: int) -> str:
    body = f"52232719800101{order:03d}"
    return body + check_character(body)


def rows(*given: tuple[str, str | None, str | None]) -> polars.DataFrame:
    return polars.DataFrame(
        [(place, *one) for place, one in enumerate(given, 5)],
        schema={
            "row": polars.Int64,
            "name": polars.String,
            "phone": polars.String,
            "identity_number": polars.String,
        },
        orient="row",
    )


def entered(frame: polars.DataFrame, unit: int | None = None) -> polars.DataFrame:
    """Enter persons as a room's operation does."""

    with system_writes("a test's set-up"), transaction.atomic():
        token = decorator._open.set(decorator._Open("tests.enter", None))
        try:
            return people.enter_persons(frame, unit=unit)
        finally:
            decorator._open.reset(token)


def everything_stored() -> str:
    """Return every row of every table as text, bytes as the text they may spell."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(cell).decode("utf-8", "replace")
                    if isinstance(cell, bytes | memoryview)
                    else str(cell)
                    for cell in row
                ]
    return "\n".join(found)


@pytest.mark.django_db
class TestEnterPersons:
    def test_matches_the_known_and_enters_the_rest(self, cast: Cast) -> None:
        first = entered(rows(("韦小明", "13800001234", number(1)), ("罗芳", None, None)), cast.guizhou.pk)
        again = entered(
            rows(("韦小明", "13900000000", number(1)), ("罗芳", None, None), ("岑山", None, number(2))),
            cast.yunnan.pk,
        )
        assert first["name_differs"].to_list() == [False, False]
        assert again["person"][0] == first["person"][0]
        assert again["person"][1] != first["person"][1]
        assert again["name_differs"].to_list() == [False, False, False]
        known = Person.objects.get(pk=first["person"][0])
        assert (known.name, known.phone) == ("韦小明", "13800001234")
        assert sorted(Keeping.objects.filter(person=known).values_list("unit_id", flat=True)) == sorted(
            [cast.guizhou.pk, cast.yunnan.pk]
        )

    def test_one_number_twice_is_one_person_and_another_name_is_said(self, cast: Cast) -> None:
        found = entered(rows(("韦小明", None, number(1)), ("韦晓明", None, f" {number(1)} ")))
        assert found["person"].n_unique() == 1
        assert found["name_differs"].to_list() == [False, True]
        assert Person.objects.get(pk=found["person"][0]).name == "韦小明"
        later = entered(rows(("韦大明", None, number(1))))
        assert later["name_differs"].to_list() == [True]
        assert Person.objects.get(pk=found["person"][0]).name == "韦小明"

    def test_needs_no_name_of_whoever_is_known(self, cast: Cast) -> None:
        known = entered(rows(("韦小明", None, number(1))))
        again = entered(rows(("", None, number(1)), (None, None, number(1))))
        assert again["person"].to_list() == known["person"].to_list() * 2
        assert again["name_differs"].to_list() == [False, False]
        assert Person.objects.get(pk=known["person"][0]).name == "韦小明"

    def test_keeps_a_version_of_everyone(self, cast: Cast) -> None:
        found = entered(rows(("韦小明", None, number(1)), ("罗芳", None, None)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM people_personevent WHERE id = ANY(%s::uuid[])",
                [found["person"].to_list()],
            )
            assert cursor.fetchone() == (2,)

    @pytest.mark.parametrize(
        ("given", "code", "row"),
        [
            ([("甲", None, None), (" ", None, None)], "no_name", 6),
            ([("甲", None, None), (" ", None, number(1))], "no_such_number", 6),
            ([("甲", None, number(1)[:-1])], "identity_number", 5),
            ([("甲", None, "110105491231002")], "identity_number", 5),
        ],
    )
    def test_refuses_and_writes_nothing(self, cast: Cast, given: list, code: str, row: int) -> None:
        before = Person.objects.count()
        with pytest.raises(people.UnableToEnterPerson) as refused:
            entered(rows(*given))
        assert (refused.value.code, refused.value.details["row"]) == (code, row)
        assert number(1)[:6] not in str(refused.value)
        assert Person.objects.count() == before

    def test_needs_an_operation(self, cast: Cast) -> None:
        with pytest.raises(RuntimeError):
            people.enter_persons(rows(("甲", None, None)))


class TestEnteringForReal:
    def test_two_at_once_with_the_same_number_are_one_person(self, own_database: str) -> None:
        enter_cast()
        barrier, found = threading.Barrier(2), []

        def bring() -> None:
            with pointing_at(own_database):
                barrier.wait()
                found.append(entered(rows(*(("甲", None, number(order)) for order in range(100)))))

        threads = [threading.Thread(target=bring) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert found[0]["person"].to_list() == found[1]["person"].to_list()


@pytest.mark.django_db
class TestEnterPerson:
    def test_refuses_a_number_that_is_known(self, cast: Cast) -> None:
        with system_writes("a test's set-up"):
            person = people.enter_person(name="韦小明", identity_number=" 11010519491231002x")
            with pytest.raises(people.UnableToEnterPerson) as refused:
                people.enter_person(name="别人", identity_number=STANDARD)
        assert refused.value.code == "known_already"
        assert queries.persons_with([STANDARD, number(3), "wrong"]) == {STANDARD: person.pk}

    def test_the_database_refuses_a_second_living_person_too(self, cast: Cast) -> None:
        with system_writes("an attack"):
            person = people.enter_person(name="韦小明", identity_number=STANDARD)
            index = PersonKey.objects.get(person=person).identity_index
            other = people.enter_person(name="别人")
            with pytest.raises(IntegrityError), transaction.atomic():
                PersonKey.objects.filter(person=other).update(identity_index=index)

    def test_the_index_needs_the_houses_key(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        here = vault.blind_index(STANDARD, column="identity_number")
        assert here == vault.blind_index(STANDARD, column="identity_number")
        assert here != vault.blind_index(STANDARD, column="phone")
        monkeypatch.setattr(vault, "house_key", lambda: b"k" * 32)
        assert here != vault.blind_index(STANDARD, column="identity_number")


@pytest.mark.django_db
class TestMaskedPersons:
    def test_shows_no_more_than_the_tail(self, cast: Cast, django_assert_num_queries: object) -> None:
        found = entered(rows(("韦小明", "13800001234", STANDARD), ("罗芳", None, None)))
        keys = [UUID(key) for key in found["person"]]
        with django_assert_num_queries(1):
            shown = queries.masked_persons([*keys, uuid4()])
        assert shown == {
            keys[0]: queries.MaskedPerson(keys[0], "韦*", "****002X", "***1234"),
            keys[1]: queries.MaskedPerson(keys[1], "罗*", "", ""),
        }


@pytest.mark.django_db
class TestUnmaskPerson:
    @pytest.fixture
    def person(self, cast: Cast) -> Person:
        found = entered(rows(("韦小明", "13800001234", STANDARD)), cast.guizhou.pk)
        return Person.objects.get(pk=found["person"][0])

    def test_shows_the_columns_and_keeps_who_whom_when_and_why(self, cast: Cast, person: Person) -> None:
        act = cast.act(cast.officer, key="k")
        access = people.unmask_person(person=person, reason="核对韦小明的补助", act=act)
        shown = queries.clear_person(access)
        assert (shown.name, shown.phone, shown.identity_number) == ("韦小明", "13800001234", STANDARD)
        assert (str(shown.birth_date), shown.sex) == ("1949-12-31", "FEMALE")
        assert (access.account, access.person, access.accessed_at) == (cast.officer, person, act.at)
        assert queries.reasons_of([access]) == {access.pk: "核对韦小明的补助"}
        assert people.unmask_person(person=person, reason="核对韦小明的补助", act=act) == access
        assert Access.objects.count() == 1
        assert "韦小明" not in str(RequestKey.objects.get(key="k").result)

    def test_refuses_without_a_reason_and_after_erasure(self, cast: Cast, person: Person) -> None:
        for reason in ("", " 看看 ", "看" * 501):
            with pytest.raises(people.UnableToUnmask) as refused:
                people.unmask_person(person=person, reason=reason, act=cast.act(cast.officer))
            assert refused.value.code == "no_reason"
        people.erase_person(person=person, act=cast.act(cast.administrator))
        with pytest.raises(people.UnableToUnmask) as refused:
            people.unmask_person(person=person, reason="核对补助", act=cast.act(cast.officer))
        assert refused.value.code == "erased"
        assert not Access.objects.exists()

    def test_is_for_officers_and_auditors_alone(self, cast: Cast, person: Person) -> None:
        for actor in (cast.clerk, cast.verifier, cast.administrator, cast.outsider, cast.county_official):
            with pytest.raises(NotPermitted):
                people.unmask_person(person=person, reason="核对补助", act=cast.act(actor))
        assert not Access.objects.exists()
        people.unmask_person(person=person, reason="核对补助", act=cast.act(cast.auditor))

    def test_reaches_persons_of_the_own_units_only(self, cast: Cast, person: Person) -> None:
        from bangfu.foundation.organisation.models import RoleGrant
        from tests.cast import FOUNDED

        with system_writes("a test's set-up"):
            RoleGrant.objects.create(
                account=cast.clerk_of_yunnan, role="officer", unit=cast.yunnan, starts_on=FOUNDED
            )
            RoleGrant.objects.create(account=cast.clerk, role="officer", unit=cast.guizhou, starts_on=FOUNDED)
        with pytest.raises(NotPermitted):
            people.unmask_person(person=person, reason="核对补助", act=cast.act(cast.clerk_of_yunnan))
        people.unmask_person(person=person, reason="核对补助", act=cast.act(cast.clerk))

    def test_the_record_is_never_changed(self, cast: Cast, person: Person) -> None:
        access = people.unmask_person(person=person, reason="核对补助", act=cast.act(cast.officer))
        for attack in (
            lambda: Access.objects.filter(pk=access.pk).update(account=cast.auditor),
            lambda: Access.objects.filter(pk=access.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), system_writes("an attack"):
                attack()


@pytest.mark.django_db
class TestErasePerson:
    def test_leaves_the_opaque_id_and_nothing_else(self, cast: Cast) -> None:
        found = entered(rows(("韦小明", "13800001234", STANDARD)), cast.guizhou.pk)
        person = Person.objects.get(pk=found["person"][0])
        access = people.unmask_person(person=person, reason="核对韦小明", act=cast.act(cast.officer))
        index = bytes(PersonKey.objects.get(person=person).identity_index)
        people.erase_person(person=person, act=cast.act(cast.administrator))

        stored = everything_stored()
        assert str(person.pk) in stored
        for clear in ("韦小明", "13800001234", STANDARD):
            assert clear not in stored
        assert not PersonKey.objects.filter(identity_index=index).exists()
        assert not Keeping.objects.filter(person=person).exists()
        assert queries.persons_with([STANDARD]) == {}
        assert queries.masked_persons([person.pk])[person.pk].is_erased
        assert queries.clear_person(access) is None
        assert queries.reasons_of([access]) == {access.pk: None}
        assert entered(rows(("韦小明", None, STANDARD)))["person"][0] != str(person.pk)

    def test_the_search_would_have_found_clear_text(self, cast: Cast) -> None:
        assert "贵州省分公司" in everything_stored()

    def test_the_database_keeps_nothing_of_the_erased(self, cast: Cast) -> None:
        person = cast.clerk.person
        people.erase_person(person=person, act=cast.act(cast.administrator))
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("an attack"):
            Person.objects.filter(pk=person.pk).update(phone_sealed=b"x")
