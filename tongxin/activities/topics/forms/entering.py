"""Forms in which topics are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.topics.actions.entering import MOST_FORMS, Entry
from tongxin.activities.topics.enums import Channel
from tongxin.activities.topics.forms.deciding import words_field
from tongxin.activities.topics.models import TopicCategory
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, MemberStatus, Role
from tongxin.foundation.organization.models import Member, Node

if TYPE_CHECKING:
    from tongxin.activities.topics.models import TopicRules
    from tongxin.foundation.core.access import Actor


def nodes_for(actor: Actor) -> Any:  # noqa: ANN401 (a queryset of nodes)
    """Return the nodes for which somebody writes topics down."""
    found = Node.objects.visible_to(actor).open_on(clock.today())
    return found if actor.has(Role.STAFF) else found.under(actor.subjects(*NODE_ROLES))


def _set_nodes(form: forms.Form, actor: Actor) -> None:
    field: Any = form.fields["node"]
    field.queryset = nodes_for(actor)
    if not actor.has(Role.STAFF):
        # Who keeps a node writes for it, never for no place at all.
        field.required, field.empty_label = True, None


class EnterForm(forms.Form):
    """A topic from one of the four channels."""

    channel = forms.ChoiceField(label=_lazy("渠道"), choices=Channel.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_lazy("标题"), max_length=120)
    text = words_field(_lazy("内容"), rows=6)
    raised_by = forms.CharField(
        label=_lazy("点题单位"), max_length=80, required=False, help_text=_lazy("党政点的才填")
    )
    member = forms.ModelChoiceField(
        label=_lazy("荐题委员"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_lazy("不是委员荐的"),
        help_text=_lazy("委员荐的才选"),
    )
    node = forms.ModelChoiceField(
        label=_lazy("网点"), queryset=Node.objects.none(), required=False, empty_label=_lazy("不属于哪个网点")
    )
    category = forms.ModelChoiceField(
        label=_lazy("类别"),
        queryset=TopicCategory.objects.none(),
        required=False,
        empty_label=_lazy("不分类"),
    )
    on = forms.DateField(
        label=_lazy("提出日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    urgent = forms.BooleanField(label=_lazy("紧急：排在最前面"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"initial": {"on": clock.today()}, **kwargs})
        fields: Any = self.fields
        fields["member"].queryset = Member.objects.visible_to(actor).filter(status=MemberStatus.ACTIVE)
        fields["category"].queryset = TopicCategory.objects.visible_to(actor).filter(is_active=True)
        _set_nodes(self, actor)

    def clean(self) -> dict[str, Any]:
        """Ask who named or recommended it, where that is known; never who of the public."""
        found = super().clean() or {}
        channel = found.get("channel")
        if channel == Channel.PARTY_GOV and not found.get("raised_by"):
            self.add_error("raised_by", _("党政点的，请写点题单位。"))
        if channel == Channel.MEMBER and not found.get("member"):
            self.add_error("member", _("委员荐的，请选委员。"))
        if found.get("on") and found["on"] > clock.today():
            self.add_error("on", _("提出日期还没有到。"))
        return found

    def entry(self) -> Entry:
        """Return what was written down."""
        found = dict(self.cleaned_data)
        if found["channel"] != Channel.PARTY_GOV:
            found["raised_by"] = ""
        if found["channel"] != Channel.MEMBER:
            found["member"] = None
        return Entry(**found)


class RecommendForm(forms.Form):
    """What a member recommends: three fields, one may stay empty."""

    title = forms.CharField(
        label=_lazy("什么事"), max_length=120, help_text=_lazy("一句话，写清什么事、在什么地方")
    )
    text = words_field(_lazy("具体情况和您的建议"), rows=6)
    node = forms.ModelChoiceField(
        label=_lazy("建议在哪里协商"),
        queryset=Node.objects.none(),
        required=False,
        empty_label=_lazy("由政协安排"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        nodes: Any = self.fields["node"]
        nodes.queryset = Node.objects.visible_to(actor).open_on(clock.today())


class PaperForm(forms.Form):
    """A paper form as it lies on the desk."""

    number = forms.CharField(
        label=_lazy("表号"),
        max_length=24,
        help_text=_lazy("意见表左上角的十个字母和数字，大小写、横线不用管"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    text = words_field(_lazy("写的什么"), _lazy("照原话录入，不改"), rows=6)
    contact = forms.CharField(
        label=_lazy("联系方式"),
        max_length=40,
        required=False,
        help_text=_lazy("表上填了才录。加密保存，办结以后按期删除"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    node = forms.ModelChoiceField(
        label=_lazy("网点"), queryset=Node.objects.none(), required=False, empty_label=_lazy("不属于哪个网点")
    )

    def __init__(self, *args: Any, actor: Actor, rules: TopicRules, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        most = rules.text_max_characters
        self.fields["text"] = words_field(_lazy("写的什么"), _lazy("照原话录入，不改"), rows=6, most=most)
        _set_nodes(self, actor)


class PrintForm(forms.Form):
    """How many forms for which place."""

    node = forms.ModelChoiceField(
        label=_lazy("网点"), queryset=Node.objects.none(), required=False, empty_label=_lazy("不属于哪个网点")
    )
    count = forms.IntegerField(
        label=_lazy("打印几张"),
        min_value=1,
        max_value=MOST_FORMS,
        initial=10,
        help_text=_lazy("每张的表号和回执码都不一样，不要复印"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        _set_nodes(self, actor)


class UploadForm(forms.Form):
    """A table of topics."""

    file = forms.FileField(
        label=_lazy("议题表"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_lazy(".xlsx或.csv，一行一个议题"),
    )

    def clean_file(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """Refuse what is too large to be such a table."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
            raise ValidationError(_("文件太大，最多%(limit)s。请分成几个文件。"), params={"limit": limit})
        return file
