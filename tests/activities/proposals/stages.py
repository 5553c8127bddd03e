"""People and stages: the ground from which sequences of commands start, each walked by both tellings."""

from __future__ import annotations

from datetime import date

from tests import factories
from tests.activities.proposals.oracle import Command, Person

TODAY = date(2026, 3, 16)
# What the texts that commands name say.
TEXTS = {
    "one": factories.TEXT,
    "two": {**factories.TEXT, "suggestion": "请装信号灯并安排人员值守。"},
    "no_suggestion": {**factories.TEXT, "suggestion": " "},
    "too_long": {**factories.TEXT, "analysis": "长" * 2500},
}
# The order of a mention is the order of the people in the random draw: the ordinary ones first.
PEOPLE = [
    Person("proposer", frozenset({"member"}), member="proposer"),
    Person("staff", frozenset({"staff"})),
    Person("reviewer", frozenset({"reviewer"})),
    *(
        Person(f"{post}_{u}", units=frozenset({u}), signs=frozenset({u} if post == "leader" else ()))
        for u in "abc"
        for post in ("clerk", "leader")
    ),
    Person("cosigner_1", frozenset({"member"}), member="cosigner_1"),
    Person("cosigner_2", frozenset({"member"}), member="cosigner_2"),
    Person("outsider", frozenset({"member"}), member="outsider"),
    Person("suspended", frozenset({"member"}), member="suspended"),
    Person("submitter", bodies=frozenset({"body"})),
    Person("sector_head", bodies=frozenset({"sector"})),
    Person("reviewer_2", frozenset({"reviewer"})),
    Person("supervisor", offices=frozenset({"office"})),
    Person("other_supervisor", offices=frozenset({"other_office"})),
    # The clerk of an office that also handles proposals itself.
    Person("clerk_office", units=frozenset({"office"}), signs=frozenset({"office"})),
    Person("leader", frozenset({"leader"})),
    Person("auditor", frozenset({"auditor"})),
    Person("tenant_admin"),
    # One person, several posts.
    Person("reviewing", frozenset({"member", "reviewer"}), member="reviewing"),
    Person("clerking", frozenset({"member"}), member="clerking", units=frozenset({"a"})),
    Person("staffing", frozenset({"member", "staff"}), member="staffing"),
    Person("staff_clerk", frozenset({"staff"}), units=frozenset({"b"})),
    Person("foreign_staff", frozenset({"staff"}), home=False),
    Person("foreign_reviewer", frozenset({"reviewer"}), home=False),
    Person("foreign_proposer", frozenset({"member"}), home=False),
    Person("foreign_clerk", home=False),
]
BY_KEY = {p.key: p for p in PEOPLE}


# Stages: the ground from which sequences start, each walked by the product and the oracle alike.

_TO_REVIEW = [
    ("draft", "proposer", "proposer"),
    ("edit", "proposer", 0, "one"),
    ("submit", "proposer", 0),
    ("take_up", "staff", 0),
]
_TO_FILED = [*_TO_REVIEW, ("file", "reviewer", 0)]


def _other(by: str, of: str, *, at: int = 1) -> list[Command]:
    """A second proposal, under review."""
    return [
        ("draft", by, of),
        ("edit", by, at, "one"),
        *([("attach_stamp_page", by, at)] if of == "body" else []),
        ("submit", by, at),
        ("take_up", "reviewer", at),
    ]


def _to_approving(at: int, place: int, unit: str, letter: str = "A") -> list[Command]:
    clerk = f"clerk_{unit}"
    return [
        ("sign_for", clerk, at, place),
        ("save_reply", clerk, at, place, letter),
        *([("promise", clerk, at, place, 60)] if letter == "B" else []),
        ("propose", clerk, at, place),
    ]


def _to_replied(at: int, place: int, unit: str, letter: str = "A") -> list[Command]:
    signer = f"leader_{unit}" if unit != "office" else "clerk_office"
    return [
        *_to_approving(at, place, unit, letter),
        ("approve", signer, at, place),
        ("pass_reply", "staff", at, place, ""),
    ]


_COUNTERSIGNING = [
    *_TO_FILED,
    ("assign", "staff", 0, "a", "b c", False),
    ("sign_for", "clerk_b", 0, 1),
    *_to_approving(0, 0, "a"),
]
_SEPARATE = [*_TO_FILED, ("assign", "staff", 0, "a b", "", True)]
_BOTH_REPLIED = [*_SEPARATE, *_to_replied(0, 0, "a", "B"), *_to_replied(0, 1, "b")]
_DISSATISFIED = [
    *_BOTH_REPLIED,
    ("rate", "proposer", 0, 0, "satisfied", ""),
    ("rate", "staff", 0, 1, "dissatisfied", "还没有装灯"),
]
_SOLE_DISSATISFIED = [
    *_TO_FILED,
    ("assign", "staff", 0, "c", "", False),
    *_to_replied(0, 0, "c"),
    ("rate", "proposer", 0, 0, "dissatisfied", "还没有装灯"),
    ("rehandle", "staff", 0),
]
_TO_REVIEW_1 = _other("outsider", "outsider")
_MERGED = [*_TO_FILED, *_TO_REVIEW_1, ("merge", "reviewer", 1, 0)]
# The day on which a stage begins, where it is another than today.
STARTS = {"in_session": date(2026, 1, 6)}
STAGES: dict[str, list[Command]] = {
    "inviting": [
        ("draft", "proposer", "proposer"),
        ("edit", "proposer", 0, "one"),
        ("invite", "proposer", 0, "cosigner_1"),
        ("invite", "proposer", 0, "cosigner_2"),
        ("answer", "cosigner_1", 0, "cosigner_1", True, "now"),
    ],
    "returned": [
        *_TO_REVIEW[:2],
        ("invite", "proposer", 0, "cosigner_1"),
        ("answer", "cosigner_1", 0, "cosigner_1", True, ""),
        *_TO_REVIEW[2:],
        ("return", "reviewer", 0, "请补充数据"),
    ],
    "own_reviewer": [*_TO_REVIEW, *_other("reviewing", "reviewing")],
    "entered_by_staff": [*_TO_REVIEW, *_other("staff", "outsider")],
    "filed_and_body": [*_TO_FILED, *_other("submitter", "body")],
    "merged": [*_TO_REVIEW, *_other("staffing", "staffing"), ("merge", "reviewer", 1, 0)],
    "not_filed": [*_TO_REVIEW, ("not_file", "reviewer", 0, "own")],
    "assigned": [*_TO_FILED, ("assign", "staff", 0, "a", "", False), *_other("clerking", "clerking")],
    "handling": [
        *_TO_FILED,
        ("assign", "staff", 0, "a", "", False),
        *_to_approving(0, 0, "a")[:-1],
        *_other("staff", "outsider")[:-1],
    ],
    "lead_and_co": [*_TO_FILED, ("assign", "staff", 0, "a", "b c", False)],
    "declining": [
        *_TO_FILED,
        ("assign", "staff", 0, "a", "b", False),
        ("request_decline", "clerk_a", 0, 0, "不属于本单位职责"),
    ],
    "countersigning": _COUNTERSIGNING,
    "co_declining": [*_COUNTERSIGNING, ("request_decline", "clerk_c", 0, 2, "不属于本单位职责")],
    "countersigned": [
        *_COUNTERSIGNING,
        ("countersign", "leader_b", 0, 1, True, ""),
        ("sign_for", "clerk_c", 0, 2),
        ("countersign", "clerk_c", 0, 2, True, ""),
    ],
    "separate_declining": [
        *_SEPARATE,
        *_to_replied(0, 0, "a"),
        ("request_decline", "clerk_b", 0, 1, "不属于本单位职责"),
    ],
    "office_reviews_itself": [
        *_TO_FILED,
        ("assign", "staff", 0, "office", "", False),
        *_to_replied(0, 0, "office")[:-1],
    ],
    "co_late": [
        *_TO_FILED,
        ("assign", "staff", 0, "a", "c", False),
        ("sign_for", "clerk_c", 0, 1),
        *_to_approving(0, 0, "a"),
        ("countersign", "leader_c", 0, 1, True, ""),
        ("approve", "leader_a", 0, 0),
        ("assign", "staff", 0, "", "b", False),
    ],
    "both_replied": _BOTH_REPLIED,
    # A member who works for a unit: it handles one of their proposals, not the other.
    "clerk_proposes": [
        ("draft", "clerking", "clerking"),
        ("edit", "clerking", 0, "one"),
        ("submit", "clerking", 0),
        ("take_up", "staff", 0),
        ("file", "reviewer", 0),
        ("assign", "staff", 0, "a", "", False),
        *_to_replied(0, 0, "a"),
        ("draft", "clerking", "clerking"),
        ("edit", "clerking", 1, "one"),
        ("submit", "clerking", 1),
        ("take_up", "staff", 1),
        ("file", "reviewing", 1),
        ("assign", "staffing", 1, "c", "", False),
        *_to_replied(1, 0, "c"),
    ],
    "dissatisfied": _DISSATISFIED,
    "again": [*_DISSATISFIED, ("rehandle", "staff", 0)],
    "again_replied": [*_DISSATISFIED, ("rehandle", "staff", 0), *_to_replied(0, 2, "b")],
    "twice_dissatisfied": [
        *_SOLE_DISSATISFIED,
        *_to_replied(0, 1, "c"),
        ("rate", "proposer", 0, 1, "dissatisfied", "还没有装灯"),
    ],
    "tracking": [
        *_TO_FILED,
        ("assign", "staff", 0, "c", "", False),
        *_to_replied(0, 0, "c", "B"),
        ("rate", "proposer", 0, 0, "basically", ""),
    ],
    # The lead has answered and the proposal is closed; a helper that came late never signed.
    "closed": [
        *_TO_FILED,
        ("assign", "staff", 0, "a", "", False),
        *_to_approving(0, 0, "a"),
        ("assign", "staff", 0, "", "b", False),
        ("approve", "leader_a", 0, 0),
        ("pass_reply", "supervisor", 0, 0, ""),
        ("rate", "proposer", 0, 0, "basically", ""),
    ],
    "in_session": [
        ("draft", "sector_head", "sector"),
        ("edit", "sector_head", 0, "one"),
        ("edit", "sector_head", 0, "convenor"),
        ("attach_stamp_page", "sector_head", 0),
        ("draft", "submitter", "body"),
        ("edit", "submitter", 1, "two"),
    ],
    "pre_reviewed": [
        *_other("submitter", "body", at=0),
        ("set_review_stages", "", 3),
        ("advise", "reviewer", 0, "file"),
        *_TO_REVIEW_1,
    ],
    "second_reviewed": [
        *_TO_REVIEW,
        ("set_review_stages", "", 3),
        ("advise", "reviewer", 0, "return"),
        ("advise", "reviewing", 0, "file"),
        *_other("outsider", "outsider"),
    ],
    "conversion_asked": [
        *_TO_REVIEW,
        ("ask_conversion", "reviewer", 0),
        *_other("outsider", "outsider"),
        ("set_review_stages", "", 2),
        ("advise", "reviewer", 1, "file"),
    ],
    "at_office": [
        *_TO_FILED,
        ("hand_to_office", "staff", 0, "office"),
        *_other("outsider", "outsider"),
        ("file", "reviewer", 1),
        ("hand_to_office", "staff", 1, "other_office"),
        ("assign", "other_supervisor", 1, "c", "", False),
    ],
    "extension_asked": [
        *_TO_FILED,
        ("assign", "staff", 0, "a b", "", True),
        ("sign_for", "clerk_a", 0, 0),
        ("sign_for", "clerk_b", 0, 1),
        ("request_extension", "clerk_a", 0, 0, 1, "要等省里批复"),
        ("answer_extension", "supervisor", 0, 0, True, ""),
        ("request_extension", "leader_a", 0, 0, 1, "要等省里批复"),
        ("request_extension", "clerk_b", 0, 1, 3, "要等省里批复"),
    ],
    "countersigning_late": [*_COUNTERSIGNING, ("let_pass", "", 8)],
    "merged_in_hand": [
        *_MERGED,
        ("assign", "staff", 0, "c", "b", False),
        ("sign_for", "clerk_b", 0, 1),
        *_to_approving(0, 0, "c"),
        ("countersign", "clerk_b", 0, 1, True, ""),
        ("approve", "leader_c", 0, 0),
    ],
    "merged_and_replied": [
        *_MERGED,
        ("assign", "staff", 0, "a", "", False),
        *_to_replied(0, 0, "a", "B"),
    ],
    # The lead was taken off; a helper is still at work on it.
    "lead_taken_back": [
        *_TO_FILED,
        ("assign", "staff", 0, "a", "b", False),
        ("sign_for", "clerk_b", 0, 1),
        ("take_back_part", "staff", 0, 0, "改由另一单位办理"),
        *_TO_REVIEW_1,
    ],
    # Merged while only the unit that did not satisfy answers again.
    "merged_in_second_round": [
        *_DISSATISFIED,
        ("rehandle", "staff", 0),
        *_TO_REVIEW_1,
        ("merge", "reviewer", 1, 0),
        *_to_replied(0, 2, "b", "B")[:-1],
    ],
    "back_at_office": [
        *_TO_FILED,
        ("hand_to_office", "staff", 0, "office"),
        ("assign", "supervisor", 0, "a", "", False),
        ("request_decline", "clerk_a", 0, 0, "不属于本单位职责"),
        ("answer_decline", "supervisor", 0, 0, True, ""),
        ("mark_sensitive", "staff", 0, True, "涉及个人隐私"),
    ],
    "promise_kept": [
        *_TO_FILED,
        ("assign", "staff", 0, "c", "", False),
        *_to_replied(0, 0, "c", "B"),
        ("rate", "proposer", 0, 0, "satisfied", ""),
        ("report_promise", "leader_c", 0, 0, "信号灯已经装好"),
        ("confirm_promise", "staff", 0, 0, True, ""),
    ],
    "promise_reported": [
        *_BOTH_REPLIED,
        ("rate", "proposer", 0, 0, "satisfied", ""),
        ("rate", "proposer", 0, 1, "satisfied", ""),
        ("report_promise", "clerk_a", 0, 0, "信号灯已经装好"),
        ("add_promise", "staff", 0, "a", 60),
    ],
}
