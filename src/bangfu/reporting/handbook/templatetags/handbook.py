"""``{{ address|in_handbook }}`` in the handbook's templates."""

from django import template

from bangfu.reporting.handbook import subjects

register = template.Library()


@register.filter
def in_handbook(address: str) -> str:
    """Return where a line of a subject opens; rooms write addresses of the handbook relative to it."""
    return subjects.in_handbook(address)
