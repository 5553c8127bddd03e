"""Forms of the conversions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.lifecycle_session import BEFORE
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.topics.models import Topic
from tongxin.followers.journeys.actions.proposing import TITLE_MOST, Beginning
from tongxin.followers.journeys.conversions import TAKES_STATEMENTS
from tongxin.foundation.core.templatetags.ui import zh_datetime
from tongxin.foundation.organization.enums import NODE_ROLES, Role
from tongxin.foundation.organization.models import Member, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.foundation.core.access import Actor


class SessionField(forms.ModelChoiceField[DeliberationSession]):
    """A session by its title, time and place."""

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 (Django's own signature)
        """Return title, time and who convenes it."""
        return f"{obj.matter.title}　{zh_datetime(obj.starts_at)}　{obj.node.name}"


class TopicsField(forms.ModelMultipleChoiceField[Topic]):
    """Topics by their titles."""

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 (Django's own signature)
        """Return the title."""
        return str(obj.shown_title)


def sessions_to_come(actor: Actor) -> Any:  # noqa: ANN401 (a queryset of sessions)
    """Return the sessions being prepared that somebody keeps, the next first."""
    found = DeliberationSession.objects.visible_to(actor).filter(matter__state__in=BEFORE)
    if not actor.has(Role.STAFF):
        found = found.filter(node__in=Node.objects.under(actor.subjects(*NODE_ROLES)).values("pk"))
    return found.select_related("matter", "node").order_by("starts_at")


def sessions_with_suggestions(actor: Actor) -> Any:  # noqa: ANN401 (a queryset of sessions)
    """Return the sessions, announced or held, among whose suggestions a statement may stand; the latest first."""
    found = DeliberationSession.objects.visible_to(actor).filter(matter__state__in=TAKES_STATEMENTS)
    return found.select_related("matter", "node").order_by("-starts_at")


class SuggestForm(forms.Form):
    """Among the suggestions of which session a statement stands."""

    session = SessionField(
        label=_lazy("放进哪一场"), queryset=DeliberationSession.objects.none(), empty_label=_lazy("请选择")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        cast("SessionField", self.fields["session"]).queryset = sessions_with_suggestions(actor)


class RaiseTopicForm(forms.Form):
    """How the topic is called, and what it says."""

    title = forms.CharField(label=_lazy("议题"), max_length=TITLE_MOST)
    text = forms.CharField(label=_lazy("内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class ChooseSessionForm(forms.Form):
    """Which session takes the topic up."""

    session = SessionField(
        label=_lazy("放进哪一场"), queryset=DeliberationSession.objects.none(), empty_label=_lazy("请选择")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        cast("SessionField", self.fields["session"]).queryset = sessions_to_come(actor)


class HandOverForm(forms.Form):
    """What the unit is to solve, and by when."""

    text = forms.CharField(
        label=_lazy("要解决什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(
        label=_lazy("期限"),
        required=False,
        help_text=_lazy("不写期限，就没有人提醒"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class ProposeForm(forms.Form):
    """How the proposal is called, and whose it is."""

    title = forms.CharField(
        label=_lazy("案由"), max_length=TITLE_MOST, help_text=_lazy("先起个名字，写的时候还能改")
    )
    member = forms.ModelChoiceField(
        label=_lazy("由哪位委员提出"), queryset=Member.objects.none(), empty_label=_lazy("请选择")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        found = Member.objects.visible_to(actor).active()
        self._own: Member | None = None
        if actor.has(Role.STAFF):
            members = cast("forms.ModelChoiceField[Member]", self.fields["member"])
            members.queryset = found.order_by("stroke_key", "name")
        else:
            # Who is no staff writes for themself.
            self._own = found.filter(pk=actor.member_id).first() if actor.member_id else None
            del self.fields["member"]

    def beginning(self) -> Beginning | None:
        """Return what the draft begins with; None for somebody who is a member no more."""
        member = self.cleaned_data.get("member") or self._own
        return Beginning(self.cleaned_data["title"].strip(), member) if member else None


class TellBackForm(forms.Form):
    """Which topics end, and what their contributors read."""

    topics = TopicsField(
        label=_lazy("哪些议题办结"),
        queryset=Topic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("请先勾选要办结的议题。")},
    )
    outcome = forms.CharField(
        label=_lazy("告诉提出人的话"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_lazy("提出人凭回执码看到这段话。请写办成了什么，不写人名。"),
    )

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = cast("TopicsField", self.fields["topics"])
        field.queryset = Topic.objects.filter(pk__in=[t.pk for t in topics]).select_related("matter")
