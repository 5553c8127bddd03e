"""Deciding about a topic: who, from where, what is recorded, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.topics.ground import LAMP, accepted, entered, now, said
from tests.village import make_village
from tongxin.activities.topics.actions import deciding
from tongxin.activities.topics.actions.contact import reveal_contact
from tongxin.activities.topics.actions.deciding import Listed
from tongxin.activities.topics.actions.splitting import split_voice
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import DeclineReason, Topic
from tongxin.activities.topics.news import tell_new
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.matters.models import MatterLink, TimelineEntry
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> Village:
    return make_village(factories.make_house())


def deadlines(village: Village, topic: Topic) -> list[Deadline]:
    with village.house.at_work():
        return list(Deadline.objects.filter(matter_id=topic.pk).order_by("pk"))


def reason(village: Village) -> DeclineReason:
    with village.house.at_work():
        found = DeclineReason.objects.filter(committee=village.house.committee).first()
        assert found is not None
        return found


def test_saying_of_the_public_runs_the_intake_limit_from_its_first_day(village: Village) -> None:
    voice = said(village)
    (limit,) = deadlines(village, voice.topic)
    assert (limit.kind, limit.starts_on, limit.working_days, limit.is_running) == (
        "intake",
        clock.today(),
        10,
        True,
    )
    # The key does not tell the moment: version 4, not the ordered 7.
    assert limit.pk.version == 4


@pytest.mark.parametrize("who", ["staff", "head", "worker"])
def test_keeper_of_the_node_accepts_what_was_said_there(village: Village, who: str) -> None:
    voice = said(village)
    with village.house.at_work():
        deciding.accept_topic(
            actor=village.house.actor(who),
            topic=voice.topic,
            listed=Listed(title="修村口路灯", public_title="修路灯", public=True),
            outcome="已列为议题。",
        )
    topic = now(village, voice.topic)
    assert (topic.state, topic.matter.title, topic.shown_title, topic.matter.visibility, topic.outcome) == (
        "accepted",
        "修村口路灯",
        "修路灯",
        "public",
        "已列为议题。",
    )
    assert topic.decided_on == clock.today()
    assert [d.met_on for d in deadlines(village, topic)] == [clock.today()]
    with village.house.at_work():
        (line,) = TimelineEntry.objects.filter(matter_id=topic.pk)
        assert (line.verb, line.audience, line.note) == ("accept", "public", "已列为议题。")
        assert Entry.objects.filter(action="topic.accept", target=f"matter:{topic.pk}").count() == 1


@pytest.mark.parametrize("who", ["leader", "auditor", "tenant_admin", "proposer", "clerk_a", "reviewer"])
def test_who_does_not_keep_the_node_decides_nothing(village: Village, who: str) -> None:
    voice = said(village)
    with pytest.raises(PermissionDenied), village.house.at_work():
        deciding.accept_topic(actor=village.house.actor(who), topic=voice.topic)
    assert now(village, voice.topic).state == "collected"


def test_keeper_of_another_village_decides_nothing(village: Village) -> None:
    other = make_village(village.house, name="西关村", town="西华镇", key="2")
    voice = said(other)
    for who in ("head", "worker"):
        with pytest.raises(PermissionDenied), village.house.at_work():
            deciding.answer_topic(actor=village.house.actor(who), topic=voice.topic, outcome="好")


def test_sensitive_topic_is_hidden_from_its_node_and_left_to_staff(village: Village) -> None:
    voice = said(village)
    head, staff = village.house.actor("head"), village.house.actor("staff")
    with village.house.at_work():
        deciding.mark_topic(actor=head, topic=voice.topic, urgent=True, sensitive=True, reason="涉及个人")
        assert not Topic.objects.visible_to(head).exists()
        assert Topic.objects.visible_to(staff).count() == 1
    with pytest.raises(PermissionDenied), village.house.at_work():
        deciding.answer_topic(actor=head, topic=voice.topic, outcome="好")
    with pytest.raises(Refused), village.house.at_work():
        deciding.accept_topic(actor=staff, topic=voice.topic, listed=Listed(title="甲", public=True))
    with village.house.at_work():
        deciding.accept_topic(actor=staff, topic=voice.topic)
    assert now(village, voice.topic).matter.visibility == "members"


def test_public_topic_that_is_marked_sensitive_is_public_no_more(village: Village) -> None:
    topic = accepted(village)
    staff = village.house.actor("staff")
    with village.house.at_work():
        deciding.revise_topic(actor=staff, topic=topic, listed=Listed(title="甲", public=True))
        deciding.mark_topic(actor=staff, topic=topic, urgent=False, sensitive=True, reason="涉及个人")
    assert now(village, topic).matter.visibility == "internal"


def test_decided_topic_is_not_decided_again(village: Village) -> None:
    voice = said(village)
    staff = village.house.actor("staff")
    with village.house.at_work():
        deciding.answer_topic(actor=staff, topic=voice.topic, outcome="路灯下周修好。")
    for again in (
        lambda: deciding.accept_topic(actor=staff, topic=voice.topic),
        lambda: deciding.decline_topic(actor=staff, topic=voice.topic, reason=reason(village)),
        lambda: deciding.close_topic(actor=staff, topic=voice.topic, outcome="好"),
    ):
        with pytest.raises(Refused), village.house.at_work():
            again()
    assert (now(village, voice.topic).state, now(village, voice.topic).outcome) == (
        "answered",
        "路灯下周修好。",
    )


def test_decisions_without_words_for_the_contributor_are_refused(village: Village) -> None:
    voice = said(village)
    staff = village.house.actor("staff")
    for act in (
        lambda: deciding.answer_topic(actor=staff, topic=voice.topic, outcome=" "),
        lambda: deciding.pass_topic_on(actor=staff, topic=voice.topic, to="opinion", outcome=""),
    ):
        with pytest.raises(Refused), village.house.at_work():
            act()
    assert now(village, voice.topic).state == "collected"


def test_declined_topic_says_reason_and_words(village: Village) -> None:
    voice = said(village)
    why = reason(village)
    with village.house.at_work():
        deciding.decline_topic(
            actor=village.house.actor("head"), topic=voice.topic, reason=why, words="请找司法所。"
        )
    topic = now(village, voice.topic)
    assert (topic.state, topic.outcome) == ("declined", f"{why.text}。\n请找司法所。")
    assert topic.matter.closed_on == clock.today()


def test_reason_out_of_use_or_of_another_committee_is_refused(village: Village) -> None:
    voice = said(village)
    why = reason(village)
    with village.house.at_work():
        DeclineReason.objects.filter(pk=why.pk).update(is_active=False)
        why.refresh_from_db()
    with pytest.raises(Refused), village.house.at_work():
        deciding.decline_topic(actor=village.house.actor("staff"), topic=voice.topic, reason=why)


def test_unit_sees_only_what_was_passed_on_to_it_and_is_told(village: Village) -> None:
    first, second = said(village), said(village, "给五保户装暖气，冬天太冷了，求求你们。")
    house = village.house
    with house.at_work():
        deciding.pass_topic_on(
            actor=house.actor("head"),
            topic=first.topic,
            to="unit",
            unit=house.units["b"],
            outcome="已转交通运输局。",
        )
        seen = list(Topic.objects.visible_to(house.actor("clerk_b")))
        assert [t.pk for t in seen] == [first.topic_id]
        assert not Topic.objects.visible_to(house.actor("clerk_a")).exists()
        told = Notice.objects.filter(user=house.users["clerk_b"], matter_id=first.topic_id)
        assert [n.url for n in told] == [f"/topics/{first.topic_id}/"]
    assert now(village, second.topic).state == "collected"


def test_passing_on_to_a_unit_needs_the_unit_and_only_then(village: Village) -> None:
    voice = said(village)
    staff = village.house.actor("staff")
    for to, unit in (("unit", None), ("opinion", village.house.units["a"]), ("mayor", None)):
        with pytest.raises(Refused), village.house.at_work():
            deciding.pass_topic_on(actor=staff, topic=voice.topic, to=to, unit=unit, outcome="好")


def test_merged_topic_leads_to_the_other_and_can_be_taken_out_again(village: Village) -> None:
    lead, voice = accepted(village), said(village)
    staff = village.house.actor("staff")
    with village.house.at_work():
        deciding.merge_topic(actor=staff, topic=voice.topic, into=lead)
        assert MatterLink.objects.filter(source_id=voice.topic_id, target_id=lead.pk).count() == 1
    merged = now(village, voice.topic)
    assert (merged.state, merged.merged_into_id) == ("merged", lead.pk)
    with village.house.at_work():
        deciding.reopen_topic(actor=staff, topic=merged, reason="不是一件事")
        assert not MatterLink.objects.exists()
    again = now(village, voice.topic)
    assert (again.state, again.merged_into_id, again.outcome, again.decided_on, again.matter.closed_on) == (
        "collected",
        None,
        "",
        None,
        None,
    )
    assert [d.is_running for d in deadlines(village, again)].count(True) == 1


def test_topic_is_merged_neither_into_itself_nor_into_what_has_ended(village: Village) -> None:
    voice, ended = said(village), entered(village)
    staff = village.house.actor("staff")
    with village.house.at_work():
        deciding.answer_topic(actor=staff, topic=ended, outcome="好")
    for into in (voice.topic, ended):
        with pytest.raises(Refused), village.house.at_work():
            deciding.merge_topic(actor=staff, topic=voice.topic, into=into)


def test_keeper_merges_nothing_into_a_topic_of_another_node(village: Village) -> None:
    other = make_village(village.house, name="西关村", town="西华镇", key="2")
    mine, theirs = said(village), said(other, "西关村的水管冻裂了，吃水困难。")
    with pytest.raises(PermissionDenied), village.house.at_work():
        deciding.merge_topic(actor=village.house.actor("head"), topic=mine.topic, into=theirs.topic)


def test_only_staff_take_up_again(village: Village) -> None:
    voice = said(village)
    with village.house.at_work():
        deciding.answer_topic(actor=village.house.actor("head"), topic=voice.topic, outcome="好")
    with pytest.raises(PermissionDenied), village.house.at_work():
        deciding.reopen_topic(actor=village.house.actor("head"), topic=voice.topic, reason="再看")


def test_accepted_topic_goes_through_a_session_to_its_end(village: Village) -> None:
    topic = accepted(village)
    staff = village.house.actor("staff")
    with village.house.at_work():
        deciding.deliberate_topic(actor=staff, topic=topic)
        deciding.put_topic_back(actor=staff, topic=topic, reason="下雨改期")
        deciding.deliberate_topic(actor=staff, topic=topic)
        deciding.close_topic(actor=staff, topic=topic, outcome="路已拓宽。")
        verbs = list(
            TimelineEntry.objects.filter(matter_id=topic.pk)
            .order_by("at", "pk")
            .values_list("verb", flat=True)
        )
    assert (now(village, topic).state, now(village, topic).outcome) == ("done", "路已拓宽。")
    assert verbs == ["enter", "accept", "deliberate", "put_back", "deliberate", "close"]


def test_voice_that_is_split_off_takes_its_receipt_along(village: Village) -> None:
    first = said(village)
    second = said(village, LAMP + "！")
    assert first.topic_id == second.topic_id
    with village.house.at_work():
        made = split_voice(actor=village.house.actor("head"), voice=second, title="另一处路灯")
        second.refresh_from_db()
    assert (second.topic_id, made.node_id, made.channel) == (made.pk, village.room.pk, "mass")
    assert now(village, made).matter.title == "另一处路灯"
    assert len(deadlines(village, made)) == 1
    with pytest.raises(Refused), village.house.at_work():
        split_voice(actor=village.house.actor("head"), voice=first, title="只剩一条")


def test_contact_is_shown_with_a_reason_and_the_log_keeps_who_and_why(village: Village) -> None:
    voice = said(village, contact="13812345678")
    head = village.house.actor("head")
    with pytest.raises(Refused), village.house.at_work():
        reveal_contact(actor=head, voice=voice, reason=" ")
    with pytest.raises(PermissionDenied), village.house.at_work():
        reveal_contact(actor=village.house.actor("leader"), voice=voice, reason="看看")
    with village.house.at_work():
        assert reveal_contact(actor=head, voice=voice, reason="约时间看路灯") == "13812345678"
        (kept,) = Entry.objects.filter(action="topics.reveal_contact")
    assert (kept.user_name, kept.detail["reason"]) == (head.name, "约时间看路灯")
    assert "13812345678" not in str(kept.detail)


def test_moves_into_another_topic_are_those_of_the_table(village: Village) -> None:
    voice = said(village)
    open_now = {m.verb for m in TOPIC.open_to(village.house.actor("head"), now(village, voice.topic))}
    assert open_now == {"accept", "merge", "answer", "pass_on", "decline", "release", "split", "mark"}


def test_night_tells_each_keeper_once_how_many_came_yesterday(village: Village) -> None:
    house = village.house
    said(village)
    said(village, "给五保户装暖气，冬天太冷了，求求你们。")
    with house.at_work():
        Notice.objects.all().delete()
        for topic in Topic.objects.select_related("matter"):
            topic.matter.opened_on = clock.today() - timedelta(days=1)
            topic.matter.save(update_fields=["opened_on"])
        tell_new(house.committee.pk)
        told = sorted(Notice.objects.values_list("user__name", "text"))
    words = "昨天新收到群众提的议题2条，请受理。"
    assert told == sorted((house.users[who].name, words) for who in ("staff", "staff_2", "head", "worker"))


def test_saying_itself_tells_nobody_at_its_moment(village: Village) -> None:
    said(village)
    with village.house.at_work():
        assert not Notice.objects.exists()


@pytest.mark.parametrize(("public", "words"), [(True, "修村口路灯"), (False, "")])
def test_public_topic_without_words_of_its_own_bears_the_title_that_the_office_chose(
    village: Village,
    public: bool,  # noqa: FBT001 (pytest hands it in by name)
    words: str,
) -> None:
    voice = said(village)
    with village.house.at_work():
        deciding.accept_topic(
            actor=village.house.actor("staff"),
            topic=voice.topic,
            listed=Listed(title="修村口路灯", public=public),
            outcome="已列为议题。",
        )
    assert now(village, voice.topic).public_title == words
