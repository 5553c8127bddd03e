"""Forms of those who propose, co-sign and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.enums import Disclosure
from tongxin.activities.proposals.models import Topic
from tongxin.activities.proposals.quality import HAVE_CONVENOR
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Body, Member, Sector, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongxin.activities.proposals.models import Proposal
    from tongxin.foundation.core.access import Actor

MOST_WISHES = 3
# Far beyond every committee's limit; what is longer is not a proposal but an attack on the server.
_MOST_CHARACTERS = 50_000
MYSELF = "me"
WHERE_SECRETS_GO = _lazy(
    "涉密信息不得录入：刚才写的没有存。请停止在这里写，联系本会机关保密工作人员，按保密规定用纸质、通过机要渠道提交。"
    "以前已经存下的，请不要转发、下载或打印，由保密部门处理。"
)


class UnfinishedField(forms.CharField):
    """Needed in the end, and therefore not marked as optional; a draft may lack it."""

    def validate(self, value: Any) -> None:  # noqa: ANN401 (Django's signature)
        """Demand nothing: ``quality.shortcomings`` does when the proposal is handed in."""


class UnfinishedChoiceField(forms.ModelChoiceField[Member]):
    """The same for a choice."""

    def validate(self, value: Any) -> None:  # noqa: ANN401 (Django's signature)
        """Demand nothing: ``quality.shortcomings`` does when the proposal is handed in."""


def _long(label: Any, hint: Any, rows: int) -> UnfinishedField:  # noqa: ANN401 (lazy text)
    field = UnfinishedField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))
    field.validators.append(_not_endless)
    return field


def _not_endless(value: str) -> None:
    if len(value) > _MOST_CHARACTERS:
        raise forms.ValidationError(_("太长了，最多{n}字。长的材料请作为附件。").format(n=_MOST_CHARACTERS))


class NewForm(forms.Form):
    """What a proposal is about, and who proposes it."""

    title = forms.CharField(
        label=_lazy("案由"),
        max_length=120,
        help_text=_lazy("一句话说清楚是关于什么的，比如：关于增设乡镇卫生院康复门诊的提案"),
    )

    def __init__(self, *args: Any, bodies: Sequence[Body], is_member: bool, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.bodies = {str(b.pk): b for b in bodies}
        choices = [(MYSELF, _("我个人"))] if is_member else []
        choices += [(key, body.name) for key, body in self.bodies.items()]
        if len(choices) > 1:
            self.fields["proposer"] = forms.ChoiceField(
                label=_("以谁的名义提"), choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
            )
        self.only = choices[0][0] if choices else ""

    @property
    def body(self) -> Body | None:
        """The body that proposes; None for the member's own."""
        return self.bodies.get(self.cleaned_data.get("proposer", self.only))


class DraftForm(forms.Form):
    """The text of a proposal and what goes with it. Nothing is demanded: a draft may be half done."""

    # Browsers must not keep back what is half done.
    use_required_attribute = False

    title = UnfinishedField(label=_lazy("案由"), max_length=120)
    situation = _long(_lazy("情况"), _lazy("看到了什么，在哪里，有多少。"), 7)
    analysis = _long(_lazy("分析"), _lazy("为什么会这样。"), 5)
    suggestion = _long(_lazy("建议"), _lazy("请谁、在什么时候、做什么。一条一条写。"), 7)
    topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_lazy("类别"), required=False, empty_label=_lazy("不清楚，由审查人员定")
    )
    wished_1 = forms.CharField(label=_lazy("第一个单位"), required=False, max_length=60)
    wished_2 = forms.CharField(label=_lazy("第二个单位"), required=False, max_length=60)
    wished_3 = forms.CharField(label=_lazy("第三个单位"), required=False, max_length=60)
    cosign_until = forms.DateField(
        label=_lazy("联名截止日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    disclosure = forms.ChoiceField(
        label=_lazy("是否同意公开"), choices=Disclosure.choices, widget=forms.RadioSelect
    )
    disclosure_reason = forms.CharField(
        label=_lazy("不公开的原因"), help_text=_lazy("选「不公开」的才写。"), required=False, max_length=120
    )
    # Who signs for a sector, a group or a special committee; other forms do not ask.
    convenor = UnfinishedChoiceField(
        Member.objects.none(),
        label=_lazy("召集人"),
        empty_label=_lazy("请选召集人"),
        help_text=_lazy("在签名页上签名的那位委员。"),
    )
    declares_secrets = forms.BooleanField(label=_lazy("这件提案涉及国家秘密或工作秘密"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # Left out in 大字简明版; what is not asked keeps its value.
    FULL_ONLY = ("topic", "wished_1", "wished_2", "wished_3", "cosign_until")

    def __init__(self, *args: Any, actor: Actor, proposal: Proposal, simple: bool, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        if proposal.kind in HAVE_CONVENOR:
            self.fields["convenor"].queryset = Member.objects.visible_to(actor).active()  # type: ignore[attr-defined]
        else:
            del self.fields["convenor"]
        self.units = [] if simple else cast("list[Unit]", list(Unit.objects.in_office().visible_to(actor)))
        if simple:
            for name in self.FULL_ONLY:
                del self.fields[name]
            return
        topics = Topic.objects.visible_to(actor).filter(is_active=True)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
        if proposal.body_id:
            del self.fields["cosign_until"]
        for n in range(1, MOST_WISHES + 1):
            self.fields[f"wished_{n}"].widget.attrs.update({"list": "units", "autocomplete": "off"})

    @classmethod
    def values_of(cls, proposal: Proposal) -> dict[str, Any]:
        """Return what the form shows of a proposal."""
        names = ("situation", "analysis", "suggestion", "cosign_until", "disclosure", "disclosure_reason")
        values = {name: getattr(proposal, name) for name in names}
        values |= {
            "title": proposal.matter.title,
            "topic": proposal.topic_id,
            "convenor": proposal.convenor_id,
            "version": proposal.matter.version,
        }
        for n, unit in enumerate(proposal.wished_units.all(), start=1):
            values[f"wished_{n}"] = unit.name
        return values

    def clean_declares_secrets(self) -> bool:
        """Let nothing be saved of what its writer says is secret, and say where to turn."""
        if self.cleaned_data["declares_secrets"]:
            raise forms.ValidationError(WHERE_SECRETS_GO)
        return False

    def clean_title(self) -> str:
        """Refuse an empty title: a matter has a name from its first day."""
        title: str = self.cleaned_data["title"].strip()
        if not title:
            raise forms.ValidationError(_("请写案由，一句话说清楚是关于什么的。"))
        return title

    def clean_cosign_until(self) -> Any:  # noqa: ANN401 (a date or None)
        """Refuse a day that has passed, unless it stood there before."""
        day = self.cleaned_data["cosign_until"]
        if day and day <= clock.today() and day != self.proposal.cosign_until:
            raise forms.ValidationError(_("联名截止日要晚于今天。"))
        return day

    def _clean_wish(self, name: str) -> Unit | None:
        typed = self.cleaned_data[name].strip()
        if not typed:
            return None
        exact = [u for u in self.units if typed in (u.name, u.short_name)]
        found = exact or [u for u in self.units if typed in u.name]
        if len(found) != 1:
            raise forms.ValidationError(
                _("没有找到「{name}」，请从列表里选一个单位。").format(name=typed)
                if not found
                else _("叫「{name}」的单位不止一个，请从列表里选。").format(name=typed)
            )
        return found[0]

    def clean_wished_1(self) -> Unit | None:
        """Turn the typed name into the unit."""
        return self._clean_wish("wished_1")

    def clean_wished_2(self) -> Unit | None:
        """Turn the typed name into the unit."""
        return self._clean_wish("wished_2")

    def clean_wished_3(self) -> Unit | None:
        """Turn the typed name into the unit."""
        return self._clean_wish("wished_3")

    @property
    def draft(self) -> dict[str, Any]:
        """The fields that are in order, as ``save_draft`` takes them."""
        names = (
            "title",
            "situation",
            "analysis",
            "suggestion",
            "topic",
            "disclosure",
            "disclosure_reason",
            "cosign_until",
            "convenor",
        )
        return {n: self.cleaned_data[n] for n in names if n in self.cleaned_data}

    @property
    def wished_units(self) -> list[Unit] | None:
        """The wished units, each once; None where they are not asked or one is unclear."""
        names = [f"wished_{n}" for n in range(1, MOST_WISHES + 1)]
        if any(n not in self.cleaned_data for n in names):
            return None
        return list(dict.fromkeys(u for n in names if (u := self.cleaned_data[n])))


class CosignerSearch(forms.Form):
    """Find members to ask."""

    q = forms.CharField(label=_lazy("姓名"), required=False, max_length=60)
    sector = forms.ModelChoiceField(
        Sector.objects.none(), label=_lazy("界别"), required=False, empty_label=_lazy("全部界别")
    )

    def __init__(self, *args: Any, sectors: Any, **kwargs: Any) -> None:  # noqa: ANN401 (a queryset)
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = sectors  # type: ignore[attr-defined]


class PickedMembers(forms.Form):
    """The members that were ticked."""

    members: Any = forms.ModelMultipleChoiceField(None, required=False)

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:  # noqa: ANN401 (a queryset)
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Member]:
        """The ticked members, in stroke order."""
        return list(self.cleaned_data.get("members", ()))


class AnswerForm(forms.Form):
    """A member's word on an invitation to co-sign."""

    answer = forms.ChoiceField(choices=[("sign", ""), ("decline", "")])
    text_version = forms.IntegerField(required=False)


class SecrecyForm(forms.Form):
    """What the writer declares of state secrets when handing in."""

    NO, YES = "no", "yes"
    secrecy = forms.ChoiceField(
        label=_lazy("是否涉及国家秘密、工作秘密"),
        choices=((NO, _lazy("我确认不涉及")), (YES, _lazy("涉及"))),
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("请先确认这件提案是否涉及国家秘密、工作秘密。")},
    )

    def clean_secrecy(self) -> str:
        """Take nothing further of what its writer says is secret."""
        if self.cleaned_data["secrecy"] == self.YES:
            raise forms.ValidationError(WHERE_SECRETS_GO)
        return self.NO


class WithdrawForm(forms.Form):
    """Why a proposal is taken back."""

    reason = forms.CharField(
        label=_lazy("撤案的原因"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class UploadForm(forms.Form):
    """One file."""

    upload = forms.FileField(label=_lazy("选择文件"))

    @property
    def content(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """The file."""
        return self.cleaned_data["upload"]


class StampForm(forms.Form):
    """The page with the stamp or the signatures."""

    stamp = forms.FileField(label=_lazy("选择文件"))

    @property
    def content(self) -> Any:  # noqa: ANN401 (an uploaded file)
        """The file."""
        return self.cleaned_data["stamp"]
