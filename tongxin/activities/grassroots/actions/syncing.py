"""Taking in what phones kept: each act once, in whatever order it comes, and no text is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.grassroots.actions.attending import (
    OTHERS_MOST,
    put_present,
    row_of,
    take_present_back,
)
from tongxin.activities.grassroots.actions.moving_session import lock_session
from tongxin.activities.grassroots.actions.problems import add_problem
from tongxin.activities.grassroots.actions.recording import (
    Stale,
    begin_record,
    put_field,
    put_statement,
    put_suggestion,
)
from tongxin.activities.grassroots.actions.sync_reading import (
    FIELD,
    FOLLOW_UP,
    OTHERS,
    PRESENT,
    STATEMENT,
    SUGGESTION,
    UNDO,
    Act,
    NonsenseError,
)
from tongxin.activities.grassroots.enums import HowPresent, Presence
from tongxin.activities.grassroots.lifecycle_session import BEFORE, SESSION
from tongxin.activities.grassroots.models import RecordConflict, SyncedAct
from tongxin.activities.grassroots.permissions_session import can_keep_session
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused, ensure, require
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from tongxin.activities.grassroots.models import Attendee, DeliberationSession
    from tongxin.foundation.core.access import Actor

DONE, AGAIN, CONFLICT, REFUSED = "done", "again", "conflict", "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one act: done, again (done before), conflict, or refused with a sentence."""

    key: UUID
    status: str
    sentence: str = ""


@dataclass(slots=True)
class _Batch:
    """The acts of a session that are known already, and the session as it is now, locked."""

    actor: Actor
    session: DeliberationSession
    known: dict[UUID, SyncedAct]

    @property
    def author(self) -> UUID:
        """Whose phone it is."""
        assert self.actor.user_id is not None  # noqa: S101 (nobody keeps a session without an account)
        return self.actor.user_id

    def outcome(self, key: UUID | None) -> dict[str, Any]:
        """Return what was answered to an act, nothing when it has not come."""
        found = self.known.get(key) if key else None
        return dict(found.outcome) if found else {}

    def is_named_in(self, name: str, key: UUID) -> bool:
        """Say whether a later act came first that takes this one back (``of``) or goes on from it (``after``)."""
        return any(
            a.outcome.get(name) == str(key) for a in self.known.values() if a.outcome["status"] != REFUSED
        )


@transaction.atomic
def sync_acts(*, actor: Actor, session: DeliberationSession, acts: Sequence[Act]) -> list[Answer]:
    """Do what people did at the desk while there was no network; answer each act.

    All or nothing, except that an act which cannot be is refused alone. One entry of the audit log names all
    keys. Whoever sends the same acts again gets the same answers and nothing happens.

    Args:
        actor: who keeps the session and whose phone it is.
        session: the session that the acts belong to.
        acts: at most ``MOST_ACTS``, in the order in which they were done.

    Raises:
        PermissionDenied: the actor does not keep this session.
        NonsenseError: a key belongs to another act.
    """
    require(can_keep_session(actor, session), because=_("您的岗位不办理这件事。"))
    # Uploads of one session wait for each other here, so that what is known stays true until the end.
    batch = _Batch(actor, lock_session(session), {})
    batch.known = {a.key: a for a in SyncedAct.objects.filter(session=batch.session)}
    strange = SyncedAct.objects.filter(key__in={a.key for a in acts} - set(batch.known))
    if strange.exists() or any(a.kind != batch.known[a.key].kind for a in acts if a.key in batch.known):
        raise NonsenseError("a key of another act")
    answers, fresh = [], list[SyncedAct]()
    for act in acts:
        if act.key in batch.known:
            answers.append(_repeated(batch.known[act.key]))
            continue
        outcome = _carry_out(batch, act)
        fresh.append(_synced(batch, act, outcome))
        answers.append(Answer(act.key, outcome["status"], outcome.get("sentence", "")))
    SyncedAct.objects.bulk_create(fresh)
    if fresh:
        _note(batch, fresh)
    return answers


@transaction.atomic
def resolve_conflict(*, actor: Actor, conflict: RecordConflict, text: str, seen: int) -> None:
    """Settle a field that two people wrote differently. Both texts stay on file.

    Args:
        actor: who keeps the session.
        conflict: which one.
        text: one of the two, or both joined by hand.
        seen: the version of the field that the actor saw when choosing.

    Raises:
        PermissionDenied: the actor does not keep this session.
        Refused: somebody else settled it, the record is closed, or the text is too long.
        Stale: the field was changed meanwhile.
    """
    locked = lock_session(conflict.session)
    SESSION.check("write_record", actor, locked)
    current = RecordConflict.objects.get(pk=conflict.pk)
    ensure(current.resolved_at is None, because=_("别人刚刚已经选定了，请刷新页面看看。"))
    _write(locked, current.field, text, seen=seen)
    current.resolved_at = clock.now()
    current.resolved_by_name = actor.name
    current.save(update_fields=["resolved_at", "resolved_by_name"])
    record(
        actor=actor,
        action="session.resolve_conflict",
        target=f"matter:{locked.pk}",
        committee_id=locked.committee_id,
        conflict=str(current.pk),
        field=current.field,
    )


def _repeated(known: SyncedAct) -> Answer:
    status = known.outcome["status"]
    return Answer(known.key, AGAIN if status == DONE else status, known.outcome.get("sentence", ""))


def _carry_out(batch: _Batch, act: Act) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return {"status": DONE, **_WORK[act.kind](batch, act)}
    except Refused as refusal:
        # The rollback undid rows, not the objects in hand.
        batch.session = lock_session(batch.session)
        return {"status": REFUSED, "sentence": refusal.message}


def _synced(batch: _Batch, act: Act, outcome: dict[str, Any]) -> SyncedAct:
    if act.after and act.kind == FIELD:
        outcome["after"] = str(act.after)
    if "of" in act.payload:
        outcome["of"] = str(act.payload["of"])
    made = SyncedAct(
        committee_id=batch.session.committee_id,
        key=act.key,
        session=batch.session,
        kind=act.kind,
        user_id=batch.author,
        outcome=outcome,
    )
    batch.known[act.key] = made
    return made


def _note(batch: _Batch, fresh: list[SyncedAct]) -> None:
    record(
        actor=batch.actor,
        action="session.sync",
        target=f"matter:{batch.session.pk}",
        committee_id=batch.session.committee_id,
        keys=[str(a.key) for a in fresh],
        kinds=dict(sorted(Counter(a.kind for a in fresh).items())),
        answers=dict(sorted(Counter(a.outcome["status"] for a in fresh).items())),
    )


# Who came


def _present(batch: _Batch, act: Act) -> dict[str, Any]:
    SESSION.check("check_in", batch.actor, batch.session)
    if batch.is_named_in("of", act.key):
        # The phone took it back before this arrived.
        return {}
    row = _attendee(batch, act.payload)
    news = put_present(row, how=HowPresent.DESK, at=act.at)
    return {"attendee": str(row.pk), "news": news}


def _attendee(batch: _Batch, who: Any) -> Attendee:  # noqa: ANN401 (cleaned by kind)
    if "attendee" not in who:
        return row_of(batch.session, None, None, None, side=who["side"], name=who["name"], post=who["post"])
    row = batch.session.attendees.filter(pk=who["attendee"]).first()
    ensure(row is not None, because=_("名单上没有这个人。"))
    assert row is not None  # noqa: S101 (said so to the person above; for the type)
    return row


def _undo(batch: _Batch, act: Act) -> dict[str, Any]:
    SESSION.check("check_in", batch.actor, batch.session)
    if "of" not in act.payload:
        row = _attendee(batch, act.payload)
    else:
        mark = batch.outcome(act.payload["of"]).get("attendee")
        if mark is None or not _stands_alone(batch, mark, act.payload["of"]):
            return {}
        row = _attendee(batch, {"attendee": mark})
    if row.presence == Presence.PRESENT:
        take_present_back(row)
    return {}


def _stands_alone(batch: _Batch, attendee: str, mark: UUID) -> bool:
    """Say whether nobody but this act says that the person is there."""
    marks = {k: a for k, a in batch.known.items() if a.outcome.get("attendee") == attendee}
    others = [k for k in marks if k != mark and not batch.is_named_in("of", k)]
    return not others and any(a.outcome["news"] for a in marks.values())


# What is written


def _open_record(batch: _Batch) -> None:
    """Begin the record with the first thing that is written; what is closed stays closed."""
    if batch.session.matter.state in BEFORE:
        batch.session = begin_record(actor=batch.actor, session=batch.session)
    SESSION.check("write_record", batch.actor, batch.session)


def _field(batch: _Batch, act: Act) -> dict[str, Any]:
    _open_record(batch)
    name, text = act.payload["field"], act.payload["text"]
    if batch.is_named_in("after", act.key):
        # The same phone wrote on from this text, and what it wrote came first.
        return {}
    before = batch.outcome(act.after)
    if before.get("status") == CONFLICT and (again := _write_on(batch, act, before["conflict"], text)):
        return again
    stood, seen = int(batch.session.field_versions.get(name, 0)), before.get("version", act.base)
    try:
        version = _write(batch.session, name, text, seen=seen)
    except Stale as stale:
        return _keep_both(batch, act, name, stale.standing, text)
    if version == stood != seen:
        # Somebody had written the same without this phone's seeing it. Now two hold to this text: whoever of
        # them goes on elsewhere must not take it from the other, so it is a version that neither has seen.
        _count_version(batch.session, name)
        return {"version": seen}
    return {"version": version}


def _write(session: DeliberationSession, name: str, text: str, *, seen: int) -> int:
    if name != OTHERS:
        return put_field(session, name, text, seen=seen)
    version = int(session.field_versions.get(OTHERS, 0))
    count = int(text) if text.isascii() and text.isdigit() else -1
    ensure(0 <= count <= OTHERS_MOST, because=_("人数应当在0到100000之间。"))
    if session.others_present == count:
        return version
    if seen != version:
        raise Stale(OTHERS, str(session.others_present), version)
    session.others_present = count
    session.field_versions = {**session.field_versions, OTHERS: version + 1}
    session.save(update_fields=["others_present", "field_versions"])
    return version + 1


def _count_version(session: DeliberationSession, name: str) -> None:
    version = int(session.field_versions.get(name, 0))
    session.field_versions = {**session.field_versions, name: version + 1}
    session.save(update_fields=["field_versions"])


def _write_on(batch: _Batch, act: Act, conflict: str, text: str) -> dict[str, Any] | None:
    """Put the newer text of the same writer into a conflict that nobody has settled yet.

    Where another phone wrote the same earlier text, that one stays as it is: it is the other's last word.
    """
    shared = [k for k, a in batch.known.items() if a.outcome.get("conflict") == conflict and k != act.after]
    if any(not batch.is_named_in("after", k) for k in shared):
        return None
    changed = RecordConflict.objects.filter(pk=conflict, resolved_at__isnull=True).update(arrived=text)
    return {"status": CONFLICT, "conflict": conflict} if changed else None


def _keep_both(batch: _Batch, act: Act, name: str, standing: str, text: str) -> dict[str, Any]:
    same = batch.session.conflicts.filter(field=name, arrived=text, resolved_at__isnull=True).first()
    made = same or RecordConflict.objects.create(
        committee_id=batch.session.committee_id,
        session=batch.session,
        field=name,
        standing=standing,
        arrived=text,
        by_id=batch.author,
        by_name=batch.actor.name,
        written_at=act.at or clock.now(),
    )
    return {"status": CONFLICT, "conflict": str(made.pk)}


def _statement(batch: _Batch, act: Act) -> dict[str, Any]:
    _open_record(batch)
    put_statement(batch.session, text=act.payload["text"], who=act.payload["who"])
    return {}


def _suggestion(batch: _Batch, act: Act) -> dict[str, Any]:
    _open_record(batch)
    put_suggestion(batch.session, text=act.payload["text"])
    return {}


def _follow_up(batch: _Batch, act: Act) -> dict[str, Any]:
    _open_record(batch)
    unit = None
    if act.payload["unit"]:
        unit = Unit.objects.filter(pk=act.payload["unit"], committee_id=batch.session.committee_id).first()
        ensure(unit is not None, because=_("请选本会现有的承办单位。"))
    add_problem(
        actor=batch.actor,
        session=batch.session,
        node=batch.session.node,
        text=act.payload["text"],
        unit=unit,
        owner=act.payload["owner"],
        due_on=act.payload["due_on"],
    )
    return {}


_WORK: dict[str, Callable[[_Batch, Act], dict[str, Any]]] = {
    PRESENT: _present,
    UNDO: _undo,
    FIELD: _field,
    STATEMENT: _statement,
    SUGGESTION: _suggestion,
    FOLLOW_UP: _follow_up,
}
