"""Tags of the report of a session: shares as bars, and the drawings of its charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from tongxin.activities.proposals.reports.charts import bars, bars_height, ring, ring_height

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.http import HttpRequest
    from django.template import Context
    from django.utils.safestring import SafeString

    from tongxin.activities.proposals.reports.charts import Bar, Slice
    from tongxin.activities.proposals.reports.tables import Mark

register = template.Library()

_FILLS = ("#9c1c2c", "#b9aea1", "", "#59524b", "#d9d2c8")


@register.simple_tag
def share(percent: Decimal | None, text: str) -> SafeString:
    """Show a share as a bar with its number."""
    if percent is None:
        return format_html('<span class="mute">{}</span>', text)
    return format_html(
        '<span class="share"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="6" fill="#f1ede7"/><rect width="{}" height="6" fill="#857b70"/></svg>'
        "<span>{}</span></span>",
        min(percent, 100),
        text,
    )


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chart, and how tall it is."""

    bars: Sequence[Bar]
    height: int


@register.simple_tag
def bars_of(marks: Sequence[Mark], is_marked: bool) -> Bars:  # noqa: FBT001 (tags take what stands in the template)
    """Work out where the bars of a chart stand."""
    return Bars(bars(marks, is_marked=is_marked), bars_height(marks))


@dataclass(frozen=True, slots=True)
class Ring:
    """The slices of a ring, and how tall the drawing with its key is."""

    slices: Sequence[Slice]
    height: int


@register.simple_tag
def ring_of(marks: Sequence[Mark]) -> Ring:
    """Work out the slices of a ring."""
    return Ring(ring(marks), ring_height(marks))


@register.simple_tag
def ring_fill(piece: Slice, chart: str) -> SafeString:
    """Tell slices apart by hatching and lightness, not by colour alone."""
    fill = _FILLS[piece.place % len(_FILLS)]
    if fill:
        return format_html(' fill="{}"', fill)
    return format_html(' fill="url(#hatch-{})" stroke="#59524b"', chart)


@register.simple_tag(takes_context=True)
def query_chip(context: Context, name: str) -> str:
    """The address of this list without one of its conditions."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for gone in (name, "page"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"
