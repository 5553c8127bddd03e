"""Bringing in a table of topics: looked at first, done at once or not at all, and taken back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.actions.entering import open_topic
from tongxin.activities.topics.actions.moving import start_intake
from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.exchange import read_plan
from tongxin.activities.topics.lifecycle import TOPIC
from tongxin.activities.topics.models import Topic, TopicImport, TopicListItem
from tongxin.capabilities.deadlines.models import Deadline
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.actions import move_matter
from tongxin.capabilities.matters.models import (
    Matter,
    MatterLink,
    Participation,
    TimelineEntry,
    Visibility,
)
from tongxin.capabilities.notices.models import Notice
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.core.record_language import recorded
from tongxin.foundation.organization.enums import NODE_ROLES, Role

if TYPE_CHECKING:
    from tongxin.activities.topics.exchange import Planned
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def keep_upload(*, actor: Actor, data: bytes, filename: str) -> TopicImport:
    """Keep a table so that what is confirmed is what was looked at.

    Raises:
        PermissionDenied: actor enters no topics.
        TableRefused: it cannot be read at all.
    """
    require(actor.has(Role.STAFF, *NODE_ROLES), because=_("您的岗位不录入议题。"))
    read_plan(actor, data, filename)
    kept: TopicImport = TopicImport.objects.create(
        committee_id=actor.committee_id or 0,
        filename=filename[:120],
        content=data,
        by_id=actor.user_id,
        by_name=actor.name[:60],
        uploaded_at=clock.now(),
    )
    record(actor=actor, action="topics.upload_table", target=f"topics.topicimport:{kept.pk}")
    return kept


@transaction.atomic
def confirm_import(*, actor: Actor, upload: TopicImport, skip_errors: bool = False) -> TopicImport:
    """Make the topics of a table. Rows that are here already stay as they are; no notices are sent.

    Raises:
        PermissionDenied: somebody else uploaded it.
        Refused: it was done already, has mistakes, or nothing new.
    """
    locked = _locked(actor, upload)
    ensure(locked.state == TopicImport.State.PREVIEWED, because=_("这份表已经导入过了。"))
    plan = read_plan(actor, bytes(locked.content), locked.filename)
    ensure(skip_errors or not plan.errors, because=_("表里还有错误，请改好再传，或者只导入无误的。"))
    ensure(bool(plan.rows), because=_("表里没有新的议题。"))
    made = [_make(actor, row) for row in plan.rows]
    locked.journal = [[str(topic.pk), topic.matter.version] for topic in made]
    locked.added, locked.state = len(made), TopicImport.State.CONFIRMED
    locked.save(update_fields=["journal", "added", "state"])
    record(
        actor=actor,
        action="topics.confirm_import",
        target=f"topics.topicimport:{locked.pk}",
        added=len(made),
    )
    return locked


@transaction.atomic
def undo_import(*, actor: Actor, upload: TopicImport) -> int:
    """Take out what a table brought, exactly; return how many topics.

    Raises:
        PermissionDenied: somebody else uploaded it.
        Refused: somebody has worked on one of them since; it names the first.
    """
    locked = _locked(actor, upload)
    ensure(locked.state == TopicImport.State.CONFIRMED, because=_("这份表没有导入，或者已经撤销。"))
    versions = {UUID(pk): version for pk, version in locked.journal}
    now = {m.pk: m for m in Matter.objects.select_for_update().filter(pk__in=versions).order_by("pk")}
    touched = [now[pk].title for pk, version in versions.items() if pk in now and now[pk].version != version]
    touched += _used(list(versions))
    ensure(
        not touched,
        because=_("导入以后有人办理过：%(what)s。撤销会丢掉这些，所以没有撤销。")
        % {"what": _("、").join(dict.fromkeys(touched[:5]))},
    )
    _unmake(list(versions))
    locked.state = TopicImport.State.UNDONE
    locked.save(update_fields=["state"])
    record(
        actor=actor,
        action="topics.undo_import",
        target=f"topics.topicimport:{locked.pk}",
        removed=len(versions),
    )
    return len(versions)


def _locked(actor: Actor, upload: TopicImport) -> TopicImport:
    locked = TopicImport.objects.select_for_update().get(pk=upload.pk)
    require(
        locked.committee_id == actor.committee_id
        and (actor.has(Role.STAFF) or locked.by_id == actor.user_id),
        because=_("这份表是别人上传的。"),
    )
    return locked


def _make(actor: Actor, row: Planned) -> Topic:
    topic = open_topic(actor=actor, entry=row.entry, state=row.state)
    if row.state != TopicState.COLLECTED:
        topic.outcome = row.outcome
        topic.decided_on = row.entry.on
        topic.save(update_fields=["outcome", "decided_on"])
        topic.matter.visibility = Visibility.MEMBERS
    closed = TOPIC.states[row.state].final
    move_matter(
        actor=actor,
        matter=topic.matter,
        verb="enter",
        text=f"从表格录入（{recorded(Channel(row.entry.channel).label)}）",
        audience=TimelineEntry.Audience.OFFICE,
        closes=closed,
    )
    if row.state == TopicState.COLLECTED:
        start_intake(topic)
    return topic


def _used(pks: list[UUID]) -> list[str]:
    """Return the titles of topics to which something was tied since."""
    merged = Topic.objects.filter(merged_into_id__in=pks).values_list("merged_into__matter__title", flat=True)
    listed = TopicListItem.objects.filter(topic_id__in=pks).values_list("topic__matter__title", flat=True)
    files = StoredFile.objects.filter(matter_id__in=pks).values_list("matter__title", flat=True)
    links = MatterLink.objects.filter(target_id__in=pks).values_list("target__title", flat=True)
    voices = Topic.objects.filter(pk__in=pks, voices__isnull=False).values_list("matter__title", flat=True)
    return [title for found in (merged, listed, files, links, voices) for title in found]


def _unmake(pks: list[UUID]) -> None:
    Deadline.objects.filter(matter_id__in=pks).delete()
    # Who keeps the place may have been told in the morning that they wait.
    Notice.objects.filter(matter_id__in=pks).delete()
    Participation.objects.filter(matter_id__in=pks).delete()
    TimelineEntry.objects.filter(matter_id__in=pks).delete()
    Topic.objects.filter(pk__in=pks).delete()
    Matter.objects.filter(pk__in=pks).delete()
