"""The list of applications: how it is narrowed at the page, and what its files say of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both
from bangfu.foundation.rooms.lists import in_batches
from bangfu.giving.grants import queries
from bangfu.giving.grants.findings import FINDING_WORDS, findings_of, words_of
from bangfu.giving.grants.models import APPLICATION_STATE_WORDS, Application
from bangfu.giving.grants.register import VIEW

SORTS = {
    "number": "number",
    "score": "score",
    "class": "class_name",
    "school": "school__name",
    "state": "state",
}
FINDS = {
    **FINDING_WORDS,
    "no_consent": both("缺同意书", "No consent yet"),
    "clean": both("可审核、无提示", "Ready, nothing found"),
}
NUMBERED = {
    "programme": "programme",
    "school": "school",
    "upload": "upload",
    "notice": "notice",
    "award": "award",
}
"""Filters by key, and the field each narrows."""
FILTERS = {
    "q": both("编号、班级", "number, class"), "programme": both("项目", "programme"), "school": both("学校", "school"),
    "upload": both("表格", "sheet"), "notice": both("名单", "list"), "award": both("助学金", "award"),
    "state": both("状态", "state"), "find": both("提示", "found"), "sort": both("排序", "order"),
}  # fmt: skip


def narrowed(account: Account, asked: Mapping[str, str], on: date) -> QuerySet[Application]:
    """Return the applications that an account may read, as an address narrows and orders them."""
    rows = queries.applications_seen_by(account, on)
    text = asked.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(class_name__icontains=text) | Q(school__name__icontains=text)
        )
    for name, field in NUMBERED.items():
        key = asked.get(name, "")
        if key.isascii() and key.isdigit():
            rows = rows.filter(**{field: int(key)})
    if asked.get("state") in APPLICATION_STATE_WORDS:
        rows = rows.filter(state=asked["state"])
    find = asked.get("find", "")
    if find == "clean":
        rows = rows.filter(state="ENTERED", consented_on__isnull=False)
        rows = rows.exclude(pk__in=findings_of(_keys(rows)))
    elif find == "no_consent":
        rows = rows.filter(state="ENTERED", consented_on=None)
    elif find in FINDING_WORDS:
        rows = rows.filter(pk__in=[key for key, codes in findings_of(_keys(rows)).items() if find in codes])
    sort = asked.get("sort", "")
    name = sort.lstrip("-")
    if name not in SORTS:
        return rows.order_by("-pk")
    return rows.order_by(f"{'-' if sort.startswith('-') else ''}{SORTS[name]}", "pk")


def _keys(rows: QuerySet[Application]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def _rows(account: Account, asked: Mapping[str, str], on: date) -> Iterator[list[PersonalCell]]:
    if not granted_units(account, VIEW, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return _applications(narrowed(account, asked, on))


def _applications(found: QuerySet[Application]) -> Iterator[list[PersonalCell]]:
    for batch in in_batches(found):
        labels = place_labels({one.place_id for one in batch})
        found_beside = findings_of([one.pk for one in batch])
        for one in batch:
            said = words_of(found_beside.get(one.pk, ()))
            yield [
                one.number, one.person_id, one.person_id, one.programme.name, labels[one.place_id], one.school.name,
                one.class_name, str(one.household_words), "" if one.score is None else str(one.score),
                "" if one.consented_on is None else one.consented_on.isoformat(), "、".join(map(str, said)),
                str(one.state_words), one.reason_words,
            ]  # fmt: skip


APPLICATIONS = PersonalList(
    code="grants.applications",
    title=both("助学申请", "Applications for grants"),
    columns=(
        both("编号", "Number"), Personal(both("学生", "Pupil"), "name"),
        Personal(both("身份证号码", "Identity number"), "identity_number"), both("项目", "Programme"), both("县", "County"),
        both("学校", "School"), both("班级", "Class"), both("家庭情况", "Household"), both("评分", "Score"),
        both("同意书", "Consent"), both("提示", "Found"), both("状态", "State"), both("原因", "Reason"),
    ),
    rows=_rows,
    page=lambda asked: reverse("grants:applications"),
    filters=FILTERS,
)  # fmt: skip
