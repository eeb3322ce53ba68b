"""The household register as a list: how it is narrowed and sorted, and what its files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.people.households import queries
from bangfu.foundation.people.households.models import KIND_WORDS, MONITORED_WORDS, Household, Standing
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.queries import persons_with
from bangfu.foundation.places.queries import place_labels, search, subtree_range
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, both
from bangfu.foundation.rooms.lists import in_batches

PLACES_MEANT = 20
SORTS = {"number": ("number",), "place": ("place", "number"), "registered": ("registered_at", "pk")}


def order_of(sort: str) -> list[str]:
    """Return the order of a list that is sorted by a column, downwards with a minus before it."""
    return [f"-{name}" if sort.startswith("-") else name for name in SORTS[sort.removeprefix("-")]]


def narrowed(found: QuerySet[Household], asked: Mapping[str, str], on: date) -> QuerySet[Household]:
    """Return the households that fit on a day."""
    if text := asked.get("q"):
        borne = persons_with([text])
        homes = [one.pk for one in queries.households_of(borne.values(), on).values()]
        found = found.filter(Q(number__startswith=text) | Q(pk__in=homes))
    if asked.get("place"):
        within = Q(pk__in=[])
        for hit in search(asked["place"], limit=PLACES_MEANT):
            first, end = subtree_range(hit.place_id)
            within |= Q(place_id__gte=first, place_id__lt=end)
        found = found.filter(within)
    for name in ("kind", "monitored"):
        if asked.get(name):
            standing = Standing.objects.filter(queries.in_force(on), **{name: asked[name]})
            found = found.filter(pk__in=standing.values("household"))
    return found


def _rows(account: Account, asked: Mapping[str, str], on: date) -> Iterator[list[PersonalCell]]:
    if not granted_units(account, "people.view", on):
        raise NotPermitted("out_of_scope", permission="people.view")
    return _cells(narrowed(queries.within_reach(account, on), asked, on).order_by("number"), on)


def _cells(found: QuerySet[Household], on: date) -> Iterator[list[PersonalCell]]:
    for batch in in_batches(found):
        keys = [one.pk for one in batch]
        labels = place_labels({one.place_id for one in batch})
        heads, standings = queries.heads_of(keys, on), queries.standings_on(keys, on)
        for one in batch:
            head, standing = heads.get(one.pk), standings.get(one.pk)
            yield [
                one.number, head, head, head, labels[one.place_id], one.unit.name,
                str(KIND_WORDS[standing.kind]) if standing else "",
                str(MONITORED_WORDS[standing.monitored]) if standing else "",
                f"{one.registered_at:%Y-%m-%d}",
            ]  # fmt: skip


HOUSEHOLDS = PersonalList(
    code="people.households",
    title=both("农户清单", "Households"),
    columns=(
        both("户编号", "Number"), Personal(both("户主", "Head"), "name"),
        Personal(both("户主身份证号码", "Head's identity number"), "identity_number"),
        Personal(both("户主电话", "Head's telephone"), "phone"), both("所在地", "Place"),
        both("登记单位", "Unit"), both("户类型", "Kind"), both("监测类别", "Monitored as"), both("登记", "Registered"),
    ),
    rows=_rows,
    page=lambda asked: reverse("people:households"),
    filters={
        "q": both("户编号", "number"), "place": both("地区", "place"),
        "kind": both("户类型", "kind"), "monitored": both("监测类别", "monitored as"),
    },
)  # fmt: skip
