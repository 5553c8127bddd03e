"""Tells a flood from a busy day, without remembering who came.

What costs the staff a look (a new group of sayings) or the disk space (a photo) is counted for its place and for
the network that it came from; one more voice of a group is not. Beyond the limits nothing is turned away: the
form asks one plain question in words, and what comes then waits apart.

A count stands under a keyed hash of place or network and of the span of time, so that neither can be read from
it, and it expires at a full hour: the moment of the first saying does not show. Nothing joins it to a saying.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from tongxin.foundation.accounts.devices import keyed
from tongxin.foundation.accounts.models import AttemptCount
from tongxin.foundation.core import clock
from tongxin.foundation.core.ciphers import keyed_digest

if TYPE_CHECKING:
    from uuid import UUID

_PLACE_MINUTES = 10
_NETWORK_MINUTES = 60
# A village's room, a school or a whole carrier may stand behind one address.
NETWORK_MOST = 60
_NUMBERS = 9


def count_new(place: str) -> int:
    """Count one new group of sayings of a place; return how many there are in these ten minutes."""
    return _count(f"place {place}", _PLACE_MINUTES)


def count_costly(network: str) -> int:
    """Count one new group or photo from a network; return how many there are in this hour."""
    return _count(f"network {network}", _NETWORK_MINUTES)


def is_crowded(network: str) -> bool:
    """Say whether so much came from a network in this hour that it is asked first. Counts nothing."""
    key = _key(f"network {network}", _NETWORK_MINUTES)
    return AttemptCount.objects.filter(key=key, count__gte=NETWORK_MOST).exists()


def question_of(nonce: UUID) -> str:
    """Return the question that the form with this nonce asks when there is a flood."""
    first, second = _numbers(nonce)
    words = _words()
    return _("%(first)s加%(second)s等于几？") % {"first": words[first], "second": words[second]}


def is_answer(nonce: UUID, typed: str) -> bool:
    """Say whether somebody answered that question, in digits or in words."""
    said = typed.strip().rstrip("。. ").lower()
    right = sum(_numbers(nonce))
    # int() reads full-width digits too.
    return said == _words()[right] or (said.isdecimal() and int(said) == right)


def _key(subject: str, minutes: int) -> str:
    return keyed(f"flood {subject} {int(clock.now().timestamp()) // (minutes * 60)}")


def _count(subject: str, minutes: int) -> int:
    next_hour = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{AttemptCount._meta.db_table}" AS a (key, count, until) VALUES (%s, 1, %s)'  # noqa: S608, SLF001
            " ON CONFLICT (key) DO UPDATE SET count = a.count + 1 RETURNING count",
            [_key(subject, minutes), next_hour],
        )
        return int(cursor.fetchone()[0])


def _numbers(nonce: UUID) -> tuple[int, int]:
    digest = keyed_digest(str(nonce), purpose="question")
    return digest[0] % _NUMBERS + 1, digest[1] % _NUMBERS + 1


def _words() -> list[str]:
    """Return the numbers from nought to eighteen in words."""
    tens = _("零、一、二、三、四、五、六、七、八、九、十、十一、十二、十三、十四、十五、十六、十七、十八")
    return tens.split("、")
