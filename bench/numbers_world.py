"""A province with 500,000 matters and 5,000,000 participations, for `bench/numbers.py`. Made by INSERT … SELECT.

Every committee of the installation has some, unevenly; one county has 20,000. Nothing is random: two worlds are the
same. It is written as the owner, table by table, so that it takes minutes on two cores.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections, transaction

from bench.numbers_ground import GROUND
from bench.numbers_matters import MATTERS
from tongxin.foundation.accounts.models import User
from tongxin.foundation.audit.actions import record
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.organization.enums import Level, Role
from tongxin.foundation.organization.models import Committee, Post

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

LARGEST = "620881"
_MATTERS = 500_000
_IN_LARGEST = 20_000
# The smallest has a quarter of the mean, the next to largest seven quarters.
_LEAST, _SPREAD = 0.25, 1.5


@dataclass(frozen=True)
class Share:
    """How much one committee has: of ten matters four are proposals, three topics, two sessions, one a problem."""

    committee: Committee
    matters: int

    @property
    def counts(self) -> dict[str, int]:
        """What the statements ask for."""
        tenth = self.matters // 10
        return {
            "committee": self.committee.pk,
            "code": self.committee.code,
            "members": 360 if self.matters == _IN_LARGEST else 160,
            "proposals": self.matters - 6 * tenth,
            "topics": 3 * tenth,
            "sessions": 2 * tenth,
            "problems": tenth,
        }


def make() -> None:
    """Fill an installation; what is filled stays as it is, so that a run that was cut off goes on."""
    for share in shares():
        name = username(share.committee)
        if User.objects.filter(username=name).exists():
            continue
        began = time.monotonic()
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            _fill(cursor, share)
        leader = User.objects.create_user(name, None, name="秘书长")
        with transaction.atomic(), tenancy.scope([share.committee.pk]):
            for role in (Role.LEADER, Role.STAFF):
                Post.objects.create(committee=share.committee, user=leader, role=role, since="2022-01-01")
            act(share.committee)
        print(f"{share.committee.name}: {share.matters}, {time.monotonic() - began:.1f} s", flush=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def shares() -> list[Share]:
    """Return what each committee has, the smallest first."""
    others = list(Committee.objects.exclude(code=LARGEST).order_by("level", "code"))
    mean, last = (_MATTERS - _IN_LARGEST) / len(others), len(others) - 1
    found = [Share(c, int(mean * (_LEAST + _SPREAD * n / last))) for n, c in enumerate(others)]
    return [*found, Share(Committee.objects.get(code=LARGEST), _IN_LARGEST)]


def middle() -> Committee:
    """Return the committee in the middle."""
    found = [share.committee for share in shares() if share.committee.level == Level.COUNTY]
    return found[len(found) // 2]


def act(committee: Committee) -> None:
    """Leave an entry in the log of a committee, as every act does."""
    record(actor=NOBODY, action="bench.act", committee_id=committee.pk)


def username(committee: Committee) -> str:
    """Return who looks at the numbers of a committee."""
    return f"numbers-{committee.code}"


def _fill(cursor: CursorWrapper, share: Share) -> None:
    cursor.execute("SET LOCAL synchronous_commit = off")
    # Keys are checked at the end of each statement, not kept in memory until the end of all.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (*GROUND, *MATTERS):
        cursor.execute(statement, share.counts)
