"""What every installation needs of the organization: the places, and one committee for each area's."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tongxin.foundation.organization.enums import Level
from tongxin.foundation.organization.models import Committee, Place

# One file of areas per province, and one each of its towns and villages; README.md says where they come from.
PLACES = Path(__file__).parent / "places"
_AREA_DIGITS, _TOWN_DIGITS = 6, 9
# Below this level a place has no committee.
_WITH_COMMITTEE = (Level.PROVINCE, Level.CITY, Level.COUNTY)
_BATCH = 5_000
# The office of a village stands for the village: 北河村委会 and 北河村村民委员会 are 北河村.
_VILLAGE_OFFICE = re.compile(r"村?(?:村民委员会|村委会)$")
_COMMUNITY_OFFICE = re.compile(r"(?:社区)?(?:居民委员会|居委会)$")


def install() -> None:
    """Add the places of the tables and the committees that are missing; leave what is there as it is."""
    known = set(Place.objects.values_list("code", flat=True))
    # Parents first: areas, towns, villages.
    for read, pattern in ((_area, "*[!s].csv"), (_town, "*_towns.csv"), (_village, "*_villages.csv")):
        rows = [
            row for file in sorted(PLACES.glob(pattern)) for row in _rows(file) if row["code"] not in known
        ]
        new = [place for row in rows if (place := read(row, known))]
        known.update(place.code for place in new)
        Place.objects.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    have = dict(Committee.objects.values_list("code", "pk"))
    for place in Place.objects.filter(level__in=_WITH_COMMITTEE).exclude(code__in=have).order_by("code"):
        have[place.code] = Committee.objects.create(
            place=place,
            code=place.code,
            name=f"政协{place.name}委员会",
            short_name=f"{place.everyday_name or place.name}政协",
            level=place.level,
            parent_id=have.get(place.parent_id) if place.parent_id else None,
        ).pk


def _area(row: dict[str, str], _known: set[str]) -> Place | None:
    return Place(
        code=row["code"],
        name=row["name"],
        everyday_name=row["everyday_name"],
        level=row["level"],
        parent_id=row["parent"] or None,
    )


def _town(row: dict[str, str], known: set[str]) -> Place | None:
    area = row["code"][:_AREA_DIGITS]
    # Statistics invent a county inside a city that has none (嘉峪关市); its towns are the city's own.
    above = next((code for code in (area, f"{area[:4]}00") if code in known), None)
    return Place(code=row["code"], name=row["name"], level=Level.TOWN, parent_id=above) if above else None


def _village(row: dict[str, str], known: set[str]) -> Place | None:
    town, name = row["code"][:_TOWN_DIGITS], row["name"]
    everyday = everyday_name(name)
    return (
        Place(
            code=row["code"],
            name=name,
            everyday_name="" if everyday == name else everyday,
            level=Level.VILLAGE,
            parent_id=town,
        )
        if town in known
        else None
    )


def everyday_name(name: str) -> str:
    """Return what people call a village whose office the statistics name: 北河村 for 北河村委会."""
    village = _VILLAGE_OFFICE.sub("村", name)
    return _COMMUNITY_OFFICE.sub("社区", village)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
