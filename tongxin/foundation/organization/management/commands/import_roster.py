"""`tongxin import roster`: take in a roster of members from a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee
from tongxin.foundation.organization.roster_actions import confirm_roster, plan_for, preview_roster

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from tongxin.foundation.organization.roster import Plan


class Command(BaseCommand):
    """Take in a roster: all of it, or nothing when a row is wrong."""

    help = gettext_lazy("导入委员名册（.xlsx或.csv）；有错误时什么也不改")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, the committee and the term."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_("名册文件"))
        parser.add_argument("--committee", required=True, metavar="CODE", help=_("六位行政区划代码"))
        parser.add_argument("--term", required=True, type=int, metavar="N", help=_("第几届；没有就新建"))
        parser.add_argument("--dry-run", action="store_true", help=_("只看会改什么"))
        parser.add_argument("--skip-errors", action="store_true", help=_("跳过有错误的行，导入其余各行"))
        parser.add_argument("--json", action="store_true", help=_("以JSON输出结果"))

    def handle(self, *args: object, **options: Any) -> None:  # noqa: ANN401 (argparse)
        """Read, compare, and carry out unless told otherwise."""
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(
                _("读不了文件%(path)s：%(why)s") % {"path": path, "why": error.strerror}
            ) from error
        committee = Committee.objects.filter(code=options["committee"]).first()
        if committee is None:
            raise CommandError(_("没有代码为%(code)s的政协。") % {"code": options["committee"]})
        try:
            plan = _run(committee, data, path.name, options)
        except (TableRefused, Refused) as error:
            raise CommandError(str(error)) from error
        self._tell(plan, as_json=options["json"])
        if plan.errors and not options["skip_errors"]:
            raise CommandError(
                _("名册里有%(n)d处错误，没有导入任何一行。") % {"n": len(plan.errors)}, returncode=1
            )

    def _tell(self, plan: Plan, *, as_json: bool) -> None:
        if as_json:
            answer = {
                "added": len(plan.added),
                "changed": len(plan.changed),
                "unchanged": len(plan.unchanged),
                "errors": [{"row": e.row, "column": e.column, "message": e.message} for e in plan.errors],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            _("新增%(a)d人，更改%(c)d人，不变%(u)d人，错误%(e)d处。")
            % {
                "a": len(plan.added),
                "c": len(plan.changed),
                "u": len(plan.unchanged),
                "e": len(plan.errors),
            }
        )
        for error in plan.errors:
            self.stderr.write(_("第%(row)d行「%(column)s」：%(message)s") % vars(error))


def _run(committee: Committee, data: bytes, filename: str, options: dict[str, Any]) -> Plan:
    actor = Actor(
        name="tongxin import roster",
        committee_id=committee.pk,
        grants=frozenset({Grant(Role.TENANT_ADMIN)}),
        committee=committee,
    )
    with tenancy.scope([committee.pk]), transaction.atomic():
        upload = preview_roster(actor=actor, data=data, filename=filename, term_number=options["term"])
        plan = plan_for(upload)
        if options["dry_run"] or (plan.errors and not options["skip_errors"]):
            # Nothing is kept, not even the upload.
            transaction.set_rollback(True)
            return plan
        confirm_roster(actor=actor, upload=upload, skip_errors=options["skip_errors"])
        return plan
