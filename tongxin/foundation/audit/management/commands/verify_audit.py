"""`tongxin verify audit`: is the log as it was written?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tongxin.foundation.audit.anchors import anchor_heads
from tongxin.foundation.audit.verify import verify

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Read all chains and compare them with their heads and with the file of anchors."""

    help = _("检查审计日志有没有被改动、删除、插入、换序或截断")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: how to print the result."""
        parser.add_argument("--json", action="store_true", help=_("打印一个 JSON 对象"))

    def handle(self, *_args: object, json: bool, **_options: object) -> None:
        """Print the result; leave with status 1 when something is wrong, else write the anchors."""
        verdict = verify()
        self.stdout.write(_as_json(verdict.as_json()) if json else verdict.sentence)
        if not verdict.ok:
            sys.exit(1)
        anchor_heads()


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
