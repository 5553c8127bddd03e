"""The tables of the topics room."""

from tongxin.activities.topics.models.exchange import TopicImport
from tongxin.activities.topics.models.listing import TopicBallot, TopicList, TopicListItem
from tongxin.activities.topics.models.tables import DeclineReason, TopicCategory, TopicRules
from tongxin.activities.topics.models.topic import Topic, TopicQuerySet
from tongxin.activities.topics.models.voice import Voice

__all__ = [
    "DeclineReason",
    "Topic",
    "TopicBallot",
    "TopicCategory",
    "TopicImport",
    "TopicList",
    "TopicListItem",
    "TopicQuerySet",
    "TopicRules",
    "Voice",
]
