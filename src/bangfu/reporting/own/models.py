"""Own indicators, their versions as they were worded, the steps taken with each, proposals to withdraw them, and what stands.

No row is ever changed.
"""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.ledger import witnessing
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.codes import FIRST_OWN_NUMBER, HIGHEST_NUMBER

LOCK = 0x6F77_6E00
"""One step with any declaration at a time: two that were approved at once could refer to each other."""


class StepKind(models.TextChoices):
    """What is done with a version."""

    SUBMITTED = "SUBMITTED", "submitted"
    RETURNED = "RETURNED", "returned"
    APPROVED = "APPROVED", "approved"
    ABANDONED = "ABANDONED", "abandoned"
    RESTORED = "RESTORED", "restored"


DRAFTS = ("", StepKind.RETURNED, StepKind.RESTORED)
"""How far a version is that may be worded anew, submitted or abandoned."""
STATE_WORDS: dict[str, Words] = {
    "": both("草拟中", "Draft"),
    StepKind.SUBMITTED: both("待批准", "Waits for approval"),
    StepKind.RETURNED: both("已退回", "Returned"),
    StepKind.APPROVED: both("已批准", "Approved"),
    StepKind.ABANDONED: both("已放弃", "Abandoned"),
    StepKind.RESTORED: both("草拟中", "Draft"),
}
"""How far a version is; the empty one has no step yet."""
STATE_LOOKS = {
    "": "draft",
    StepKind.SUBMITTED: "submitted",
    StepKind.RETURNED: "returned",
    StepKind.APPROVED: "verified",
    StepKind.ABANDONED: "draft",
    StepKind.RESTORED: "draft",
}

_LAST_STEP = "(SELECT step.kind FROM public.own_step step WHERE step.version_id = NEW.version_id ORDER BY step.id DESC LIMIT 1)"
CHECK_VERSION = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF NEW.number <> 1 + (SELECT count(*) FROM public.own_version earlier WHERE earlier.indicator_id = NEW.indicator_id) THEN
    RAISE EXCEPTION 'versions of an indicator follow each other' USING ERRCODE = 'check_violation';
END IF;
IF NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM public.own_version earlier JOIN public.own_step step ON step.version_id = earlier.id
     WHERE earlier.indicator_id = NEW.indicator_id AND earlier.number = NEW.number - 1 AND step.kind = 'APPROVED') THEN
    RAISE EXCEPTION 'only what was approved is revised' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_WORDING = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF coalesce({_LAST_STEP}, 'RETURNED') NOT IN ('RETURNED', 'RESTORED') THEN
    RAISE EXCEPTION 'a version is worded anew in a draft only' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_STEP = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF NEW.kind IN ('SUBMITTED', 'ABANDONED') AND coalesce({_LAST_STEP}, 'RETURNED') NOT IN ('RETURNED', 'RESTORED') THEN
    RAISE EXCEPTION 'only a draft or what was returned is submitted or abandoned' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind = 'RESTORED' AND {_LAST_STEP} IS DISTINCT FROM 'ABANDONED' THEN
    RAISE EXCEPTION 'only what was abandoned is restored' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind IN ('APPROVED', 'RETURNED') AND {_LAST_STEP} IS DISTINCT FROM 'SUBMITTED' THEN
    RAISE EXCEPTION 'only what was submitted is decided on' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind IN ('APPROVED', 'RETURNED') AND NEW.taken_by_id IN (
    SELECT prepared_by_id FROM public.own_version WHERE id = NEW.version_id
    UNION SELECT saved_by_id FROM public.own_wording WHERE version_id = NEW.version_id
    UNION SELECT taken_by_id FROM public.own_step WHERE version_id = NEW.version_id AND kind = 'SUBMITTED') THEN
    RAISE EXCEPTION 'whoever had a hand in a version does not decide on it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_STANDING = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF NOT EXISTS (
    SELECT 1 FROM public.own_version version
      JOIN public.own_ownindicator indicator ON indicator.id = version.indicator_id
      JOIN public.own_step step ON step.version_id = version.id AND step.kind = 'APPROVED'
     WHERE version.id = NEW.version_id
       AND NEW.key = indicator.code || ' v' || version.number
       AND NEW.content ->> 'code' = indicator.code
       AND (NEW.content ->> 'number')::integer = indicator.number
       AND (NEW.content ->> 'version')::integer = version.number
       AND NEW.content ->> 'withdrawn_from' IS NOT DISTINCT FROM NEW.withdrawn_from::text) THEN
    RAISE EXCEPTION 'only what was approved stands, under its own name' USING ERRCODE = 'check_violation';
END IF;
IF NEW.withdrawn_from IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM public.own_withdrawal withdrawal
      JOIN public.own_withdrawaldecision decision ON decision.withdrawal_id = withdrawal.id AND decision.is_approved
     WHERE withdrawal.version_id = NEW.version_id AND withdrawal.withdrawn_from = NEW.withdrawn_from
       AND withdrawal.reason = NEW.reason) THEN
    RAISE EXCEPTION 'only a withdrawal that another approved stands' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_WITHDRAWAL = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF EXISTS (
    SELECT 1 FROM public.own_withdrawal other
     WHERE other.version_id = NEW.version_id
       AND NOT EXISTS (SELECT 1 FROM public.own_withdrawaldecision decision WHERE decision.withdrawal_id = other.id)) THEN
    RAISE EXCEPTION 'one withdrawal of a version waits at a time' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_DECISION = f"""
PERFORM pg_advisory_xact_lock({LOCK});
IF NEW.is_approved AND NEW.decided_by_id = (
    SELECT proposed_by_id FROM public.own_withdrawal WHERE id = NEW.withdrawal_id) THEN
    RAISE EXCEPTION 'whoever proposed a withdrawal does not approve it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
STANDING = witnessing.Witnessed(
    witnessing.Kind.INDICATOR, "own_standing", about="", columns=(), key="key", whole="content"
)


def _rule(name: str, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert, func=func
    )


class OwnIndicator(AppendOnly):
    """An indicator that a unit declares; what it counts, its versions say."""

    code = models.CharField(max_length=60, unique=True)
    number = models.IntegerField(unique=True)
    """In printed codes, fixed for ever."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who answers for it: in whose scope it is drafted and approved. It counts for everybody."""
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^own\.[a-z][a-z0-9_]*$"), name="own_has_its_namespace"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=FIRST_OWN_NUMBER, number__lte=HIGHEST_NUMBER),
                name="own_has_its_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """The unit that answers for it, as a scope of permissions."""
        return Scope(unit=self.unit_id)


class Version(AppendOnly):
    """One version of an own indicator; how it reads, its newest wording says."""

    indicator = models.ForeignKey(OwnIndicator, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    """Why it was revised; only of a revision."""
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "number"], name="own_version_once"),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="own_revision_says_why",
            ),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("version_rules", CHECK_VERSION)]

    def __str__(self) -> str:
        return f"{self.indicator_id} v{self.number}"

    @property
    def scope(self) -> Scope:
        """The unit that answers for the indicator, as a scope of permissions."""
        return self.indicator.scope


class Wording(AppendOnly):
    """What a version said from when it was saved until it was saved anew, as TOML text."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="wordings")
    text = models.TextField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("wording_rules", CHECK_WORDING)]

    def __str__(self) -> str:
        return f"wording {self.pk} of version {self.version_id}"


class Step(AppendOnly):
    """That a version was submitted, returned or approved, or its draft abandoned or restored."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    remark = models.CharField(max_length=500, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="own_known_step"),
            models.CheckConstraint(
                condition=~Q(kind="RETURNED") | ~Q(remark=""), name="own_returned_with_a_remark"
            ),
            models.CheckConstraint(
                condition=~Q(kind="ABANDONED") | ~Q(remark=""), name="own_abandoned_with_a_remark"
            ),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("step_rules", CHECK_STEP)]

    def __str__(self) -> str:
        return f"step {self.kind} of version {self.version_id}"


class Withdrawal(AppendOnly):
    """That somebody proposed to withdraw a version from a day on; it counts once another approved it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="withdrawals")
    withdrawn_from = models.DateField()
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="own_withdrawal_says_why"),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("withdrawal_rules", CHECK_WITHDRAWAL)]

    def __str__(self) -> str:
        return f"withdrawal {self.pk} of version {self.version_id}"

    @property
    def scope(self) -> Scope:
        """The unit that answers for the indicator, as a scope of permissions."""
        return self.version.scope


class WithdrawalDecision(AppendOnly):
    """That a proposed withdrawal was approved by another, or refused or taken back."""

    withdrawal = models.OneToOneField(Withdrawal, on_delete=models.PROTECT, related_name="decision")
    is_approved = models.BooleanField()
    remark = models.CharField(max_length=500, blank=True)
    """Why it was not approved."""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_approved=True, remark="") | (Q(is_approved=False) & ~Q(remark="")),
                name="own_refused_with_a_remark",
            ),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("decision_rules", CHECK_DECISION)]

    def __str__(self) -> str:
        return f"decision of withdrawal {self.withdrawal_id}"


class Standing(AppendOnly):
    """The definition that a version puts in force, once approved; once more when it is withdrawn, with from when.

    A trigger makes each row a version of reference data, as those of files are, which the next block seals.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="standings")
    key = models.CharField(max_length=80)
    """``own.lamps v1``."""
    content = models.JSONField()
    """As ``reporting.versions.content_of`` writes it."""
    withdrawn_from = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    """Why it was withdrawn."""
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(withdrawn_from=None), name="own_in_force_once"
            ),
            models.UniqueConstraint(
                fields=["version"], condition=~Q(withdrawn_from=None), name="own_withdrawn_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_from=None, reason="") | (~Q(withdrawn_from=None) & ~Q(reason="")),
                name="own_withdrawn_for_a_reason",
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _rule("standing_rules", CHECK_STANDING),
            *witnessing.witnesses(STANDING),
        ]

    def __str__(self) -> str:
        return self.key
