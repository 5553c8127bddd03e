"""Showing how somebody who said something may be reached, to who has a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.activities.topics.contacts import decrypt_contact
from tongxin.activities.topics.permissions import can_decide_topic
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core.errors import ensure, require

if TYPE_CHECKING:
    from tongxin.activities.topics.models import Voice
    from tongxin.foundation.core.access import Actor


@transaction.atomic
def reveal_contact(*, actor: Actor, voice: Voice, reason: str) -> str:
    """Return the whole contact that came with a voice; who asked, and why, is logged.

    Raises:
        PermissionDenied: actor does not decide about its topic.
        Refused: no reason was given, or there is no contact any more.
    """
    require(can_decide_topic(actor, voice.topic), because=_("您的岗位不办理这件事。"))
    ensure(bool(reason.strip()), because=_("请写明为什么要看联系方式。"))
    contact = decrypt_contact(voice.contact_encrypted)
    ensure(bool(contact), because=_("没有留联系方式，或者已经按期删除。"))
    record(
        actor=actor,
        action="topics.reveal_contact",
        target=f"topics.voice:{voice.pk}",
        committee_id=voice.committee_id,
        reason=reason.strip(),
    )
    return contact
