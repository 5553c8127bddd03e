"""Tags of the proposals room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.foundation.core.templatetags.ui import pill

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def state_pill(code: str) -> SafeString:
    """Show the state of a proposal: shape, word, colour."""
    state = PROPOSAL.states[code]
    return pill(state.tone, str(state.label))
