"""One thing done to many ticked topics: each for itself, and what was refused is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tongxin.activities.topics.actions import deciding
from tongxin.activities.topics.actions.moving import lock_topics
from tongxin.activities.topics.forms.deciding import DeclineForm
from tongxin.activities.topics.selectors.queue import ticked
from tongxin.activities.topics.selectors.wanted import read_ids
from tongxin.activities.topics.views.asked import DECIDERS, show_form
from tongxin.foundation.core.access import policy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpResponse

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import ActorRequest


@policy(*DECIDERS)
@require_POST
@once
def accept_many(request: ActorRequest) -> HttpResponse:
    """Take up every ticked topic as it came."""
    topics = _ticked(request)
    return _done(request, topics, lambda t: deciding.accept_topic(actor=request.actor, topic=t))


@policy(*DECIDERS)
@require_POST
@once
def release_many(request: ActorRequest) -> HttpResponse:
    """Move every ticked topic from what waits apart into the queue."""
    topics = _ticked(request)
    return _done(request, topics, lambda t: deciding.release_topic(actor=request.actor, topic=t))


@policy(*DECIDERS)
@require_POST
@once
def decline_many(request: ActorRequest) -> HttpResponse:
    """Decline every ticked topic for one reason, which is asked for first."""
    topics = _ticked(request)
    confirmed = request.POST.get("step") == "confirm"
    form = DeclineForm(request.POST if confirmed else None, actor=request.actor)
    if not topics or not confirmed or not form.is_valid():
        return _asked(request, "decline_many", topics, form)
    said = form.cleaned_data
    return _done(
        request,
        topics,
        lambda t: deciding.decline_topic(
            actor=request.actor, topic=t, reason=said["reason"], words=said["words"]
        ),
    )


@policy(*DECIDERS)
@require_POST
@once
def merge_many(request: ActorRequest) -> HttpResponse:
    """Merge the ticked topics into one of them, which is asked for first."""
    topics = _ticked(request)
    lead = next((t for t in topics if str(t.pk) == request.POST.get("into")), None)
    if lead is None or request.POST.get("step") != "confirm":
        return _asked(request, "merge_many", topics, None)
    others = [t for t in topics if t.pk != lead.pk]
    lock_topics(t.pk for t in topics)
    return _done(request, others, lambda t: deciding.merge_topic(actor=request.actor, topic=t, into=lead))


def _ticked(request: ActorRequest) -> list[Topic]:
    return ticked(request.actor, read_ids(request.POST.getlist("topics")))


def _asked(
    request: ActorRequest, template: str, topics: Sequence[Topic], form: DeclineForm | None
) -> HttpResponse:
    if not topics:
        messages.warning(request, _("请先选中要办的议题。"))
        return redirect("topics:queue")
    return show_form(request, template, form, topics=topics)


def _done(request: ActorRequest, topics: Sequence[Topic], act: Callable[[Topic], object]) -> HttpResponse:
    """Do it to each for itself: what one refuses, the others keep."""
    if not topics:
        messages.warning(request, _("请先选中要办的议题。"))
        return redirect("topics:queue")
    lock_topics(t.pk for t in topics)
    done = 0
    for topic in topics:
        try:
            with transaction.atomic():
                act(topic)
        except (Refused, PermissionDenied) as no:
            messages.warning(request, _("{title}：{why}").format(title=topic.matter.title, why=no))
        else:
            done += 1
    if done:
        said = ngettext("已办理%(n)d条", "已办理%(n)d条", done) % {"n": done}
        messages.success(request, said)
    return redirect("topics:queue")
