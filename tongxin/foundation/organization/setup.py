"""What every installation needs of the organization: the places, and one committee for each of them."""

from __future__ import annotations

import csv
from pathlib import Path

from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Committee, Place

# One file per province; README.md says where their facts come from.
PLACES = Path(__file__).parent / "places"


def install() -> None:
    """Add the places of the table and the committees that are missing; leave what is there as it is."""
    rows = [row for file in sorted(PLACES.glob("*.csv")) for row in _rows(file)]
    # Parents first: a province's code sorts before its cities', a city's before its counties'.
    Place.objects.bulk_create(
        [
            Place(
                code=row["code"],
                name=row["name"],
                everyday_name=row["everyday_name"],
                level=row["level"],
                parent_id=row["parent"] or None,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    have = dict(Committee.objects.values_list("code", "pk"))
    for place in Place.objects.exclude(level=Level.ZONE).exclude(code__in=have).order_by("code"):
        have[place.code] = Committee.objects.create(
            place=place,
            code=place.code,
            name=f"政协{place.name}委员会",
            short_name=f"{place.everyday_name or place.name}政协",
            level=place.level,
            parent_id=have.get(place.parent_id) if place.parent_id else None,
        ).pk


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
