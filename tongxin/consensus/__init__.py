"""Finds groups of like opinion in votes, and what all of them agree on.

Plain mathematics over arrays: no database, no settings, no words of the platform.
"""

from tongxin.consensus.analysis import analyse
from tongxin.consensus.conversation import Conversation
from tongxin.consensus.results import (
    Axes,
    BaseClusters,
    ConsensusItem,
    ConsensusLists,
    Group,
    Representative,
    Result,
    Statements,
    TooLittle,
)
from tongxin.consensus.statistics import statistics_of
from tongxin.consensus.votes import AGREE, DISAGREE, PASS, Votes

__all__ = [
    "AGREE",
    "DISAGREE",
    "PASS",
    "Axes",
    "BaseClusters",
    "ConsensusItem",
    "ConsensusLists",
    "Conversation",
    "Group",
    "Representative",
    "Result",
    "Statements",
    "TooLittle",
    "Votes",
    "analyse",
    "statistics_of",
]
