"""All commands that can be thought of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.activities.proposals.oracle.following import Following
from tests.activities.proposals.oracle.things import BODIES, MEMBERS, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator


class Trying(Following):
    """What could be tried now."""

    def commands(self) -> Iterator[tuple[Any, ...]]:
        """Every verb with every content that makes sense in this world; without the person."""
        yield from (("draft", m) for m in (*MEMBERS, *BODIES))
        yield from (
            (verb, m) for verb in ("suspend", "reinstate") for m in ("proposer", "cosigner_1", "outsider")
        )
        yield from (("set_review_stages", n) for n in (1, 2, 3))
        # As far as the holidays are announced.
        yield from (("let_pass", n) for n in (3, 8, 100) if self.today < date(2026, 8, 1))
        for p in self.proposals:
            yield from self._commands_on(p)

    def _commands_on(self, p: Proposal) -> Iterator[tuple[Any, ...]]:
        at = p.index
        yield from (("edit", at, what) for what in EDITS)
        yield from (("invite", at, m) for m in MEMBERS)
        for m in p.invitations:
            yield "take_back", at, m
            yield from (("answer", at, m, s, seen) for s in (True, False) for seen in ("", "now", "old"))
        yield from ((verb, at) for verb in ("submit", "withdraw", "take_up", "file", "rehandle"))
        yield from ((verb, at) for verb in ("attach_stamp_page", "detach_stamp_page"))
        yield from ((verb, at) for verb in ("ask_conversion", "unmerge", "adopt", "remind_proposer"))
        yield from (("advise", at, a) for a in ("file", "return", "not_file", "convert", "no_reason"))
        yield from (("hand_to_office", at, o) for o in ("office", "other_office", "a"))
        yield from (("return_from_office", at, r) for r in ("不属于政府系统", ""))
        yield from (("mark_sensitive", at, b, r) for b in (True, False) for r in ("涉及个人隐私", ""))
        yield from (
            ("look_back", at, f, u, n)
            for f, u in (("done", "a"), ("not_done", "a"), ("not_done", "c"))
            for n in ("七月去看过", "")
        )
        yield from (("return", at, r) for r in ("请补充数据", " "))
        yield from (("not_file", at, r) for r in ("own", "foreign", "idle"))
        yield from ((verb, at, b) for verb in ("disclose", "answer_conversion") for b in (True, False))
        yield from (("convert", at, b, n) for b in (True, False) for n in ("电话征得同意", ""))
        yield from (("merge", at, q.index) for q in self.proposals)
        yield from (("assign", at, *to) for to in HANDOVERS)
        yield from (
            (v, at, t) for v in ("close_after_talk", "finish_tracking") for t in ("七月一日当面谈过", "")
        )
        for place in range(len(p.parts)):
            yield from (
                (verb, at, place) for verb in ("sign_for", "remind", "remind_helpers", "propose", "approve")
            )
            yield from (
                (verb, at, place, text)
                for verb in (
                    "request_decline",
                    "take_back_part",
                    "give_opinion",
                    "send_back",
                    "return_reply",
                    "go_on_without",
                )
                for text in ("不属于本单位职责", "")
            )
            yield from (
                (verb, at, place, yes, note)
                for verb in ("answer_decline", "answer_extension", "countersign")
                for yes in (True, False)
                for note in ("职责清单写明", "")
            )
            yield from (("save_reply", at, place, what) for what in ("A", "B", "empty"))
            yield from (("promise", at, place, n) for n in (60, 2, -1) if len(p.promises) < 3)
            yield from (
                ("request_extension", at, place, n, r) for n in (1, 3, 4) for r in ("要等省里批复", "")
            )
            yield from (("pass_reply", at, place, letter) for letter in ("", "A", "B", "x"))
            yield from (
                ("rate", at, place, word, comment)
                for word in ("satisfied", "basically", "dissatisfied")
                for comment in ("还没有装灯", "")
            )
        yield from (("add_promise", at, u, n) for u in "ac" for n in (60, -1) if len(p.promises) < 3)
        for which in range(len(p.promises)):
            yield from (
                (verb, at, which, text)
                for verb in ("report_promise", "drop_promise")
                for text in ("信号灯已经装好", "")
            )
            yield from (
                ("confirm_promise", at, which, yes, note)
                for yes in (True, False)
                for note in ("看过现场", "")
            )
            yield from (("postpone_promise", at, which, 30, r) for r in ("等设备到货", ""))


EDITS = (
    "one",
    "two",
    "no_suggestion",
    "too_long",
    "title",
    "open",
    "secret",
    "secret_with_reason",
    "cosign_until_yesterday",
    "cosign_until_ever",
    "convenor",
    "stale",
)
# answering, co-handling, each for itself
HANDOVERS = (
    ("a", "", False),
    ("c", "", False),
    ("office", "", False),
    ("a", "b", False),
    ("b", "a c", False),
    ("c", "office", False),
    ("", "b", False),
    ("", "c", False),
    ("a b", "", True),
    ("b c", "", True),
    ("a b c", "", True),
    ("c", "", True),
    ("a b", "c", True),
    ("a b", "", False),
    ("a", "a", False),
    ("", "", False),
    ("x", "", False),
    ("old", "", False),
    ("a", "x", False),
)
