"""What a room above adds to a page of a room below.

The page leaves a place: ``{% page_parts "matter" topic %}``. The room above registers what stands there. So the page
knows nothing of it, and an installation without that room shows nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongxin.foundation.core.access import Actor

_parts: defaultdict[str, list[Callable[[Actor, Any], tuple[str, dict[str, Any]] | None]]] = defaultdict(list)


def register_page_part(place: str, part: Callable[[Actor, Any], tuple[str, dict[str, Any]] | None]) -> None:
    """Add something to every page that leaves this place; a room calls it in ``apps.ready``.

    Args:
        place: the name of the place: ``matter``.
        part: returns the template and what it needs for this actor and the object of the page, or None. It asks
            nothing of the database, so that pages cost what they cost.
    """
    if part not in _parts[place]:
        _parts[place].append(part)


def parts_at(place: str, actor: Actor, subject: Any) -> SafeString:  # noqa: ANN401 (the page's own object)
    """Return what rooms above add here, drawn."""
    drawn = (render_to_string(*found) for part in _parts[place] if (found := part(actor, subject)))
    return mark_safe("".join(drawn))  # noqa: S308 (drawn by templates, which escape)
