"""People who sign in, the devices they are signed in on, and how often somebody tried."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.accounts.phones import blind_index, decrypt, encrypt, mask
from tongxin.foundation.core.models import Record


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(
        self,
        username: str,
        password: str | None = None,
        *,
        name: str,
        phone: str = "",
        **rest: Any,  # noqa: ANN401
    ) -> User:
        """Make an account; without a password nobody can sign in to it yet."""
        user = self.model(username=username, name=name, **rest)
        user.phone = phone
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Record, AbstractBaseUser):
    """One person, who may hold posts in several committees."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    # The number itself is encrypted; the index finds it again without revealing it.
    phone_encrypted = models.BinaryField(null=True, editable=False)
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    is_system_admin = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.name

    @property
    def phone(self) -> str:
        """The full number. Pages show ``masked_phone``; showing this one is logged."""
        return decrypt(self.phone_encrypted)

    @phone.setter
    def phone(self, number: str) -> None:
        self.phone_encrypted = encrypt(number)
        self.phone_index = blind_index(number)

    @property
    def masked_phone(self) -> str:
        """The number as pages show it: 138****8000."""
        return mask(self.phone)


class DeviceSession(Record):
    """A device on which a person is signed in, in words they recognise. No address is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="device_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    browser = models.CharField(max_length=20)
    system = models.CharField(max_length=20)
    signed_in_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.browser} {self.system}".strip()


class AttemptCount(models.Model):
    """How often something was tried within a span of time. The key is a keyed hash, so it names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%H:%M}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Requests for correction, filtered."""

    def open(self) -> CorrectionQuerySet:
        """Return the requests that nobody has answered."""
        return self.filter(settled_at__isnull=True)


class Correction(Record):
    """A person's request that an administrator correct their name or user name."""

    class Subject(models.TextChoices):
        NAME = "name", _("姓名")
        USERNAME = "username", _("用户名")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections")
    subject = models.CharField(_("要更正什么"), max_length=10, choices=Subject)
    wanted = models.CharField(_("正确的写法"), max_length=60)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted = models.BooleanField(null=True)
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "subject"],
                condition=models.Q(settled_at__isnull=True),
                name="correction_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, accepted__isnull=True)
                | models.Q(settled_at__isnull=False, accepted__isnull=False),
                name="correction_settled_with_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.wanted}"
