"""`tongxin archive proposals`: take a session out as folders of Word and PDF with an index workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.proposals.actions.archiving import archive_session
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Session

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Write the proposals of one session into a folder."""

    help = gettext_lazy("把一次会议的提案归档：每件一个文件夹，附索引表")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the committee, the session and the folder."""
        parser.add_argument("--committee", required=True, metavar="CODE", help=_("六位行政区划代码"))
        parser.add_argument("--term", required=True, type=int, metavar="T", help=_("第几届"))
        parser.add_argument("--session", required=True, type=int, metavar="S", help=_("第几次会议"))
        parser.add_argument("--to", required=True, type=Path, metavar="DIR", help=_("空的文件夹，没有就新建"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Write, and say how many."""
        committee = Committee.objects.filter(code=options["committee"]).first()
        if committee is None:
            raise CommandError(_("没有代码为%(code)s的政协。") % {"code": options["committee"]})
        try:
            count = _run(committee, options)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as error:
            raise CommandError(
                _("写不了%(path)s：%(why)s") % {"path": options["to"], "why": error.strerror}
            ) from error
        if options["json"]:
            self.stdout.write(
                json.dumps({"proposals": count, "folder": str(options["to"])}, ensure_ascii=False)
            )
            return
        self.stdout.write(_("已归档%(n)d件：%(path)s") % {"n": count, "path": options["to"]})


def _run(committee: Committee, options: dict[str, Any]) -> int:
    actor = Actor(
        name="tongxin archive proposals",
        committee_id=committee.pk,
        grants=frozenset({Grant(Role.STAFF)}),
        committee=committee,
    )
    with tenancy.scope([committee.pk]), transaction.atomic():
        session = (
            Session.objects.select_related("term")
            .filter(committee=committee, term__number=options["term"], number=options["session"])
            .first()
        )
        if session is None:
            raise Refused(
                _("本会没有第%(t)d届第%(s)d次会议。") % {"t": options["term"], "s": options["session"]}
            )
        return archive_session(actor=actor, session=session, to=options["to"])
