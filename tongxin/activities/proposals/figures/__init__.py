"""The numbers that this room can answer, the rows behind each, and the dashboard made of them."""

from __future__ import annotations

from tongxin.activities.proposals.figures.counts import COUNTS
from tongxin.activities.proposals.figures.dashboard import PROPOSALS
from tongxin.activities.proposals.figures.families import SUPERVISIONS_OF
from tongxin.activities.proposals.figures.following import FOLLOWING
from tongxin.activities.proposals.figures.ratings import RATINGS
from tongxin.activities.proposals.figures.shares import SHARES
from tongxin.foundation.core.figures import register_areas, register_families, register_figures

FIGURES = (*COUNTS, *SHARES, *RATINGS, *FOLLOWING)


def register() -> None:
    """Make the figures and the dashboard of this room known."""
    register_figures(*FIGURES)
    register_families(SUPERVISIONS_OF)
    register_areas(PROPOSALS)
