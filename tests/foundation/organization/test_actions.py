"""Members' status, units that change, posts and lists: what the actions do and refuse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.foundation.organization.conftest import TODAY, administrator
from tests.foundation.organization.rosters import as_csv, people
from tongxin.foundation.accounts.models import User
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization import roster
from tongxin.foundation.organization.access import actor_for
from tongxin.foundation.organization.actions import (
    add_post,
    change_member_status,
    end_post,
    free_username,
    issue_slips,
    merge_unit,
    open_term,
    rename_unit,
    set_experts,
    split_unit,
)
from tongxin.foundation.organization.enums import MemberStatus
from tongxin.foundation.organization.lifecycle import MEMBER
from tongxin.foundation.organization.models import (
    ExpertTeam,
    Member,
    MemberStatusChange,
    Post,
    Sector,
    Term,
    Unit,
    UnitSuccession,
)
from tongxin.foundation.organization.roster_actions import (
    add_member,
    confirm_roster,
    edit_member,
    preview_roster,
)
from tongxin.foundation.organization.signals import unit_succeeded

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Committee

DECISION = "二届常委会第十次会议决定"


@pytest.fixture
def member(in_huating: Actor, term: Term) -> Member:
    upload = preview_roster(actor=in_huating, data=as_csv(people(1)), filename="x.csv", term_number=2)
    confirm_roster(actor=in_huating, upload=upload)
    return Member.objects.get()


def decide(actor: Actor, member: Member, verb: str, **options: Any) -> Member:
    return change_member_status(
        actor=actor, member=member, verb=verb, **{"on": TODAY, "decision": DECISION, **options}
    )


def unit_of(actor: Actor, name: str, **values: Any) -> Unit:
    return Unit.objects.create(committee_id=actor.committee_id, name=name, **values)


def test_suspended_member_cannot_act_and_reinstated_can(in_huating: Actor, member: Member) -> None:
    user = User.objects.get()
    assert actor_for(user).member_id == member.pk
    decide(in_huating, member, "suspend")
    assert actor_for(user).roles == frozenset()
    decide(in_huating, member, "reinstate")
    assert actor_for(user).member_id == member.pk
    assert list(
        MemberStatusChange.objects.order_by("id").values_list("from_status", "to_status", "on", "decision")
    ) == [("active", "suspended", TODAY, DECISION), ("suspended", "active", TODAY, DECISION)]


# From each status, exactly these moves; written by hand from the rules on exit and suspension.
ALLOWED = {
    "nominated": {"appoint", "remove", "record_death"},
    "active": {"suspend", "resign", "remove", "revoke", "end_term", "record_death"},
    "suspended": {"reinstate", "resign", "remove", "revoke", "end_term", "record_death"},
    "term_ended": {"renew"},
    "resigned": set(),
    "removed": set(),
    "revoked": set(),
    "deceased": set(),
}


@pytest.mark.parametrize("status", MemberStatus.values)
def test_status_allows_its_moves_and_no_other(in_huating: Actor, member: Member, status: str) -> None:
    member.status = status
    member.save()
    done = set()
    for verb in MEMBER.moves:
        Member.objects.update(status=status)
        try:
            decide(in_huating, member, verb)
        except Refused:
            continue
        done.add(verb)
    assert done == ALLOWED[status]
    assert {m.verb for m in MEMBER.open_to(in_huating, member)} == ALLOWED[status]


@pytest.mark.parametrize("options", [{"decision": " "}, {"on": TODAY + timedelta(days=1)}])
def test_status_without_decision_or_before_its_day_is_refused(
    in_huating: Actor, member: Member, options: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        decide(in_huating, member, "resign", **options)
    assert Member.objects.get().status == "active"


def test_status_by_staff_or_another_committee_is_not_allowed(
    in_huating: Actor, member: Member, jinchang: Committee
) -> None:
    for actor in (administrator(in_huating.committee, "staff"), administrator(jinchang)):
        with pytest.raises(PermissionDenied):
            decide(actor, member, "suspend")


def test_renamed_unit_hands_over_people_supervision_and_news(in_huating: Actor) -> None:
    office = unit_of(in_huating, "市政府督查室", kind="supervising")
    unit = unit_of(in_huating, "教育局", supervised_by=office)
    post, _password = add_post(
        actor=in_huating, name="张伟", phone="13800138000", role="unit_clerk", unit=unit
    )
    heard = []

    def hear(**news: Any) -> None:
        # Receivers read and write in the committee's scope, though the request is over.
        assert Unit.objects.filter(pk=news["heir"].pk).exists()
        heard.append((news["predecessor"].name, news["heir"].name, news["kind"], news["on"]))

    unit_succeeded.connect(hear)
    try:
        from django.test import TestCase  # noqa: PLC0415

        with TestCase.captureOnCommitCallbacks(execute=True):
            new = rename_unit(actor=in_huating, unit=unit, name="教育和体育局", on=TODAY)
            assert heard == []
    finally:
        unit_succeeded.disconnect(hear)
    assert heard == [("教育局", "教育和体育局", "renamed", TODAY)]
    assert new.supervised_by == office
    assert Unit.objects.get(pk=unit.pk).ended_on == TODAY
    assert [g.subject_id for g in actor_for(post.user).grants] == [new.pk]
    renamed_office = rename_unit(actor=in_huating, unit=office, name="市政府督查局", on=TODAY)
    assert Unit.objects.get(pk=new.pk).supervised_by == renamed_office


def test_merged_unit_ends_and_its_clerk_is_not_doubled(in_huating: Actor) -> None:
    one, other = unit_of(in_huating, "体育局"), unit_of(in_huating, "教育局")
    for unit in (one, other):
        add_post(actor=in_huating, name="张伟", phone="13800138000", role="unit_clerk", unit=unit)
    merge_unit(actor=in_huating, unit=one, into=other, on=TODAY)
    assert list(Post.objects.held_on(TODAY).values_list("unit__name", "user__name")) == [("教育局", "张伟")]
    assert UnitSuccession.objects.get().kind == "merged"
    with pytest.raises(Refused):
        merge_unit(actor=in_huating, unit=one, into=other, on=TODAY)
    with pytest.raises(Refused):
        merge_unit(actor=in_huating, unit=other, into=other, on=TODAY)


def test_split_unit_gives_its_work_to_the_first(in_huating: Actor) -> None:
    unit = unit_of(in_huating, "文教局")
    add_post(actor=in_huating, name="张伟", phone="13800138000", role="unit_leader", unit=unit)
    heirs = split_unit(actor=in_huating, unit=unit, names=["教育局", "文化局"], on=TODAY)
    assert [u.name for u in heirs] == ["教育局", "文化局"]
    assert Post.objects.held_on(TODAY).get().unit == heirs[0]
    assert set(UnitSuccession.objects.values_list("successor__name", "kind")) == {
        ("教育局", "split"),
        ("文化局", "split"),
    }


def test_unit_change_to_a_taken_name_or_in_the_future_is_refused(in_huating: Actor) -> None:
    unit = unit_of(in_huating, "教育局")
    unit_of(in_huating, "文化局")
    for name, on in (("文化局", TODAY), ("教育局", TODAY), ("新局", TODAY + timedelta(days=1))):
        with pytest.raises(Refused):
            rename_unit(actor=in_huating, unit=unit, name=name, on=on)
    with pytest.raises(Refused):
        split_unit(actor=in_huating, unit=unit, names=["一局", "一局"], on=TODAY)
    assert Unit.objects.filter(ended_on=None).count() == 2


def test_post_for_a_known_phone_goes_to_the_same_account(in_huating: Actor, member: Member) -> None:
    post, password = add_post(actor=in_huating, name=member.name, phone="13900000001", role="leader")
    assert password == ""
    assert post.user_id == member.user_id
    assert actor_for(post.user).roles == {"member", "leader"}
    with pytest.raises(Refused, match="已经有这个岗位"):
        add_post(actor=in_huating, name=member.name, phone="13900000001", role="leader")
    with pytest.raises(Refused, match="另一个人名下"):
        add_post(actor=in_huating, name="别人", phone="13900000001", role="staff")


@pytest.mark.parametrize("role", ["member", "system_admin"])
def test_post_that_administrators_do_not_give_is_refused(in_huating: Actor, role: str) -> None:
    with pytest.raises(Refused):
        add_post(actor=in_huating, name="张伟", phone="13800138000", role=role)
    assert User.objects.count() == 0


def test_ended_post_is_gone_with_the_next_request_and_the_last_administrator_stays(in_huating: Actor) -> None:
    first, _password = add_post(actor=in_huating, name="甲", phone="13800138001", role="tenant_admin")
    with pytest.raises(Refused, match="最后一位"):
        end_post(actor=in_huating, post=first)
    second, _password = add_post(actor=in_huating, name="乙", phone="13800138002", role="tenant_admin")
    end_post(actor=in_huating, post=first)
    assert actor_for(first.user).roles == frozenset()
    assert actor_for(second.user).roles == {"tenant_admin"}
    with pytest.raises(Refused):
        end_post(actor=in_huating, post=first)


def test_member_post_ends_by_status_only(in_huating: Actor, member: Member) -> None:
    with pytest.raises(Refused, match="委员状态"):
        end_post(actor=in_huating, post=Post.objects.get(member=member))


def test_slips_for_a_person_who_serves_elsewhere_are_refused(
    in_huating: Actor, member: Member, jinchang: Committee
) -> None:
    with tenancy.scope([jinchang.pk]):
        Post.objects.create(committee=jinchang, user=member.user, role="staff", since=date(2026, 1, 1))
    with pytest.raises(PermissionDenied):
        issue_slips(actor=in_huating, users=[member.user])


def test_free_username_counts_on_from_names_that_are_taken(db: None) -> None:
    assert free_username("王芳") == "wangfang"
    User.objects.create_user("wangfang", name="王芳")
    User.objects.create_user("wangfang3", name="王芳")
    assert free_username("王芳") == "wangfang2"


def test_term_of_a_number_that_exists_is_refused(in_huating: Actor, term: Term) -> None:
    opened = open_term(actor=in_huating, number=3, starts_on=date(2027, 1, 1), ends_on=date(2031, 12, 31))
    assert str(opened) == "三届"
    with pytest.raises(Refused):
        open_term(actor=in_huating, number=2, starts_on=date(2027, 1, 1), ends_on=date(2031, 12, 31))


def test_current_term_is_the_one_that_has_begun_last(in_huating: Actor, term: Term) -> None:
    later = open_term(actor=in_huating, number=3, starts_on=date(2027, 1, 1), ends_on=date(2031, 12, 31))
    assert Term.objects.current_on(TODAY) == term
    assert Term.objects.current_on(date(2027, 1, 1)) == later
    assert Term.objects.current_on(date(2000, 1, 1)) == term


def test_experts_are_exactly_the_people_written_down(in_huating: Actor, member: Member) -> None:
    team = ExpertTeam.objects.create(committee_id=in_huating.committee_id, name="农业专家")
    set_experts(actor=in_huating, team=team, people=[("张三", "研究员"), (member.name, "教师")])
    set_experts(actor=in_huating, team=team, people=[(member.name, "院长"), ("李四", "")])
    assert set(team.places.values_list("name", "work_unit_and_title", "member_id")) == {
        (member.name, "院长", member.pk),
        ("李四", "", None),
    }


def entry(**values: Any) -> roster.Entry:
    base = {
        "row": 0,
        "number": "0009",
        "name": "丁一",
        "sector": "农业界",
        "special_committees": ("提案委员会",),
        "standing": "member",
        "work_unit_and_title": "农民",
        "phone": "13700000009",
        "status": "active",
    }
    return roster.Entry(**{**base, **values})


def test_member_is_added_and_edited_by_the_rules_of_the_roster(
    in_huating: Actor, member: Member, term: Term
) -> None:
    added = add_member(actor=in_huating, term=term, entry=entry())
    assert added.stroke_key.startswith("02")
    with pytest.raises(Refused, match="编号0009已经有人了"):
        add_member(actor=in_huating, term=term, entry=entry(name="丁二"))
    with pytest.raises(Refused, match="这个手机号是李伟伟"):
        add_member(actor=in_huating, term=term, entry=entry(number="0010", name="丁二", phone="13900000001"))
    edited = edit_member(
        actor=in_huating,
        member=added,
        term=term,
        entry=entry(name="马一", special_committees=(), phone="13700000010", standing="standing_member"),
    )
    assert (edited.number, edited.name, edited.user.name, edited.user.phone) == (
        "0009",
        "马一",
        "马一",
        "13700000010",
    )
    assert edited.stroke_key.startswith("03")
    assert edited.memberships.get().standing == "standing_member"
    assert not edited.committee_places.exists()


def test_rows_of_another_committee_stay_out_of_reach_without_any_filter(
    in_huating: Actor, member: Member, jinchang: Committee
) -> None:
    assert Sector.objects.count() == 1
    with tenancy.scope([jinchang.pk]), clock.at(TODAY):
        assert [m.objects.count() for m in (Member, Sector, Unit, Term, MemberStatusChange)] == [0] * 5
