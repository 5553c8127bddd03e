"""Mistakes that the product could make, and the commands on which the two tellings then disagree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tongxin.activities.proposals import permissions, quality
from tongxin.activities.proposals.actions import (
    advising,
    converting,
    drafting,
    extending,
    going_on,
    handling,
    looking_back,
    merging,
    moving,
    rating,
    replying,
    reviewing,
)
from tongxin.activities.proposals.lifecycle import ASSIGNMENT, PROPOSAL
from tongxin.activities.proposals.lifecycle_promises import PROMISE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from tests.activities.proposals.oracle import Command


@dataclass(frozen=True)
class Fault:
    """One mistake.

    Attributes:
        name: what goes wrong.
        plant: makes the product do it wrong.
        stage: from where it shows.
        commands: the last of them shows it; those before lead there.
    """

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    stage: str
    commands: Sequence[Command]


def _instead(module: Any, name: str, answer: Any = None) -> Callable[[pytest.MonkeyPatch], None]:
    """Let a function of the product answer always the same, and do nothing."""
    return lambda patch: patch.setattr(module, name, lambda *_args, **_named: answer)


def _move(table: Any, verb: str, **other: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Let a move of a life cycle be another one."""
    return lambda patch: patch.setitem(table.moves, verb, replace(table.moves[verb], **other))


FAULTS = [
    Fault(
        "decided before the opinions are there",
        _instead(reviewing, "ensure_reviewed"),
        "pre_reviewed",
        [("file", "reviewing", 0)],
    ),
    Fault(
        "one person reviews twice",
        lambda patch: patch.setattr(advising, "_stage_for", lambda _actor, _proposal: "second"),
        "pre_reviewed",
        [("advise", "reviewer", 0, "file")],
    ),
    Fault(
        "a conversion stays asked when it is decided otherwise",
        _instead(reviewing, "_end_question"),
        "conversion_asked",
        [("set_review_stages", "", 1), ("return", "reviewer", 0, "请补充数据")],
    ),
    Fault(
        "anybody of the office answers for the proposer",
        _move(PROPOSAL, "agree_conversion", may=permissions.can_organize_handling),
        "conversion_asked",
        [("answer_conversion", "staff", 0, True)],
    ),
    Fault(
        "a lead that took others in is converted",
        _instead(converting, "ensure_nothing_merged_into"),
        "conversion_asked",
        [("merge", "reviewing", 1, 0), ("answer_conversion", "proposer", 0, True)],
    ),
    Fault(
        "a merged proposal is not answered with its lead",
        _instead(replying, "answer_merged"),
        "merged_in_hand",
        [("pass_reply", "staff", 0, 0, "")],
    ),
    Fault(
        "a merged proposal is let go again without a limit",
        _instead(merging, "start"),
        "merged_in_hand",
        [("unmerge", "reviewer", 1)],
    ),
    Fault(
        "a collective proposal without the page with its stamp",
        _instead(drafting, "has_stamp", answer=True),
        "in_session",
        [("submit", "submitter", 1)],
    ),
    Fault(
        "a sector's proposal after the cut-off",
        _instead(quality, "closed_to", answer=""),
        "in_session",
        [("let_pass", "", 3), ("submit", "sector_head", 0)],
    ),
    Fault(
        "an office hands on to units of another",
        _instead(handling, "_hands_on_as", answer="政府办公室"),
        "at_office",
        [("assign", "supervisor", 0, "c", "", False)],
    ),
    Fault(
        "no end to declining",
        _instead(handling, "last_day_to_decline", answer=date(2026, 12, 31)),
        "assigned",
        [("let_pass", "", 8), ("request_decline", "clerk_a", 0, 0, "不属于本单位职责")],
    ),
    Fault(
        "staff release their own unit",
        _move(ASSIGNMENT, "take_back_part", may=permissions.can_supervise),
        "extension_asked",
        [("take_back_part", "staff_clerk", 0, 1, "不属于本单位职责")],
    ),
    Fault(
        "more time than there is",
        _instead(extending, "months_to_add", answer=9),
        "handling",
        [("request_extension", "clerk_a", 0, 0, 4, "要等省里批复")],
    ),
    Fault(
        "a request for more time outlives the part",
        _instead(moving, "_let_requests_lapse"),
        "extension_asked",
        [("take_back_part", "staff", 0, 0, "改由另一单位办理")],
    ),
    Fault(
        "going on while there is time to countersign",
        _instead(going_on, "ensure"),
        "countersigning",
        [("go_on_without", "clerk_a", 0, 0, "会签期限已过")],
    ),
    Fault(
        "a promise without what and when",
        _instead(replying, "missing_in_promises", answer=""),
        "handling",
        [("save_reply", "clerk_a", 0, 0, "B"), ("propose", "clerk_a", 0, 0)],
    ),
    Fault(
        "promises that never begin to hold",
        _instead(replying, "open_promises"),
        "handling",
        [
            ("save_reply", "clerk_a", 0, 0, "B"),
            ("promise", "clerk_a", 0, 0, 60),
            ("propose", "clerk_a", 0, 0),
            ("approve", "leader_a", 0, 0),
            ("pass_reply", "supervisor", 0, 0, ""),
        ],
    ),
    Fault(
        "a unit says itself that it kept its word",
        _move(PROMISE, "confirm_promise", may=permissions.can_report_promise),
        "promise_reported",
        [("confirm_promise", "clerk_a", 0, 0, True, "")],
    ),
    Fault(
        "promises stand that are answered anew",
        _instead(rating, "release_promises"),
        "both_replied",
        [
            ("rate", "proposer", 0, 0, "dissatisfied", "还没有装灯"),
            ("rate", "proposer", 0, 1, "satisfied", ""),
            ("rehandle", "staff", 0),
        ],
    ),
    Fault(
        "what was not done is not followed again",
        _instead(looking_back, "_reopen"),
        "closed",
        [("look_back", "staff", 0, "not_done", "a", "七月去看过")],
    ),
    Fault(
        "what is sensitive is opened to the public",
        _instead(reviewing, "obstacle_to_disclosure", answer=""),
        "assigned",
        [("mark_sensitive", "staff", 0, True, "涉及个人隐私"), ("disclose", "staff", 0, True)],
    ),
]
