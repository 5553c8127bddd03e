"""The span that a page or a command asks for."""

from __future__ import annotations

from tongxin.foundation.core import clock
from tongxin.foundation.core.figures import EVER, Period
from tongxin.foundation.core.periods import parse_period
from tongxin.foundation.organization.models import Term

# 本届: from the first day of the term that runs now.
TERM = "本届"


def read_period(text: str, committee_id: int, *, otherwise: Period = EVER) -> Period:
    """Return the span that is meant, as ``core.periods`` reads it, or 本届; what nobody knows is the other one.

    One query for 本届, none for the rest.
    """
    try:
        return parse_asked(text, committee_id) if text else otherwise
    except ValueError:
        return otherwise


def parse_asked(text: str, committee_id: int) -> Period:
    """Return the span that is meant.

    Raises:
        ValueError: nobody knows what is meant.
    """
    today = clock.today()
    if text.strip() != TERM:
        return parse_period(text, today)
    term = Term.objects.filter(committee_id=committee_id).current_on(today)
    return Period(term.starts_on, term.ends_on) if term else EVER
