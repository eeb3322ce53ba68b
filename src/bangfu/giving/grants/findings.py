"""What is found beside applications, of many at once: the pupil applies or is granted elsewhere, an account or a telephone is
shared. People judge it; nothing is refused by it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models import LIVING, STANDING

MANY_PHONES = 4
"""From so many pupils of different guardians on, one telephone is asked about."""
FINDING_WORDS: dict[str, Words] = {
    "is_granted": both("本学期已受资助", "Granted this term"),
    "is_double": both("其他项目也有申请", "Applied elsewhere too"),
    "is_account_shared": both("账号与他人相同", "Account of others"),
    "is_phone_shared": both("多名监护人同一电话", "One telephone, many guardians"),
}
DIFFERS = both("与农户登记不符", "Differs from the register")
_OTHERS = """
SELECT DISTINCT asked.id, '{code}' FROM asked
  JOIN grants_application other ON {alike} AND other.state = ANY(%(living)s)
  JOIN grants_programme programme ON programme.id = other.programme_id AND programme.term = asked.term
"""
_FOUND = f"""
WITH asked AS MATERIALIZED (
    SELECT application.id, application.person_id, application.guardian_digest, application.account_digest,
           application.phone_digest, programme.term
      FROM grants_application application JOIN grants_programme programme ON programme.id = application.programme_id
     WHERE application.id = ANY(%(keys)s))
{_OTHERS.format(code="is_double", alike="other.person_id = asked.person_id AND other.id <> asked.id")}
UNION ALL
SELECT asked.id, 'is_granted' FROM asked
  JOIN grants_award award ON award.person_id = asked.person_id AND award.term = asked.term
   AND award.state = ANY(%(standing)s) AND award.application_id <> asked.id
UNION ALL
{
    _OTHERS.format(
        code="is_account_shared",
        alike="other.account_digest = asked.account_digest AND other.person_id <> asked.person_id"
        " AND other.guardian_digest <> asked.guardian_digest",
    )
}
UNION ALL
SELECT asked.id, 'is_phone_shared' FROM asked
  JOIN (SELECT other.phone_digest, programme.term FROM grants_application other
          JOIN grants_programme programme ON programme.id = other.programme_id
         WHERE other.state = ANY(%(living)s)
           AND other.phone_digest IN (SELECT phone_digest FROM asked WHERE phone_digest <> '')
         GROUP BY other.phone_digest, programme.term HAVING count(DISTINCT other.guardian_digest) >= %(many)s) shared
    ON shared.phone_digest = asked.phone_digest AND shared.term = asked.term
"""


def findings_of(applications: Collection[int]) -> dict[int, frozenset[str]]:  # absent = nothing is found
    """Return what is found beside applications, as codes of ``FINDING_WORDS``, with one query.

    ``is_double``: another programme of the term has an application of the pupil; ``is_granted``: another granted it;
    ``is_account_shared``, ``is_phone_shared``: pupils of other guardians have the same account, or many the same telephone.
    """
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "keys": list(applications),
                "living": list(LIVING),
                "standing": list(STANDING),
                "many": MANY_PHONES,
            },
        )
        for key, code in cursor.fetchall():
            found.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def words_of(codes: Collection[str]) -> list[Words]:
    """Return findings in words, in their order."""
    return [words for code, words in FINDING_WORDS.items() if code in codes]
