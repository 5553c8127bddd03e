"""Small pieces of the look that appear many times on a page: icons, pills, dates, numbers, fields.

They are built in Python rather than by included templates because a list of 20 rows holds a hundred of them.
Every tag escapes what it is given; `docs/look.md` shows how to use them.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import rjieba
from django import template
from django.forms import widgets
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.page_parts import parts_at

if TYPE_CHECKING:
    from django.forms import BaseForm, BoundField
    from django.http import HttpRequest
    from django.template import Context

register = template.Library()

# Shape of each tone; the word is always beside it, the colour comes third. `plain` has no shape.
SHAPES = {
    "ok": "s-ok",
    "go": "s-go",
    "soon": "s-soon",
    "late": "s-late",
    "wait": "s-wait",
    "stop": "s-stop",
    "plain": "",
}
# Tones that have a colour of their own; the others stay grey.
COLOURED = frozenset({"ok", "go", "soon", "late"})
# From how many working days on a date is shown as near. The sketch's 「5日内到期」.
SOON_WORKDAYS = 5

# A line of a title never starts with these, nor ends with those.
_NOT_AT_START = frozenset("的地得了着过们、，。；：！？）》〉」』】”’…·％%,.;:!?)]")
_NOT_AT_END = frozenset("在对把和与及为从向由以请将《〈「『【“‘（([")
# Alone they belong to either side: 华亭市, but also 市交通运输局.
_ALONE = frozenset("省市州县区镇乡村")
# 临崖临水, 有声有色: the dictionary cuts such pairs of pairs in the wrong place (临崖临|水路|段).
_PAIR_OF_PAIRS = re.compile("(([\u4e00-\u9fff])[\u4e00-\u9fff]\\2[\u4e00-\u9fff])")


@lru_cache(maxsize=128)
def _icon(name: str) -> SafeString:
    # The address of the sprite carries a content hash, so it cannot change while the process lives.
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("icons.svg"), name
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one symbol of the sprite; decoration only, so a word must stand beside it."""
    return _icon(str(name))


@register.simple_tag
def pill(tone: str, text: object, icon: str = "") -> SafeString:
    """Show a state by shape, word and colour.

    Args:
        tone: ok, go, soon, late, wait, stop or plain.
        text: The word.
        icon: Another symbol in place of the tone's own shape.
    """
    shape = icon or SHAPES[tone]
    return format_html(
        '<span class="pill{}">{}{}</span>',
        f" {tone}" if tone in COLOURED else "",
        _icon(shape) if shape else "",
        text,
    )


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def zh_date(value: dt.date | None) -> str:
    """A day as people say it: 10月9日, with the year when it is not this one; "9 Oct" in English."""
    if not value:
        return ""
    day = (
        timezone.localtime(value).date()
        if isinstance(value, dt.datetime) and timezone.is_aware(value)
        else value
    )
    this_year = day.year == timezone.localdate().year
    if _in_chinese():
        return f"{day.month}月{day.day}日" if this_year else f"{day.year}年{day.month}月{day.day}日"
    return dateformat.format(day, "j M" if this_year else "j M Y")


@register.filter
def zh_datetime(value: dt.datetime | None) -> str:
    """A day and the time on the clock in this installation's zone: 10月9日 14:30."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{zh_date(local)} {local:%H:%M}"


@register.simple_tag
def due(due_on: dt.date | None, left: int | None = None, met: dt.date | None = None) -> SafeString:
    """Show until when something is due and how much time is left.

    Args:
        due_on: Last day; nothing is shown without one.
        left: Working days left, 0 on the last day, negative when overdue; None leaves the words out.
        met: Day on which it was done; then what is left no longer matters.
    """
    if not due_on:
        return SafeString()
    tone = words = ""
    if met:
        in_time = met <= due_on
        tone = "ok" if in_time else ""
        template_text = gettext("%(day)s完成") if in_time else gettext("%(day)s完成，晚于期限")
        words = template_text % {"day": zh_date(met)}
    elif left is None:
        pass
    elif left < 0:
        tone = "late"
        words = ngettext("超期%(days)d个工作日", "超期%(days)d个工作日", -left) % {"days": -left}
    elif left == 0:
        tone = "soon"
        words = gettext("今天到期")
    else:
        tone = "soon" if left <= SOON_WORKDAYS else ""
        words = ngettext("还有%(days)d个工作日", "还有%(days)d个工作日", left) % {"days": left}
    return format_html(
        '<span class="due{}">{}<time datetime="{}">{}</time>{}</span>',
        f" {tone}" if tone else "",
        _icon(SHAPES[tone]) if tone else "",
        due_on.isoformat(),
        zh_date(due_on),
        format_html(" <small>{}</small>", words) if words else "",
    )


def _words(text: str) -> list[str]:
    words: list[str] = []
    start = 0
    for match in _PAIR_OF_PAIRS.finditer(text):
        words += [*rjieba.cut(text[start : match.start()]), match[1]]
        start = match.end()
    return words + rjieba.cut(text[start:])


def _may_break(before: str, after: str) -> bool:
    if before in _ALONE or before[-1] in _NOT_AT_END or after[0] in _NOT_AT_START:
        return False
    # A single character belongs to the word before it (城区段), unless it leads on to the next (在, 对).
    if len(after) == 1 and after not in _NOT_AT_END and not after.isascii():
        return False
    # Between two Latin letters or figures a break would split a code such as 2026-087.
    return not (before[-1].isascii() and after[0].isascii())


@lru_cache(maxsize=4096)
def _breaks(text: str) -> SafeString:
    words = _words(text)
    pieces: list[str] = [escape(words[0])] if words else []
    for before, after in itertools.pairwise(words):
        pieces.append(("<wbr>" if _may_break(before, after) else "") + escape(after))
    # Every piece went through escape(); only <wbr> and the span are ours.
    return mark_safe(f'<span class="kw">{"".join(pieces)}</span>')  # noqa: S308


@register.filter
def breaks(value: object) -> SafeString:
    """Let a title break only between words."""
    return _breaks(str(value))


@register.filter
def paragraphs(value: object) -> SafeString:
    """Turn plain text into paragraphs, one per line; empty lines vanish, numbers at the start stay."""
    lines = (line.strip() for line in str(value or "").splitlines())
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))


@register.simple_tag
def num(count: object, url: str = "", unit: str = "", *, small: bool = False) -> SafeString:
    """Show a number that opens the rows behind it; without an address it is just a number.

    Args:
        count: What was counted.
        url: The rows, filtered so that there are exactly as many.
        unit: 件, 人 and the like.
        small: Set the unit small, as in figure tiles.
    """
    if unit[:1].isascii():
        # Where words stand apart, so does the unit.
        unit = f" {unit}" if unit else ""
    shown = (
        format_html("{}<small>{}</small>", count, unit)
        if small and unit
        else format_html("{}{}", count, unit)
    )
    return format_html('<a class="num" href="{}">{}</a>', url, shown) if url else shown


def _hint(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return SafeString()
    return format_html('<p class="hint" id="{}_helptext">{}</p>', bound.auto_id, bound.help_text)


def _error(bound: BoundField) -> SafeString:
    if not bound.errors:
        return SafeString()
    lines = format_html_join(SafeString("<br>"), "{}", ((error,) for error in bound.errors))
    return format_html(
        '<p class="err" id="{}_error">{}<span>{}</span></p>', bound.auto_id, _icon("s-late"), lines
    )


def _optional(bound: BoundField) -> SafeString:
    if bound.field.required:
        return SafeString()
    return format_html('<span class="opt">{}</span>', gettext("（可不填）"))


def _counter(bound: BoundField) -> SafeString:
    most = getattr(bound.field, "max_length", None)
    if not most:
        return SafeString()
    return format_html(
        '<p class="hint count" data-count-for="{}" data-max="{}" data-text="{}">{}</p>',
        bound.auto_id,
        most,
        gettext("已写{n}字，最多{max}字"),
        gettext("最多%(max)d字") % {"max": most},
    )


def _choices(bound: BoundField, bad: str) -> SafeString:
    described = f"{bound.auto_id}_helptext " if bound.help_text else ""
    described += f"{bound.auto_id}_error" if bound.errors else ""
    options = format_html_join(
        "",
        '<label class="choice">{}{}</label>',
        ((choice.tag(), choice.choice_label) for choice in bound.subwidgets if choice.data["value"] != ""),
    )
    return format_html(
        '<fieldset class="field{}" id="{}"{}><legend class="label">{}{}</legend>{}{}'
        '<div class="choices">{}</div></fieldset>',
        bad,
        bound.auto_id,
        format_html(' aria-describedby="{}"', described.strip()) if described else "",
        bound.label,
        _optional(bound),
        _hint(bound),
        _error(bound),
        options,
    )


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Draw a form field: label, hint, error, input, in that order, wired for screen readers.

    A text area loses `maxlength`: browsers cut pasted text there without a word. It gets a counter instead,
    and the form says what is too long.
    """
    if bound.is_hidden:
        return bound.as_hidden()
    widget = bound.field.widget
    bad = " bad" if bound.errors else ""
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return _choices(bound, bad)
    if isinstance(widget, widgets.CheckboxInput):
        return format_html(
            '<div class="field{}">{}<label class="choice">{}{}</label>{}</div>',
            bad,
            _error(bound),
            bound.as_widget(),
            bound.label,
            _hint(bound),
        )
    attrs: dict[str, Any] = {"class": f"in {widget.attrs.get('class', '')}".strip()}
    counter = SafeString()
    if isinstance(widget, widgets.Textarea):
        attrs["maxlength"] = False
        counter = _counter(bound)
    return format_html(
        '<div class="field{}"><label for="{}">{}{}</label>{}{}{}{}</div>',
        bad,
        bound.id_for_label,
        bound.label,
        _optional(bound),
        _hint(bound),
        _error(bound),
        bound.as_widget(attrs=attrs),
        counter,
    )


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """Say on top of a form how many places need a change; each line leads to its field."""
    if not form.errors:
        return SafeString()
    lines = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    for bound in form:
        for error in bound.errors:
            if bound.is_hidden:
                lines.append(format_html("<li>{}</li>", error))
            else:
                lines.append(
                    format_html(
                        '<li><a href="#{}">{}{}{}</a></li>', bound.auto_id, bound.label, gettext("："), error
                    )
                )
    heading = ngettext("有%(count)d处要改一下", "有%(count)d处要改一下", len(lines)) % {"count": len(lines)}
    return format_html(
        '<div class="errors" role="alert" aria-labelledby="errors-h" tabindex="-1">'
        '<h2 id="errors-h">{}{}</h2><p class="small">{}</p><ul>{}</ul></div>',
        _icon("s-late"),
        heading,
        gettext("您写的都还在。点一下就到那里。"),
        format_html_join("", "{}", ((line,) for line in lines)),
    )


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The address of this page with some of its query replaced; None or "" takes a key out.

    Whoever changes a filter or the order starts again at page 1.
    """
    request: HttpRequest | None = context.get("request")
    parameters = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        parameters.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def page_parts(context: Context, place: str, subject: object) -> SafeString:
    """What rooms above add to this page, such as the way to a matter's chain."""
    request = context.get("request")
    return parts_at(place, getattr(request, "actor", NOBODY), subject)
