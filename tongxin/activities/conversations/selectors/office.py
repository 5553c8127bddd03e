"""Page data of one conversation for the office: where it stands, its numbers, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.conversations.actions.keeping import SEEDS_LEAST
from tongxin.activities.conversations.enums import Circle, ConversationState
from tongxin.activities.conversations.lifecycle import CONVERSATION, STEPS
from tongxin.activities.conversations.models import OpinionMap
from tongxin.activities.conversations.permissions import can_keep, can_take_part
from tongxin.activities.conversations.selectors.desk import TABS, counts_of
from tongxin.capabilities.codes.addresses import code_url
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.posters import picture_uri
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core.components import Action, Line, Next, Step
from tongxin.foundation.core.templatetags.ui import zh_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.lifecycle import State

_S = ConversationState
_ICONS: Final = {
    "revise": "pen",
    "invite": "users",
    "seed": "plus",
    "open": "send",
    "cancel": "x",
    "moderate": "undo",
}
# The page of each move, and those that stand at the side.
_PAGES: Final = {
    "revise": "edit",
    "invite": "people",
    "seed": "seeds",
    "open": "open",
    "moderate": "desk",
    "close": "close",
    "cancel": "cancel",
}
_BESIDE: Final = ("revise", "invite", "seed", "close", "cancel")


@dataclass(frozen=True, slots=True)
class Code:
    """The code on the poster."""

    pk: object
    url: str
    picture_uri: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements of one state; opens exactly those."""

    label: str | _StrPromise
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class OfficePage:
    """Everything on the page."""

    conversation: Conversation
    state: State
    steps: Sequence[Step]
    next: Next
    beside: Sequence[Action]
    counts: Sequence[Counted]
    map: OpinionMap | None
    listed: int | None
    code: Code | None
    log: Sequence[Line]
    keeps: bool
    may_vote: bool

    @property
    def is_begun(self) -> bool:
        """Whether there may be voices."""
        return self.conversation.state in (_S.OPEN, _S.CLOSED)


def office_page(actor: Actor, conversation: Conversation) -> OfficePage:
    """Return everything that the page of one conversation shows to the office. At most six queries."""
    counts = counts_of(conversation)
    listed = conversation.invitations.count() if conversation.circle == Circle.LIST else None
    desk = reverse("conversations:desk", args=[conversation.pk])
    may_vote = conversation.state == _S.OPEN and can_take_part(actor, conversation)
    return OfficePage(
        conversation=conversation,
        state=CONVERSATION.states[conversation.state],
        steps=_steps(conversation),
        next=_next(actor, conversation, counts, listed),
        beside=_beside(actor, conversation),
        counts=[Counted(TABS[name][0], counts[name], f"{desk}?tab={name}") for name in TABS],
        map=OpinionMap.objects.filter(pk=conversation.pk).first(),
        listed=listed,
        code=_code(conversation),
        log=_log(conversation),
        keeps=can_keep(actor, conversation),
        may_vote=may_vote,
    )


def _steps(conversation: Conversation) -> list[Step]:
    state = CONVERSATION.states[conversation.state]
    matter = conversation.matter
    notes = {1: zh_date(matter.opened_on) if matter.code else "", 2: zh_date(matter.closed_on)}
    found = []
    for n, label in enumerate(STEPS):
        if conversation.state == _S.CANCELLED and n == state.step:
            found.append(Step(str(state.label), "halt", notes[2]))
        elif conversation.state == _S.CANCELLED and n == 1 and not matter.code:
            found.append(Step(str(label), "todo"))
        else:
            at = "done" if n < state.step or state.final else "now" if n == state.step else "todo"
            found.append(Step(str(label), at, notes.get(n, "")))
    return found


def _next(actor: Actor, conversation: Conversation, counts: Mapping[str, int], listed: int | None) -> Next:
    state = CONVERSATION.states[conversation.state]
    waits = counts["waiting"] + counts["held"]
    keeps, is_open = can_keep(actor, conversation), conversation.state == _S.OPEN
    if conversation.state == _S.DRAFT:
        title, actions = _to_prepare(conversation, counts["published"], listed)
    elif is_open:
        title = _("有%(n)d条看法等着审核") % {"n": waits} if waits else _("正在表态，现在没有要审核的看法")
        actions = [_action("moderate", conversation, main=bool(waits))]
    else:
        title = _("已经停止，没有结果") if conversation.state == _S.CANCELLED else _("已经结束，结果不再变")
        actions = []
    ended = state.final
    return Next(
        step_no=0 if ended else state.step + 1,
        total=len(STEPS),
        holder="" if ended else _("您") if keeps else _("政协机关"),
        title=title,
        actions=actions if keeps else [],
    )


def _to_prepare(conversation: Conversation, seeds: int, listed: int | None) -> tuple[str, list[Action]]:
    if seeds < SEEDS_LEAST:
        said = _("先提看法，至少%(least)d条，现在有%(n)d条") % {"least": SEEDS_LEAST, "n": seeds}
        return said, [_action("seed", conversation, main=True)]
    if listed == 0:
        return _("请定名单：谁来表态"), [_action("invite", conversation, main=True)]
    return _("都准备好了，看一遍就可以开始"), [_action("open", conversation, main=True)]


def _beside(actor: Actor, conversation: Conversation) -> list[Action]:
    moves = {move.verb for move in CONVERSATION.open_to(actor, conversation)}
    if conversation.circle != Circle.LIST:
        moves.discard("invite")
    return [
        _action(verb, conversation) for verb in _BESIDE if verb in moves and can_keep(actor, conversation)
    ]


def _action(verb: str, conversation: Conversation, *, main: bool = False) -> Action:
    move = CONVERSATION.moves[verb]
    return Action(
        label=str(move.label),
        url=reverse(f"conversations:{_PAGES[verb]}", args=[conversation.pk]),
        main=main,
        grave=verb in ("close", "cancel"),
    )


def _code(conversation: Conversation) -> Code | None:
    if conversation.circle != Circle.PUBLIC:
        return None
    found = AccessCode.objects.current().select_related("committee").filter(matter_id=conversation.pk).first()
    if found is None:
        return None
    return Code(found.pk, code_url(found), picture_uri(found), found.status == AccessCode.Status.ACTIVE)


def _log(conversation: Conversation) -> list[Line]:
    entries = TimelineEntry.objects.filter(matter_id=conversation.pk).select_related("user")
    return [
        Line(
            icon=_ICONS.get(entry.verb, "check"),
            who=_("{name}（{more}）").format(name=entry.who, more=entry.user.name)
            if entry.user and entry.user.name != entry.who
            else entry.who,
            what=entry.text,
            at=entry.at,
            text=entry.note,
        )
        for entry in entries
    ]
