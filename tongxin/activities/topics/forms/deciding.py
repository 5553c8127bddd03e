"""Forms in which somebody decides about a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.actions.deciding import Listed
from tongxin.activities.topics.enums import PassedTo
from tongxin.activities.topics.models import DeclineReason, TopicCategory
from tongxin.capabilities.matters.models import Visibility
from tongxin.foundation.organization.models import Place, Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tongxin.activities.topics.models import Topic
    from tongxin.foundation.core.access import Actor

_LONGEST = 2000


def words_field(
    label: str | _StrPromise,
    help_text: str | _StrPromise = "",
    *,
    required: bool = True,
    rows: int = 4,
    most: int = _LONGEST,
) -> forms.CharField:
    """Return a field for a paragraph or two."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _outcome(*, required: bool = True) -> forms.CharField:
    return words_field(
        _lazy("给提出人的话"), _lazy("提出人凭回执能看到这句话。不要写别人的姓名和电话。"), required=required
    )


class ListedForm(forms.Form):
    """How a topic stands in the list of topics."""

    title = forms.CharField(
        label=_lazy("标题"), max_length=120, help_text=_lazy("列在议题清单里，写清什么事、在什么地方")
    )
    public_title = forms.CharField(
        label=_lazy("公开的标题"),
        max_length=120,
        required=False,
        help_text=_lazy("不填就用上面的标题。不写姓名、电话和门牌"),
    )
    category = forms.ModelChoiceField(
        label=_lazy("类别"),
        queryset=TopicCategory.objects.none(),
        required=False,
        empty_label=_lazy("不分类"),
    )
    place = forms.ModelChoiceField(
        label=_lazy("地方"), queryset=Place.objects.none(), required=False, empty_label=_lazy("不指定")
    )
    public = forms.BooleanField(label=_lazy("公开：在公开页和网点的页面上列出这个议题"), required=False)

    def __init__(self, *args: Any, actor: Actor, topic: Topic, **kwargs: Any) -> None:  # noqa: ANN401
        initial = {
            "title": topic.matter.title,
            "public_title": topic.public_title,
            "category": topic.category_id,
            "place": topic.matter.place_id,
            "public": topic.matter.visibility == Visibility.PUBLIC,
        }
        super().__init__(*args, **{**kwargs, "initial": initial | kwargs.get("initial", {})})
        categories = TopicCategory.objects.visible_to(actor).filter(is_active=True)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        code = topic.committee.code
        self.fields["place"].queryset = Place.objects.filter(code__startswith=code)  # type: ignore[attr-defined]
        if topic.is_sensitive:
            del self.fields["public"]

    def listed(self) -> Listed:
        """Return what was filled in."""
        found = {name: self.cleaned_data[name] for name in ("title", "public_title", "category", "place")}
        return Listed(**found, public=self.cleaned_data.get("public", False))


class AcceptForm(ListedForm):
    """A topic is taken up."""

    outcome = _outcome()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, initial={"outcome": _("已列为议题，将安排协商。")}, **kwargs)


class OutcomeForm(forms.Form):
    """A sentence for the contributors."""

    outcome = _outcome()


class MergeForm(forms.Form):
    """A sentence for the contributors; without one they read that it is the same matter."""

    outcome = _outcome(required=False)


class PassOnForm(forms.Form):
    """To where a topic goes."""

    to = forms.ChoiceField(label=_lazy("转到哪里"), choices=PassedTo.choices, widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(
        label=_lazy("有关单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_lazy("请选择"),
        help_text=_lazy("转交有关单位的才选；那个单位会收到提醒，能看到议题"),
    )
    outcome = _outcome()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(actor).filter(ended_on__isnull=True)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a unit where it goes to one, and only there."""
        found = super().clean() or {}
        if found.get("to") == PassedTo.UNIT and not found.get("unit"):
            self.add_error("unit", _("转交有关单位的，请选择单位。"))
        if found.get("to") != PassedTo.UNIT:
            found["unit"] = None
        return found


class DeclineForm(forms.Form):
    """Why a topic is not taken up."""

    reason = forms.ModelChoiceField(
        label=_lazy("理由"), queryset=DeclineReason.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    words = words_field(
        _lazy("再说几句"),
        _lazy("可以写清楚该找哪个部门。提出人凭回执能看到，不要写别人的姓名和电话。"),
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        reasons = DeclineReason.objects.visible_to(actor).filter(is_active=True)
        self.fields["reason"].queryset = reasons  # type: ignore[attr-defined]

    @property
    def said(self) -> str:
        """What the contributors will read."""
        parts = (f"{self.cleaned_data['reason'].text}。", self.cleaned_data["words"].strip())
        return "\n".join(part for part in parts if part)


class MarkForm(forms.Form):
    """Urgent, sensitive."""

    urgent = forms.BooleanField(label=_lazy("紧急：排在最前面"), required=False)
    sensitive = forms.BooleanField(
        label=_lazy("敏感：只有政协机关能看，不公开"),
        required=False,
        help_text=_lazy("勾上以后，网点的人就看不到这个议题了。"),
    )
    reason = forms.CharField(label=_lazy("理由"), max_length=200, help_text=_lazy("记在经过里，提出人看不到"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_lazy("理由"), max_length=200)


class SplitForm(forms.Form):
    """What the new topic is called."""

    title = forms.CharField(label=_lazy("新议题的标题"), max_length=120)
