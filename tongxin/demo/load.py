"""Loading the demo into an empty installation, and taking it out again."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.models import F

from tongxin.capabilities.notices.models import Notice
from tongxin.demo.story import Teller, tell_year
from tongxin.demo.world import PASSWORD, PLANS, People, Plan, build
from tongxin.foundation.accounts.models import User
from tongxin.foundation.audit.anchors import anchors_path
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

# The same seed, the same people and the same proposals on the same day.
_SEED = 20260122
# Facts that every installation has; the rest goes when the demo is reset.
_KEPT = frozenset({"organization_place", "organization_committee", "django_content_type", "core_cache"})

# Whom the first page offers, in the order in which a proposal passes through their hands.
DOORS = (
    ("member", Role.MEMBER, "wy620881001"),
    ("cosigner", Role.MEMBER, "wy620881002"),
    ("submitter", Role.SUBMITTER, "submitter.620881"),
    ("reviewer", Role.REVIEWER, "reviewer.620881"),
    ("staff", Role.STAFF, "staff.620881"),
    ("unit_clerk", Role.UNIT_CLERK, "clerk01.620881"),
    ("unit_leader", Role.UNIT_LEADER, "head01.620881"),
    ("co_unit", Role.UNIT_CLERK, "clerk02.620881"),
    ("supervisor", Role.SUPERVISOR, "duban.620881"),
    ("leader", Role.LEADER, "leader.620881"),
    ("tenant_admin", Role.TENANT_ADMIN, "admin.620881"),
    ("auditor", Role.AUDITOR, "auditor.620881"),
    ("system_admin", Role.SYSTEM_ADMIN, "root"),
)


def is_loaded() -> bool:
    """Say whether this installation holds the demo."""
    return User.objects.filter(username=DOORS[0][2]).exists()


def has_accounts() -> bool:
    """Say whether anybody has an account here."""
    return User.objects.exists()


@transaction.atomic
def load(
    say: Callable[[str], None], *, today: date | None = None, plans: Sequence[Plan] = PLANS
) -> None:
    """Fill an empty installation with three committees and some hundred proposals of three years.

    All or nothing: a load that is interrupted leaves the installation empty.

    Args:
        say: told what was loaded, committee by committee.
        today: the day on which the story ends.
        plans: which committees, and how large.

    Raises:
        Refused: there are accounts already.
    """
    if has_accounts():
        raise Refused("这里已经有账号，演示数据只能装入空的系统。重置演示请用 tongxin demo --reset。")
    today = today or clock.today()
    # Not for security: the demo is to be the same every time.
    people = People(Random(_SEED))  # noqa: S311
    User.objects.create_user("root", PASSWORD, name="系统管理员", is_system_admin=True)
    for plan in plans:
        random = Random(f"{_SEED}{plan.code}")  # noqa: S311
        committee = Committee.objects.get(code=plan.code)
        with tenancy.scope([committee.pk]):
            world = build(plan, people, random, today.year)
            teller = Teller(world, random, today)
            first = 0
            for year, count in zip(range(today.year - 2, today.year + 1), plan.proposals, strict=True):
                tell_year(teller, year, count, first)
                first += count
            # What is older than a week has been read.
            old = Notice.objects.filter(at__lt=clock.now() - timedelta(days=7))
            old.update(read_at=F("at"))
            say(f"{committee.short_name}：{len(world.members)}名委员，{sum(plan.proposals)}件提案")


def reset() -> None:
    """Empty every table of the application. Only in demo mode.

    Raises:
        Refused: this installation is not a demo.
    """
    if not settings.DEMO:
        raise Refused("只有演示模式可以重置数据（TONGXIN_DEMO=1）。")
    names = {
        model._meta.db_table  # noqa: SLF001 (Django's own name for it)
        for model in apps.get_models(include_auto_created=True)
    } - _KEPT
    tables = ", ".join(f'"{name}"' for name in sorted(names))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")
    # The chains begin anew, so what was anchored of the old ones would be missed.
    anchors_path().unlink(missing_ok=True)


def sign_ins() -> list[dict[str, str]]:
    """Return the demo's sign-ins: role, user name, password, committee."""
    return [
        {"role": role, "username": username, "password": PASSWORD, "committee": _committee(username)}
        for _key, role, username in DOORS
    ]


def _committee(username: str) -> str:
    return "620881" if "620881" in username else ""
