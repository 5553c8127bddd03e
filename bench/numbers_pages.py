"""What `bench/numbers.py` asks for: dashboards of three committees, every number of the largest, exports."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.http import urlencode

from bench import numbers_rollup, numbers_world
from bench.world import session_cookie
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.figures import EVER, all_areas, figures_of
from tongxin.foundation.organization.models import Committee
from tongxin.readers.statistics.counting import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.foundation.core.figures import Figure

# In milliseconds, p95. What is downloaded is waited for; it has no aim.
COMMITTEE, PROVINCE, OPENED, NONE = 300, 1000, 500, 0
EXPORTED = 5000
_FIVE_YEARS = "五年"


@dataclass(frozen=True)
class Page:
    """What is measured: whose page it is, and how quick it has to be."""

    name: str
    path: str
    cookies: str
    aim: int = NONE
    # Whose log it is that makes what is kept of it void.
    committee: Committee | None = None


def dashboards(shares: dict[str, int]) -> Iterator[Page]:
    """Yield the dashboards of a middle committee, of the largest, and of the province; lists and a free table.

    Args:
        shares: how many matters each committee has, by its code.
    """
    province, largest = (_committee(code) for code in (numbers_rollup.PROVINCE, numbers_world.LARGEST))
    for one, aim in ((numbers_world.middle(), COMMITTEE), (largest, COMMITTEE), (province, PROVINCE)):
        cookies, name = _cookies(one), f"{one.level} of {shares[one.code]}"
        yield Page(f"{name}: home", "/statistics/", cookies, aim, one)
        for area in all_areas():
            yield Page(f"{name}: {area.key}", f"/statistics/areas/{area.key}/", cookies, aim, one)
            span = urlencode({"period": _FIVE_YEARS})
            yield Page(
                f"{name}: {area.key}, five years", f"/statistics/areas/{area.key}/?{span}", cookies, aim, one
            )
    cookies = _cookies(province)
    yield Page("roll-up: requests", "/rollup/", cookies, PROVINCE)
    yield Page("roll-up: all reports in", f"/rollup/{numbers_rollup.request_id()}/", cookies, PROVINCE)
    cookies = _cookies(largest)
    yield Page("list of figures", "/statistics/figures/", cookies, PROVINCE, largest)
    for period in (_FIVE_YEARS, ""):
        asked = {"figure": "proposals.filed", "rows": "month", "columns": "sector", "period": period}
        yield Page(
            f"free table {asked['period']}", f"/statistics/tables/new/?{urlencode(asked)}", cookies, OPENED
        )


def opened() -> Iterator[Page]:
    """Yield every number of the largest committee: the whole, a year, the first part of each breakdown."""
    committee = _committee(numbers_world.LARGEST)
    cookies = _cookies(committee)
    for one in _figures(committee):
        path = f"/statistics/figures/{one.id}/"
        yield Page(one.id, path, cookies, OPENED)
        yield Page(f"{one.id} 2025", f"{path}?period=2025", cookies, OPENED)
        for by, part in _some_parts(committee, one):
            yield Page(
                f"{one.id} {by} {part[:8]}", f"{path}?{urlencode({'by': by, 'part': part})}", cookies, OPENED
            )


def exports() -> Iterator[Page]:
    """Yield the export of every number, of a year where all would be too many rows."""
    committee = _committee(numbers_world.LARGEST)
    cookies = _cookies(committee)
    for one in _figures(committee):
        with _at_work(committee):
            few = one.rows(committee.pk, EVER).count() <= EXPORTED
        path = f"/statistics/figures/{one.id}/rows.xlsx"
        yield Page(one.id, path if few else f"{path}?period=2025", cookies)


def act(committee: Committee) -> None:
    """Let something happen in a committee, so that its pages are counted anew."""
    with _at_work(committee):
        numbers_world.act(committee)


def _some_parts(committee: Committee, one: Figure) -> list[tuple[str, str]]:
    found = []
    with _at_work(committee):
        for by in one.breakdowns:
            parts = parts_of(one, committee.pk, EVER, by)
            found += [(by.key, part.key) for part in parts[:1]]
    return found


def _figures(committee: Committee) -> tuple[Figure, ...]:
    with _at_work(committee):
        return figures_of(committee.pk)


def _committee(code: str) -> Committee:
    return Committee.objects.get(code=code)


def _cookies(committee: Committee) -> str:
    return f"sessionid={session_cookie(numbers_world.username(committee))}"


@contextmanager
def _at_work(committee: Committee) -> Iterator[None]:
    with transaction.atomic(), tenancy.scope([committee.pk]):
        yield
