"""The figures of a session as one object, as `tongxin report proposals --json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongxin.activities.proposals.reports.handling import handling_report
from tongxin.activities.proposals.reports.review import review_report
from tongxin.activities.proposals.reports.shares import percent
from tongxin.activities.proposals.reports.wanted import frame_of

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Session


def summary(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the counts and shares of a session's review and handling.

    Shares are percent of what counts as filed, except ``filed_percent`` (of what was received) and
    ``members_taking_part_percent`` (of all members of the term).
    """
    frame = frame_of(session.committee_id)
    review = review_report(session, actor, frame)
    handling = handling_report(session, actor, frame)
    received, filed = review.totals["received"], review.totals["filed"]
    collective, by_members = review.collective["filed"], review.by_members["filed"]
    return {
        "name": f"{session.committee}{session}",
        "received": received,
        "submitted": received,
        "filed": filed,
        "filed_percent": _number(filed, received),
        "merged": review.totals["merged"],
        "collective": collective,
        "collective_percent": _number(collective, filed),
        "member": by_members,
        "member_or_joint": by_members,
        "member_or_joint_percent": _number(by_members, filed),
        "members_taking_part": review.members_taking_part,
        "members_taking_part_percent": _number(review.members_taking_part, review.members),
        "by_topic": [
            {"topic": t.label, "count": t["filed"], "percent": _number(t["filed"], filed)}
            for t in review.topics
            if t["filed"]
        ],
        "by_reply_class": [
            {
                "class": c.code,
                "label": c.label,
                "count": c["filed"],
                "percent": _number(c["filed"], filed),
            }
            for c in handling.classes
            if c.key
        ],
        "handling_units": len(handling.answering_units),
    }


def sentences(counted: dict[str, Any]) -> list[str]:
    """Return the figures in words; shares that have no whole are left out with their sentence."""
    if not counted["filed"]:
        return [_("收到%(received)s件，立案0件。") % counted]
    lines = [
        _("收到%(received)s件，立案%(filed)s件，占%(filed_percent)s%%；并案%(merged)s件。") % counted,
        _(
            "立案的提案中，集体提案%(collective)s件，占%(collective_percent)s%%；"
            "委员个人和联名提案%(member)s件，占%(member_or_joint_percent)s%%。"
        )
        % counted,
    ]
    if counted["members_taking_part_percent"] is not None:
        lines.append(
            _("%(members_taking_part)s名委员参与提案，占%(members_taking_part_percent)s%%。") % counted
        )
    topics = [_("%(topic)s%(count)s件，占%(percent)s%%") % row for row in counted["by_topic"]]
    classes = [
        _("%(class)s类（%(label)s）%(count)s件，占%(percent)s%%") % row for row in counted["by_reply_class"]
    ]
    return [
        *lines,
        *_joined(_("按类别：{rows}。"), topics),
        *_joined(_("按办理结果：{rows}。"), classes),
        _("承办单位%(handling_units)s个。") % counted,
    ]


def _joined(sentence: str, rows: list[str]) -> list[str]:
    return [sentence.format(rows=_("；").join(rows))] if rows else []


def _number(part: int, whole: int) -> float | None:
    share = percent(part, whole)
    return None if share is None else float(share)
