"""`tongxin report proposals`: the figures of a session's proposals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.proposals.reports.summary import sentences, summary
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Session

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Print what the report of a session says."""

    help = gettext_lazy("打印一次会议的提案数字：收到、立案、类别、办理结果")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the committee, the term and the session."""
        parser.add_argument("--committee", required=True, metavar="CODE", help=_("六位行政区划代码"))
        parser.add_argument("--term", required=True, type=int, metavar="T", help=_("第几届"))
        parser.add_argument("--session", required=True, type=int, metavar="S", help=_("第几次会议"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Find the session, count, print."""
        committee = Committee.objects.filter(code=options["committee"]).first()
        if committee is None:
            raise CommandError(_("没有代码为%(code)s的政协。") % {"code": options["committee"]}, returncode=2)
        with tenancy.scope([committee.pk]), transaction.atomic():
            counted = summary(_session(committee, options), _reader(committee))
        if options["json"]:
            self.stdout.write(json.dumps(counted, ensure_ascii=False))
            return
        for line in (counted["name"], *sentences(counted)):
            self.stdout.write(line)


def _session(committee: Committee, options: dict[str, Any]) -> Session:
    sessions = Session.objects.filter(committee=committee, term__number=options["term"])
    session = sessions.filter(number=options["session"]).select_related("term", "committee").first()
    if session is not None:
        return session
    asked = {"committee": committee, "term": options["term"], "session": options["session"]}
    if sessions.exists():
        raise CommandError(_("%(committee)s第%(term)s届没有第%(session)s次会议。") % asked, returncode=2)
    raise CommandError(_("%(committee)s没有第%(term)s届，或者这一届还没有会议。") % asked, returncode=2)


def _reader(committee: Committee) -> Actor:
    return Actor(
        name="tongxin report proposals",
        committee_id=committee.pk,
        grants=frozenset({Grant(Role.LEADER)}),
        committee=committee,
    )
