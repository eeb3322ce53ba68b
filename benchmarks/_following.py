"""What one giver's look at their gift takes, among 325,000 gifts of which some went back, and 3,349 awards.

Gifts, awards, payments and receipts are made by a statement each; their places are given by the product's operation, and each
gift has its entry in the books. Ours is all that the page asks before it is drawn: the gift and which fen of the fund it is, in
which awards they lie, every school's sums, and the fund's position, which a process sums anew when it is some seconds old and
entries were made (how long that takes is printed beside it). The baseline is the plain way in the same run: every look
sums the gifts before it, fetches all awards and walks them until the gift is found. Target: 100 ms at the 95th percentile.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import enter_vouchers
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.giving.campaigns.api import BANK
from bangfu.giving.campaigns.models import Campaign
from bangfu.giving.campaigns.operations.placing import place_gifts
from bangfu.giving.campaigns.queries import door_account
from bangfu.giving.grants.books import position
from bangfu.giving.grants.models import STANDING, Programme, School
from bangfu.giving.grants.views.following_gift import looked_up
from benchmarks._scratch import scratch_database, seconds
from benchmarks._sizes import sized

GIFTS = sized(325_000, 3_000)
AWARDS = sized(3_349, 30)
SCHOOLS = sized(120, 5)
LOOKS = sized(300, 20)
BASELINE_LOOKS = sized(40, 5)
GRANT_FEN = 100_000
ONE_GOES_BACK_OF = 250
INCOME = "Income:Gifts:Transfer"
_GIVEN = """
INSERT INTO campaigns_gift (number, campaign_id, kind, way, amount_fen, is_anonymous, unit_id, place_id, given_at, given_on,
                            state, received_on, source_system, source_id)
SELECT 'follow-' || n, %(campaign)s, 'PUBLIC', 'BANK', 800 + n * 7919 %% 660, true, %(unit)s, %(place)s, %(at)s, %(on)s,
       'RECEIVED', %(on)s, 'bench.follow', n::text
  FROM generate_series(1, %(gifts)s::bigint) n
"""
_WENT_BACK = "UPDATE campaigns_gift SET state = 'REFUNDED', ended_on = %s WHERE id %% %s = 0"
_PUPILS = "INSERT INTO people_person (id) SELECT gen_random_uuid() FROM generate_series(1, %(awards)s)"
_APPLIED = """
INSERT INTO grants_application (number, programme_id, school_id, place_id, class_name, person_id, age, sealed, relation,
                                account_owner, account_digest, phone_digest, guardian_digest, household, claims, other_aid,
                                consent_digest, state, reason, remark, entered_at, entered_by_id)
SELECT 'F-' || pupil.n, %(programme)s, school.id, school.place_id, '', pupil.id, 'CHILD', '', 'MOTHER', 'GUARDIAN', '', '', '',
       'REGISTERED', '{}', '', '', 'ENTERED', '', '', %(at)s, %(actor)s
  FROM (SELECT id, row_number() OVER () AS n FROM people_person WHERE name_sealed IS NULL) pupil
  JOIN (SELECT id, place_id, row_number() OVER (ORDER BY id) AS n FROM grants_school) school
    ON school.n = 1 + pupil.n %% %(schools)s
 WHERE pupil.n <= %(awards)s
"""
_AWARDED = """
INSERT INTO grants_award (application_id, programme_id, fund_id, person_id, school_id, place_id, term, amount_fen, awarded_on,
                          state, awarded_at, awarded_by_id)
SELECT id, programme_id, %(fund)s, person_id, school_id, place_id, '2026-autumn', %(grant)s, %(on)s,
       CASE WHEN id %% 10 < 8 THEN 'PAID' ELSE 'AWARDED' END, %(at)s, %(actor)s
  FROM grants_application ORDER BY id
"""
_SENT = """
WITH batch AS (
  INSERT INTO grants_batch (number, programme_id, payment_count, amount_fen, state, made_at, made_by_id, remark)
  VALUES ('F-B1', %(programme)s, %(awards)s, %(awards)s * %(grant)s, 'MADE', %(at)s, %(actor)s, '') RETURNING id
), result AS (
  INSERT INTO grants_resultfile (batch_id, name, digest, paid, failed, refusals, read_at, read_by_id)
  SELECT id, 'bench', 'bench', %(awards)s, 0, '{}', %(at)s, %(actor)s FROM batch RETURNING id, batch_id
)
INSERT INTO grants_payment (batch_id, line, award_id, amount_fen, account_digest, state, reason, serial, paid_on, result_id)
SELECT result.batch_id, row_number() OVER (ORDER BY award.id), award.id, award.amount_fen, '', 'PAID', '', 'F' || award.id,
       %(on)s, result.id
  FROM grants_award award CROSS JOIN result WHERE award.state = 'PAID'
"""
_SHEETS = """
INSERT INTO grants_receiptsheet (number, programme_id, school_id, place_id, due_on, made_at, made_by_id)
SELECT 'F-S' || id, %(programme)s, id, place_id, %(on)s, %(at)s, %(actor)s FROM grants_school
"""
_SIGNED = """
INSERT INTO grants_receipt (payment_id, sheet_id, position, signer, signed_on, entered_at, entered_by_id)
SELECT payment.id, sheet.id, row_number() OVER (PARTITION BY sheet.id ORDER BY payment.id), 'GUARDIAN', %(on)s, %(at)s, %(actor)s
  FROM grants_payment payment JOIN grants_award award ON award.id = payment.award_id
  JOIN grants_receiptsheet sheet ON sheet.school_id = award.school_id WHERE payment.id %% 3 > 0
"""
_EVERYTHING = (_PUPILS, _APPLIED, _AWARDED, _SENT, _SHEETS, _SIGNED)
_TABLES = (
    "campaigns_gift",
    "campaigns_standing",
    "grants_award",
    "grants_payment",
    "grants_receipt",
    "money_leg",
)


def following(prepared: Callable[[], tuple[Campaign, Unit, Act]]) -> None:
    """Measure looks at random gifts and print their median, their 95th percentile and the baseline.

    Args:
        prepared: opens the campaign in an empty house.
    """
    with scratch_database("giving_follow"):
        campaign, root, act = prepared()
        assert campaign.fund is not None
        made = seconds(partial(_make, campaign, root, act))
        print(f"  {GIFTS:,} gifts and {AWARDS:,} awards to follow: made in {made:.0f} s")
        chosen = random.Random(103)
        numbers = [f"follow-{chosen.randint(1, GIFTS)}" for _ in range(LOOKS)]
        _agree(numbers[:BASELINE_LOOKS])
        ours = [seconds(partial(looked_up, number)) for number in numbers]
        print(f"  summing the fund's books: {seconds(partial(position, campaign.fund)) * 1000:.0f} ms")
        plain = [seconds(partial(_plainly, number)) for number in numbers[:BASELINE_LOOKS]]
    median, baseline = statistics.median(ours), statistics.median(plain)
    tail = statistics.quantiles(ours, n=20)[-1]
    print(
        f"giving-follow ratio={baseline / median:.2f} baseline={baseline * 1000:.1f}ms ours={median * 1000:.1f}ms"
        f" p95={tail * 1000:.1f}ms"
    )


def _make(campaign: Campaign, root: Unit, act: Act) -> None:
    assert campaign.fund is not None
    programme = _programme(campaign.fund, root, act)
    said: dict[str, Any] = {
        "campaign": campaign.pk, "unit": root.pk, "place": campaign.seat_id, "at": act.at, "on": act.on, "gifts": GIFTS,
        "programme": programme.pk, "fund": campaign.fund.pk, "schools": SCHOOLS, "awards": AWARDS, "grant": GRANT_FEN,
        "actor": act.actor.pk,
    }  # fmt: skip
    with system_writes("gifts of a benchmark"), connection.cursor() as cursor:
        cursor.execute(_GIVEN, said)
    place_gifts(act=Act(actor=door_account(on=date(2015, 1, 1)), at=act.at))
    with system_writes("awards of a benchmark"), connection.cursor() as cursor:
        cursor.execute(_WENT_BACK, [act.on, ONE_GOES_BACK_OF])
        for statement in _EVERYTHING:
            cursor.execute(statement, said)
    enter_vouchers(unit=root, frame=_entries(campaign.fund.code, act.on), act=act)
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ANALYZE {table}")


def _programme(fund: Fund, root: Unit, act: Act) -> Programme:
    counties = list(Place.objects.filter(level=COUNTY).order_by("pk")[:SCHOOLS])
    with system_writes("a programme of a benchmark"):
        School.objects.bulk_create(
            School(
                code=f"{2_100_000_000 + number}", name=f"基准第{number}小学", place=counties[number % len(counties)], unit=root,
                entered_at=act.at, entered_by=act.actor,
            )
            for number in range(SCHOOLS)
        )  # fmt: skip
        return Programme.objects.create(
            code="FOLLOW", name_zh="基准", unit=root, fund=fund, term="2026-autumn", amount_fen=GRANT_FEN,
            opens_on=act.on - timedelta(days=30), closes_on=act.on, entered_at=act.at, entered_by=act.actor,
        )  # fmt: skip


def _entries(fund: str, on: date) -> polars.DataFrame:
    """Return an entry for each gift: the charity's bank account against what was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, amount_fen FROM campaigns_gift ORDER BY id")
        gifts = polars.DataFrame(cursor.fetchall(), schema=["entry", "fen"], orient="row")
    halves = [
        gifts.select(
            "entry", on=polars.lit(on), account=polars.lit(account), amount_minor=polars.col("fen") * sign,
            fund=polars.lit(fund), source_id=polars.format("follow-{}", "entry"),
        )
        for account, sign in ((BANK, 1), (INCOME, -1))
    ]  # fmt: skip
    return polars.concat(halves)


def _plainly(number: str) -> list[tuple[int, int]]:
    """Return which awards a gift became, summing all gifts before it and walking all awards: ``(award, fen)``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, campaign_id, amount_fen, state FROM campaigns_gift WHERE number = %s", [number]
        )
        gift, campaign, fen, state = cursor.fetchone()
        if state != "RECEIVED":
            return []
        cursor.execute(
            "SELECT coalesce(sum(amount_fen), 0)::bigint FROM campaigns_gift"
            " WHERE campaign_id = %s AND id < %s AND state IN ('RECEIVED', 'REFUNDING')",
            [campaign, gift],
        )
        (start,) = cursor.fetchone()
        cursor.execute(
            "SELECT award.id, award.amount_fen FROM grants_award award"
            " JOIN campaigns_campaign campaign ON campaign.fund_id = award.fund_id"
            " WHERE campaign.id = %s AND award.state = ANY(%s) ORDER BY award.id",
            [campaign, list(STANDING)],
        )
        awards: list[tuple[int, int]] = cursor.fetchall()
    return _walked(awards, start, start + fen)


def _walked(awards: list[tuple[int, int]], start: int, until: int) -> list[tuple[int, int]]:
    at, found = 0, []
    for award, amount in awards:
        lies = min(at + amount, until) - max(at, start)
        if lies > 0:
            found.append((award, lies))
        at += amount
    return found


def _agree(numbers: list[str]) -> None:
    """Fail unless both ways come to the same fen: what is measured is then one question."""
    for number in numbers:
        said: dict[str, Any] = looked_up(number) or {}
        told = sum(row["it"].fen for row in said.get("rows", []))
        if told != sum(fen for _, fen in _plainly(number)):
            raise ValueError(f"the ways disagree about {number}")
