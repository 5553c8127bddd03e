"""Forms of the committee's office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.proposals.actions.handling import HandOver
from tongxin.activities.proposals.models import RejectReason, ReplyClass, Topic
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Body, Member, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tongxin.activities.proposals.models import Assignment
    from tongxin.foundation.core.access import Actor

# What the timeline's note holds comfortably on a page; the column itself has no end.
LONGEST_NOTE = 2000


def note_field(
    label: str | _StrPromise, help_text: str | _StrPromise = "", *, required: bool = False, rows: int = 4
) -> forms.CharField:
    """Return a field for a paragraph or two."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AsksLater(forms.Form):
    """A form in which some fields are only asked for once it is clear that they are needed.

    They are not marked as optional, yet an empty one is no fault in itself.
    """

    asked_later: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._mark(required=True)

    def full_clean(self) -> None:
        """Leave the question whether they are needed to ``clean``."""
        self._mark(required=False)
        super().full_clean()
        self._mark(required=True)

    def _mark(self, *, required: bool) -> None:
        for name in self.asked_later:
            self.fields[name].required = required


class EnterForm(forms.Form):
    """For whom staff enter a proposal, and what it is called."""

    proposer = forms.CharField(
        label=_lazy("提案者"),
        max_length=80,
        help_text=_lazy("委员姓名或编号，或集体提案单位的名称"),
        widget=forms.TextInput(attrs={"list": "proposers", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_lazy("案由"), max_length=120, help_text=_lazy("例如：关于加强农村公路安全防护的提案")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.members = Member.objects.visible_to(actor).active()
        self.bodies = Body.objects.visible_to(actor).filter(is_active=True)
        self.member: Member | None = None
        self.body: Body | None = None

    def clean_proposer(self) -> str:
        """Find the one member or body that is meant."""
        text = str(self.cleaned_data["proposer"]).strip()
        name, _space, number = text.replace("　", " ").partition(" ")
        bodies = list(self.bodies.filter(name=text))
        found = list(self.members.filter(number=number.strip() or text)) or list(
            self.members.filter(name=name)
        )
        if bodies:
            self.body = bodies[0]
        elif len(found) == 1:
            self.member = found[0]
        elif found:
            raise forms.ValidationError(
                _("有{n}位委员叫这个名字，请在后面加上委员编号。").format(n=len(found))
            )
        else:
            raise forms.ValidationError(_("没有找到这位在任委员或单位，请核对姓名。"))
        return text


class DecisionForm(AsksLater):
    """What becomes of a proposal under examination."""

    asked_later = ("return_reason", "reject_reason")

    DECISIONS = (
        ("file", _lazy("立案")),
        ("return", _lazy("退回修改")),
        ("not_file", _lazy("不予立案")),
        ("ask_conversion", _lazy("请提案者答复是否同意转社情民意")),
        ("convert", _lazy("提案者已同意，转社情民意")),
    )
    decision = forms.ChoiceField(label=_lazy("审查意见"), choices=DECISIONS, widget=forms.RadioSelect)
    topic = forms.ModelChoiceField(
        label=_lazy("类别"), queryset=Topic.objects.none(), required=False, empty_label=_lazy("请选一类")
    )
    is_livelihood = forms.BooleanField(label=_lazy("民生提案"), required=False)
    return_reason = note_field(_lazy("要改什么"), _lazy("提案者会看到这段话"))
    reject_reason = forms.ModelChoiceField(
        label=_lazy("理由"),
        queryset=RejectReason.objects.none(),
        required=False,
        empty_label=_lazy("请选一条"),
    )
    explanation = note_field(_lazy("说明"), _lazy("提案者会看到这段话"), rows=3)
    convert_note = note_field(
        _lazy("说明"), _lazy("请提案者答复的：为什么建议转。已同意的：怎样同意的，哪一天。"), rows=2
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        topics = cast("forms.ModelChoiceField[Topic]", self.fields["topic"])
        topics.queryset = Topic.objects.visible_to(actor).filter(is_active=True)
        reasons = cast("forms.ModelChoiceField[RejectReason]", self.fields["reject_reason"])
        reasons.queryset = RejectReason.objects.visible_to(actor).filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """Ask only for what belongs to the decision."""
        found = self.cleaned_data
        wanted, sentence = {
            "return": ("return_reason", _("请写明要改什么。")),
            "not_file": ("reject_reason", _("请选一条理由。")),
            "convert": ("convert_note", _("请写明提案者是怎样同意的：当面、电话还是书面，哪一天。")),
        }.get(found.get("decision", ""), ("", ""))
        if wanted and not self.has_error(wanted) and not found.get(wanted):
            self.add_error(wanted, sentence)
        return found


class AssignForm(forms.Form):
    """Which units handle a proposal, and how."""

    SOLE, LEAD, SEPARATE = "sole", "lead", "separate"
    MODES = (
        (SOLE, _lazy("单办")),
        (LEAD, _lazy("主办加会办")),
        (SEPARATE, _lazy("分办")),
    )
    mode = forms.ChoiceField(label=_lazy("办理方式"), choices=MODES, initial=SOLE)
    lead = forms.ModelChoiceField(label=_lazy("主办单位"), queryset=Unit.objects.none(), required=False)
    others = forms.ModelMultipleChoiceField(
        label=_lazy("会办或分办单位"), queryset=Unit.objects.none(), required=False
    )
    find = forms.CharField(label=_lazy("找单位"), max_length=40, required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        actor: Actor,
        present: Sequence[Assignment],
        office: UUID | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.units = (
            Unit.objects.visible_to(actor).filter(ended_on=None).exclude(pk__in=[a.unit_id for a in present])
        )
        if office:
            # An office hands on to its own units, or keeps the work itself.
            self.units = self.units.filter(Q(pk=office) | Q(supervised_by=office))
        cast("forms.ModelChoiceField[Unit]", self.fields["lead"]).queryset = self.units
        cast("forms.ModelMultipleChoiceField[Unit]", self.fields["others"]).queryset = self.units
        self.to = HandOver(())

    def clean(self) -> dict[str, Any]:
        """Turn the ticks into a hand-over, and let it say what does not fit."""
        found = self.cleaned_data
        lead, others = found.get("lead"), tuple(found.get("others") or ())
        answering = (lead,) if lead else ()
        if found.get("mode") == self.SEPARATE:
            both = (*answering, *(u for u in others if u != lead))
            self.to = HandOver(both, separate=True)
        elif found.get("mode") == self.LEAD:
            self.to = HandOver(answering, others)
        else:
            self.to = HandOver(answering)
            if others:
                self.add_error(None, _("单办只选一个主办单位；还有会办单位的，请选「主办加会办」。"))
        try:
            self.to.parts(self.present)
        except Refused as refusal:
            self.add_error(None, refusal.message)
        if found.get("mode") == self.LEAD and not others and not self.errors:
            self.add_error(None, _("请勾选会办单位；没有会办单位的，请选「单办」。"))
        return found


class NoteForm(forms.Form):
    """One text that a move asks for."""

    note = note_field("", required=True)

    def __init__(self, *args: Any, label: str, help_text: str = "", **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label
        self.fields["note"].help_text = help_text


class DeclineAnswerForm(AsksLater):
    """Whether a unit is released."""

    asked_later = ("note",)

    accept = forms.ChoiceField(
        label=_lazy("答复"),
        choices=(("yes", _lazy("同意退回，另行交办")), ("no", _lazy("不同意，仍由该单位办理"))),
        widget=forms.RadioSelect,
    )
    note = note_field(_lazy("说明"), _lazy("不同意的，请写明为什么仍由该单位办理"))

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        found = self.cleaned_data
        if found.get("accept") == "no" and not found.get("note", "").strip():
            self.add_error("note", _("请写明为什么仍由该单位办理。"))
        return found


class ReplyReviewForm(AsksLater):
    """Whether a reply goes out to the proposers."""

    asked_later = ("reply_class", "note")

    decision = forms.ChoiceField(
        label=_lazy("审核意见"),
        choices=(("pass", _lazy("通过，送达提案者")), ("return", _lazy("退回重写"))),
        widget=forms.RadioSelect,
    )
    reply_class = forms.ModelChoiceField(
        label=_lazy("办理结果类别"),
        queryset=ReplyClass.objects.none(),
        required=False,
        empty_label=None,
        help_text=_lazy("单位自评的类别不准的，可以在这里改"),
    )
    note = note_field(_lazy("退回的，要改什么"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        classes = cast("forms.ModelChoiceField[ReplyClass]", self.fields["reply_class"])
        classes.queryset = ReplyClass.objects.visible_to(actor).filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a return."""
        found = self.cleaned_data
        if found.get("decision") == "return" and not found.get("note", "").strip():
            self.add_error("note", _("请写明要改什么。"))
        return found
