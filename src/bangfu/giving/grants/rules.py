"""What makes an application acceptable, as columns over all rows at once; one application is a sheet of one row.

Reads, never writes. The import shows these faults in its preview and refuses by them under the lock of the programmes. No fault
repeats a name, an account or an identity number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.foundation.intake.layouts import RowFault, listed
from bangfu.foundation.people import identity_numbers
from bangfu.foundation.people.identity_numbers import PROBLEM_WORDS, normalised, problem_of
from bangfu.foundation.people.queries import persons_with
from bangfu.foundation.rooms import both
from bangfu.giving.grants import known
from bangfu.giving.grants.guardians import OF_AGE, age_on, faults_of_guardian, signed_from
from bangfu.giving.grants.models import (
    APPLICATION_STATE_WORDS,
    PROGRAMME_STATE_WORDS,
    AccountOwner,
    Age,
    ProgrammeState,
)
from bangfu.giving.grants.refusing import UnableToApply

YOUNGEST, OLDEST, CONSENTS_BESIDE = 5, 25, 14
"""Ages in years: of pupils at all; from which a minor is no child in the law of personal data."""
ACCOUNT, PHONE = re.compile(r"[0-9]{12,23}"), re.compile(r"[0-9]{7,15}")
_BETWEEN = re.compile(r"[\s\-]+")
_SEPARATORS = re.compile(r"[\s,，、;；/]+")
COLUMNS: dict[str, Any] = {
    "row": polars.Int64, "programme_code": polars.String, "school_code": polars.String, "class_name": polars.String,
    "name": polars.String, "identity_number": polars.String, "register_number": polars.String, "guardian": polars.String,
    "guardian_born_on": polars.Date, "relation": polars.String, "phone": polars.String, "household": polars.String,
    "claims": polars.String, "bank": polars.String, "account": polars.String, "account_owner": polars.String,
    "other_aid": polars.String,
    "consented_on": polars.Date, "consent": polars.String, "consent_digest": polars.String,
}  # fmt: skip


class Fault(RowFault):
    """Why one row cannot be taken in."""

    unable = UnableToApply


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside the columns given, ``programme``, ``unit``, ``place``, ``school``, ``person`` (null: nobody who is
    known), ``age``, ``claimed`` (codes with commas between), ``standing`` (``new`` or ``same``).
    """

    rows: polars.DataFrame
    faults: list[Fault]


def digits(text: str | None) -> str:
    """Return a number as it is kept: without spaces and hyphens, half-width.

    >>> digits("6228 4800-1234")
    '622848001234'
    """
    return _BETWEEN.sub("", (text or "").translate(_FULL_WIDTH))


_FULL_WIDTH = {0xFF10 + digit: ord(str(digit)) for digit in range(10)}


def passes_luhn(number: str) -> bool:
    """Return whether the check digit of a bank card is right (ISO/IEC 7812-1, annex B).

    >>> passes_luhn("6222020200112230"), passes_luhn("6222020200112231")
    (False, True)
    """
    total = 0
    for place, sign in enumerate(reversed(number)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def age_band(years: int) -> str:
    """Return what age means for consent.

    >>> [str(age_band(years)) for years in (13, 14, 17, 18)]
    ['CHILD', 'MINOR', 'MINOR', 'ADULT']
    """
    return (Age.CHILD if years < CONSENTS_BESIDE else Age.MINOR if years < OF_AGE else Age.ADULT).value


def judged(rows: polars.DataFrame, *, today: date) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows.

    ``rows`` has the columns of ``COLUMNS``. Rows of no programme or school that can be found are left out of the result.
    """
    col = polars.col
    programmes = known.programmes(rows["programme_code"].drop_nulls().unique().to_list())
    schools = known.schools(rows["school_code"].drop_nulls().unique().to_list())
    placed = rows.join(programmes, on="programme_code", how="left", maintain_order="left").join(
        schools, on="school_code", how="left", maintain_order="left"
    )
    faults = [
        Fault(row, "programme_code", "unknown_programme", {"code": code})
        for row, code in placed.filter(col("programme").is_null()).select("row", "programme_code").iter_rows()
    ]
    faults += [
        Fault(row, "school_code", "unknown_school", {"code": code})
        for row, code in placed.filter(col("school").is_null()).select("row", "school_code").iter_rows()
    ]
    placed = placed.filter(col("programme").is_not_null() & col("school").is_not_null())
    faults += _faults_of_programmes(placed, today)
    placed = placed.with_columns(
        identity_number=col("identity_number").map_elements(normalised, return_dtype=polars.String),
        account=col("account").map_elements(digits, return_dtype=polars.String),
        phone=col("phone").map_elements(digits, return_dtype=polars.String),
    )
    placed, of_people = _with_people(placed, today)
    placed, of_claims = _with_claims(placed)
    faults += [*of_people, *of_claims, *_faults_of_accounts(placed), *_faults_of_consent(placed, today)]
    placed, of_standing = _with_standing(placed)
    faults += of_standing
    faults.sort(key=lambda fault: fault.row)
    return Judged(rows=placed, faults=faults)


def _faults_of_programmes(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for one in rows.iter_rows(named=True):
        is_open = one["state"] == ProgrammeState.OPEN and one["opens_on"] <= today < one["closes_on"]
        if not is_open:
            last = date.fromordinal(one["closes_on"].toordinal() - 1)
            said = {"code": one["programme_code"], "first": one["opens_on"], "last": last}
            yield Fault(
                one["row"],
                "programme_code",
                "not_open",
                {**said, "state": PROGRAMME_STATE_WORDS[one["state"]]},
            )
    pairs = known.quotas(rows["programme"].unique().to_list())
    for row, programme, code, school, place in rows.select(
        "row", "programme", "programme_code", "school", "place"
    ).iter_rows():
        if (programme, place, None) not in pairs and (programme, place, school) not in pairs:
            yield Fault(row, "school_code", "not_for_school", {"programme": code})


def _with_people(rows: polars.DataFrame, today: date) -> tuple[polars.DataFrame, list[Fault]]:
    """Return rows with ``person`` and ``age``, and what is wrong with pupils and guardians."""
    faults: list[Fault] = []
    ages: list[str | None] = []
    for one in rows.iter_rows(named=True):
        problem = problem_of(one["identity_number"], on=today)
        if problem is not None:
            faults.append(
                Fault(one["row"], "identity_number", "identity_number", {"problem": PROBLEM_WORDS[problem]})
            )
            ages.append(None)
            continue
        years = age_on(identity_numbers.birth_date(one["identity_number"]), today)
        ages.append(age_band(years))
        if not YOUNGEST <= years <= OLDEST:
            said = {"age": years, "youngest": YOUNGEST, "oldest": OLDEST}
            faults.append(Fault(one["row"], "identity_number", "wrong_age", said))
        faults += [
            Fault(one["row"], column, code, said)
            for column, code, said in faults_of_guardian(one, is_minor=years < OF_AGE, today=today)
        ]
    numbers = persons_with(rows["identity_number"].unique())
    persons = [numbers.get(number) for number in rows["identity_number"]]
    rows = rows.with_columns(
        age=polars.Series(ages, dtype=polars.String),
        person=polars.Series([str(one) if one else None for one in persons], dtype=polars.String),
    )
    names = known.names_of([one for one in persons if one is not None])
    for row, name, person in zip(rows["row"], rows["name"], persons, strict=True):
        written = (name or "").strip()
        if not written:
            faults.append(Fault(row, "name", "name_missing", {}))
        elif person is not None and names.get(person, written) != written:
            faults.append(Fault(row, "name", "name_differs", {}))
    first = polars.col("row").min().over("programme", "identity_number")
    doubles = rows.select("row", other=first).filter(polars.col("row") > polars.col("other"))
    faults += [
        Fault(row, "identity_number", "twice_in_sheet", {"other": other})
        for row, other in doubles.iter_rows()
    ]
    return rows, faults


def _with_claims(rows: polars.DataFrame) -> tuple[polars.DataFrame, list[Fault]]:
    """Return rows with ``claimed``, and claims that name no criterion of the programme."""
    criteria = known.criteria(rows["programme"].unique().to_list())
    claimed: list[str] = []
    faults: list[Fault] = []
    for row, programme, text in rows.select("row", "programme", "claims").iter_rows():
        options = criteria.get(programme, {})
        words = [word for word in _SEPARATORS.split((text or "").strip()) if word]
        strange = [word for word in words if word.casefold() not in options]
        if strange:
            listed_ = listed([both(title, title) for title in dict.fromkeys(options.values())])
            faults.append(Fault(row, "claims", "unknown_criterion", {"text": strange[0], "known": listed_}))
        claimed.append(
            ",".join(dict.fromkeys(options[word.casefold()] for word in words if word not in strange))
        )
    return rows.with_columns(claimed=polars.Series(claimed, dtype=polars.String)), faults


def _faults_of_accounts(rows: polars.DataFrame) -> Iterator[Fault]:
    first: dict[str, tuple[int, str]] = {}
    for row, account, guardian, phone, name, owner in rows.select(
        "row", "account", "guardian", "phone", "name", "account_owner"
    ).iter_rows():
        holder = ((name if owner == AccountOwner.PUPIL else guardian) or "").strip()
        if phone and not PHONE.fullmatch(phone):
            yield Fault(row, "phone", "wrong_phone", {})
        if not ACCOUNT.fullmatch(account or ""):
            yield Fault(row, "account", "wrong_account", {"why": ""})
        elif account.startswith("62") and 16 <= len(account) <= 19 and not passes_luhn(account):
            why = both("，这张卡号的校验位不对", "; the check digit of this card is wrong")
            yield Fault(row, "account", "wrong_account", {"why": why})
        elif account in first and first[account][1] != holder:
            yield Fault(row, "account", "account_of_others", {"other": first[account][0]})
        first.setdefault(account, (row, holder))


def _faults_of_consent(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for row, day, digest, opens_on in rows.select(
        "row", "consented_on", "consent_digest", "opens_on"
    ).iter_rows():
        if (day is None) != (not digest):
            yield Fault(row, "consented_on", "consent_half", {})
        elif day is not None and day > today:
            yield Fault(row, "consented_on", "consented_later", {})
        elif day is not None and day < signed_from(opens_on):
            yield Fault(row, "consented_on", "consented_long_ago", {"day": signed_from(opens_on)})


def _with_standing(rows: polars.DataFrame) -> tuple[polars.DataFrame, list[Fault]]:
    """Return rows with ``standing``, and pupils who applied or are granted already."""
    persons = rows["person"].drop_nulls().unique().to_list()
    applied = known.living_applications(rows["programme"].unique().to_list(), persons)
    granted = known.standing_awards(rows["term"].unique().to_list(), persons)
    standing: list[str] = []
    faults: list[Fault] = []
    for row, programme, term, person, school, class_name in rows.select(
        "row", "programme", "term", "person", "school", "class_name"
    ).iter_rows():
        there = applied.get((programme, person))
        is_same = there is not None and (there.school, there.class_name) == (school, class_name.strip())
        standing.append("same" if is_same else "new")
        if there is not None and not is_same:
            said = {"number": there.number, "state": APPLICATION_STATE_WORDS[there.state]}
            faults.append(Fault(row, None, "applied_already", said))
        elif not is_same and (term, person) in granted:
            faults.append(Fault(row, None, "granted_already", {"programme": granted[term, person]}))
    return rows.with_columns(standing=polars.Series(standing, dtype=polars.String)), faults
