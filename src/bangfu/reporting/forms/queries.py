"""What may be read of forms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.reporting.forms.models import Fill, Form, Revision, Version
from bangfu.reporting.room import VIEW


def newest_version(form: Form) -> Version | None:
    """Return the version in force: the newest that was not withdrawn; null when all were."""
    return form.versions.filter(withdrawal__isnull=True).order_by("-number").first()


def newest_revision(version: Version) -> Revision | None:
    """Return what the cells of a version are pointed at now; null before anything was."""
    return version.revisions.order_by("-number").first()


def forms_of_units(account: Account, on: date) -> Q:
    """Return the condition on forms that somebody may read: those of their units, and of the units above these."""
    units = granted_units(account, VIEW, on)
    paths = Unit.objects.filter(pk__in=units).values_list("path", flat=True)
    above = {int(key) for path in paths for key in path.split(".") if key}
    return Q(unit__in=above | units)


def versions_read_by(account: Account, on: date) -> QuerySet[Version]:
    """Return the version in force of each form that somebody may read, the latest uploaded first."""
    newest = (
        Version.objects.filter(form=OuterRef("form"), withdrawal__isnull=True)
        .order_by("-number")
        .values("pk")
    )
    forms = Form.objects.filter(forms_of_units(account, on))
    return (
        Version.objects.filter(pk=Subquery(newest[:1]), form__in=forms)
        .select_related("form__unit", "uploaded_by")
        .order_by("-uploaded_at", "-pk")
    )


def fill_counts(forms: Iterable[int]) -> dict[int, int]:  # by form; absent: never
    """Return how often forms were filled, whatever the version."""
    fills = Fill.objects.filter(revision__version__form__in=list(forms)).order_by()
    return dict(
        fills.values_list("revision__version__form")
        .annotate(count=Count("pk"))
        .values_list("revision__version__form", "count")
    )


def form_read_by(account: Account, key: int, on: date) -> Form | None:
    """Return a form that somebody may read; null when there is none."""
    return Form.objects.filter(forms_of_units(account, on), pk=key).select_related("unit").first()


def every_version(account: Account, on: date) -> QuerySet[Version]:
    """Return every version of the forms that somebody may read, also those that were withdrawn."""
    return Version.objects.filter(form__in=Form.objects.filter(forms_of_units(account, on)))


def fills_read_by(account: Account, on: date) -> QuerySet[Fill]:
    """Return what was filled for units and places whose figures somebody may see, the latest first."""
    return (
        Fill.objects.filter(within_grants(account, VIEW, on))
        .select_related("revision__version__form", "unit", "place", "filled_by")
        .order_by("-filled_at", "-pk")
    )


def last_period(form: Form) -> str:
    """Return the code of the period for which a form was filled last; empty when it never was."""
    fills = Fill.objects.filter(revision__version__form=form).order_by("-filled_at", "-pk")
    return fills.values_list("period", flat=True).first() or ""
