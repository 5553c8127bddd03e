"""Taking in a roster: look first, then confirm, and take back if it was the wrong file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.accounts.models import User
from tongxin.foundation.accounts.phones import blind_index, decrypt, encrypt, mask
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.sheets import CellError
from tongxin.foundation.organization import roster
from tongxin.foundation.organization.access import committees_of
from tongxin.foundation.organization.enums import MemberStatus, Role, Standing
from tongxin.foundation.organization.journal import Journal, take_back
from tongxin.foundation.organization.models import (
    Committee,
    Member,
    Membership,
    MemberStatusChange,
    Post,
    RosterImport,
    Sector,
    SpecialCommittee,
    SpecialCommitteePlace,
    Term,
    ordinal_word,
)
from tongxin.foundation.organization.permissions import can_manage_organization
from tongxin.foundation.organization.strokes import stroke_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongxin.foundation.core.access import Actor

# A term runs for five years unless staff say otherwise.
TERM_YEARS = 5
_NOT_YOURS = gettext_lazy("只有本会管理员能导入委员名册。")


@transaction.atomic
def preview_roster(*, actor: Actor, data: bytes, filename: str, term_number: int) -> RosterImport:
    """Read an uploaded roster and keep it until it is confirmed; nothing else changes.

    Raises:
        PermissionDenied: not an administrator of the committee.
        TableRefused: the file cannot be used at all.
    """
    committee_id = _committee_of(actor)
    reading = roster.read_roster(data, filename, term_number=term_number)
    # What was looked at and not confirmed holds numbers of phones; it goes with the next look.
    RosterImport.objects.filter(
        committee_id=committee_id, by_id=actor.user_id, state=RosterImport.State.PREVIEWED
    ).delete()
    upload = RosterImport.objects.create(
        committee_id=committee_id,
        term_number=term_number,
        filename=filename[-120:],
        by_id=actor.user_id,
        by_name=actor.name,
        uploaded_at=clock.now(),
        content=_packed(reading),
    )
    record(
        actor=actor,
        action="organization.preview_roster",
        target=f"organization.rosterimport:{upload.pk}",
        term=term_number,
        rows=len(reading.entries),
        errors=len(reading.errors),
    )
    return upload


def plan_for(upload: RosterImport) -> roster.Plan:
    """Return what the roster would change in the committee as it is at this moment."""
    return _Ground(upload).plan


@transaction.atomic
def confirm_roster(
    *, actor: Actor, upload: RosterImport, skip_errors: bool = False, seen: str | None = None
) -> RosterImport:
    """Carry out a roster that was looked at.

    Args:
        actor: who confirms.
        upload: the roster.
        skip_errors: leave rows with errors out instead of refusing the file.
        seen: digest of the plan that the person saw; it must still be the plan.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: it has been confirmed, it has errors, or the members have changed since it was looked at.
    """
    committee_id = _committee_of(actor)
    # One import at a time in each committee; the second one sees what the first one did.
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    locked = RosterImport.objects.select_for_update(of=("self",)).get(pk=upload.pk, committee_id=committee_id)
    ensure(
        locked.state == RosterImport.State.PREVIEWED,
        because=_("这份名册已经导入过了，没有重复导入。"),
    )
    ground = _Ground(locked)
    plan = ground.plan
    ensure(
        seen is None or seen == plan.digest(),
        because=_("您看过预览以后，委员信息又有了变化。请回到预览再看一遍，然后确认。"),
    )
    ensure(
        skip_errors or not plan.errors,
        because=_("名册里还有%(n)d处错误，没有导入任何一行。请改好后重新上传，或选择跳过有错误的行。")
        % {"n": len(plan.errors)},
    )
    journal = Journal()
    _apply(ground, journal, actor)
    locked.state = RosterImport.State.CONFIRMED
    locked.confirmed_at = clock.now()
    locked.outcome = _outcome(plan)
    locked.journal = journal.steps
    locked.content = {}
    locked.save()
    record(
        actor=actor,
        action="organization.confirm_roster",
        target=f"organization.rosterimport:{locked.pk}",
        term=locked.term_number,
        added=[e.number for e in plan.added],
        changed={c.entry.number: [d.field for d in c.changes] for c in plan.changed},
        skipped=len(plan.errors),
    )
    return locked


@transaction.atomic
def undo_roster(*, actor: Actor, upload: RosterImport) -> RosterImport:
    """Put everything back as it was before the roster was confirmed.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: it is not confirmed, or something has changed since that would be lost; says what.
    """
    committee_id = _committee_of(actor)
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    locked = RosterImport.objects.select_for_update(of=("self",)).get(pk=upload.pk, committee_id=committee_id)
    ensure(
        locked.state == RosterImport.State.CONFIRMED, because=_("这次导入不能撤销：它没有导入，或已经撤销。")
    )
    take_back(locked.journal)
    locked.state = RosterImport.State.UNDONE
    locked.undone_at = clock.now()
    locked.journal = []
    locked.save(update_fields=["state", "undone_at", "journal"])
    record(actor=actor, action="organization.undo_roster", target=f"organization.rosterimport:{locked.pk}")
    return locked


def _committee_of(actor: Actor) -> int:
    committee_id = actor.committee_id or 0
    require(can_manage_organization(actor, committee_id), because=_NOT_YOURS)
    return committee_id


def _packed(reading: roster.Reading) -> dict[str, Any]:
    entries = [asdict(e) for e in reading.entries]
    for entry in entries:
        entry["phone"] = (encrypt(entry["phone"]) or b"").decode()
    errors = [[e.row, e.column, e.message] for e in reading.errors]
    return {"entries": entries, "errors": errors, "notes": list(reading.notes)}


def _unpacked(content: dict[str, Any]) -> roster.Reading:
    entries = []
    for packed in content.get("entries", []):
        places = packed["special_committees"]
        entries.append(
            roster.Entry(
                **{
                    **packed,
                    "phone": decrypt(packed["phone"].encode()),
                    "special_committees": None if places is None else tuple(places),
                }
            )
        )
    errors = tuple(CellError(*e) for e in content.get("errors", []))
    return roster.Reading(tuple(entries), errors, tuple(content.get("notes", [])))


def _outcome(plan: roster.Plan) -> dict[str, Any]:
    return {
        "added": [[e.number, e.name, e.sector] for e in plan.added],
        "changed": [
            [c.entry.number, c.entry.name, [[d.field, *shown(d)] for d in c.changes]] for c in plan.changed
        ],
        "unchanged": len(plan.unchanged),
        "errors": [[e.row, e.column, e.message] for e in plan.errors],
        "new_sectors": list(plan.new_sectors),
        "new_special_committees": list(plan.new_special_committees),
    }


def shown(change: roster.Change) -> tuple[str, str]:
    """Return before and after as pages show them: numbers of phones are masked."""
    if change.field == roster.PHONE:
        return mask(change.old), mask(change.new)
    return change.old, change.new


@dataclass(frozen=True, slots=True)
class _Known:
    member: Member
    membership: Membership | None
    places: tuple[SpecialCommitteePlace, ...]


class _Ground:
    """The committee as it is now, beside a roster; reads a fixed number of tables whatever their size."""

    def __init__(self, upload: RosterImport) -> None:
        self.committee_id = upload.committee_id
        self.term_number = upload.term_number
        self.filename = upload.filename
        self.reading = _unpacked(upload.content)
        self.term = Term.objects.filter(committee_id=self.committee_id, number=self.term_number).first()
        self.sectors = {
            s.name: s for s in Sector.objects.filter(committee_id=self.committee_id, term=self.term)
        }
        self.special_committees = {
            s.name: s for s in SpecialCommittee.objects.filter(committee_id=self.committee_id)
        }
        self.members = self._read_members()
        wanted = {e.phone: blind_index(e.phone) for e in self.reading.entries}
        found = {u.phone_index: u for u in User.objects.filter(phone_index__in=wanted.values())}
        self.accounts = {phone: found[index] for phone, index in wanted.items() if index in found}
        self.plan = self._plan()

    def _read_members(self) -> dict[str, _Known]:
        memberships = {
            m.member_id: m
            for m in Membership.objects.filter(committee_id=self.committee_id, term=self.term).select_related(
                "sector"
            )
        }
        places = defaultdict(list)
        for place in SpecialCommitteePlace.objects.filter(
            committee_id=self.committee_id, term=self.term
        ).select_related("special_committee"):
            places[place.member_id].append(place)
        members = Member.objects.filter(committee_id=self.committee_id).select_related("user")
        return {m.number: _Known(m, memberships.get(m.pk), tuple(places[m.pk])) for m in members}

    def _plan(self) -> roster.Plan:
        asked = {e.number: e.phone for e in self.reading.entries}
        ours = {k.member.user_id for k in self.members.values()}
        return roster.make_plan(
            self.reading,
            [self._present(k, asked.get(number)) for number, k in self.members.items()],
            sectors=self.sectors,
            special_committees=self.special_committees,
            strangers={p: u.name for p, u in self.accounts.items() if u.pk not in ours},
            unlinkable=frozenset(p for p, u in self.accounts.items() if u.is_system_admin or not u.is_active),
            term_word=_("{n}届").format(n=ordinal_word(self.term_number)),
        )

    def _present(self, known: _Known, asked_phone: str | None) -> roster.Present:
        member = known.member
        phone = member.user.phone if member.user else ""
        alone = True
        if asked_phone and member.user and phone and asked_phone != phone:
            alone = not member.user.is_system_admin and committees_of(member.user.pk) <= {self.committee_id}
        return roster.Present(
            number=member.number,
            name=member.name,
            sector=known.membership.sector.name if known.membership else "",
            special_committees=tuple(p.special_committee.name for p in known.places),
            standing=known.membership.standing if known.membership else "",
            work_unit_and_title=member.work_unit_and_title,
            phone=phone,
            status=member.status,
            in_term=known.membership is not None,
            phone_is_ours=alone,
        )


def _apply(ground: _Ground, journal: Journal, actor: Actor) -> None:
    plan = ground.plan
    if not plan.does_something:
        return
    if ground.term is None:
        today = clock.today()
        # 29 February has no twin five years on; the 28th is as good.
        ends = today.replace(year=today.year + TERM_YEARS, day=min(today.day, 28))
        ground.term = Term.objects.create(
            committee_id=ground.committee_id, number=ground.term_number, starts_on=today, ends_on=ends
        )
        journal.made([ground.term])
    _add_names(ground, journal)
    _add_members(ground, journal)
    for changed in plan.changed:
        _change_member(ground, journal, actor, changed)


def _add_names(ground: _Ground, journal: Journal) -> None:
    here = {"committee_id": ground.committee_id}
    last = Sector.objects.filter(**here, term=ground.term).aggregate(m=Max("order"))["m"] or 0
    sectors = [
        Sector(**here, term=ground.term, name=name, order=last + place)
        for place, name in enumerate(ground.plan.new_sectors, 1)
    ]
    last = SpecialCommittee.objects.filter(**here).aggregate(m=Max("order"))["m"] or 0
    special = [
        SpecialCommittee(**here, name=name, order=last + place)
        for place, name in enumerate(ground.plan.new_special_committees, 1)
    ]
    Sector.objects.bulk_create(sectors)
    SpecialCommittee.objects.bulk_create(special)
    journal.made([*sectors, *special])
    ground.sectors.update({s.name: s for s in sectors})
    ground.special_committees.update({s.name: s for s in special})


def _add_members(ground: _Ground, journal: Journal) -> None:
    here = {"committee_id": ground.committee_id}
    code = Committee.objects.values_list("code", flat=True).get(pk=ground.committee_id)
    users, members, memberships, places, posts = [], [], [], [], []
    for entry in ground.plan.added:
        user = ground.accounts.get(entry.phone)
        if user is None:
            user = _new_account(code, entry.number, entry.name, entry.phone)
            users.append(user)
        member = Member(
            **here,
            number=entry.number,
            name=entry.name,
            stroke_key=stroke_key(entry.name),
            user=user,
            work_unit_and_title=entry.work_unit_and_title or "",
            status=entry.status or MemberStatus.ACTIVE,
        )
        members.append(member)
        memberships.append(
            Membership(
                **here,
                member=member,
                term=ground.term,
                sector=ground.sectors[entry.sector],
                standing=entry.standing or Standing.MEMBER,
            )
        )
        places += [_place(ground, member, name) for name in entry.special_committees or ()]
        if member.status == MemberStatus.ACTIVE:
            posts.append(Post(**here, user=user, role=Role.MEMBER, member=member, since=clock.today()))
    User.objects.bulk_create(users)
    Member.objects.bulk_create(members)
    Membership.objects.bulk_create(memberships)
    SpecialCommitteePlace.objects.bulk_create(places)
    Post.objects.bulk_create(posts)
    journal.made([*users, *members, *memberships, *places, *posts])


def _new_account(code: str, number: str, name: str, phone: str) -> User:
    # "w" for 委员: a user name of figures only could be taken for somebody's phone.
    user = User(username=f"w{code}-{number}", name=name, must_change_password=True)
    user.phone = phone
    user.set_unusable_password()
    return user


def _place(ground: _Ground, member: Member, name: str) -> SpecialCommitteePlace:
    return SpecialCommitteePlace(
        committee_id=ground.committee_id,
        member=member,
        term=ground.term,
        special_committee=ground.special_committees[name],
    )


def _change_member(ground: _Ground, journal: Journal, actor: Actor, changed: roster.Changed) -> None:
    entry = changed.entry
    known = ground.members[entry.number]
    member = known.member
    fields = {c.field for c in changed.changes}
    if roster.PHONE in fields:
        _change_phone(ground, journal, member, entry.phone)
    if roster.WORK in fields:
        journal.change(member, work_unit_and_title=entry.work_unit_and_title)
    if known.membership is None:
        added = Membership.objects.create(
            committee_id=ground.committee_id,
            member=member,
            term_id=ground.sectors[entry.sector].term_id,
            sector=ground.sectors[entry.sector],
            standing=entry.standing or Standing.MEMBER,
        )
        journal.made([added])
    elif fields & {roster.SECTOR, roster.STANDING}:
        standing = entry.standing or known.membership.standing
        journal.change(known.membership, sector=ground.sectors[entry.sector], standing=standing)
    if roster.PLACES in fields:
        wanted = set(entry.special_committees or ())
        for place in known.places:
            if place.special_committee.name not in wanted:
                journal.remove(place)
        have = {p.special_committee.name for p in known.places}
        new = [_place(ground, member, name) for name in entry.special_committees or () if name not in have]
        SpecialCommitteePlace.objects.bulk_create(new)
        journal.made(new)
    if roster.STATUS in fields and entry.status:
        _change_status(ground, journal, actor, member, entry.status)


def _change_phone(ground: _Ground, journal: Journal, member: Member, phone: str) -> None:
    user = member.user
    if user is None:
        user = ground.accounts.get(phone)
        if user is None:
            code = Committee.objects.values_list("code", flat=True).get(pk=ground.committee_id)
            user = _new_account(code, member.number, member.name, phone)
            user.save(force_insert=True)
            journal.made([user])
        journal.change(member, user=user)
        if member.status == MemberStatus.ACTIVE:
            journal.made([_open_post(member, user)])
        return
    journal.change(user, phone_encrypted=encrypt(phone), phone_index=blind_index(phone))


def _change_status(ground: _Ground, journal: Journal, actor: Actor, member: Member, status: str) -> None:
    before = member.status
    journal.change(member, status=status)
    change = MemberStatusChange.objects.create(
        committee_id=ground.committee_id,
        member=member,
        from_status=before,
        to_status=status,
        on=clock.today(),
        decision=f"委员名册：{ground.filename[-100:]}",
        by_id=actor.user_id,
    )
    journal.made([change])
    held = open_member_posts(member)
    if status == MemberStatus.ACTIVE:
        if member.user and not held:
            journal.made([_open_post(member, member.user)])
        return
    for post in held:
        journal.change(post, until=clock.today() - timedelta(days=1))


def open_member_posts(member: Member) -> list[Post]:
    """Return the posts through which a member acts, as far as they have not ended."""
    posts: Iterable[Post] = Post.objects.filter(
        committee_id=member.committee_id, member=member, role=Role.MEMBER, until__isnull=True
    )
    return list(posts)


def _open_post(member: Member, user: User) -> Post:
    return Post.objects.create(
        committee_id=member.committee_id, user=user, role=Role.MEMBER, member=member, since=clock.today()
    )


# One member at a time, by the same rules


@transaction.atomic
def add_member(*, actor: Actor, term: Term, entry: roster.Entry) -> Member:
    """Add one member with account and post, as a roster of one row would.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the number or the phone is taken.
    """
    committee_id = _committee_of(actor)
    ensure(
        not Member.objects.filter(committee_id=committee_id, number=entry.number).exists(),
        because=_("编号%(number)s已经有人了。") % {"number": entry.number},
    )
    _carry_out(actor, term, entry)
    member: Member = Member.objects.get(committee_id=committee_id, number=entry.number)
    record(actor=actor, action="organization.add_member", target=f"organization.member:{member.pk}")
    return member


@transaction.atomic
def edit_member(*, actor: Actor, member: Member, term: Term, entry: roster.Entry) -> Member:
    """Correct a member's details and place in a term. The number stays; the status has its own actions.

    Raises:
        PermissionDenied: not an administrator of the committee.
        Refused: the phone is taken, or is the person's own to change.
    """
    committee_id = _committee_of(actor)
    locked: Member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    require(locked.committee_id == committee_id, because=_NOT_YOURS)
    if entry.name != locked.name:
        locked.name, locked.stroke_key = entry.name, stroke_key(entry.name)
        locked.save(update_fields=["name", "stroke_key"])
        # Who also serves elsewhere is known there by the account's name.
        if locked.user and committees_of(locked.user.pk) <= {committee_id}:
            locked.user.name = entry.name
            locked.user.save(update_fields=["name"])
    changes = _carry_out(actor, term, replace(entry, number=locked.number, status=None))
    record(
        actor=actor,
        action="organization.edit_member",
        target=f"organization.member:{locked.pk}",
        fields=changes,
    )
    locked.refresh_from_db()
    return locked


def _carry_out(actor: Actor, term: Term, entry: roster.Entry) -> list[str]:
    committee_id = _committee_of(actor)
    Committee.objects.select_for_update(no_key=True).get(pk=committee_id)
    reading = roster.Reading((entry,), (), ())
    unsaved = RosterImport(committee_id=committee_id, term_number=term.number, content=_packed(reading))
    ground = _Ground(unsaved)
    ensure(not ground.plan.errors, because=" ".join(e.message for e in ground.plan.errors))
    _apply(ground, Journal(), actor)
    return [d.field for c in ground.plan.changed for d in c.changes]
