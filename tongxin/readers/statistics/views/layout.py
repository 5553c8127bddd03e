"""The layout of a page that a figure may open to others than the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.foundation.organization.enums import NODE_ROLES, OFFICE_ROLES

if TYPE_CHECKING:
    from tongxin.foundation.core.access import Actor


def layout_of(actor: Actor) -> dict[str, str]:
    """Return the layout for somebody: at a desk with its side, or a page for members."""
    if actor.has(*OFFICE_ROLES, *NODE_ROLES):
        return {"layout": "layouts/desk.html", "body_class": "wide"}
    return {"layout": "layouts/page.html", "body_class": "broad"}
