"""The house as the import contracts tell it: which room may know which."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "config"


def contracts() -> list[dict[str, Any]]:
    """Return the contracts of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


@cache
def levels() -> dict[str, int]:
    """Return the level of each room (``tongxin.capabilities.files``); higher may know lower."""
    by_container = {c["containers"][0]: c["layers"] for c in contracts() if "containers" in c}
    floors = next(c["layers"] for c in contracts() if c["id"] == "floors")
    found: dict[str, int] = {}
    for floor in reversed(floors):
        for layer in reversed(by_container.get(floor, [""])):
            level = len(set(found.values()))
            for room in layer.split("|"):
                found[f"{floor}.{room.strip()}".rstrip(".")] = level
    return found


def room_of(name: str) -> str | None:
    """Return the room that a module or a file of the product belongs to."""
    dotted = name.replace("/", ".")
    return next((room for room in levels() if dotted == room or dotted.startswith(f"{room}.")), None)


def may_know(room: str, other: str) -> bool:
    """Whether a room may know another: itself, and what lies below."""
    return room == other or levels()[other] < levels()[room]


def files(pattern: str) -> list[Path]:
    """Return the product's own files of a kind."""
    return sorted(f for top in ("config", "tongxin") for f in (ROOT / top).rglob(pattern))


def room_of_file(path: Path) -> str | None:
    """Return the room that a file lies in."""
    return room_of(str(path.relative_to(ROOT)))
