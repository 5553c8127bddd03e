"""Forms of the annual lists of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.actions.listing import Outline
from tongxin.activities.topics.models import TopicList
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, NodeKind, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.topics.models import TopicListItem
    from tongxin.foundation.core.access import Actor

_MOST_VOTES = 9999


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class BeginForm(forms.Form):
    """A new list."""

    year = forms.IntegerField(label=_lazy("年度"), min_value=2000, max_value=2100)
    node = forms.ModelChoiceField(
        label=_lazy("哪里的清单"), queryset=Node.objects.none(), required=False, empty_label=_lazy("本会")
    )
    way = forms.ChoiceField(
        label=_lazy("怎样确定"), choices=TopicList.Way.choices, widget=forms.RadioSelect, initial="vote"
    )
    seats = forms.IntegerField(label=_lazy("确定几个"), min_value=1, max_value=50, initial=5)
    choices_most = forms.IntegerField(label=_lazy("每人最多选几个"), min_value=1, max_value=50, initial=3)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"initial": {"year": clock.today().year}, **kwargs})
        nodes: Any = self.fields["node"]
        nodes.queryset = Node.objects.visible_to(actor).filter(kind=NodeKind.COUNCIL, ended_on__isnull=True)
        if not actor.has(Role.STAFF):
            nodes.queryset = nodes.queryset.under(actor.subjects(*NODE_ROLES))
            nodes.required, nodes.empty_label = True, None

    def outline(self) -> Outline:
        """Return what was filled in."""
        return Outline(**self.cleaned_data)


class UntilForm(forms.Form):
    """Until when votes are taken."""

    until = forms.DateField(label=_lazy("投票截止日期"), widget=_day(), help_text=_lazy("当天还能投"))


class HandsForm(forms.Form):
    """Raised hands for each candidate."""

    def __init__(self, *args: Any, items: Sequence[TopicListItem], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[f"hands-{item.pk}"] = forms.IntegerField(
                label=item.topic.matter.title,
                min_value=0,
                max_value=_MOST_VOTES,
                initial=item.hands,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def hands(self) -> dict[UUID, int]:
        """Return how many for each."""
        return {UUID(name.removeprefix("hands-")): count for name, count in self.cleaned_data.items()}


class DecideForm(forms.Form):
    """By which decision, on which day."""

    on = forms.DateField(label=_lazy("确定日期"), widget=_day())
    decision = forms.CharField(
        label=_lazy("会议和文号"),
        max_length=120,
        required=False,
        help_text=_lazy("常委会审定的写会议和文号；票数相同的写明怎样定的"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"initial": {"on": clock.today()}, **kwargs})
