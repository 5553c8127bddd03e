"""`tongxin check`: is this installation set up as it should be? Says so in plain words."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.apps import apps
from django.core import checks
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Rooms register what they look at under this tag, in their checks.py (django.core.checks).
TAG = "installation"


class Command(BaseCommand):
    """Run every check of the installation."""

    help = _("检查配置和运行环境，逐条说明要改什么")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: how to print the result."""
        parser.add_argument("--json", action="store_true", help=_("打印一个 JSON 数组"))

    def handle(self, *_args: object, json: bool, **_options: object) -> None:
        """Print the findings; leave with status 1 when one of them is an error."""
        found = findings()
        if json:
            self.stdout.write(_as_json(found))
        else:
            for finding in found:
                self.stdout.write(f"[{finding['level']}] {finding['message']}\n    {finding['hint']}")
            if not found:
                self.stdout.write(_("没有发现问题。"))
        if any(finding["level"] == "error" for finding in found):
            sys.exit(1)


def findings() -> list[dict[str, str]]:
    """Return what is not as it should be, the gravest first."""
    for app in apps.get_app_configs():
        if app.name.startswith("tongxin.") and find_spec(f"{app.name}.checks"):
            import_module(f"{app.name}.checks")
    messages = sorted(checks.run_checks(tags=[TAG]), key=lambda m: -m.level)
    return [{"level": _level(m.level), "message": str(m.msg), "hint": str(m.hint or "")} for m in messages]


def _level(number: int) -> str:
    if number >= checks.ERROR:
        return "error"
    return "warning" if number >= checks.WARNING else "info"


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
