"""The two holes of import contracts: names in text (models, relations, URLs) and templates."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from tests.architecture.floors import CONFIG, ROOT, files, levels, may_know, room_of, room_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator

# Names that belong to the shell around all rooms. The shell itself is config's, which every page stands in;
# core draws its frame (top bar, tabs, foot) and so has to name where its links lead.
HOME = frozenset({"home"})
SHELL = frozenset(
    {
        "home",
        "search",
        "privacy",
        "accounts",
        "organization",
        "notices",
        "publishing",
        "help",
        "demo",
    }
)
CORE = "tongxin.foundation.core"
_LOOKUPS = frozenset(
    {"select_related", "prefetch_related", "values", "values_list", "only", "defer", "order_by"}
)
_TAG = re.compile(r"{%-?\s*(include|extends|url|load)\s+(.*?)\s*-?%}")
_QUOTED = re.compile(r"""^["']([^"']+)["']""")


@cache
def labels() -> dict[str, str]:
    """Return the room behind each app label."""
    found = {c.label: room_of(c.name) for c in apps.get_app_configs() if c.name.startswith("tongxin.")}
    return {label: room for label, room in found.items() if room}


@cache
def url_rooms() -> dict[str, str]:
    """Return the room behind each URL namespace, also of rooms that only the demo mode opens."""
    found = {}
    for room in levels():
        if room == CONFIG or not find_spec(room):
            continue
        # A room may have URLs for everybody beside those for people with an account: urls_public.
        for name in ("urls", "urls_public"):
            if find_spec(f"{room}.{name}"):
                found[import_module(f"{room}.{name}").app_name] = room
    return found


@cache
def own_fields(room: str) -> frozenset[str]:
    """Return the names of fields of this room's models and of those below: as names they are not from above."""
    return frozenset(
        field.name
        for model in apps.get_models()
        if (owner := room_of(model.__module__)) and may_know(room, owner)
        for field in model._meta.get_fields()
        if not field.auto_created
    )


@cache
def relations_from_above() -> dict[str, set[str]]:
    """Return, for each name of a reverse relation, the rooms that declare it."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        owner = room_of(model.__module__)
        for field in model._meta.get_fields():
            target = field.related_model
            if owner is None or field.auto_created or not isinstance(target, type):
                continue
            name = getattr(field.remote_field, "related_name", None) or model.__name__.lower()
            if room_of(target.__module__) not in {None, owner} and not name.startswith("+"):
                found.setdefault(name, set()).add(owner)
    return found


def test_relations_of_models_point_to_the_same_room_or_down() -> None:
    wrong = []
    for model in apps.get_models():
        owner = room_of(model.__module__)
        for field in model._meta.get_fields():
            target = field.related_model
            if owner is None or field.auto_created or not isinstance(target, type):
                continue
            room = room_of(target.__module__)
            if room and not may_know(owner, room):
                wrong.append(f"{model.__name__}.{field.name} points up to {target.__name__}")
    assert wrong == []


def named_upward(source: str, room: str) -> list[str]:
    """Return what a module names in text that lies above its room: models, URLs, relations from above."""
    return [name for name, other in _named(ast.parse(source), own_fields(room)) if not may_know(room, other)]


def _named(tree: ast.AST, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _named_in_text(node.value)
        elif isinstance(node, ast.keyword) and node.arg and "__" in node.arg:
            yield from _named_by_relation(node.arg.split("__"), own)
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOOKUPS
        ):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from _named_by_relation(argument.value.lstrip("-").split("__"), own)


def _named_in_text(text: str) -> Iterator[tuple[str, str]]:
    if found := re.fullmatch(r"([a-z_]+)\.[A-Z]\w+", text):
        if room := labels().get(found[1]):
            yield text, room
    elif (found := re.fullmatch(r"([a-z_]+):[a-z_]+", text)) and (room := url_rooms().get(found[1])):
        yield text, room
    elif text in labels():
        return


def _named_by_relation(parts: list[str], own: frozenset[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part in own:
            continue
        for room in relations_from_above().get(part, ()):
            # Another room's relation may have the same name; only one that nobody below declares counts.
            if all(levels()[r] >= levels()[room] for r in relations_from_above()[part]):
                yield "__".join(parts), room


def test_modules_name_nothing_above_them() -> None:
    wrong = []
    for path in files("*.py"):
        room = room_of_file(path)
        if room and room != CONFIG and "migrations" not in path.parts:
            wrong += [
                f"{path.relative_to(ROOT)}: {n}"
                for n in named_upward(path.read_text("utf-8"), room)
                if not (room == CORE and n.split(":")[0] in SHELL)
            ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "room"),
    [
        ('models.ForeignKey("proposals.Proposal")', "tongxin.capabilities.matters"),
        ('apps.get_model("proposals.Reply")', "tongxin.foundation.organization"),
        ('reverse("proposals:detail")', "tongxin.capabilities.notices"),
        ("Unit.objects.filter(assignments__state='x')", "tongxin.foundation.organization"),
        ('Member.objects.select_related("led_proposals")', "tongxin.foundation.organization"),
        ('Matter.objects.values("proposal__number")', "tongxin.capabilities.files"),
        ('models.ForeignKey("deadlines.Deadline")', "tongxin.capabilities.notices"),
        ('models.ForeignKey("organization.Unit")', "tongxin.foundation.accounts"),
    ],
)
def test_named_upward_with_a_planted_name_finds_it(source: str, room: str) -> None:
    assert len(named_upward(source, room)) == 1
    assert named_upward(source, "tongxin.demo") == []


@cache
def templates() -> dict[str, str]:
    """Return the room behind each template and each library of tags."""
    found = {}
    for path in files("*.html"):
        if "templates" in path.parts:
            name = "/".join(path.parts[path.parts.index("templates") + 1 :])
            found[name] = room_of_file(path) or CONFIG
    for path in files("*.py"):
        if path.parent.name == "templatetags" and path.name != "__init__.py":
            found[path.stem] = room_of_file(path) or CONFIG
    return found


def drawn_from_above(text: str, room: str) -> list[str]:
    """Return what a template includes, extends, loads or links to that lies above its room."""
    wrong = []
    for tag, rest in _TAG.findall(text):
        quoted = _QUOTED.match(rest)
        if tag == "load":
            names = rest.split(" from ")[-1].split()
            wrong += [n for n in names if n in templates() and not may_know(room, templates()[n])]
        elif not quoted:
            continue
        elif tag == "url":
            wrong += _linked_above(quoted[1], room)
        elif (other := templates().get(quoted[1])) is None or not may_know(room, other):
            wrong.append(quoted[1])
    return wrong


def _linked_above(name: str, room: str) -> list[str]:
    space = name.split(":", maxsplit=1)[0]
    if space in (SHELL if room == CORE else HOME):
        return []
    # A name without a room of its own is the shell's.
    return [] if may_know(room, url_rooms().get(space, CONFIG)) else [name]


def test_templates_draw_nothing_from_above() -> None:
    wrong = []
    for path in files("*.html"):
        if room := room_of_file(path):
            wrong += [
                f"{path.relative_to(ROOT)}: {n}" for n in drawn_from_above(path.read_text("utf-8"), room)
            ]
    assert wrong == []
    assert len(templates()) > 50


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ('{% include "proposals/letter.html" only %}', "tongxin.foundation.core"),
        ('{% extends "proposals/detail.html" %}', "tongxin.capabilities.deadlines"),
        ("{% url 'proposals:detail' pk %}", "tongxin.capabilities.notices"),
        ("{% url 'deadlines:calendar' %}", "tongxin.capabilities.notices"),
        ("{% url 'proposals:list' %}", "tongxin.foundation.core"),
        ("{% load proposals %}", "tongxin.capabilities.files"),
        ('{% include "there/is/none.html" %}', "tongxin.activities.proposals"),
    ],
)
def test_drawn_from_above_with_a_planted_tag_finds_it(text: str, room: str) -> None:
    assert len(drawn_from_above(text, room)) == 1
