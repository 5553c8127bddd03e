"""The annual list of topics: candidates, votes, ties, decisions; who voted for what is nowhere."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.db.models import F

from tests import factories
from tests.activities.topics.ground import accepted, entered
from tests.village import make_village
from tongxin.activities.grassroots.models import CouncilSeat
from tongxin.activities.topics.actions import deciding, listing
from tongxin.activities.topics.actions.deciding import Listed
from tongxin.activities.topics.actions.listing import Outline
from tongxin.activities.topics.actions.voting import cast_ballot
from tongxin.activities.topics.models import TopicBallot, TopicList, TopicListItem
from tongxin.activities.topics.selectors.asks import asked
from tongxin.activities.topics.selectors.listing import decided_lists, list_detail
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.village import Village
    from tongxin.foundation.organization.models import Node

HANDS = 50


@pytest.fixture
def village(db: None) -> Village:
    return make_village(factories.make_house())


def begun(
    village: Village,
    *,
    way: str = "vote",
    seats: int = 2,
    most: int = 2,
    node: Node | None = None,
    topics: int = 4,
) -> TopicList:
    """A list with candidates."""
    found = [accepted(village, f"议题{n}", node=node).pk for n in range(topics)]
    staff = village.house.actor("staff")
    with village.house.at_work():
        made = listing.begin_list(
            actor=staff, outline=Outline(year=2026, way=way, choices_most=most, seats=seats, node=node)
        )
        listing.choose_candidates(actor=staff, topic_list=made, topics=found)
    return made


def voting(village: Village, **how: object) -> TopicList:
    """A list on which people vote."""
    made = begun(village, **how)  # type: ignore[arg-type]
    with village.house.at_work():
        return listing.open_voting(
            actor=village.house.actor("staff"), topic_list=made, until=clock.today() + timedelta(days=3)
        )


def items(village: Village, made: TopicList) -> list[UUID]:
    with village.house.at_work():
        return list(
            TopicListItem.objects.filter(list=made)
            .order_by("topic__matter__title")
            .values_list("pk", flat=True)
        )


def counts(village: Village, made: TopicList) -> list[tuple[int, int, bool]]:
    with village.house.at_work():
        return list(
            TopicListItem.objects.filter(list=made)
            .order_by("topic__matter__title")
            .values_list("votes", "hands", "is_chosen")
        )


def cast(village: Village, made: TopicList, who: str, *chosen: UUID) -> None:
    with village.house.at_work():
        cast_ballot(actor=village.house.actor(who), topic_list=made, chosen=chosen)


def closed(village: Village, made: TopicList) -> TopicList:
    with village.house.at_work():
        return listing.close_voting(actor=village.house.actor("staff"), topic_list=made)


def decide(village: Village, made: TopicList, *chosen: UUID, note: str = "", who: str = "staff") -> TopicList:
    with village.house.at_work():
        return listing.decide_list(
            actor=village.house.actor(who), topic_list=made, chosen=chosen, decision=note
        )


def test_votes_decide_and_nothing_says_who_chose_what(village: Village) -> None:
    made = voting(village)
    a, b, c, _d = items(village, made)
    cast(village, made, "proposer", a, b)
    cast(village, made, "outsider", a, c)
    cast(village, made, "cosigner_1", b)
    closed(village, made)
    decide(village, made, a, b)
    assert counts(village, made) == [(2, 0, True), (2, 0, True), (1, 0, False), (0, 0, False)]
    with village.house.at_work():
        assert TopicBallot.objects.count() == 3
        assert {f.name for f in TopicBallot._meta.get_fields()} == {"id", "committee", "list", "member", "on"}
        logged = Entry.objects.filter(action="topics.cast_ballot")
        assert [(e.target, e.detail) for e in logged] == [(f"topics.topiclist:{made.pk}", {})] * 3


def test_one_ballot_each(village: Village) -> None:
    made = voting(village)
    a, b, *_rest = items(village, made)
    cast(village, made, "proposer", a)
    with pytest.raises(Refused):
        cast(village, made, "proposer", b)
    assert [votes for votes, _hands, _chosen in counts(village, made)] == [1, 0, 0, 0]


def test_ballots_with_none_too_many_or_foreign_topics_count_nothing(village: Village) -> None:
    made = voting(village)
    a, b, c, _d = items(village, made)
    for chosen in ((), (a, b, c), (a, made.pk)):
        with pytest.raises(Refused):
            cast(village, made, "proposer", *chosen)
    with village.house.at_work():
        assert not TopicBallot.objects.exists()
    assert [votes for votes, _hands, _chosen in counts(village, made)] == [0, 0, 0, 0]


def test_vote_after_its_last_day_or_after_closing_is_refused(village: Village) -> None:
    made = voting(village)
    a, *_rest = items(village, made)
    with village.house.at_work():
        TopicList.objects.filter(pk=made.pk).update(voting_until=clock.today() - timedelta(days=1))
    with pytest.raises(Refused):
        cast(village, made, "proposer", a)
    closed(village, made)
    with pytest.raises(Refused):
        cast(village, made, "proposer", a)


@pytest.mark.parametrize("who", ["staff", "head", "clerk_a", "leader"])
def test_who_is_no_member_has_no_vote(village: Village, who: str) -> None:
    made = voting(village)
    with pytest.raises(PermissionDenied):
        cast(village, made, who, items(village, made)[0])


def test_on_a_councils_list_only_its_seats_vote(village: Village) -> None:
    made = voting(village, node=village.council)
    a, *_rest = items(village, made)
    with pytest.raises(PermissionDenied):
        cast(village, made, "proposer", a)
    with village.house.at_work():
        CouncilSeat.objects.create(
            committee=village.house.committee,
            node=village.council,
            name="王芳",
            member=village.house.members["proposer"],
            since=factories.SINCE,
        )
        kinds = [t.kind for t in asked(village.house.actor("proposer"), limit=9).todos]
        assert kinds == ["vote"]
        assert not asked(village.house.actor("outsider"), limit=9).todos
    cast(village, made, "proposer", a)
    with village.house.at_work():
        assert not asked(village.house.actor("proposer"), limit=9).groups


def test_head_keeps_the_list_of_the_own_council_only(village: Village) -> None:
    head = village.house.actor("head")
    with village.house.at_work():
        listing.begin_list(actor=head, outline=Outline(year=2026, way="vote", node=village.council))
    with pytest.raises(PermissionDenied), village.house.at_work():
        listing.begin_list(actor=head, outline=Outline(year=2026, way="vote"))
    with pytest.raises(Refused), village.house.at_work():
        listing.begin_list(actor=head, outline=Outline(year=2026, way="vote", node=village.council))


def test_only_what_was_taken_up_stands(village: Village) -> None:
    made = begun(village)
    raw = entered(village, "没有受理的")
    with pytest.raises(Refused), village.house.at_work():
        listing.choose_candidates(actor=village.house.actor("staff"), topic_list=made, topics=[raw.pk])
    assert len(items(village, made)) == 4


def test_vote_needs_more_candidates_than_places(village: Village) -> None:
    made = begun(village, seats=4)
    with pytest.raises(Refused), village.house.at_work():
        listing.open_voting(actor=village.house.actor("staff"), topic_list=made, until=clock.today())


def test_raised_hands_count_with_the_ballots(village: Village) -> None:
    made = voting(village, seats=1)
    a, b, *_rest = items(village, made)
    cast(village, made, "proposer", a)
    with village.house.at_work():
        listing.count_hands(actor=village.house.actor("staff"), topic_list=made, hands={b: 4})
    closed(village, made)
    with pytest.raises(Refused):
        decide(village, made, a)
    decide(village, made, b)
    assert counts(village, made)[:2] == [(1, 0, False), (0, 4, True)]


def test_tie_is_decided_by_a_person_with_a_word(village: Village) -> None:
    made = voting(village)
    a, b, c, _d = items(village, made)
    cast(village, made, "proposer", a, b)
    cast(village, made, "outsider", a, c)
    closed(village, made)
    with village.house.at_work():
        page = list_detail(village.house.actor("staff"), TopicList.objects.get(pk=made.pk))
    assert [i.pk for i in page.outcome.clear] == [a]
    assert {i.pk for i in page.outcome.tied} == {b, c}
    assert page.outcome.places == 1
    for wrong in ((a,), (b, c), (a, b, c)):
        with pytest.raises(Refused):
            decide(village, made, *wrong, note="抽签")
    with pytest.raises(Refused):
        decide(village, made, a, c)
    assert decide(village, made, a, c, note="会上抽签，议题2列入").decision == "会上抽签，议题2列入"


def test_standing_committee_decides_with_meeting_and_document(village: Village) -> None:
    made = begun(village, way="decision")
    a, b, c, d = items(village, made)
    with pytest.raises(Refused), village.house.at_work():
        listing.open_voting(actor=village.house.actor("staff"), topic_list=made, until=clock.today())
    with pytest.raises(Refused):
        decide(village, made, c, d)
    with pytest.raises(Refused):
        decide(village, made, a, b, c, note="第二十次常委会")
    done = decide(village, made, c, d, note="五届政协第二十次常委会，华政协发〔2026〕3号")
    assert (done.state, done.decided_on) == ("decided", clock.today())
    with pytest.raises(Refused):
        decide(village, made, a, note="再来一次")


def test_votes_are_seen_by_nobody_while_they_come_in(village: Village) -> None:
    made = voting(village)
    cast(village, made, "proposer", items(village, made)[0])
    with village.house.at_work():
        now = TopicList.objects.select_related("node").get(pk=made.pk)
        assert not list_detail(village.house.actor("staff"), now).shows_votes
        closed(village, made)
        now.refresh_from_db()
        assert list_detail(village.house.actor("staff"), now).shows_votes
        assert not list_detail(village.house.actor("proposer"), now).shows_votes


def test_public_reads_the_decided_list_as_far_as_it_is_public(village: Village) -> None:
    house = village.house
    made = begun(village, way="decision")
    a, b, _c, _d = items(village, made)
    with house.at_work():
        first = TopicListItem.objects.select_related("topic").get(pk=a)
        deciding.revise_topic(
            actor=house.actor("staff"),
            topic=first.topic,
            listed=Listed(title="张三家门口的路", public_title="修村口的路", public=True),
        )
    with tenancy.scope([house.committee.pk], audience="public"):
        assert decided_lists(house.committee) == []
    decide(village, made, a, b, note="第二十次常委会")
    with tenancy.scope([house.committee.pk], audience="public"):
        (shown,) = decided_lists(house.committee)
        assert (shown.title, shown.topics) == ("2026年度议题清单", ["修村口的路"])
        assert not TopicBallot.objects.exists()
        # The database itself holds back what was not chosen or is not public.
        assert TopicListItem.objects.filter(is_chosen=False).count() == 0


def at_once(village: Village, works: list[Callable[[], object]]) -> list[str]:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        try:
            start.wait(60)
            with village.house.at_work():
                work()
        except (Refused, PermissionDenied) as no:
            return type(no).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_fifty_ballots_of_one_member_at_once_are_one(fresh_db: str) -> None:
    village = make_village(factories.make_house())
    made = voting(village)
    a, b, *_rest = items(village, made)
    actor = village.house.actor("proposer")
    works = [
        lambda pk=pk: cast_ballot(actor=actor, topic_list=made, chosen=[pk]) for pk in (a, b) * (HANDS // 2)
    ]
    assert at_once(village, works) == ["Refused"] * (HANDS - 1) + ["done"]
    assert sum(votes for votes, _hands, _chosen in counts(village, made)) == 1
    with village.house.at_work():
        assert TopicBallot.objects.count() == 1
        assert TopicListItem.objects.filter(votes__gt=F("hands")).count() == 1


def test_one_topic_decided_fifty_times_at_once_is_decided_once(fresh_db: str) -> None:
    village = make_village(factories.make_house())
    topic = entered(village)
    staff = village.house.actor("staff")
    works = [
        lambda n=n: (
            deciding.accept_topic(actor=staff, topic=topic)
            if n % 2
            else deciding.answer_topic(actor=staff, topic=topic, outcome="好")
        )
        for n in range(HANDS)
    ]
    assert at_once(village, works) == ["Refused"] * (HANDS - 1) + ["done"]


def test_two_topics_merged_into_each_other_at_once_leave_one(fresh_db: str) -> None:
    village = make_village(factories.make_house())
    one, other = entered(village, "甲"), entered(village, "乙")
    staff = village.house.actor("staff")
    works = [
        lambda a=a, b=b: deciding.merge_topic(actor=staff, topic=a, into=b)
        for a, b in [(one, other), (other, one)] * 10
    ]
    assert at_once(village, works) == ["Refused"] * 19 + ["done"]
