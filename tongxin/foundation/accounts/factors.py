"""The second factor: a code from an app, a passkey, or a recovery code.

Storage and mathematics are allauth's; which attempts count, and that a code counts once, is decided here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.foundation.accounts.models import User

TOTP = Authenticator.Type.TOTP.value
PASSKEY = Authenticator.Type.WEBAUTHN.value
RECOVERY = Authenticator.Type.RECOVERY_CODES.value


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Keeps secrets encrypted and says who we are to a passkey."""

    def encrypt(self, text: str) -> str:
        """Return a secret as stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name this site as the passkey shows it."""
        return {**super().get_public_key_credential_rp_entity(), "name": "同心"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Name the account as the passkey shows it."""
        return {"id": user.pk.bytes, "display_name": user.name, "name": user.username}


@cache
def _cipher() -> Fernet:
    key = hmac.new(settings.DATA_KEY.encode(), b"second factor", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return what the person can prove themselves with; recovery codes alone are none."""
    found = Authenticator.objects.filter(user=user).exclude(type=RECOVERY).order_by("created_at")
    return cast("QuerySet[Authenticator]", found)


def name_of(factor: Authenticator) -> str:
    """Return what the person calls it."""
    return str(factor.wrap().name) if factor.type == PASSKEY else _("手机验证码")


def codes_left(user: User) -> int:
    """Return how many recovery codes have not been used."""
    found = Authenticator.objects.filter(user=user, type=RECOVERY).first()
    return len(found.wrap().get_unused_codes()) if found else 0


# A code from an app


def new_secret() -> str:
    """Return a secret for an app that is about to be set up."""
    return str(totp.generate_totp_secret())


def setup_link(user: User, secret: str) -> str:
    """Return what the code to be scanned says."""
    label = quote(f"同心:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': '同心'}, quote_via=quote)}"


def counter_of(secret: str, code: str) -> int | None:
    """Return the step of time whose code this is; nothing when it is none of the last few."""
    for counter in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


def activate_app(user: User, secret: str, counter: int) -> Authenticator:
    """Keep the app's secret; the code just shown has been used."""
    made = totp.TOTP.activate(user, secret).instance
    made.data["last_counter"] = counter
    made.save(update_fields=["data"])
    return made


@transaction.atomic
def check_code(user: User, code: str) -> str | None:
    """Return which kind of factor the code belongs to, and use it up; nothing when it is wrong.

    A code from an app counts once, also when it is sent twice at the same moment.
    """
    app = Authenticator.objects.select_for_update().filter(user=user, type=TOTP).first()
    if app:
        counter = counter_of(Adapter().decrypt(app.data["secret"]), code)
        if counter is not None:
            if counter <= app.data.get("last_counter", 0):
                return None
            app.data["last_counter"] = counter
            app.last_used_at = timezone.now()
            app.save(update_fields=["data", "last_used_at"])
            return str(TOTP)
    codes = Authenticator.objects.filter(user=user, type=RECOVERY).first()
    return str(RECOVERY) if codes and codes.wrap().validate_code(code) else None


# A passkey


def passkey_options(user: User) -> dict[str, Any]:
    """Return what the browser needs to make a passkey."""
    return dict(webauthn.begin_registration(user, passwordless=False))


def passkey_question(user: User) -> dict[str, Any]:
    """Return what the browser needs to answer with a passkey of this person."""
    return dict(webauthn.begin_authentication(user))


def add_passkey(user: User, name: str, answer: dict[str, Any]) -> Authenticator | None:
    """Keep a new passkey; nothing when the browser's answer does not fit what it was asked."""
    try:
        webauthn.parse_registration_response(answer)
        webauthn.complete_registration(answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    return webauthn.WebAuthn.add(user, name, answer).instance


def check_passkey(user: User, answer: dict[str, Any]) -> str | None:
    """Return the kind when the answer proves one of the person's passkeys; nothing when it does not."""
    try:
        webauthn.parse_authentication_response(answer)
        used = webauthn.complete_authentication(user, answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    Authenticator.objects.filter(pk=used.pk).update(last_used_at=timezone.now())
    return str(PASSKEY)


# Recovery codes


def new_codes(user: User) -> list[str]:
    """Make ten recovery codes in place of the old ones. They are shown this once."""
    drop_codes(user)
    return [f"{code[:4]} {code[4:]}" for code in RecoveryCodes.activate(user).generate_codes()]


def drop_codes(user: User) -> None:
    """Make every recovery code worthless."""
    Authenticator.objects.filter(user=user, type=RECOVERY).delete()
