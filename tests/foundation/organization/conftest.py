"""Committees, people and rosters for the tests of this room."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tongxin.foundation.core import clock, tenancy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongxin.foundation.core.access import Actor
    from tongxin.foundation.organization.models import Committee, Term

TODAY = date(2026, 10, 9)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def administrator(committee: Committee, *roles: str) -> Actor:
    """An administrator without an account; pages need `sign_in`."""
    from tongxin.foundation.core.access import Actor, Grant  # noqa: PLC0415 (apps are not ready before)

    grants = frozenset(Grant(role) for role in roles or ("tenant_admin",))
    return Actor(name="测试", committee_id=committee.pk, grants=grants, committee=committee)


@pytest.fixture
def huating(db: None) -> Committee:
    from tongxin.foundation.organization.models import Committee  # noqa: PLC0415

    return Committee.objects.get(code="620881")


@pytest.fixture
def jinchang(db: None) -> Committee:
    from tongxin.foundation.organization.models import Committee  # noqa: PLC0415

    return Committee.objects.get(code="620300")


@pytest.fixture
def in_huating(huating: Committee) -> Iterator[Actor]:
    """Work in 华亭市 as its administrator."""
    with tenancy.scope([huating.pk]):
        yield administrator(huating)


@pytest.fixture
def term(in_huating: Actor) -> Term:
    from tongxin.foundation.organization.models import Term  # noqa: PLC0415

    return Term.objects.create(
        committee_id=in_huating.committee_id,
        number=2,
        starts_on=date(2021, 11, 1),
        ends_on=date(2026, 12, 31),
    )
