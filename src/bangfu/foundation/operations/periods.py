"""Constraints of half-open periods ``starts_on``/``ends_on``; null = open."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class _KeyRange(Func):
    """``int8range(key, key, '[]')``: equality that a GiST exclusion understands without an extension."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


class _Days(Func):
    function = "DATERANGE"


class _Moments(Func):
    function = "TSTZRANGE"


def one_at_a_time(name: str, *keys: str, condition: Q | None = None) -> ExclusionConstraint:
    """Return a constraint: for the same keys, half-open periods ``starts_on``/``ends_on`` never overlap."""
    same = [(_KeyRange(F(key), F(key)), RangeOperators.OVERLAPS) for key in keys]
    period = (_Days(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS)
    return ExclusionConstraint(name=name, expressions=[*same, period], condition=condition)


def one_at_a_moment(name: str, *keys: str) -> ExclusionConstraint:
    """Return a constraint: for the same keys, half-open periods of moments ``starts_at``/``ends_at`` never overlap."""
    same = [(_KeyRange(F(key), F(key)), RangeOperators.OVERLAPS) for key in keys]
    period = (_Moments(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS)
    return ExclusionConstraint(name=name, expressions=[*same, period])


def period_is_forward(name: str) -> models.CheckConstraint:
    """Return a constraint: a period ends after it starts, or is open."""
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name=name
    )
