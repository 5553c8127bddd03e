"""Tags of the proposals room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.foundation.core.templatetags.ui import pill

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()
_STATES = {**PROPOSAL.states, **ASSIGNMENT.states}


@register.simple_tag
def state_pill(code: str) -> SafeString:
    """Show the state of a proposal or of a unit's part: shape, word, colour."""
    state = _STATES[code]
    return pill(state.tone, str(state.label))
