"""The drawing of the opinion map: points of several people, the area of each group, and its letter.

Groups differ by shape and letter as well as by tone, so that the map can be read in black and white.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Point = tuple[float, float]

_WIDTH, _HEIGHT = 480, 440
# Air at the sides; above and below there is also room for names.
_EDGE, _EDGE_UP = 56, 78
# How much of the drawing all points cover together, and the smallest and largest of them.
_INK: Final = 0.13
_LEAST_RADIUS, _MOST_RADIUS = 5.0, 34.0
# The radius from which a letter fits in.
_LETTER_FROM: Final = 9.0
_AIR: Final = 9.0
_CORNERS: Final = 16
_TEXT_UP, _TEXT_DOWN = 8, 20
# Sides of the shape, how far it is turned (in turns), and how much larger it is drawn to cover what a circle does.
_SHAPES: Final = {
    "A": (0, 0.0, 1.0),
    "B": (4, 0.125, 1.253),
    "C": (3, -0.25, 1.5),
    "D": (4, 0.0, 1.253),
    "E": (6, 0.0, 1.1),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the map.

    Attributes:
        corners: of the shape, as SVG takes them; empty for a circle.
        letter: shown where there is room.
    """

    group: str
    count: int
    x: float
    y: float
    radius: float
    corners: str
    has_letter: bool


@dataclass(frozen=True, slots=True)
class Area:
    """The area of a group, with its name and size.

    Attributes:
        corners: its outline, as SVG takes it.
        x, y: where its name stands.
    """

    group: str
    size: int
    corners: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole map."""

    areas: Sequence[Area]
    marks: Sequence[Mark]
    width: int = _WIDTH
    height: int = _HEIGHT


def picture_of(result: Mapping[str, Any]) -> Picture:
    """Return where everything stands, large points behind small ones."""
    points = sorted(result["points"], key=lambda p: (-p["count"], p["group"], p["x"], p["y"]))
    placed = _Frame(points)
    people = sum(p["count"] for p in points)
    unit = math.sqrt(_INK * _WIDTH * _HEIGHT / math.pi / people)
    marks = [_mark(point, placed, unit) for point in points]
    areas = [
        _area(group, [m for m in marks if m.group == group["letter"]], marks) for group in result["groups"]
    ]
    return Picture(areas, marks)


class _Frame:
    """The part of the plane that the points take, as large as the drawing lets it be, both ways alike."""

    def __init__(self, points: Sequence[Mapping[str, Any]]) -> None:
        xs, ys = [p["x"] for p in points], [p["y"] for p in points]
        self.left, self.top = min(xs), max(ys)
        wide, tall = max(xs) - min(xs), max(ys) - min(ys)
        across = (_WIDTH - 2 * _EDGE) / wide if wide else math.inf
        up = (_HEIGHT - 2 * _EDGE_UP) / tall if tall else math.inf
        self.scale = min(across, up) if min(across, up) < math.inf else 0.0
        self.dx = (_WIDTH - wide * self.scale) / 2
        self.dy = (_HEIGHT - tall * self.scale) / 2

    def at(self, x: float, y: float) -> Point:
        """Return where a point lies in the drawing."""
        return self.dx + (x - self.left) * self.scale, self.dy + (self.top - y) * self.scale


def _mark(point: Mapping[str, Any], frame: _Frame, unit: float) -> Mark:
    radius = min(max(unit * math.sqrt(point["count"]), _LEAST_RADIUS), _MOST_RADIUS)
    x, y = frame.at(point["x"], point["y"])
    letter = point["group"]
    sides, turn, larger = _SHAPES[letter]
    corners = _around((x, y), radius * larger, sides, turn) if sides else []
    return Mark(
        letter,
        point["count"],
        round(x, 1),
        round(y, 1),
        round(radius, 1),
        _written(corners),
        radius >= _LETTER_FROM,
    )


def _area(group: Mapping[str, Any], own: Sequence[Mark], marks: Sequence[Mark]) -> Area:
    around = [
        corner for m in own for corner in _around((m.x, m.y), _reach(m) + _AIR, _CORNERS, 1 / (2 * _CORNERS))
    ]
    outline = _hull(around)
    top = min(outline, key=lambda p: p[1])
    bottom = max(outline, key=lambda p: p[1])
    middle = sum(m.x * m.count for m in own) / sum(m.count for m in own)
    others = [m for m in marks if m.group != group["letter"]]
    above, below = (middle, top[1] - _TEXT_UP), (middle, bottom[1] + _TEXT_DOWN)
    x, y = max((above, below), key=lambda place: _free(place, others))
    return Area(
        group["letter"],
        group["size"],
        _written(outline),
        round(min(max(x, _EDGE), _WIDTH - _EDGE), 1),
        round(min(max(y, _TEXT_DOWN), _HEIGHT - _TEXT_UP), 1),
    )


def _reach(mark: Mark) -> float:
    return mark.radius * _SHAPES[mark.group][2]


def _free(place: Point, others: Sequence[Mark]) -> float:
    """Return how far a name there is from the points of the others, and from leaving the drawing."""
    if not _TEXT_DOWN <= place[1] <= _HEIGHT - _TEXT_UP:
        return 0.0
    return min((math.dist(place, (m.x, m.y)) - m.radius for m in others), default=math.inf)


def _around(centre: Point, radius: float, sides: int, turn: float) -> list[Point]:
    angles = [2 * math.pi * (n / sides + turn) for n in range(sides)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the smallest convex area around the points (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    return [*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]]


def _chain(points: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for p in points:
        while len(found) > 1 and _turns_right(found[-2], found[-1], p):
            found.pop()
        found.append(p)
    return found


def _turns_right(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0


def _written(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
