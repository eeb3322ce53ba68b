"""The house's key is changed: every wrapped key under a new one, in one transaction, safe against a kill at any time.

A new key is put beside the old one as ``people.key.next``; all rows are wrapped anew; then it takes the old one's place.
Cut short before the commit, the rows are under the old key; after it, under the new one, which ``vault`` finds out from
one row. Running it again takes up the same new key, and ends the change.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from bangfu.foundation.operations import Refusal, system_writes
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import both


class UnableToChangeKey(Refusal):
    """Codes: ``others_connected``, ``digest_key_first``, ``next_key_form``, ``foreign_rows``."""

    sentences = {
        "others_connected": both(
            "还有 {count} 个程序连着数据库。请先停止 bangfu（serve、worker），再更换密钥。",
            "{count} more programs are connected to the database. Stop bangfu (serve, worker) first, then change the key.",
        ),
        "digest_key_first": both(
            "密钥由环境变量给出。请先设 BANGFU_DIGEST_KEY 为现在的 BANGFU_PEOPLE_KEY（以后一直保留），"
            "设 BANGFU_PEOPLE_KEY_NEXT 为新密钥（64 位十六进制），再运行一次。",
            "The key comes from the environment. Set BANGFU_DIGEST_KEY to the present BANGFU_PEOPLE_KEY, for good, and"
            " BANGFU_PEOPLE_KEY_NEXT to the new key of 64 hex digits; then run this again.",
        ),
        "next_key_form": both(
            "新密钥须是 64 位十六进制，且与现在的不同。",
            "The new key has 64 hex digits and differs from the present one.",
        ),
        "foreign_rows": both(
            "{table} 中有密钥用现在的总密钥打不开，什么也没有改。请核对 people.key 或 BANGFU_PEOPLE_KEY 是否属于这个数据库。",
            "A key in {table} does not open under the house's key; nothing was changed. Check that people.key or"
            " BANGFU_PEOPLE_KEY belongs to this database.",
        ),
    }


@dataclass(frozen=True)
class WrappedKeys:
    """A table whose rows hold a key each, wrapped under the house's key."""

    table: str
    key: str
    """The column of its UUID."""
    label: str
    """What the key is of: ``person`` for ``person:<uuid>``."""


PERSONS = WrappedKeys("people_personkey", "person_id", "person")
wrapped_keys: list[WrappedKeys] = [PERSONS]
"""Every table of wrapped keys; rooms enter theirs when they are ready."""


def change_house_key(*, before_commit: Callable[[], None] = lambda: None) -> int:
    """Change the house's key, with the system stopped, and return how many keys were wrapped anew.

    Args:
        before_commit: called when all rows are written and nothing is committed.

    Raises: UnableToChangeKey: see its codes; everything opens as before.
    Locks: every table of wrapped keys, whole.
    """
    _refuse_others()
    old, new = _keys()
    with transaction.atomic(), system_writes("the house's key is changed"):
        count = sum(_rewrap(table, old, new) for table in wrapped_keys)
        _index_anew(new)
        before_commit()
    if not os.environ.get("BANGFU_PEOPLE_KEY"):
        vault.key_file(vault.NEXT_KEY).replace(vault.key_file(vault.HOUSE_KEY))
        vault.sync_folder(vault.key_file(vault.HOUSE_KEY).parent)
    return count


def _refuse_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid()"
        )
        (count,) = cursor.fetchone()
    if count:
        raise UnableToChangeKey("others_connected", count=count)


def _keys() -> tuple[bytes, bytes]:
    """Return the key of before and the new one, put by together with the key of digests."""
    if os.environ.get("BANGFU_PEOPLE_KEY"):
        if not os.environ.get("BANGFU_DIGEST_KEY") or not os.environ.get("BANGFU_PEOPLE_KEY_NEXT"):
            raise UnableToChangeKey("digest_key_first")
        return vault.house_key(), _from_environment(vault.house_key())
    vault.house_key()
    old = bytes.fromhex(vault.key_file(vault.HOUSE_KEY).read_text().strip())
    if not vault.key_file(vault.DIGEST_KEY).exists() and not os.environ.get("BANGFU_DIGEST_KEY"):
        vault.write_key(vault.key_file(vault.DIGEST_KEY), old)
    coming = vault.key_file(vault.NEXT_KEY)
    if not coming.exists():
        vault.write_key(coming, secrets.token_bytes(32))
    return old, bytes.fromhex(coming.read_text().strip())


def _from_environment(present: bytes) -> bytes:
    try:
        new = bytes.fromhex(os.environ["BANGFU_PEOPLE_KEY_NEXT"])
    except ValueError:
        new = b""
    if len(new) != 32 or new == present:
        raise UnableToChangeKey("next_key_form")
    return new


def _rewrap(table: WrappedKeys, old: bytes, new: bytes) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table.table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"SELECT {table.key}, wrapped FROM {table.table}")
        rows = cursor.fetchall()
        try:
            anew = [
                (key, vault.wrapped_anew(bytes(wrapped), label=f"{table.label}:{key}", old=old, new=new))
                for key, wrapped in rows
            ]
        except vault.Unsealable as foreign:
            raise UnableToChangeKey("foreign_rows", table=table.table) from foreign
        cursor.execute(
            f"UPDATE {table.table} AS kept SET wrapped = anew.wrapped"
            f" FROM unnest(%s::uuid[], %s::bytea[]) AS anew (key, wrapped) WHERE kept.{table.key} = anew.key",
            [[key for key, _ in anew], [wrapped for _, wrapped in anew]],
        )
    return len(anew)


def _index_anew(new: bytes) -> None:
    """Compute every blind index anew from the number that is opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person.id, key.wrapped, person.identity_number_sealed"
            " FROM people_personkey key JOIN people_person person ON person.id = key.person_id"
            " WHERE key.identity_index IS NOT NULL"
        )
        indexes = [
            (
                person,
                vault.index_under(
                    new,
                    vault.opened_under(
                        new, bytes(wrapped), bytes(sealed), person=person, column="identity_number"
                    ),
                    column="identity_number",
                ),
            )
            for person, wrapped, sealed in cursor.fetchall()
        ]
        cursor.execute(
            "UPDATE people_personkey AS kept SET identity_index = anew.index"
            " FROM unnest(%s::uuid[], %s::bytea[]) AS anew (key, index) WHERE kept.person_id = anew.key",
            [[person for person, _ in indexes], [index for _, index in indexes]],
        )
