"""Markup that is made once and kept: the same values give the same text, so it need not be made again.

A page of 20 rows holds some 400 values; resolving, translating and escaping them is most of what a list costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from django.template import Context
    from django.template.base import FilterExpression, NodeList, Parser, Token
    from django.utils.safestring import SafeString

register = template.Library()

# A few hundred bytes each; what is not asked for again goes with the rest when there are too many.
_MOST = 4096


class KeptNode(template.Node):
    """A part of a template whose text depends on nothing but the named values, the language and the day."""

    def __init__(self, of: list[FilterExpression], nodelist: NodeList) -> None:
        self.of = of
        self.nodelist = nodelist
        self._kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the text as it was made before, or make it."""
        key = (get_language(), clock.today(), *(value.resolve(context) for value in self.of))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            found = self._kept[key] = mark_safe(self.nodelist.render(context))  # noqa: S308 (rendered by a template)
        return found


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep the text of a block: ``{% kept row can_tick %}…{% endkept %}``.

    Everything that the block shows must follow from the values named; they must be hashable. Never for what is
    secret or made anew for each page (tokens, keys of forms).
    """
    _name, *of = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode([parser.compile_filter(value) for value in of], nodelist)
