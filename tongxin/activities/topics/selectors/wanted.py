"""Which topics somebody asks for by an address: the conditions that lists and the queue have in common."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tongxin.activities.topics.enums import Channel, TopicState
from tongxin.activities.topics.models import TopicCategory
from tongxin.activities.topics.models.topic import READERS
from tongxin.foundation.core import clock
from tongxin.foundation.organization.enums import NODE_ROLES
from tongxin.foundation.organization.models import Node, Place
from tongxin.foundation.organization.nodes import in_township

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import NodeQuerySet

_SEARCH_CHARACTERS = 40
COUNTY_CODE, TOWN_CODE = 6, 9
_FIRST_YEAR = 2000
_LAST_PAGE = 9999
_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which topics somebody asked for; only values that the list knows."""

    tab: str
    q: str = ""
    state: str = ""
    channel: str = ""
    category: UUID | None = None
    town: str = ""
    node: UUID | None = None
    year: int = 0
    month: int = 0
    # What this member recommended.
    ours: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a saved view was asked for."""
        return replace(self, page=1) != Wanted(self.tab)


def read_wanted(query: QueryDict, *, tabs: Iterable[str], otherwise: str) -> Wanted:
    """Return what a query string asks for; what the list does not know is left out."""

    def one_of(name: str, known: Iterable[str], default: str = "") -> str:
        value = query.get(name, "")
        return value if value in known else default

    town = query.get("town", "")
    return Wanted(
        tab=one_of("tab", tabs, otherwise),
        q=_cleaned(query.get("q", "")),
        state=one_of("state", TopicState.values),
        channel=one_of("channel", Channel.values),
        category=_uuid(query.get("category", "")),
        town=town if len(town) in {COUNTY_CODE, TOWN_CODE} and town.isascii() and town.isdigit() else "",
        node=_uuid(query.get("node", "")),
        year=_number(query.get("year", ""), range(_FIRST_YEAR, clock.today().year + 1)),
        month=_number(query.get("month", ""), _MONTHS),
        ours=query.get("ours") == "1",
        page=_number(query.get("page", ""), range(1, _LAST_PAGE)) or 1,
    )


def read_ids(values: Iterable[str]) -> tuple[UUID, ...]:
    """Return the identifiers among what a form sent."""
    return tuple(found for value in values if (found := _uuid(value)))


def condition(actor: Actor, wanted: Wanted) -> Q:
    """Return the conditions apart from the saved view and the state."""
    found = Q()
    plain = {
        "channel": wanted.channel,
        "category_id": wanted.category,
        "matter__opened_on__year": wanted.year,
        "matter__opened_on__month": wanted.month,
    }
    found &= Q(**{name: value for name, value in plain.items() if value})
    if wanted.node:
        found &= Q(node_id__in=Node.objects.under([wanted.node]).values("pk"))
    if wanted.town:
        # Where it was raised; where no place says so, what it is about. So each topic is in one township.
        found &= in_township("node__place", wanted.town) | (
            Q(node__place=None) & in_township("matter__place", wanted.town)
        )
    if wanted.ours:
        found &= Q(member_id=actor.member_id) if actor.member_id else Q(pk__in=())
    for word in wanted.q.split():
        means = Q(public_title__icontains=word) | Q(node__name__icontains=word)
        # A title or text that is not shown to somebody cannot be found out by searching either.
        if actor.has(*READERS, *NODE_ROLES):
            means |= Q(matter__title__icontains=word) | Q(text__icontains=word)
        else:
            means |= Q(matter__title__icontains=word, public_title="")
        found &= means
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down above a list: value and words of each choice."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str
    is_first: bool = True


def filters_of(actor: Actor, wanted: Wanted, *, with_state: bool) -> list[Filter]:
    """Return the drop-downs with what can be chosen. Three queries."""
    nodes = list(
        (Node.objects.visible_to(actor) if _sees_all_nodes(actor) else _kept(actor)).values_list(
            "pk", "name", "place_id"
        )
    )
    codes = {place[:TOWN_CODE] for _pk, _name, place in nodes if place and len(place) >= TOWN_CODE}
    towns = list(Place.objects.filter(code__in=codes).values_list("code", "name"))
    categories = list(TopicCategory.objects.visible_to(actor).values_list("pk", "name"))
    years = range(clock.today().year, clock.today().year - 8, -1)
    found = [
        Filter("channel", _("渠道"), [(c.value, str(c.label)) for c in Channel], wanted.channel),
        Filter("category", _("类别"), [(str(pk), n) for pk, n in categories], str(wanted.category or "")),
        Filter("town", _("乡镇街道"), towns, wanted.town),
        Filter(
            "node", _("网点"), [(str(pk), n) for pk, n, _p in nodes], str(wanted.node or ""), is_first=False
        ),
    ]
    if with_state:
        found[:0] = [Filter("state", _("状态"), [(s.value, str(s.label)) for s in TopicState], wanted.state)]
        found += [
            Filter(
                "year", _("提出年份"), [(str(y), str(y)) for y in years], _word(wanted.year), is_first=False
            ),
            Filter(
                "month",
                _("提出月份"),
                [(str(m), str(m)) for m in _MONTHS],
                _word(wanted.month),
                is_first=False,
            ),
        ]
    return [f for f in found if f.choices]


def _sees_all_nodes(actor: Actor) -> bool:
    return bool(actor.has(*READERS)) or actor.member_id is not None


def _kept(actor: Actor) -> NodeQuerySet:
    return Node.objects.visible_to(actor).under(actor.subjects(*NODE_ROLES))


def _word(number: int) -> str:
    return str(number) if number else ""


def _cleaned(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return " ".join(printable.split())[:_SEARCH_CHARACTERS]


def _number(value: str, among: range) -> int:
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(_LAST_PAGE))
    return int(value) if digits and int(value) in among else 0


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
