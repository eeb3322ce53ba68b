"""``{% evidence_cards files %}``: the files that hang on a record; those open which the reader may open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import openable
from bangfu.foundation.people.models import Account

register = template.Library()


@register.inclusion_tag("evidence/cards.html", takes_context=True)
def evidence_cards(
    context: Context, files: Iterable[Attachment], *, with_digest: bool = False
) -> dict[str, Any]:
    """Return what the cards show: name, time and size, and the picture and the way to it for whoever may open it."""
    shown, account = list(files), context["request"].user
    opens = (
        openable(account, {one.file_id for one in shown}, timezone.localdate())
        if isinstance(account, Account)
        else set()
    )
    return {"cards": [(one, one.file_id in opens) for one in shown], "with_digest": with_digest}
