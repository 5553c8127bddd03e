"""Forms of a session: its plan, the reason of a change, its papers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxin.activities.grassroots.actions.planning import Plan
from tongxin.activities.grassroots.models import VenueKind
from tongxin.capabilities.files.forms import FilesField
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES, NodeKind, Role
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from tongxin.activities.grassroots.models import DeliberationSession
    from tongxin.foundation.core.access import Actor

_SEPARATORS = str.maketrans("，,；;\n\r", "、、、、、、")
_HOSTS_MOST = 6
_NAME_MOST = 60
# Councils convene, as a rule.
_RANKS = [
    When(kind=kind, then=rank)
    for rank, kind in enumerate((NodeKind.COUNCIL, NodeKind.ROOM, NodeKind.STATION, NodeKind.HOME))
]


class NodeField(forms.ModelChoiceField[Node]):
    """A node, named with the workstation it belongs to: twenty villages may have one name."""

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 (Django's own signature)
        """Return the name, with its workstation."""
        if not obj.station_id:
            return str(obj.name)
        return _("{name}（{more}）").format(name=obj.name, more=obj.station.name)


def convening_nodes(actor: Actor) -> Any:  # noqa: ANN401 (a queryset of nodes)
    """Return the nodes by which somebody may convene a session, councils first."""
    open_now = Node.objects.visible_to(actor).open_on(clock.today()).select_related("station")
    if not actor.has(Role.STAFF):
        open_now = open_now.filter(pk__in=Node.objects.under(actor.subjects(*NODE_ROLES)).values("pk"))
    return open_now.annotate(rank=Case(*_RANKS)).order_by("rank", "name")


class SessionForm(forms.Form):
    """What an invitation says."""

    title = forms.CharField(
        label=_lazy("商量什么事"),
        max_length=120,
        help_text=_lazy("一句话，例如：寺沟村饮水管网什么时候修"),
    )
    node = NodeField(label=_lazy("由谁召集"), queryset=Node.objects.none(), empty_label=_lazy("请选择"))
    on = forms.DateField(
        label=_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    starts = forms.TimeField(
        label=_lazy("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_lazy("结束"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    venue_kind = forms.ModelChoiceField(
        label=_lazy("场所类型"), queryset=VenueKind.objects.none(), required=False, empty_label=_lazy("不写")
    )
    venue = forms.CharField(
        label=_lazy("地点"),
        max_length=80,
        required=False,
        help_text=_lazy("公告以前要写，例如：村委会前广场"),
    )
    outline = forms.CharField(
        label=_lazy("怎么商量"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_lazy("事情的由来、要商量的几点。公告以前要写，群众会看到。"),
    )
    hosts = forms.CharField(
        label=_lazy("联合召集的"),
        required=False,
        max_length=400,
        help_text=_lazy("和谁一起开，几个之间用「、」隔开，例如：东华镇人大主席团、寺沟村村民委员会"),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        actor: Actor,
        session: DeliberationSession | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        if session is not None:
            kwargs["initial"] = _initial(session)
        super().__init__(*args, **kwargs)
        nodes = cast("forms.ModelChoiceField[Node]", self.fields["node"])
        nodes.queryset = convening_nodes(actor)
        kinds = cast("forms.ModelChoiceField[VenueKind]", self.fields["venue_kind"])
        kinds.queryset = VenueKind.objects.visible_to(actor).filter(is_active=True)

    def clean_title(self) -> str:
        """Bring the title on one line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_hosts(self) -> list[str]:
        """Split the names; each at most as long as its column."""
        text = self.cleaned_data["hosts"].translate(_SEPARATORS)
        names = list(dict.fromkeys(" ".join(n.split()) for n in text.split("、") if n.strip()))
        if len(names) > _HOSTS_MOST:
            raise forms.ValidationError(_("最多写%d个。") % _HOSTS_MOST)
        if long := next((n for n in names if len(n) > _NAME_MOST), ""):
            raise forms.ValidationError(_("「%s…」太长了，几个名称之间请用「、」隔开。") % long[:20])
        return names

    def clean(self) -> dict[str, Any]:
        """Let it end after it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("ends") and data.get("starts") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("结束时间要晚于开始时间。"))
        return data

    def plan(self) -> Plan:
        """Return what was filled in."""
        data = self.cleaned_data
        ends = data["ends"]
        return Plan(
            title=data["title"],
            node=data["node"],
            starts_at=datetime.combine(data["on"], data["starts"], clock.ZONE),
            ends_at=datetime.combine(data["on"], ends, clock.ZONE) if ends else None,
            venue_kind=data["venue_kind"],
            venue=data["venue"],
            outline=data["outline"],
            hosts=data["hosts"],
        )


def _initial(session: DeliberationSession) -> dict[str, Any]:
    starts = session.starts_at.astimezone(clock.ZONE)
    ends = session.ends_at.astimezone(clock.ZONE) if session.ends_at else None
    return {
        "title": session.matter.title,
        "node": session.node_id,
        "on": starts.date(),
        "starts": starts.time(),
        "ends": ends.time() if ends else None,
        "venue_kind": session.venue_kind_id,
        "venue": session.venue,
        "outline": session.outline,
        "hosts": "、".join(session.hosts.values_list("name", flat=True)),
    }


class ReasonForm(forms.Form):
    """Why something is called off or opened again."""

    reason = forms.CharField(label=_lazy("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ArchiveForm(forms.Form):
    """Closing a record; staff also say whether everybody may read what was agreed."""

    publish = forms.BooleanField(label=_lazy("公开结果：扫码的群众能看到达成一致的内容"), required=False)


class PapersForm(forms.Form):
    """Photos, the signed sheet, other files."""

    purpose = forms.ChoiceField(
        label=_lazy("上传什么"),
        choices=[
            (StoredFile.Purpose.SIGNED_SHEET, _lazy("各方签了字的议事单")),
            (StoredFile.Purpose.PHOTO, _lazy("会场照片")),
            (StoredFile.Purpose.ATTACHMENT, _lazy("其他文件")),
        ],
        widget=forms.RadioSelect,
        initial=StoredFile.Purpose.SIGNED_SHEET,
    )
    uploads = FilesField(label=_lazy("文件"), help_text=_lazy("可以一次选几张。照片里的拍摄地点会去掉。"))
