"""The dashboard of proposals: which of the figures, and how they are drawn."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongxin.foundation.core.figures import Area, Drawing

PROPOSALS = Area(
    "proposals",
    _("提案"),
    standing=("proposals.overdue", "proposals.in_hand"),
    done=(
        "proposals.received",
        "proposals.filed",
        "proposals.replied",
        "proposals.reply_rate",
        "proposals.on_time_rate",
        "proposals.satisfied_rate",
    ),
    drawings=(
        Drawing("proposals.filed", "topic", "bars"),
        Drawing("proposals.replied", "reply_class", "ring"),
        Drawing("proposals.filed", "month", "line", beside="proposals.replied"),
    ),
    table_by="unit",
    table=("proposals.filed", "proposals.replied", "proposals.on_time_rate", "proposals.overdue"),
    order=20,
)
