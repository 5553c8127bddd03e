"""How often something may be tried, so that guessing leads nowhere and honest people are never shut out.

Three rules keep the limits from being turned against somebody:

- Who signed in on a device before has a budget of their own there, which nobody spends from elsewhere.
- On a device that does not know the person, tries count against the person *on that network*, against the
  device, and against the network. Nobody can spend them from another network.
- A span of time starts with the first try and is not prolonged by further ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from tongxin.foundation.accounts.devices import keyed
from tongxin.foundation.accounts.models import AttemptCount
from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class TryLater(Exception):  # noqa: N818 (it is an answer, not a fault)
    """Tried too often; ``at`` is when the next try is welcome."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at

    @property
    def wait_seconds(self) -> int:
        """How long that is from now, at least a second."""
        return max(1, int((self.at - clock.now()).total_seconds()) + 1)


@dataclass(frozen=True, slots=True)
class Budget:
    """So many failures within so many minutes."""

    name: str
    most: int
    minutes: int = 15

    def of(self, *subject: object) -> Purse:
        """Return this budget as it stands for one subject."""
        return Purse(self, keyed(" ".join((self.name, *map(str, subject)))))


@dataclass(frozen=True, slots=True)
class Purse:
    """One subject's budget."""

    budget: Budget
    key: str


# A person who mistypes needs three or four; ten leave room for the old password and the new one.
KNOWN_DEVICE = Budget("account on a device that knows it", 10)
STRANGE_DEVICE = Budget("account from a network", 5)
DEVICE = Budget("device", 20)
# An office of 27 behind one address, all after a holiday, each mistyping twice.
NETWORK = Budget("network", 60)
# Second factor and password asked again: the account is known by then.
PROOF = Budget("proof of an account on a device", 6)
CORRECT = Budget("corrections asked for", 10, minutes=24 * 60)


@transaction.atomic
def spend(purses: Iterable[Purse]) -> None:
    """Take one try from each, before it is made, so that parallel tries cannot outrun the count.

    Raises:
        TryLater: one of them is empty; nothing was taken from the others.
    """
    now = clock.now()
    # Always in the same order, so that two requests cannot wait for each other. What was taken from the
    # others goes back with the transaction.
    counted = [(purse, *_count(purse, now)) for purse in sorted(purses, key=lambda p: p.key)]
    if empty := [until for purse, count, until in counted if count > purse.budget.most]:
        raise TryLater(max(empty))


@transaction.atomic
def give_back(purses: Iterable[Purse], *, forget: Purse | None = None) -> None:
    """A try was right: it does not count, and one budget starts afresh. Also sweeps out what has passed."""
    AttemptCount.objects.filter(key__in=[p.key for p in purses], count__gt=0).update(count=F("count") - 1)
    if forget:
        AttemptCount.objects.filter(key=forget.key).delete()
    AttemptCount.objects.filter(until__lt=clock.now()).delete()


def _count(purse: Purse, now: datetime) -> tuple[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_attemptcount AS a (key, count, until) VALUES (%s, 1, %s)"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN a.until <= %s THEN 1 ELSE a.count + 1 END,"
            " until = CASE WHEN a.until <= %s THEN excluded.until ELSE a.until END"
            " RETURNING count, until",
            [purse.key, now + timedelta(minutes=purse.budget.minutes), now, now],
        )
        count, until = cursor.fetchone()
    return count, until
