"""Orders paid by a provider's messages over HTTP, against pgbench writing the same rows one transaction a message.

Messages are signed and verified, each of another order; pgbench verifies none. Both sides lock payment and order and write the
payment's state and step, the order's payment, state and step, two facts and two audit rows, durably, with every constraint and
trigger. pgbench is taken at its best of two ways over several client counts.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.adapters.alipay import signing_text
from bangfu.foundation.payments.adapters.amounts import yuan
from bangfu.foundation.payments.models import MerchantAccount, Payment, State
from bangfu.foundation.payments.providing import door_account
from bangfu.foundation.rooms import record_type
from benchmarks._scratch import of_database
from benchmarks._serving import loaded, pgbench, served
from benchmarks._sizes import sized

MESSAGES = sized(5_000, 200)
ROUNDS = 2
PGBENCH_S = sized(4, 1)
CLIENTS = (sized(1, 0) and (1, 4, 8, 16)) or (4,)
APP, SELLER = "2021000000000001", "2088000000000001"

BEGUN = """
INSERT INTO payments_payment (number, merchant_id, pays_type, pays_id, turn, amount_fen, currency, subject, state, made_at,
  expires_at, refunding_fen, refunded_fen, ask_at, times_asked)
SELECT lpad(id::text, 32, '0'), %s, %s, id, 1, total_fen, 'CNY', 'bench', 'CREATED', now(), now() + interval '1 day', 0, 0,
  now() + interval '1 day', 0
  FROM (SELECT id, total_fen FROM shop_order WHERE state = 'PLACED' ORDER BY id) placed
"""
ONE_STATEMENT = """
SELECT nextval('bench_told') AS n \\gset
WITH held AS (SELECT id, number, pays_id, amount_fen FROM payments_payment WHERE id = :first::bigint + :n AND state = 'CREATED'
    FOR NO KEY UPDATE),
paid AS (UPDATE payments_payment one SET state = 'PAID', transaction_number = 'P' || one.number, ended_at = now() FROM held
  WHERE one.id = held.id RETURNING one.id, one.number, one.pays_id, one.amount_fen),
step AS (INSERT INTO payments_step (payment_id, done, heard, amount_fen, by_id, at)
  SELECT id, 'PAID', 'MESSAGE', amount_fen, :actor::bigint, now() FROM paid),
noted AS (INSERT INTO shop_payment (order_id, service, reference, amount_fen, paid_at)
  SELECT pays_id, 'alipay', 'P' || number, amount_fen, now() FROM paid),
moved AS (UPDATE shop_order one SET state = 'PAID' FROM paid WHERE one.id = paid.pays_id),
taken AS (INSERT INTO shop_orderstep (order_id, state, waybill, taken_at, taken_by_id)
  SELECT pays_id, 'PAID', '', now(), :actor::bigint FROM paid),
counted AS (INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,
  source_system, source_id)
  SELECT measure, 49.90, :unit::bigint, line.place_id, 120, paid.pays_id, current_date, 'bench', line.id::text
    FROM paid JOIN shop_orderline line ON line.order_id = paid.pays_id, unnest(ARRAY[:paid, :kept]::bigint[]) measure)
INSERT INTO operations_auditentry (operation, actor_id, acted_at, payload_digest, objects_named, scopes)
  SELECT 'payments.take_payment_answers', :actor::bigint, now(), encode(sha256(number::bytea), 'hex'), ARRAY[object],
  jsonb_build_array(jsonb_build_object('unit', :unit::bigint, 'place', NULL, 'line', NULL))
  FROM paid, unnest(ARRAY['payments.payment' || chr(58) || id, 'shop.order' || chr(58) || pays_id]) object;
"""
STATEMENT_A_TABLE = """
SELECT nextval('bench_told') AS n \\gset
BEGIN;
SELECT id, number AS key, pays_id AS placed FROM payments_payment WHERE id = :first::bigint + :n AND state = 'CREATED'
  FOR NO KEY UPDATE \\gset
SELECT id AS line, place_id AS place FROM shop_orderline WHERE order_id = :placed::bigint \\gset
UPDATE payments_payment SET state = 'PAID', transaction_number = 'P' || :key::text, ended_at = now() WHERE id = :id::bigint;
INSERT INTO payments_step (payment_id, done, heard, amount_fen, by_id, at)
  VALUES (:id::bigint, 'PAID', 'MESSAGE', 4990, :actor::bigint, now());
UPDATE shop_order SET state = 'PAID' WHERE id = :placed::bigint;
INSERT INTO shop_payment (order_id, service, reference, amount_fen, paid_at)
  VALUES (:placed::bigint, 'alipay', 'P' || :key::text, 4990, now());
INSERT INTO shop_orderstep (order_id, state, waybill, taken_at, taken_by_id)
  VALUES (:placed::bigint, 'PAID', '', now(), :actor::bigint);
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on, source_system,
  source_id)
  SELECT measure, 49.90, :unit::bigint, :place::bigint, 120, :placed::bigint, current_date, 'bench', :line::text
    FROM unnest(ARRAY[:paid, :kept]::bigint[]) measure;
INSERT INTO operations_auditentry (operation, actor_id, acted_at, payload_digest, objects_named, scopes)
  SELECT 'payments.take_payment_answers', :actor::bigint, now(), encode(sha256(:key::bytea), 'hex'), ARRAY[object],
  jsonb_build_array(jsonb_build_object('unit', :unit::bigint, 'place', NULL, 'line', NULL))
  FROM unnest(ARRAY['payments.payment' || chr(58) || :id::text, 'shop.order' || chr(58) || :placed::text]) object;
COMMIT;
"""


@contextmanager
def _with_keys(code: str) -> Iterator[rsa.RSAPrivateKey]:
    """Let this process and those that it starts know the keys of an account with Alipay, whose own key this is."""
    before = os.environ.get("BANGFU_VAR")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with tempfile.TemporaryDirectory() as folder, override_settings(SECRETS_FOLDER=Path(folder) / "secrets"):
        path = Path(settings.SECRETS_FOLDER) / "payments" / code
        path.mkdir(parents=True)
        (path / "private_key.pem").write_bytes(private)
        (path / "platform_key.pem").write_bytes(public)
        os.environ["BANGFU_VAR"] = folder
        try:
            yield key
        finally:
            os.environ.pop("BANGFU_VAR")
            if before is not None:
                os.environ["BANGFU_VAR"] = before


def _begin(unit: Unit) -> MerchantAccount:
    """Open an account, and a payment into it for every order that waits for one."""
    with system_writes("what a benchmark pays"):
        merchant = MerchantAccount.objects.create(
            code="bench", title="基准", provider="ALIPAY", unit=unit, owner_kind="COMPANY", owner_title="基准",
            owner_code="91110000EXAMPLE01A", app_id=APP, merchant_number=SELLER, opened_at=timezone.now(),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(BEGUN, [merchant.pk, record_type("shop.order").number])
    return merchant


def _message(payment: Payment, key: rsa.RSAPrivateKey) -> str:
    said = {
        "app_id": APP, "charset": "utf-8", "gmt_payment": "2026-01-01 08:00:00", "notify_id": payment.number,
        "notify_type": "trade_status_sync", "out_trade_no": payment.number, "seller_id": SELLER, "subject": payment.subject,
        "total_amount": yuan(payment.amount_fen), "trade_no": f"T{payment.number}", "trade_status": "TRADE_SUCCESS",
    }  # fmt: skip
    signature = base64.b64encode(key.sign(signing_text(said).encode(), PKCS1v15(), SHA256())).decode()
    return urlencode({**said, "sign_type": "RSA2", "sign": signature})


def _requests(port: int, payments: Sequence[Payment], key: rsa.RSAPrivateKey) -> bytes:
    made = []
    for one in payments:
        body = _message(one, key)
        made.append(
            f"POST /payments/told/bench/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
    return "\0".join(made).encode()


def paid_over_http(address: str, unit: Unit) -> None:
    """Measure and print the rate at the door of providers, pgbench's, and their ratio, over the orders that are not paid yet."""
    with _with_keys("bench") as key:
        merchant = _begin(unit)
        door_account(on=timezone.localdate())
        open_ones = list(Payment.objects.filter(merchant=merchant).order_by("pk"))
        ours, at = 0.0, 0
        with served(address) as port:
            for count in (100, *[MESSAGES] * ROUNDS):
                requests = _requests(port, open_ones[at : at + count], key)
                at += count
                found = loaded(port, requests)
                rate = found.statuses.get("200", 0) / found.took_s
                print(
                    f"  messages at the door: {rate:,.0f}/s, p99 {found.at(0.99):.0f} ms, {found.statuses}",
                    flush=True,
                )
                ours = max(ours, rate)
            pace = int(ours * 0.6)
            requests = _requests(port, open_ones[at : at + pace * 3], key)
            at += pace * 3
            slow = loaded(port, requests, pace)
            print(f"  at 60 % of it: median {slow.at(0.5):.1f} ms, p99 {slow.at(0.99):.1f} ms")
    paid = Payment.objects.filter(state=State.PAID).count()
    if paid != at:
        raise SystemExit(f"{at:,} messages were answered and {paid:,} payments are paid")
    best = _baseline(address, unit, open_ones[at].pk)
    print(f"live-sale-paid ratio={ours / best:.2f} baseline={best:,.0f}/s ours={ours:,.0f}/s")


def _baseline(address: str, unit: Unit, first: int) -> float:
    owner = of_database(os.environ["DATABASE_OWNER_URL"], str(connection.settings_dict["NAME"]))
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute("CREATE SEQUENCE bench_told MINVALUE 0")
        admin.execute("GRANT USAGE ON SEQUENCE bench_told TO PUBLIC")
    named = {
        "first": first, "actor": door_account(on=timezone.localdate()).pk, "unit": unit.pk, "paid": measure_number("shop.paid"),
        "kept": measure_number("shop.kept"),
    }  # fmt: skip
    best = 0.0
    for name, script in (("one statement", ONE_STATEMENT), ("a statement a table", STATEMENT_A_TABLE)):
        for clients in CLIENTS:
            rate = pgbench(address, script, named, clients=clients, seconds=PGBENCH_S)
            best = max(best, rate)
            print(f"  pgbench, {name}, {clients} clients: {rate:,.0f} messages/s", flush=True)
    if not Payment.objects.filter(state=State.CREATED).exists():
        raise SystemExit("pgbench ran out of payments: place more orders")
    return best
