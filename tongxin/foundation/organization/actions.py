"""Changes to the organization. Importing rosters and members is in ``roster_actions``."""

# ruff: noqa: SLF001 (Django's own description of a model is reached through underscores)

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pypinyin import lazy_pinyin

from tongxin.foundation.accounts.actions import make_user, reset_password
from tongxin.foundation.accounts.models import User
from tongxin.foundation.accounts.phones import blind_index
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.access import committees_of
from tongxin.foundation.organization.enums import MemberStatus, Role, SuccessionKind
from tongxin.foundation.organization.lifecycle import MEMBER
from tongxin.foundation.organization.models import (
    ExpertTeam,
    ExpertTeamPlace,
    Member,
    MemberStatusChange,
    Owned,
    Post,
    Term,
    Unit,
    UnitSuccession,
)
from tongxin.foundation.organization.permissions import can_manage_organization, can_open_committee
from tongxin.foundation.organization.signals import unit_succeeded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Body, Committee, Node

_NOT_YOURS = gettext_lazy("只有本会管理员能改组织信息。")


def _target(row: Owned) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _require_manager(actor: Actor, committee_id: int) -> None:
    require(can_manage_organization(actor, committee_id), because=_NOT_YOURS)


# Lists: terms, sessions, sectors, special committees, expert teams, units, bodies


@transaction.atomic
def open_term(*, actor: Actor, number: int, starts_on: date, ends_on: date) -> Term:
    """Begin a term.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the committee has a term of this number.
    """
    committee_id = actor.committee_id or 0
    _require_manager(actor, committee_id)
    ensure(
        not Term.objects.filter(committee_id=committee_id, number=number).exists(),
        because=_("已经有这一届了。"),
    )
    term = Term(committee_id=committee_id, number=number, starts_on=starts_on, ends_on=ends_on)
    save_entry(actor=actor, entry=term)
    return term


@transaction.atomic
def save_entry(*, actor: Actor, entry: Owned, fields: Sequence[str] = ()) -> None:
    """Keep a row of one of the committee's lists as it was filled in, new or changed.

    Args:
        actor: an administrator of the committee.
        entry: the row, already checked by its form.
        fields: what was changed, for the log.

    Raises:
        PermissionDenied: not an administrator of the committee that owns the row.
    """
    _require_manager(actor, entry.committee_id)
    new = entry._state.adding
    entry.save()
    verb = "add" if new else "edit"
    name = entry._meta.model_name
    record(actor=actor, action=f"organization.{verb}_{name}", target=_target(entry), fields=list(fields))


@transaction.atomic
def set_experts(*, actor: Actor, team: ExpertTeam, people: Sequence[tuple[str, str]]) -> None:
    """Let a team consist of exactly these people (name, work unit and title), in this order of names.

    A name that exactly one member bears is linked to that member.

    Raises:
        PermissionDenied: not an administrator of the committee.
    """
    _require_manager(actor, team.committee_id)
    locked = ExpertTeam.objects.select_for_update(of=("self",)).get(pk=team.pk)
    have = {p.name: p for p in ExpertTeamPlace.objects.filter(team=locked)}
    wanted = dict(people)
    ExpertTeamPlace.objects.filter(team=locked).exclude(name__in=wanted).delete()
    members: dict[str, list[Member]] = {}
    for member in Member.objects.filter(committee_id=locked.committee_id, name__in=wanted):
        members.setdefault(member.name, []).append(member)
    for name, work in wanted.items():
        place = have.get(name) or ExpertTeamPlace(
            committee_id=locked.committee_id,
            team=locked,
            name=name,
            member=members[name][0] if len(members.get(name, ())) == 1 else None,
        )
        place.work_unit_and_title = work
        place.save()
    record(actor=actor, action="organization.set_experts", target=_target(locked), people=len(wanted))


# Units


@transaction.atomic
def rename_unit(*, actor: Actor, unit: Unit, name: str, on: date) -> Unit:
    """Give a unit another name; the old name stays with what was done under it.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the unit has ended, the name is taken, or the day lies ahead.
    """
    locked = _locked_unit(actor, unit, on)
    successor = _new_unit(locked, name)
    _succeed(actor, locked, [successor], SuccessionKind.RENAMED, on)
    return successor


@transaction.atomic
def merge_unit(*, actor: Actor, unit: Unit, into: Unit, on: date) -> Unit:
    """Let another unit take over a unit's work and people; the unit ends.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: one of them has ended, they are the same, or the day lies ahead.
    """
    # Both are locked in one order, so that two merges cannot wait for each other.
    for pk in sorted([unit.pk, into.pk]):
        Unit.objects.select_for_update(of=("self",)).get(pk=pk)
    locked = _locked_unit(actor, unit, on)
    heir = _locked_unit(actor, into, on)
    ensure(locked.pk != heir.pk, because=_("不能并入自己。"))
    _succeed(actor, locked, [heir], SuccessionKind.MERGED, on)
    return heir


@transaction.atomic
def split_unit(*, actor: Actor, unit: Unit, names: Sequence[str], on: date) -> list[Unit]:
    """Divide a unit into several; the first takes over its running work and its people.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: fewer than two names, a name is taken, the unit has ended, or the day lies ahead.
    """
    locked = _locked_unit(actor, unit, on)
    ensure(len(set(names)) > 1, because=_("分设至少要写两个不同的单位名称。"))
    successors = [_new_unit(locked, name) for name in dict.fromkeys(names)]
    _succeed(actor, locked, successors, SuccessionKind.SPLIT, on)
    return successors


def _locked_unit(actor: Actor, unit: Unit, on: date) -> Unit:
    locked: Unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    _require_manager(actor, locked.committee_id)
    ensure(locked.ended_on is None, because=_("「%(name)s」已经撤销或更名。") % {"name": locked.name})
    ensure(on <= clock.today(), because=_("日期还没有到，请在当天办理。"))
    return locked


def _new_unit(old: Unit, name: str) -> Unit:
    taken = Unit.objects.filter(committee_id=old.committee_id, name=name, ended_on__isnull=True)
    ensure(
        not taken.exclude(pk=old.pk).exists() and name != old.name,
        because=_("已经有叫「%(name)s」的单位。") % {"name": name},
    )
    return Unit.objects.create(
        committee_id=old.committee_id, name=name, kind=old.kind, supervised_by_id=old.supervised_by_id
    )


def _succeed(actor: Actor, old: Unit, successors: list[Unit], kind: SuccessionKind, on: date) -> None:
    heir = successors[0]
    old.ended_on = on
    old.save(update_fields=["ended_on"])
    for successor in successors:
        UnitSuccession.objects.create(
            committee_id=old.committee_id, predecessor=old, successor=successor, kind=kind, on=on
        )
    Unit.objects.filter(supervised_by=old).exclude(pk=heir.pk).update(supervised_by=heir)
    Unit.objects.filter(supervised_by=old).update(supervised_by=None)
    for post in Post.objects.filter(unit=old, until__isnull=True):
        _end(post, clock.today())
        Post.objects.get_or_create(
            committee_id=post.committee_id,
            user_id=post.user_id,
            role=post.role,
            unit=heir,
            body=None,
            until=None,
            defaults={"title": post.title, "since": clock.today()},
        )
    record(
        actor=actor,
        action=f"organization.{_UNIT_VERBS[kind]}_unit",
        target=_target(old),
        successors=[str(s.pk) for s in successors],
        on=on.isoformat(),
    )

    def tell() -> None:
        # The request's own transaction and scope have ended by now.
        with tenancy.scope([old.committee_id], user_id=actor.user_id), transaction.atomic():
            unit_succeeded.send(
                sender=Unit,
                predecessor=old,
                heir=heir,
                successors=successors,
                kind=kind,
                on=on,
                actor=actor,
            )

    transaction.on_commit(tell)


_UNIT_VERBS = {
    SuccessionKind.RENAMED: "rename",
    SuccessionKind.MERGED: "merge",
    SuccessionKind.SPLIT: "split",
}


# Members


@transaction.atomic
def change_member_status(*, actor: Actor, member: Member, verb: str, on: date, decision: str) -> Member:
    """Carry out a decision about a member: suspension, resignation, removal and so on.

    Who no longer serves loses the member's post with the next request; who is reinstated gets it back.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the status does not allow it, the day lies ahead, or no decision is named.
    """
    locked: Member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    move = MEMBER.check(verb, actor, locked)
    ensure(bool(decision.strip()), because=_("请写明决定文件。没有决定，不能改变委员状态。"))
    ensure(on <= clock.today(), because=_("日期还没有到，请在当天办理。"))
    before, locked.status = locked.status, move.target or locked.status
    locked.save(update_fields=["status"])
    MemberStatusChange.objects.create(
        committee_id=locked.committee_id,
        member=locked,
        from_status=before,
        to_status=locked.status,
        on=on,
        decision=decision.strip(),
        by_id=actor.user_id,
    )
    _let_act(locked, locked.status == MemberStatus.ACTIVE)
    record(actor=actor, action=f"organization.{verb}_member", target=_target(locked), on=on.isoformat())
    return locked


def _let_act(member: Member, may: bool) -> None:  # noqa: FBT001 (reads as a sentence)
    held = Post.objects.filter(member=member, role=Role.MEMBER, until__isnull=True)
    if not may:
        for post in held:
            _end(post, clock.today())
    elif member.user_id and not held.exists():
        Post.objects.create(
            committee_id=member.committee_id,
            user_id=member.user_id,
            role=Role.MEMBER,
            member=member,
            since=clock.today(),
        )


@transaction.atomic
def reveal_phone(*, actor: Actor, member: Member, reason: str) -> str:
    """Return a member's full number; who asked, and why, is logged.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: no reason was given, or there is no number.
    """
    _require_manager(actor, member.committee_id)
    ensure(bool(reason.strip()), because=_("请写明为什么要看完整的号码。"))
    ensure(member.user is not None and bool(member.user.phone), because=_("没有登记手机号。"))
    record(actor=actor, action="organization.reveal_phone", target=_target(member), reason=reason.strip())
    return member.user.phone if member.user else ""


# People and their posts


@transaction.atomic
def add_post(  # a post has this many sides
    *,
    actor: Actor,
    name: str,
    phone: str,
    role: str,
    unit: Unit | None = None,
    body: Body | None = None,
    node: Node | None = None,
    title: str = "",
    username: str = "",
) -> tuple[Post, str]:
    """Give a person a post; make their account if the number is new. Return the one-time password, if one.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the number belongs to somebody else, or they hold the post already.
    """
    committee_id = actor.committee_id or 0
    _require_manager(actor, committee_id)
    ensure(
        role not in {Role.MEMBER, Role.SYSTEM_ADMIN},
        because=_("委员岗位随委员名册产生，这里不能设。"),
    )
    user = User.objects.filter(phone_index=blind_index(phone)).first() if phone else None
    password = ""
    if user is None:
        user, password = make_user(
            actor=actor, username=username or free_username(name), name=name, phone=phone
        )
    ensure(
        user.name == name and user.is_active and not user.is_system_admin,
        because=_("这个手机号登记在另一个人名下，请核对姓名和号码。"),
    )
    same = Post.objects.filter(
        committee_id=committee_id, user=user, role=role, unit=unit, body=body, node=node, until__isnull=True
    )
    ensure(not same.exists(), because=_("%(name)s已经有这个岗位了。") % {"name": name})
    post = Post.objects.create(
        committee_id=committee_id,
        user=user,
        role=role,
        unit=unit,
        body=body,
        node=node,
        title=title,
        since=clock.today(),
    )
    record(actor=actor, action="organization.add_post", target=_target(post), role=role)
    return post, password


def free_username(name: str) -> str:
    """Return a user name that nobody has: the name in pinyin, with a number if need be."""
    base = re.sub(r"[^a-z]", "", "".join(lazy_pinyin(name)).lower())[:40] or "user"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    return next(u for n in range(1, len(taken) + 3) if (u := base if n == 1 else f"{base}{n}") not in taken)


@transaction.atomic
def end_post(*, actor: Actor, post: Post) -> Post:
    """End a post; the person loses it with the next request.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: it has ended, it is a member's, or it is the last administrator's.
    """
    _require_manager(actor, post.committee_id)
    administrators = Post.objects.select_for_update(of=("self",)).filter(
        committee_id=post.committee_id, role=Role.TENANT_ADMIN, until__isnull=True
    )
    others = [p for p in administrators if p.pk != post.pk]
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    ensure(locked.until is None, because=_("这个岗位已经结束了。"))
    ensure(locked.role != Role.MEMBER, because=_("委员岗位随委员状态变化，请到委员页面办理。"))
    ensure(
        locked.role != Role.TENANT_ADMIN or bool(others),
        because=_("这是最后一位本会管理员。请先增加另一位，再结束这个岗位。"),
    )
    _end(locked, clock.today())
    record(actor=actor, action="organization.end_post", target=_target(locked), role=locked.role)
    return locked


def _end(post: Post, today: date) -> None:
    # The last day is yesterday: a post that is held "until today" would still open pages today.
    post.until = today - timedelta(days=1)
    post.save(update_fields=["until"])


@transaction.atomic
def issue_slips(*, actor: Actor, users: Sequence[User]) -> list[tuple[User, str]]:
    """Give people new one-time passwords for printed sign-in slips; the old passwords end.

    Raises:
        PermissionDenied: not an administrator here, or somebody also serves in another committee.
    """
    committee_id = actor.committee_id or 0
    _require_manager(actor, committee_id)
    slips = [
        (
            user,
            reset_password(actor=actor, user=user, committee_ids=committees_of(user.pk) or {committee_id}),
        )
        for user in users
    ]
    record(actor=actor, action="organization.issue_slips", people=len(slips))
    return slips


# The installation


@transaction.atomic
def open_committee(*, actor: Actor, committee: Committee, name: str, phone: str) -> tuple[Post, str]:
    """Give a committee an administrator, who then does the rest. Return the one-time password, if one.

    Raises:
        PermissionDenied: not a system administrator.
        Refused: the number belongs to somebody else, or they are its administrator already.
    """
    require(can_open_committee(actor), because=_("只有系统管理员能开通政协。"))
    with tenancy.scope([committee.pk], user_id=actor.user_id):
        user = User.objects.filter(phone_index=blind_index(phone)).first()
        password = ""
        if user is None:
            user, password = make_user(actor=actor, username=free_username(name), name=name, phone=phone)
        ensure(
            user.name == name and user.is_active,
            because=_("这个手机号登记在另一个人名下，请核对姓名和号码。"),
        )
        values: dict[str, Any] = {
            "committee": committee,
            "user": user,
            "role": Role.TENANT_ADMIN,
            "until": None,
        }
        post, new = Post.objects.get_or_create(**values, defaults={"since": clock.today()})
        ensure(new, because=_("%(name)s已经是这里的管理员。") % {"name": name})
        record(
            actor=actor,
            action="organization.open_committee",
            target=_target(post),
            committee_id=committee.pk,
        )
    return post, password
