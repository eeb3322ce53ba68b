"""What other rooms are told of forms: where their pages are, and their summaries."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from bangfu.foundation.rooms import RecordSummary, both
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.periods import read_period


def version_address(key: int) -> str:
    """Return where a version of a form is shown."""
    version = Version.objects.get(pk=key)
    return f"{reverse('forms:form', args=[version.form_id])}?version={version.number}"


def version_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of versions of forms by key."""
    return {
        one.pk: RecordSummary(
            title=str(one.name),
            rows=(
                (both("版本", "Version"), str(one.number)),
                (both("文件", "File"), one.file_name),
                (both("单位", "Unit"), one.form.unit.name),
            ),
        )
        for one in Version.objects.filter(pk__in=keys).select_related("form__unit")
    }


def fill_address(key: int) -> str:
    """Return where a filled form is shown."""
    return reverse("forms:filled", args=[key])


def fill_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of filled forms by key."""
    found = {}
    for one in Fill.objects.filter(pk__in=keys).select_related("revision__version", "unit"):
        period = read_period(one.period)
        found[one.pk] = RecordSummary(
            title=str(one.revision.version.name),
            rows=(
                (both("期间", "Period"), str(both(period.title("zh"), period.title("en")))),
                (both("单位", "Unit"), one.unit.name),
                (both("区块", "Block"), str(one.block)),
            ),
        )
    return found


def version_units(keys: list[int]) -> Mapping[int, int]:
    """Return the units of versions by key."""
    return dict(Version.objects.filter(pk__in=keys).values_list("pk", "form__unit"))


def fill_units(keys: list[int]) -> Mapping[int, int]:
    """Return the units of filled forms by key."""
    return dict(Fill.objects.filter(pk__in=keys).values_list("pk", "unit"))
