"""Gifts a second over HTTP to one campaign, against pgbench writing the same rows one transaction a gift.

Both sides hold campaign and holder and write the spending, its movement, the gift, an entry in each of two books with two and
four legs, the fact and the audit row, durably, with every constraint and trigger. The gift's own id is the request key, for good.
pgbench is taken at its best of two ways over several client counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.money.models import BookAccount
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.points.models import Holder, Lot, Rate
from bangfu.foundation.points.operations import load_lots
from bangfu.foundation.points.tokens import KEY_FILE, issue_token
from bangfu.giving.campaigns.models import Campaign, Donor, Gift
from bangfu.giving.campaigns.queries import counter, door_account, participations
from benchmarks._serving import loaded, pgbench, ready, served
from benchmarks._sizes import sized

GIVERS = sized(3_000, 200)
GIFTS = sized(20_000, 1_000)
POINTS = 300
PGBENCH_S = sized(4, 1)
CLIENTS = (sized(1, 0) and (1, 4, 8, 16)) or (1, 8)
ROUNDS = 2

KEYS = """
\\set n random(1, :givers)
\\set holder :first_holder + :n - 1
\\set lot :first_lot + :n - 1
\\set donor :first_donor + :n - 1
"""
NAMED = {
    "spend": (
        "points_spend (id, holder_id, points, value_fen, rate_id, spent_on, spent_at, subject_type, subject_id, source_system,"
        " source_id)",
        "{spend}, :holder::bigint, 300, 300, :rate::bigint, current_date, now(), 178, {gift}, 'campaigns.points', 'p' || {gift}",
    ),
    "moved": (
        "points_movement (lot_id, spend_id, kind, points, moved_on, moved_at)",
        ":lot::bigint, {spend}, 'SPENT', -300, current_date, now()",
    ),
    "given": (
        "campaigns_gift (id, number, campaign_id, donor_id, kind, way, points, spend_id, amount_fen, is_anonymous, unit_id,"
        " place_id, given_at, given_on, state, received_on, source_system, source_id)",
        "{gift}, substr(md5(random()::text), 1, 20), :campaign::bigint, :donor::bigint, 'CUSTOMER', 'POINTS', 300, {spend}, 300,"
        " false, :unit::bigint, :place::bigint, now(), current_date, 'RECEIVED', current_date, 'campaigns.points', 'p' || {gift}",
    ),
    "charity": (
        "money_entry (id, unit_id, happened_on, entered_by_id, leg_count, subject_type, subject_id, source_system, source_id)",
        "{charity}, :unit::bigint, current_date, :actor::bigint, 2, 178, {gift}, 'campaigns.gift', {gift} || '-C'",
    ),
    "sponsor": (
        "money_entry (id, unit_id, happened_on, entered_by_id, leg_count, subject_type, subject_id, source_system, source_id)",
        "{sponsor}, :unit::bigint, current_date, :actor::bigint, 4, 178, {gift}, 'campaigns.gift', {gift} || '-S'",
    ),
    "counted": (
        "ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on, source_system, source_id)",
        ":measure::bigint, 1, :unit::bigint, :place::bigint, 178, {gift}, current_date, 'campaigns.gift', 'p' || {gift}",
    ),
    "kept": (
        "operations_auditentry (operation, actor_id, acted_at, request_key, payload_digest, objects_named, scopes)",
        "'campaigns.give_many', :actor::bigint, now(), 'p' || {gift}, encode(sha256({gift}::text::bytea), 'hex'),"
        " ARRAY['campaigns.gift' || chr(58) || {gift}],"
        " jsonb_build_array(jsonb_build_object('unit', :unit::bigint, 'place', NULL, 'line', NULL))",
    ),
}
"""Table with columns, and values, of each row but the legs."""
LEGS = (
    "money_leg (entry_id, account_id, asset, fund_id, amount_minor)",
    "({charity}, :owed::bigint, 'CNY', :fund::bigint, 300), ({charity}, :income::bigint, 'CNY', :fund::bigint, -300),"
    " ({sponsor}, :spent::bigint, 'CNY', NULL, 300), ({sponsor}, :payable::bigint, 'CNY', NULL, -300),"
    " ({sponsor}, :points::bigint, 'POINT', NULL, 300), ({sponsor}, :issued::bigint, 'POINT', NULL, -300)",
)
SEQUENCES = {
    "gift": "campaigns_gift", "spend": "points_spend", "charity": "money_entry", "sponsor": "money_entry",
}  # fmt: skip
HELD = (
    "SELECT id FROM campaigns_campaign WHERE id = :campaign::bigint AND state = 'OPEN' FOR SHARE",
    "SELECT id FROM points_holder WHERE id = :holder::bigint FOR NO KEY UPDATE",
)


def _scripts() -> dict[str, str]:
    """Both write the legs before their entries, as the books ask."""
    drawn = ", ".join(f"nextval('{table}_id_seq') AS {name}" for name, table in SEQUENCES.items())
    values = {name: f":{name}::bigint" for name in SEQUENCES}
    held = f"SELECT {drawn} FROM ({HELD[0]}) one, ({HELD[1]}) other \\gset"
    legs = f"INSERT INTO {LEGS[0]} VALUES {LEGS[1].format(**values)};"
    each = [f"INSERT INTO {into} VALUES ({said.format(**values)})" for into, said in NAMED.values()]
    parts = ", ".join(f"part_{number} AS ({one})" for number, one in enumerate(each[:-1]))
    return {
        "three statements": "\n".join(
            [f"{KEYS}BEGIN;", held, legs, f"WITH {parts} {each[-1]};", "COMMIT;\n"]
        ),
        "a statement a table": "\n".join(
            [f"{KEYS}BEGIN;", held, legs, *(f"{one};" for one in each), "COMMIT;\n"]
        ),
    }


def _givers(root: Unit, act: Act) -> None:
    heads = "member,lot,points,earned_on,last_day\n"
    begun, over = act.on.replace(year=act.on.year - 1), act.on.replace(year=act.on.year + 1)
    rows = "".join(f"D-{number + 100_000},1,1000000000,{begun},{over}\n" for number in range(GIVERS))
    content = heads + rows
    load_lots(unit=root, content=content, digest=hashlib.sha256(content.encode()).hexdigest(), act=act)


def _requests(port: int, tokens: list[str], turn: str, count: int) -> bytes:
    made = []
    for number in range(count):
        body = json.dumps({"campaign": "BENCH", "points": POINTS, "key": f"{turn}-{number}"})
        made.append(
            f"POST /campaigns/live/gifts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {tokens[number % len(tokens)]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
    return "\0".join(made).encode()


def _named(campaign: Campaign, root: Unit) -> dict[str, object]:
    codes = {
        "owed": "Assets:Receivable:Sponsor", "income": "Income:Gifts:Points", "spent": "Expenses:Gifts:Points",
        "payable": "Liabilities:Payable:Charity", "points": "Liabilities:Points", "issued": "Equity:Points-Issued",
    }  # fmt: skip
    accounts = dict(BookAccount.objects.filter(unit=root).values_list("code", "pk"))
    first = Holder.objects.filter(number__startswith="D-").order_by("pk")[0]
    lot = Lot.objects.get(holder=first)
    donor = Donor.objects.get(holder=first)
    return {
        "givers": GIVERS, "first_holder": first.pk, "first_lot": lot.pk, "first_donor": donor.pk, "campaign": campaign.pk,
        "unit": root.pk, "place": root.place_id or campaign.seat_id, "actor": door_account().pk,
        "measure": measure_number("campaigns.participations"), "rate": Rate.objects.get().pk, "fund": campaign.fund_id,
        **{name: accounts[code] for name, code in codes.items()},
    }  # fmt: skip


@contextmanager
def _with_a_key() -> Iterator[None]:
    """Let this process and those that it starts know a key of members' tokens, in a folder of their own."""
    before = os.environ.get("BANGFU_VAR")
    with tempfile.TemporaryDirectory() as folder, override_settings(SECRETS_FOLDER=Path(folder) / "secrets"):
        path = Path(settings.SECRETS_FOLDER) / KEY_FILE
        path.parent.mkdir(parents=True)
        path.write_text(secrets.token_hex(32))
        os.environ["BANGFU_VAR"] = folder
        try:
            yield
        finally:
            os.environ.pop("BANGFU_VAR")
            if before is not None:
                os.environ["BANGFU_VAR"] = before


def gifts_over_http(address: str, campaign: Campaign, root: Unit, act: Act) -> None:
    """Measure and print the rate at the door, pgbench's, and their ratio."""
    _givers(root, act)
    ready()
    with _with_a_key():
        until = int(time.time()) + 3_000
        members = (
            Holder.objects.filter(number__startswith="D-").order_by("pk").values_list("number", flat=True)
        )
        tokens = [issue_token(one, until_s=until) for one in members]
        ours = 0.0
        door_account(on=timezone.localdate())
        with served(address) as port:
            loaded(port, _requests(port, tokens, "warm", GIVERS))
            for turn in range(ROUNDS):
                found = loaded(port, _requests(port, tokens, f"t{turn}", GIFTS))
                print(
                    f"  gifts at the door: {found.rate:,.0f}/s, p99 {found.at(0.99):.0f} ms, {found.statuses}",
                    flush=True,
                )
                ours = max(ours, found.rate)
            slow = loaded(port, _requests(port, tokens, "paced", int(ours * 3)), ours * 0.6)
            print(f"  at 60 % of it: median {slow.at(0.5):.1f} ms, p99 {slow.at(0.99):.1f} ms")
    _agree(campaign)
    named, best = _named(campaign, root), 0.0
    for name, script in _scripts().items():
        for clients in CLIENTS:
            rate = pgbench(address, script, named, clients=clients, seconds=PGBENCH_S)
            best = max(best, rate)
            print(f"  pgbench, {name}, {clients} clients: {rate:,.0f} gifts/s", flush=True)
    _agree(campaign)
    print(f"giving-http ratio={ours / best:.2f} baseline={best:,.0f}/s ours={ours:,.0f}/s")


def _agree(campaign: Campaign) -> None:
    """The public counter is what the gifts are, to the fen."""
    began = time.perf_counter()
    given, count = counter(campaign).given_fen, participations(campaign)
    took = time.perf_counter() - began
    gifts = Gift.objects.filter(campaign=campaign, state="RECEIVED").values_list("amount_fen", flat=True)
    if (given, count) != (sum(gifts), len(gifts)):
        raise SystemExit(f"the counter says {given} of {count}, the gifts {sum(gifts)} of {len(gifts)}")
    print(f"  the public counter agrees: {count:,} gifts, {took * 1000:.1f} ms")
