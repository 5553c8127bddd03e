"""Life cycles as tables: from which states, by which verb, to which state, by whom.

A room writes one table; the guards of its actions, the buttons and the stepper of its pages, the notices,
the deadlines and the diagram in the documents are all drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from tongxin.foundation.core.access import Actor

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class State:
    """A place in a life cycle.

    Attributes:
        step: index of the step of the stepper that this state belongs to.
        tone: how the pill looks: ``go`` under way, ``ok`` done, ``wait`` for somebody else, ``stop`` ended.
    """

    code: str
    label: str | _StrPromise
    step: int
    tone: str = "go"
    final: bool = False


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One verb.

    Attributes:
        sources: states from which it starts.
        target: state in which it ends; ``None`` when it stays or the action decides.
        may: who may do it, given that the state fits.
        label: the words on the button.
        ask: the to-do in words for those who are expected to do it ("请审查"); empty when nobody is.
        starts: kinds of deadline that begin with this move.
        meets: kinds of deadline that are met by this move.
        tells: who gets a notice: names that the room resolves to people.
        grave: cannot be undone; asked once more before it is done.
    """

    verb: str
    sources: tuple[str, ...]
    target: str | None
    may: Callable[[Actor, S], bool]
    label: str | _StrPromise
    ask: str | _StrPromise = ""
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    grave: bool = False


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """States, moves, and the questions that are asked of them."""

    states: Mapping[str, State]
    moves: Mapping[str, Move[S]]
    steps: Sequence[str | _StrPromise]
    state_of: Callable[[S], str]
    # Whether what the subject belongs to has moved on without it; then it stands still wherever it is.
    left_behind: Callable[[S], bool] = lambda _subject: False
    _by_source: dict[str, tuple[Move[S], ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for code in self.states:
            self._by_source[code] = tuple(m for m in self.moves.values() if code in m.sources)
        named = {s for m in self.moves.values() for s in (*m.sources, *((m.target,) if m.target else ()))}
        if unknown := named - set(self.states):
            msg = f"moves name unknown states: {sorted(unknown)}"
            raise ValueError(msg)

    def check(self, verb: str, actor: Actor, subject: S) -> Move[S]:
        """Return the move, if this actor may make it now.

        Raises:
            PermissionDenied: not this person.
            Refused: not from this state.
        """
        move = self.moves[verb]
        if not move.may(actor, subject):
            raise PermissionDenied(_("您的岗位不办理这件事。"))
        if self.left_behind(subject):
            raise Refused(_("这件事已经往下走了，不用再「{verb}」。").format(verb=move.label))
        if self.state_of(subject) not in move.sources:
            raise Refused(
                _("现在是「{state}」，不能再「{verb}」。可能别人刚刚办过了，请刷新页面看看。").format(
                    state=self.states[self.state_of(subject)].label, verb=move.label
                )
            )
        return move

    def open_to(self, actor: Actor, subject: S) -> list[Move[S]]:
        """Return what this actor can do now, in the order of the table."""
        moves = [m for m in self._by_source[self.state_of(subject)] if m.may(actor, subject)]
        return [] if moves and self.left_behind(subject) else moves

    def diagram(self) -> str:
        """Return the life cycle as a Mermaid state diagram, for the documents."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {s.code} : {s.label}" for s in self.states.values()]
        for move in self.moves.values():
            lines += [f"    {source} --> {move.target or source} : {move.verb}" for source in move.sources]
        lines += [f"    {s.code} --> [*]" for s in self.states.values() if s.final]
        return "\n".join(lines) + "\n"
