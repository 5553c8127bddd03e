"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongxin.foundation.accounts.phones import blind_index, decrypt, encrypt, mask
from tongxin.foundation.core.models import Record


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(
        self, username: str, password: str | None = None, *, name: str, phone: str = "", **rest: Any  # noqa: ANN401
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
