"""Tags of the proposals room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from tongxin.activities.proposals.documents import for_letters, reply_letter
from tongxin.activities.proposals.lifecycle import PROPOSAL
from tongxin.activities.proposals.models import Reply
from tongxin.foundation.core.templatetags.ui import pill

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from tongxin.foundation.core.official import OfficialDocument

register = template.Library()


@register.simple_tag
def state_pill(code: str) -> SafeString:
    """Show the state of a proposal: shape, word, colour."""
    state = PROPOSAL.states[code]
    return pill(state.tone, str(state.label))


@register.simple_tag
def letter_of(reply: Reply) -> OfficialDocument:
    """Return the letter of a reply, for pages of those who may read it. One query."""
    return reply_letter(for_letters(Reply.objects.all()).get(pk=reply.pk))
