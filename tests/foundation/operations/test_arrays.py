"""Long lists reach the database as they are."""

import psycopg
import pytest
from django.db import connection
from psycopg.adapt import Transformer
from psycopg.types.array import ListDumper

from bangfu.foundation.operations.arrays import LongListDumper

STRANGE = ["", "NULL", "a,b", '"', "\\", "{", "}", "\\\"'", "册亨县", " ", "\n\t", "%s", "'; --"]


@pytest.mark.django_db
class TestLongLists:
    @pytest.mark.parametrize("kind", ["bigint", "int", "smallint"])
    def test_of_numbers(self, kind: str) -> None:
        numbers = [*range(-150, 150)]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT %s::{kind}[]", [numbers])
            assert cursor.fetchone() == (numbers,)

    def test_of_texts_whatever_they_hold(self) -> None:
        texts = [f"{text}{number}" for number in range(20) for text in STRANGE] + STRANGE * 10
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text[]", [texts])
            assert cursor.fetchone() == (texts,)

    def test_with_nothing_among_them(self) -> None:
        texts = [None, *map(str, range(200)), None]
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text[]", [texts])
            assert cursor.fetchone() == (texts,)

    def test_refuse_what_no_text_of_the_database_holds(self) -> None:
        with connection.cursor() as cursor, pytest.raises(psycopg.DataError):
            cursor.cursor.execute("SELECT %s::text[]", [["a\0b"] * 200])

    def test_are_written_by_it(self) -> None:
        with connection.cursor() as cursor:
            dumper = Transformer(cursor.cursor).get_dumper([1], psycopg.adapt.PyFormat.AUTO)
        assert isinstance(dumper, LongListDumper)
        assert issubclass(LongListDumper, ListDumper)
