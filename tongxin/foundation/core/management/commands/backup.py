"""`tongxin backup FILE`: everything that this installation owns, in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tongxin.foundation.core.archive import write_backup
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Write a backup while the site goes on working."""

    help = _("把数据库、文件和密钥备份到一个文件")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and how to print the result."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help=_("打印一个 JSON 对象"))

    def handle(self, *_args: object, file: Path, json: bool, **_options: object) -> None:
        """Write it and say how much it holds."""
        try:
            manifest = write_backup(file.absolute())
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(summary(manifest, file, as_json=json))
        if not json:
            self.stdout.write(_("其中有解密所需的密钥：请存放到另一台机器，妥善保管。"))


def summary(manifest: dict[str, object], file: Path, *, as_json: bool) -> str:
    """Say what an archive holds."""
    tables, files = manifest["tables"], manifest["files"]
    assert isinstance(tables, dict)  # noqa: S101 (our own manifest)
    assert isinstance(files, dict)  # noqa: S101
    figures = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "tables": len(tables),
        "rows": sum(tables.values()),
        "files": sum(name.startswith("files/") for name in files),
    }
    if as_json:
        return json.dumps(figures, ensure_ascii=False)
    return _("%(file)s：%(tables)s 张表，%(rows)s 行，%(files)s 个文件，%(bytes)s 字节。") % figures
