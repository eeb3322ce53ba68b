"""What the register of records is told of holders, rates and confirmations."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.points.models import Confirmation, Holder, Rate
from bangfu.foundation.points.queries import with_balance
from bangfu.foundation.points.register import CONFIRMATION_TYPE, HOLDER_TYPE, RATE_TYPE
from bangfu.foundation.rooms import RecordSummary, RecordType, both


def holder_address(key: int) -> str:
    """Return the page of the holder with this key."""
    return reverse("points:holder", args=[key])


def rate_address(key: int) -> str:
    """Return the page of rates."""
    return f"{reverse('points:rates')}#rate-{key}"


def confirmation_address(key: int) -> str:
    """Return the page of the confirmation with this key."""
    return reverse("points:confirmation", args=[key])


def holder_units(keys: list[int]) -> dict[int, int]:
    """Return the unit of each holder, by key; keys that do not exist are absent."""
    return dict(Holder.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def rate_units(keys: list[int]) -> dict[int, int]:
    """Return the unit of each rate, by key; keys that do not exist are absent."""
    return dict(Rate.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def confirmation_units(keys: list[int]) -> dict[int, int]:
    """Return the unit of each confirmation, by key; keys that do not exist are absent."""
    return dict(Confirmation.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def holder_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each holder; nobody is named. Keys that do not exist are absent."""
    found = with_balance(Holder.objects.filter(pk__in=keys).select_related("unit"), on=timezone.localdate())
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=(
                (both("单位", "Unit"), one.unit.name),
                (both("可用积分", "To be spent"), f"{one.held:,}"),  # type: ignore[attr-defined]
            ),
        )
        for one in found
    }


def rate_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each rate; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(both("积分比率", "Rate of points")),
            rows=(
                (both("单位", "Unit"), one.unit.name),
                (both("积分", "Points"), f"{one.points:,}"),
                (both("值（分）", "Worth (fen)"), f"{one.fen:,}"),
                (both("生效", "From"), one.valid_from.isoformat()),
                (both("依据", "Rests on"), one.document),
            ),
        )
        for one in Rate.objects.filter(pk__in=keys).select_related("unit")
    }


def confirmation_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each confirmation; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name,
            rows=(
                (both("单位", "Unit"), one.unit.name),
                (both("行数", "Rows"), f"{one.rows:,}"),
                (both("积分", "Points"), f"{one.points:,}"),
                (both("受理号", "Taken under"), one.reference or "—"),
            ),
        )
        for one in Confirmation.objects.filter(pk__in=keys).select_related("unit")
    }


RECORD_TYPES = (
    RecordType(
        number=HOLDER_TYPE, code="points.holder", title=both("积分会员", "Holder of points"), model="points.Holder",
        address=holder_address, summaries=holder_summaries, review_scope=holder_units,
    ),
    RecordType(
        number=RATE_TYPE, code="points.rate", title=both("积分比率", "Rate of points"), model="points.Rate",
        address=rate_address, summaries=rate_summaries, review_scope=rate_units,
    ),
    RecordType(
        number=CONFIRMATION_TYPE, code="points.confirmation", title=both("积分回传文件", "Confirmation of points"),
        model="points.Confirmation", address=confirmation_address, summaries=confirmation_summaries,
        review_scope=confirmation_units,
    ),
)  # fmt: skip
