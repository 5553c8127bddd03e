"""The annual list of topics: choosing candidates, opening the vote, deciding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import ListState
from tongxin.activities.topics.lifecycle import TAKEN_UP
from tongxin.activities.topics.lifecycle_listing import TOPIC_LIST
from tongxin.activities.topics.models import Topic, TopicList, TopicListItem
from tongxin.activities.topics.permissions import can_keep_list
from tongxin.capabilities.notices.actions import tell
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Post

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from tongxin.activities.topics.models import TopicQuerySet
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Node


@dataclass(frozen=True, slots=True)
class Outline:
    """How a list comes about.

    Attributes:
        way: by vote or by decision of the standing committee.
        choices_most: how many topics each voter may choose.
        seats: how many topics are taken.
    """

    year: int
    way: str
    choices_most: int = 3
    seats: int = 5
    node: Node | None = None


@transaction.atomic
def begin_list(*, actor: Actor, outline: Outline) -> TopicList:
    """Begin the list of a year, of a council or of the committee itself.

    Raises:
        PermissionDenied: actor keeps no list there.
        Refused: that list exists already.
    """
    made = TopicList(
        committee_id=actor.committee_id or 0,
        node=outline.node,
        year=outline.year,
        way=outline.way,
        choices_most=outline.choices_most,
        seats=outline.seats,
        by_id=actor.user_id,
    )
    require(can_keep_list(actor, made), because=_("您只能拟定自己网点的议题清单。"))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("这一年的清单已经有了，请在那一份里办。")) from twice
    _record(actor, "begin_list", made, year=made.year, way=made.way)
    return made


@transaction.atomic
def choose_candidates(*, actor: Actor, topic_list: TopicList, topics: Collection[UUID]) -> int:
    """Set which topics stand for choice; return how many.

    Only topics that were taken up and, for a council's list, that belong to it.

    Raises:
        PermissionDenied: actor does not keep this list.
        Refused: the vote has begun, or one of the topics cannot stand.
    """
    locked = _locked("choose_candidates", actor, topic_list)
    wanted = set(topics)
    found = list(candidates_for(locked).filter(pk__in=wanted).order_by("matter__opened_on", "pk"))
    ensure(len(found) == len(wanted), because=_("有的议题不能列入这份清单，请刷新页面再选。"))
    locked.items.all().delete()
    TopicListItem.objects.bulk_create(
        TopicListItem(committee_id=locked.committee_id, list=locked, topic=topic, order=n)
        for n, topic in enumerate(found, start=1)
    )
    _record(actor, "choose_candidates", locked, topics=[str(t.pk) for t in found])
    return len(found)


def candidates_for(topic_list: TopicList) -> TopicQuerySet:
    """Return the topics that can stand on a list."""
    found = Topic.objects.filter(
        committee_id=topic_list.committee_id, matter__state__in=TAKEN_UP, is_sensitive=False
    )
    if topic_list.node_id is None:
        return found
    # A council's own, its room's and what was raised at its workstation.
    near = Q(node_id=topic_list.node_id) | Q(node__parent_id=topic_list.node_id)
    if topic_list.node and topic_list.node.parent_id:
        near |= Q(node_id=topic_list.node.parent_id)
    return found.filter(near)


@transaction.atomic
def open_voting(*, actor: Actor, topic_list: TopicList, until: date) -> TopicList:
    """Let the members vote until a day; who votes on the committee's list is told.

    Raises:
        PermissionDenied: actor does not keep this list.
        Refused: too few candidates, the day is past, or the list is decided by the standing committee.
    """
    locked = _locked("open_voting", actor, topic_list)
    ensure(locked.way == TopicList.Way.VOTE, because=_("这份清单由常委会审定，不投票。"))
    ensure(until >= clock.today(), because=_("截止日期不能早于今天。"))
    ensure(
        locked.items.count() > locked.seats,
        because=_("候选议题要比确定的多，请再选几个，或者减少确定的个数。"),
    )
    locked.state, locked.voting_until = ListState.VOTING, until
    _save(locked)
    _record(actor, "open_voting", locked, until=until.isoformat())
    if locked.node_id is None:
        _tell_members(actor, locked)
    return locked


@transaction.atomic
def close_voting(*, actor: Actor, topic_list: TopicList) -> TopicList:
    """End the vote; only now does anybody see how many chose what.

    Raises:
        PermissionDenied: actor does not keep this list.
        Refused: no vote is running.
    """
    locked = _locked("close_voting", actor, topic_list)
    locked.state = ListState.CLOSED
    _save(locked)
    _record(actor, "close_voting", locked, ballots=locked.ballots.count())
    return locked


@transaction.atomic
def count_hands(*, actor: Actor, topic_list: TopicList, hands: Mapping[UUID, int]) -> TopicList:
    """Enter how many hands were raised in the room for each candidate.

    Raises:
        PermissionDenied: actor does not keep this list.
        Refused: no vote is running, or a number is below nought.
    """
    locked = _locked("count_hands", actor, topic_list)
    ensure(all(n >= 0 for n in hands.values()), because=_("票数不能小于0。"))
    items = {item.pk: item for item in locked.items.select_for_update()}
    ensure(set(hands) <= set(items), because=_("候选议题变了，请刷新页面再录。"))
    for pk, count in hands.items():
        items[pk].hands = count
    TopicListItem.objects.bulk_update(items.values(), ["hands"])
    _save(locked)
    _record(actor, "count_hands", locked, hands={str(items[pk].topic_id): n for pk, n in hands.items()})
    return locked


@transaction.atomic
def decide_list(
    *, actor: Actor, topic_list: TopicList, chosen: Collection[UUID], decision: str, on: date | None = None
) -> TopicList:
    """Decide the list: by the votes, with a word where they are equal, or as the standing committee did.

    Args:
        chosen: the items that are taken.
        decision: the meeting and document, or how a tie was broken.
        on: the day of the decision; today when not given.

    Raises:
        PermissionDenied: actor does not keep this list.
        Refused: not those with the most votes, too many or none, a tie or a decision without words.
    """
    locked = _locked("decide", actor, topic_list)
    items = list(locked.items.select_for_update())
    taken = set(chosen)
    ensure(taken <= {i.pk for i in items}, because=_("候选议题变了，请刷新页面再定。"))
    ensure(bool(taken), because=_("请至少确定一个议题。"))
    ensure(len(taken) <= locked.seats, because=_("最多确定%(n)d个。") % {"n": locked.seats})
    day = on or clock.today()
    ensure(day <= clock.today(), because=_("决定的日期还没有到。"))
    if locked.way == TopicList.Way.VOTE:
        _check_by_votes(locked, items, taken, decision)
    else:
        ensure(bool(decision.strip()), because=_("请写明常委会会议和文号。"))
    TopicListItem.objects.filter(pk__in=taken).update(is_chosen=True)
    locked.state, locked.decided_on, locked.decision = ListState.DECIDED, day, decision.strip()
    _save(locked)
    _record(actor, "decide", locked, chosen=[str(i.topic_id) for i in items if i.pk in taken])
    return locked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes say.

    Attributes:
        clear: items that are taken by their votes alone.
        tied: items with equal votes, of which only some have a place.
        places: how many of the tied are taken.
    """

    clear: tuple[TopicListItem, ...]
    tied: tuple[TopicListItem, ...]
    places: int


def outcome_of(seats: int, items: Collection[TopicListItem]) -> Outcome:
    """Return who is taken by votes and raised hands together; who got none is not taken."""
    ranked = sorted((i for i in items if i.votes + i.hands), key=lambda i: -(i.votes + i.hands))
    if len(ranked) <= seats:
        return Outcome(tuple(ranked), (), 0)
    edge = ranked[seats - 1].votes + ranked[seats - 1].hands
    above = tuple(i for i in ranked if i.votes + i.hands > edge)
    level = tuple(i for i in ranked if i.votes + i.hands == edge)
    if len(above) + len(level) == seats:
        return Outcome(above + level, (), 0)
    return Outcome(above, level, seats - len(above))


def _check_by_votes(
    topic_list: TopicList, items: Collection[TopicListItem], taken: set[UUID], decision: str
) -> None:
    ensure(topic_list.state == ListState.CLOSED, because=_("还没有投票，不能按票数确定。"))
    found = outcome_of(topic_list.seats, items)
    clear, tied = {i.pk for i in found.clear}, {i.pk for i in found.tied}
    ensure(clear <= taken, because=_("票数多的必须列入。"))
    ensure(taken - clear <= tied, because=_("票数少的不能列入。"))
    ensure(
        len(taken - clear) == found.places,
        because=_("票数相同的里面要选%(n)d个。") % {"n": found.places},
    )
    ensure(not tied or bool(decision.strip()), because=_("有票数相同的，请写明怎样定的。"))


def _locked(verb: str, actor: Actor, topic_list: TopicList) -> TopicList:
    locked = TopicList.objects.select_related("node").select_for_update(of=("self",)).get(pk=topic_list.pk)
    TOPIC_LIST.check(verb, actor, locked)
    return locked


def _save(topic_list: TopicList) -> None:
    topic_list.version += 1
    topic_list.save()


def _record(actor: Actor, verb: str, topic_list: TopicList, **detail: Any) -> None:  # noqa: ANN401
    record(actor=actor, action=f"topics.{verb}", target=f"topics.topiclist:{topic_list.pk}", **detail)


def _tell_members(actor: Actor, topic_list: TopicList) -> None:
    voters = Post.objects.filter(committee_id=topic_list.committee_id, role=Role.MEMBER)
    tell(
        user_ids=set(voters.held_on(clock.today()).values_list("user_id", flat=True)) - {actor.user_id},
        committee_id=topic_list.committee_id,
        text=f"请投票：{topic_list.year}年度议题清单",
        url=f"/topics/lists/{topic_list.pk}/vote/",
    )
