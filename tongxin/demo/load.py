"""Loading the demo into an empty installation, and taking it out again."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongxin.capabilities.notices.models import Notice
from tongxin.demo.appraisal_story import tell_appraisal
from tongxin.demo.besides import tell_besides
from tongxin.demo.following import MuseumWalk, tell_following
from tongxin.demo.grassroots import PLANS as GRASSROOTS
from tongxin.demo.grassroots import Fields, tell_registers, tell_scans
from tongxin.demo.numbers_story import tell_late, tell_numbers
from tongxin.demo.rollup_story import tell_rollup
from tongxin.demo.story import Teller, tell_year
from tongxin.demo.talk_story import tell_talks
from tongxin.demo.village_story import tell_topics, tell_village
from tongxin.demo.world import PASSWORD, PLANS, People, Plan, build
from tongxin.foundation.accounts.models import User
from tongxin.foundation.audit.anchors import anchors_path
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from tongxin.demo.world import Plan

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
    ("station_head", Role.STATION_HEAD, "zhanzhang.620881"),
    ("node_worker", Role.NODE_WORKER, "lianluo.620881"),
    ("leader", Role.LEADER, "leader.620881"),
    ("tenant_admin", Role.TENANT_ADMIN, "admin.620881"),
    ("auditor", Role.AUDITOR, "auditor.620881"),
    ("key_staff", Role.STAFF, "staff.620500"),
    ("province_staff", Role.STAFF, "staff.620000"),
    ("system_admin", Role.SYSTEM_ADMIN, "root"),
)


def is_loaded() -> bool:
    """Say whether this installation holds the demo, all of it: its last account is made at the very end."""
    return User.objects.filter(username=DOORS[-1][2]).exists()


def is_half_loaded() -> bool:
    """Say whether a load of the demo was interrupted here."""
    return not is_loaded() and User.objects.filter(username__in=[d[2] for d in DOORS]).exists()


def has_accounts() -> bool:
    """Say whether anybody has an account here."""
    return User.objects.exists()


def load(
    say: Callable[[str], None],
    *,
    today: date | None = None,
    plans: Sequence[Plan] = PLANS,
    processes: int = 2,
) -> None:
    """Fill an empty installation with seven committees and some hundred proposals of three years.

    Args:
        plans: which committees, and how large.
        processes: how many committees are told at a time; 1 stays in this process.

    Raises:
        Refused: there are accounts already, or a part failed.
    """
    if has_accounts():
        raise Refused(_("这里已经有账号，演示数据只能装入空的系统。重置演示请用 tongxin demo --reset。"))
    today = today or clock.today()
    if processes == 1:
        for plan in plans:
            load_committee(plan, today)
    else:
        _side_by_side(plans, today, processes)
    tell_rollup({plan.code for plan in plans}, today)
    for plan in plans:
        say(
            _("{code}：{members}名委员，{proposals}件以上提案").format(
                code=plan.code, members=plan.members, proposals=max(sum(plan.proposals), len(plan.endings))
            )
        )
    User.objects.create_user(DOORS[-1][2], PASSWORD, name="系统管理员", is_system_admin=True)


def _side_by_side(plans: Sequence[Plan], today: date, processes: int) -> None:
    # A connection must not be shared with a child.
    connections.close_all()
    # Forked, so that the children know the settings and the database that this process is using.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for done in [pool.submit(load_committee, plan, today) for plan in plans]:
            done.result()


@transaction.atomic
def load_committee(plan: Plan, today: date) -> None:
    """Make one committee with its people and tell its proposals, all or nothing."""
    # Not for security: the demo is to be the same every time.
    random = Random(f"{_SEED}{plan.code}")  # noqa: S311
    committee = Committee.objects.get(code=plan.code)
    with tenancy.scope([committee.pk]), _without_savepoints():
        people = People(random, plan.code)
        world = build(plan, people, random, today.year)
        teller = Teller(world, random, today, {"museum": MuseumWalk})
        if villages := GRASSROOTS.get(plan.code):
            fields = Fields(world, villages, people, random)
            fields.build()
            tell_registers(fields)
            tell_topics(fields, teller)
            tell_appraisal(fields, teller)
            if villages.park:
                tell_village(fields, teller)
                tell_scans(fields, today)
        tell_talks(teller)
        first = 0
        for year, count in zip(range(today.year - 2, today.year + 1), plan.proposals, strict=True):
            tell_year(teller, year, count, first)
            first += count
        tell_following(teller)
        tell_besides(teller)
        tell_numbers(teller)
        if villages:
            tell_late(fields, teller)
        # What is older than a week has been read.
        old = Notice.objects.filter(at__lt=clock.now() - timedelta(days=7))
        old.update(read_at=F("at"))


@contextmanager
def _without_savepoints() -> Iterator[None]:
    # All or nothing anyway, and a fifth of what is sent to the database would be savepoints.
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def reset() -> None:
    """Empty every table of the application. Only in demo mode.

    Raises:
        Refused: this installation is not a demo.
    """
    if not settings.DEMO:
        raise Refused(_("只有演示模式可以重置数据（TONGXIN_DEMO=1）。"))
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
    """Return the demo's sign-ins: role, user name, password, committee. None where it is not loaded."""
    here = set(User.objects.filter(username__in=[d[2] for d in DOORS]).values_list("username", flat=True))
    return [
        {"role": role, "username": username, "password": PASSWORD, "committee": _committee(username)}
        for _key, role, username in DOORS
        if username in here
    ]


def _committee(username: str) -> str:
    return next((plan.code for plan in PLANS if plan.code in username), "")
