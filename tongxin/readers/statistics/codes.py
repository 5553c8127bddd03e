"""From a code that somebody reads in a paper to the page behind the number."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tongxin.foundation.core import clock
from tongxin.foundation.core.periods import parse_period
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.models import NumberCode
from tongxin.readers.statistics.opening.asked import Unknown, figure_for

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor

# As people type it: T26-0312, t26—0312, Ｔ２６０３１２.
_DASHES = re.compile(r"[\s\-‐-―−﹣－_.·～~]+")
_CODE = re.compile(r"(T[0-9]{2})([0-9]{4,7})")


def read_code(typed: str) -> str:
    """Return a code as it is kept; empty when it cannot be one."""
    found = _CODE.fullmatch(_DASHES.sub("", unicodedata.normalize("NFKC", typed[:40])).upper())
    return f"{found[1]}-{found[2]}" if found else ""


def page_of_code(actor: Actor, typed: str) -> str:
    """Return the address of the page behind the number that bears this code. At most two queries.

    Raises:
        Unknown: no number of this committee has it, or it is not for this person; both look alike.
    """
    code = read_code(typed)
    row = NumberCode.objects.visible_to(actor).filter(code=code).first() if code else None
    if row is None:
        raise Unknown(typed)
    figure_for(actor, row.figure)
    period = parse_period(row.period, clock.today())
    return opened_url(row.figure, period, row.by, row.part if row.by else None)
