"""Online conversations of a scenario: planned, then held by the room's own actions, voice by voice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.activities.conversations.actions.casting import cast_answers
from tongxin.activities.conversations.actions.keeping import (
    SEEDS_LEAST,
    Outline,
    begin_conversation,
    close_conversation,
    open_conversation,
)
from tongxin.activities.conversations.actions.moderating import SEEDS_MOST, seed_statement
from tongxin.activities.conversations.actions.using import standings, use_statement
from tongxin.activities.conversations.counting.counts import count_conversation
from tongxin.activities.conversations.counting.finishing import finish_conversation
from tongxin.capabilities.matters.models import Kind, Matter
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure
from tongxin.scenario.grassroots.sessions import spread
from tongxin.scenario.spans import Said, share_out
from tongxin.scenario.texts import SUBJECTS, TALKS, TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor
    from tongxin.scenario.spans import Cells
    from tongxin.scenario.wanted import Wanted

BEGUN, CLOSED = "conversations.begun", "conversations.closed"
VOICES, ANSWERS = "conversations.voices", "conversations.answers"
STATEMENTS, USES = "conversations.statements", "conversations.uses"
FIGURES: Final = (BEGUN, CLOSED, VOICES, ANSWERS, STATEMENTS, USES)
_FAR = 10**9
# Where nobody says: so many statements has a conversation, and to so many of them a voice answers.
_USUAL, _OF_ONE = 6, 4
# Of fewer answers to a statement nothing is told, so they would not be counted.
_TOLD = 10
_LASTS = timedelta(days=20)
_AGREES, _DISAGREES = 7, 9
_USED_IN = (Kind.TOPIC, Kind.SESSION, Kind.PROPOSAL)


@dataclass(frozen=True, slots=True)
class TalksPlan:
    """How many conversations began in each cell, how many of these ended, what was said in them, and what used."""

    begun: tuple[int, ...]
    closed: tuple[int, ...]
    voices: tuple[int, ...]
    answers: tuple[int, ...]
    statements: tuple[int, ...]
    uses: tuple[int, ...]


def plan_talks(wanted: Wanted) -> TalksPlan:
    """Return which conversations there were.

    Raises:
        ScenarioRefused: what is stated cannot be together.
    """
    if not wanted.has(*FIGURES):
        none = (0,) * len(wanted.cells)
        return TalksPlan(none, none, none, none, none, none)
    uses = wanted.counted(USES)
    used = [int(n > 0) for n in uses]
    closed = wanted.counted(CLOSED, least=used, beside=(USES,))
    needed = [max(a, b) for a, b in zip(closed, _hit(wanted), strict=True)]
    begun = wanted.counted(BEGUN, least=needed, beside=FIGURES)
    room = [_FAR if n else 0 for n in begun]
    told = [_TOLD * n if u else 0 for n, u in zip(begun, used, strict=True)]
    voices = wanted.counted(VOICES, least=told, most=room, beside=(BEGUN, USES))
    if wanted.has(VOICES):
        least = [n if wanted.has(ANSWERS) and n >= _TOLD else 0 for n in voices]
        room = [_FAR if n >= _TOLD else 0 for n in voices]
    else:
        least = [0] * len(voices)
    # Only what is told of a statement can be used.
    told = [_TOLD * n * min(u, _USUAL) for n, u in zip(begun, uses, strict=True)]
    least = [max(a, b) for a, b in zip(least, told, strict=True)]
    answers = wanted.counted(ANSWERS, least=least, most=room, beside=(VOICES, BEGUN, USES))
    if any(0 < n < _TOLD for n in answers):
        raise wanted.refuse(ANSWERS, because=_("表态太少的不公布，也不计。"))
    if not wanted.has(VOICES):
        voices = [n if n < _TOLD * _OF_ONE else -(-n // _OF_ONE) for n in answers]
    elif not wanted.has(ANSWERS):
        answers = [n * _OF_ONE if n >= _TOLD else n for n in voices]
    statements = _statements(wanted, begun, voices, answers)
    if not wanted.has(CLOSED):
        closed = begun
    return TalksPlan(
        tuple(begun), tuple(closed), tuple(voices), tuple(answers), tuple(statements), tuple(uses)
    )


def _hit(wanted: Wanted) -> list[int]:
    """Return in which cells there must be a conversation: one in each span of which something is told."""
    said = [
        Said(s.first, s.last, 1, _FAR)
        for figure in (VOICES, ANSWERS, STATEMENTS, USES)
        for s in wanted.bounds(figure, exactly=False)
        if s.least
    ]
    return share_out(wanted.cells.days(), said) or [0] * len(wanted.cells)


def _statements(
    wanted: Wanted, begun: Sequence[int], voices: Sequence[int], answers: Sequence[int]
) -> list[int]:
    # Each voice answers a statement once.
    each = [max(SEEDS_LEAST, -(-a // v) if v else 0) for a, v in zip(answers, voices, strict=True)]
    least = [n * e for n, e in zip(begun, each, strict=True)]
    is_open = wanted.is_open(STATEMENTS)
    usual = [max(e, n * _USUAL) if free else e for e, n, free in zip(least, begun, is_open, strict=True)]
    most = [_FAR if n else 0 for n in begun]
    return wanted.counted(STATEMENTS, least=usual, most=most, beside=(BEGUN, ANSWERS, VOICES))


def enter_talks(actor: Actor, plan: TalksPlan, cells: Cells) -> None:
    """Hold the conversations, cell by cell: the office begins and ends them, each voice answers for itself."""
    for cell, begun in enumerate(plan.begun):
        length = cells.days()[cell]
        last = cells.edges[cell + 1] - timedelta(days=1)
        parts = [
            spread(n[cell], begun) if begun else () for n in (plan.statements, plan.voices, plan.answers)
        ]
        for n, counts in enumerate(zip(*parts, strict=True)):
            on = cells.edges[cell] + timedelta(days=n * length // begun)
            ends_on = min(on + _LASTS, last) if n < plan.closed[cell] else None
            talk = _hold(actor, n, on, ends_on, counts)
            if n == 0 and ends_on is not None:
                _use(actor, talk, plan.uses[cell], (ends_on, last))


def _use(actor: Actor, talk: Conversation, uses: int, span: tuple[date, date]) -> None:
    """Put statements of a conversation that ended into the work: each leads to one topic after the other."""
    if not uses:
        return
    told = standings(talk.pk)
    statements = list(talk.statements.filter(number__in=told).order_by("number"))
    targets = Matter.objects.filter(committee_id=talk.committee_id, kind__in=_USED_IN).order_by("kind", "pk")
    pairs = list(islice(((s, t) for t in targets.reverse()[:uses] for s in statements), uses))
    ensure(len(pairs) == uses, because=_("没有这么多议题、协商和提案，可以用上这些看法。"))
    length = (span[1] - span[0]).days + 1
    for n, (statement, target) in enumerate(pairs):
        with clock.at(span[0] + timedelta(days=n * length // uses)):
            use_statement(actor=actor, statement=statement, target=target)


def _hold(actor: Actor, n: int, on: date, ends_on: date | None, counts: tuple[int, int, int]) -> Conversation:
    statements, voices, answers = counts
    subject = SUBJECTS[n % len(SUBJECTS)]
    outline = Outline(
        title=f"{subject}大家谈（{on.year}年第{n + 1}期）", question=f"{subject}，您看先做什么？"
    )
    texts = list(_texts(statements))
    with clock.at(on):
        talk = begin_conversation(actor=actor, outline=outline)
        for k in range(0, len(texts), SEEDS_MOST):
            seed_statement(actor=actor, conversation=talk, texts=texts[k : k + SEEDS_MOST])
        talk = open_conversation(actor=actor, conversation=talk)
        for who, ballot in enumerate(_ballots(statements, voices, answers)):
            cast_answers(conversation=talk, secret=f"{talk.pk} {who}", answers=ballot)
    if ends_on is None:
        count_conversation(talk.pk)
        return talk
    with clock.at(ends_on):
        close_conversation(actor=actor, conversation=talk)
        # What was asked of the worker finds it done.
        finish_conversation(talk.pk)
    return talk


def _texts(statements: int) -> Iterator[str]:
    for n in range(statements):
        subject = SUBJECTS[n // len(TALKS) % len(SUBJECTS)]
        turn = TURNS[n // (len(TALKS) * len(SUBJECTS)) % len(TURNS)]
        yield f"为了{turn}{subject}，{TALKS[n % len(TALKS)].suggestion}"


def _ballots(statements: int, voices: int, answers: int) -> Iterator[dict[int, int]]:
    """Yield what each voice answers; every statement that is answered at all is answered often enough to be told."""
    width = min(statements, max(answers // _TOLD, -(-answers // voices) if voices else 1, 1))
    turns = count()
    for who, own in enumerate(spread(answers, voices) if voices else ()):
        yield {next(turns) % width + 1: _sign(who + 3 * n) for n in range(own)}


def _sign(number: int) -> int:
    place = number % 10
    return 1 if place < _AGREES else -1 if place < _DISAGREES else 0
