"""What a list of orders is narrowed to and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.livelihoods.shop.models import Ambassador, LiveSale, Offer, Order, OrderLine
from bangfu.livelihoods.shop.queries import COUNTY, LATE, PROVINCE

ORDER_SORTS = {
    "number": "pk",
    "placed": "placed_at",
    "channel": "channel__code",
    "total": "total_fen",
    "refunded": "refunded_fen",
}


@dataclass(frozen=True)
class OrderFilter:
    """What a list of orders is narrowed to and sorted by."""

    text: str = ""
    """An order's number, or how a platform's number begins."""
    state: str = ""
    label: str = ""
    channel: int | None = None
    sale: int | None = None
    """A live sale."""
    offer: int | None = None
    place: int | None = None
    """The county or province of origin of one of its lines."""
    spoken: int | None = None
    """The province whose ambassadors spoke for one of its lines as it was placed; zero = nobody did."""
    since: datetime | None = None
    """Placed from this moment on; ``until``, before that one."""
    until: datetime | None = None
    was: str = ""
    """``paid`` or ``refunded``: what became of it at some time, whatever it is now."""
    sort: str = "placed"
    descending: bool = True

    @property
    def has_lines(self) -> bool:
        """Whether it asks for orders by their lines."""
        return any(one is not None for one in (self.offer, self.place, self.spoken))

    def lines(self) -> QuerySet[OrderLine]:
        """Return the lines that are asked for."""
        found = OrderLine.objects.all()
        if self.offer is not None:
            found = found.filter(offer=self.offer)
        elif self.sale is not None:
            found = found.filter(offer__in=Offer.objects.filter(stock__sale=self.sale))
        if self.place is not None:
            size = PROVINCE if self.place % PROVINCE == 0 else COUNTY
            found = found.filter(place__gte=self.place, place__lt=self.place + size)
        if self.spoken is not None:
            speaking = Ambassador.objects.filter(
                sale=OuterRef("order__sale"),
                product=OuterRef("offer__stock__variant__product"),
                starts_at__lte=OuterRef("order__placed_at"),
                ends_at__gt=OuterRef("order__placed_at"),
            )
            if self.spoken:
                within = Q(unit__place__gte=self.spoken, unit__place__lt=self.spoken + PROVINCE)
                found = found.filter(Exists(speaking.filter(within)))
            else:
                found = found.filter(~Exists(speaking))
        return found

    def apply(self, found: QuerySet[Order]) -> QuerySet[Order]:
        """Return the orders that are asked for, in order."""
        if self.text:
            digits = self.text.upper().removeprefix("DD").lstrip("0")
            named = Q(external_id__startswith=self.text)
            if digits.isascii() and digits.isdigit() and len(digits) < 18:
                named |= Q(pk=int(digits))
            found = found.filter(named)
        for name in ("state", "label", "channel", "sale"):
            if getattr(self, name):
                found = found.filter(**{name: getattr(self, name)})
        if self.sale:
            when = (
                LiveSale.objects.filter(pk=self.sale).values_list("channel", "starts_at", "ends_at").first()
            )
            if when is not None:  # orders are indexed by channel and moment
                found = found.filter(channel=when[0], placed_at__gte=when[1], placed_at__lt=when[2] + LATE)
        placed = {"placed_at__gte": self.since, "placed_at__lt": self.until}
        found = found.filter(**{name: moment for name, moment in placed.items() if moment is not None})
        if self.has_lines:
            found = found.filter(pk__in=self.lines().values("order"))
        if self.was == "paid":
            found = found.exclude(state__in=("PLACED", "CANCELLED"))
        elif self.was == "refunded":
            found = found.filter(refunded_fen__gt=0)
        column = ORDER_SORTS[self.sort]
        sign = "-" if self.descending else ""
        return found.order_by(*dict.fromkeys([f"{sign}{column}", f"{sign}pk"]))
