"""The tables of the conversations room."""

from tongxin.activities.conversations.models.conversation import (
    Conversation,
    ConversationQuerySet,
    Invitation,
)
from tongxin.activities.conversations.models.opinion_map import OpinionMap
from tongxin.activities.conversations.models.statement import Statement, StatementUse
from tongxin.activities.conversations.models.voice import Voice

__all__ = [
    "Conversation",
    "ConversationQuerySet",
    "Invitation",
    "OpinionMap",
    "Statement",
    "StatementUse",
    "Voice",
]
