"""Accounts and persons."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.people import vault
from bangfu.foundation.people.households import models as households
from bangfu.foundation.people.systems import system_title
from bangfu.foundation.rooms import both

Household, Membership, Standing = households.Household, households.Membership, households.Standing

ERASED = both("已删除的人员", "an erased person")
"""What a person is called of whom nothing is kept any more."""


@pghistory.track(*every_version())
class Person(models.Model):
    """Somebody about whom the programme keeps something; elsewhere only this id is used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    identity_number_sealed = models.BinaryField(null=True)
    entered_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(
                    name_sealed__isnull=True, phone_sealed__isnull=True, identity_number_sealed__isnull=True
                ),
                name="people_nothing_of_the_erased",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name(self) -> str | None:
        """The person's name; null once the person has been erased or no name was given."""
        return self._opened("name")

    @property
    def phone(self) -> str | None:
        """The person's telephone number; null as for the name."""
        return self._opened("phone")

    def _opened(self, column: str) -> str | None:
        sealed = getattr(self, f"{column}_sealed")
        key = self._state.fields_cache.get("key") or PersonKey.objects.filter(person=self).first()
        if sealed is None or key is None:
            return None
        return vault.open_text(bytes(key.wrapped), bytes(sealed), person=self.id, column=column)


class PersonKey(models.Model):
    """The key under which one person's columns are sealed, and the blind index by which they are matched.

    Deleting the row erases the person everywhere. Left out of backups and history: see docs/decisions on personal data.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="key")
    wrapped = models.BinaryField()
    identity_index = models.BinaryField(null=True)
    """``vault.blind_index`` of the identity number; null = none is known."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity_index"], name="people_one_living_person_an_identity_number"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class Keeping(models.Model):
    """A unit keeps something about a person: who has a permission there may look at the person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="keepings")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "unit", "place"], nulls_distinct=False, name="people_kept_once_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.unit_id}"


class ListExport(AppendOnly):
    """A list of people left the house as a file in clear: who took it, when, which, narrowed to what, and whose data.

    Why is sealed with each person's access, since a reason may name them.
    """

    listing = models.CharField(max_length=80)
    """Code of the declared list."""
    filters = models.JSONField()
    """What it was narrowed by, as its address has it; nothing by which a person is looked for."""
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    row_count = models.PositiveIntegerField()
    person_count = models.PositiveIntegerField()
    """Of how many people something is said in clear; the others of the list are masked."""
    columns = ArrayField(models.CharField(max_length=40))
    """What is said of them."""
    digest = models.CharField(max_length=64)
    """Of all that is said in clear, in the order of the rows, under the house's key of digests."""
    through = models.CharField(max_length=20, null=True)
    """Prefix of the API token through which it was taken; null at the pages."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person_count__gte=1) & models.Q(row_count__gte=1),
                name="people_export_of_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["exported_at"], name="people_export_by_time"),
            models.Index(fields=["account", "exported_at"], name="people_export_by_account"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the file and the trail call it."""
        return f"P{self.pk:06d}"


class Access(AppendOnly):
    """Somebody saw a person's columns unmasked: who, whom, when and why."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accesses")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    accessed_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    reason_sealed = models.BinaryField()
    """Sealed under the person's key, since a reason may name them."""
    export = models.ForeignKey(ListExport, null=True, on_delete=models.PROTECT, related_name="accesses")
    """The list in which it was seen; null on a page."""

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [
            models.Index(fields=["person", "accessed_at"], name="people_access_by_person"),
            models.Index(fields=["account", "accessed_at"], name="people_access_by_account"),
            models.Index(fields=["accessed_at"], name="people_access_by_time"),
        ]

    def __str__(self) -> str:
        return f"access {self.pk}"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account with this sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """Who can act: a person who signs in, or a system (job, payment, tool) with grants of its own."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", "person"
        SYSTEM = "SYSTEM", "system"

    username = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="account")
    title = models.CharField(max_length=120, blank=True)
    """What a system account is called; persons have their name."""
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())
    last_login = None
    limited_to: frozenset[str] | None = None
    """Permissions to which whoever acts through a token is limited; null = all that were granted. Never stored."""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="SYSTEM") | models.Q(person__isnull=False),
                name="people_person_account_has_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="PERSON") | ~models.Q(title=""),
                name="people_system_account_has_a_title",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Whether Django's own admin lets the account in; bangfu has no admin pages."""
        return False

    @property
    def display_name(self) -> str:
        """The person's name or the system's title, as shown beside what the account did."""
        if self.kind == self.Kind.SYSTEM:
            return system_title(self.title)
        person = self._person_and_key()
        return (person and person.name) or str(ERASED)

    def _person_and_key(self) -> Person | None:
        """Return the person, read together with the key where it was not read yet; not kept, for the key may be destroyed."""
        if self.person_id is None or Account.person.is_cached(self):
            return self.person
        return Person.objects.select_related("key").get(pk=self.person_id)

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether the password is right; a stronger hash is stored in passing when settings ask for it."""
        with system_writes("a password's hash is renewed at sign-in"):
            return super().check_password(raw_password)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used: grants in a scope are (see organisation)."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions are not used."""
        return False
