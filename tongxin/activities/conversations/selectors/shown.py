"""Who sees the opinion map, and what its page says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.conversations.ballots import answers_of
from tongxin.activities.conversations.counting.texts import words_of
from tongxin.activities.conversations.enums import ConversationState
from tongxin.activities.conversations.models import OpinionMap, Statement
from tongxin.activities.conversations.permissions import can_watch
from tongxin.activities.conversations.selectors.map_picture import Picture, picture_of
from tongxin.activities.conversations.selectors.map_rows import (
    Common,
    GroupPart,
    Row,
    common_of,
    divided_of,
    groups_of,
    rows_of,
    sorted_rows,
)
from tongxin.activities.conversations.selectors.voting import MAP_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from tongxin.activities.conversations.models import Conversation
    from tongxin.foundation.core.access import Actor

_TOO_LITTLE: Final[Mapping[str, StrOrPromise]] = {
    "few_voices": gettext_lazy("表态的不到10人，不列出任何数，免得看出是谁。"),
    "no_votes": gettext_lazy("还没有人表态。"),
    "one_statement": gettext_lazy("只有一条看法，分不出群体；下面是大家对它的表态。"),
    "too_few_people": gettext_lazy("表态够多的人还太少，分不出群体；下面是大家合起来的表态。"),
    "everyone_alike": gettext_lazy("大家的表态都差不多，分不出群体；下面是大家合起来的表态。"),
    "small_groups": gettext_lazy("分出的群体不到10人，不列出，免得看出是谁；下面是大家合起来的表态。"),
}


@dataclass(frozen=True, slots=True)
class MapPage:
    """All that the page of the map says.

    Attributes:
        missing: how many answers are still to be given before results are shown; nothing else is known then.
        is_final: it has ended and been counted for good.
        is_being_finished: it has ended, and the last count is under way.
        too_little: why there are no groups, in a sentence.
        divided: what the groups differ most in.
        rows: all statements, in the order asked for.
    """

    conversation: Conversation
    missing: int = 0
    is_final: bool = False
    is_being_finished: bool = False
    voices: int = 0
    votes: int = 0
    counted_at: datetime | None = None
    too_little: StrOrPromise = ""
    letters: Sequence[str] = ()
    common: Sequence[Common] = ()
    groups: Sequence[GroupPart] = ()
    divided: Sequence[Row] = ()
    picture: Picture | None = None
    rows: Sequence[Row] = ()
    sort: str = ""

    @property
    def has_numbers(self) -> bool:
        """Whether any number of a statement is shown."""
        return any(row.votes for row in self.rows)

    @property
    def finding(self) -> str:
        """The finding, in a sentence."""
        if not self.common:
            return _("还没有大家都赞成的看法")
        agreed = sum(1 for one in self.common if one.is_agreed)
        if not agreed:
            return _("大家都不赞成的，有{n}条").format(n=len(self.common))
        return _("大家都赞成的，有{n}条").format(n=agreed)


def sees_map(conversation: Conversation, *, actor: Actor | None = None, ballot: str = "") -> bool:
    """Say whether somebody may see results.

    Everybody who may open the conversation once it has closed; while it is open the office, and who has answered
    seven statements, or all where there are fewer.

    Args:
        actor: who is signed in.
        ballot: what this voice answered.
    """
    if conversation.state == ConversationState.CLOSED:
        return True
    if conversation.state != ConversationState.OPEN:
        return False
    if actor is not None and can_watch(actor, conversation):
        return True
    return missing_answers(conversation, ballot) == 0


def missing_answers(conversation: Conversation, ballot: str) -> int:
    """Return how many more answers show the map."""
    published = Statement.objects.filter(conversation=conversation).published()
    numbers = set(published.values_list("number", flat=True))
    return max(max(min(MAP_AFTER, len(numbers)), 1) - len(numbers & answers_of(ballot).keys()), 0)


def closed_page(conversation: Conversation, ballot: str) -> MapPage:
    """Return the page before results may be seen: what is missing, and nothing of the results."""
    return MapPage(conversation, missing=missing_answers(conversation, ballot))


def map_page(conversation: Conversation, *, sort: str = "") -> MapPage:
    """Return the page of the last count. Two queries.

    Args:
        sort: how the table of all statements is ordered; by the first column when unknown.
    """
    found = OpinionMap.objects.filter(conversation=conversation).first()
    is_closed = conversation.state == ConversationState.CLOSED
    if found is None or (is_closed and not found.is_final):
        return MapPage(conversation, is_being_finished=is_closed, too_little=_waiting(is_closed))
    if not found.result:
        return MapPage(conversation, too_little=_TOO_LITTLE["few_voices"])
    return _counted(conversation, found, sort)


def _waiting(is_closed: bool) -> str:  # noqa: FBT001 (reads as a sentence)
    return _("正在做最后一次统计，请过一分钟再看。") if is_closed else str(_TOO_LITTLE["few_voices"])


def _counted(conversation: Conversation, found: OpinionMap, sort: str) -> MapPage:
    result: Mapping[str, Any] = found.result
    texts = words_of(conversation.pk)
    letters = [group["letter"] for group in result["groups"]]
    rows = rows_of(result, texts)
    by_number = {row.number: row for row in rows}
    order, sort = sorted_rows(rows, sort)
    return MapPage(
        conversation,
        is_final=found.is_final,
        voices=result["voices"],
        votes=result["votes"],
        counted_at=found.counted_at,
        too_little=_TOO_LITTLE.get(result["too_little"] or "", ""),
        letters=letters,
        common=common_of(result, by_number),
        groups=groups_of(result, by_number),
        divided=divided_of(result, by_number),
        picture=picture_of(result) if result["points"] else None,
        rows=order,
        sort=sort,
    )
