"""Forms of the record: its texts with their versions, and what somebody said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.actions.recording import FIELDS, write_field
from tongxin.activities.grassroots.models import Attendee

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongxin.activities.grassroots.actions.recording import Stale
    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor


class RecordForm(forms.Form):
    """The texts of a record. Beside each stands the version that the writer saw."""

    chaired_by = forms.CharField(label=_lazy("主持人"), required=False, max_length=FIELDS["chaired_by"])
    summary = forms.CharField(
        label=_lazy("协商经过"),
        required=False,
        max_length=FIELDS["summary"],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    agreed = forms.CharField(
        label=_lazy("达成一致的"),
        required=False,
        max_length=FIELDS["agreed"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_lazy("一行一条，会印在议事单上请各方签字。"),
    )
    not_agreed = forms.CharField(
        label=_lazy("没有达成一致的"),
        required=False,
        max_length=FIELDS["not_agreed"],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("没谈拢的也如实写下来，下次接着商量。"),
    )

    def __init__(self, data: Any = None, *, session: DeliberationSession) -> None:  # noqa: ANN401
        super().__init__(data, initial={name: getattr(session, name) for name in FIELDS})
        self.session = session
        for name in FIELDS:
            self.fields[f"seen_{name}"] = forms.IntegerField(
                widget=forms.HiddenInput,
                min_value=0,
                initial=int(session.field_versions.get(name, 0)),
            )

    @transaction.atomic
    def keep(self, actor: Actor) -> None:
        """Write what was changed: all of it, or nothing.

        Raises:
            Stale: somebody else changed one of the fields since.
        """
        for name in FIELDS:
            write_field(
                actor=actor,
                session=self.session,
                field=name,
                text=self.cleaned_data[name],
                seen=self.cleaned_data[f"seen_{name}"],
            )

    def after(self, stale: Stale) -> RecordForm:
        """Return the form as it was typed, with the other's version as seen: saved again, it overwrites that one."""
        data = {name: self.cleaned_data[name] for name in self.fields}
        return RecordForm(data | {f"seen_{stale.field}": stale.version}, session=self.session)


class SaidForm(forms.Form):
    """What one side said, or one suggestion."""

    kind = forms.ChoiceField(choices=[("statement", _lazy("各方意见")), ("suggestion", _lazy("意见建议"))])
    attendee = forms.ModelChoiceField(
        label=_lazy("谁"),
        queryset=Attendee.objects.none(),
        required=False,
        empty_label=_lazy("不在名单上，或不写"),
    )
    who = forms.CharField(
        label=_lazy("谁说的"),
        max_length=80,
        required=False,
        help_text=_lazy("不在名单上的，写例如：三社村民"),
    )
    text = forms.CharField(label=_lazy("说了什么"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, attendees: QuerySet[Attendee], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Attendee]", self.fields["attendee"])
        field.queryset = attendees
        field.label_from_instance = _who  # type: ignore[method-assign,assignment]


def _who(row: Attendee) -> str:
    return gettext("{name}（{more}）").format(name=row.name, more=row.get_side_display())
