"""Changes to the register of the office's posts (编制) and of what became of its people."""

# ruff: noqa: SLF001 (Django's own description of a model is reached through underscores)

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import ensure, require
from tongxin.foundation.organization.enums import Establishment, StaffChangeKind, Workplace
from tongxin.foundation.organization.models import Committee, Place, SpecialCommittee, StaffChange, StaffPost
from tongxin.foundation.organization.permissions import can_keep_staff

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from tongxin.foundation.core.access import Actor

# As many at once as the largest office has posts, several times over.
LINES_MOST = 2000
NAME_MOST, DOCUMENT_MOST = 60, 120
_NOT_YOURS = gettext_lazy("编制和人员变动由机关工作人员和本会管理员登记。")
# The log names fields and offices, never persons.
_PERSONAL = frozenset({"name", "holder"})


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post on the establishment.

    Attributes:
        special_committee: of a post at one; nothing where it is not said which.
        place: of a post at a service centre: whose; without one the committee's own.
    """

    establishment: str
    title: str
    since: date
    workplace: str = Workplace.OFFICE
    holder: str = ""
    special_committee: SpecialCommittee | None = None
    place: Place | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What happened to one person of the office.

    Attributes:
        until: of who was attached: the last day.
    """

    kind: str
    name: str
    on: date
    special_committee: SpecialCommittee | None = None
    until: date | None = None


@transaction.atomic
def enter_staff_posts(
    *, actor: Actor, committee_id: int, lines: Sequence[PostLine], document: str
) -> list[StaffPost]:
    """Enter posts that one document approved, one or many; all of them or none.

    Raises:
        PermissionDenied: keeps no register of this committee.
        Refused: there is nothing to enter, or a line cannot be; says which.
    """
    require(can_keep_staff(actor, committee_id), because=_NOT_YOURS)
    kept = [replace(one, title=one.title.strip(), holder=one.holder.strip()) for one in lines]
    _check_many(kept, committee_id, document)
    for n, line in enumerate(kept, 1):
        _check_post(n, line)
    _check_places({one.place.pk for one in kept if one.place}, committee_id)
    posts = StaffPost.objects.bulk_create(
        [StaffPost(committee_id=committee_id, document=document.strip(), **_values(line)) for line in kept],
        batch_size=500,
    )
    record(
        actor=actor,
        action="organization.enter_staff_posts",
        target=f"organization.committee:{committee_id}",
        posts=len(posts),
        document=document.strip(),
    )
    return posts


@transaction.atomic
def edit_staff_post(*, actor: Actor, post: StaffPost, line: PostLine, document: str) -> StaffPost:
    """Correct a post, or write down who holds it now. What it said before stays in the log.

    Raises:
        PermissionDenied: keeps no register of the committee.
        Refused: it cannot be as it was typed.
    """
    locked: StaffPost = StaffPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    require(can_keep_staff(actor, locked.committee_id), because=_NOT_YOURS)
    line = replace(line, title=line.title.strip(), holder=line.holder.strip())
    _check_many([line], locked.committee_id, document)
    _check_post(1, line)
    _check_places({line.place.pk} if line.place else set(), locked.committee_id)
    _change(actor, "edit_staff_post", locked, _values(line) | {"document": document.strip()})
    return locked


@transaction.atomic
def end_staff_post(*, actor: Actor, post: StaffPost, on: date) -> StaffPost:
    """End a post; this is the last day that it counts.

    Raises:
        PermissionDenied: keeps no register of the committee.
        Refused: it has ended, would end before it began, or the day lies ahead.
    """
    locked: StaffPost = StaffPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    require(can_keep_staff(actor, locked.committee_id), because=_NOT_YOURS)
    ensure(locked.until is None, because=_("这个岗位已经登记了结束日期。"))
    ensure(on >= locked.since, because=_("结束日期不能早于开始日期。"))
    ensure(on <= clock.today(), because=_("日期还没有到，请在当天办理。"))
    _change(actor, "end_staff_post", locked, {"until": on})
    return locked


@transaction.atomic
def enter_staff_changes(
    *, actor: Actor, committee_id: int, lines: Sequence[ChangeLine], document: str
) -> list[StaffChange]:
    """Enter what happened to people of the office, one or many; all of them or none.

    Raises:
        PermissionDenied: keeps no register of this committee.
        Refused: there is nothing to enter, or a line cannot be; says which.
    """
    require(can_keep_staff(actor, committee_id), because=_NOT_YOURS)
    kept = [replace(one, name=one.name.strip()) for one in lines]
    _check_many(kept, committee_id, document)
    for n, line in enumerate(kept, 1):
        _check_change(n, line)
    changes = StaffChange.objects.bulk_create(
        [StaffChange(committee_id=committee_id, document=document.strip(), **_values(line)) for line in kept],
        batch_size=500,
    )
    record(
        actor=actor,
        action="organization.enter_staff_changes",
        target=f"organization.committee:{committee_id}",
        changes=len(changes),
        document=document.strip(),
    )
    return changes


@transaction.atomic
def edit_staff_change(*, actor: Actor, change: StaffChange, line: ChangeLine, document: str) -> StaffChange:
    """Correct what was entered about a person. What it said before stays in the log.

    Raises:
        PermissionDenied: keeps no register of the committee.
        Refused: it cannot be as it was typed.
    """
    locked: StaffChange = StaffChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    require(can_keep_staff(actor, locked.committee_id), because=_NOT_YOURS)
    line = replace(line, name=line.name.strip())
    _check_many([line], locked.committee_id, document)
    _check_change(1, line)
    _change(actor, "edit_staff_change", locked, _values(line) | {"document": document.strip()})
    return locked


def places_of_posts(committee_id: int) -> QuerySet[Place]:
    """Return the places whose service centre a post can be at: the committee's own, and those below it."""
    committee = Committee.objects.get(pk=committee_id)
    found = Place.objects.filter(Q(pk=committee.place_id) | Q(parent=committee.place_id))
    # Below a city are counties with committees of their own; below a county are towns, which have none.
    own = Q(pk=committee.place_id)
    counties = found.exclude(own).filter(committee__isnull=False)
    return found.filter(own | Q(pk__in=counties) if counties.exists() else Q()).order_by("code")


def _values(line: PostLine | ChangeLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}


def _check_many(lines: Sequence[PostLine | ChangeLine], committee_id: int, document: str) -> None:
    ensure(bool(lines), because=_("一行也没有写。"))
    ensure(len(lines) <= LINES_MOST, because=_("一次最多登记%(n)d行，请分几次。") % {"n": LINES_MOST})
    ensure(len(document.strip()) <= DOCUMENT_MOST, because=_("文件名称最多120个字。"))
    ensure(
        all(c.committee_id == committee_id for line in lines if (c := line.special_committee)),
        because=_("没有这个专门委员会。"),
    )


def _check_name(n: int, text: str) -> None:
    ensure(bool(text), because=_("第%(n)d行是空的。") % {"n": n})
    ensure(len(text) <= NAME_MOST, because=_("第%(n)d行太长，最多60个字。") % {"n": n})


def _check_post(n: int, line: PostLine) -> None:
    _check_name(n, line.title)
    ensure(len(line.holder) <= NAME_MOST, because=_("第%(n)d行太长，最多60个字。") % {"n": n})
    ensure(
        line.establishment in Establishment.values and line.workplace in Workplace.values,
        because=_("第%(n)d行的编制或者设在哪里不对。") % {"n": n},
    )
    ensure(
        line.special_committee is None or line.workplace == Workplace.SPECIAL_COMMITTEE,
        because=_("设在专门委员会的岗位，才选是哪个专委会。"),
    )
    ensure(
        line.place is None or line.workplace == Workplace.SERVICE_CENTRE,
        because=_("设在委员服务中心的岗位，才选是哪里的。"),
    )
    _check_days(line.since, line.until)


def _check_places(codes: set[str], committee_id: int) -> None:
    if codes:
        known = {place.pk for place in places_of_posts(committee_id)}
        ensure(codes <= known, because=_("服务中心应当是本级的，或者所辖县区的。"))


def _check_change(n: int, line: ChangeLine) -> None:
    _check_name(n, line.name)
    ensure(line.kind in StaffChangeKind.values, because=_("第%(n)d行的变动不对。") % {"n": n})
    ensure(line.on <= clock.today(), because=_("日期还没有到，请在当天登记。"))
    ensure(
        line.until is None or line.kind == StaffChangeKind.ATTACHED,
        because=_("编入专委会的调研员，才有结束日期。"),
    )
    _check_days(line.on, line.until)


def _check_days(since: date, until: date | None) -> None:
    ensure(until is None or until >= since, because=_("结束日期不能早于开始日期。"))


def _change(actor: Actor, verb: str, row: StaffPost | StaffChange, values: Mapping[str, object]) -> None:
    before = {name: getattr(row, name) for name in values}
    changed = [name for name in values if before[name] != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    record(
        actor=actor,
        action=f"organization.{verb}",
        target=f"{row._meta.label_lower}:{row.pk}",
        fields=changed,
        before={name: str(before[name] or "") for name in _told(changed)},
    )


def _told(fields: Collection[str]) -> list[str]:
    return [name for name in fields if name not in _PERSONAL]
