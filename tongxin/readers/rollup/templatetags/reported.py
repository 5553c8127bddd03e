"""The cells of the wide table of a request."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from tongxin.readers.rollup.selectors.requests import Line

register = template.Library()


@register.simple_tag
def reported_cells(cells: list[list[Line]]) -> SafeString:
    """Draw the numbers of one committee, a cell for each figure, a line for each source.

    A province's table has thousands of them: as template tags they take a second, as text a twentieth of it.
    """
    return SafeString("".join(f'<td class="r">{"<br>".join(map(_line, cell))}</td>' for cell in cells))


def _line(line: Line) -> str:
    mark = f'<small class="mute">{escape(line.mark)}</small> ' if line.mark else ""
    return f'{mark}<a class="num" href="{escape(line.url)}">{escape(line.text)}</a>'
