"""Who is it that gives this phone number or user name, and this password?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q

from tongxin.foundation.accounts.models import User
from tongxin.foundation.accounts.phones import blind_index

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


def find_account(login: str) -> User | None:
    """Return the account with this phone number, however it is written, or this user name. One query."""
    login = login.strip()
    index = blind_index(login)
    found = User.objects.filter(Q(username=login) | Q(phone_index=index, phone_index__isnull=False))
    # Somebody's user name may be somebody else's number: the number wins.
    return max(found[:2], key=lambda user: user.phone_index == index, default=None)


class PhoneOrUsernameBackend(BaseBackend):
    """Lets people in by phone or user name. A stranger costs the same work as an account that exists."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_rest: Any,  # noqa: ANN401 (Django offers every backend what other backends may want)
    ) -> User | None:
        """Return the account when the password is its own and it is in use."""
        if username is None or password is None:
            return None
        user = find_account(username)
        if user is None:
            # One hash, as for an account that exists.
            User().set_password(password)
            return None
        fits = user.check_password(password)
        return user if fits and user.is_active else None

    def get_user(self, user_id: UUID) -> User | None:
        """Return who a session belongs to; nobody once the account is out of use."""
        return User.objects.filter(pk=user_id, is_active=True).first()
