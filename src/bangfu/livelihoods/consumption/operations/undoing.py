"""A whole export taken back: its payments and refunds with the sales that it brought, unless something later rests on them."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.undoing import Obstacle
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import counted
from bangfu.livelihoods.consumption.models import Entry, Sale
from bangfu.livelihoods.consumption.telling import entry_address

_MOST_NAMED = 5
_RESTS = """
SELECT DISTINCT later.id, sale.order_no
  FROM consumption_entry later JOIN consumption_sale sale ON sale.id = later.sale_id
 WHERE later.withdrawn_at IS NULL AND later.upload_id IS DISTINCT FROM %(upload)s
   AND (sale.upload_id = %(upload)s
        OR (later.kind = 'REFUNDED' AND EXISTS (SELECT FROM consumption_entry paid WHERE paid.sale_id = later.sale_id
              AND paid.upload_id = %(upload)s AND paid.kind = 'PAID' AND paid.withdrawn_at IS NULL)))
 ORDER BY later.id
"""


def in_the_way(upload: Upload) -> list[Obstacle]:
    """Return what later sheets or hands entered of the sales of an export: it is withdrawn first."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTS, {"upload": upload.pk})
        rows = cursor.fetchall()
    if not rows:
        return []
    words = counted(
        "{count} 笔支付或退款是后来登记的，请先收回带来它们的表格，或撤回那些销售",
        "{count} payments or refunds were entered later: take back the sheets that brought them first, or withdraw those sales",
        "one payment or refund was entered later: take back the sheet that brought it first, or withdraw that sale",
        count=len(rows),
    )
    return [Obstacle(words, tuple((order, entry_address(key)) for key, order in rows[:_MOST_NAMED]))]


def withdraw_entries(keys: list[int], reason: str, remark: str, act: Act) -> None:
    """Withdraw payments and refunds, by key, with a reason and the words to it; their facts are reversed by the caller."""
    inside_operation()
    Entry.objects.filter(pk__in=keys).update(
        confirmed_at=None, withdrawn_at=act.at, withdrawn_by=act.actor, withdrawal_reason=reason, withdrawal_remark=remark
    )  # fmt: skip


def withdraw_sales_of(upload: Upload, act: Act) -> None:
    """Withdraw the sales that an export brought, also those that were not paid; what it added to known ones leaves them."""
    inside_operation()
    Sale.objects.filter(upload=upload, withdrawn_at__isnull=True).update(withdrawn_at=act.at)
