"""`tongxin export audit`: the log as CSV, or as lines for a syslog server."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from tongxin.foundation.audit.export import as_row, as_syslog, column_names
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core.clock import ZONE

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Write the entries of all chains, or of some days, to standard output or a file."""

    help = _("导出审计日志：CSV 表格，或发给日志服务器的 syslog 行")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which entries, in which form, and where to."""
        parser.add_argument("file", nargs="?", help=_("写到这个文件；不写就打印出来"))
        parser.add_argument("--format", choices=["csv", "syslog"], default="csv", help=_("格式"))
        parser.add_argument("--from", dest="first", type=_day, help=_("从哪一天起，例如 2026-10-01"))
        parser.add_argument("--to", dest="last", type=_day, help=_("到哪一天止，含当天"))
        parser.add_argument("--chain", help=_("只导出一条链，例如 committee:3 或 installation"))

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 (parsed options)
        """Stream the entries in the order of their chains."""
        found = Entry.objects.using("owner").order_by("chain", "seq")
        if options["chain"]:
            found = found.filter(chain=options["chain"])
        if options["first"]:
            found = found.filter(at__gte=_midnight(options["first"]))
        if options["last"]:
            found = found.filter(at__lt=_midnight(options["last"] + timedelta(days=1)))
        try:
            target = open(options["file"], "x", encoding="utf-8", newline="") if options["file"] else None  # noqa: PTH123, SIM115
        except OSError as trouble:
            raise CommandError(_("写不了文件：%(trouble)s") % {"trouble": trouble}) from trouble
        out = target or self.stdout
        try:
            with transaction.atomic(using="owner"):
                entries = found.iterator(chunk_size=2000)
                if options["format"] == "csv":
                    writer = csv.writer(out)
                    writer.writerow(column_names())
                    writer.writerows(as_row(entry) for entry in entries)
                else:
                    for entry in entries:
                        out.write(as_syslog(entry) + "\n")
        finally:
            if target:
                target.close()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
