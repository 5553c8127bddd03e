"""`tongxin restore FILE`: put an installation back as a backup has it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tongxin.foundation.core.archive import restore_backup
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.management.commands.backup import summary

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Restore a backup after proving it whole: every row count, every file, the audit chains."""

    help = _("从备份文件恢复，并核对行数、文件和审计日志")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, and whether what is here may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help=_("替换这里已有的数据"))
        parser.add_argument("--json", action="store_true", help=_("打印一个 JSON 对象"))

    def handle(self, *_args: object, file: Path, replace: bool, json: bool, **_options: object) -> None:
        """Restore it and say what is here now."""
        try:
            manifest = restore_backup(file.absolute(), replace=replace)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(summary(manifest, file, as_json=json))
        if not json:
            self.stdout.write(_("行数、文件和审计日志都与备份一致。"))
