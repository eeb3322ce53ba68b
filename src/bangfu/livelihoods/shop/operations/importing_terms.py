"""The sheets of carriage and of coupons become templates with their versions, and batches, all or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.livelihoods.shop.models import (
    Channel,
    CouponBatch,
    CouponKind,
    CouponProduct,
    FreightRate,
    FreightTemplate,
    FreightVersion,
    LiveSale,
    Product,
)
from bangfu.livelihoods.shop.operations.couponing import CouponDetails
from bangfu.livelihoods.shop.operations.importing import ROWS_AT_ONCE, fen

FREIGHTS, COUPONS = "shop.import_freights", "shop.import_coupons"
YES = "YES"
Row = dict[str, Any]


@dataclass(frozen=True)
class TemplateSaid:
    """What a sheet, or the version in force, says of one template."""

    channel: str
    name_zh: str
    name_en: str
    is_usual: bool
    basis: str
    first: int
    further: int
    free_from_fen: int | None

    @property
    def charges(self) -> tuple[str, int, int, int | None]:
        """What stands in a version."""
        return self.basis, self.first, self.further, self.free_from_fen


Rates = dict[int | None, tuple[bool, int, int]]
"""Whether a province is served, first and further charge in fen, by province; null = every other province."""


def template_said(row: Row) -> TemplateSaid:
    """Return what a row says of its template."""
    return TemplateSaid(
        row["channel"], row["name_zh"], row["name_en"], row["is_usual"] == YES, row["basis"], row["first"], row["further"],
        fen(row["free_from_yuan"]) if row["free_from_yuan"] else None,
    )  # fmt: skip


def rate_said(row: Row) -> tuple[bool, int, int]:
    """Return what a row says of its province; charges to where nothing is sent are nothing."""
    if row["served"] != YES:
        return False, 0, 0
    return True, fen(row["first_yuan"] or Decimal(0)), fen(row["further_yuan"] or Decimal(0))


def rates_said(rows: Iterable[Row]) -> Rates:
    """Return what the rows of one template say of provinces, which the check of the sheet found: ``province_id``."""
    return {row["province_id"]: rate_said(row) for row in rows}


def by_template(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by their template's code, in the order of the sheet."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["code"]].append(row)
    return dict(found)


def standing_templates(codes: Iterable[str], at: datetime) -> dict[str, tuple[TemplateSaid, Rates]]:
    """Return what templates say at a moment, by code; those that are unknown, or charge nothing yet, are absent."""
    versions = (
        FreightVersion.objects.filter(template__code__in=list(codes), valid_from__lte=at)
        .order_by("template", "-valid_from")
        .distinct("template")
        .select_related("template__channel")
    )
    rates: dict[int, Rates] = defaultdict(dict)
    for one in FreightRate.objects.filter(version__in=[version.pk for version in versions]):
        rates[one.version_id][one.province_id] = (one.is_served, one.first_fen, one.further_fen)
    return {
        one.template.code: (
            TemplateSaid(
                one.template.channel.code, one.template.name_zh, one.template.name_en, one.template.is_usual, one.basis,
                one.first, one.further, one.free_from_fen,
            ),
            rates[one.pk],
        )
        for one in versions
    }  # fmt: skip


def _channels(rows: Sequence[Row], permission: str, act: Act) -> dict[str, Channel]:
    """Return the channels of rows by code.

    Raises: NotPermitted: one lies outside the grant.
    """
    found = {one.code: one for one in Channel.objects.filter(code__in={row["channel"] for row in rows})}
    units = polars.DataFrame(
        {"unit": [found[row["channel"]].unit_id for row in rows]}, schema={"unit": polars.Int64}
    )
    if not permitted_rows(act, permission, units).all():
        raise NotPermitted("out_of_scope", permission=permission)
    return found


@operation(FREIGHTS, scope=scope_of("upload"))
def import_freights(*, upload: Upload, act: Act) -> Upload:
    """Enter the templates of a sheet, and let those that charge otherwise than now do so from now on. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a channel lies
        outside the grant. Nothing was written.
    Locks: the upload, then the templates of the channels in the order of their keys.
    """
    checked = intake.rows_to_import(upload, act=act)
    said = list(checked.frame.filter(polars.col("standing") != "same").iter_rows(named=True))
    channels = _channels(said, FREIGHTS, act)
    locked = FreightTemplate.objects.select_for_update().filter(
        channel__in=[one.pk for one in channels.values()]
    )
    known = {one.code: one for one in locked.order_by("pk")}
    grouped = by_template(said)
    heads = {code: template_said(rows[0]) for code, rows in grouped.items()}
    _write_templates(heads, known, channels)
    before = standing_templates(grouped, act.at)
    fresh = [
        code
        for code, rows in grouped.items()
        if code not in before
        or (before[code][0].charges, before[code][1]) != (heads[code].charges, rates_said(rows))
    ]
    versions = FreightVersion.objects.bulk_create(
        [
            FreightVersion(
                template=known[code], valid_from=act.at, basis=heads[code].basis, first=heads[code].first,
                further=heads[code].further, free_from_fen=heads[code].free_from_fen, entered_at=act.at,
                entered_by=act.actor,
            )
            for code in fresh
        ],
        batch_size=ROWS_AT_ONCE,
    )  # fmt: skip
    FreightRate.objects.bulk_create(
        (
            FreightRate(
                version=version, province_id=province, is_served=served, first_fen=first, further_fen=further
            )
            for version, code in zip(versions, fresh, strict=True)
            for province, (served, first, further) in rates_said(grouped[code]).items()
        ),
        batch_size=ROWS_AT_ONCE,
    )
    outcome = {
        "new": checked.new, "changed": checked.changed, "same": checked.same, "address": reverse("shop:freights"),
    }  # fmt: skip
    return intake.mark_confirmed(upload, outcome, act=act)


def _write_templates(
    heads: dict[str, TemplateSaid], known: dict[str, FreightTemplate], channels: dict[str, Channel]
) -> None:
    """Write names and which is the usual one; new templates are added to those that are known."""
    now_usual = {head.channel for head in heads.values() if head.is_usual}
    for one in known.values():
        one.is_usual = one.is_usual and one.channel_id not in {channels[code].pk for code in now_usual}
    FreightTemplate.objects.bulk_update(known.values(), ["is_usual"], batch_size=ROWS_AT_ONCE)
    for code, head in heads.items():
        if code in known:
            known[code].name_zh, known[code].name_en, known[code].is_usual = (
                head.name_zh,
                head.name_en,
                head.is_usual,
            )
    changed = [known[code] for code in heads if code in known]
    FreightTemplate.objects.bulk_update(changed, ["name_zh", "name_en", "is_usual"], batch_size=ROWS_AT_ONCE)
    entered = FreightTemplate.objects.bulk_create(
        (
            FreightTemplate(
                channel=channels[head.channel], code=code, name_zh=head.name_zh, name_en=head.name_en, is_usual=head.is_usual
            )
            for code, head in heads.items()
            if code not in known
        ),
        batch_size=ROWS_AT_ONCE,
    )  # fmt: skip
    known.update({one.code: one for one in entered})


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))


def details_said(row: Row) -> CouponDetails:
    """Return what a row says of its coupons; they are good until the end of the last day."""

    def in_fen(amount: Decimal | None) -> int | None:
        return None if amount is None else fen(amount)

    return CouponDetails(
        code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], kind=row["kind"], from_fen=fen(row["from_yuan"]),
        starts_at=_midnight(row["starts_on"]), ends_at=_midnight(row["last_on"] + timedelta(days=1)), number=row["number"],
        per_buyer=row["per_buyer"], off_fen=in_fen(row["off_yuan"]), off_pct=row["off_pct"], cap_fen=in_fen(row["cap_yuan"]),
    )  # fmt: skip


def products_said(row: Row) -> tuple[str, ...]:
    """Return the codes of the products that a row's coupons are for, once each; none: for every product."""
    text = (row["products"] or "").upper()
    for mark in "，,；;/ \n":
        text = text.replace(mark, "、")
    return tuple(dict.fromkeys(code for code in text.split("、") if code))


@operation(COUPONS, scope=scope_of("upload"))
def import_coupons(*, upload: Upload, act: Act) -> Upload:
    """Issue the batches of coupons of a sheet. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a channel lies
        outside the grant. Nothing was written.
    Locks: the upload.
    """
    checked = intake.rows_to_import(upload, act=act)
    said = list(checked.frame.filter(polars.col("standing") == "new").iter_rows(named=True))
    channels = _channels(said, COUPONS, act)
    sales = {one.code: one for one in LiveSale.objects.filter(code__in={row["sale"] for row in said})}
    batches = CouponBatch.objects.bulk_create(
        (_batch(row, channels[row["channel"]], sales.get(row["sale"] or ""), act) for row in said),
        batch_size=ROWS_AT_ONCE,
    )
    named = {code for row in said for code in products_said(row)}
    keys = dict(Product.objects.filter(code__in=named).values_list("code", "pk"))
    CouponProduct.objects.bulk_create(
        (
            CouponProduct(batch=batch, product_id=keys[code])
            for batch, row in zip(batches, said, strict=True)
            for code in products_said(row)
        ),
        batch_size=ROWS_AT_ONCE,
    )
    outcome = {
        "new": checked.new,
        "changed": 0,
        "same": checked.same,
        "address": reverse("shop:coupon_batches"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)


def _batch(row: Row, channel: Channel, sale: LiveSale | None, act: Act) -> CouponBatch:
    said = details_said(row)
    is_amount = said.kind == CouponKind.AMOUNT
    return CouponBatch(
        channel=channel, sale=sale, code=said.code, name_zh=said.name_zh, name_en=said.name_en, kind=said.kind,
        off_fen=said.off_fen if is_amount else None, off_pct=None if is_amount else said.off_pct,
        cap_fen=None if is_amount else said.cap_fen, from_fen=said.from_fen, starts_at=said.starts_at, ends_at=said.ends_at,
        number=said.number, per_buyer=said.per_buyer, entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
