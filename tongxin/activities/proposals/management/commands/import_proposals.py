"""`tongxin import proposals`: take in the proposals of past sessions from a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.activities.proposals.actions.importing import (
    confirm_import,
    keep_upload,
    outcome_of,
    preview_import,
)
from tongxin.foundation.core import tenancy
from tongxin.foundation.core.access import Actor, Grant
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.sheets import TableRefused
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Take in a table of proposals: all of it, or nothing when a row is wrong."""

    help = gettext_lazy("导入往届提案（.xlsx或.csv）；有错误时什么也不改")  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file and the committee."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_("提案表"))
        parser.add_argument("--committee", required=True, metavar="CODE", help=_("六位行政区划代码"))
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
            answer = _run(committee, data, path.name, options)
        except (TableRefused, Refused) as error:
            raise CommandError(str(error)) from error
        self._tell(answer, as_json=options["json"])
        if answer["errors"] and not options["skip_errors"]:
            raise CommandError(
                _("表格里有%(n)d处错误，没有导入任何一行。") % {"n": len(answer["errors"])}, returncode=1
            )

    def _tell(self, answer: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            _("新增%(added)d件，更改%(changed)d件，不变%(unchanged)d件，错误%(errors)d处。")
            % {**answer, "errors": len(answer["errors"])}
        )
        for error in answer["errors"]:
            self.stderr.write(_("第%(row)d行「%(column)s」：%(message)s") % error)


def _run(committee: Committee, data: bytes, filename: str, options: dict[str, Any]) -> dict[str, Any]:
    actor = Actor(
        name="tongxin import proposals",
        committee_id=committee.pk,
        grants=frozenset({Grant(Role.TENANT_ADMIN)}),
        committee=committee,
    )
    with tenancy.scope([committee.pk]), transaction.atomic():
        upload = keep_upload(actor=actor, data=data, filename=filename)
        plan = preview_import(actor=actor, upload=upload)
        imports = not options["dry_run"] and (options["skip_errors"] or not plan.errors)
        if imports:
            confirm_import(actor=actor, upload=upload, skip_errors=options["skip_errors"])
        else:
            # Nothing is kept, not even the upload.
            transaction.set_rollback(True)
        return {
            "added": len(plan.added),
            "changed": len(plan.changed),
            "unchanged": len(plan.unchanged),
            "imported": imports,
            "errors": [{"row": e.row, "column": e.column, "message": e.message} for e in plan.errors],
            "warnings": [{"row": w.row, "column": w.column, "message": w.message} for w in plan.warnings],
            "new": outcome_of(plan)["new"],
        }
