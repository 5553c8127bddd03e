"""Which of the rows behind a number somebody may open.

A number is told to whoever its figure is open to; a row only to whom its own room would show it. So the rows go
through ``visible_to`` of their model. A model without a rule of its own (who came, what was suggested) follows what it
belongs to: the session, the proposal, the matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.db.models.lookups import Exact

from tongxin.capabilities.matters.models import Matter
from tongxin.foundation.organization.models import OwnedQuerySet

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.core.figures import Figure

# From an answer to the part of a unit to the proposal; nothing lies deeper.
_DEEPEST: Final = 3
_NOTHING: Final = Q(pk__in=())


def open_to(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of the rows that this person could also open where they come from."""
    rule = _rule(rows.model, actor, _DEEPEST)
    return rows if rule is None else rows.filter(rule)


def things_open_to(actor: Actor, figure: Figure, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return what the page behind a number may list for these rows to this person.

    Of a distinct figure: the things that this person may open, as far as a row that they may open names them.
    """
    seen = open_to(actor, rows)
    return open_to(actor, figure.things(seen)) if figure.distinct else seen


def sees_all(actor: Actor, figure: Figure, rows: QuerySet[Any]) -> bool:
    """Say whether this person may open whatever of the committee stands behind a number; nothing need be counted."""
    listed = figure.things(rows) if figure.distinct else rows
    rules = (_rule(model, actor, _DEEPEST) for model in {rows.model, listed.model})
    return all(rule in {None, Q(committee_id=actor.committee_id)} for rule in rules)


def _rule(model: type[Model], actor: Actor, depth: int) -> Q | None:
    """Return what a row must be; nothing where all of this model are everybody's, as places are."""
    if model is Matter:
        return _matter_rule(actor)
    seen = getattr(type(model._default_manager.all()), "visible_to", None)  # noqa: SLF001
    if seen is not None and seen is not OwnedQuerySet.visible_to:
        return _visible(model, actor)
    rule = Q(committee_id=actor.committee_id) if seen is not None else None
    for field in model._meta.concrete_fields if depth else ():  # noqa: SLF001
        # What a row only refers to, if at all, does not own it.
        if field.null or not (field.many_to_one or field.one_to_one):
            continue
        above = field.related_model
        if _has_rule(above, depth - 1):  # type: ignore[arg-type]
            owner = _shown(above, actor, depth - 1)  # type: ignore[arg-type]
            # Who sees all of the committee sees the owner of each of its rows: to ask again costs seconds where the
            # planner underestimates what is in scope.
            if rule is not None and _is_all(owner, actor):
                continue
            part = Q(**{f"{field.name}__in": owner.order_by().values("pk")})
            rule = part if rule is None else rule & part
    return rule


def _shown(model: type[Model], actor: Actor, depth: int) -> QuerySet[Any]:
    """Return the rows of a model that this person may open."""
    rows = model._default_manager.all()  # noqa: SLF001
    if model is not Matter and getattr(type(rows), "visible_to", None) not in {
        None,
        OwnedQuerySet.visible_to,
    }:
        found: QuerySet[Any] = rows.visible_to(actor)  # type: ignore[attr-defined]
        return found
    return rows.filter(_rule(model, actor, depth) or Q())


def _is_all(rows: QuerySet[Any], actor: Actor) -> bool:
    """Say whether these are simply all of the committee."""
    where = rows.query.where
    if where.negated or len(where.children) != 1:
        return False
    only = where.children[0]
    return (
        isinstance(only, Exact)
        and getattr(getattr(only.lhs, "target", None), "attname", "") == "committee_id"
        and only.lhs.alias == rows.query.get_initial_alias()
        and only.rhs == actor.committee_id
    )


def _has_rule(model: type[Model], depth: int) -> bool:
    """Say whether not every row of this model is for all of the committee."""
    seen = getattr(type(model._default_manager.all()), "visible_to", None)  # noqa: SLF001
    if model is Matter or (seen is not None and seen is not OwnedQuerySet.visible_to):
        return True
    return depth > 0 and any(
        _has_rule(field.related_model, depth - 1)  # type: ignore[arg-type]
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not field.null and (field.many_to_one or field.one_to_one)
    )


def _visible(model: type[Model], actor: Actor) -> Q:
    found = model._default_manager.all().visible_to(actor)  # type: ignore[attr-defined] # noqa: SLF001
    if _is_all(found, actor):
        return Q(committee_id=actor.committee_id)
    return Q(pk__in=found.order_by().values("pk"))


def _matter_rule(actor: Actor) -> Q:
    """Return the rule of a matter: that of what it is. What no room shows, nobody may open."""
    rule = _NOTHING
    for relation in Matter._meta.related_objects:  # noqa: SLF001
        rows: Any = relation.related_model._default_manager.all()  # noqa: SLF001
        if relation.one_to_one and hasattr(rows, "visible_to"):
            rule |= Q(pk__in=rows.visible_to(actor).order_by().values(relation.field.name))
    return rule & Q(committee_id=actor.committee_id)
