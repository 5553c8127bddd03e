"""What the pages about one's own account show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.foundation.accounts import factors
from tongxin.foundation.accounts.models import Correction, DeviceSession

if TYPE_CHECKING:
    from datetime import datetime

    from tongxin.foundation.accounts.models import User


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One second factor."""

    id: int
    kind: str
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class MyFactors:
    """The second factors of a person."""

    factors: list[FactorLine]
    codes_left: int
    required: bool

    @property
    def has_app(self) -> bool:
        """Say whether codes from an app are set up; there can be one app."""
        return any(f.kind == factors.TOTP for f in self.factors)


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device on which the person is signed in."""

    id: object
    words: str
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class MyAccount:
    """The page about oneself."""

    user: User
    phone: str
    second: MyFactors
    devices: list[DeviceLine]
    corrections: list[Correction]


def my_factors(user: User, *, required: bool) -> MyFactors:
    """Return the second factors of a person, oldest first."""
    lines = [
        FactorLine(f.pk, f.type, factors.name_of(f), f.created_at, f.last_used_at)
        for f in factors.factors_of(user)
    ]
    return MyFactors(lines, factors.codes_left(user), required)


def my_account(user: User, *, session_key: str, required: bool) -> MyAccount:
    """Return what the page about oneself shows; this device first."""
    devices = [
        DeviceLine(d.pk, _device_words(d), d.seen_at, d.session_key == session_key)
        for d in DeviceSession.objects.filter(user=user)
    ]
    return MyAccount(
        user=user,
        phone=user.masked_phone,
        second=my_factors(user, required=required),
        devices=sorted(devices, key=lambda d: not d.here),
        corrections=list(Correction.objects.filter(user=user).open()),
    )


def _device_words(device: DeviceSession) -> str:
    # The words are stored in Chinese; gettext("") would give the catalogue's header.
    browser, system = (_(w) if w else "" for w in (device.browser, device.system))
    if browser and system:
        return _("{system}上的{browser}").format(system=system, browser=browser)
    return browser or system or _("一台认不出的设备")


def own_data(user: User) -> dict[str, Any]:
    """Return all that is kept about an account, for its owner. Secrets and hashes stay here."""
    return {
        "username": user.username,
        "name": user.name,
        "phone": user.phone,
        "made_at": user.made_at.isoformat(),
        "last_sign_in_at": user.last_login.isoformat() if user.last_login else None,
        "second_factors": [
            {"kind": f.kind, "name": f.name, "added_at": f.added_at.isoformat()}
            for f in my_factors(user, required=False).factors
        ],
        "devices": [
            {
                "device": _device_words(d),
                "signed_in_at": d.signed_in_at.isoformat(),
                "seen_at": d.seen_at.isoformat(),
            }
            for d in DeviceSession.objects.filter(user=user)
        ],
        "corrections": [
            {
                "subject": c.subject,
                "wanted": c.wanted,
                "made_at": c.made_at.isoformat(),
                "accepted": c.accepted,
            }
            for c in Correction.objects.filter(user=user)
        ],
    }
