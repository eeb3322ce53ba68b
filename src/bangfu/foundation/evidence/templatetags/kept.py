"""``{% load kept %}`` and ``{% evidence_files attachments %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone

from bangfu.foundation.evidence.models import KIND_WORDS, Attachment
from bangfu.foundation.evidence.queries import openable
from bangfu.foundation.people.readers import reader_of

register = template.Library()


@register.inclusion_tag("evidence/files.html", takes_context=True)
def evidence_files(
    context: template.Context, attachments: Iterable[Attachment], *, in_drawer: bool = True
) -> dict[str, Any]:
    """Show files with names and digests; whoever may open one is led to it.

    Args:
        in_drawer: whether a file opens beside the page; false where the page is the drawer itself.
    """
    listed = list(attachments)
    digests = {one.file_id for one in listed}
    open_to_reader = openable(reader_of(context["request"]), digests, timezone.localdate())
    return {
        "files": [(one, KIND_WORDS[one.kind], one.file_id in open_to_reader) for one in listed],
        "in_drawer": in_drawer,
    }
